"""The lists that views are saved of and jobs export: each app says how its own are read.

A list is opened for a membership as the page opens it, so that a job that runs later sees what
the person may see then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from hub.errors import NotFound
from hub.ui.list_parts import Listing
from tenants.domain.permissions import Area, Level, Special
from tenants.selectors import MembershipInForce

Opened = tuple[Listing, QuerySet[Any]]
ASK_COMPANY = (Area.COMPANY, Level.EDIT)


@dataclass(frozen=True, slots=True)
class ListSource:
    """One list page: its key, its address, who may open it, and what it shows to whom."""

    key: str
    title: str
    url_name: str
    open: Callable[[MembershipInForce, QueryDict], Opened]
    area: Area | None = None
    special: Special | None = None

    def allowed(self, member: MembershipInForce) -> bool:
        """Whether the person may open the list."""
        if self.area is not None and not member.can(self.area):
            return False
        return self.special is None or member.has(self.special)

    def may_share(self, member: MembershipInForce) -> bool:
        """Whether the person may give everybody a view: who may edit what the list shows."""
        return self.allowed(member) and (
            member.can(*ASK_COMPANY)
            or (self.area is not None and member.can(self.area, Level.EDIT))
        )

    @property
    def url(self) -> str:
        return reverse(self.url_name)


Extension = Callable[[MembershipInForce, Listing, QuerySet[Any]], Opened]
_sources: dict[str, ListSource] = {}
_extensions: list[Extension] = []


def register_list_extension(extension: Extension) -> None:
    """Called from `AppConfig.ready`: adds columns and filters to lists of apps below, without a
    statement; it gives back what it does not know as it is.
    """
    _extensions.append(extension)


def extended(member: MembershipInForce, listing: Listing, rows: QuerySet[Any]) -> Opened:
    """A list with what apps above add to it: for its page, for files and for what bulk verbs take.

    Whoever reads a list's address has to read it with this, or a filter of an app above would
    narrow nothing.
    """
    for extension in _extensions:
        listing, rows = extension(member, listing, rows)
    return listing, rows


def register_list(source: ListSource) -> None:
    """Called from `AppConfig.ready`; a key has one list."""
    if source.key in _sources:
        raise ValueError(f"the list {source.key!r} is registered twice")
    _sources[source.key] = source


def list_sources() -> list[ListSource]:
    """Every list that can be saved and exported, by key."""
    return [_sources[key] for key in sorted(_sources)]


def list_source(key: str) -> ListSource:
    """The list of this key; raises NotFound."""
    if key not in _sources:
        raise NotFound("There is no such list.")
    return _sources[key]


def source_of_page(request: HttpRequest, key: str) -> ListSource | None:
    """The registered list that this page shows; None for a page that narrows it in its path."""
    source = _sources.get(key)
    return source if source is not None and source.url == request.path else None
