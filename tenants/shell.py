"""The app shell's data: menus that apps fill, and the two badges, in one statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.urls import reverse

from hub.ui.components import Link
from tenants.boundary import current_tenant, tenant_is_set
from tenants.selectors import MembershipInForce, Place
from tenants.watches import Strip, news_for, strip_for


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of a menu; `url_name` is resolved when shown, `allowed` asks the membership."""

    label: str
    url_name: str
    icon: str
    allowed: Callable[[MembershipInForce], bool]
    order: int
    shortcut: str = ""
    prefixes: tuple[str, ...] = ()
    count: Callable[[MembershipInForce], str] | None = None  # beside it: "3", "99+", or ""
    counted: str = ""  # what is counted, for those who do not see where it stands


_navigation: list[MenuEntry] = []
_new_menu: list[MenuEntry] = []
_settings_menu: list[tuple[str, MenuEntry]] = []
_inbox_counters: list[tuple[str, Callable[[MembershipInForce], bool]]] = []
UNREAD = """(SELECT count(*) FROM (SELECT 1 FROM tenants_notification
WHERE tenant_id = %(tenant)s AND user_id = %(user)s AND read_at IS NULL LIMIT 100) AS unread)"""


def register_navigation(entry: MenuEntry) -> None:
    """An entry of the left navigation; called from `AppConfig.ready`."""
    _navigation.append(entry)
    _navigation.sort(key=lambda item: item.order)


def register_new(entry: MenuEntry) -> None:
    """An entry of "+ New"."""
    _new_menu.append(entry)
    _new_menu.sort(key=lambda item: item.order)


def register_settings(group: str, entry: MenuEntry) -> None:
    """An entry of the settings page, under a group's heading."""
    _settings_menu.append((group, entry))
    _settings_menu.sort(key=lambda item: item[1].order)


def register_inbox_counter(
    sql: str, allowed: Callable[[MembershipInForce], bool] = lambda membership: True
) -> None:
    """A sub-select `(SELECT count(*) …)` with %(tenant)s that counts what waits for approval.

    It counts for those who may act on it, as `allowed` says.
    """
    _inbox_counters.append((sql, allowed))


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A menu entry as shown."""

    label: str
    url: str
    icon: str
    active: bool
    shortcut: str
    count: str = ""
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """What `base.html` shows around each page."""

    organisation: Any
    membership: MembershipInForce
    memberships: list[Place]
    nav: list[NavigationItem]
    new_menu: list[NavigationItem]
    inbox_count: int
    unread_count: int
    strip: Strip | None = None
    news: Sequence[Link] = ()


def build_shell(request: HttpRequest, membership: MembershipInForce) -> Shell:
    """Assemble the shell; two statements at most (places, counts)."""
    inbox, unread = _counts(request, membership) if tenant_is_set() else (0, 0)
    return Shell(
        organisation=membership.organisation,
        membership=membership,
        memberships=list(request.places),  # type: ignore[attr-defined]
        nav=navigation(request, membership),
        new_menu=shown(_new_menu, request, membership),
        inbox_count=inbox,
        unread_count=unread,
        strip=strip_for(membership, request.path),
        news=news_for(membership),
    )


def navigation(request: HttpRequest, membership: MembershipInForce) -> list[NavigationItem]:
    """The left navigation of this person."""
    return shown(_navigation, request, membership)


def menu_entries() -> list[tuple[str, MenuEntry]]:
    """Everything that a menu leads to, with the words that name it."""
    return [
        *((entry.label, entry) for entry in _navigation),
        *((f"New: {entry.label}", entry) for entry in _new_menu),
        *((entry.label, entry) for _group, entry in _settings_menu),
    ]


def settings_groups(
    request: HttpRequest, membership: MembershipInForce
) -> dict[str, list[NavigationItem]]:
    """The settings pages that this person may open, by group."""
    groups: dict[str, list[NavigationItem]] = {}
    for group, entry in _settings_menu:
        for item in shown([entry], request, membership):
            groups.setdefault(group, []).append(item)
    return groups


def shown(
    entries: list[MenuEntry], request: HttpRequest, membership: MembershipInForce
) -> list[NavigationItem]:
    """The entries that this person may open; the one whose address fits best is the active one."""
    allowed = [(entry, reverse(entry.url_name)) for entry in entries if entry.allowed(membership)]
    fits = [
        max((len(p) for p in (url, *entry.prefixes) if request.path.startswith(p)), default=0)
        for entry, url in allowed
    ]
    best = max(fits, default=0)
    return [
        NavigationItem(
            entry.label,
            url,
            entry.icon,
            best > 0 and fit == best,
            entry.shortcut,
            entry.count(membership) if entry.count is not None else "",
            entry.counted,
        )
        for (entry, url), fit in zip(allowed, fits, strict=True)
    ]


def _counts(request: HttpRequest, membership: MembershipInForce) -> tuple[int, int]:
    inbox = " + ".join(sql for sql, allowed in _inbox_counters if allowed(membership)) or "0"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {inbox}, {UNREAD}",
            {"tenant": current_tenant(), "user": request.user.pk},
        )
        row = cursor.fetchone()
    return (row[0], row[1]) if row else (0, 0)
