"""The other screens: a new order, products, customers, settings."""

from html import escape
from typing import Any
from urllib.parse import quote

from sandbox.common.http import Answer
from sandbox.neto import carts, customers, scenarios, stock, variations
from sandbox.neto.look import admin, badge, form, options, table
from sandbox.neto.shops import Shop
from sandbox.neto.values import fixed, plain

LINES = 5
MOST = 300
PAYS = (("all", "Paid in full"), ("part", "Part paid"), ("", "Not paid"), ("account", "On account"))


# --- A new order ---------------------------------------------------------------------------------
def new_order(shop: Shop, said: str, chosen: list[tuple[str, str]]) -> Answer:
    """A form for an order; `chosen` are SKUs and quantities that are there already."""
    goods = [("", "Choose an item")] + [
        (one["SKU"], f"{one['Name']} · {fixed(one['DefaultPrice'], 2)}")
        for one in shop.all("item", order="id", limit=MOST)
    ]
    houses = [("", "Main")] + [
        (one["WarehouseID"], one["WarehouseName"]) for one in shop.all("warehouse")
    ]
    chosen = [*chosen, *[("", "1")] * LINES][: max(LINES, min(len(chosen), 20))]
    rows = [_new_line(number, goods, houses, *one) for number, one in enumerate(chosen)]
    heads = ("Item", "Quantity", "Discount %", "From")
    body = (
        "<div class='head'><h1>New order</h1></div>"
        f"<form method='post' action='{escape(shop.url)}/shop/place'><div class='two'><div>"
        f"<div class='card flush'><h2>Items</h2>{table(heads, rows, 'Items')}</div></div>"
        f"<div>{_buyer_card(shop)}</div></div></form>{_kinds_card(shop)}"
    )
    return admin(shop, "New order", body, tab="New order", said=said)


def _new_line(
    number: int, goods: list[tuple[str, str]], houses: list[tuple[str, str]], sku: str, many: str
) -> str:
    label = f"of line {number + 1}"
    return (
        f"<tr><td><select name='sku{number}' aria-label='Item {label}'>{options(goods, sku)}"
        f"</select></td><td><input class='short' name='quantity{number}' inputmode='decimal'"
        f" value='{escape(many)}' aria-label='Quantity {label}'></td>"
        f"<td><input class='short' name='percent{number}' inputmode='decimal' value='0'"
        f" aria-label='Discount {label}'></td><td><select name='warehouse{number}'"
        f" aria-label='Warehouse {label}'>{options(houses)}</select></td></tr>"
    )


def _buyer_card(shop: Shop) -> str:
    buyers = [("", "Anybody")] + [
        (one["Username"], _name(one)) for one in shop.all("customer", order="id", limit=MOST)
    ]
    methods = [(one["Name"], one["Name"]) for one in shop.all("shipping")]
    return (
        "<div class='card'><h2>Buyer and payment</h2>"
        f"<label>Customer<select name='Username'>{options(buyers)}</select></label>"
        "<label class='gap'>Ship by"
        f"<select name='ShippingOption'>{options(methods)}</select></label>"
        "<div class='row gap'><label class='grow'>Shipping<input name='ShippingTotal' value='9.95'"
        " inputmode='decimal'></label><label class='grow'>Surcharge<input name='SurchargeTotal'"
        " value='0' inputmode='decimal'></label></div>"
        "<div class='row gap'><label class='grow'>Coupon<input name='CouponCode'></label>"
        "<label class='grow'>Coupon amount<input name='OrderCoupon' value='0' inputmode='decimal'>"
        "</label></div>"
        f"<label class='gap'>Payment<select name='pay'>{options(PAYS, 'all')}</select></label>"
        "<p class='row gap'><button class='main'>Place order</button></p></div>"
    )


def _kinds_card(shop: Shop) -> str:
    kinds = [("", "Any kind")] + [
        (one, one.replace("_", " ").capitalize()) for one in scenarios.SCENARIOS
    ]
    one = f"<label class='grow'>Kind<select name='kind'>{options(kinds)}</select></label>"
    many = (
        "<label>How many<input class='short' name='count' value='10' inputmode='numeric'></label>"
    )
    return (
        "<div class='card'><h2>Sample orders</h2>"
        f"{form(shop, 'place', one, 'Place one of this kind')}"
        f"{form(shop, 'place-many', many, 'Place orders of all kinds')}"
        f"{form(shop, 'walk', many, 'Move that many a step on')}</div>"
    )


# --- Products and customers ----------------------------------------------------------------------
def products(shop: Shop, said: str) -> Answer:
    """What is sold, with its stock."""
    rows = [_product(shop, one) for one in shop.all("item", order="id", limit=MOST)]
    heads = ("Product", "Kind", ">Price", ">On hand", ">Held", ">To sell")
    body = (
        "<div class='head'><h1>Products</h1></div>"
        f"<div class='card flush'>{table(heads, rows, 'Products')}</div>"
    )
    return admin(shop, "Products", body, tab="Products", said=said)


def _product(shop: Shop, item: dict[str, Any]) -> str:
    levels = stock.levels(shop, item["SKU"])
    hand, held = stock.total(levels, "hand"), stock.total(levels, "held")
    free = variations.available(shop, item)
    kit = bool(item["KitComponents"])
    kind = "Kit" if kit else "Service" if not item["IsInventoried"] else "Stock"
    kind = f"Variation of {item['ParentSKU']}" if item["ParentSKU"] else kind
    file = quote(f"{item['SKU']}~Main.svg", safe="")
    counted = kit or item["IsInventoried"]
    shown = ["", "", plain(free)] if kit else [plain(one) for one in (hand, held, free)]
    numbers = "".join(f"<td class='n'>{one if counted else ''}</td>" for one in shown)
    return (
        f"<tr><td><div class='thing'><img alt='' src='{escape(shop.url)}/assets/thumb/{file}'>"
        f"<span>{escape(item['Name'])}<br><small>{escape(item['SKU'])}</small></span></div></td>"
        f"<td>{escape(kind)}</td><td class='n'>{fixed(item['DefaultPrice'], 2)}</td>{numbers}</tr>"
    )


def _name(customer: dict[str, Any]) -> str:
    address = customer["BillingAddress"]
    full = f"{address['BillFirstName']} {address['BillLastName']}".strip()
    return full or str(customer["Username"])


def people(shop: Shop, said: str) -> Answer:
    """Customers and what they owe."""
    rows = []
    for one in shop.all("customer", order="id", limit=MOST):
        owed = customers.balance(shop, one["Username"])
        rows.append(
            f"<tr><td>{escape(_name(one))}<br><small>{escape(one['Username'])}</small></td>"
            f"<td>{escape(one['EmailAddress'])}</td><td>{escape(one['UserGroup'])}</td>"
            f"<td class='n'>{fixed(one['CreditLimit'], 2)}</td>"
            f"<td class='n'>{fixed(owed, 2) if owed >= 0 else f'{fixed(-owed, 2)} in credit'}</td>"
            "</tr>"
        )
    heads = ("Customer", "E-mail", "Group", ">Credit limit", ">Owes")
    body = (
        "<div class='head'><h1>Customers</h1></div>"
        f"<div class='card flush'>{table(heads, rows, 'Customers')}</div>{_carts(shop)}"
    )
    return admin(shop, "Customers", body, tab="Customers", said=said)


def _carts(shop: Shop) -> str:
    rows = []
    for record in shop.store.records(shop.name, "cart", limit=50):
        seen = carts.view(shop, record)
        goods = [f"{one['Quantity']} x {one['SKU']}" for one in seen["OrderLines"]["OrderLine"]]
        link = f"<a href='{escape(seen['RestoreCartUrl'])}'>{escape(seen['CartID'])}</a>"
        rows.append(
            f"<tr><td>{link}</td><td>{escape(seen['CustomerUsername'])}</td>"
            f"<td>{escape(', '.join(goods))}</td><td>{badge(seen['CheckoutStatus'])}</td>"
            f"<td class='n'>{seen['CartTotal']}</td></tr>"
        )
    heads = ("Cart", "Customer", "Goods", "Status", ">Total")
    listed = table(heads, rows, "Carts")
    return f"<div class='card flush'><h2>Carts</h2>{listed}</div>" if rows else ""


# --- Settings ------------------------------------------------------------------------------------
def settings(shop: Shop, said: str) -> Answer:
    """The store, who may call it, who is notified."""
    profile = shop.profile
    tax = "prices with tax" if profile["tax_inclusive"] else "prices without tax"
    facts = [
        ("Address of the API", f"{shop.url}/do/WS/NetoAPI"),
        ("Gateway", f"{shop.sandbox.base_url}/v1/stores/{shop.api_id}/do/WS/NetoAPI"),
        ("Time zone", profile["zone"]),
        ("Currency", profile["currency"]),
        ("Tax", f"{profile['tax_code']} {profile['tax_rate']} %, {tax}"),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{escape(str(one))}</dd>" for name, one in facts)
    book = f"<a href='/_company/{escape(shop.name)}'>Lists and book</a>"
    body = (
        "<div class='head'><h1>Settings</h1></div>"
        f"<div class='card'><h2>Store</h2><dl class='left'>{listed}</dl><p>{book}</p></div>"
        f"{_users_card(shop)}{_addons_card(shop)}{_notify_card(shop)}"
    )
    return admin(shop, "Settings", body, tab="Settings", said=said)


def _users_card(shop: Shop) -> str:
    rows = []
    for name, user in shop.profile["users"].items():
        hidden = f"<input type='hidden' name='username' value='{escape(name)}'>"
        may = "Everything" if user["actions"] is None else ", ".join(user["actions"])
        rows.append(
            f"<tr><td>{escape(name)}</td><td><code>{escape(user['key'])}</code></td>"
            f"<td>{escape(may)}</td><td>{form(shop, 'revoke-key', hidden, 'Revoke')}</td></tr>"
        )
    fields = "<label>User name<input name='username' required></label>"
    listed = table(("User", "Key", "May do", ""), rows, "API users") if rows else ""
    return (
        f"<div class='card flush'><h2>API users</h2>{listed}"
        f"<div class='foot'>{form(shop, 'add-user', fields, 'Add user')}</div></div>"
    )


def _addons_card(shop: Shop) -> str:
    counted: dict[str, int] = {}
    for one in shop.all("grant", order="id", limit=MOST):
        counted[one["client_id"]] = counted.get(one["client_id"], 0) + 1
    rows = []
    for client_id, many in sorted(counted.items()):
        hidden = f"<input type='hidden' name='client_id' value='{escape(client_id)}'>"
        rows.append(
            f"<tr><td>{escape(client_id)}</td><td>{many}</td>"
            f"<td>{form(shop, 'remove-app', hidden, 'Remove')}</td></tr>"
        )
    listed = table(("Add-on", "Tokens", ""), rows, "Add-ons")
    none = "<p class='foot quiet'>No add-on is connected.</p>"
    return f"<div class='card flush'><h2>Add-ons</h2>{listed if rows else none}</div>"


def _notify_card(shop: Shop) -> str:
    rows = []
    for one in shop.profile["subscriptions"]:
        hidden = f"<input type='hidden' name='url' value='{escape(one['url'])}'>"
        rows.append(
            f"<tr><td>{escape(one['url'])}</td>"
            f"<td class='n'>{form(shop, 'unsubscribe', hidden, 'Remove')}</td></tr>"
        )
    fields = (
        "<label class='grow'>Address<input name='url' type='url' required></label>"
        "<label>Verify token<input name='token'></label>"
    )
    listed = table(("Sent to", ""), rows, "Addresses") if rows else ""
    return (
        f"<div class='card flush'><h2>Order notifications</h2>{listed}"
        f"<div class='foot'>{form(shop, 'subscribe', fields, 'Add address')}</div></div>"
    )
