"""Forms of the book and its reference lists."""
