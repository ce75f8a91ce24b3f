"""Forms of the platform's pages."""
