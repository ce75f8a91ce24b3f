"""The API's common ground: keys and scopes, transactions, idempotency, errors, pages."""
