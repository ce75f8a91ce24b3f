"""Pages of the platform."""
