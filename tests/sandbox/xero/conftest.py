"""A sandbox for a module of tests, and organisations in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.running import Running, running
from tests.sandbox.xero.client import Company, company


@pytest.fixture(scope="module")
def xero(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    store: Path = tmp_path_factory.mktemp("xero") / "xero.sqlite"
    with running("sandbox.xero", store) as made:
        made.control("switches", {"limit_minute": 100_000, "limit_day": 1_000_000})
        made.control("switches", {"limit_app_minute": 1_000_000})
        yield made


@pytest.fixture
def nz(xero: Running) -> Company:
    """A company in New Zealand on 4 May 2026."""
    xero.control("clock", {"set": "2026-05-04T02:00:00Z", "stop": True})
    return company(xero)
