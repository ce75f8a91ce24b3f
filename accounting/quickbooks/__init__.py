"""QuickBooks Online, whole: deleting this folder removes it.

Outside rules stand where they are used and come from Intuit's documentation of API version 75.
"""
