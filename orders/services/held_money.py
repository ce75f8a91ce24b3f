"""What was paid on an invoice, while the invoice is undone (Q24).

An undone invoice owes nothing, so its payments are the customer's credit until it is authorised
again; then what is left of them settles it again, on the day on which it did before. The invoice
remembers which they were, and an accounting system is told of neither step.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from ledger.models import Journal
from ledger.services.books import current_book
from orders.domain.states import InvoiceStatus
from orders.models import CreditNote, Invoice, Payment, SalesOrder, Settlement
from orders.services.documents import lock_document
from orders.services.settlements import (
    ItemKey,
    item_keys,
    lock_items,
    settle,
    standing_settlements,
    unsettle,
)

SOURCES: dict[str, type[Payment] | type[CreditNote]] = {
    "payment": Payment,
    "credit_note": CreditNote,
}


def release_money(invoice: Invoice) -> None:
    """Before an undo: payments become credit, credit notes are open again. The row is locked."""
    standing = standing_settlements(invoice_id=invoice.id)
    if not standing:
        return
    if invoice.sales_order_id is not None:
        # Documents are locked before the book is written.
        lock_document(SalesOrder, invoice.sales_order_id)
    for settlement in standing:
        unsettle(settlement.id)
    invoice.held = [str(settlement.id) for settlement in standing]
    Invoice.objects.filter(id=invoice.id).update(held=invoice.held)
    invoice.refresh_from_db(fields=["settled", "status"])


def restore_money(invoice: Invoice) -> None:
    """After it is authorised again: what is left of what settled it settles it again."""
    if not invoice.held:
        return
    rows = Settlement.objects.filter(id__in=invoice.held).order_by("id")
    with_journal = set(
        Journal.objects.filter(source_id__in=invoice.held).values_list("source_id", flat=True)
    )
    for row in rows:
        direct = row.payment_id is not None and row.id not in with_journal
        _settle_again(invoice, row, direct=direct)
    forget_money(invoice)
    invoice.refresh_from_db(fields=["settled", "status"])


def forget_money(invoice: Invoice) -> None:
    """What was paid is credit for good: the invoice is void."""
    if invoice.held:
        invoice.held = []
        Invoice.objects.filter(id=invoice.id).update(held=[])


def _settle_again(invoice: Invoice, row: Settlement, *, direct: bool) -> None:
    target = ItemKey("invoice", invoice.id)
    source = next((key for key in item_keys(row) if key.kind in SOURCES), None)
    if source is None or not _usable(source, invoice):
        return
    items = lock_items([source, target])
    amount = min(row.amount, items[source].open, items[target].open)
    if amount > 0:
        settle(source, target, amount, on=_day(row.settled_on), as_paid=direct)


def _usable(source: ItemKey, invoice: Invoice) -> bool:
    """Whether it is still there to be used, and in the invoice's currency."""
    rows = SOURCES[source.kind]._default_manager.filter(
        id=source.id, currency=invoice.currency, status="authorised"
    )
    return rows.exists()


def _day(day: date) -> date | None:
    """The day on which it settled it before; today where the book is locked by now."""
    locked = current_book().locked_until
    return day if locked is None or day > locked else None


def held_on(invoice: Invoice) -> Decimal:
    """How much waits to settle it again."""
    rows = Settlement.objects.filter(id__in=invoice.held).values_list("amount", flat=True)
    return sum(rows, Decimal(0)) if invoice.held else Decimal(0)


def held_settlements(ids: set[UUID]) -> frozenset[UUID]:
    """Of settlements that were taken back, those whose invoice is undone and waits for them."""
    if not ids:
        return frozenset()
    rows = Settlement.objects.filter(id__in=ids, invoice__status=InvoiceStatus.DRAFT).values_list(
        "id", "invoice__held"
    )
    return frozenset(key for key, held in rows if str(key) in held)
