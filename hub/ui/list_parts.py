"""What a list is, and what its address asks of it: columns, tabs, filters, order, search."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import QueryDict

from hub.ui.components import EmptyState
from hub.ui.filters import Chip, Filter

Rows = QuerySet[Any]
Kind = Literal[
    "text", "money", "price", "quantity", "number", "date", "moment", "ago", "status", "contact"
]
PRICED = ("money", "price")
NOTHING_YET = EmptyState("Nothing here yet", "")
NUMERIC = ("money", "price", "quantity", "number")


def follow(row: Any, path: str) -> Any:
    """`contact.name` of a row; None where a step is None."""
    for name in path.split("."):
        if row is None:
            return None
        row = getattr(row, name)
    return row() if callable(row) and not isinstance(row, type) else row


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `value` is a path of attributes (the key, if empty) or a callable of the row.

    `kind` says how the value is written: money takes a Money, or a Decimal with `currency` (path
    of its code); status takes an object with .label, .tone, .icon; contact one with .name and
    .is_connected. `template` writes the cell itself, from `row` and `value`.
    `sort` names a NOT NULL column with an index (tenant, column, id); leave it empty otherwise.
    """

    key: str
    label: str
    kind: Kind = "text"
    value: str | Callable[[Any], Any] = ""
    currency: str = ""
    template: str = ""
    sort: str = ""
    primary: bool = False  # the link that opens the row; the title of the card on a phone
    sub: str = ""  # path of a second, quieter line under the value
    hide_below: Literal["", "md", "lg"] = ""
    optional: bool = True  # may be hidden by the person
    shown: bool = True  # otherwise only for those who ask for it

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    def of(self, row: Any) -> Any:
        """The value of this column for a row."""
        return self.value(row) if callable(self.value) else follow(row, self.value or self.key)


@dataclass(frozen=True, slots=True)
class ListTab:
    """A built-in view: what it filters by. A tab without a condition shows everything."""

    key: str
    label: str
    where: Mapping[str, Any] = field(default_factory=dict)
    counted: bool = True


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A verb for the ticked rows: POSTs `selected` (ids, repeated) to `url`."""

    label: str
    url: str
    icon: str = ""
    tone: Literal["", "danger"] = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What one list shows and can do. See the module's text for an example."""

    key: str
    title: str
    noun: str  # one row, in the singular: "purchase"
    columns: Sequence[Column]
    row_url: Callable[[Any], str] | None = None
    tabs: Sequence[ListTab] = ()
    sort: str = "-id"
    search: Callable[[Rows, str], Rows] | None = None
    search_hint: str = "Search"
    filters: Sequence[Filter] = ()
    bulk: Sequence[BulkAction] = ()
    bulk_limit: int = 0  # where bulk verbs take all rows that match as well, up to so many
    empty: EmptyState = NOTHING_YET
    template: str = "components/list_page.html"
    summary: str = ""  # a template above the rows, of the page's context; follows the filters
    noun_plural: str = ""
    export: bool = True
    own_names: Sequence[str] = ()  # names in the address that the page itself reads

    @property
    def plural(self) -> str:
        return self.noun_plural or f"{self.noun}s"

    @property
    def orders(self) -> frozenset[str]:
        """Every order that the address may ask for."""
        names = {self.sort.removeprefix("-"), *(c.sort for c in self.columns if c.sort)}
        return frozenset(names | {f"-{name}" for name in names})


@dataclass(frozen=True, slots=True)
class ListState:
    """What the address asks for, checked against the listing."""

    listing: Listing
    params: QueryDict
    tab: ListTab | None
    order: str
    text: str
    hidden: frozenset[str]
    chips: Sequence[Chip]
    refused: Sequence[str] = ()

    def url(self, **changes: str) -> str:
        """This list with changes; every change starts again from the first page."""
        params = self.params.copy()
        for name in ("cursor", "format"):
            params.pop(name, None)
        for name, value in changes.items():
            params.pop(name, None)
            if value:
                params[name] = value
        return f"?{params.urlencode()}" if params else "?"

    @property
    def narrowed(self) -> bool:
        """A search or a filter is on: an empty list then means that nothing matches."""
        return bool(self.text or self.chips)


def named(params: QueryDict, name: str) -> frozenset[str]:
    """The keys that `?hide=` or `?show=` lists."""
    return frozenset(params.get(name, "").split(",")) - {""}


def _quiet(listing: Listing) -> frozenset[str]:
    return frozenset(column.key for column in listing.columns if not column.shown)


def read_state(listing: Listing, params: QueryDict) -> ListState:
    """The state that the address names. Unknown tabs, sorts and columns fall back to the first."""
    tabs = {tab.key: tab for tab in listing.tabs}
    first = listing.tabs[0] if listing.tabs else None
    asked = params.get("sort", "")
    chips: list[Chip] = []
    refused: list[str] = []
    for one in listing.filters:
        chips += one.chips(params)
        refused += one.refusals(params)
    return ListState(
        listing,
        params,
        tabs.get(params.get("tab", ""), first),
        asked if asked in listing.orders else listing.sort,
        params.get("q", "").strip()[:200] if listing.search else "",
        named(params, "hide") | (_quiet(listing) - named(params, "show")),
        chips,
        refused,
    )


def narrow(listing: Listing, state: ListState, rows: Rows) -> Rows:
    """`rows` as the address asks: tab, filters, search."""
    if state.tab is not None and state.tab.where:
        rows = rows.filter(**state.tab.where)
    for one in listing.filters:
        rows = one.apply(rows, state.params)
    if state.text and listing.search is not None:
        rows = listing.search(rows, state.text)
    return rows


def misfits(listing: Listing, query: str) -> list[str]:
    """What a kept address asks for that the list does not have (any more), in words."""
    params = QueryDict(query)
    known = {"tab", "q", "sort", "hide", "show", *listing.own_names}
    known.update(name for one in listing.filters for name in one.names)
    found = [f"the filter “{name[:60]}”" for name in params if name not in known]
    tab, sort = params.get("tab", ""), params.get("sort", "")
    if tab not in ("", "all") and tab not in {one.key for one in listing.tabs}:
        found.append(f"the tab “{tab[:60]}”")
    if sort and sort not in listing.orders:
        found.append(f"the order “{sort[:60]}”")
    columns = {column.key for column in listing.columns}
    missing = (named(params, "hide") | named(params, "show")) - columns
    return found + [f"the column “{name[:60]}”" for name in sorted(missing)]


@dataclass(frozen=True, slots=True)
class Extract:
    """What the address asks for as rows of a file, with the columns that are shown."""

    listing: Listing
    columns: Sequence[Column]
    rows: Rows
    order: str

    @property
    def header(self) -> list[str]:
        """One title a cell; an amount is followed by its currency."""
        titles: list[str] = []
        for column in self.columns:
            titles += [column.label, "Currency"] if column.kind in PRICED else [column.label]
        return titles

    def line(self, row: Any) -> list[Any]:
        """The cells of one row, as values."""
        line: list[Any] = []
        for column in self.columns:
            value = column.of(row)
            if column.kind in PRICED:
                currency = str(follow(row, column.currency) or "") if column.currency else ""
                line += [getattr(value, "amount", value), getattr(value, "currency", currency)]
            else:
                line.append(value)
        return line


def extract(listing: Listing, params: QueryDict, rows: Rows) -> Extract:
    """What a file of this address holds."""
    state = read_state(listing, params)
    columns = [c for c in listing.columns if c.primary or c.key not in state.hidden]
    return Extract(listing, columns, narrow(listing, state, rows), state.order)
