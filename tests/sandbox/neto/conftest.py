"""One sandbox for the tests of a file, and a store of its own for each test."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.neto.client import Store
from tests.sandbox.running import Running, running

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def neto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    path: Path = tmp_path_factory.mktemp("neto") / "neto.sqlite"
    with running("sandbox.neto", path) as made:
        yield made


def filled(neto: Running, **values: Any) -> Store:
    """A store with a name that no other test has."""
    return Store(neto, neto.control("fill", {"store": f"shop-{next(NUMBERS)}", **values}))


@pytest.fixture
def store(neto: Running) -> Iterator[Store]:
    """A store with a catalogue and no orders; switches, clock and faults are reset behind it."""
    before = neto.control("switches", method="GET")
    yield filled(neto, orders=0)
    neto.control("switches", before)
    neto.control("faults", method="DELETE")
