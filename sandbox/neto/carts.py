"""Shopping carts that buyers filled: GetCart. A cart that lies untouched counts as abandoned."""

from decimal import Decimal
from typing import Any

from sandbox.common.store import Record
from sandbox.neto import orders
from sandbox.neto.envelope import Reply
from sandbox.neto.pricing import line_total
from sandbox.neto.query import Where, given, simple, window
from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem, fixed, plain, stamp, text

Body = dict[str, Any]
STATUSES = ("Open", "Closed", "Abandoned")
KEPT_SECONDS = 90 * 86_400


def leave(shop: Shop, username: str, lines: list[Body]) -> str:
    """A buyer fills a cart and has not bought yet; its id. Raises Problem."""
    number = str(shop.next("cart"))
    made = [orders.line(shop, one) for one in lines]
    cart = {"CartID": number, "Username": username, "Lines": made, "OrderID": ""}
    shop.put("cart", number, cart)
    return number


def close(shop: Shop, number: str, order_id: str) -> None:
    """The cart became an order. Raises Problem."""
    shop.put("cart", number, {**shop.need("cart", number), "OrderID": order_id})


def get_cart(shop: Shop, body: Body, reply: Reply) -> None:
    """GetCart: those of the last ninety days. Raises Problem."""
    filters = body.get("Filter") or {}
    if not isinstance(filters, dict):
        raise Problem("Invalid Request", "Filter is not an object")
    where = Where(shop, "cart")
    where.sql("created > ?", shop.at - KEPT_SECONDS)
    if given(filters, "CartID"):
        where.ids(given(filters, "CartID"))
    wanted = {one.lower() for one in given(filters, "CheckoutStatus")}
    if wanted - {one.lower() for one in STATUSES}:
        raise Problem("Invalid Request", f"CheckoutStatus is one of {', '.join(STATUSES)}")
    if wanted:
        old = shop.at - float(shop.switch("cart_abandoned_after"))
        marks = ", ".join("?" * len(wanted))
        where.sql(
            "CASE WHEN json_extract(body, '$.OrderID') <> '' THEN 'closed'"
            f" WHEN updated <= ? THEN 'abandoned' ELSE 'open' END IN ({marks})",
            old,
            *sorted(wanted),
        )
    since, until = window(filters, "DateCreated")
    if since:
        where.sql("created >= ?", since.timestamp())
    if until:
        where.sql("created < ?", until.timestamp() + 1)
    where.updated(*window(filters, "DateUpdated"))
    reply.content["Cart"] = simple(shop, where, filters, view, ("CartID",))


def status_of(shop: Shop, record: Record) -> str:
    """Open, Closed or Abandoned."""
    if record.body["OrderID"]:
        return "Closed"
    old = record.updated <= shop.at - float(shop.switch("cart_abandoned_after"))
    return "Abandoned" if old else "Open"


def view(shop: Shop, record: Record) -> dict[str, Any]:
    """Everything of a cart."""
    cart, status = record.body, status_of(shop, record)
    customer = shop.get("customer", str(cart["Username"]).lower()) or {}
    created, updated = stamp(record.created), stamp(record.updated)
    totals = [line_total(one, per_unit=False) for one in cart["Lines"]]
    sides = ("BillingAddress", "ShippingAddress")
    return {
        "CartID": cart["CartID"],
        "CheckoutStatus": status,
        "CloseReason": "Order placed" if status == "Closed" else "",
        "DateCreated": created,
        "DateCreatedUTC": created,
        "DateUpdated": updated,
        "DateUpdatedUTC": updated,
        "CustomerEmail": text(customer.get("EmailAddress")),
        "CustomerUsername": text(cart["Username"]),
        "RestoreCartUrl": f"{shop.url}/shop/new?cart={cart['CartID']}",
        **{
            side: {name: one for name, one in customer.get(side, {}).items() if one}
            for side in sides
        },
        "OrderLines": {
            "OrderLine": [
                {
                    "SKU": line["SKU"],
                    "ProductName": line["ProductName"],
                    "Quantity": plain(line["Quantity"]),
                    "UnitPrice": fixed(line["UnitPrice"], 2),
                }
                for line in cart["Lines"]
            ]
        },
        "CartTotal": fixed(sum(totals, Decimal(0)), 2),
        "OrderID": cart["OrderID"],
    }
