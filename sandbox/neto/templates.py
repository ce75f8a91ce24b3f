"""Stores to begin with: a catalogue, customers, warehouses and orders of every kind."""

import random
import re
from typing import Any

from sandbox.common.sandbox import Sandbox
from sandbox.neto import catalogue, customers, items, plain
from sandbox.neto.envelope import Reply
from sandbox.neto.scenarios import USUAL, place
from sandbox.neto.shops import Shop, new_profile

KNOWN = frozenset(
    {
        *("company", "store", "name", "country", "zone", "currency", "tax_rate", "tax_inclusive"),
        *("prefix", "global_key", "username", "user_key", "bearer", "verify_token"),
        *("orders", "template", "seed", "days"),
    }
)


def fill(sandbox: Sandbox, values: dict[str, Any]) -> dict[str, Any]:
    """Make a store, or add orders to one that is there. Raises ValueError.

    {"store": "harbour", "name", "country": "AU", "zone", "tax_inclusive", "orders": 30, "seed": 1,
    "template": "sample", "empty" or "documented" (with the two documented orders), "days": 20 (how
    far back they were placed), and keys}.
    """
    unknown = set(values) - KNOWN
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    name = str(values.get("store") or values.get("company") or "harbour")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name) or name == "v1":
        raise ValueError("store: small letters, digits and hyphens")
    template = values.get("template", "sample")
    if template not in ("sample", "empty", "documented"):
        raise ValueError("template: sample, empty or documented")
    count = int(values.get("orders", 30 if template == "sample" else 0))
    if not 0 <= count <= 200_000:
        raise ValueError("orders: 0 to 200000")
    shop = Shop(sandbox, name, sandbox.clock.now())
    if not shop.profile:
        shop.change(**new_profile({"name": name.replace("-", " ").title(), **values}))
        shop.store.set("", f"api.{shop.api_id}", name)
        _furnish(shop, full=template != "empty")
        if template == "documented":
            for kind in ("documented", "odd"):
                place(shop, kind, random.Random(1))  # noqa: S311 - as documented
    rng = random.Random(int(values.get("seed", 1)))  # noqa: S311 - the same store every time
    _orders(shop, count, rng, float(values.get("days", 20)))
    return described(shop)


def described(shop: Shop) -> dict[str, Any]:
    """What a client needs to begin."""
    profile = shop.profile
    username, user = next(iter(profile["users"].items()))
    return {
        "company": shop.name,
        "store": shop.name,
        "name": profile["name"],
        "url": shop.url,
        "api": f"{shop.url}/do/WS/NetoAPI",
        "shop": f"{shop.url}/shop",
        "global_key": profile["global_key"],
        "username": username,
        "user_key": user["key"],
        "client_id": profile["client_id"],
        "client_secret": profile["client_secret"],
        "bearer": profile["bearer"],
        "api_id": shop.api_id,
        "verify_token": profile["verify_token"],
        "zone": profile["zone"],
        "currency": profile["currency"],
        "orders": shop.store.count(shop.name, "order"),
    }


def _furnish(shop: Shop, *, full: bool) -> None:
    kinds = {one.root: one for one in plain.KINDS}
    for house in catalogue.WAREHOUSES if full else catalogue.WAREHOUSES[:1]:
        plain.make(shop, kinds["Warehouse"], dict(house))
    for number, method in enumerate(catalogue.SHIPPING, 1):
        name, code, carrier, base, kilo, days, boxes, abroad = method
        body = {
            "ID": str(number),
            "Name": name,
            "Description": "",
            "Status": "Active",
            "Visibility": {"Customers": "True", "eBay": "True", "Staff": "True"},
            "CarrierCode": code,
            "CarrierName": carrier,
            "Base": base,
            "PerKilo": kilo,
            "Days": str(days),
            "POBox": boxes,
            "Abroad": abroad,
        }
        shop.put("shipping", str(number), body, [("shipping.name", name.lower())])
    for number, name in enumerate(catalogue.METHODS, 1):
        body = {"ID": str(number), "Name": name, "Active": "True", "Visible": "True"}
        shop.put("paymentmethod", str(number), body)
    if not full:
        return
    for name in ("Coffee", "Brewing", "Tea & milk"):
        plain.make(shop, kinds["Category"], {"CategoryName": name})
    plain.make(shop, kinds["Content"], {"ContentName": "About us", "ContentType": "web"})
    _ask(shop, items.add_item, {"Item": catalogue.items()})
    _ask(
        shop,
        customers.add_customer,
        {
            "Customer": [
                {
                    "Username": row[0],
                    "EmailAddress": f"{row[0]}@example.com",
                    "UserGroup": catalogue.group_of(row[0]),
                    "CreditLimit": "2000.00" if row[3] else "0",
                    "BillingAddress": catalogue.address("Bill", row),
                    "ShippingAddress": catalogue.address("Ship", row),
                }
                for row in catalogue.CUSTOMERS
            ]
        },
    )


def _ask(shop: Shop, action: Any, body: dict[str, Any]) -> None:
    reply = Reply(shop.now, {})
    action(shop, body, reply)
    if reply.errors or reply.warnings:
        raise ValueError(f"{[one.description for one in reply.errors + reply.warnings]}")


def _orders(shop: Shop, count: int, rng: random.Random, days: float) -> None:
    """Each is placed a little later than the one before, the last one now."""
    end = shop.at
    kinds = [*rng.sample(USUAL, len(USUAL))]
    for number in range(count):
        shop.at = end - days * 86_400 * (count - 1 - number) / max(1, count)
        place(shop, kinds[number % len(kinds)], rng)
    shop.at = end
