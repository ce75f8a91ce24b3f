"""The demo that the walks share; each has people of its own in it."""

from collections.abc import Iterator

import pytest

from tests.support.demo import Demo, own_demo


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A running demo; it goes when the walks are over, for it keeps a core busy."""
    with own_demo(tmp_path_factory.mktemp("guided")) as made:
        made.wait_until_up(made.start())
        yield made
