"""What the documents' pages show, made from documents; nothing here changes anything."""
