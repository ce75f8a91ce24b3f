"""How much of each line of an order came back so far."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem

ZERO = Decimal(0)


@dataclass(slots=True)
class Back:
    """What came back of one line."""

    quantity: Decimal = ZERO
    amount: Decimal = ZERO
    tax: Decimal = ZERO


def of_order(shop: Shop, order_id: str) -> dict[str, Back]:
    """By the line's id, over all its returns."""
    found: dict[str, Back] = {}
    for _kind, number in shop.store.found(shop.name, "rma.order", order_id):
        for line in shop.need("rma", number)["RmaLines"]:
            back = found.setdefault(str(line["ItemNumber"]), Back())
            back.quantity += Decimal(line["Quantity"])
            back.amount += Decimal(line["RefundSubtotal"])
            back.tax += Decimal(line["Tax"])
    return found


def check(shop: Shop, order: dict[str, Any]) -> None:
    """Raises Problem when less is left in an order than came back from it."""
    sold = {str(line["OrderLineID"]): Decimal(line["Quantity"]) for line in order["OrderLine"]}
    for line_id, back in of_order(shop, str(order["OrderID"])).items():
        if back.quantity > sold.get(line_id, ZERO):
            raise Problem("Invalid Request", f"{line_id} has returns of {back.quantity:f}")
