"""From a local row that changed to what has to be synchronised because of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounting.domain.options import Options
from accounting.domain.states import Kind
from accounting.outgoing.frame import Frame, lines_of
from accounting.outgoing.journals import goes_alone, is_transfer
from accounting.outgoing.money import is_usual
from inventory.models import Product
from ledger.models import Journal
from network.models import Contact
from orders.domain.states import BillStatus, InvoiceStatus, PurchaseOrderStatus
from orders.domain.stock_states import CreditNoteStatus, PaymentStatus, QuoteStatus
from orders.models import (
    Bill,
    CreditNote,
    CreditSide,
    Invoice,
    Payment,
    PurchaseOrder,
    Quote,
    Settlement,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may have to be sent. Not `due`: only where it is known there already."""

    kind: Kind
    local_id: UUID
    number: str
    on: date | None = None
    due: bool = True


def _since(options: Options) -> date | None:
    return date.fromisoformat(options.from_date) if options.from_date else None


def _from(day: date, options: Options) -> bool:
    begins = _since(options)
    return begins is None or day >= begins


def _contacts(ids: Sequence[UUID], options: Options) -> Iterable[Candidate]:
    for row in Contact.objects.filter(id__in=ids):
        if row.is_customer:
            yield Candidate(Kind.CUSTOMER, row.id, row.name, due=row.is_active)
        if row.is_supplier:
            yield Candidate(Kind.SUPPLIER, row.id, row.name, due=row.is_active)


def _products(ids: Sequence[UUID], options: Options) -> Iterable[Candidate]:
    for row in Product.objects.filter(id__in=ids):
        yield Candidate(Kind.PRODUCT, row.id, row.sku, due=row.is_active)


def _invoices(ids: Sequence[UUID], options: Options) -> Iterable[Candidate]:
    standing = (InvoiceStatus.AUTHORISED, InvoiceStatus.PAID)
    for row in Invoice.objects.filter(id__in=ids):
        due = row.status in standing and _from(row.issued_on, options)
        yield Candidate(Kind.INVOICE, row.id, row.number, row.issued_on, due)


def _bills(ids: Sequence[UUID], options: Options) -> Iterable[Candidate]:
    standing = (BillStatus.APPROVED, BillStatus.PAID)
    for row in Bill.objects.filter(id__in=ids):
        due = row.status in standing and _from(row.issued_on, options)
        yield Candidate(Kind.BILL, row.id, row.number, row.issued_on, due)


def _credit_notes(ids: Sequence[UUID], options: Options) -> Iterable[Candidate]:
    standing = (CreditNoteStatus.AUTHORISED, CreditNoteStatus.SETTLED)
    for row in CreditNote.objects.filter(id__in=ids):
        kind = Kind.CREDIT_NOTE if row.side == CreditSide.SALE else Kind.SUPPLIER_CREDIT
        due = row.status in standing and _from(row.issued_on, options)
        yield Candidate(kind, row.id, row.number, row.issued_on, due)


def _purchase_orders(ids: Sequence[UUID], options: Options) -> Iterable[Candidate]:
    standing = (PurchaseOrderStatus.AUTHORISED, PurchaseOrderStatus.COMPLETED)
    for row in PurchaseOrder.objects.filter(id__in=ids):
        due = (
            options.export_purchase_orders
            and row.status in standing
            and _from(row.issued_on, options)
        )
        yield Candidate(Kind.PURCHASE_ORDER, row.id, row.number, row.issued_on, due)


def _quotes(ids: Sequence[UUID], options: Options) -> Iterable[Candidate]:
    standing = (QuoteStatus.AUTHORISED, QuoteStatus.ACCEPTED)
    for row in Quote.objects.filter(id__in=ids):
        due = options.export_quotes and row.status in standing and _from(row.issued_on, options)
        yield Candidate(Kind.QUOTE, row.id, row.number, row.issued_on, due)


def _payments(ids: Sequence[UUID], options: Options) -> Iterable[Candidate]:
    for row in Payment.objects.filter(id__in=ids):
        due = row.status != PaymentStatus.VOID and _from(row.paid_on, options)
        if is_usual(row) and row.account_id is not None:
            kind = Kind.PAYMENT if row.side == CreditSide.SALE else Kind.BILL_PAYMENT
            yield Candidate(kind, row.id, row.number, row.paid_on, due)
        yield Candidate(Kind.CREDIT_ENTRY, row.id, row.number, row.paid_on, due)


def _settlements(ids: Sequence[UUID], options: Options) -> Iterable[Candidate]:
    rows = list(
        Settlement.objects.filter(id__in=ids).select_related(
            "payment", "credit_note", "refunded_note"
        )
    )
    # A row that takes another back is about that other one.
    back = [row.reverses_id for row in rows if row.reverses_id]
    rows += Settlement.objects.filter(id__in=back).select_related(
        "payment", "credit_note", "refunded_note"
    )
    later = set(
        Journal.objects.filter(
            source_id__in=[row.id for row in rows], source_kind="settlement"
        ).values_list("source_id", flat=True)
    )
    for row in rows:
        if row.reverses_id is None:
            yield from _of_settlement(row, row.id in later, options)


def _of_settlement(row: Settlement, later: bool, options: Options) -> Iterable[Candidate]:
    due = _from(row.settled_on, options)
    on = row.settled_on
    if row.payment is not None:
        yield from _payments([row.payment.id], options)
    note = row.refunded_note
    if note is not None and row.payment is not None:
        if note.side == CreditSide.SALE:
            yield Candidate(Kind.REFUND, row.id, row.payment.number, on, due)
            yield Candidate(Kind.CREDIT_NOTE, note.id, note.number, note.issued_on, due)
        else:
            yield Candidate(Kind.BILL_ALLOCATION, row.id, note.number, on, due)
        return
    owner = row.payment or row.credit_note
    if owner is None or (row.invoice_id is None and row.bill_id is None):
        return
    sale = row.invoice_id is not None
    applied = Kind.ALLOCATION if sale else Kind.BILL_ALLOCATION
    if row.credit_note is not None and row.payment is None:
        yield Candidate(applied, row.id, owner.number, on, due)
    elif later:
        yield Candidate(Kind.ALLOCATION_ENTRY, row.id, owner.number, on, due)
        yield Candidate(applied, row.id, owner.number, on, due)


def _journals(ids: Sequence[UUID], options: Options) -> Iterable[Candidate]:
    frame = Frame(options)
    for row in Journal.objects.filter(id__in=ids).prefetch_related("lines"):
        if not goes_alone(row):
            continue
        kind = Kind.TRANSFER if is_transfer(row, lines_of(row), frame) else Kind.JOURNAL
        yield Candidate(kind, row.id, str(row), row.posted_on, _from(row.posted_on, options))


# What the triggers call a table's rows → what follows from them.
EXPANSIONS: Mapping[str, Callable[[Sequence[UUID], Options], Iterable[Candidate]]] = {
    "contact": _contacts,
    "product": _products,
    "invoice": _invoices,
    "bill": _bills,
    "credit_note": _credit_notes,
    "purchase_order": _purchase_orders,
    "quote": _quotes,
    "payment": _payments,
    "settlement": _settlements,
    "journal": _journals,
}


def expand(kind: str, ids: Sequence[UUID], options: Options) -> list[Candidate]:
    """What has to be looked at because these rows changed; each once."""
    found: dict[tuple[Kind, UUID], Candidate] = {}
    for candidate in EXPANSIONS[kind](ids, options):
        key = candidate.kind, candidate.local_id
        before = found.get(key)
        if before is None or (candidate.due and not before.due):
            found[key] = candidate
    return list(found.values())
