"""Pages of contacts and the network."""
