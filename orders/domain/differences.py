"""Two documents side by side: order and answer, order and invoice, one version and the next.

Lines are matched by their line id and by nothing else: a product may stand on two lines, and a
partner may put lines in another order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from hub.errors import InvalidInput
from hub.money import Money, plain
from ledger.domain.tax import TaxableLine, TaxComponent, TaxRule, calculate
from orders.domain.payloads import (
    DocumentPayload,
    LineChange,
    LinePayload,
    OrderAnswerPayload,
)

_Value = Decimal | date | str | None


class LineState(StrEnum):
    """How a line of one document stands to the other document."""

    SAME = "same"
    CHANGED = "changed"
    ONLY_OURS = "only_ours"
    ONLY_THEIRS = "only_theirs"


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A line as far as it is compared; None where the document does not say."""

    line_id: UUID
    label: str
    is_note: bool = False
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    discount_percent: Decimal = Decimal(0)
    tax_rate: Decimal | None = None
    net: Decimal = Decimal(0)
    tax_amount: Decimal = Decimal(0)
    expected_on: date | None = None

    @classmethod
    def from_payload(cls, line: LinePayload) -> Self:
        first_line, *_ = line.description.split("\n")
        return cls(
            line_id=line.line_id,
            label=first_line or line.seller_sku or line.buyer_sku or line.barcode,
            is_note=line.kind == "note",
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
            tax_rate=line.tax.rate if line.tax else None,
            net=line.net,
            tax_amount=line.tax_amount,
            expected_on=line.expected_on,
        )


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """A document as far as it is compared; amounts in `currency`."""

    title: str
    currency: str
    lines: tuple[ComparedLine, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    due_on: date | None = None

    @classmethod
    def from_payload(cls, payload: DocumentPayload, title: str = "") -> Self:
        """Any order or invoice; its number is the title unless another is given."""
        return cls(
            title=title or payload.number,
            currency=payload.currency,
            lines=tuple(ComparedLine.from_payload(line) for line in payload.lines),
            net=payload.totals.net,
            tax=payload.totals.tax,
            total=payload.totals.total,
            due_on=getattr(payload, "due_on", None),
        )

    @classmethod
    def from_answer(
        cls, order: DocumentPayload, answer: OrderAnswerPayload, title: str = ""
    ) -> Self:
        """The order as it would stand with the supplier's changes; changed lines are computed.

        InvalidInput when the answer changes a line that the order does not have.
        """
        document = cls.from_payload(order, title or answer.answer_number)
        changes = _changes_by_line(order, answer)
        lines = tuple(
            _changed(line, changes[line.line_id], order) if line.line_id in changes else line
            for line in document.lines
        )
        net = sum((line.net for line in lines), Decimal(0))
        tax = sum((line.tax_amount for line in lines), Decimal(0))
        return replace(document, lines=lines, net=net, tax=tax, total=net + tax)


def _changes_by_line(order: DocumentPayload, answer: OrderAnswerPayload) -> dict[UUID, LineChange]:
    items = {line.line_id for line in order.lines if line.kind == "item"}
    for index, change in enumerate(answer.changes):
        if change.line_id not in items:
            message = "The order has no item with this line id."
            raise InvalidInput(message, fields={f"changes.{index}.line_id": [message]})
    return {change.line_id: change for change in answer.changes}


def _changed(line: ComparedLine, change: LineChange, order: DocumentPayload) -> ComparedLine:
    quantity = line.quantity if change.quantity is None else change.quantity
    unit_price = line.unit_price if change.unit_price is None else change.unit_price
    rule = None
    if line.tax_rate is not None:
        rule = TaxRule("", (TaxComponent("", line.tax_rate),))
    amounts = calculate(
        [
            TaxableLine(
                quantity or Decimal(0), unit_price or Decimal(0), line.discount_percent, rule
            )
        ],
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
    ).totals
    return replace(
        line,
        quantity=quantity,
        unit_price=unit_price,
        expected_on=line.expected_on if change.expected_on is None else change.expected_on,
        net=amounts.net.amount,
        tax_amount=amounts.tax.amount,
    )


# --- The differences -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CellChange:
    """One value that differs. Numbers are plain text (`12.5`), dates ISO 8601, absent is ""."""

    field: str
    label: str
    kind: str
    ours: str
    theirs: str

    def as_dict(self) -> dict[str, str]:
        return {
            "field": self.field,
            "label": self.label,
            "kind": self.kind,
            "ours": self.ours,
            "theirs": self.theirs,
        }


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line id on both documents, or on one; `changes` is empty unless it is on both."""

    line_id: UUID
    state: LineState
    ours: ComparedLine | None
    theirs: ComparedLine | None
    changes: tuple[CellChange, ...] = ()

    @property
    def label(self) -> str:
        line = self.ours or self.theirs
        return line.label if line else ""

    def change_of(self, field: str) -> CellChange | None:
        """The change of one field, if it changed: what a table marks in that cell."""
        return next((change for change in self.changes if change.field == field), None)

    def as_dict(self) -> dict[str, Any]:
        return {
            "line_id": str(self.line_id),
            "label": self.label,
            "state": self.state.value,
            "changes": [change.as_dict() for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything in which two documents differ, ready to be shown or serialised.

    `lines` has every line, ours in their order and then those only they have; `rows` only the
    ones that differ.
    """

    ours: ComparedDocument
    theirs: ComparedDocument
    header: tuple[CellChange, ...]
    lines: tuple[LineDifference, ...]
    totals: tuple[CellChange, ...]

    @property
    def rows(self) -> tuple[LineDifference, ...]:
        return tuple(line for line in self.lines if line.state is not LineState.SAME)

    @property
    def is_empty(self) -> bool:
        return not (self.header or self.rows or self.totals)

    @property
    def count(self) -> int:
        """How many lines differ."""
        return len(self.rows)

    def within_tolerance(self, tolerance: Money) -> bool:
        """Whether the totals differ by no more than `tolerance`, an amount for the document.

        Documents in different currencies never are; nor are they against a tolerance in another.
        """
        if not self.ours.currency == self.theirs.currency == tolerance.currency:
            return False
        return abs(self.theirs.total - self.ours.total) <= tolerance.amount

    def as_dict(self) -> dict[str, Any]:
        """For the API and for keeping: plain types only."""
        return {
            "ours": _foot(self.ours),
            "theirs": _foot(self.theirs),
            "header": [change.as_dict() for change in self.header],
            "lines": [line.as_dict() for line in self.rows],
            "totals": [change.as_dict() for change in self.totals],
        }


def _foot(document: ComparedDocument) -> dict[str, str]:
    return {
        "title": document.title,
        "currency": document.currency,
        "net": plain(document.net),
        "tax": plain(document.tax),
        "total": plain(document.total),
    }


_NUMBER, _DATE, _TEXT = "number", "date", "text"
_LINE_FIELDS = (
    ("quantity", "Quantity", _NUMBER),
    ("unit", "Unit", _TEXT),
    ("unit_price", "Unit price", _NUMBER),
    ("discount_percent", "Discount %", _NUMBER),
    ("tax_rate", "Tax %", _NUMBER),
    ("net", "Net", _NUMBER),
    ("tax_amount", "Tax", _NUMBER),
    ("expected_on", "Expected", _DATE),
)
_HEADER_FIELDS = (("currency", "Currency", _TEXT), ("due_on", "Due", _DATE))
_TOTAL_FIELDS = (("net", "Net", _NUMBER), ("tax", "Tax", _NUMBER), ("total", "Total", _NUMBER))
# An invoice has no expected dates and an order no due date: silence is not a difference.
_SILENT_WHEN_ABSENT = frozenset({"expected_on", "due_on", "unit"})


def compare(ours: ComparedDocument, theirs: ComparedDocument) -> Differences:
    """The differences of `theirs` from `ours`."""
    their_lines = {line.line_id: line for line in theirs.lines}
    our_ids = {line.line_id for line in ours.lines}
    lines = [_compare_line(line, their_lines.get(line.line_id)) for line in ours.lines]
    lines += [
        LineDifference(line.line_id, LineState.ONLY_THEIRS, None, line)
        for line in theirs.lines
        if line.line_id not in our_ids
    ]
    return Differences(
        ours=ours,
        theirs=theirs,
        header=_changes(ours, theirs, _HEADER_FIELDS),
        lines=tuple(lines),
        totals=_changes(ours, theirs, _TOTAL_FIELDS),
    )


def compare_payloads(ours: DocumentPayload, theirs: DocumentPayload) -> Differences:
    """The differences between two payloads, titled by their numbers."""
    return compare(ComparedDocument.from_payload(ours), ComparedDocument.from_payload(theirs))


def _compare_line(ours: ComparedLine, theirs: ComparedLine | None) -> LineDifference:
    if theirs is None:
        return LineDifference(ours.line_id, LineState.ONLY_OURS, ours, None)
    changes = _changes(ours, theirs, _LINE_FIELDS)
    if ours.is_note and theirs.is_note and ours.label != theirs.label:
        changes = (CellChange("label", "Text", _TEXT, ours.label, theirs.label),)
    state = LineState.CHANGED if changes else LineState.SAME
    return LineDifference(ours.line_id, state, ours, theirs, changes)


def _changes(
    ours: object, theirs: object, fields: Iterable[tuple[str, str, str]]
) -> tuple[CellChange, ...]:
    found = []
    for field, label, kind in fields:
        left, right = getattr(ours, field), getattr(theirs, field)
        silent = field in _SILENT_WHEN_ABSENT and (not left or not right)
        if left != right and not silent:
            found.append(CellChange(field, label, kind, _text(left), _text(right)))
    return tuple(found)


def _text(value: _Value) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case _:
            return value
