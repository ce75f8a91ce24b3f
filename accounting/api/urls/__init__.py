"""Addresses of the API, by concern."""
