"""Completing and reopening orders as their pieces are received, shipped, billed, invoiced."""

from collections.abc import Sequence
from typing import Any

from orders.domain.states import PurchaseOrderStatus, SalesOrderStatus
from orders.models import PurchaseOrder, SalesOrder
from orders.services.booking import is_stock, ships
from orders.services.documents import move, record


def update_purchase(order: PurchaseOrder) -> None:
    """Complete a purchase order that is received and billed in full; reopen one that is not.

    Lines of which no stock is kept count as received.
    """
    done = all(
        row.billed >= row.quantity and (row.received >= row.quantity or not is_stock(row.product))
        for row in _items(order)
    )
    _follow(order, done=done, completed=PurchaseOrderStatus.COMPLETED)


def update_sale(order: SalesOrder) -> None:
    """Complete a sales order that is shipped and invoiced in full; reopen one that is not."""
    done = all(
        row.invoiced >= row.quantity and (row.shipped >= row.quantity or not ships(row.product))
        for row in _items(order)
    )
    _follow(order, done=done, completed=SalesOrderStatus.COMPLETED)


def _items(order: Any) -> Sequence[Any]:
    return list(order.lines.select_related("product").filter(kind="item", quantity__gt=0))


def _follow(order: PurchaseOrder | SalesOrder, *, done: bool, completed: str) -> None:
    if done and order.status == PurchaseOrderStatus.AUTHORISED:
        move(order, "complete")
        record(order, "completed", f"{order.number} is complete")
    elif not done and order.status == completed:
        move(order, "reopen")
        record(order, "reopened", f"{order.number} is open again")
