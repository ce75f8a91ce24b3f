"""Reports of stock."""
