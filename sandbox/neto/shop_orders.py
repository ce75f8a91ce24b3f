"""The screens of orders: the list by status, and one order with what staff can do to it."""

from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import quote

from sandbox.common.http import Answer
from sandbox.neto import catalogue, returned
from sandbox.neto.look import admin, badge, form, options, table
from sandbox.neto.orders import STATUSES
from sandbox.neto.pricing import line_total, paid
from sandbox.neto.shops import Shop
from sandbox.neto.values import fixed, plain

EACH = 50
NEXT = {
    "New": ("Pick", "Send to pick"),
    "On Hold": ("New", "Take off hold"),
    "New Backorder": ("Backorder Approved", "Release backorder"),
    "Backorder Approved": ("Pick", "Send to pick"),
    "Pick": ("Pack", "Mark as picked"),
    "Pack": ("Dispatched", "Dispatch"),
    "Pending Dispatch": ("Dispatched", "Dispatch"),
    "Pending Pickup": ("Dispatched", "Hand over"),
    "Uncommitted": ("New", "Commit"),
    "Quote": ("New", "Accept quote"),
}


def orders(shop: Shop, status: str, number: int, said: str) -> Answer:
    """The list, newest first."""
    wanted = status if status in STATUSES else ""
    where, values = ("", [])
    if wanted:
        where, values = "json_extract(body, '$.OrderStatus') = ?", [wanted]
    found = shop.store.records(
        shop.name,
        "order",
        where=where,
        values=values,
        order="id DESC",
        limit=EACH + 1,
        offset=number * EACH,
    )
    heads = ("Order", "Placed", "Customer", "Items", "Status", "Payment", ">Total")
    rows = [_row(shop, one.body) for one in found[:EACH]]
    listed = table(heads, rows, "Orders") if rows else "<p class='foot quiet'>No orders here.</p>"
    body = (
        "<div class='head'><h1>Orders</h1><a class='button main end'"
        f" href='{escape(shop.url)}/shop/new'>New order</a></div>"
        f"<div class='card flush'>{_tabs(shop, wanted)}{listed}"
        f"{_pages(wanted, number, more=len(found) > EACH)}</div>"
    )
    return admin(shop, "Orders", body, said=said)


def _tabs(shop: Shop, wanted: str) -> str:
    names = ["", "New", "On Hold", "New Backorder", "Pick", "Pack", "Dispatched", "Cancelled"]
    names += [wanted] * (wanted not in names)
    links = "".join(
        f"<a href='{escape(shop.url)}/shop?status={quote(name)}'"
        f"{' aria-current=page' * (name == wanted)}>{name or 'All'}</a>"
        for name in names
    )
    return f"<nav class='tabs' aria-label='Statuses'>{links}</nav>"


def _pages(wanted: str, number: int, *, more: bool) -> str:
    links = []
    if number:
        links.append(f"<a href='?status={quote(wanted)}&amp;page={number - 1}'>Newer</a>")
    if more:
        links.append(f"<a href='?status={quote(wanted)}&amp;page={number + 1}'>Older</a>")
    return f"<p class='foot'>{' · '.join(links)}</p>" if links else ""


def _link(shop: Shop, order_id: str) -> str:
    return f"<a href='{escape(shop.url)}/shop/orders/{quote(order_id)}'>{escape(order_id)}</a>"


def _row(shop: Shop, order: dict[str, Any]) -> str:
    count = sum((Decimal(one["Quantity"]) for one in order["OrderLine"]), Decimal(0))
    related = order["RelatedOrderID"]
    part = f"<br><small>part of {escape(related)}</small>" if related else ""
    name = f"{order['BillFirstName']} {order['BillLastName']}".strip() or order["Username"]
    return (
        f"<tr><td><strong>{_link(shop, order['OrderID'])}</strong>{part}</td>"
        f"<td class='nowrap'>{shop.local(order['DatePlaced'])[:16]}</td>"
        f"<td>{escape(name)}<br><small>{escape(order['BillCompany'] or order['SalesChannel'])}"
        f"</small></td><td>{plain(count)}</td><td>{badge(order['OrderStatus'])}</td>"
        f"<td>{badge(order['PaymentStatus'])}</td>"
        f"<td class='n'>{fixed(order['GrandTotal'], 2)}</td></tr>"
    )


# --- One order -----------------------------------------------------------------------------------
def order_page(shop: Shop, order: dict[str, Any], said: str) -> Answer:
    """Lines, totals, payments, returns, and the next steps."""
    order_id = escape(order["OrderID"])
    related = order["RelatedOrderID"]
    split = [one[1] for one in shop.store.found(shop.name, "order.related", order["OrderID"])]
    told = [f"Part of {_link(shop, related)}"] if related else []
    told += [f"Split into {_link(shop, one)}" for one in sorted(split)]
    approval = "" if order["CompleteStatus"] == "Approved" else badge("Not approved")
    head = (
        f"<div class='head'><h1>{order_id}</h1>{badge(order['OrderStatus'])}"
        f"{badge(order['PaymentStatus'])}{approval}<span class='quiet'>{' · '.join(told)}</span>"
        f"<span class='quiet end'>Placed {shop.local(order['DatePlaced'])[:16]}</span></div>"
    )
    left = _lines_card(shop, order) + _payments_card(shop, order) + _returns_card(shop, order)
    right = _steps_card(shop, order) + _totals_card(shop, order) + _people_card(order)
    body = f"{head}<div class='two'><div>{left}</div><div>{right}</div></div>"
    return admin(shop, order["OrderID"], body, said=said)


def _hidden(order: dict[str, Any]) -> str:
    return f"<input type='hidden' name='order' value='{escape(order['OrderID'])}'>"


def _lines_card(shop: Shop, order: dict[str, Any]) -> str:
    back = returned.of_order(shop, order["OrderID"])
    rows = [_line(shop, order, one, back) for one in order["OrderLine"]]
    heads = ("", "Item", "From", "Quantity", ">Price", ">Discount", ">Total")
    where = f"{escape(shop.url)}/shop"
    buttons = (
        "<button>Save quantities</button>"
        f"<button formaction='{where}/split'>Split ticked lines off</button>"
        f"<button formaction='{where}/return'>Return ticked lines</button>"
    )
    return (
        f"<form class='card flush' method='post' action='{where}/change'>{_hidden(order)}"
        f"<h2>Items</h2>{table(heads, rows, 'Items')}"
        f"<div class='foot row'>{buttons}</div></form>"
    )


def _line(shop: Shop, order: dict[str, Any], line: dict[str, Any], back: dict[str, Any]) -> str:
    line_id = escape(line["OrderLineID"])
    item = shop.get("item", line["SKU"]) or {}
    picture = ""
    if item:
        file = quote(f"{line['SKU']}~Main.svg", safe="")
        picture = f"<img alt='' src='{escape(shop.url)}/assets/thumb/{file}'>"
    house = shop.get("warehouse", line["WarehouseID"]) or {}
    notes = [line["SKU"], line["ItemNotes"], line["ShippingTracking"]]
    notes += [f"{one['Name']}: {one['Value']}" for one in line["ExtraOptions"]]
    if line["OrderLineID"] in back:
        notes.append(f"{plain(back[line['OrderLineID']].quantity)} returned")
    per_unit = shop.switch("product_discount_per") == "unit"
    total = line_total(line, per_unit=per_unit)
    off = Decimal(line["UnitPrice"]) * Decimal(line["Quantity"]) - total
    off += Decimal(line["CouponDiscount"])
    return (
        f"<tr><td><input type='checkbox' name='tick_{line_id}' aria-label='Tick {line_id}'></td>"
        f"<td><div class='thing'>{picture}<span>{escape(line['ProductName'] or line['SKU'])}<br>"
        f"<small>{escape(' · '.join(one for one in notes if one))}</small></span></div></td>"
        f"<td class='nowrap'>{escape(str(house.get('WarehouseName', '')))}</td>"
        f"<td><input class='short' name='quantity_{line_id}' value='{plain(line['Quantity'])}'"
        f" inputmode='decimal' aria-label='Quantity of {line_id}'></td>"
        f"<td class='n'>{fixed(line['UnitPrice'], 2)}</td>"
        f"<td class='n'>{fixed(off, 2) if off else ''}</td>"
        f"<td class='n'>{fixed(total - Decimal(line['CouponDiscount']), 2)}</td></tr>"
    )


def _payments_card(shop: Shop, order: dict[str, Any]) -> str:
    rows = [
        f"<tr><td>{escape(one['PaymentType'] or 'Payment')}</td>"
        f"<td>{shop.local(one['DatePaid'])[:16]}</td>"
        f"<td class='n'>{fixed(one['Amount'], 2)}</td></tr>"
        for one in order["OrderPayment"]
    ]
    owed = Decimal(order["GrandTotal"]) - paid(order)
    listed = table(("Paid by", "When", ">Amount"), rows, "Payments") if rows else ""
    methods = options([(one, one) for one in catalogue.METHODS], "Visa")
    fields = (
        f"{_hidden(order)}<label>Amount<input class='short' name='amount' inputmode='decimal'"
        f" value='{fixed(owed, 2)}'></label><label>By<select name='method'>{methods}</select>"
        "</label>"
    )
    pay = f"<div class='foot'>{form(shop, 'pay', fields, 'Record payment')}</div>"
    return f"<div class='card flush'><h2>Payments</h2>{listed}{pay if owed > 0 else ''}</div>"


def _returns_card(shop: Shop, order: dict[str, Any]) -> str:
    rows = []
    for _kind, number in shop.store.found(shop.name, "rma.order", order["OrderID"]):
        rma = shop.need("rma", number)
        goods = ", ".join(f"{plain(one['Quantity'])} x {one['SKU']}" for one in rma["RmaLines"])
        rows.append(
            f"<tr><td>{escape(number)}</td><td>{escape(goods)}</td>"
            f"<td>{badge(rma['RmaStatus'])}</td><td class='n'>{fixed(rma['RefundTotal'], 2)}</td>"
            f"<td class='n'>{fixed(rma['RefundedTotal'], 2)}</td></tr>"
        )
    heads = ("Return", "Goods", "Status", ">To refund", ">Refunded")
    listed = table(heads, rows, "Returns")
    return f"<div class='card flush'><h2>Returns</h2>{listed}</div>" if rows else ""


def _steps_card(shop: Shop, order: dict[str, Any]) -> str:
    hidden, status = _hidden(order), order["OrderStatus"]
    steps = ""
    if order["CompleteStatus"] != "Approved":
        steps += form(shop, "approve", hidden, "Approve")
    if status in NEXT:
        target, words = NEXT[status]
        chosen = f"{hidden}<input type='hidden' name='status' value='{target}'>"
        steps += form(shop, "move", chosen, words, kind="main")
    choose = options([(one, one) for one in STATUSES], status)
    steps += form(
        shop,
        "move",
        f"{hidden}<label class='grow'>Status<select name='status'>{choose}</select></label>",
        "Move",
    )
    if status != "Cancelled":
        cancelled = f"{hidden}<input type='hidden' name='status' value='Cancelled'>"
        steps += form(shop, "move", cancelled, "Cancel order", kind="warn")
    return f"<div class='card'><h2>What next</h2>{steps}</div>"


def _totals_card(shop: Shop, order: dict[str, Any]) -> str:
    so_far = paid(order)
    rows = [("Items", order["ProductSubtotal"]), ("Coupon", -Decimal(order["CouponDiscount"]))]
    rows += [("Shipping", order["ShippingTotal"])]
    rows += [("Shipping discount", -Decimal(order["ShippingDiscount"]))]
    rows += [("Surcharge", order["SurchargeTotal"]), ("Rounding", order["OrderRounding"])]
    if not order["TaxInclusive"]:
        rows.append((shop.profile["tax_code"], order["OrderTax"]))
    shown = [row for row in rows if row[1] or row[0] in ("Items", "Shipping")]
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{fixed(one, 2)}</dd>" for name, one in shown)
    listed += f"<dt class='total'>Total</dt><dd class='total'>{fixed(order['GrandTotal'], 2)}</dd>"
    if order["TaxInclusive"]:
        tax = escape(f"{shop.profile['tax_code']} in it")
        listed += f"<dt>{tax}</dt><dd>{fixed(order['OrderTax'], 2)}</dd>"
    listed += f"<dt>Paid</dt><dd>{fixed(so_far, 2)}</dd>"
    owed = fixed(Decimal(order["GrandTotal"]) - so_far, 2)
    listed += f"<dt class='total'>Owed</dt><dd class='total'>{owed}</dd>"
    heading = f"Total in {escape(order['CurrencyCode'])}"
    return f"<div class='card'><h2>{heading}</h2><dl>{listed}</dl></div>"


def _people_card(order: dict[str, Any]) -> str:
    def side(which: str) -> str:
        first = f"{order[f'{which}FirstName']} {order[f'{which}LastName']}"
        town = " ".join(order[f"{which}{part}"] for part in ("City", "State", "PostCode"))
        parts = [first, order[f"{which}Company"], order[f"{which}StreetLine1"]]
        parts += [order[f"{which}StreetLine2"], town, order[f"{which}Country"]]
        return "<br>".join(escape(one) for one in parts if one.strip())

    notes = [order["DeliveryInstruction"], order["InternalOrderNotes"]]
    notes += [f"{one['Title']}: {one['Description']}" for one in order["StickyNotes"]]
    said = "".join(f"<p class='quiet'>{escape(one)}</p>" for one in notes if one)
    reference = order["PurchaseOrderNumber"]
    said += f"<p class='quiet'>Their order {escape(reference)}</p>" if reference else ""
    by = escape(order["ShippingOption"])
    return (
        f"<div class='card'><h2>Customer</h2><address>{side('Bill')}<br>{escape(order['Email'])}"
        f"</address><h2 class='gap'>Ship to</h2><address>{side('Ship')}</address>"
        f"<p class='quiet'>{by}</p>{said}</div>"
    )
