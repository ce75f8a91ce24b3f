"""A store's page: its lists, orders, events and book."""

from sandbox.common.ledger import Ledger
from sandbox.common.sandbox import Sheet
from sandbox.neto import stock
from sandbox.neto.pricing import paid
from sandbox.neto.shops import Shop
from sandbox.neto.values import fixed, plain, stamp

MOST = 200


def sheets(shop: Shop) -> list[Sheet]:
    """What the page shows."""
    if not shop.profile:
        return []
    return [
        _access(shop),
        _orders(shop),
        _items(shop),
        _customers(shop),
        _events(shop),
        _book(shop),
    ]


def _access(shop: Shop) -> Sheet:
    profile = shop.profile
    rows = [("Base address", shop.url), ("Shop", f"{shop.url}/shop"), ("Zone", profile["zone"])]
    rows += [("Currency", profile["currency"]), ("Tax", f"{profile['tax_rate']} %")]
    rows += [("Notifications to", one["url"]) for one in profile["subscriptions"]]
    return Sheet("Store", ("What", "Is"), rows)


def _orders(shop: Shop) -> Sheet:
    rows = []
    for record in shop.store.records(shop.name, "order", order="id DESC", limit=MOST):
        order = record.body
        rows.append(
            (
                order["OrderID"],
                order["DatePlaced"],
                f"{order['BillFirstName']} {order['BillLastName']}",
                order["OrderStatus"],
                order["CompleteStatus"],
                fixed(order["GrandTotal"], 2),
                fixed(paid(order), 2),
                order["ExportStatus"],
                order["RelatedOrderID"],
                stamp(record.updated),
            )
        )
    columns = ("Order", "Placed (UTC)", "Customer", "Status", "Approval", "Total", "Paid")
    return Sheet("Orders", (*columns, "Export", "Related", "Updated"), rows)


def _items(shop: Shop) -> Sheet:
    rows = []
    for item in shop.all("item", order="id", limit=MOST):
        levels = stock.levels(shop, item["SKU"])
        hand, held = stock.total(levels, "hand"), stock.total(levels, "held")
        price = fixed(item["DefaultPrice"], 2)
        rows.append((item["SKU"], item["Name"], price, plain(hand), plain(held)))
    return Sheet("Items", ("SKU", "Name", "Price", "On hand", "Held"), rows)


def _customers(shop: Shop) -> Sheet:
    rows = [
        (one["Username"], one["EmailAddress"], one["BillingAddress"]["BillLastName"])
        for one in shop.all("customer", order="id", limit=MOST)
    ]
    return Sheet("Customers", ("Username", "E-mail", "Last name"), rows)


def _events(shop: Shop) -> Sheet:
    rows = [
        (one.id, one.body["order"], one.body["url"], str(one.body["tries"]), one.body["answered"])
        for one in shop.store.records(
            shop.name, "event", order="CAST(id AS INTEGER) DESC", limit=MOST
        )
    ]
    return Sheet("Notifications", ("Event", "Order", "To", "Tries", "Answered"), rows)


def _book(shop: Shop) -> Sheet:
    balances = Ledger(shop.store, shop.name).balances()
    rows = [(name, fixed(amount, 2)) for name, amount in sorted(balances.items())]
    return Sheet("Book", ("Account", "Balance"), rows)
