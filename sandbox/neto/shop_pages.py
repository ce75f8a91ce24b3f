"""The store's screens: their addresses, and what their forms do."""

from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote

from sandbox.common.http import Answer, Call, Refused, Routes
from sandbox.neto import acting, returned, shop_counter, shop_orders, variations
from sandbox.neto.look import admin
from sandbox.neto.pricing import paid
from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem, decimal, plain

ShopOf = Callable[[Call, str], Shop]
Form = dict[str, str]
MOST_LINES = 20


def add_routes(routes: Routes, shop_of: ShopOf) -> None:
    """The screens and forms of every store."""

    def show(call: Call, store: str) -> Answer:
        query = call.query
        number = _number(query.get("page", "0"))
        return shop_orders.orders(
            shop_of(call, store), query.get("status", ""), number, query.get("said", "")
        )

    def screen(call: Call, store: str, name: str) -> Answer:
        shop, said = shop_of(call, store), call.query.get("said", "")
        if name == "new":
            return shop_counter.new_order(shop, said, _chosen(shop, call.query))
        if name not in SCREENS:
            raise Refused(Answer.text("<h1>No such page</h1>", 404))
        return SCREENS[name](shop, said)

    def order(call: Call, store: str, order_id: str) -> Answer:
        shop = shop_of(call, store)
        found = shop.get("order", order_id)
        if found is None:
            raise Refused(Answer.text("<h1>No such order</h1>", 404))
        return shop_orders.order_page(shop, found, call.query.get("said", ""))

    def picture(call: Call, store: str, size: str, file: str) -> Answer:
        return variations.picture(shop_of(call, store), size, file)

    def do(call: Call, store: str, verb: str) -> Answer:
        return _do(call, shop_of(call, store), verb)

    routes.add("GET", "/{store}/shop", show)
    routes.add("GET", "/{store}/shop/{name}", screen)
    routes.add("GET", "/{store}/shop/orders/{order_id}", order)
    routes.add("GET", "/{store}/assets/{size}/{file}", picture)
    routes.add("POST", "/{store}/shop/{verb}", do)


SCREENS: dict[str, Callable[[Shop, str], Answer]] = {
    "products": shop_counter.products,
    "customers": shop_counter.people,
    "settings": shop_counter.settings,
}


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0


def _chosen(shop: Shop, query: dict[str, str]) -> list[tuple[str, str]]:
    """What an address of a cart or of an item puts into the form."""
    cart = shop.get("cart", query.get("cart", "")) or {"Lines": []}
    lines = [(str(one["SKU"]), plain(one["Quantity"])) for one in cart["Lines"]]
    return [*lines, (query["sku"], "1")] if query.get("sku") else lines


def _do(call: Call, shop: Shop, verb: str) -> Answer:
    origin = call.headers.get("origin", "")
    if origin and origin.partition("://")[2] != call.headers.get("host", ""):
        raise Refused(Answer.text("<h1>This form is of another site</h1>", 403))
    if verb not in FORMS:
        raise Refused(Answer.text("<h1>No such form</h1>", 404))
    try:
        where, said = FORMS[verb](shop, call.form)
    except (Problem, ValueError, KeyError) as error:
        words = getattr(error, "description", "") or str(error)
        wrong = admin(shop, "Not done", _not_done(shop, call.form.get("order", ""), words))
        wrong.status = 400
        raise Refused(wrong)
    answer = Answer.redirect(f"{shop.url}/shop{where}?said={quote(said)}")
    answer.status = 303
    return answer


def _not_done(shop: Shop, order_id: str, words: str) -> str:
    path = f"/orders/{quote(order_id, safe='')}" if order_id else ""
    back = f"<p><a href='{escape(shop.url)}/shop{path}'>Go back</a></p>"
    return (
        "<div class='head'><h1>That cannot be done</h1></div>"
        f"<p class='said bad' role='alert'>{escape(words)}</p>{back}"
    )


# --- What the forms do: where the person is next, and what is said there -------------------------
def _at(order_id: str) -> str:
    return f"/orders/{quote(order_id, safe='')}"


def _place(shop: Shop, form: Form) -> tuple[str, str]:
    lines = [
        {
            "SKU": form[f"sku{number}"],
            "Quantity": form.get(f"quantity{number}") or "1",
            "PercentDiscount": form.get(f"percent{number}") or "0",
            "WarehouseID": form.get(f"warehouse{number}", ""),
        }
        for number in range(MOST_LINES)
        if form.get(f"sku{number}")
    ]
    values: dict[str, Any] = {"lines": lines, "kind": form.get("kind", "")}
    if lines:
        values["pay"] = form.get("pay", "all")
        values |= {name: form[name] for name in acting.CHARGES if form.get(name)}
        names = ("Username", "CouponCode", "ShippingOption")
        values |= {name: form[name] for name in names if form.get(name)}
    elif "kind" not in form and "sku0" in form:
        raise ValueError("Choose at least one item")
    made = acting.place_order(shop, values)
    return _at(made["OrderID"]), f"Placed {made['OrderID']}"


def _place_many(shop: Shop, form: Form) -> tuple[str, str]:
    made = acting.place_orders(shop, {"count": min(int(form.get("count", "10")), 500)})
    return "", f"Placed {len(made['orders'])} orders"


def _walk(shop: Shop, form: Form) -> tuple[str, str]:
    made = acting.walk(shop, {"count": min(int(form.get("count", "10")), 500)})
    return "", f"{len(made['orders'])} orders went a step on"


def _move(shop: Shop, form: Form) -> tuple[str, str]:
    made = acting.move_order(shop, {"order": form["order"], "status": form.get("status", "")})
    return _at(made["OrderID"]), f"{made['OrderID']} is {made['OrderStatus']}"


def _pay(shop: Shop, form: Form) -> tuple[str, str]:
    values: dict[str, Any] = {"order": form["order"], "method": form.get("method") or "Visa"}
    if form.get("amount"):
        values["amount"] = form["amount"]
    acting.pay_order(shop, values)
    return _at(form["order"]), f"Paid on {form['order']}"


def _approve(shop: Shop, form: Form) -> tuple[str, str]:
    acting.approve_order(shop, {"order": form["order"]})
    return _at(form["order"]), f"{form['order']} is approved"


def _ticked(form: Form) -> list[str]:
    found = [name.removeprefix("tick_") for name in form if name.startswith("tick_")]
    if not found:
        raise ValueError("Tick at least one line")
    return found


def _split(shop: Shop, form: Form) -> tuple[str, str]:
    made = acting.split_order(shop, {"order": form["order"], "lines": _ticked(form)})
    return _at(form["order"]), f"{made['OrderID']} was split off {form['order']}"


def _change(shop: Shop, form: Form) -> tuple[str, str]:
    quantities = {
        name.removeprefix("quantity_"): one
        for name, one in form.items()
        if name.startswith("quantity_")
    }
    acting.change_order(shop, {"order": form["order"], "quantities": quantities})
    return _at(form["order"]), f"Changed {form['order']}"


def _return(shop: Shop, form: Form) -> tuple[str, str]:
    """What is left of the ticked lines comes back, and is refunded as far as it was paid."""
    order, ticked = shop.need("order", form["order"]), _ticked(form)
    back = returned.of_order(shop, order["OrderID"])
    lines = []
    for line in order["OrderLine"]:
        so_far = back.get(line["OrderLineID"], returned.Back()).quantity
        left = decimal(line["Quantity"], "Quantity") - so_far
        if line["OrderLineID"] in ticked and left > 0:
            sent = {"ItemNumber": line["OrderLineID"], "SKU": line["SKU"], "Quantity": left}
            lines.append({**sent, "ReturnReason": "Changed their mind"})
    if not lines:
        raise ValueError("These lines have come back already")
    values = {"order": order["OrderID"], "lines": lines, "restock": True}
    made = acting.return_goods(shop, {**values, "refund": "all" if paid(order) else None})
    return _at(form["order"]), f"Return {made['RmaID']} of {made['RefundTotal']}"


def _subscribe(shop: Shop, form: Form) -> tuple[str, str]:
    acting.subscribe(shop, {"url": form["url"], "token": form.get("token", "")})
    return "/settings", "Notifications are sent there from now on"


def _unsubscribe(shop: Shop, form: Form) -> tuple[str, str]:
    acting.unsubscribe(shop, {"url": form["url"]})
    return "/settings", "Nothing more is sent there"


def _add_user(shop: Shop, form: Form) -> tuple[str, str]:
    if not form["username"].strip() or form["username"].strip() in shop.profile["users"]:
        raise ValueError("The user name is empty or taken")
    acting.add_user(shop, {"username": form["username"].strip()})
    return "/settings", f"{form['username'].strip()} may call the API"


def _revoke_key(shop: Shop, form: Form) -> tuple[str, str]:
    acting.revoke_key(shop, {"username": form["username"]})
    return "/settings", f"{form['username']} may not call the API any more"


def _remove_app(shop: Shop, form: Form) -> tuple[str, str]:
    acting.revoke_app(shop, {"client_id": form["client_id"]})
    return "/settings", f"{form['client_id']} was removed"


FORMS: dict[str, Callable[[Shop, Form], tuple[str, str]]] = {
    "place": _place,
    "place-many": _place_many,
    "walk": _walk,
    "move": _move,
    "pay": _pay,
    "approve": _approve,
    "split": _split,
    "change": _change,
    "return": _return,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "add-user": _add_user,
    "revoke-key": _revoke_key,
    "remove-app": _remove_app,
}
