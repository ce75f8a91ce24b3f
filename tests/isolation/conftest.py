"""Two organisations for every attempt: one that is attacked, one that attacks."""

from collections.abc import Iterator

import pytest

from tenants.checks import GLOBAL_TABLES
from tests.world import World, make_world, sums


@pytest.fixture(scope="module")
def victim() -> World:
    """The other organisation, with one of everything."""
    return make_world("Victim")


@pytest.fixture(scope="module")
def attacker() -> World:
    """Somebody else's organisation, with one of everything of its own."""
    return make_world("Attacker")


@pytest.fixture
def unharmed(victim: World) -> Iterator[None]:
    """Nothing of the other organisation changed."""
    before = sums(victim.company.id, leave_out=[*GLOBAL_TABLES])
    yield
    assert sums(victim.company.id, leave_out=[*GLOBAL_TABLES]) == before


# --- What PostgreSQL says ----------------------------------------------------------------------
