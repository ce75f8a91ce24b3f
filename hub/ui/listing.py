"""The list page, once for all lists.

A `Listing` is declared once per list; `listing_response` answers the request: the whole page,
the table alone for htmx, or CSV. The address is the state: tab, q, sort, filters, hide, cursor.

    PURCHASES = Listing(
        key="purchases", title="Purchases", noun="purchase",
        columns=(Column("number", "Number", primary=True, sort="number"), …),
        tabs=(ListTab("all", "All"), ListTab("draft", "Draft", {"status": "draft"})),
        sorts default: sort="-created_at",
        search=search_purchases,            # (queryset, text) -> queryset
        filters=(ChoiceFilter("status", "Status", choices), DateFilter("due", "Due", "due_on")),
        row_url=lambda row: reverse("orders:purchase", args=[row.pk]),
        empty=EmptyState(…),
    )

    @tenant_view("purchases", "view")
    def purchases(request): return listing_response(request, PURCHASES, purchases_of(tenant))

Statements: one for the rows, one for all counts of the tabs; a column's `value` must not query.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from django.db import connections
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from hub.errors import InvalidInput
from hub.pagination import Page, keyset_page, order_columns
from hub.ui.components import EmptyState, Link, Tab
from hub.ui.export import MOST_ROWS, csv_response
from hub.ui.filters import Chip, Filter

COUNT_LIMIT = 1000
Rows = QuerySet[Any]
Kind = Literal[
    "text", "money", "price", "quantity", "number", "date", "moment", "ago", "status", "contact"
]
PRICED = ("money", "price")
NOTHING_YET = EmptyState("Nothing here yet", "")
NUMERIC = ("money", "price", "quantity", "number")


def _follow(row: Any, path: str) -> Any:
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
        return self.value(row) if callable(self.value) else _follow(row, self.value or self.key)


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
    empty: EmptyState = NOTHING_YET
    template: str = "components/list_page.html"
    summary: str = ""  # a template above the rows, of the page's context; follows the filters
    noun_plural: str = ""
    export: bool = True

    @property
    def plural(self) -> str:
        return self.noun_plural or f"{self.noun}s"

    @property
    def orders(self) -> frozenset[str]:
        """Every order that the address may ask for."""
        names = {self.sort.removeprefix("-"), *(c.sort for c in self.columns if c.sort)}
        return frozenset(names | {f"-{name}" for name in names})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, ready to be written."""

    column: Column
    value: Any
    currency: str
    sub: Any

    @property
    def blank(self) -> bool:
        return self.value is None or self.value == ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row with its address."""

    id: str
    url: str
    row: Any
    cells: Sequence[Cell]
    label: str


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's head; `sort_url` is empty where no index serves the order."""

    column: Column
    sort_url: str = ""
    aria_sort: str = ""


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


def _named(params: QueryDict, name: str) -> frozenset[str]:
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
        _named(params, "hide") | (_quiet(listing) - _named(params, "show")),
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


def count_tabs(listing: Listing, rows: Rows) -> dict[str, str]:
    """How many rows each tab has, up to 999+, in one statement for all of them."""
    counted = [tab for tab in listing.tabs if tab.counted]
    if not counted:
        return {}
    parts: list[str] = []
    values: list[Any] = []
    for tab in counted:
        bounded = rows.filter(**tab.where).order_by().values_list(Value(1))[:COUNT_LIMIT]
        sql, params = bounded.query.sql_with_params()
        # The text is Django's own SQL of the tab; what people typed is in `values`.
        parts.append(f"(SELECT count(*) FROM ({sql}) AS bounded)")  # noqa: S608
        values += params
    with connections[rows.db].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        found = cursor.fetchone()
    numbers = zip(counted, found or (), strict=True)
    return {tab.key: str(n) if n < COUNT_LIMIT else f"{COUNT_LIMIT - 1}+" for tab, n in numbers}


def _tabs(state: ListState, counts: Mapping[str, str]) -> list[Tab]:
    first = state.listing.tabs[0].key if state.listing.tabs else ""
    return [
        Tab(
            tab.label,
            state.url(tab="" if tab.key == first else tab.key),
            active=tab is state.tab,
            count=counts.get(tab.key),
        )
        for tab in state.listing.tabs
    ]


def _heading(state: ListState, column: Column) -> Heading:
    if not column.sort:
        return Heading(column)
    if state.order.removeprefix("-") != column.sort:
        return Heading(column, state.url(sort=column.sort), "none")
    falling = state.order.startswith("-")
    turned = column.sort if falling else f"-{column.sort}"
    return Heading(
        column,
        state.url(sort=turned),
        "descending" if falling else "ascending",
    )


def _row(listing: Listing, columns: Sequence[Column], row: Any) -> ListRow:
    cells = [
        Cell(
            column,
            column.of(row),
            str(_follow(row, column.currency) or "") if column.currency else "",
            _follow(row, column.sub) if column.sub else "",
        )
        for column in columns
    ]
    title = next((cell.value for cell in cells if cell.column.primary), row)
    url = listing.row_url(row) if listing.row_url else ""
    return ListRow(str(row.pk), url, row, cells, str(title))


@dataclass(frozen=True, slots=True)
class ListPage:
    """All that the list's templates show."""

    listing: Listing
    state: ListState
    tabs: Sequence[Tab]
    headings: Sequence[Heading]
    rows: Sequence[ListRow]
    next_url: str
    previous_url: str
    problem: str = ""

    @property
    def columns_menu(self) -> list[Link]:
        """The column chooser: each link shows or hides one column."""
        hidden = self.state.hidden
        return [
            Link(
                column.label,
                self.state.url(**self._turned(column)),
                tone="" if column.key in hidden else "on",
            )
            for column in self.listing.columns
            if column.optional and not column.primary
        ]

    def _turned(self, column: Column) -> dict[str, str]:
        name = "hide" if column.shown else "show"
        return {name: ",".join(sorted(_named(self.state.params, name) ^ {column.key}))}

    @property
    def searchable(self) -> bool:
        """Whether the list has a search. (Templates would call `listing.search` itself.)"""
        return self.listing.search is not None

    @property
    def clear_url(self) -> str:
        """This tab without search and filters."""
        names = {"q"} | {name for one in self.listing.filters for name in one.names}
        return self.state.url(**dict.fromkeys(names, ""))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the search form carries along, as hidden fields."""
        return self._carried({"q"})

    @property
    def kept_beside_filters(self) -> list[tuple[str, str]]:
        """What the filter form carries along."""
        return self._carried({name for one in self.listing.filters for name in one.names})

    def _carried(self, without: set[str]) -> list[tuple[str, str]]:
        dropped = without | {"cursor", "format"}
        params = self.state.params
        return [(k, v) for k, values in params.lists() if k not in dropped for v in values if v]

    @property
    def filter_fields(self) -> list[tuple[Filter, Sequence[str]]]:
        """Each filter with what is typed in it."""
        return [(one, one.values(self.state.params)) for one in self.listing.filters]


def assemble(
    listing: Listing, state: ListState, page: Page, counts: Mapping[str, str], problem: str = ""
) -> ListPage:
    """What the templates show, from rows and counts that were read; no statement of its own."""
    columns = [c for c in listing.columns if c.primary or c.key not in state.hidden]
    return ListPage(
        listing,
        state,
        _tabs(state, counts),
        [_heading(state, column) for column in columns],
        [_row(listing, columns, row) for row in page.rows],
        state.url(cursor=page.next_cursor) if page.next_cursor else "",
        state.url(cursor=page.previous_cursor) if page.previous_cursor else "",
        problem,
    )


def build_page(listing: Listing, params: QueryDict, rows: Rows) -> ListPage:
    """The page that the address asks for; a cursor that cannot be used says so on page one."""
    state = read_state(listing, params)
    narrowed = narrow(listing, state, rows)
    problem = ""
    try:
        page = keyset_page(narrowed, order=state.order, cursor=params.get("cursor", ""))
    except InvalidInput as error:
        problem = error.message
        page = keyset_page(narrowed, order=state.order)
    return assemble(listing, state, page, count_tabs(listing, rows), problem)


def export(listing: Listing, params: QueryDict, rows: Rows) -> HttpResponse:
    """Every row that the address asks for, as CSV, with the columns that are shown.

    Raises InvalidInput when there are more rows than one file may have.
    """
    state = read_state(listing, params)
    columns = [c for c in listing.columns if c.primary or c.key not in state.hidden]
    header: list[str] = []
    for column in columns:
        header += [column.label, "Currency"] if column.kind in PRICED else [column.label]
    sign = "-" if state.order.startswith("-") else ""
    order = [sign + name for name in order_columns(state.order)]
    found = narrow(listing, state, rows).order_by(*order)[: MOST_ROWS + 1]
    lines = (_csv_line(columns, row) for row in found.iterator(chunk_size=1000))
    # A streamed answer is no HttpResponse to the type stubs, though every view may return one.
    return cast("HttpResponse", csv_response(listing.key, header, lines))


def _csv_line(columns: Sequence[Column], row: Any) -> list[Any]:
    line: list[Any] = []
    for column in columns:
        value = column.of(row)
        if column.kind in PRICED:
            currency = str(_follow(row, column.currency) or "") if column.currency else ""
            line += [getattr(value, "amount", value), getattr(value, "currency", currency)]
        else:
            line.append(value)
    return line


def without_action(listing: Listing) -> Listing:
    """The listing for somebody who may only look: its empty state offers nothing to do."""
    return replace(listing, empty=replace(listing.empty, action=None))


def listing_response(
    request: HttpRequest,
    listing: Listing,
    rows: Rows,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The answer to a list's address: the page, its table for htmx, or CSV.

    `rows` is already the organisation's own, with `select_related` for what the columns show.
    `context` goes to the page (breadcrumbs, or what an own template with blocks needs).
    """
    if listing.export and request.GET.get("format") == "csv":
        return export(listing, request.GET, rows)
    return render_list(request, build_page(listing, request.GET, rows), context)


def render_list(
    request: HttpRequest, page: ListPage, context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The whole page, or for htmx the region that it swaps."""
    htmx = cast("HtmxDetails", request.htmx)  # type: ignore[attr-defined]
    partial = htmx.target == "list" and not htmx.boosted and not htmx.history_restore_request
    template = "components/list_region.html" if partial else page.listing.template
    values = {"page_title": page.listing.title, **(context or {}), "list": page}
    response = render(request, template, values)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
