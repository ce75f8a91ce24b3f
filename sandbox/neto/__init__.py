"""A stand-in for Neto (Maropost Commerce Cloud): its API, its notifications and a shop."""
