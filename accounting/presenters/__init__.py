"""What the pages of accounting show, made from rows."""
