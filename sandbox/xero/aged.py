"""What one contact owes or is owed, invoice by invoice, as it stands in the book."""

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.xero.books import Books
from sandbox.xero.rows import header, row, section, summary
from sandbox.xero.settling import APPLIED, is_sale
from sandbox.xero.wire import money_text

ZERO = Decimal(0)


def aged(books: Books, contact_id: str, since: str, until: str, *, sale: bool) -> list[Any]:
    """Header, what was open before, invoices between two days with what is due, and totals."""
    found = [
        one.body
        for one in (books.get("invoice", id_) for id_ in books.found("invoice.contact", contact_id))
        if one is not None
        and one.body["Status"] in ("AUTHORISED", "PAID")
        and is_sale(one.body) == sale
        and one.body["Date"] <= until
    ]
    opening, listed, totals = ZERO, [], [ZERO] * 4
    for body in sorted(found, key=lambda one: (one["Date"], one.get("InvoiceNumber", ""))):
        figures = _figures(body, until)
        if body["Date"] < since:
            opening += figures[3]
        elif figures[3]:
            totals = [a + b for a, b in zip(totals, figures, strict=True)]
            listed.append(_line(body, figures, until))
    number = "Number" if sale else "Reference"
    heads = header("Date", number, "Due Date", "", "Total", "Paid", "Credited", "Due")
    first = since or (found[0]["Date"] if found else until)
    before = row(f"{first}T00:00:00", "Opening Balance", *[""] * 5, money_text(opening))
    closing = [*totals[:3], opening + totals[3]]
    return [
        heads,
        section("", [before]),
        section("", [*listed, summary("Total", "", "", "", *map(money_text, totals))]),
        section("", [summary("Closing Balance", "", "", "", *map(money_text, closing))]),
    ]


def _figures(body: dict[str, Any], until: str) -> list[Decimal]:
    """Total, paid, credited and due in base currency: the sides of its control account."""
    paid = _settled(body, ("Payments",), until)
    credited = _settled(body, APPLIED[1:], until)
    total = Decimal(body["_base"])
    return [total, paid, credited, total - paid - credited]


def _settled(body: dict[str, Any], names: tuple[str, ...], until: str) -> Decimal:
    return sum(
        (
            Decimal(one["_settled"])
            for name in names
            for one in body.get(name, [])
            if one["Date"] <= until
        ),
        ZERO,
    )


def _line(body: dict[str, Any], figures: list[Decimal], until: str) -> dict[str, Any]:
    late = (date.fromisoformat(until) - date.fromisoformat(body["DueDate"])).days
    return row(
        f"{body['Date']}T00:00:00",
        body.get("InvoiceNumber", ""),
        f"{body['DueDate']}T00:00:00",
        f"{late} days overdue" if late > 0 else "",
        *map(money_text, figures),
        invoice=body["InvoiceID"],
    )
