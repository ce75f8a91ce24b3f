"""What undoing or voiding a document would change, before anybody decides.

The verb itself runs behind a savepoint that is rolled back, and what it wrote in between is read:
the preview cannot differ from what then happens. Nothing of it stays, locks included.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from hub.errors import WharfError
from inventory.models import StockMovement
from ledger.domain.postings import JournalEvent
from ledger.models import Book, Journal, JournalLine
from network.models import Envelope
from orders.domain.states import NetworkStatus
from orders.models import (
    Bill,
    CreditNote,
    Invoice,
    PurchaseOrder,
    Receipt,
    SalesOrder,
    Settlement,
    Shipment,
    StockDocument,
    TradeDocument,
)
from orders.services import (
    bills,
    credit_notes,
    documents,
    drop_shipping,
    invoices,
    purchases,
    receiving,
    sales,
    shipping,
    stock_documents,
)
from orders.services.allocation import promised_lines

Reversible = TradeDocument | StockDocument
Verb = Callable[[UUID], object]

VERBS: dict[tuple[type[Any], str], Verb] = {
    (Receipt, "undo"): drop_shipping.undo_goods_in,
    (Receipt, "void"): receiving.void_receipt,
    (Shipment, "undo"): drop_shipping.undo_goods_out,
    (Shipment, "void"): shipping.void_shipment,
    (Bill, "undo"): bills.undo_bill,
    (Bill, "void"): bills.void_bill,
    (Invoice, "undo"): invoices.undo_invoice,
    (Invoice, "void"): invoices.void_invoice,
    (CreditNote, "undo"): credit_notes.undo_credit_note,
    (CreditNote, "void"): credit_notes.void_credit_note,
    (PurchaseOrder, "undo"): purchases.undo_purchase_order,
    (PurchaseOrder, "void"): purchases.void_purchase_order,
    (SalesOrder, "undo"): sales.undo_sales_order,
    (SalesOrder, "void"): sales.void_sales_order,
}
STATUSES: dict[type[Any], Any] = {**documents.STATUSES, **stock_documents.STATUSES}
KINDS: dict[type[Any], str] = {**documents.KINDS, **stock_documents.KINDS}
# What of an order's line follows from its pieces.
COUNTED = {
    PurchaseOrder: ("received", "billed"),
    SalesOrder: ("allocated", "bought", "shipped", "invoiced"),
}


@dataclass(frozen=True, slots=True)
class JournalSide:
    """One line of a journal; debits positive, in the base currency."""

    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class JournalEffect:
    """A journal that would be written; `reverses` is the number of the one it takes back."""

    event: str
    posted_on: date
    reverses: str
    lines: Sequence[JournalSide]


@dataclass(frozen=True, slots=True)
class MovementEffect:
    """Goods that would come (positive) or leave (negative)."""

    sku: str
    product: str
    location: str
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class StatusEffect:
    """A document whose status would change; `before` and `after` are labels."""

    kind: str
    id: UUID
    number: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CountEffect:
    """What of an ordered line would change: received, billed, promised, bought, shipped, invoiced.

    `order` is the order's number: the document's own, or a sale that loses what was promised.
    """

    order: str
    sku: str
    description: str
    counted: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Consequences:
    """What would change. With a `refusal` the verb is not possible, and nothing else is told."""

    journals: Sequence[JournalEffect] = ()
    movements: Sequence[MovementEffect] = ()
    statuses: Sequence[StatusEffect] = ()
    counts: Sequence[CountEffect] = ()
    partner: Sequence[str] = ()
    refusal: str = ""
    code: str = ""

    @property
    def possible(self) -> bool:
        """Whether the verb can be done as things stand."""
        return not self.refusal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How things stood, as far as a verb on one document can change them."""

    next_journal: int
    movements: frozenset[UUID]
    envelopes: frozenset[UUID]
    statuses: Mapping[UUID, StatusEffect]
    counts: Mapping[tuple[UUID, str], CountEffect]


def consequences_of(document: Reversible, verb: str) -> Consequences:
    """What `verb` ("undo" or "void") on the document would do now; it stays as it is."""
    before = take_snapshot(document)
    try:
        with transaction.atomic():
            VERBS[type(document), verb](document.id)
            found = changes_since(before, document)
            transaction.set_rollback(True)
    except WharfError as error:
        return Consequences(refusal=error.message, code=error.code)
    return found


def take_snapshot(document: Reversible) -> Snapshot:
    """How things stand now."""
    now = [_again(one) for one in together(document)]
    orders = [_order_of(one) for one in now]
    ids = [one.id for one in now]
    return Snapshot(
        Book.objects.values_list("next_journal", flat=True).get(),
        frozenset(StockMovement.objects.filter(source_id__in=ids).values_list("id", flat=True)),
        frozenset(Envelope.objects.filter(object_id=document.id).values_list("id", flat=True)),
        {one.id: _status(one) for one in (*now, *orders) if one is not None},
        {
            (line, what): effect
            for one, order in zip(now, orders, strict=True)
            for line, what, effect in _counts(one, order)
        },
    )


def together(document: Reversible) -> list[Reversible]:
    """The document, and with a drop-ship's half its other half: they are booked as one."""
    others: list[Reversible] = []
    if isinstance(document, Receipt):
        others = list(Shipment.objects.filter(drop_receipt=document.id))
    elif isinstance(document, Shipment) and document.drop_receipt is not None:
        others = list(Receipt.objects.filter(id=document.drop_receipt))
    return [document, *others]


def changes_since(before: Snapshot, document: Reversible) -> Consequences:
    """What verbs on the document have changed since the snapshot."""
    after = take_snapshot(document)
    return Consequences(
        journals=_journals(before, document),
        movements=_movements(before, document),
        statuses=[
            StatusEffect(old.kind, old.id, old.number, old.after, after.statuses[key].after)
            for key, old in before.statuses.items()
            if after.statuses[key].after != old.after
        ],
        counts=[
            replace(old, after=_now(after, key))
            for key, old in before.counts.items()
            if _now(after, key) != old.after
        ],
        partner=_partner(before, document),
    )


def _now(after: Snapshot, key: tuple[UUID, str]) -> Decimal:
    """What the line counts now; a promise that is not listed any more is none."""
    return after.counts[key].after if key in after.counts else Decimal(0)


def _again(document: Reversible) -> Reversible:
    """The document as the database has it now."""
    return type(document)._default_manager.get(id=document.id)


def _order_of(document: Reversible) -> PurchaseOrder | SalesOrder | None:
    if isinstance(document, PurchaseOrder | SalesOrder):
        return document
    if isinstance(document, Receipt | Bill) and document.purchase_order_id is not None:
        return PurchaseOrder.objects.get(id=document.purchase_order_id)
    if isinstance(document, Shipment | Invoice) and document.sales_order_id is not None:
        return SalesOrder.objects.get(id=document.sales_order_id)
    return None


def _status(one: Reversible) -> StatusEffect:
    label = STATUSES[type(one)](one.status).label
    return StatusEffect(KINDS[type(one)], one.id, one.number, label, label)


def _counts(
    document: Reversible, order: PurchaseOrder | SalesOrder | None
) -> list[tuple[UUID, str, CountEffect]]:
    """The lines of the document's order, and of the sales that its goods are promised to."""
    found: list[tuple[str, str, Any]] = []
    if order is not None:
        lines = order.lines.order_by("position")
        found = [(order.number, what, line) for line in lines for what in COUNTED[type(order)]]
    if isinstance(document, Receipt):
        products = list(document.lines.values_list("product_id", flat=True))
        promised = promised_lines(products).order_by("order_id", "position")
        found += [(line.order.number, "allocated", line) for line in promised]
    return [
        (line.id, what, CountEffect(number, line.sku, line.description, what, count, count))
        for number, what, line in found
        for count in (getattr(line, what),)
    ]


def _journals(before: Snapshot, document: Reversible) -> list[JournalEffect]:
    """Those of this document, and corrections of cost that it causes at others."""
    halves = together(document)
    memos = [f"Cost corrected by {one.number}" for one in halves]
    money = _money_of(document)
    rows = list(
        Journal.objects.filter(number__gte=before.next_journal)
        .filter(Q(source_id__in=[*(one.id for one in halves), *money]) | Q(memo__in=memos))
        .select_related("reverses")
        .order_by("number")
    )
    lines = list(
        JournalLine.objects.filter(journal__in=rows)
        .select_related("account")
        .order_by("journal_id", "position")
    )
    return [
        JournalEffect(
            JournalEvent(row.event).label,
            row.posted_on,
            str(row.reverses) if row.reverses is not None else "",
            _merged([line for line in lines if line.journal_id == row.id]),
        )
        for row in rows
    ]


def _money_of(document: Reversible) -> list[UUID]:
    """What an invoice is settled with: undone, its payments and credits are taken back (Q24)."""
    if not isinstance(document, Invoice):
        return []
    rows = Settlement.objects.filter(invoice_id=document.id)
    payments = rows.filter(payment_id__isnull=False).values_list("payment_id", flat=True)
    return [*rows.values_list("id", flat=True), *payments]


def _merged(lines: Sequence[JournalLine]) -> list[JournalSide]:
    """One line per account, in their order."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[str(line.account)] = sums.get(str(line.account), Decimal(0)) + line.amount
    return [JournalSide(account, amount) for account, amount in sums.items() if amount]


def _movements(before: Snapshot, document: Reversible) -> list[MovementEffect]:
    rows = (
        StockMovement.objects.filter(source_id__in=[one.id for one in together(document)])
        .exclude(id__in=before.movements)
        .annotate(sku=F("product__sku"), name=F("product__name"), place=F("location__name"))
        .order_by("id")
    )
    return [MovementEffect(row.sku, row.name, row.place, row.quantity, row.value) for row in rows]


def _partner(before: Snapshot, document: Reversible) -> list[str]:
    """What the partner gets, and what it keeps."""
    name, number = document.contact.name, document.number
    sent = Envelope.objects.filter(object_id=document.id).exclude(id__in=before.envelopes)
    if sent.exists():
        return [f"{name} is told over the network that {number} was taken back."]
    if isinstance(document, StockDocument):
        return []
    if document.network_status == NetworkStatus.NOT_SENT:
        return []
    if isinstance(document, Bill):
        return [f"{name} is not told; it sees your next answer to its invoice."]
    return [f"{name} keeps the version that it has until you send {number} again."]
