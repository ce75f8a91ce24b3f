"""The documents' resources."""
