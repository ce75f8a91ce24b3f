"""Reading QuickBooks' general ledger report: sections by account, some of them inside others."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import Any

from accounting.domain.answers import Posted
from accounting.quickbooks.objects import amount

# What we look for → how a column's title begins.
TITLES = {"on": "date", "type": "transaction type", "text": "memo", "amount": "amount"}


def ledger_lines(report: Mapping[str, Any], accounts: AbstractSet[str]) -> Iterator[Posted]:
    """The lines of these accounts; lines without a transaction are left out."""
    places = _places((report.get("Columns") or {}).get("Column") or [])
    if {"type", "amount"} <= places.keys():
        yield from _of_rows((report.get("Rows") or {}).get("Row") or [], places, accounts, "")


def _places(columns: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, column in enumerate(columns):
        title = str(column.get("ColTitle", "")).lower()
        for name, begins in TITLES.items():
            if title.startswith(begins):
                found.setdefault(name, place)
    return found


def _of_rows(
    rows: Sequence[Mapping[str, Any]],
    places: Mapping[str, int],
    accounts: AbstractSet[str],
    account: str,
) -> Iterator[Posted]:
    for row in rows:
        head = (row.get("Header") or {}).get("ColData") or []
        if head:
            inside = (row.get("Rows") or {}).get("Row") or []
            yield from _of_rows(inside, places, accounts, str(head[0].get("id", "") or account))
        elif account in accounts:
            line = _line(row.get("ColData") or [], places)
            if line is not None:
                yield line


def _line(cells: Sequence[Mapping[str, Any]], places: Mapping[str, int]) -> Posted | None:
    def cell(name: str) -> Mapping[str, Any]:
        place = places.get(name, len(cells))
        return cells[place] if place < len(cells) else {}

    what = cell("type")
    if not what.get("id"):
        return None
    try:
        on = date.fromisoformat(str(cell("on").get("value", "")))
    except ValueError:
        on = None
    return Posted(
        str(what.get("value", "")),
        str(what["id"]),
        on,
        str(cell("text").get("value", ""))[:200],
        amount(cell("amount").get("value")) or Decimal(0),
    )
