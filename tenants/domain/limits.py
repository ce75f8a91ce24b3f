"""Limits of approval: how large a document may be that a role authorises. Pure.

Amounts are totals in base currency. Roles add up: the highest limit counts, and a role that may
approve and has none lifts it. So does a person's own permission to approve beside the roles.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tenants.domain.permissions import Area, Level


class LimitKind(StrEnum):
    """What a limit is about."""

    PURCHASES = "purchases"
    BILLS = "bills"
    SALES = "sales"
    CREDITS = "credits"

    @property
    def label(self) -> str:
        """As printed beside the field."""
        return LIMIT_LABELS[self]

    @property
    def area(self) -> Area:
        """Whose “Approve” it limits."""
        return LIMIT_AREAS[self]


LIMIT_LABELS = {
    LimitKind.PURCHASES: "Purchase orders up to",
    LimitKind.BILLS: "Bills up to",
    LimitKind.SALES: "Sales orders up to",
    LimitKind.CREDITS: "Credit notes to customers up to",
}
LIMIT_AREAS = {
    LimitKind.PURCHASES: Area.PURCHASES,
    LimitKind.BILLS: Area.BILLS,
    LimitKind.SALES: Area.SALES,
    LimitKind.CREDITS: Area.PAYMENTS,
}
Limits = Mapping[LimitKind, Decimal]
Stored = Mapping[str, Any]


def limits_in_force(
    roles: Iterable[tuple[Stored, Stored]], overrides: Stored
) -> dict[LimitKind, Decimal]:
    """The limits of somebody with these roles, as (areas, limits); a kind that is left out has
    none. Roles that may not approve a kind of document say nothing about it.
    """
    held = list(roles)
    found: dict[LimitKind, Decimal] = {}
    for kind in LimitKind:
        if int(overrides.get(f"area:{kind.area}", 0)) >= Level.APPROVE:
            continue
        limits = [
            own.get(kind.value) for areas, own in held if areas.get(kind.area, 0) >= Level.APPROVE
        ]
        if limits and all(limit is not None for limit in limits):
            found[kind] = max(Decimal(str(limit)) for limit in limits)
    return found


def within(limits: Limits, kind: LimitKind, amount: Decimal) -> bool:
    """Whether an amount may be authorised under these limits."""
    return kind not in limits or abs(amount) <= limits[kind]


def is_above(wanted: Limits, areas: Mapping[Area, Level], own: Limits) -> bool:
    """Whether a role would be given a larger limit (or none) than somebody has who has one."""
    return any(
        areas[kind.area] >= Level.APPROVE and (kind not in wanted or wanted[kind] > limit)
        for kind, limit in own.items()
    )
