"""What was changed there of a document that came from there (Q12, Q13).

The document here becomes what it is there now, under its own number: stock and money are taken back
by their verbs and booked anew. What somebody did here since (payments, shipments, receipts by hand)
is never undone by itself: then they are told what to do.
"""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.domain.incoming import IncomingTrade
from accounting.domain.states import Kind
from accounting.incoming.orders import of_order, order_of
from accounting.incoming.taking_over import title_of
from accounting.incoming.wanted import Wanted, fit_totals, is_goods, wanted_of
from accounting.models import Connection, SyncDocument
from hub.errors import Conflict
from hub.ids import new_id
from orders.domain.states import BillStatus, InvoiceStatus
from orders.domain.stock_states import ReceiptStatus, ShipmentStatus
from orders.models import Bill, Invoice, PurchaseMatch, Receipt, Shipment
from orders.services.bills import approve_bill, change_bill, create_bill, undo_bill, void_bill
from orders.services.invoiced_sales import reopen_invoiced_sale
from orders.services.invoices import authorise_invoice, change_invoice, undo_invoice
from orders.services.lines import LineInput
from orders.services.receiving import undo_receipt, void_receipt
from orders.services.sales import authorise_sales_order, change_sales_order

LATER = "The next sync then takes the change over."
Goods = Counter[tuple[UUID, Decimal]]


class NotFollowed(Exception):
    """Ours cannot become what theirs is now; the message says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


# --- Made here -----------------------------------------------------------------------------------
def why_not_followed(row: SyncDocument) -> str:
    """Why an invoice or bill cannot become what it is there; "" where it may be tried."""
    model = Invoice if row.kind == Kind.INVOICE else Bill
    found: Any = model._default_manager.filter(id=row.local_id).first()
    if found is None:
        return "It is not here any more."
    if found.settled:
        return f"{found.number} is paid here, at least in part."
    if isinstance(found, Invoice):
        standing = found.status == InvoiceStatus.AUTHORISED
        order, what = found.sales_order_id, "sale"
    else:
        standing = found.status == BillStatus.APPROVED
        order, what = found.purchase_order_id, "purchase"
    if order is not None and not row.from_there:
        return f"{found.number} is of a {what}, whose goods and prices stand here."
    return "" if standing else f"{found.number} is {found.get_status_display().lower()} here."


def follow_ours(connection: Connection, row: SyncDocument, trade: IncomingTrade) -> UUID:
    """One that was made here becomes what it is there, and keeps its rate and its numbers."""
    if why := why_not_followed(row):
        raise NotFollowed(why)
    wanted = wanted_of(connection, trade)
    ours = ("rate", "reference", "partner_number")
    values = {key: value for key, value in wanted.values.items() if key not in ours}
    if row.kind == Kind.INVOICE:
        undo_invoice(row.local_id)
        _write_invoice(row.local_id, trade, replace(wanted, values=values))
    else:
        undo_bill(row.local_id)
        fit_totals(change_bill(row.local_id, values, wanted.lines), trade)
        approve_bill(row.local_id)
    return UUID(str(row.local_id))


# --- Bills ---------------------------------------------------------------------------------------
def follow_bill(connection: Connection, row: SyncDocument, trade: IncomingTrade) -> UUID:
    """Raises NotFollowed, Held, and what the verbs raise (`period_locked`)."""
    bill = Bill.objects.get(id=row.local_id)
    if bill.status != BillStatus.APPROVED or bill.settled:
        raise _paid(bill, paid=bill.status in (BillStatus.APPROVED, BillStatus.PAID))
    order = order_of(connection, trade)
    if (order.id if order is not None else None) != bill.purchase_order_id:
        now = f"of {order.number}" if order is not None else "of no order of ours"
        was = bill.purchase_order.number if bill.purchase_order is not None else "no order"
        raise NotFollowed(f"There it is {now}, here of {was}. Put that right there, or keep ours.")
    try:
        _take_back_receipts(connection, bill)
        undo_bill(bill.id)
    except Conflict as refused:
        raise NotFollowed(f"{refused.message} {LATER}") from refused
    counted = of_order(connection, trade, order, besides=bill.id) if order is not None else None
    wanted = wanted_of(connection, trade, counted)
    if PurchaseMatch.objects.filter(bill_line__bill=bill).exists():
        # What its goods did is written for good: the bill is taken back and entered anew.
        void_bill(bill.id)
        order_id = order.id if order is not None else None
        changed = create_bill(wanted.contact, wanted.values, wanted.lines, order_id=order_id)
    else:
        changed = change_bill(bill.id, wanted.values, wanted.lines)
    fit_totals(changed, trade)
    approve_bill(changed.id)
    return UUID(str(changed.id))


def _take_back_receipts(connection: Connection, bill: Bill) -> None:
    """Receipts that the import itself made of this bill; they are made anew after it."""
    matched = PurchaseMatch.objects.filter(bill_line__bill=bill, receipt_line__isnull=False)
    rows = Receipt.objects.filter(
        id__in=matched.values("receipt_line__receipt"),
        created_by_name=title_of(connection),
        status=ReceiptStatus.RECEIVED,
    )
    for receipt in rows.order_by("-id"):
        undo_receipt(receipt.id)
        void_receipt(receipt.id)


def _paid(document: Bill | Invoice, *, paid: bool) -> NotFollowed:
    if not paid:
        return NotFollowed(
            f"{document.number} was undone or voided here meanwhile: authorise it again. {LATER}"
        )
    return NotFollowed(
        f"{document.number} is paid here in whole or in part: take the payments back first. {LATER}"
    )


# --- Invoices ------------------------------------------------------------------------------------
def follow_invoice(
    connection: Connection, row: SyncDocument, trade: IncomingTrade, wanted: Wanted
) -> UUID | None:
    """Gives the order whose goods are to be moved anew, if any. Raises as `follow_bill`."""
    invoice = Invoice.objects.get(id=row.local_id)
    if invoice.status != InvoiceStatus.AUTHORISED or invoice.settled:
        paid = invoice.status in (InvoiceStatus.AUTHORISED, InvoiceStatus.PAID)
        raise _paid(invoice, paid=paid)
    if invoice.sales_order_id is None:
        try:
            undo_invoice(invoice.id)
        except Conflict as refused:
            raise NotFollowed(f"{refused.message} {LATER}") from refused
        _write_invoice(invoice.id, trade, wanted)
        return None
    return _follow_sale(connection, invoice, trade, wanted)


def _write_invoice(invoice_id: UUID, trade: IncomingTrade, wanted: Wanted) -> None:
    changed = change_invoice(invoice_id, wanted.values, wanted.lines)
    fit_totals(changed, trade)
    authorise_invoice(invoice_id)


def _follow_sale(
    connection: Connection, invoice: Invoice, trade: IncomingTrade, wanted: Wanted
) -> UUID | None:
    """An order with goods. While nothing was shipped by hand the order changes with its invoice;
    afterwards only what is no goods does: prices, dates, texts, services.
    """
    standing = list(
        Shipment.objects.filter(sales_order_id=invoice.sales_order_id)
        .exclude(status=ShipmentStatus.VOID)
        .order_by("id")
    )
    same = _goods_of(wanted.lines) == _goods_here(invoice)
    by_hand = [row.number for row in standing if row.created_by_name != title_of(connection)]
    try:
        if standing and same:
            undo_invoice(invoice.id)
            _write_invoice(invoice.id, trade, _as_ordered(invoice, wanted))
            return None
        if by_hand:
            raise NotFollowed(
                f"Its goods are on {', '.join(by_hand)}, made here. Undo and void that if the "
                f"goods did not leave ({LATER[0].lower()}{LATER[1:-1]}); if they did, change it "
                "back there and enter the rest as another invoice, or a credit."
            )
        order = reopen_invoiced_sale(invoice.id, [row.id for row in standing])
    except Conflict as refused:
        raise NotFollowed(f"{refused.message} {LATER}") from refused
    lines = tuple(replace(line, line_id=new_id()) for line in wanted.lines)
    values = {key: value for key, value in wanted.values.items() if key != "due_on"}
    fit_totals(change_sales_order(order.id, values, lines), trade)
    authorise_sales_order(order.id)
    _write_invoice(invoice.id, trade, replace(wanted, lines=lines))
    return UUID(str(order.id))


def _goods_of(lines: tuple[LineInput, ...]) -> Goods:
    found: Goods = Counter()
    for line in lines:
        if line.product is not None and is_goods([line.product]):
            found[line.product, Decimal(str(line.quantity)).normalize()] += 1
    return found


def _goods_here(invoice: Invoice) -> Goods:
    found: Goods = Counter()
    for row in invoice.lines.exclude(product=None).exclude(product__kind="service"):
        found[UUID(str(row.product_id)), row.quantity.normalize()] += 1
    return found


def _as_ordered(invoice: Invoice, wanted: Wanted) -> Wanted:
    """Lines of the same goods keep the ordered lines that they are of."""
    free = {
        (row.product_id, row.quantity.normalize(), row.id): row.line_id
        for row in invoice.lines.exclude(product=None).order_by("position")
    }
    lines = []
    for line in wanted.lines:
        quantity = Decimal(str(line.quantity)).normalize()
        key = next((k for k in free if k[:2] == (line.product, quantity)), None)
        lines.append(replace(line, line_id=free.pop(key)) if key is not None else line)
    return replace(wanted, lines=tuple(lines))
