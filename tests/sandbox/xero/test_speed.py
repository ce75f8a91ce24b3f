"""How many creates a second, and that they stay as quick among a hundred thousand documents."""

import os
import statistics
from pathlib import Path

import pytest

from tests.sandbox.running import running
from tests.sandbox.xero.client import company
from tests.sandbox.xero.rate import NO_LIMITS, create, create_rate

FEW, MANY, ROUNDS, EACH = 100, int(os.environ.get("MANY", "100000")), 3, 500


@pytest.mark.battery
def test_creates_stay_quick(tmp_path: Path) -> None:
    """At 100,000 invoices a create takes at most 1.5 times what it takes at 100."""
    with running("sandbox.xero", tmp_path / "x.sqlite") as xero:
        xero.control("switches", NO_LIMITS)
        small, large = company(xero), company(xero)
        few, many = small.contact(), large.contact()
        create(small, few, FEW)
        create(large, many, MANY, 100)
        ratios = []
        for _ in range(ROUNDS):
            quick = create(small, few, EACH)
            slow = create(large, many, EACH)
            ratios.append(slow / quick)
            print(f"{EACH / quick:.0f} a second of a core at few, {EACH / slow:.0f} at many")
        assert statistics.median(ratios) <= 1.5


@pytest.mark.battery
def test_the_rate_is_known() -> None:
    """At least three hundred a second of one core."""
    rate = create_rate(EACH)
    print(f"{rate:.0f} a second of a core")
    assert rate >= 300
