"""The lists of accounting: sync history, runs, what came from there and waits."""
