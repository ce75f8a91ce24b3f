"""What the pages of stock show."""
