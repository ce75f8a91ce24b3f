"""Bodies and queries that name somebody else's things."""

from typing import Any
from uuid import UUID


def api_bodies(things: dict[str, UUID], own: dict[str, UUID]) -> list[tuple[str, str, Any]]:
    """(method, address, body) that name somebody's objects in the body or the query."""
    line = {"description": "Cups", "quantity": "1"}
    contact, product = str(things["contact"]), str(things["product"])
    mine = str(own["contact"])
    bought = {"line": str(things["sale"]), "supplier": contact, "quantity": "1"}
    documents = ("purchase-orders", "sales-orders", "invoices", "bills")
    return [
        *[("post", kind, {"contact": contact, "lines": [line]}) for kind in documents],
        *[
            ("post", kind, {"contact": mine, "lines": [{**line, field: value}]})
            for kind in documents
            for field, value in (("product", product), ("tax_rule", str(things["tax_rule"])))
        ],
        *[("get", f"{kind}?contact={contact}", None) for kind in documents],
        *[
            ("get", f"{kind}?{name}={things[thing]}", None)
            for kind, name, thing in (
                ("activity", "object", "purchase"),
                ("network/envelopes", "object", "purchase"),
                ("product-codes", "contact", "contact"),
            )
        ],
        ("post", "products", {"sku": "A", "name": "A", "sale_tax_rule": str(things["tax_rule"])}),
        ("patch", f"products/{own['product']}", {"purchase_tax_rule": str(things["tax_rule"])}),
        (
            "post",
            "product-codes",
            {"contact": contact, "product": str(own["product"]), "code": "X"},
        ),
        ("post", "product-codes", {"contact": mine, "product": product, "code": "X"}),
        ("post", "network/invitations", {"contact": contact}),
        ("post", "network/invitations", {"contacts": [contact]}),
        ("post", "network/connections", {"contact": contact, "key": "WH-1"}),
        ("post", f"network/connections/{own['connection']}/accept", {"contact": contact}),
        ("post", f"sales-orders/{own['sale']}/map", {"lines": {str(things["line"]): product}}),
        ("post", f"sales-orders/{own['sale']}/map", {"lines": {str(own["line"]): product}}),
        (
            "post",
            "journals",
            {
                "lines": [
                    {"account": str(things["account"]), "debit": "1"},
                    {"account": str(own["account"]), "credit": "1"},
                ]
            },
        ),
        ("get", f"journals?source={things['journal']}", None),
        *money_bodies(things, own),
        ("patch", "automations", {"consolidate_per_supplier": {contact: "day"}}),
        ("post", f"sales-orders/{own['sale']}/buy", {"lines": [bought]}),
        ("post", "demand/order", {"lines": [{**bought, "sales_order": str(things["sale"])}]}),
        ("put", f"products/{own['product']}/components", {"components": [{"product": product}]}),
    ]


def money_bodies(things: dict[str, UUID], own: dict[str, UUID]) -> list[tuple[str, str, Any]]:
    """The same for quotes, credit notes and payments."""
    line = {"description": "Cups", "quantity": "1"}
    contact, mine = str(things["contact"]), str(own["contact"])
    money = {"amount": "1", "account": str(own["bank"]), "side": "purchase", "direction": "out"}
    theirs = {"invoice": str(things["invoice"]), "amount": "1"}
    return [
        ("post", "quotes", {"contact": contact, "lines": [line]}),
        ("post", "credit-notes", {"contact": contact, "side": "sale", "lines": [line]}),
        ("post", "credit-notes", {"invoice": str(things["invoice"])}),
        ("post", "credit-notes", {"bill": str(things["bill"])}),
        ("post", "payments", {**money, "contact": contact}),
        ("post", "payments", {**money, "contact": mine, "order": str(things["purchase"])}),
        ("post", "payments", {**money, "contact": mine, "account": str(things["account"])}),
        ("post", "payments", {**money, "contact": mine, "allocations": [theirs]}),
        ("post", f"payments/{own['payment']}/settle", theirs),
        ("post", f"credit-notes/{own['credit_note']}/settle", theirs),
        *[("get", f"{kind}?contact={contact}", None) for kind in ("payments", "quotes")],
        ("get", f"credit-notes?contact={contact}", None),
        ("get", f"reports/aged-receivables?contact={contact}", None),
    ]
