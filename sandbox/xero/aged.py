"""What one contact owes or is owed, invoice by invoice."""

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.xero.books import Books
from sandbox.xero.rows import header, row, section, summary
from sandbox.xero.settling import is_sale
from sandbox.xero.wire import money_text

HEADS = ("Date", "Number", "Due Date", "", "Total", "Paid", "Credited", "Due")
ZERO = Decimal(0)


def aged(books: Books, contact_id: str, since: str, until: str, *, sale: bool) -> list[Any]:
    """Header, invoices between two days with what is due on them at the end, and totals."""
    found = [
        one.body
        for one in (books.get("invoice", id_) for id_ in books.found("invoice.contact", contact_id))
        if one is not None
    ]
    listed, totals = [], [ZERO] * 4
    for body in sorted(found, key=lambda one: (one["Date"], one.get("InvoiceNumber", ""))):
        inside = since <= body["Date"] <= until
        if body["Status"] not in ("AUTHORISED", "PAID") or is_sale(body) != sale or not inside:
            continue
        paid = _until(body, ("Payments",), until)
        credited = _until(body, ("CreditNotes", "Prepayments", "Overpayments"), until)
        due = body["Total"] - paid - credited
        if not due:
            continue
        figures = [body["Total"], paid, credited, due]
        totals = [a + b for a, b in zip(totals, figures, strict=True)]
        late = (date.fromisoformat(until) - date.fromisoformat(body["DueDate"])).days
        listed.append(
            row(
                f"{body['Date']}T00:00:00",
                body.get("InvoiceNumber", ""),
                f"{body['DueDate']}T00:00:00",
                f"{late} days overdue" if late > 0 else "",
                *map(money_text, figures),
                invoice=body["InvoiceID"],
            )
        )
    texts = ("", "", "", *map(money_text, totals))
    closing = section("", [summary("Closing Balance", *texts)])
    return [header(*HEADS), section("", [*listed, summary("Total", *texts)]), closing]


def _until(body: dict[str, Any], names: tuple[str, ...], until: str) -> Decimal:
    return sum(
        (
            Decimal(one["Amount" if name == "Payments" else "AppliedAmount"])
            for name in names
            for one in body.get(name, [])
            if one["Date"] <= until
        ),
        ZERO,
    )
