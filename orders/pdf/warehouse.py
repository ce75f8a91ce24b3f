"""Papers of the warehouse as the template of documents takes them: what to pick, what is sent.

Neither shows a price. Everything people wrote goes in as text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hub.ui.formatting import quantity_text
from orders.domain.payloads import Party
from orders.pdf.view import breakable, printed_party

_NARROW = 12
PICK_COLUMNS = (
    ("box", "", False),
    ("description", "Item", False),
    ("barcode", "Barcode", False),
    ("amount", "To pick", True),
)
DELIVERY_COLUMNS = (
    ("position", "#", False),
    ("description", "Item", False),
    ("ordered", "Ordered", True),
    ("amount", "Delivered", True),
)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """So much of one product; `details` are small lines below it."""

    sku: str
    description: str
    quantity: Decimal
    unit: str = ""
    barcode: str = ""
    ordered: Decimal | None = None
    details: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PickPlace:
    """What lies at one location; the lines come in the order of their SKUs."""

    location: str
    lines: Sequence[PaperLine]


@dataclass(frozen=True, slots=True)
class Paper:
    """What either paper says besides its lines."""

    number: str
    me: Party
    parties: Sequence[tuple[str, Party]] = ()
    facts: Sequence[tuple[str, str]] = ()
    blocks: Sequence[tuple[str, str]] = field(default=())


def pick_view(paper: Paper, places: Sequence[PickPlace]) -> dict[str, Any]:
    """A pick list: a box to tick for each product, place by place."""
    rows: list[dict[str, Any]] = []
    for place in places:
        rows.append({"kind": "note", "title": [breakable(place.location)], "details": []})
        rows += [_row(line, barcode=breakable(line.barcode, _NARROW)) for line in place.lines]
    return _view("Pick list", paper, PICK_COLUMNS, rows)


def delivery_view(paper: Paper, lines: Sequence[PaperLine]) -> dict[str, Any]:
    """A delivery note: what was ordered and what is in these parcels."""
    rows = [
        _row(
            line,
            position=str(position),
            ordered=_many(line.ordered, line.unit) if line.ordered is not None else "",
        )
        for position, line in enumerate(lines, start=1)
    ]
    return _view("Delivery note", paper, DELIVERY_COLUMNS, rows)


def _row(line: PaperLine, **cells: str) -> dict[str, Any]:
    details = [f"Code\u00a0{line.sku}" if line.sku else "", *line.details]
    return {
        "kind": "item",
        "title": [breakable(text) for text in (line.description or line.sku).split("\n")],
        "details": [breakable(text) for text in details if text],
        "amount": _many(line.quantity, line.unit),
        **cells,
    }


def _many(quantity: Decimal, unit: str) -> str:
    return breakable(f"{quantity_text(quantity)} {unit}".rstrip(), _NARROW)


def _view(
    title: str,
    paper: Paper,
    columns: Sequence[tuple[str, str, bool]],
    rows: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    return {
        "title": title,
        "number": breakable(paper.number, _NARROW),
        "issuer": _party("", paper.me),
        "parties": [_party(label, party) for label, party in paper.parties],
        "facts": [(label, breakable(text, _NARROW)) for label, text in paper.facts if text],
        "columns": [{"key": key, "label": label, "numeric": n} for key, label, n in columns],
        "rows": list(rows),
        "taxes": [],
        "totals": [],
        "total": None,
        "blocks": [
            {"label": label, "lines": [breakable(line) for line in text.split("\n")]}
            for label, text in paper.blocks
            if text
        ],
    }


def _party(label: str, party: Party) -> dict[str, Any]:
    shown = printed_party(label, party)
    return {"label": shown.label, "name": shown.name, "lines": shown.lines}
