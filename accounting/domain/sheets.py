"""A document's content as plain fields, the same for what stands here and there. Pure.

A `Sheet` is what one side says of a document: ids are the provider's own, so that both sides
compare; `names` says what they are called. Two of them give the differences, three a conflict.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

# Field → what it is called, in the order in which they are shown.
FIELDS: Mapping[str, str] = {
    "number": "Number",
    "name": "Name",
    "legal_name": "Legal name",
    "sku": "SKU",
    "party": "Contact",
    "on": "Date",
    "due_on": "Due date",
    "ship_on": "Shipping date",
    "term": "Payment terms",
    "currency": "Currency",
    "rate": "Exchange rate",
    "reference": "Reference",
    "note": "Note",
    "class": "Class",
    "department": "Location",
    "account": "Account",
    "to_account": "To account",
    "email": "E-mail",
    "phone": "Telephone",
    "website": "Website",
    "billing_address": "Billing address",
    "delivery_address": "Delivery address",
    "description": "Description",
    "price": "Price",
    "cost": "Cost",
    "income_account": "Income account",
    "expense_account": "Expense account",
    "active": "In use",
    "tax": "Tax",
    "total": "Total",
}
LINE_FIELDS: Mapping[str, str] = {
    "item": "Product",
    "document": "Applied to",
    "account": "Account",
    "party": "Contact",
    "description": "Description",
    "quantity": "Quantity",
    "price": "Price",
    "tax_code": "Tax",
    "class": "Class",
    "amount": "Amount",
}
# What a change of does not make two documents different: labels beside what is in the books.
# Of customers, suppliers and products everything counts.
BESIDE = frozenset({"note", "reference", "term", "department", "class", "ship_on"})
# What a field says where it says nothing.
UNSAID: Mapping[str, str] = {"rate": "1"}
# The key of a line there: it finds the same line again and is never shown.
ID = "id"


def figure(value: Decimal) -> str:
    """A number as sheets write it: without needless zeros."""
    return format(value.normalize() if value else Decimal(0), "f")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one side says: fields, lines, and what the ids in them are called ("item:5" → name)."""

    fields: Mapping[str, str]
    lines: Sequence[Mapping[str, str]] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"f": dict(self.fields), "l": [dict(row) for row in self.lines], "n": self.names}


def read_sheet(kept: Mapping[str, Any]) -> Sheet:
    """What `as_json` gave."""
    return Sheet(kept.get("f", {}), kept.get("l", []), kept.get("n", {}))


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field in its three versions; None where it is not known."""

    key: str
    base: str | None
    ours: str
    theirs: str
    here: bool  # it was changed here
    there: bool  # it was changed there

    @property
    def changed(self) -> bool:
        """Whether either side changed it."""
        return self.here or self.there


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line with its fields. `here` and `there`: "", "changed", "added" or "removed"."""

    place: int
    fields: Sequence[FieldRow]
    here: str = ""
    there: str = ""

    @property
    def changed(self) -> bool:
        """Whether either side changed, added or removed it."""
        return bool(self.here or self.there)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours and theirs, beside what both were when they were last in step."""

    fields: Sequence[FieldRow]
    lines: Sequence[LineRow]
    known: bool  # what was last in step was kept

    @property
    def count(self) -> int:
        """How many fields and lines differ from what was last in step."""
        return sum(row.changed for row in self.fields) + sum(row.changed for row in self.lines)


def says_otherwise(before: Sheet, now: Sheet) -> bool:
    """Whether a document there was changed in what counts since it was last looked at."""
    beside = frozenset() if "name" in now.fields else BESIDE
    keys = ({*before.fields} | {*now.fields}) - beside
    if any(_said(before, key) != _said(now, key) for key in keys):
        return True
    if any("document" in line for line in (*before.lines, *now.lines)):
        return False  # what a payment is applied to follows from the documents' own changes
    if len(before.lines) != len(now.lines):
        return True
    return any(
        _without(old, beside) != _without(new, beside)
        for old, new in zip(before.lines, now.lines, strict=True)
    )


def _said(sheet: Sheet, key: str) -> str:
    return sheet.fields.get(key, "") or UNSAID.get(key, "")


def _without(line: Mapping[str, str], beside: frozenset[str]) -> dict[str, str]:
    return {key: value for key, value in line.items() if key != ID and key not in beside}


def agree(ours: Sheet, theirs: Sheet) -> bool:
    """Whether theirs says all that ours says; what ours leaves open is theirs."""
    if any(theirs.fields.get(key, "") != value for key, value in ours.fields.items()):
        return False
    return len(ours.lines) == len(theirs.lines) and all(
        theirs_line.get(key, "") == value
        for ours_line, theirs_line in zip(ours.lines, theirs.lines, strict=True)
        for key, value in ours_line.items()
        if key != ID
    )


def compare(base: Sheet | None, ours: Sheet, theirs: Sheet) -> Comparison:
    """Field by field and line by line; without `base` what differs is marked on both sides."""
    before = base.fields if base is not None else None
    fields = list(_fields(FIELDS, before, ours.fields, theirs.fields))
    triples = _together(base.lines if base is not None else None, ours.lines, theirs.lines)
    lines = [
        _line(place, *each, known=base is not None) for place, each in enumerate(triples, start=1)
    ]
    return Comparison(fields, lines, base is not None)


def _fields(
    names: Mapping[str, str],
    base: Mapping[str, str] | None,
    ours: Mapping[str, str],
    theirs: Mapping[str, str],
) -> Iterator[FieldRow]:
    for key in names:
        before = base.get(key, "") if base is not None else None
        # What ours does not say stays as it is there: nobody changed it here.
        mine, yours = ours.get(key, before or ""), theirs.get(key, "")
        if not (before or mine or yours):
            continue
        if base is None:
            differs = key in ours and mine != yours
            yield FieldRow(key, None, mine if key in ours else yours, yours, differs, differs)
        else:
            yield FieldRow(key, before, mine, yours, mine != before, yours != before)


Line = Mapping[str, str]
Triple = tuple[Line | None, Line | None, Line | None]


def _line(
    place: int, base: Line | None, ours: Line | None, theirs: Line | None, *, known: bool
) -> LineRow:
    before = base or ({} if known or not (ours and theirs) else None)
    fields = list(_fields(LINE_FIELDS, before, ours or {}, theirs or {}))
    here, there = _became(base, ours, fields, "here"), _became(base, theirs, fields, "there")
    if not known and ours and theirs:
        here = there = "changed" if any(row.changed for row in fields) else ""
    return LineRow(place, fields, here, there)


def _became(base: Line | None, now: Line | None, fields: Sequence[FieldRow], side: str) -> str:
    if base is None:
        return "added" if now is not None else ""
    if now is None:
        return "removed"
    return "changed" if any(getattr(row, side) for row in fields) else ""


def _together(
    base: Sequence[Line] | None, ours: Sequence[Line], theirs: Sequence[Line]
) -> list[Triple]:
    """Lines that belong together: those of either side with the one that they were before."""
    if base is None:
        mine = _matched(ours, theirs)
        found: list[Triple] = [
            (None, line, theirs[mine[i]] if i in mine else None) for i, line in enumerate(ours)
        ]
        used = set(mine.values())
        return found + [(None, None, row) for i, row in enumerate(theirs) if i not in used]
    mine, yours = _matched(base, ours), _matched(base, theirs)
    found = [
        (line, ours[mine[i]] if i in mine else None, theirs[yours[i]] if i in yours else None)
        for i, line in enumerate(base)
    ]
    new_here = [row for i, row in enumerate(ours) if i not in set(mine.values())]
    new_there = [row for i, row in enumerate(theirs) if i not in set(yours.values())]
    both = _matched(new_here, new_there)
    found += [
        (None, row, new_there[both[i]] if i in both else None) for i, row in enumerate(new_here)
    ]
    taken = set(both.values())
    return found + [(None, None, row) for i, row in enumerate(new_there) if i not in taken]


# What tells that two lines are the same, the surest first.
MARKS: Sequence[Sequence[str]] = (
    (ID,),
    ("item", "document", "account", "description", "quantity", "price", "amount"),
    ("item", "document", "account", "description", "amount"),
    ("item", "document", "account", "description"),
    ("item", "document", "account"),
    ("description",),
)


def _matched(left: Sequence[Line], right: Sequence[Line]) -> dict[int, int]:
    """Index on the left → index on the right; each at most once, in order where several fit."""
    found: dict[int, int] = {}
    used: set[int] = set()
    for marks in MARKS:
        waiting: dict[tuple[str, ...], list[int]] = {}
        for j, row in enumerate(right):
            mark = tuple(row.get(key, "") for key in marks)
            if j not in used and any(mark):
                waiting.setdefault(mark, []).append(j)
        for i, row in enumerate(left):
            mark = tuple(row.get(key, "") for key in marks)
            if i not in found and waiting.get(mark):
                found[i] = waiting[mark].pop(0)
                used.add(found[i])
    return found
