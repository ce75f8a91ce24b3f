"""The reference data beside the project (`../shared/data`): facts that others recorded.

It is not part of the project. Where it is missing its tests skip and say so; with CI=true they
fail, unless `.ci/run` has said that this machine has none.
"""

import os
from pathlib import Path

import pytest

from hub.launcher.places import ROOT

REFERENCE = ROOT.parent / "shared" / "data"
MISSING = f"the reference data is not at {REFERENCE}"


def reference(vendor: str) -> Path:
    """The folder of a vendor's data."""
    found = REFERENCE / vendor
    if found.is_dir():
        return found
    if os.environ.get("CI") == "true" and not os.environ.get("WHARF_NO_REFERENCE_DATA"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)
