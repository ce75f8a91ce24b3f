"""`python -m sandbox.neto`."""

from sandbox.common.server import serve
from sandbox.neto.app import Neto

if __name__ == "__main__":
    serve(Neto)
