"""Goods that go straight from the supplier to our customer: in and out in one transaction.

The receipt makes them ours at the order's cost, the shipment sells them at that cost: stock,
accruals and the cost of sales follow the ordinary rules, also for a bill that comes later. Both
are undone together.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from hub.errors import Conflict, InvalidInput
from hub.money import plain
from orders.domain.states import SalesOrderStatus
from orders.models import BoughtFor, PurchaseOrder, Receipt, SalesOrder, Shipment
from orders.services.bought import lock_sales, open_quantity
from orders.services.documents import lock_document, record
from orders.services.receiving import (
    ReceiptHeader,
    ReceiptInput,
    authorise_receipt,
    draft_receipt,
    undo_receipt,
    void_receipt,
)
from orders.services.shipping import (
    ShipmentHeader,
    ShipmentInput,
    draft_shipment,
    ship,
    undo_shipment,
    void_shipment,
)
from orders.services.stock_documents import piece_or_404, shipment_of_receipt

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the supplier shipped to the customer, as we book it."""

    receipt: Receipt
    shipment: Shipment


@dataclass(frozen=True, slots=True)
class Carriage:
    """How it travels."""

    carrier: str = ""
    tracking: str = ""
    parcels: int = 1


def supplier_shipped(
    order_id: UUID,
    lines: Sequence[ReceiptInput] | None = None,
    header: ReceiptHeader | None = None,
    carriage: Carriage | None = None,
) -> Delivery:
    """The supplier has shipped a drop-ship order, or a part of it: received and shipped at once.

    Without `lines` all that is outstanding. Raises Conflict when it is no drop-ship order or the
    sale is closed, InvalidInput naming `lines.3.quantity`.
    """
    order = lock_document(PurchaseOrder, order_id)
    sale = _sale_of(order)
    receipt = draft_receipt(order.id, lines, header)
    going = _going(order, receipt)
    receipt = authorise_receipt(receipt.id)
    carriage = carriage or Carriage()
    shipment = draft_shipment(
        sale.id,
        [ShipmentInput(line_id, quantity) for line_id, quantity in going.items()],
        ShipmentHeader(
            happened_on=receipt.happened_on,
            location=receipt.location_id,
            carrier=carriage.carrier,
            tracking=carriage.tracking,
            parcels=carriage.parcels,
            note=f"Sent by {order.contact.name}, {order.number}",
        ),
    )
    shipment = ship(shipment.id, of_receipt=receipt.id)
    record(order, "drop_shipped", f"{order.contact.name} shipped to {sale.contact.name}")
    return Delivery(receipt, shipment)


def _sale_of(order: PurchaseOrder) -> SalesOrder:
    if not order.is_drop_ship or order.for_sale is None:
        raise Conflict(f"{order.number} comes to you; receive it instead.", code="not_a_drop_ship")
    sale = lock_sales([order.for_sale])[order.for_sale]
    if sale.status != SalesOrderStatus.AUTHORISED:
        label = SalesOrderStatus(sale.status).label.lower()
        raise Conflict(
            f"{sale.number}, which {order.number} is for, is {label}.", code="not_authorised"
        )
    return sale


def _going(order: PurchaseOrder, receipt: Receipt) -> Mapping[UUID, Decimal]:
    """What of each line of the sale is on the receipt; refuses more than the sale wants."""
    links = list(BoughtFor.objects.filter(purchase_order=order).order_by("id"))
    going: dict[UUID, Decimal] = defaultdict(Decimal)
    for row in receipt.lines.order_by("position"):
        left = row.quantity
        for link in links:
            part = min(left, open_quantity(link)) if link.purchase_line == row.line_id else ZERO
            if part > 0:
                going[link.sale_line] += part
                left -= part
        if left:
            message = (
                f"The customer's order wants {plain(row.quantity - left)} of {row.description}. "
                "Change this order, or receive the goods here instead."
            )
            raise InvalidInput(message, fields={f"lines.{row.position - 1}.quantity": [message]})
    return going


# --- Undoing --------------------------------------------------------------------------------------
def undo_goods_in(receipt_id: UUID) -> Receipt:
    """Undo a receipt; goods that went to a customer with it are taken back there too."""
    shipment = shipment_of_receipt(receipt_id)
    if shipment is None:
        return undo_receipt(receipt_id)
    return _undo(receipt_id, shipment.id).receipt


def undo_goods_out(shipment_id: UUID) -> Shipment:
    """Undo a shipment; a drop-ship's receipt is undone with it."""
    shipment = piece_or_404(Shipment, shipment_id)
    if shipment.drop_receipt is None or shipment.status != "shipped":
        return undo_shipment(shipment_id)
    return _undo(shipment.drop_receipt, shipment_id).shipment


def _undo(receipt_id: UUID, shipment_id: UUID) -> Delivery:
    """Both are void then: the supplier's shipment is booked again as a whole."""
    receipt = piece_or_404(Receipt, receipt_id)
    if receipt.purchase_order_id is not None:
        lock_document(PurchaseOrder, receipt.purchase_order_id)
    undo_shipment(shipment_id, together=True)
    shipment = void_shipment(shipment_id)
    undo_receipt(receipt_id, together=True)
    return Delivery(void_receipt(receipt_id), shipment)
