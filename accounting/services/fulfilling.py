"""Moving the goods of imported documents where the options say so (Q13).

What could not be moved is said on the document's row, which then needs somebody; every run tries
it again, so that it is done once the stock is there.
"""

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounting.domain.answers import Fix
from accounting.domain.options import Options, read_options
from accounting.domain.states import Kind, SyncState
from accounting.models import Connection, SyncDocument
from hub.errors import WharfError
from hub.money import plain
from inventory.models import Location
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.purchase_matching import open_bills
from orders.services.receiving import (
    ReceiptHeader,
    ReceiptInput,
    authorise_receipt,
    draft_receipt,
    draft_receipt_of_bill,
    outstanding_lines,
)
from orders.services.shipping import (
    draft_shipment,
    pack_shipment,
    pick_shipment,
    ship,
    shippable_lines,
)

ZERO = Decimal(0)
NOT_RECEIVED, NOT_SHIPPED = "not_received", "not_shipped"
REASONS = (NOT_RECEIVED, NOT_SHIPPED)
WAITS = "goods"  # in a row's facts: what is said of goods that wait


def receive(row: SyncDocument, bill_id: UUID, options: Options) -> None:
    """Receive the goods of an imported bill; what does not work is said on its row."""
    try:
        with transaction.atomic():
            _receive(Bill.objects.get(id=bill_id), options)
    except WharfError as error:
        if error.code != "nothing_outstanding":
            _wait(
                row,
                NOT_RECEIVED,
                f"It is here, but its goods were not received: {error.message} The next sync "
                "tries again; or receive them by hand.",
                Fix("document", str(row.local_id)),
            )
            return
    _done(row)


def _receive(bill: Bill, options: Options) -> None:
    header = ReceiptHeader(location=_location(options))
    if bill.purchase_order_id is None:
        authorise_receipt(draft_receipt_of_bill(bill.id, header).id)
        return
    order = PurchaseOrder.objects.get(id=bill.purchase_order_id)
    billed = [UUID(str(line_id)) for line_id in bill.lines.values_list("line_id", flat=True)]
    waiting = open_bills(UUID(str(bill.contact_id)), billed)
    lines = []
    for left in outstanding_lines(order):
        parts = [p for p in waiting.get(left.line.line_id, []) if p.line.bill_id == bill.id]
        quantity = min(left.quantity, sum((part.quantity for part in parts), ZERO))
        if quantity > 0:
            lines.append(ReceiptInput(quantity, line_id=left.line.line_id))
    if lines:
        where = order.location_id or header.location
        authorise_receipt(draft_receipt(order.id, lines, ReceiptHeader(location=where)).id)


def fulfil(row: SyncDocument, order_id: UUID, options: Options) -> None:
    """Pick, pack and ship an imported sale as far as the options say."""
    if not (options.fulfil_pick or options.fulfil_pack or options.fulfil_ship):
        _done(row)
        return
    order = SalesOrder.objects.get(id=order_id)
    sale = Fix("sale", str(order.id), f"Open {order.number}")
    try:
        with transaction.atomic():
            _fulfil(order_id, options)
    except WharfError as error:
        if error.code not in ("nothing_outstanding", "short_of_stock"):
            _wait(
                row,
                NOT_SHIPPED,
                f"It is here, but its goods were not moved: {error.message} The next sync tries "
                "again once the stock is there; or ship them by hand.",
                sale,
            )
            return
    left = [part for part in shippable_lines(order) if part.quantity > 0]
    if not left:
        _done(row)
        return
    names = ", ".join(f"{plain(part.quantity)} of {part.line.sku}" for part in left[:5])
    _wait(
        row,
        NOT_SHIPPED,
        f"It is here, but {names} could not be moved yet: they are not in stock. The next sync "
        "tries again once they are; or ship them by hand.",
        sale,
    )


def _fulfil(order_id: UUID, options: Options) -> None:
    shipment = draft_shipment(order_id)
    if options.fulfil_pick or options.fulfil_pack:
        pick_shipment(shipment.id)
    if options.fulfil_pack:
        pack_shipment(shipment.id)
    if options.fulfil_ship:
        ship(shipment.id)


def _location(options: Options) -> UUID | None:
    if not options.import_location:
        return None
    found = Location.objects.filter(id=options.import_location).values_list("id", flat=True)
    return found.first()


def _wait(row: SyncDocument, reason: str, message: str, fix: Fix) -> None:
    """It stands on both sides, but its goods wait: that is not done."""
    row.goods_wait = True
    row.facts = {
        **row.facts,
        WAITS: {"reason": reason, "message": message, "fix": fix.as_json()},
    }
    if row.state in (SyncState.SYNCED, SyncState.ATTENTION):
        _say(row)
    row.save(update_fields=["state", "reason", "message", "fix", "facts", "goods_wait"])


def _say(row: SyncDocument) -> None:
    said = row.facts[WAITS]
    row.state, row.reason, row.message = SyncState.ATTENTION, said["reason"], said["message"]
    row.fix = said["fix"]


def _done(row: SyncDocument) -> None:
    if not row.goods_wait:
        return
    row.goods_wait = False
    row.facts = {key: value for key, value in row.facts.items() if key != WAITS}
    if row.state == SyncState.ATTENTION and row.reason in REASONS:
        row.state, row.reason, row.message, row.fix = SyncState.SYNCED, "", "", {}
    row.save(update_fields=["state", "reason", "message", "fix", "facts", "goods_wait"])


# --- In every run --------------------------------------------------------------------------------
def move_waiting_goods(connection: Connection) -> int:
    """Try again what could not be received or shipped; gives how many came right."""
    options, moved = read_options(connection.options), 0
    for row in _waiting(connection):
        with transaction.atomic():
            if row.kind == Kind.BILL:
                receive(row, row.local_id, options)
            else:
                invoice = Invoice.objects.filter(id=row.local_id).first()
                if invoice is None or invoice.sales_order_id is None:
                    _done(row)
                else:
                    fulfil(row, invoice.sales_order_id, options)
        moved += not row.goods_wait
    return moved


def say_waiting_goods(connection: Connection) -> None:
    """What was sent meanwhile counts as synced again, but its goods still wait."""
    for row in _waiting(connection).filter(state=SyncState.SYNCED):
        _say(row)
        row.save(update_fields=["state", "reason", "message", "fix"])


def _waiting(connection: Connection) -> QuerySet[SyncDocument]:
    decided = (SyncState.SKIPPED, SyncState.CONFLICT, SyncState.REMOVED, SyncState.REMOTE_GONE)
    rows = SyncDocument.objects.select_for_update(no_key=True).order_by("id")
    return rows.filter(connection=connection, goods_wait=True).exclude(state__in=decided)
