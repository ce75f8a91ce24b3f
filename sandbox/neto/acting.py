"""What people do in the store's screens, as verbs: buyers, staff, and the owner's settings.

Every verb takes {"store": name, ...}; see VERBS.
"""

import random
import urllib.parse
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.common.sandbox import Sandbox
from sandbox.neto import items, notifications, orders, payments, rmas, scenarios
from sandbox.neto.envelope import Reply
from sandbox.neto.pricing import paid
from sandbox.neto.shops import Shop, new_key
from sandbox.neto.values import Problem, decimal, text

Values = dict[str, Any]
STEPS = {
    "New": "Pick",
    "Pick": "Pack",
    "Pack": "Dispatched",
    "Pending Dispatch": "Dispatched",
    "Pending Pickup": "Dispatched",
    "On Hold": "New",
    "New Backorder": "Backorder Approved",
    "Backorder Approved": "Pick",
    "Uncommitted": "New",
    "Quote": "New",
}


def act(sandbox: Sandbox, verb: str, values: Values) -> Any:
    """Do it. Raises ValueError for what cannot be."""
    if verb not in VERBS:
        raise ValueError(f"no such verb; there are {', '.join(sorted(VERBS))}")
    shop = Shop(sandbox, str(values.get("store") or values.get("company")), sandbox.clock.now())
    if not shop.profile:
        raise ValueError("no such store")
    try:
        return VERBS[verb](shop, values)
    except Problem as problem:
        raise ValueError(f"{problem.message} {problem.description}".strip())


def _random(shop: Shop, values: Values) -> random.Random:
    seed = values.get("seed", shop.store.next(shop.name, "acted"))
    return random.Random(int(seed))  # noqa: S311 - believable, not secret


def _short(order: dict[str, Any]) -> Values:
    return {
        "OrderID": order["OrderID"],
        "OrderStatus": order["OrderStatus"],
        "CompleteStatus": order["CompleteStatus"],
        "GrandTotal": str(order["GrandTotal"]),
        "RelatedOrderID": order["RelatedOrderID"],
    }


# --- Orders --------------------------------------------------------------------------------------
def place_order(shop: Shop, values: Values) -> Values:
    """{"kind": a scenario, or none for any}; or {"lines": [{"SKU", "Quantity", ...}]}."""
    rng = _random(shop, values)
    kind = str(values.get("kind") or rng.choice(scenarios.USUAL))
    more: Values = {}
    if values.get("lines"):
        kind = "single"
        more["OrderLine"] = [_line(one) for one in values["lines"]]
    for name in ("Username", "Email", "SalesChannel", "PurchaseOrderNumber", "DeliveryInstruction"):
        if name in values:
            more[name] = text(values[name], name, 500)
    if "pay" in values:
        more["Pay"] = str(values["pay"])
    return _short(scenarios.place(shop, kind, rng, **more))


def _line(given: Values) -> Values:
    unknown = set(given) - set(orders.LINE)
    if unknown:
        raise ValueError(f"line: unknown: {', '.join(sorted(unknown))}")
    amounts = ("Quantity", "UnitPrice", "PercentDiscount", "ProductDiscount", "CouponDiscount")
    return {name: decimal(one, name) if name in amounts else one for name, one in given.items()}


def place_orders(shop: Shop, values: Values) -> Values:
    """{"count": 10}: that many of any kind."""
    rng = _random(shop, values)
    count = min(int(values.get("count", 10)), 10_000)
    made = [scenarios.place(shop, rng.choice(scenarios.USUAL), rng) for _ in range(count)]
    return {"orders": [one["OrderID"] for one in made]}


def move_order(shop: Shop, values: Values) -> Values:
    """{"order", "status"}; without a status to its next one."""
    order_id = str(values["order"])
    now = shop.need("order", order_id)["OrderStatus"]
    status = str(values.get("status") or STEPS.get(now, now))
    return _short(orders.change(shop, order_id, lambda one: orders.move(shop, one, status)))


def cancel_order(shop: Shop, values: Values) -> Values:
    """{"order"}."""
    return move_order(shop, {**values, "status": "Cancelled"})


def change_order(shop: Shop, values: Values) -> Values:
    """{"order", "fields": {}, "quantities": {line id or SKU: n}, "add": [line], "remove": []}."""

    def edit(order: dict[str, Any]) -> None:
        for name, one in dict(values.get("fields", {})).items():
            if name not in orders.ORDER or isinstance(orders.ORDER[name], list):
                raise ValueError(f"fields: {name} is unknown")
            order[name] = decimal(one, name) if isinstance(orders.ORDER[name], Decimal) else one
        removed = [str(one) for one in values.get("remove", [])]
        for line in order["OrderLine"]:
            for key in (line["OrderLineID"], line["SKU"]):
                if key in values.get("quantities", {}):
                    line["Quantity"] = decimal(values["quantities"][key], "Quantity")
        order["OrderLine"] = [
            one
            for one in order["OrderLine"]
            if one["OrderLineID"] not in removed and one["SKU"] not in removed
        ]
        order["OrderLine"] += [orders.line(shop, _line(one)) for one in values.get("add", [])]
        order.pop("GivenTotal", None)

    return _short(orders.change(shop, str(values["order"]), edit))


def split_order(shop: Shop, values: Values) -> Values:
    """{"order", "lines": [line id], "status"}: they go to an order that names this one."""
    ids = [str(one) for one in values["lines"]]
    made = orders.split(shop, str(values["order"]), ids, str(values.get("status", "")))
    return _short(made)


def approve_order(shop: Shop, values: Values) -> Values:
    """{"order", "approved": true}."""
    mark = "Approved" if values.get("approved", True) else "Incomplete"
    edit: orders.Edit = lambda one: one.update(CompleteStatus=mark)  # noqa: E731
    return _short(orders.change(shop, str(values["order"]), edit))


def pay_order(shop: Shop, values: Values) -> Values:
    """{"order", "amount", "method"}; without an amount what is owed."""
    order = shop.need("order", str(values["order"]))
    owed = Decimal(order["GrandTotal"]) - paid(order)
    given = {"OrderID": order["OrderID"], "AmountPaid": values.get("amount", owed)}
    given["PaymentMethodName"] = str(values.get("method", "Visa"))
    return payments.add(shop, given)


def return_goods(shop: Shop, values: Values) -> Values:
    """{"order", "lines": [{"SKU", "Quantity"}], "refund": amount, "restock": false}."""
    lines = [
        {**one, "IsRestockIssued": bool(values.get("restock"))} for one in values.get("lines", [])
    ]
    sent: Values = {"OrderID": values["order"], "RmaLines": {"RmaLine": lines}}
    sent["RmaStatus"] = str(values.get("status", "Closed"))
    if values.get("refund") is not None:
        refund = {"RefundAmount": values["refund"], "PaymentMethodName": "Visa"}
        sent["Refunds"] = {"Refund": refund}
    made = rmas.make(shop, sent)
    return {"RmaID": made["RmaID"], "RefundTotal": str(made["RefundTotal"])}


def walk(shop: Shop, values: Values) -> Values:
    """{"count": 10}: so many open orders go a step further, as a day in the store goes."""
    moved = []
    for status in STEPS:
        for _kind, order_id in shop.store.found(shop.name, "order.status", status):
            order = shop.get("order", order_id)
            if order is not None and order["CompleteStatus"] == "Approved":
                moved.append(order_id)
    moved = sorted(moved)[: int(values.get("count", 10))]
    return {"orders": [move_order(shop, {"order": one}) for one in moved]}


# --- Catalogue and settings ----------------------------------------------------------------------
def edit_item(shop: Shop, values: Values) -> Values:
    """{"SKU", ...fields and WarehouseQuantity as UpdateItem takes them}."""
    sent = {name: one for name, one in values.items() if name not in ("store", "company")}
    reply = Reply(shop.now, {})
    items.update_item(shop, {"Item": [sent]}, reply)
    wrong = [*reply.errors, *reply.warnings]
    if wrong:
        raise ValueError(f"{wrong[0].message} {wrong[0].description}".strip())
    return {"SKU": values["SKU"]}


def subscribe(shop: Shop, values: Values) -> Values:
    """{"url", "token"}: order events are sent there."""
    url = str(values["url"])
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("url: http or https")
    token = str(values.get("token") or shop.profile["verify_token"])
    notifications.subscribe(shop, url, token)
    return {"url": url, "token": token}


def unsubscribe(shop: Shop, values: Values) -> Values:
    """{"url"}."""
    notifications.unsubscribe(shop, str(values["url"]))
    return {}


def add_user(shop: Shop, values: Values) -> Values:
    """{"username", "actions": [names] or none for all}: a key of their own."""
    user = {"key": new_key(), "actions": values.get("actions")}
    shop.change(users={**shop.profile["users"], str(values["username"]): user})
    return {"username": values["username"], "user_key": user["key"]}


def revoke_key(shop: Shop, values: Values) -> Values:
    """{"username"} or {"global": true} or {"bearer": true}: it works no more."""
    if values.get("global"):
        shop.change(global_key="")
    elif values.get("bearer"):
        shop.change(bearer="")
    else:
        users = dict(shop.profile["users"])
        users.pop(str(values["username"]))
        shop.change(users=users)
    return {}


VERBS: dict[str, Callable[[Shop, Values], Any]] = {
    verb.__name__: verb
    for verb in (
        *(place_order, place_orders, move_order, cancel_order, change_order, split_order),
        *(approve_order, pay_order, return_goods, walk, edit_item, subscribe, unsubscribe),
        *(add_user, revoke_key),
    )
}
