"""Search across everything: each app brings the groups that it can search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from tenants.selectors import MembershipInForce
from tenants.shell import menu_entries

MOST_PER_GROUP = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: where it leads and what it says; `connected` marks a connected contact."""

    title: str
    url: str
    note: str = ""
    connected: bool = False


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """Results of one kind. `find(text, most)` runs in the organisation's transaction."""

    label: str
    icon: str
    allowed: Callable[[MembershipInForce], bool]
    find: Callable[[str, int], Sequence[Hit]]
    order: int = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A group with what was found in it."""

    label: str
    icon: str
    hits: Sequence[Hit]


_groups: list[SearchGroup] = []


def register_search(group: SearchGroup) -> None:
    """Called from `AppConfig.ready`."""
    _groups.append(group)
    _groups.sort(key=lambda item: item.order)


def _pages(text: str, membership: MembershipInForce) -> Found:
    """Pages and things to make whose name has the text: what a command palette offers."""
    wanted = text.strip().casefold()
    hits = [
        Hit(label, reverse(entry.url_name))
        for label, entry in menu_entries()
        if wanted in label.casefold() and entry.allowed(membership)
    ]
    return Found("Go to", "arrow-right", hits[:MOST_PER_GROUP])


def search_everything(text: str, membership: MembershipInForce) -> list[Found]:
    """At most ten results of each kind that the person may see; one statement a group."""
    if not text:
        return []
    groups = [group for group in _groups if group.allowed(membership)]
    found = [_pages(text, membership)]
    found += [Found(g.label, g.icon, g.find(text, MOST_PER_GROUP)) for g in groups]
    return [group for group in found if group.hits]
