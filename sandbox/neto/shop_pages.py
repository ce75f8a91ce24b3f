"""The shop: a page of plain forms where a person places orders and does what staff do to them."""

from collections.abc import Callable
from html import escape
from typing import Any

from sandbox.common.http import Answer, Call, Refused, Routes
from sandbox.common.pages import page
from sandbox.neto import acting, scenarios
from sandbox.neto.orders import STATUSES
from sandbox.neto.pricing import paid
from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem, fixed

ShopOf = Callable[[Call, str], Shop]
STYLE = """<style>
body { max-width: 90rem; }
form { display: inline-flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 0; }
.card { border: 1px solid #8884; border-radius: 8px; padding: 1rem; margin: 1rem 0; }
.card h2 { margin: 0 0 .6rem; } .card ul { margin: 0 0 .6rem; padding-left: 1.2rem; }
.card ul:empty { display: none; } .card form { display: flex; }
form .line { display: flex; flex-wrap: wrap; gap: .5rem; width: 100%; }
label { display: flex; flex-direction: column; gap: .2rem; font-size: .85rem; max-width: 100%; }
input, select, button { font: inherit; font-size: .95rem; box-sizing: border-box; height: 2.1rem;
  padding: 0 .5rem; max-width: 100%; }
button { cursor: pointer; } .said { border-left: 3px solid; padding-left: .6rem; color: inherit; }
td form { margin: .1rem .5rem .1rem 0; } .n { text-align: right; }
td.lines { white-space: normal; min-width: 12rem; }
td.do { white-space: normal; min-width: 24rem; }
</style>"""
LINES = 4


def add_routes(routes: Routes, shop_of: ShopOf) -> None:
    """The page and its forms, of every store."""

    def show(call: Call, store: str) -> Answer:
        return front(shop_of(call, store), call.query.get("said", ""), _page_number(call))

    def do(call: Call, store: str, verb: str) -> Answer:
        shop = shop_of(call, store)
        _own_page(call)
        if verb not in FORMS:
            raise Refused(Answer.text("<h1>No such form</h1>", 404))
        try:
            said = FORMS[verb](shop, call.form)
        except (Problem, ValueError, KeyError) as error:
            words = getattr(error, "description", "") or str(error)
            raise Refused(front(shop, f"That cannot be done: {words}", 0, 400))
        answer = Answer.redirect(f"{shop.url}/shop?said={said}")
        answer.status = 303
        return answer

    routes.add("GET", "/{store}/shop", show)
    routes.add("POST", "/{store}/shop/{verb}", do)


def _page_number(call: Call) -> int:
    given = call.query.get("page", "0")
    return int(given) if given.isdecimal() and len(given) < 6 else 0


def _own_page(call: Call) -> None:
    """Forms of other sites are not taken."""
    origin = call.headers.get("origin", "")
    if origin and origin.partition("://")[2] != call.headers.get("host", ""):
        raise Refused(Answer.text("<h1>This form is of another site</h1>", 403))


# --- What the forms do ---------------------------------------------------------------------------
def _place(shop: Shop, form: dict[str, str]) -> str:
    lines = [
        {
            "SKU": form[f"sku{number}"],
            "Quantity": form.get(f"quantity{number}") or "1",
            "PercentDiscount": form.get(f"percent{number}") or "0",
            "WarehouseID": form.get(f"warehouse{number}", ""),
        }
        for number in range(LINES)
        if form.get(f"sku{number}")
    ]
    values: dict[str, Any] = {"lines": lines, "kind": form.get("kind", "")}
    if lines:
        values["pay"] = form.get("pay", "all")
    made = acting.place_order(shop, values)
    return f"Placed+{made['OrderID']}"


def _place_many(shop: Shop, form: dict[str, str]) -> str:
    made = acting.place_orders(shop, {"count": min(int(form.get("count", "10")), 500)})
    return f"Placed+{len(made['orders'])}+orders"


def _move(shop: Shop, form: dict[str, str]) -> str:
    made = acting.move_order(shop, {"order": form["order"], "status": form.get("status", "")})
    return f"{made['OrderID']}+is+{made['OrderStatus'].replace(' ', '+')}"


def _pay(shop: Shop, form: dict[str, str]) -> str:
    values: dict[str, Any] = {"order": form["order"]}
    if form.get("amount"):
        values["amount"] = form["amount"]
    acting.pay_order(shop, values)
    return f"Paid+on+{form['order']}"


def _approve(shop: Shop, form: dict[str, str]) -> str:
    acting.approve_order(shop, {"order": form["order"]})
    return f"{form['order']}+is+approved"


def _split(shop: Shop, form: dict[str, str]) -> str:
    lines = shop.need("order", form["order"])["OrderLine"]
    last = [lines[-1]["OrderLineID"]] if lines else []
    made = acting.split_order(shop, {"order": form["order"], "lines": last})
    return f"{made['OrderID']}+was+split+off+{form['order']}"


def _change(shop: Shop, form: dict[str, str]) -> str:
    quantities = {form["line"]: form["quantity"]}
    acting.change_order(shop, {"order": form["order"], "quantities": quantities})
    return f"Changed+{form['order']}"


def _subscribe(shop: Shop, form: dict[str, str]) -> str:
    acting.subscribe(shop, {"url": form["url"], "token": form.get("token", "")})
    return "Subscribed"


FORMS: dict[str, Callable[[Shop, dict[str, str]], str]] = {
    "place": _place,
    "place-many": _place_many,
    "move": _move,
    "pay": _pay,
    "approve": _approve,
    "split": _split,
    "change": _change,
    "subscribe": _subscribe,
}


# --- The page ------------------------------------------------------------------------------------
def front(shop: Shop, said: str, number: int, status: int = 200) -> Answer:
    """The whole page."""
    told = f"<p class='said' role='status'>{escape(said)}</p>" if said else ""
    home = f"<nav><a href='/_company/{escape(shop.name)}'>Lists and book</a></nav>"
    parts = [STYLE, home, told, _place_card(shop), _many_card(shop), _notify_card(shop)]
    made = page(f"{shop.profile['name']}: shop", "".join(parts) + _orders(shop, number))
    made.status = status
    return made


def _form(shop: Shop, verb: str, inside: str, button: str) -> str:
    where = f"{escape(shop.url)}/shop/{verb}"
    return f"<form method='post' action='{where}'>{inside}<button>{button}</button></form>"


def _options(pairs: list[tuple[str, str]], chosen: str = "") -> str:
    return "".join(
        f"<option value='{escape(value)}'{' selected' * (value == chosen)}>{escape(shown)}</option>"
        for value, shown in pairs
    )


def _place_card(shop: Shop) -> str:
    goods = [("", "—")] + [
        (one["SKU"], f"{one['Name']} · {fixed(one['DefaultPrice'], 2)}")
        for one in shop.all("item", order="id", limit=200)
    ]
    houses = [("", "Default")] + [
        (one["WarehouseID"], one["WarehouseName"]) for one in shop.all("warehouse")
    ]
    rows = "".join(
        f"<div class='line'><label>Item {row + 1}<select name='sku{row}'>{_options(goods)}</select>"
        f"</label><label>Quantity<input name='quantity{row}' size='4' value='1'></label>"
        f"<label>Discount %<input name='percent{row}' size='4' value='0'></label>"
        f"<label>Warehouse<select name='warehouse{row}'>{_options(houses)}</select></label></div>"
        for row in range(LINES)
    )
    kinds = [("", "any")] + [(one, one.replace("_", " ")) for one in scenarios.SCENARIOS]
    pays = [("all", "paid"), ("part", "part paid"), ("", "not paid"), ("account", "on account")]
    more = (
        f"<label>Kind, if no item is chosen<select name='kind'>{_options(kinds)}</select></label>"
        f"<label>Payment<select name='pay'>{_options(pays, 'all')}</select></label>"
    )
    return f"<div class='card'><h2>Buy</h2>{_form(shop, 'place', rows + more, 'Place order')}</div>"


def _many_card(shop: Shop) -> str:
    count = "<label>How many<input name='count' size='4' value='10'></label>"
    return (
        "<div class='card'><h2>A busy day</h2>"
        f"{_form(shop, 'place-many', count, 'Place orders of all kinds')}</div>"
    )


def _notify_card(shop: Shop) -> str:
    listed = "".join(f"<li>{escape(one['url'])}</li>" for one in shop.profile["subscriptions"])
    fields = (
        "<label>Address<input name='url' size='40' type='url' required></label>"
        "<label>Verify token<input name='token' size='20'></label>"
    )
    return (
        f"<div class='card'><h2>Order notifications</h2><ul>{listed}</ul>"
        f"{_form(shop, 'subscribe', fields, 'Subscribe')}</div>"
    )


def _orders(shop: Shop, number: int) -> str:
    found = shop.store.records(shop.name, "order", order="id DESC", limit=50, offset=number * 50)
    heads = ("Order", "Placed", "Customer", "Lines", "Status", "Total", "Owed", "Do")
    head = "".join(f"<th scope='col'>{one}</th>" for one in heads)
    rows = "".join(_row(shop, one.body) for one in found)
    older = f"<a href='?page={number + 1}'>Older</a>" if len(found) == 50 else ""
    return (
        f"<h2>Orders</h2><div class='scroll' tabindex='0' role='region' aria-label='Orders'>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div><p>{older}</p>"
    )


def _row(shop: Shop, order: dict[str, Any]) -> str:
    order_id = escape(order["OrderID"])
    hidden = f"<input type='hidden' name='order' value='{order_id}'>"
    statuses = [(one, one) for one in STATUSES]
    choose = f"<select name='status' aria-label='Status of {order_id}'>"
    choose += f"{_options(statuses, order['OrderStatus'])}</select>"
    owed = order["GrandTotal"] - paid(order)
    do = _form(shop, "move", hidden + choose, "Move")
    if owed > 0:
        do += _form(shop, "pay", hidden, "Pay")
    if order["CompleteStatus"] != "Approved":
        do += _form(shop, "approve", hidden, "Approve")
    if len(order["OrderLine"]) > 1:
        do += _form(shop, "split", hidden, "Split last line off")
    if order["OrderLine"]:
        line = escape(order["OrderLine"][0]["OrderLineID"])
        amount = f"<input type='hidden' name='line' value='{line}'>"
        amount += f"<input name='quantity' size='3' aria-label='Quantity of {line}' value='1'>"
        do += _form(shop, "change", hidden + amount, "Set first quantity")
    lines = ", ".join(
        f"{fixed(one['Quantity'], 0)} x {one['SKU'] or one['ProductName']}"
        for one in order["OrderLine"]
    )
    name = f"{order['BillFirstName']} {order['BillLastName']}"
    return (
        f"<tr><td>{order_id}<br><small>{escape(order['RelatedOrderID'])}</small></td>"
        f"<td>{order['DatePlaced']}</td><td>{escape(name)}</td>"
        f"<td class='lines'>{escape(lines[:160])}</td>"
        f"<td>{escape(order['OrderStatus'])}<br><small>{order['CompleteStatus']}</small></td>"
        f"<td class='n'>{fixed(order['GrandTotal'], 2)}</td>"
        f"<td class='n'>{fixed(owed, 2)}</td><td class='do'>{do}</td></tr>"
    )
