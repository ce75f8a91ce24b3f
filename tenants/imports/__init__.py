"""Bringing tables in: reading files, what can be imported, and the run of one import."""
