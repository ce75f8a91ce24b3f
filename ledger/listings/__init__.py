"""The book and its reference lists as lists."""
