"""What orders, payments and returns write to the book."""

from decimal import Decimal
from typing import Any

from sandbox.common.ledger import Entry, Ledger
from sandbox.neto.pricing import line_total
from sandbox.neto.shops import Shop

UNBOOKED = ("Quote", "Uncommitted", "Cancelled")


def post_order(shop: Shop, order: dict[str, Any]) -> None:
    """What the buyer owes, by what it is for; quotes and cancelled orders have nothing."""
    book = Ledger(shop.store, shop.name)
    entries = [] if order["OrderStatus"] in UNBOOKED else _sale(shop, order)
    book.post("order", order["OrderID"], shop.day(order["DatePlaced"]), entries)


def _sale(shop: Shop, order: dict[str, Any]) -> list[Entry]:
    per_unit = shop.switch("product_discount_per") == "unit"
    inclusive = 1 if order["TaxInclusive"] else 0
    taxes = sum((Decimal(line["Tax"]) for line in order["OrderLine"]), Decimal(0))
    shipping_tax, surcharge_tax = Decimal(order["ShippingTax"]), Decimal(order["SurchargeTax"])
    goods = sum(
        (line_total(line, per_unit=per_unit) for line in order["OrderLine"]), Decimal(0)
    ) - Decimal(order["CouponDiscount"])
    freight = Decimal(order["ShippingTotal"]) - Decimal(order["ShippingDiscount"])
    parts = {
        "sales": goods - taxes * inclusive,
        "shipping": freight - shipping_tax * inclusive,
        "surcharges": Decimal(order["SurchargeTotal"]) - surcharge_tax * inclusive,
        "tax": taxes + shipping_tax + surcharge_tax,
        "rounding": Decimal(order["OrderRounding"]),
    }
    total = Decimal(order["GrandTotal"])
    parts["unexplained"] = total - sum(parts.values(), Decimal(0))
    return [Entry("receivable", total), *(Entry(name, -amount) for name, amount in parts.items())]


def post_payment(shop: Shop, payment: dict[str, Any]) -> None:
    """Money that came in."""
    amount = Decimal(payment["AmountPaid"])
    entries = [Entry("bank", amount), Entry("receivable", -amount)]
    day = shop.day(payment["DatePaid"])
    Ledger(shop.store, shop.name).post("payment", payment["PaymentID"], day, entries)


def post_rma(shop: Shop, rma: dict[str, Any]) -> None:
    """What is owed back for a return, and what was given back."""
    total, tax = Decimal(rma["RefundTotal"]), Decimal(rma["RefundTaxTotal"])
    refunded = Decimal(rma["RefundedTotal"])
    entries = [
        Entry("refunds", total - tax),
        Entry("tax", tax),
        Entry("receivable", refunded - total),
        Entry("bank", -refunded),
    ]
    Ledger(shop.store, shop.name).post("rma", rma["RmaID"], shop.day(rma["DateIssued"]), entries)
