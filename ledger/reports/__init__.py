"""Reports: the page that lists them, how a report is shown, and those of the book."""
