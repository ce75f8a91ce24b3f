"""The demo's companies as plain data: people, products, contacts. All of it is invented."""
