"""Saved views and long exports of lists: what the list page asks of whoever keeps them.

The list page knows nothing of people and organisations. An app above registers one keeper in its
`AppConfig.ready`; without one, lists have their built-in tabs and exports of one answer's size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

if TYPE_CHECKING:
    from hub.ui.list_parts import Listing

LARGEST_DIRECT_EXPORT = 5_000
NOT_KEPT = ("cursor", "format", "view")  # a view keeps the rest of the address


@dataclass(frozen=True, slots=True)
class SavedTab:
    """One saved view, as a tab after the built-in ones. `query` is the list's address."""

    id: str
    label: str
    query: str
    change_url: str
    shared: bool = False
    default: bool = False

    @property
    def url(self) -> str:
        params = QueryDict(self.query, mutable=True)
        params["view"] = self.id
        return f"?{params.urlencode()}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The saved views of one list for one person, and where a new one is made."""

    tabs: Sequence[SavedTab]
    list_key: str
    new_url: str
    all_url: str

    @property
    def default(self) -> SavedTab | None:
        return next((tab for tab in self.tabs if tab.default), None)

    def active(self, params: QueryDict) -> SavedTab | None:
        """The view that the address names."""
        wanted = params.get("view", "")
        return next((tab for tab in self.tabs if tab.id == wanted), None)

    def save_url(self, params: QueryDict) -> str:
        """Where what is shown becomes a view."""
        return f"{self.new_url}?{urlencode({'list': self.list_key, 'query': kept_query(params)})}"


def kept_query(params: QueryDict) -> str:
    """The part of a list's address that a view keeps, without what is empty."""
    kept = QueryDict(mutable=True)
    for name, values in params.lists():
        if name not in NOT_KEPT:
            kept.setlist(name, [value for value in values if value])
    return kept.urlencode()


class ListKeeper(Protocol):
    """What the list page asks; `list_key` is `Listing.key`."""

    def shelf(self, request: HttpRequest, list_key: str) -> Shelf | None:
        """The views, in at most one statement; None where this page cannot have any."""

    def extended(
        self, request: HttpRequest, listing: "Listing", rows: "QuerySet[Any]"
    ) -> "tuple[Listing, QuerySet[Any]]":
        """The list with the columns and filters that apps above add to it; no statement."""

    def begin_export(
        self, request: HttpRequest, list_key: str, file_format: str
    ) -> HttpResponse | None:
        """Begin a long export as a job and answer with its page; None where there is no job."""


_keepers: list[ListKeeper] = []


def register_list_keeper(keeper: ListKeeper) -> None:
    """Called once, from an `AppConfig.ready`."""
    if _keepers:
        raise ValueError("lists have one keeper")
    _keepers.append(keeper)


def list_keeper() -> ListKeeper | None:
    """Who keeps views and long exports, if anybody does."""
    return _keepers[0] if _keepers else None
