"""Forms of products and stock."""
