"""The API of integrations with accounting systems."""
