"""Simple orders have one piece of each kind, advanced ones any number; never back."""

from typing import TypeVar, cast
from uuid import UUID

from django.db.models import Model, QuerySet

from hub.errors import Conflict, InvalidInput
from orders.domain.states import BillStatus, InvoiceStatus
from orders.domain.stock_states import ReceiptStatus, ShipmentStatus
from orders.models import Bill, Invoice, PurchaseOrder, Receipt, SalesOrder, Shipment, TradeOrder
from orders.services.documents import STATUSES, lock_document, record

Order = TypeVar("Order", bound=TradeOrder)
OVER = ("declined", "void")


def make_advanced(model: type[Order], order_id: UUID) -> Order:
    """Let an order be received, shipped, billed and invoiced in parts. There is no way back.

    Raises Conflict when it is advanced already, or declined or void.
    """
    order = lock_document(model, order_id)
    if order.is_advanced:
        raise Conflict(f"{order.number} is advanced already.", code="already_advanced")
    if order.status in OVER:
        label = STATUSES[model](order.status).label.lower()
        raise Conflict(f"{order.number} is {label}.", code="move_not_allowed")
    model._default_manager.filter(id=order.id).update(is_advanced=True)
    order.is_advanced = True
    record(order, "made_advanced", f"{order.number} made advanced: it can be done in parts")
    return order


def check_still_simple(order: TradeOrder, *, was_advanced: bool) -> None:
    """A draft with pieces stays advanced; raises InvalidInput naming `is_advanced`."""
    if was_advanced and not order.is_advanced and pieces_of(order):
        message = f"{order.number} has receipts, shipments or bills already, so it stays advanced."
        raise InvalidInput(message, fields={"is_advanced": [message]})


def pieces_of(order: TradeOrder, *, most: int = 20) -> list[Model]:
    """Receipts and bills, or shipments and invoices, that are not void; the newest first."""
    found: list[Model] = []
    for rows in _pieces(order):
        found += rows.order_by("-id")[:most]
    return found


def _pieces(order: TradeOrder) -> list[QuerySet[Model]]:
    if isinstance(order, PurchaseOrder):
        dead = [BillStatus.VOID, BillStatus.DECLINED, BillStatus.SUPERSEDED]
        found = [
            Receipt.objects.filter(purchase_order=order).exclude(status=ReceiptStatus.VOID),
            Bill.objects.filter(purchase_order=order).exclude(status__in=dead),
        ]
    else:
        assert isinstance(order, SalesOrder)
        found = [
            Shipment.objects.filter(sales_order=order).exclude(status=ShipmentStatus.VOID),
            Invoice.objects.filter(sales_order=order).exclude(status=InvoiceStatus.VOID),
        ]
    return cast("list[QuerySet[Model]]", found)
