"""Filters: conditions in SQL for keys and fields of records, pages, and what selectors ask for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sandbox.common.store import Record
from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem, moment, stamp, text, whole, words

LARGEST_PAGE = 10_000


class Where:
    """Conditions on the records of one kind, all of which must hold."""

    def __init__(self, shop: Shop, kind: str) -> None:
        self.shop, self.kind = shop, kind
        self.parts: list[str] = []
        self.values: list[Any] = []

    def ids(self, wanted: Sequence[str]) -> None:
        """Only these."""
        self._any("id", wanted)

    def key(self, name: str, wanted: Sequence[str]) -> None:
        """Only those with one of these keys."""
        marks = ", ".join("?" * len(wanted))
        self.parts.append(
            "id IN (SELECT id FROM lookup WHERE company = ? AND name = ?"
            f" AND value IN ({marks}) AND kind = ?)"
        )
        self.values += [self.shop.name, name, *wanted, self.kind]

    def field(self, name: str, wanted: Sequence[str]) -> None:
        """Only those whose field is one of these, whatever the case."""
        self._any(f"lower(json_extract(body, '$.{name}'))", [one.lower() for one in wanted])

    def between(self, name: str, since: datetime | None, until: datetime | None) -> None:
        """Only those whose field lies between two moments, both included."""
        if since is not None:
            self.parts.append(f"json_extract(body, '$.{name}') >= ?")
            self.values.append(stamp(since))
        if until is not None:
            self.parts.append(
                f"json_extract(body, '$.{name}') <= ? AND json_extract(body, '$.{name}') <> ''"
            )
            self.values.append(stamp(until))

    def updated(self, since: datetime | None, until: datetime | None) -> None:
        """Only those changed between two moments, to the second."""
        if since is not None:
            self.parts.append("updated >= ?")
            self.values.append(since.replace(microsecond=0).timestamp())
        if until is not None:
            self.parts.append("updated < ?")
            self.values.append(until.replace(microsecond=0).timestamp() + 1)

    def sql(self, part: str, *values: Any) -> None:
        """Any other condition."""
        self.parts.append(part)
        self.values += values

    def _any(self, what: str, wanted: Sequence[str]) -> None:
        self.parts.append(f"{what} IN ({', '.join('?' * len(wanted))})")
        self.values += wanted

    def count(self) -> int:
        """How many there are."""
        where = " AND ".join(self.parts)
        return self.shop.store.count(self.shop.name, self.kind, where=where, values=self.values)

    def page(self, filters: Mapping[str, Any], order: str) -> list[Record]:
        """The page that is asked for. Raises Problem."""
        page, limit = whole(filters.get("Page"), "Page"), asked_limit(self.shop, filters)
        if page < 0:
            raise Problem("Invalid Request", "Page is not negative")
        if self.shop.switch("page_one_is_first") and page:
            page -= 1
        short = min(int(self.shop.switch("short_pages")), limit - 1)
        step = limit - short
        return self.shop.store.records(
            self.shop.name,
            self.kind,
            where=" AND ".join(self.parts),
            values=self.values,
            order=order,
            limit=step,
            offset=page * step,
        )


def asked_limit(shop: Shop, filters: Mapping[str, Any]) -> int:
    """Rows of a page. Raises Problem."""
    limit = whole(filters.get("Limit"), "Limit", int(shop.switch("default_limit")))
    if limit < 1:
        raise Problem("Invalid Request", "Limit is at least 1")
    return min(limit, LARGEST_PAGE)


def window(filters: Mapping[str, Any], name: str) -> tuple[datetime | None, datetime | None]:
    """`{name}From` and `{name}To` of a filter. Raises Problem."""
    since, until = f"{name}From", f"{name}To"
    return moment(filters.get(since), since), moment(filters.get(until), until)


def given(filters: Mapping[str, Any], *names: str) -> list[str]:
    """The words of a filter under any of its names; none: it is not there."""
    return [one for name in names for one in words(filters.get(name), name) if one]


def selectors(filters: Mapping[str, Any]) -> set[str]:
    """What is asked for. Raises Problem."""
    return {text(one, "OutputSelector", 200) for one in words(filters.get("OutputSelector"), "")}


def picked(
    row: dict[str, Any], wanted: set[str], always: Iterable[str], groups: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields of a row that are asked for; `groups` are selectors for several."""
    names = {*always, *wanted, *(one for name in wanted for one in groups.get(name, ()))}
    names |= {name.partition(".")[0] for name in wanted}
    return {name: one for name, one in row.items() if name in names}


def simple(
    shop: Shop,
    where: Where,
    filters: Mapping[str, Any],
    view: Callable[[Shop, Record], dict[str, Any]],
    always: Sequence[str],
    *,
    order: str = "CAST(id AS INTEGER), id",
) -> list[dict[str, Any]]:
    """A page of records, viewed and picked."""
    wanted = selectors(filters)
    rows = where.page(filters, order)
    return [picked(view(shop, row), wanted, always, {}) for row in rows]
