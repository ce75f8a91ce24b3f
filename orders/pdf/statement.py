"""A statement as the template of documents takes it: every number and date written as text."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hub.ui.formatting import amount_text
from orders.domain.aging import LABELS
from orders.domain.payloads import Party
from orders.pdf.view import breakable, printed_party
from orders.statements import Statement

COLUMNS = (
    ("day", "Date", False),
    ("description", "What", False),
    ("amount", "Amount", True),
    ("balance", "Balance", True),
)


def statement_view(
    statement: Statement, me: Party, customer: Party, write_date: Callable[[date], str]
) -> dict[str, Any]:
    """JSON for the template; it can be kept and printed later, word for word."""

    def written(amount: Decimal) -> str:
        return amount_text(amount, statement.currency)

    rows = [_row(write_date(statement.since), ["Brought forward"], "", written(statement.opening))]
    rows += [
        _row(
            write_date(line.day),
            [breakable(f"{line.words} {line.number}")],
            written(line.amount),
            written(line.balance),
        )
        for line in statement.lines
    ]
    aged = statement.aged
    return {
        "title": "Statement",
        "number": write_date(statement.until),
        "issuer": _party("", me),
        "parties": [_party("Customer", customer)],
        "facts": [
            ("From", write_date(statement.since)),
            ("To", write_date(statement.until)),
            ("Currency", statement.currency),
        ],
        "columns": [{"key": key, "label": label, "numeric": n} for key, label, n in COLUMNS],
        "rows": rows,
        "taxes": [],
        "totals": [(label, written(a)) for label, a in zip(LABELS, aged.amounts, strict=True)],
        "total": ("Balance", f"{statement.currency} {written(statement.closing)}"),
        "blocks": _open(statement, write_date, written),
    }


def _row(day: str, title: list[str], amount: str, balance: str) -> dict[str, Any]:
    return {
        "kind": "item",
        "title": title,
        "details": [],
        "day": day,
        "amount": amount,
        "balance": balance,
    }


def _party(label: str, party: Party) -> dict[str, Any]:
    shown = printed_party(label, party)
    return {"label": shown.label, "name": shown.name, "lines": shown.lines}


def _open(
    statement: Statement, write_date: Callable[[date], str], written: Callable[[Decimal], str]
) -> list[dict[str, Any]]:
    lines = [
        breakable(f"{item.number}, due {write_date(item.due_on)}: {written(item.open)}")
        for item in statement.open_items
    ]
    return [{"label": "Open on this day", "lines": lines}] if lines else []
