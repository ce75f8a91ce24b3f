"""Lists of products and stock."""
