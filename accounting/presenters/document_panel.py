"""The accounting card of a document's page: where it stands, what can be done, which accounts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html

from accounting.domain.states import ConnectionState, Kind, SyncState
from accounting.engine.provider import Provider, provider_named
from accounting.models import Connection, SyncDocument
from accounting.presenters.fixes import PAGES, fix_link, their_url
from accounting.services.accounts_there import differences, product_account
from accounting.services.sync_documents import RETRYABLE
from hub.ui.components import Fact, Link, SidePanel
from network.models import Contact
from orders.models import Invoice, SalesOrder
from orders.presenters.manner import Manner
from tenants.domain.permissions import Special
from tenants.selectors import MembershipInForce

TYPES = frozenset(PAGES.values())
# A page's type → what it would be there, before it has a row.
FIRST = {"invoice": Kind.INVOICE, "product": Kind.PRODUCT}
MOST_LINES = 5
MOST_OF_SALE = 10


def panels(object_type: str, object_id: UUID, member: MembershipInForce) -> Sequence[SidePanel]:
    """The cards of a thing; one or two statements where nothing is connected."""
    if object_type == "salesorder":
        return _of_sale(object_id, member)
    if object_type not in TYPES:
        return []
    rows = list(
        SyncDocument.objects.filter(local_id=object_id)
        .exclude(connection__state=ConnectionState.DISABLED)
        .select_related("connection")
        .order_by("rank")
    )
    shown = [row for row in rows if _matters(row, rows)]
    if shown:
        return [_panel(row, member, many=len(shown) > 1) for row in shown]
    if object_type in FIRST:
        return _before(FIRST[object_type], object_id)
    return []


def _of_sale(order_id: UUID, member: MembershipInForce) -> list[SidePanel]:
    """A sale is not sent itself: what it is there is its quote and its invoices."""
    invoices = Invoice.objects.filter(sales_order_id=order_id).values("id")
    quotes = SalesOrder.objects.filter(id=order_id, quote__isnull=False).values("quote")
    wanted = Q(kind=Kind.INVOICE, local_id__in=invoices) | Q(kind=Kind.QUOTE, local_id__in=quotes)
    rows = list(
        SyncDocument.objects.filter(wanted)
        .exclude(connection__state=ConnectionState.DISABLED)
        .select_related("connection")
        .order_by("rank", "id")[:MOST_OF_SALE]
    )
    if not rows:
        return []
    title = provider_named(rows[0].connection.provider).title
    allowed = member.has(Special.QUICKBOOKS)
    facts = [_fact_of_sale(row, allowed=allowed) for row in rows]
    badge = SyncState(rows[0].state) if len(rows) == 1 else None
    note = rows[0].message if len(rows) == 1 and rows[0].state != SyncState.SYNCED else ""
    return [SidePanel(title, facts, "plug-connected", badge, note=note)]


def _fact_of_sale(row: SyncDocument, *, allowed: bool) -> Fact:
    """What it is there, and how far: a link to it there, or to its entry of the history."""
    state = SyncState(row.state).label
    label = f"{Kind(row.kind).label} {row.number}"
    entry = reverse("accounting:history_entry", args=[row.id]) if allowed else ""
    there = their_url(row, row.connection)
    number = row.remote_number or row.remote_id or state
    if there and row.remote_id:
        value: Any = _outside(there, number)
    else:
        value = format_html('<a href="{}">{}</a>', entry, number) if entry else number
    return Fact(label, value, state if number != state else "")


def _outside(url: str, text: str) -> Any:
    return format_html('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>', url, text)


def _matters(row: SyncDocument, rows: Sequence[SyncDocument]) -> bool:
    """A payment's usual role or its entry: the one that stands or is to stand there."""
    return len(rows) == 1 or row.state != SyncState.REMOVED


def _panel(row: SyncDocument, member: MembershipInForce, *, many: bool) -> SidePanel:
    manner = Manner.of(member.organisation)
    provider = provider_named(row.connection.provider)
    title = f"{provider.title}: {Kind(row.kind).label.lower()}" if many else provider.title
    facts = []
    if number := row.remote_number or row.remote_id:
        url = their_url(row, row.connection)
        facts.append(Fact("Their number", _outside(url, number) if url else number))
    last = row.sent_at or row.synced_at
    if last is not None:
        facts.append(Fact("Last attempt", manner.moment(last)))
    facts += _accounts(row.connection, Kind(row.kind), row.local_id)
    allowed = member.has(Special.QUICKBOOKS)
    notes = [_shortened(row, provider), row.message if row.state != SyncState.SYNCED else ""]
    note = " ".join(filter(None, notes))
    return SidePanel(
        title,
        facts,
        "plug-connected",
        SyncState(row.state),
        _links(row) if allowed else (),
        note=note,
        key=f"sync-{row.id.hex}" if row.state == SyncState.SENDING else "",
    )


def _shortened(row: SyncDocument, provider: Provider) -> str:
    """Why it is called otherwise there than here."""
    if row.facts.get("shortened") != row.number or not row.remote_number:
        return ""
    return (
        f"{provider.title} keeps at most {provider.longest_number} characters of a number: it "
        f"stands there as {row.remote_number}."
    )


def _accounts(connection: Connection, kind: Kind, local_id: UUID) -> list[Fact]:
    """Lines that go to another account there than here; of a product, where its sales go."""
    if kind == Kind.PRODUCT:
        one = product_account(connection, local_id)
        differs = f"Here they go to {one.ours}." if one.differs else ""
        return [Fact("Sales go to", one.theirs, differs)]
    found = differences(connection, kind, local_id)
    facts = [
        Fact(one.line, one.theirs, f"There the product's account counts; here it is {one.ours}.")
        for one in found[:MOST_LINES]
    ]
    if len(found) > MOST_LINES:
        facts.append(Fact("More lines", str(len(found) - MOST_LINES)))
    return facts


def _links(row: SyncDocument) -> list[Link]:
    links = []
    if row.state in SyncState.needing_someone():
        fix = fix_link(row)
        if fix is not None and row.fix.get("kind") != "document":
            links.append(fix)
    if row.state in RETRYABLE and row.state in SyncState.needing_someone():
        url = reverse("accounting:history_retry", args=[row.id])
        links.append(Link("Retry", url, "refresh", "post"))
    if row.state in SyncState.needing_someone():
        url = reverse("accounting:history_skip", args=[row.id])
        links.append(Link("Skip …", url, "player-skip-forward"))
    links.append(Link("View", reverse("accounting:history_entry", args=[row.id]), "eye"))
    return links


def _before(kind: Kind, object_id: UUID) -> list[SidePanel]:
    """Accounts that would differ, before anything was sent."""
    connection = Connection.objects.filter(state=ConnectionState.ACTIVE).first()
    if connection is None:
        return []
    facts = _accounts(connection, kind, object_id)
    if not facts:
        return []
    title = provider_named(connection.provider).title
    return [SidePanel(title, facts, "plug-connected", note="Not sent yet.")]


def contact_panel(contact: Contact, member: MembershipInForce) -> SidePanel | None:
    """The card of a contact: the role that needs somebody, else the first."""
    found = panels("contact", contact.id, member)
    pressing = (one for one in found if one.badge in SyncState.needing_someone())
    return next(pressing, next(iter(found), None))
