"""Telling people: in the app, by e-mail, and mailing lists."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from tenants.boundary import current_tenant
from tenants.domain.permissions import Area, Level, Permissions, Special, effective
from tenants.models import Notification, NotificationPreference
from tenants.services.mail import Letter, post


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """A kind of news that people can switch: its name, label, and who may see such news."""

    name: str
    label: str
    audience: Callable[[Permissions], bool]
    tone: str = "info"


_kinds: dict[str, NotificationKind] = {}


def register_notification_kind(kind: NotificationKind) -> None:
    """Called from `AppConfig.ready`."""
    _kinds[kind.name] = kind


def notification_kinds() -> list[NotificationKind]:
    """Every kind, by label."""
    return sorted(_kinds.values(), key=lambda kind: kind.label)


def who_can(area: Area, level: Level = Level.VIEW) -> Callable[[Permissions], bool]:
    """An audience: everybody with the area at this level."""
    return lambda permissions: permissions.can(area, level)


def who_has(special: Special) -> Callable[[Permissions], bool]:
    """An audience: everybody with the special permission."""
    return lambda permissions: permissions.has(special)


AUDIENCE = """
SELECT u.id, u.email, m.overrides,
       coalesce(json_agg(json_build_array(r.areas, r.specials)) FILTER (WHERE r.id IS NOT NULL),
                '[]'::json),
       coalesce(p.in_app, true), coalesce(p.by_email, true)
FROM tenants_membership m
JOIN tenants_user u ON u.id = m.user_id AND u.is_active
LEFT JOIN tenants_membershiprole mr ON mr.tenant_id = m.tenant_id AND mr.membership_id = m.id
LEFT JOIN tenants_role r ON r.tenant_id = mr.tenant_id AND r.id = mr.role_id
LEFT JOIN tenants_notificationpreference p
       ON p.tenant_id = m.tenant_id AND p.user_id = m.user_id AND p.kind = %(kind)s
WHERE m.tenant_id = %(tenant)s AND m.is_active
GROUP BY u.id, m.id, p.id
UNION ALL
SELECT NULL, a, NULL, '[]'::json, false, true
FROM tenants_mailinglist l, unnest(l.addresses) AS a
WHERE l.tenant_id = %(tenant)s AND l.kinds @> ARRAY[%(kind)s]::varchar[]
"""


def notify(
    kind_name: str,
    title: str,
    *,
    body: str = "",
    url: str = "",
    about: UUID | None = None,
    only: Collection[UUID] | None = None,
) -> None:
    """Tell everybody whom this kind concerns (or `only` those people), each as they chose.

    `url` is a path of this site. E-mail goes through the outbox, one message for all.
    """
    kind = _kinds[kind_name]
    people, addresses = _audience(kind, only)
    Notification.objects.bulk_create(
        Notification(
            user_id=user_id,
            kind=kind.name,
            tone=kind.tone,
            title=title[:200],
            body=body,
            url=url,
            object_id=about,
        )
        for user_id in people
    )
    if addresses:
        link = f"\n\n{settings.BASE_URL}{url}" if url else ""
        post(Letter(to=addresses[:50], subject=title, body=f"{body or title}{link}\n"))


def _audience(
    kind: NotificationKind, only: Collection[UUID] | None
) -> tuple[list[UUID], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(AUDIENCE, {"kind": kind.name, "tenant": current_tenant()})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    people: list[UUID] = []
    addresses: list[str] = []
    for user_id, email, overrides, roles, in_app, by_email in rows:
        if only is not None and user_id not in only:
            continue
        if user_id is not None and not kind.audience(effective(_loaded(roles), _loaded(overrides))):
            continue
        if in_app:
            people.append(user_id)
        if by_email and email.lower() not in addresses:
            addresses.append(email.lower())
    return people, addresses


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def mark_read(user_id: UUID, notification_id: UUID | None = None) -> None:
    """Mark one notification, or all of a person's, as read."""
    unread = Notification.objects.filter(user_id=user_id, read_at=None)
    if notification_id is not None:
        unread = unread.filter(id=notification_id)
    unread.update(read_at=Now())


def save_preferences(user_id: UUID, choices: dict[str, tuple[bool, bool]]) -> None:
    """Keep how a person wants each kind: (in the app, by e-mail)."""
    NotificationPreference.objects.bulk_create(
        [
            NotificationPreference(user_id=user_id, kind=kind, in_app=in_app, by_email=by_email)
            for kind, (in_app, by_email) in choices.items()
            if kind in _kinds
        ],
        update_conflicts=True,
        unique_fields=["tenant", "user", "kind"],
        update_fields=["in_app", "by_email"],
    )
