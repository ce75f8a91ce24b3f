"""Opening an invoiced sale whole, to change its order and its invoice together."""

from collections.abc import Collection
from uuid import UUID

from hub.errors import Conflict
from orders.domain.stock_states import ShipmentStatus
from orders.models import Invoice, SalesOrder, Shipment
from orders.services.bought import fit_sale
from orders.services.documents import lock_document, move, record
from orders.services.invoices import undo_invoice
from orders.services.sales import free_goods, refuse_drop_ship
from orders.services.shipping import undo_shipment, void_shipment


def reopen_invoiced_sale(invoice_id: UUID, shipments: Collection[UUID] = ()) -> SalesOrder:
    """An unpaid invoice and its order are drafts again; both keep their numbers.

    `shipments` of it are taken back: their goods return to the layers that they left. Raises
    Conflict when the order has another invoice or shipment, came from a buyer, or its goods were
    returned since; and as `undo_invoice` does.
    """
    invoice = undo_invoice(invoice_id)
    assert invoice.sales_order_id is not None
    order = lock_document(SalesOrder, invoice.sales_order_id)
    if order.from_network:
        raise Conflict(
            f"{order.number} is the buyer's order. Recall the approval instead.",
            code="recall_instead",
        )
    others = Invoice.objects.filter(sales_order=order).exclude(id=invoice.id)
    number = others.exclude(status="void").values_list("number", flat=True).first()
    if number is not None:
        raise Conflict(
            f"{order.number} is also invoiced by {number}. Void that first.", code="has_invoice"
        )
    for shipment in Shipment.objects.filter(id__in=shipments, sales_order=order).order_by("-id"):
        if shipment.status != ShipmentStatus.PICKING:
            undo_shipment(shipment.id)
        void_shipment(shipment.id)
    order = lock_document(SalesOrder, order.id)
    free_goods(order)
    refuse_drop_ship(order)
    fit_sale(order)
    move(order, "undo", authorised_at=None)
    record(order, "undone", f"{order.number} is a draft again, with {invoice.number}")
    return order
