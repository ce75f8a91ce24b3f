"""Cells as values: each reads one cell of a row and notes what is wrong with it."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hub.errors import InvalidInput
from hub.money import NumberColumn
from tenants.imports.kinds import Cells, Checked, Fault, ImportColumn

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
YES = frozenset({"yes", "y", "true", "1", "ja", "x"})
NO = frozenset({"no", "n", "false", "0", "nein", ""})


class RowReader:
    """Reads the cells of one row into `checked`, by the kind's columns."""

    def __init__(self, columns: dict[str, ImportColumn], cells: Cells) -> None:
        self._columns, self._cells = columns, cells
        self.checked = Checked()

    def fault(self, name: str, message: str) -> None:
        """Something is wrong with this cell."""
        column = self._columns.get(name)
        self.checked.faults.append(Fault(column.label if column else "", message))

    def has(self, name: str) -> bool:
        """Whether the file has the column."""
        return name in self._cells

    def raw(self, name: str) -> str:
        """The cell as it stands; "" where the file has no such column."""
        return self._cells.get(name, "")

    def text(self, name: str, longest: int, *, lines: bool = False) -> str:
        """A text; line breaks only where `lines` says so."""
        value = self.raw(name)
        if not lines:
            value = " ".join(value.split())
        column = self._columns[name]
        if column.required and not value:
            self.fault(name, "Must not be empty.")
        if len(value) > longest:
            self.fault(name, f"At most {longest:,} characters; this has {len(value):,}.")
        if _CONTROL.search(value):
            self.fault(name, "Holds a character that is no text.")
        return value

    def number(
        self, name: str, column: NumberColumn, *, minimum: Decimal | None = Decimal(0)
    ) -> Decimal | None:
        """A number, or None where the cell is empty."""
        value = self.raw(name)
        if not value:
            if self._columns[name].required:
                self.fault(name, "Must not be empty.")
            return None
        try:
            return column.parse(value, minimum=minimum)
        except InvalidInput as error:
            self.fault(name, error.message)
            return None

    def yes_no(self, name: str, *, default: bool) -> bool:
        """Yes or no; the default where the file has no such column."""
        if not self.has(name):
            return default
        value = self.raw(name).lower()
        if value not in YES | NO:
            self.fault(name, "Write yes or no.")
        return value in YES

    def day(self, name: str) -> date | None:
        """A date as 2026-05-31."""
        value = self.raw(name)
        if not value:
            if self._columns[name].required:
                self.fault(name, "Must not be empty.")
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(name, f"“{value[:20]}” is no date; write it as 2026-05-31.")
            return None

    def one_of(self, name: str, known: dict[str, Any], what: str) -> Any:
        """The value that the text stands for, in lower case; None where the cell is empty."""
        value = self.raw(name)
        if not value:
            if self._columns[name].required:
                self.fault(name, "Must not be empty.")
            return None
        found = known.get(value.strip().casefold())
        if found is None:
            self.fault(name, f"There is no {what} “{value[:60]}”.")
        return found


def by_name(columns: Sequence[ImportColumn]) -> dict[str, ImportColumn]:
    """The columns of a kind by their name."""
    return {column.name: column for column in columns}


def amount_text(value: Decimal | None) -> str | None:
    """A number as it is staged."""
    return None if value is None else format(value, "f")
