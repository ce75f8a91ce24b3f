"""What can be imported: kinds that apps register, with their columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tenants.domain.attributes import AttributeOwner
from tenants.domain.permissions import Area

Cells = Mapping[str, str]  # column name → text as it stands in the file


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """One thing that a row may say. `aliases` are titles that mean it, in lower case."""

    name: str
    label: str
    required: bool = False
    aliases: Sequence[str] = ()
    help: str = ""

    def is_meant_by(self, title: str) -> bool:
        """Whether a file's column of this title is likely this one."""
        wanted = plain_title(title)
        return wanted in {plain_title(self.name), plain_title(self.label), *self.aliases}


def plain_title(title: str) -> str:
    """A title as titles are compared: letters and digits, in lower case."""
    return "".join(letter for letter in title.lower() if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, and what would be right. `column` is a label, or "" for a row."""

    column: str
    message: str


@dataclass(slots=True)
class Checked:
    """A row that was looked at: its values as they will be written, or its faults."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    changes: bool = False  # something that is there already, rather than something new


class Checker(Protocol):
    """Looks at the rows of one import, in order; remembers what it has seen."""

    def check(self, cells: Cells) -> Checked:
        """One row; reads nothing from the database."""


@dataclass(frozen=True, slots=True)
class ImportKind:
    """How one kind of table is imported.

    `begin` reads what the checks need, once, inside the organisation's transaction; it gets the
    names of the columns that the file has. `apply` writes all staged rows, set-based, in one
    transaction, and gives the sentence that people read. `options` are asked beside the file.
    """

    name: str
    label: str
    noun: str
    area: Area
    columns: Sequence[ImportColumn]
    begin: Callable[[frozenset[str]], Checker]
    apply: Callable[["Staged"], str]
    help: str = ""
    asks_date: str = ""  # the label of the date it needs, or "" for none
    attributes: Sequence[AttributeOwner] = ()  # the sets that rows may fill, as more columns


@dataclass(frozen=True, slots=True)
class Staged:
    """The checked rows of an import, in `tenants_importrow`."""

    import_id: Any
    columns: frozenset[str]
    on: Any  # the date that was asked for


_kinds: dict[str, ImportKind] = {}


def register_import(kind: ImportKind) -> None:
    """Called from `AppConfig.ready`; a kind has one owner."""
    if kind.name in _kinds:
        raise ValueError(f"import {kind.name!r} is registered twice")
    _kinds[kind.name] = kind


def import_kind(name: str) -> ImportKind:
    """The registered kind; raises KeyError."""
    return _kinds[name]


def import_kinds() -> list[ImportKind]:
    """All of them, in the order they were registered."""
    return list(_kinds.values())


def guess_mapping(columns: Sequence[ImportColumn], header: Sequence[str]) -> dict[str, int]:
    """Which column of the file is which, by their titles; each is used once."""
    found: dict[str, int] = {}
    for column in columns:
        for index, title in enumerate(header):
            if index not in found.values() and column.is_meant_by(title):
                found[column.name] = index
                break
    return found
