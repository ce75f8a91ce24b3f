"""One QuickBooks sandbox for the tests of a module; each test makes companies of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.quickbooks.helping import Books, books, quickbooks
from tests.sandbox.running import Running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    where: Path = tmp_path_factory.mktemp("quickbooks")
    with quickbooks(where) as made:
        yield made


@pytest.fixture
def us(server: Running) -> Books:
    """A company in California with automated sales tax and numbers of its own choosing."""
    return books(server)
