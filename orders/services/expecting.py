"""What authorised purchase orders expect, kept with the stock they will become."""

from decimal import Decimal

from inventory.services.expectations import expect_goods
from inventory.services.locations import default_location
from orders.models import PurchaseOrder
from orders.services.booking import product_of
from orders.services.receiving import outstanding_lines


def expect(order: PurchaseOrder, *, sign: int = 1) -> None:
    """Note (or with -1 forget) what is still to come of an order."""
    waiting = outstanding_lines(order)
    if not waiting:
        return
    location = order.location_id or default_location().id
    expect_goods(
        [(product_of(row.line), location, Decimal(sign) * row.quantity) for row in waiting]
    )
