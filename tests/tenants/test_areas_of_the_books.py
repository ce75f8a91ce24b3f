"""Areas that came later: what older organisations' roles learn."""

from importlib import import_module

import pytest

from tenants.domain.permissions import BUILTIN_ROLES, BuiltinRole, Special
from tenants.models import Role
from tests.cast import make_company
from tests.world import migrator

TEACH: str = import_module("tenants.migrations.0006_areas_of_the_books").TEACH
LATER = ("stock", "payments", "ledger")


@pytest.mark.parametrize("built_in", BUILTIN_ROLES, ids=lambda role: role.key)
def test_an_older_organisations_roles_learn_the_areas(built_in: BuiltinRole) -> None:
    """A2: as new ones have them, twice over without a change."""
    company = make_company("Older")
    with company.inside():
        role = Role.objects.get(key=built_in.key)
        role.areas = {area: level for area, level in role.areas.items() if area not in LATER}
        role.specials = [one for one in role.specials if one not in ("undo", "void")]
        role.save()
    for _ in range(2):
        with migrator() as database:
            database.execute(TEACH.encode())
        with company.inside():
            role.refresh_from_db()
        assert role.areas == {area.value: int(level) for area, level in built_in.areas.items()}
        assert set(role.specials) == {Special(one).value for one in built_in.specials}


def test_what_somebody_set_by_hand_stays() -> None:
    """A2: a level that is there already is not raised."""
    company = make_company("Older")
    with company.inside():
        role = Role.objects.get(key="sales")
        role.areas = {**role.areas, "stock": 0, "ledger": 1}
        role.save()
    with migrator() as database:
        database.execute(TEACH.encode())
    with company.inside():
        role.refresh_from_db()
    assert (role.areas["stock"], role.areas["ledger"]) == (0, 1)
