"""Kinds of orders that people place: each is what `orders.create` takes, and what follows."""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.neto import catalogue, documented, orders, payments
from sandbox.neto.shops import Shop
from sandbox.neto.values import cents

Values = dict[str, Any]
Scenario = Callable[[Shop, random.Random], Values]


def place(shop: Shop, kind: str, rng: random.Random, **more: Any) -> dict[str, Any]:
    """Place an order of a kind. Raises ValueError when there is no such kind."""
    if kind not in SCENARIOS:
        raise ValueError(f"kind: one of {', '.join(sorted(SCENARIOS))}")
    values = {**_buyer(rng), **SCENARIOS[kind](shop, rng), **more}
    pay, status = values.pop("Pay", "all"), values.pop("Then", "")
    split_off = values.pop("SplitOff", 0)
    made = orders.create(shop, values, values.pop("GivenID", ""))
    if pay == "all" and made["GrandTotal"] > 0:
        _pay(shop, made, Decimal(made["GrandTotal"]), rng)
    elif pay == "part":
        first = cents(Decimal(made["GrandTotal"]) * Decimal("0.4"))
        _pay(shop, made, first, rng)
        _pay(shop, made, cents(first / 2), rng)
    elif pay == "account":
        orders.change(shop, made["OrderID"], lambda one: one.update(CompleteStatus="Approved"))
    if made["GrandTotal"] == 0:
        orders.change(shop, made["OrderID"], lambda one: one.update(CompleteStatus="Approved"))
    if split_off:
        last = [one["OrderLineID"] for one in made["OrderLine"][-split_off:]]
        orders.split(shop, made["OrderID"], last, "New Backorder")
    if status:
        orders.change(shop, made["OrderID"], lambda one: orders.move(shop, one, status))
    return shop.need("order", made["OrderID"])


def _pay(shop: Shop, order: dict[str, Any], amount: Decimal, rng: random.Random) -> None:
    payments.add(
        shop,
        {
            "OrderID": order["OrderID"],
            "AmountPaid": amount,
            "PaymentMethodName": rng.choice(catalogue.METHODS[:5]),
            "CardAuthorisation": f"A{rng.randrange(10**9)}",
        },
    )


def _buyer(rng: random.Random, row: tuple[str, ...] | None = None) -> Values:
    row = row or rng.choice(catalogue.CUSTOMERS)
    return {
        "Username": row[0],
        "UserGroup": catalogue.group_of(row[0]),
        "Email": f"{row[0]}@example.com",
        **catalogue.address("Bill", row),
        **catalogue.address("Ship", row),
        "ShippingOption": "Standard Shipping",
        "ShippingTotal": Decimal(rng.choice(("0.00", "7.08", "9.95", "12.50"))),
        "ClientIPAddress": f"192.0.2.{rng.randrange(1, 255)}",
        "ShippingSignature": rng.random() < 0.3,
    }


def _goods(rng: random.Random, count: int) -> list[Values]:
    found = rng.sample(catalogue.ITEMS[:8], count)
    return [{"SKU": sku, "Quantity": Decimal(rng.randint(1, 4))} for sku, *_rest in found]


def _single(shop: Shop, rng: random.Random) -> Values:
    return {"OrderLine": _goods(rng, 1)}


def _several(shop: Shop, rng: random.Random) -> Values:
    return {"OrderLine": _goods(rng, rng.randint(2, 5))}


def _kit(shop: Shop, rng: random.Random) -> Values:
    kit = {"SKU": "KIT-STARTER", "Quantity": Decimal(rng.randint(1, 3))}
    return {"OrderLine": [kit, *_goods(rng, 1)]}


def _coupon(shop: Shop, rng: random.Random) -> Values:
    return {"OrderLine": _goods(rng, 3), "CouponCode": "WELCOME5", "OrderCoupon": Decimal("5.00")}


def _percent(shop: Shop, rng: random.Random) -> Values:
    lines = [{**one, "PercentDiscount": Decimal(rng.choice((5, 10, 15)))} for one in _goods(rng, 2)]
    return {"OrderLine": [*lines, *_goods(rng, 1)]}


def _amount_off(shop: Shop, rng: random.Random) -> Values:
    return {"OrderLine": [{**one, "ProductDiscount": Decimal("2.35")} for one in _goods(rng, 2)]}


def _surcharge(shop: Shop, rng: random.Random) -> Values:
    return {
        "OrderLine": _goods(rng, 2),
        "SurchargeTotal": Decimal("1.87"),
        "SurchargeTaxable": Decimal("1.87"),
    }


def _free_shipping(shop: Shop, rng: random.Random) -> Values:
    off = {"ShippingTotal": Decimal("9.95"), "ShippingDiscount": Decimal("9.95")}
    return {"OrderLine": _goods(rng, 2), **off}


def _gift(shop: Shop, rng: random.Random) -> Values:
    card = {"SKU": "CARD-GIFT", "UnitPrice": Decimal(0), "ItemNotes": "Alles Gute, Zoë! 🎂"}
    wrap = {"SKU": "GIFT-WRAP", "UnitPrice": Decimal("4.95")}
    return {"OrderLine": [*_goods(rng, 1), card, wrap]}


def _tax_free(shop: Shop, rng: random.Random) -> Values:
    milk = {"SKU": "MILK-OAT-1L", "Quantity": Decimal(6)}
    return {"OrderLine": [milk, {"SKU": "TEA-SENCHA"}, *_goods(rng, 1)]}


def _zero(shop: Shop, rng: random.Random) -> Values:
    note = {"SKU": "NOTE", "ItemNotes": "Replacement for a broken cup"}
    cup = {"SKU": "CUP-SET-2", "UnitPrice": Decimal(0)}
    return {"OrderLine": [note, cup], "ShippingTotal": Decimal(0)}


def _part_paid(shop: Shop, rng: random.Random) -> Values:
    return {"OrderLine": _goods(rng, 2), "Pay": "part"}


def _unpaid(shop: Shop, rng: random.Random) -> Values:
    return {"OrderLine": _goods(rng, 2), "Pay": "", "DefaultPaymentType": "Direct Deposit"}


def _on_account(shop: Shop, rng: random.Random) -> Values:
    terms = {"PurchaseOrderNumber": f"PO-{rng.randrange(10_000)}", "TermDays": 30}
    return {"OrderLine": _goods(rng, 4), "Pay": "account", **terms}


def _warehouses(shop: Shop, rng: random.Random) -> Values:
    lines = _goods(rng, 3)
    for number, line in enumerate(lines):
        line["WarehouseID"] = str(number + 1)
    return {"OrderLine": lines}


def _split(shop: Shop, rng: random.Random) -> Values:
    return {"OrderLine": _goods(rng, 3), "SplitOff": 1, "Then": "Pick"}


def _backorder(shop: Shop, rng: random.Random) -> Values:
    late = {"SKU": "TUMBLER-LAST", "Quantity": Decimal(4), "BackorderQuantity": Decimal(3)}
    return {"OrderLine": [late], "OrderStatus": "New Backorder"}


def _unicode(shop: Shop, rng: random.Random) -> Values:
    notes = "Bitte läuten 🔔 — 二階 & <b>not bold</b>"
    buyer = _buyer(rng, rng.choice(catalogue.CUSTOMERS[1:5]))
    return {**buyer, "OrderLine": _goods(rng, 1), "DeliveryInstruction": notes}


def _ebay(shop: Shop, rng: random.Random) -> Values:
    sale = {"eBayUsername": "kahvi_79", "eBayStoreName": "harbour-roast", "ListingType": "Fixed"}
    sale |= {"eBayAuctionID": str(rng.randrange(10**11, 10**12)), "eBayTransactionID": "17"}
    line = {**_goods(rng, 1)[0], "eBay": sale}
    return {"OrderLine": [line], "SalesChannel": "eBay", "eBay": {"eBayUsername": "kahvi_79"}}


def _options(shop: Shop, rng: random.Random) -> Values:
    options = [{"Name": "Grind", "Value": "Filter"}, {"Name": "Engraving", "Value": "Für Ana"}]
    return {"OrderLine": [{**_goods(rng, 1)[0], "ExtraOptions": options}]}


def _outside(shop: Shop, rng: random.Random) -> Values:
    unknown = {"SKU": "NOT-IN-CATALOGUE", "ProductName": "Special order"}
    return {"OrderLine": [{**unknown, "UnitPrice": Decimal("33.33"), "Quantity": Decimal(3)}]}


def _then(status: str, pay: str = "all") -> Scenario:
    def scenario(shop: Shop, rng: random.Random) -> Values:
        return {"OrderLine": _goods(rng, 2), "Then": status, "Pay": pay}

    return scenario


def _layby(shop: Shop, rng: random.Random) -> Values:
    held = {"OnHoldType": "Layby", "OrderStatus": "On Hold", "Pay": "part"}
    return {"OrderLine": _goods(rng, 1), **held}


def _documented(made: Values) -> Scenario:
    def scenario(shop: Shop, rng: random.Random) -> Values:
        taken = shop.record("order", made["GivenID"]) is not None
        return {**made, "GivenID": "" if taken else made["GivenID"]}

    return scenario


SCENARIOS: dict[str, Scenario] = {
    "single": _single,
    "several": _several,
    "kit": _kit,
    "coupon": _coupon,
    "percent": _percent,
    "amount_off": _amount_off,
    "surcharge": _surcharge,
    "free_shipping": _free_shipping,
    "gift": _gift,
    "tax_free": _tax_free,
    "zero": _zero,
    "part_paid": _part_paid,
    "unpaid": _unpaid,
    "on_account": _on_account,
    "warehouses": _warehouses,
    "split": _split,
    "backorder": _backorder,
    "unicode": _unicode,
    "ebay": _ebay,
    "options": _options,
    "outside": _outside,
    "picked": _then("Pick"),
    "packed": _then("Pack"),
    "pickup": _then("Pending Pickup"),
    "dispatched": _then("Dispatched"),
    "cancelled": _then("Cancelled"),
    "on_hold": _then("On Hold", ""),
    "layby": _layby,
    "odd": _documented(documented.odd()),
    "documented": _documented(documented.even()),
}
USUAL = tuple(one for one in SCENARIOS if one not in ("odd", "documented"))
