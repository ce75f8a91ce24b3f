"""Differences of two documents as the table that shows them side by side."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hub.ui.components import DiffCell, DiffRow, DiffTable
from hub.ui.formatting import amount_text, quantity_text, unit_price_text
from orders.domain.differences import (
    CellChange,
    ComparedLine,
    Differences,
    LineDifference,
    LineState,
)
from orders.presenters.manner import Manner

COLUMNS = ("Quantity", "Price", "Tax %", "Net", "Expected")
NUMBERS = ("Quantity", "Price", "Tax %", "Net")
STATES = {
    LineState.SAME: "",  # by its cells: a date may be offered where none was asked for
    LineState.CHANGED: "changed",
    LineState.ONLY_OURS: "removed",
    LineState.ONLY_THEIRS: "added",
}
TOTALS = (("net", "Net"), ("tax", "Tax"), ("total", "Total"))


def diff_table(found: Differences, manner: Manner, choose_url: str = "") -> DiffTable:
    """Every line with its values on both sides; changed ones first to the eye.

    With `choose_url` one side is chosen for each changed line (field `choice-<line id>`).
    """
    ours, theirs = found.ours, found.theirs
    rows = [_row(line, found, manner) for line in found.lines]
    if choose_url:
        rows = [
            replace(row, choice=f"choice-{line.line_id}") if row.kind == "changed" else row
            for row, line in zip(rows, found.lines, strict=True)
        ]
    shown = [place for place, name in enumerate(COLUMNS) if _is_shown(name, place, rows)]
    columns = [COLUMNS[place] for place in shown]
    rows = [replace(row, cells=[row.cells[place] for place in shown]) for row in rows]
    return DiffTable(
        ours.title,
        theirs.title,
        columns,
        rows,
        totals=[
            (
                f"{label} {ours.currency}" if field == "total" else label,
                DiffCell(
                    amount_text(getattr(ours, field), ours.currency),
                    amount_text(getattr(theirs, field), theirs.currency),
                ),
            )
            for field, label in TOTALS
        ],
        header=[(change.label, _header_cell(change, manner)) for change in found.header],
        numeric=NUMBERS,
        choose_url=choose_url,
    )


def _is_shown(name: str, place: int, rows: Sequence[DiffRow]) -> bool:
    """Columns that say something: a tax rate only where a line's differs."""
    cells = [row.cells[place] for row in rows]
    if name == "Tax %":
        return any(cell.changed for cell in cells)
    return any(cell.left or cell.right for cell in cells)


def _header_cell(change: CellChange, manner: Manner) -> DiffCell:
    if change.kind != "date":
        return DiffCell(change.ours, change.theirs)
    left, right = (
        manner.day(date.fromisoformat(text)) if text else ""
        for text in (change.ours, change.theirs)
    )
    return DiffCell(left, right)


def _row(line: LineDifference, found: Differences, manner: Manner) -> DiffRow:
    left = _values(line.ours, found.ours.currency, manner)
    right = _values(line.theirs, found.theirs.currency, manner)
    if line.theirs is not None and not right[-1]:
        right = (*right[:-1], left[-1])  # silence about a date is no difference
    cells = [DiffCell(one, other) for one, other in zip(left, right, strict=True)]
    text = line.change_of("label")
    note = f"Text was: {text.ours}" if text else ""
    return DiffRow(line.label, cells, STATES[line.state], note=note)


def _values(line: ComparedLine | None, currency: str, manner: Manner) -> tuple[str, ...]:
    if line is None or line.is_note:
        return ("",) * len(COLUMNS)
    return (
        " ".join(filter(None, [quantity_text(line.quantity or Decimal(0)), line.unit])),
        _price(line, currency),
        quantity_text(line.tax_rate) if line.tax_rate is not None else "",
        amount_text(line.net, currency),
        manner.day(line.expected_on),
    )


def _price(line: ComparedLine, currency: str) -> str:
    price = unit_price_text(line.unit_price or Decimal(0), currency)
    if not line.discount_percent:
        return price
    return f"{price} less {quantity_text(line.discount_percent)} %"
