"""What an order comes to: every line to the cent, and the sum of the parts is the total."""

from decimal import Decimal
from typing import Any

from sandbox.neto.values import cents

HUNDRED = Decimal(100)
ZERO = Decimal(0)


def tax_of(amount: Decimal, rate: Decimal, *, inclusive: bool) -> Decimal:
    """The tax in an amount (inclusive) or on top of it."""
    share = rate / (HUNDRED + rate) if inclusive else rate / HUNDRED
    return cents(amount * share)


def line_total(line: dict[str, Any], *, per_unit: bool) -> Decimal:
    """A line after its own discounts and before coupons; components of a kit cost nothing more."""
    quantity = Decimal(line["Quantity"])
    whole = Decimal(line["UnitPrice"]) * quantity
    if line["PercentDiscount"]:
        whole *= 1 - Decimal(line["PercentDiscount"]) / HUNDRED
    elif line["ProductDiscount"]:
        whole -= Decimal(line["ProductDiscount"]) * (quantity if per_unit else 1)
    return cents(whole)


def price(order: dict[str, Any], rate: Decimal, *, per_unit: bool, with_shipping: bool) -> None:
    """Fill in Tax of the lines and the totals of an order, from prices, discounts and charges."""
    inclusive = bool(order["TaxInclusive"])
    subtotal = coupons = taxes = ZERO
    for line in order["OrderLine"]:
        total = line_total(line, per_unit=per_unit)
        line["Tax"] = (
            ZERO
            if line["TaxFree"]
            else tax_of(total - Decimal(line["CouponDiscount"]), rate, inclusive=inclusive)
        )
        subtotal += total
        coupons += Decimal(line["CouponDiscount"])
        taxes += line["Tax"]
    freight = Decimal(order["ShippingTotal"]) - Decimal(order["ShippingDiscount"])
    order["ShippingTax"] = (
        ZERO if order["TaxFreeShipping"] else tax_of(freight, rate, inclusive=inclusive)
    )
    surcharge_tax = tax_of(Decimal(order["SurchargeTaxable"]), rate, inclusive=inclusive)
    charges_tax = Decimal(order["ShippingTax"]) + surcharge_tax
    order |= {
        "ProductSubtotal": subtotal,
        "CouponDiscount": coupons,
        "SurchargeTax": surcharge_tax,
        "OrderTax": taxes + charges_tax if with_shipping else taxes,
    }
    before_tax = (
        subtotal
        - coupons
        + freight
        + Decimal(order["SurchargeTotal"])
        + Decimal(order["OrderRounding"])
    )
    order["GrandTotal"] = before_tax if inclusive else before_tax + taxes + charges_tax


def shares(amount: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """An amount in cents, split by weight; the last one takes what rounding leaves."""
    whole = sum(weights, ZERO)
    found = [cents(amount * weight / whole) if whole else ZERO for weight in weights[:-1]]
    return [*found, amount - sum(found, ZERO)] if weights else []


def paid(order: dict[str, Any]) -> Decimal:
    """What has been paid."""
    return sum((Decimal(one["Amount"]) for one in order["OrderPayment"]), ZERO)


def payment_status(order: dict[str, Any]) -> str:
    """FullyPaid, PartialPaid or Pending."""
    so_far = paid(order)
    if so_far >= Decimal(order["GrandTotal"]):
        return "FullyPaid"
    return "PartialPaid" if so_far > 0 else "Pending"
