"""The face of Wharf: components, forms, the list page. No business in here."""
