"""Reads of the platform: who belongs where, and what they may do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection

from tenants.boundary import current_tenant
from tenants.domain.limits import Limits, limits_in_force
from tenants.domain.permissions import (
    SECOND_FACTOR_ROLES,
    Area,
    Level,
    Permissions,
    Special,
    effective,
)
from tenants.models import ApiKey, NotificationPreference, Organisation
from tenants.watches import watched_sql


@dataclass(frozen=True, slots=True)
class Place:
    """One organisation that a person belongs to, for the switcher."""

    tenant_id: UUID
    name: str


def places_of(user_id: UUID) -> list[Place]:
    """The organisations a person belongs to, by name; works without an organisation set."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, name FROM door_memberships(%s)", [user_id])
        return [Place(tenant_id, name) for tenant_id, name in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class MembershipInForce:
    """A person in an organisation, with what they may do."""

    membership_id: UUID
    organisation: Organisation
    role_keys: frozenset[str]
    role_names: tuple[str, ...]
    permissions: Permissions
    has_second_factor: bool
    user_id: UUID | None = None
    limits: Limits = field(default_factory=dict)
    watched: Mapping[str, Any] = field(default_factory=dict)  # by the keys of `tenants.watches`

    def can(self, area: Area | str, level: Level | int = Level.VIEW) -> bool:
        """Whether the person may do this much in the area."""
        return self.permissions.can(area, Level(level))

    def has(self, special: Special | str) -> bool:
        """Whether the person holds the special permission."""
        return self.permissions.has(special)

    @property
    def needs_second_factor(self) -> bool:
        """Owners and admins need one; so does everybody where the organisation says so."""
        return bool(self.role_keys & SECOND_FACTOR_ROLES) or self.organisation.require_second_factor


def key_in_force(key_id: UUID) -> MembershipInForce | None:
    """What a key may do now, as a membership: its scopes, and nothing beside; None once revoked."""
    key = ApiKey.objects.filter(id=key_id, revoked_at=None).first()
    if key is None:
        return None
    levels = {"read": Level.VIEW, "write": Level.EDIT}
    areas: dict[Area, Level] = {}
    for scope in key.scopes:
        area, _, way = scope.partition(":")
        if area in set(Area):
            areas[Area(area)] = max(areas.get(Area(area), Level.NONE), levels[way])
    return MembershipInForce(
        membership_id=key.id,
        organisation=Organisation.objects.get(id=current_tenant()),
        role_keys=frozenset(),
        role_names=(),
        permissions=Permissions(areas, frozenset()),
        has_second_factor=True,
    )


IN_FORCE = """
SELECT o.*, m.id AS membership_id, m.overrides,
       coalesce(json_agg(json_build_array(r.key, r.name, r.areas, r.specials, r.limits)
                         ORDER BY r.id)
                FILTER (WHERE r.id IS NOT NULL), '[]'::json) AS roles,
       EXISTS (SELECT 1 FROM mfa_authenticator a
               WHERE a.user_id = m.user_id AND a.type <> 'recovery_codes') AS second_factor,
       {watched} AS watched
FROM tenants_membership m
JOIN tenants_organisation o ON o.id = m.tenant_id
LEFT JOIN tenants_membershiprole mr ON mr.tenant_id = m.tenant_id AND mr.membership_id = m.id
LEFT JOIN tenants_role r ON r.tenant_id = mr.tenant_id AND r.id = mr.role_id
WHERE m.tenant_id = %s AND m.user_id = %s AND m.is_active
GROUP BY o.id, m.id
"""


def membership_in_force(user_id: UUID) -> MembershipInForce | None:
    """A person's membership of the current organisation, in one statement."""
    statement = IN_FORCE.format(watched=watched_sql())
    rows = list(Organisation.objects.raw(statement, [current_tenant(), user_id]))
    if not rows:
        return None
    row = rows[0]
    roles = row.roles  # type: ignore[attr-defined]
    return MembershipInForce(
        membership_id=row.membership_id,  # type: ignore[attr-defined]
        organisation=row,
        role_keys=frozenset(role[0] for role in roles),
        role_names=tuple(role[1] for role in roles),
        permissions=effective(
            [(role[2], role[3]) for role in roles],
            _loaded(row.overrides),  # type: ignore[attr-defined]
        ),
        has_second_factor=bool(row.second_factor),  # type: ignore[attr-defined]
        user_id=user_id,
        limits=limits_in_force(
            [(role[2], role[4] or {}) for role in roles],
            _loaded(row.overrides),  # type: ignore[attr-defined]
        ),
        watched=_loaded(row.watched),  # type: ignore[attr-defined]
    )


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value  # a raw row leaves JSON as text


def preferences_of(user_id: UUID) -> dict[str, tuple[bool, bool]]:
    """How a person wants each kind of news, (in the app, by e-mail), where they chose."""
    rows = NotificationPreference.objects.filter(user_id=user_id)
    return {row.kind: (row.in_app, row.by_email) for row in rows}


def has_second_factor(user_id: UUID) -> bool:
    """Whether the person has a second factor set up."""
    return bool(
        Authenticator.objects.filter(user_id=user_id)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .exists()
    )
