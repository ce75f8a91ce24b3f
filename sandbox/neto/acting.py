"""What people do in the store's screens, as verbs: buyers, staff, and the owner's settings.

Every verb takes {"store": name, ...}; see VERBS. `register_app` ({"client_id", "client_secret",
"redirect_uris"}) is about no store.
"""

import random
import urllib.parse
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.common.sandbox import Sandbox
from sandbox.neto import carts, items, notifications, oauth, orders, payments, rmas, scenarios
from sandbox.neto.envelope import Reply
from sandbox.neto.pricing import paid
from sandbox.neto.shops import Shop, new_key
from sandbox.neto.values import CENT, Problem, decimal, text

Values = dict[str, Any]
PLACED = (
    *("Username", "Email", "SalesChannel", "PurchaseOrderNumber", "DeliveryInstruction"),
    *("CouponCode", "ShippingOption"),
)
CHARGES = ("ShippingTotal", "ShippingDiscount", "SurchargeTotal", "OrderCoupon")
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
    if verb == "register_app":
        return oauth.register(sandbox, values)
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
    """{"kind": a scenario, or none for any}; or {"lines": [{"SKU", "Quantity", ...}]}.

    Also "pay", "Username", charges (ShippingTotal, SurchargeTotal, OrderCoupon) and words.
    """
    rng = _random(shop, values)
    kind = str(values.get("kind") or rng.choice(scenarios.USUAL))
    more: Values = {}
    if values.get("lines"):
        kind = "single"
        more["OrderLine"] = [_line(one) for one in values["lines"]]
    if values.get("Username"):
        more |= _customer(shop, str(values["Username"]))
    more |= {name: text(values[name], name, 500) for name in PLACED if name in values}
    more |= {name: decimal(values[name], name).quantize(CENT) for name in CHARGES if name in values}
    if more.get("SurchargeTotal"):
        more["SurchargeTaxable"] = more["SurchargeTotal"]
    if "pay" in values:
        more["Pay"] = str(values["pay"])
    return _short(scenarios.place(shop, kind, rng, **more))


def _customer(shop: Shop, username: str) -> Values:
    """A buyer's addresses and group, where the customer is known."""
    found = shop.get("customer", username.lower())
    if found is None:
        return {}
    filled = {**found["BillingAddress"], **found["ShippingAddress"], "Email": found["EmailAddress"]}
    return {name: one for name, one in filled.items() if one} | {"UserGroup": found["UserGroup"]}


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


def leave_cart(shop: Shop, values: Values) -> Values:
    """{"Username", "lines"}: a buyer fills a cart and goes away."""
    lines = [_line(one) for one in values["lines"]]
    return {"CartID": carts.leave(shop, str(values.get("Username", "")), lines)}


def check_out(shop: Shop, values: Values) -> Values:
    """{"cart", "pay"}: the cart becomes an order."""
    cart = shop.need("cart", str(values["cart"]))
    if cart["OrderID"]:
        raise ValueError("cart: it was bought already")
    lines = [{"SKU": one["SKU"], "Quantity": one["Quantity"]} for one in cart["Lines"]]
    made = place_order(shop, {**values, "lines": lines, "Username": cart["Username"]})
    carts.close(shop, cart["CartID"], made["OrderID"])
    return made


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
    """{"order", "lines": [{"SKU", "Quantity"}], "refund": amount or "all", "restock": false}."""
    lines = [
        {**one, "IsRestockIssued": bool(values.get("restock"))} for one in values.get("lines", [])
    ]
    sent: Values = {"OrderID": values["order"], "RmaLines": {"RmaLine": lines}}
    sent["RmaStatus"] = str(values.get("status", "Closed"))
    everything = values.get("refund") == "all"
    if values.get("refund") is not None and not everything:
        refund = {"RefundAmount": values["refund"], "PaymentMethodName": "Visa"}
        sent["Refunds"] = {"Refund": refund}
    made = rmas.make(shop, sent, refund_all=everything)
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


def connect(shop: Shop, values: Values) -> Values:
    """{"client_id", "version": 1 or 2}: an add-on is allowed, without the page."""
    client_id = str(values.get("client_id") or oauth.FIRST_APP["client_id"])
    version = 2 if int(values.get("version", 1)) == 2 else 1
    return oauth.told_tokens(shop, oauth.install(shop, client_id, version))


def revoke_app(shop: Shop, values: Values) -> Values:
    """{"client_id"}: the merchant removes an add-on."""
    client_id = str(values.get("client_id") or oauth.FIRST_APP["client_id"])
    return {"tokens": oauth.remove(shop, client_id)}


def revoke_key(shop: Shop, values: Values) -> Values:
    """{"username"}, {"global": true}, {"bearer": true} or {"client": true}: it works no more."""
    if values.get("global"):
        shop.change(global_key="")
    elif values.get("client"):
        shop.change(client_secret="")
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
        *(add_user, revoke_key, connect, revoke_app, leave_cart, check_out),
    )
}
