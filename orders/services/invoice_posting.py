"""What authorising an invoice does to the book, and taking that back."""

from collections.abc import Sequence
from decimal import Decimal

from hub.errors import Conflict
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source, merged
from ledger.services.journals import reverse_source
from orders.domain.stock_states import CreditNoteStatus
from orders.models import CreditNote, Invoice, InvoiceLine, SalesOrder, SalesOrderLine
from orders.services.booking import account_of, fix_rate, open_books
from orders.services.documents import lock_document
from orders.services.progress import update_sale

ZERO = Decimal(0)


def post_invoice(invoice: Invoice) -> None:
    """Write an authorised invoice to the book. The invoice's row is locked.

    Raises InvalidInput (`period_locked`, `no_rate`).
    """
    books = open_books(invoice.issued_on, field="issued_on")
    order = _lock_order(invoice)
    invoice.rate = fix_rate(invoice, invoice.issued_on, books.me)
    Invoice.objects.filter(id=invoice.id).update(rate=invoice.rate)
    rows = [
        row
        for row in invoice.lines.select_related("product").order_by("position")
        if row.kind == "item"
    ]
    _count_invoiced(order, rows, 1)
    books.post([_posting(invoice, rows)])


def _posting(invoice: Invoice, rows: Sequence[InvoiceLine]) -> Posting:
    entries = [Entry(AccountRole.RECEIVABLE, invoice.total, contact=invoice.contact_id)]
    entries += [
        Entry(account_of(row, "sale"), -row.net, product=row.product_id, memo=row.description)
        for row in rows
    ]
    entries.append(Entry(AccountRole.TAX_PAYABLE, -invoice.tax))
    difference = sum((entry.amount for entry in entries), ZERO)
    entries.append(Entry(AccountRole.ROUNDING, -difference))
    return Posting(
        JournalEvent.INVOICE,
        invoice.issued_on,
        Source("invoice", invoice.id, invoice.number),
        merged(entries),
        invoice.currency,
        invoice.rate,
        memo=f"Invoice to {invoice.contact.name}",
    )


def _lock_order(invoice: Invoice) -> SalesOrder | None:
    if invoice.sales_order_id is None:
        return None
    return lock_document(SalesOrder, invoice.sales_order_id)


def _count_invoiced(order: SalesOrder | None, rows: Sequence[InvoiceLine], sign: int) -> None:
    if order is None:
        return
    by_id = {line.line_id: line for line in order.lines.all()}
    touched = []
    for row in rows:
        line = by_id.get(row.line_id)
        if line is not None:
            line.invoiced = max(ZERO, line.invoiced + sign * row.quantity)
            touched.append(line)
    SalesOrderLine.objects.bulk_update(touched, ["invoiced"])
    update_sale(order)


def unpost_invoice(invoice: Invoice) -> None:
    """Take an authorised invoice out of the book. The invoice's row is locked.

    Raises Conflict when it is paid or credited in part.
    """
    if invoice.settled:
        raise Conflict(
            f"{invoice.number} is paid in part. Undo the payments first.", code="has_payments"
        )
    notes = sorted(
        CreditNote.objects.filter(invoice=invoice)
        .exclude(status=CreditNoteStatus.VOID)
        .values_list("number", flat=True)
    )
    if notes:
        raise Conflict(
            f"{invoice.number} is credited by {', '.join(notes)}. Void that first.",
            code="has_credits",
        )
    open_books(invoice.issued_on, field="issued_on")
    order = _lock_order(invoice)
    reverse_source(invoice.id)
    _count_invoiced(order, list(invoice.lines.filter(kind="item")), -1)
