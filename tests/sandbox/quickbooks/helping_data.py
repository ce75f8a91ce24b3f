"""The recorded data of QuickBooks."""

from functools import cache
from typing import Any

import simplejson

from tests.sandbox.reference import reference


@cache
def data(path: str) -> Any:
    """A file of it; without it tests skip, or fail with CI=true."""
    return simplejson.loads((reference("quickbooks") / path).read_text())
