"""A conflict as its page shows it: last in step, here, there; and the buttons that end it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from accounting.domain.sheets import (
    FIELDS,
    LINE_FIELDS,
    Comparison,
    FieldRow,
    LineRow,
    Sheet,
    compare,
)
from accounting.domain.states import Kind, SyncState
from accounting.incoming.taking_over import title_of
from accounting.models import RemoteRecord, SyncDocument
from accounting.services.conflicts import Sides, sides_of, why_not_taken
from hub.ui.components import Link
from hub.ui.formatting import amount_text
from orders.presenters.manner import Manner

# Fields that hold an id → the list that it is of; the rest are rows of the sync history.
LISTS = {
    "account": "account",
    "to_account": "account",
    "income_account": "account",
    "expense_account": "account",
    "tax_code": "tax",
    "term": "term",
    "class": "class",
    "department": "department",
}
DOCUMENTS = ("party", "item", "document")
DAYS = ("on", "due_on", "ship_on")
SUMS = ("amount", "total", "tax")
NUMBERS = frozenset({*SUMS, "quantity", "price", "cost", "rate"})
SAME_CODES = {"TAX": "Taxable", "NON": "No tax"}
NOTHING = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One field. A side that changed it is marked."""

    label: str
    base: str
    ours: str
    theirs: str
    here: bool
    there: bool
    numeric: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading: of the document, or of a line."""

    title: str
    rows: Sequence[Shown]
    here: str = ""
    there: str = ""

    @property
    def changed(self) -> bool:
        """Whether anything of it differs."""
        return bool(self.here or self.there) or any(row.here or row.there for row in self.rows)


@dataclass(frozen=True, slots=True)
class Versions:
    """What templates/accounting/versions.html shows."""

    title: str
    known: bool
    count: int
    groups: Sequence[Group]
    same: Sequence[Group]
    problem: str = ""
    leave: str = ""  # why theirs cannot be taken over


def versions_of(row: SyncDocument, manner: Manner) -> Versions | None:
    """The three versions of a document in conflict; None for others."""
    if row.state != SyncState.CONFLICT:
        return None
    sides = sides_of(row)
    title = title_of(row.connection)
    leave = why_not_taken(row)
    if sides.theirs is None:
        text = "What it says there was not kept. “Compare again” reads it."
        return Versions(title, sides.base is not None, 0, (), (), text, leave)
    ours = sides.ours or Sheet({})
    found = compare(sides.base, ours, sides.theirs)
    naming = Naming(row, sides, manner)
    changed, same = _groups(found, naming)
    problem = f"What would be sent from here is not known: {sides.problem}" if sides.problem else ""
    return Versions(title, found.known, found.count, changed, same, problem, leave)


def _groups(found: Comparison, naming: "Naming") -> tuple[list[Group], list[Group]]:
    """What differs, and what does not."""
    rows = [naming.shown(one, FIELDS) for one in found.fields]
    head = Group("Document", [row for row in rows if row.here or row.there])
    changed, same = [head] if head.rows else [], []
    rest = [row for row in rows if not (row.here or row.there)]
    if rest:
        same.append(Group("Document", rest))
    for line in found.lines:
        (changed if line.changed else same).append(_line(line, naming))
    return changed, same


def _line(line: LineRow, naming: "Naming") -> Group:
    rows = [naming.shown(one, LINE_FIELDS, line) for one in line.fields]
    name = next(
        (r.theirs if r.theirs != NOTHING else r.ours for r in rows if r.label in NAMING), ""
    )
    title = f"Line {line.place}: {name}".rstrip(": ")
    return Group(title, rows, line.here, line.there)


NAMING = ("Product", "Applied to", "Account", "Description")


class Naming:
    """Ids and figures in words."""

    def __init__(self, row: SyncDocument, sides: Sides, manner: Manner) -> None:
        self._manner = manner
        self._kind = Kind(row.kind)
        self._currency = row.currency or row.connection.currency
        sheets = [sheet for sheet in (sides.base, sides.ours, sides.theirs) if sheet is not None]
        self._names: dict[str, str] = {}
        for sheet in sheets:
            self._names.update(sheet.names)
        wanted = set(_ids(sheets))
        lists = [key for kind, key in wanted if kind not in DOCUMENTS]
        for record in RemoteRecord.objects.filter(connection=row.connection, remote_id__in=lists):
            self._names[f"{record.kind}:{record.remote_id}"] = record.name
        others = [key for kind, key in wanted if kind in DOCUMENTS]
        rows = SyncDocument.objects.filter(connection=row.connection, remote_id__in=others)
        self._numbers = {
            (one.entity, one.remote_id): one.number for one in rows.defer("synced_sheet", "message")
        }

    def shown(self, one: FieldRow, labels: Mapping[str, str], line: LineRow | None = None) -> Shown:
        """A field in words; of a line that one side has not, nothing is shown there."""
        base, ours, theirs = (
            self._text(one.key, value) for value in (one.base, one.ours, one.theirs)
        )
        if line is not None:
            ours = NOTHING if _missing(line.here, line.there) else ours
            theirs = NOTHING if _missing(line.there, line.here) else theirs
        here = one.here and not (line is not None and line.here == "removed")
        there = one.there and not (line is not None and line.there == "removed")
        label = labels[one.key]
        if one.key == "party" and line is None:
            label = "Supplier" if self._kind in PURCHASING else "Customer"
        return Shown(label, base, ours, theirs, here, there, one.key in NUMBERS)

    def _text(self, key: str, value: str | None) -> str:
        if not value:
            return "not kept" if value is None else NOTHING
        if key in DAYS:
            return self._day(value)
        if key in SUMS:
            return amount_text(Decimal(value), self._currency)
        if key == "active":
            return "Yes" if value == "yes" else "No"
        if key in DOCUMENTS:
            return self._named(key, value)
        if key in LISTS:
            name = self._names.get(f"{LISTS[key]}:{value}") or self._names.get(f"{key}:{value}")
            return name or SAME_CODES.get(value, value)
        return value

    def _named(self, key: str, value: str) -> str:
        if key == "document":
            entity, _, id_there = value.partition(":")
            return f"{entity} {self._numbers.get((entity, id_there)) or id_there}"
        entities = ("Customer", "Vendor") if key == "party" else ("Item",)
        found = (self._numbers.get((entity, value)) for entity in entities)
        return next((name for name in found if name), self._names.get(f"{key}:{value}", value))

    def _day(self, value: str) -> str:
        try:
            return self._manner.day(date.fromisoformat(value))
        except ValueError:
            return value


PURCHASING = frozenset(
    {
        Kind.BILL,
        Kind.SUPPLIER_CREDIT,
        Kind.PURCHASE_ORDER,
        Kind.BILL_PAYMENT,
        Kind.BILL_ALLOCATION,
    }
)


def _missing(side: str, other: str) -> bool:
    return side == "removed" or (side == "" and other == "added")


def _ids(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    for sheet in sheets:
        for part in (sheet.fields, *sheet.lines):
            for key, value in part.items():
                if key in DOCUMENTS:
                    yield key, value.rpartition(":")[2]
                elif key in LISTS:
                    yield LISTS[key], value


def conflict_buttons(row: SyncDocument) -> list[Link]:
    """Keep ours, take or leave theirs, and look again. Each names the version that is shown."""

    def link(name: str, label: str, icon: str, tone: str = "") -> Link:
        url = reverse(f"accounting:history_{name}", args=[row.id])
        return Link(label, f"{url}?seen={row.remote_version}", icon, "post", tone)

    taking = link("take", "Take theirs", "arrow-down-left")
    leaving = link("leave", "Leave theirs", "arrow-bar-right")
    return [
        link("keep", "Keep ours", "arrow-up-right", "primary"),
        leaving if why_not_taken(row) else taking,
        link("compare", "Compare again", "refresh"),
    ]


def as_json(versions: Versions) -> list[dict[str, Any]]:
    """The fields and lines that differ, for the API."""
    return [
        {
            "of": group.title,
            "here": group.here,
            "there": group.there,
            "fields": [
                {
                    "field": row.label,
                    "last": row.base,
                    "ours": row.ours,
                    "theirs": row.theirs,
                    "changed_here": row.here,
                    "changed_there": row.there,
                }
                for row in group.rows
            ],
        }
        for group in versions.groups
    ]
