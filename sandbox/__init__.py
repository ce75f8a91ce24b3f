"""Stand-ins for QuickBooks Online, Xero and Neto: separate programs with real HTTP and own stores.

Nothing here imports Wharf, and nothing of Wharf imports this.
"""
