"""Adjustments, transfers and stocktakes as lists."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from hub.ui.components import EmptyState, Link
from hub.ui.listing import Column, Listing, ListTab
from inventory.domain.states import StockTaskStatus
from inventory.models import StockAdjustment, Stocktake, StockTask, StockTransfer
from tenants.search import Hit

_DRAFT = ListTab("draft", "Draft", {"status": "draft"})
_DONE = ListTab("done", "Done", {"status": "done"}, counted=False)
_VOID = ListTab("void", "Void", {"status": "void"}, counted=False)
_ALL = ListTab("all", "All", counted=False)


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(number__istartswith=text) | Q(reference__icontains=text))


def _listing(key: str, name: str, noun: str, why: str, *more: Column, tabs: Any) -> Listing:
    return Listing(
        key=key,
        title=f"{noun.capitalize()}s",
        noun=noun,
        columns=(
            Column("number", "Number", primary=True),
            Column("happened_on", "Date", "date"),
            *more,
            Column("reference", "Reference", hide_below="md"),
            Column("status", "Status", "status", lambda row: StockTaskStatus(row.status)),
            Column("authorised_by_name", "Authorised by", hide_below="lg"),
        ),
        tabs=tabs,
        sort="-id",
        search=_search,
        search_hint="Search number or reference",
        row_url=lambda row: reverse(f"inventory:{name}", args=[row.pk]),
        template="inventory/tasks.html",
        empty=EmptyState(
            f"No {noun}s here",
            why,
            icon="packages",
            action=Link(f"New {noun}", f"/stock/{key}/new/", icon="plus"),
        ),
    )


_PLACE = Column("location", "Location", value="location.name")
LISTINGS: dict[type[StockTask], Listing] = {
    StockAdjustment: _listing(
        "adjustments",
        "adjustment",
        "adjustment",
        "For goods that were found, broken, or taken as samples.",
        _PLACE,
        tabs=(_ALL, _DRAFT, _DONE, _VOID),
    ),
    StockTransfer: _listing(
        "transfers",
        "transfer",
        "transfer",
        "For goods that go from one of your locations to another.",
        Column("location", "From", value="location.name"),
        Column("destination", "To", value="destination.name"),
        tabs=(
            _ALL,
            _DRAFT,
            ListTab("in_transit", "In transit", {"status": "in_transit"}),
            _DONE,
            _VOID,
        ),
    ),
    Stocktake: _listing(
        "stocktakes",
        "stocktake",
        "stocktake",
        "Count a location; what differs is corrected at once.",
        _PLACE,
        tabs=(_ALL, _DRAFT, _DONE, _VOID),
    ),
}


def find_tasks(text: str, most: int) -> Sequence[Hit]:
    """Stock work for the search over everything, by the start of its number."""
    found: list[Hit] = []
    for model, listing in LISTINGS.items():
        rows = model._default_manager.filter(number__istartswith=text).order_by("-id")
        found += [
            Hit(row.number, listing.row_url(row), StockTaskStatus(row.status).label)
            for row in rows[: most - len(found)]
            if listing.row_url is not None
        ]
    return found
