"""`python -m sandbox.quickbooks`."""

from sandbox.common.server import serve
from sandbox.quickbooks.app import QuickBooks

if __name__ == "__main__":
    serve(QuickBooks)
