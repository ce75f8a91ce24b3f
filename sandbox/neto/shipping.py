"""Shipping methods and what they cost: GetShippingMethods, GetShippingQuote."""

from decimal import Decimal
from typing import Any

from sandbox.neto.envelope import Reply
from sandbox.neto.query import picked
from sandbox.neto.shops import Shop
from sandbox.neto.values import LARGEST, Problem, cents, decimal, fixed, flag, inside, missing, text

Body = dict[str, Any]
NEEDED = {"ShipPostCode": 15, "ShipCountry": 2, "ShipCity": 50, "ShipState": 50}
ABROAD = Decimal("2.5")
# Of methods that an older store has.
USUAL = {"Base": "7.08", "PerKilo": "1.10", "Days": "5", "POBox": True, "Abroad": False}


def get_shipping_methods(shop: Shop, body: Body, reply: Reply) -> None:
    """GetShippingMethods: all of them."""
    names = ("ID", "Name", "Description", "Status", "Visibility")
    rows = [picked(one, set(), names, {}) for one in shop.all("shipping")]
    reply.content["ShippingMethods"] = {"ShippingMethod": rows}


def get_shipping_quote(shop: Shop, body: Body, reply: Reply) -> None:
    """GetShippingQuote: each method that goes there, by weight, cheapest first. Raises Problem."""
    asked = body.get("ShippingQuote") or {}
    if not isinstance(asked, dict):
        raise Problem("Invalid Request", "ShippingQuote is not an object")
    for name, most in NEEDED.items():
        if not text(asked.get(name), name, most):
            raise Problem("Request Error", f"{name} is required")
    weight = _weight(shop, asked, reply)
    wanted = ""
    for one in inside(asked.get("ShippingMethod"), "ShippingMethod"):
        wanted = text(one.get("ID"), "ID", 20)
        shop.need("shipping", wanted, "Shipping Method")
    abroad = text(asked["ShipCountry"]).upper() != shop.profile["country"]
    inclusive = flag(asked.get("TaxInclusive"), shop.profile["tax_inclusive"])
    rows = []
    for method in ({**USUAL, **one} for one in shop.all("shipping")):
        fits = not wanted or method["ID"] == wanted
        if (abroad and not method["Abroad"]) or (
            flag(asked.get("ShipPOBox")) and not method["POBox"]
        ):
            fits = False
        if fits:
            cost = Decimal(method["Base"]) + Decimal(method["PerKilo"]) * weight
            cost *= ABROAD if abroad else 1
            if not inclusive:
                cost /= 1 + shop.rate / 100
            rows.append((cents(cost), method))
    rows.sort(key=lambda row: (row[0], int(row[1]["ID"])))
    quotes = [_quote(cost, method, inclusive=inclusive) for cost, method in rows]
    reply.content["ShippingQuotes"] = [{"ShippingQuote": quotes}]


def _weight(shop: Shop, asked: Body, reply: Reply) -> Decimal:
    total = Decimal(0)
    for line in inside(asked.get("OrderLines"), "OrderLine")[:1000]:
        sku = text(line.get("SKU"), "SKU", 50)
        item = shop.get("item", sku)
        if item is None:
            reply.note(missing("Item", sku))
            continue
        quantity = decimal(line.get("Quantity"), "Quantity", Decimal(1))
        if quantity < 0:
            raise Problem("Invalid Request", "Quantity is not negative")
        total += _weight_of(shop, item) * quantity
    if total >= LARGEST:
        raise Problem("Invalid Request", "The goods are too heavy")
    return total


def _weight_of(shop: Shop, item: dict[str, Any]) -> Decimal:
    """A kit weighs what its parts do, unless it says."""
    if item["ShippingWeight"] or not item["KitComponents"]:
        return Decimal(item["ShippingWeight"])
    parts = [
        (shop.get("item", one["ComponentSKU"]), Decimal(one["AssembleQuantity"]))
        for one in item["KitComponents"]
    ]
    found = [Decimal(part["ShippingWeight"]) * quantity for part, quantity in parts if part]
    return sum(found, Decimal(0))


def _quote(cost: Decimal, method: dict[str, Any], *, inclusive: bool) -> dict[str, Any]:
    return {
        "PickUp": text(method["CarrierCode"] == "PICKUP"),
        "ShipPOBox": text(bool(method["POBox"])),
        "DeliveryTime": method["Days"],
        "ShippingCost": fixed(cost, 2),
        "TaxInclusive": text(inclusive),
        "ShippingMethod": {
            "ID": method["ID"],
            "Name": method["Name"],
            "Description": method["Description"],
            "RoutingGroup": method["CarrierName"],
            "SortOrder": method["ID"],
        },
    }
