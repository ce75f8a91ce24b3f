"""Filters of the list page: what the address says, as a condition and as removable chips."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import QueryDict

from hub.ui.formatting import date_text

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Chip:
    """One active filter in words; `name` is the parameter that removes it."""

    label: str
    text: str
    name: str


class Filter(Protocol):
    """What the list page asks of a filter."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    def values(self, params: QueryDict) -> Sequence[str]: ...
    def apply(self, rows: Rows, params: QueryDict) -> Rows: ...
    def chips(self, params: QueryDict) -> list[Chip]: ...
    def refusals(self, params: QueryDict) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """One of a few values, compared with `field` (the key, if empty)."""

    key: str
    label: str
    choices: Sequence[tuple[str, str]]
    field: str = ""
    kind: str = "choice"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def values(self, params: QueryDict) -> Sequence[str]:
        return (params.get(self.key, ""),)

    def _chosen(self, params: QueryDict) -> tuple[str, str] | None:
        wanted = params.get(self.key, "")
        return next((choice for choice in self.choices if str(choice[0]) == wanted), None)

    def apply(self, rows: Rows, params: QueryDict) -> Rows:
        chosen = self._chosen(params)
        return rows.filter(**{self.field or self.key: chosen[0]}) if chosen else rows

    def chips(self, params: QueryDict) -> list[Chip]:
        chosen = self._chosen(params)
        return [Chip(self.label, str(chosen[1]), self.key)] if chosen else []

    def refusals(self, params: QueryDict) -> list[str]:
        wanted = params.get(self.key, "")
        if not wanted or self._chosen(params):
            return []
        return [f"{self.label}: choose one of the list."]


@dataclass(frozen=True, slots=True)
class DateFilter:
    """Days from and to, both included, on a date column (`due_from`, `due_to` in the address)."""

    key: str
    label: str
    field: str
    kind: str = "date"

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def values(self, params: QueryDict) -> Sequence[str]:
        return tuple(params.get(name, "") for name in self.names)

    def _days(self, params: QueryDict) -> tuple[date | None, date | None]:
        first, last = (_day(text) for text in self.values(params))
        return first, last

    def apply(self, rows: Rows, params: QueryDict) -> Rows:
        first, last = self._days(params)
        if first:
            rows = rows.filter(**{f"{self.field}__gte": first})
        if last:
            rows = rows.filter(**{f"{self.field}__lte": last})
        return rows

    def chips(self, params: QueryDict) -> list[Chip]:
        words = ("from", "to")
        days = zip(words, self.names, self._days(params), strict=True)
        return [
            Chip(self.label, f"{word} {date_text(day)}", name) for word, name, day in days if day
        ]

    def refusals(self, params: QueryDict) -> list[str]:
        first, last = self._days(params)
        typed = zip(self.values(params), (first, last), strict=True)
        if any(text and day is None for text, day in typed):
            return [f"{self.label}: write a date such as 2026-11-30."]
        if first and last and first > last:
            return [f"{self.label}: the first day is after the last day."]
        return []


@dataclass(frozen=True, slots=True)
class TextFilter:
    """A text that `narrow` understands, such as a contact's name; suggestions from `lookup_url`."""

    key: str
    label: str
    narrow: Callable[[Rows, str], Rows]
    lookup_url: str = ""
    show: Callable[[str], str] = str
    kind: str = "text"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.key,)

    def values(self, params: QueryDict) -> Sequence[str]:
        return (params.get(self.key, "").strip()[:200],)

    def apply(self, rows: Rows, params: QueryDict) -> Rows:
        text = self.values(params)[0]
        return self.narrow(rows, text) if text else rows

    def chips(self, params: QueryDict) -> list[Chip]:
        text = self.values(params)[0]
        return [Chip(self.label, self.show(text), self.key)] if text else []

    def refusals(self, params: QueryDict) -> list[str]:
        return []


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
