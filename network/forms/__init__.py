"""Forms of contacts and the network."""
