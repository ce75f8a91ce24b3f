"""Reports of sales."""
