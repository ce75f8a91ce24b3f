"""Pages of trade documents: a module per document, and what all of them share."""
