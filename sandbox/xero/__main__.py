"""`python -m sandbox.xero`."""

from sandbox.common.server import serve
from sandbox.xero.app import Xero

serve(Xero)
