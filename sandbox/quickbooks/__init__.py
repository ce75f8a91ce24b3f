"""QuickBooks Online: the accounting API, its sign-in, and the books behind it."""
