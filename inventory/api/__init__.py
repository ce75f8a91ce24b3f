"""Resources of products and stock."""
