"""Pages of products and partners' codes."""
