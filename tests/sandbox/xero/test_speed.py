"""How many creates a second, and that they stay as quick among a hundred thousand documents."""

import os
import statistics
from pathlib import Path

import pytest

from tests.sandbox.running import running
from tests.sandbox.xero.client import Company, company, invoice

FEW, MANY, ROUNDS, EACH = 100, int(os.environ.get("MANY", "100000")), 3, 500


def _worked(one: Company) -> float:
    """Seconds of a core that the sandbox has used: others share this machine."""
    text = Path(f"/proc/{one.running.process.pid}/stat").read_text()
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _create(one: Company, contact: str, count: int, at_once: int = 1) -> float:
    """Seconds of a core that `count` invoices took."""
    started = _worked(one)
    for _ in range(count // at_once):
        body = {"Invoices": [invoice(contact)] * at_once}
        answer = one.send("PUT", "/Invoices", body, hold=False)
        assert answer.status_code == 200, answer.text
    return _worked(one) - started


@pytest.mark.battery
def test_creates_stay_quick(tmp_path: Path) -> None:
    """At 100,000 invoices a create takes at most 1.5 times what it takes at 100."""
    with running("sandbox.xero", tmp_path / "x.sqlite") as xero:
        for name in ("limit_minute", "limit_day", "limit_app_minute"):
            xero.control("switches", {name: 10**9})
        small, large = company(xero), company(xero)
        few, many = small.contact(), large.contact()
        _create(small, few, FEW)
        _create(large, many, MANY, 100)
        ratios = []
        for _ in range(ROUNDS):
            quick = _create(small, few, EACH)
            slow = _create(large, many, EACH)
            ratios.append(slow / quick)
            print(f"{EACH / quick:.0f} a second of a core at few, {EACH / slow:.0f} at many")
        assert statistics.median(ratios) <= 1.5
