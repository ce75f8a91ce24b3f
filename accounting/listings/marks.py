"""How documents stand in the accounting system, as a column and a filter of their own lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.http import QueryDict

from accounting.domain.states import Kind, SyncState
from accounting.engine.provider import provider_named
from accounting.models import SyncDocument
from accounting.presenters.watch import KEY
from hub.ui.filters import ChoiceFilter
from hub.ui.listing import Column, Listing
from tenants.lists import Opened
from tenants.selectors import MembershipInForce

COLUMN = "sync_state"
# The key of a list → what its rows are there. A contact may be two, a payment one of several.
KINDS: Mapping[str, Sequence[Kind]] = {
    "invoices": (Kind.INVOICE,),
    "bills": (Kind.BILL,),
    "credit-notes": (Kind.CREDIT_NOTE,),
    "supplier-credits": (Kind.SUPPLIER_CREDIT,),
    "payments": (Kind.PAYMENT, Kind.BILL_PAYMENT, Kind.CREDIT_ENTRY),
    "contacts": (Kind.CUSTOMER, Kind.SUPPLIER),
    "products": (Kind.PRODUCT,),
}
CHOICES = (("attention", "Needs attention"), ("pending", "Pending"))
STATES = {
    "attention": sorted(SyncState.needing_someone()),
    "pending": sorted(SyncState.under_way()),
}


@dataclass(frozen=True, slots=True)
class SyncFilter(ChoiceFilter):
    """Rows whose document there is in one of a few states; each is a partial index."""

    connection: UUID | None = None
    kinds: Sequence[Kind] = ()

    def apply(self, rows: QuerySet[Any], params: QueryDict) -> QuerySet[Any]:
        states = STATES.get(params.get(self.key, ""))
        if states is None:
            return rows
        assert self.connection is not None
        found = SyncDocument.objects.filter(
            connection_id=self.connection, kind__in=self.kinds, state__in=states
        )
        return rows.filter(id__in=found.values("local_id"))


def with_sync(member: MembershipInForce, listing: Listing, rows: QuerySet[Any]) -> Opened:
    """The list with both, where a company is connected; the state comes with the rows."""
    value, kinds = member.watched.get(KEY), KINDS.get(listing.key)
    if value is None or kinds is None or not value["connected"]:
        return listing, rows
    connection, title = UUID(value["id"]), provider_named(value["provider"]).title
    column = Column(COLUMN, title, "status", _state_of, hide_below="md")
    wanted = SyncFilter("sync", title, CHOICES, connection=connection, kinds=kinds)
    places = [place for place, each in enumerate(listing.columns, 1) if each.key == "status"]
    place = places[0] if places else len(listing.columns)
    columns = (*listing.columns[:place], column, *listing.columns[place:])
    filters = (*listing.filters, wanted)
    return replace(listing, columns=columns, filters=filters), _annotated(rows, connection, kinds)


def _state_of(row: Any) -> SyncState | None:
    value = getattr(row, COLUMN)
    return SyncState(value) if value else None


def _annotated(rows: QuerySet[Any], connection: UUID, kinds: Sequence[Kind]) -> QuerySet[Any]:
    """Of several documents of one row the one that presses most."""
    pressing = Case(
        When(state__in=STATES["attention"], then=Value(0)),
        When(state=SyncState.REMOVED, then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    documents = SyncDocument.objects.filter(
        local_id=OuterRef("pk"), connection_id=connection, kind__in=kinds
    ).order_by(pressing, "rank")
    annotated: QuerySet[Any] = rows.annotate(sync_state=Subquery(documents.values("state")[:1]))
    return annotated
