"""Who may authorise how much."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from tenants.boundary import current_tenant
from tenants.domain.limits import LimitKind, Limits, limits_in_force, within
from tenants.domain.permissions import Level, effective

MEMBERS = """
SELECT u.id, coalesce(nullif(u.name, ''), u.email), m.overrides,
       coalesce(json_agg(json_build_array(r.areas, r.specials, r.limits))
                FILTER (WHERE r.id IS NOT NULL), '[]'::json)
FROM tenants_membership m
JOIN tenants_user u ON u.id = m.user_id AND u.is_active
LEFT JOIN tenants_membershiprole mr ON mr.tenant_id = m.tenant_id AND mr.membership_id = m.id
LEFT JOIN tenants_role r ON r.tenant_id = mr.tenant_id AND r.id = mr.role_id
WHERE m.tenant_id = %s AND m.is_active {one}
GROUP BY u.id, m.id
ORDER BY 2
"""


@dataclass(frozen=True, slots=True)
class Approver:
    """A member with what they may approve."""

    user_id: UUID
    name: str
    approves: frozenset[LimitKind]
    limits: Limits

    def may(self, kind: LimitKind, amount: Decimal) -> bool:
        """Whether this person may authorise a document of this total."""
        return kind in self.approves and within(self.limits, kind, amount)


def approver(user_id: UUID) -> Approver | None:
    """One member; one statement."""
    found = _read("AND u.id = %s", [user_id])
    return found[0] if found else None


def approvers(kind: LimitKind, amount: Decimal, *, besides: UUID | None = None) -> list[Approver]:
    """Everybody who may authorise this much, by name; one statement."""
    return [one for one in _read("", []) if one.may(kind, amount) and one.user_id != besides]


def _read(condition: str, values: list[Any]) -> list[Approver]:
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS.format(one=condition), [current_tenant(), *values])
        rows = cursor.fetchall()
    return [_approver(*row) for row in rows]


def _approver(user_id: UUID, name: str, overrides: Any, roles: Any) -> Approver:
    held, own = _loaded(roles), _loaded(overrides)
    permissions = effective([(role[0], role[1]) for role in held], own)
    approves = frozenset(kind for kind in LimitKind if permissions.can(kind.area, Level.APPROVE))
    limits = limits_in_force([(role[0], role[2] or {}) for role in held], own)
    return Approver(user_id, name, approves, limits)


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
