"""A stand-in for Xero: identity, connections and the Accounting API, with a book behind it."""
