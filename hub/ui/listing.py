"""The list page, once for all lists.

A `Listing` is declared once per list; `listing_response` answers the request: the whole page,
the table alone for htmx, or a file. The address is the state: tab, q, sort, filters, hide, cursor.

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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.db import connections
from django.db.models import Value
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from hub.errors import InvalidInput
from hub.pagination import Page, keyset_page, order_columns
from hub.ui.components import Link, Tab
from hub.ui.export import CONTENT_TYPES, MOST_ROWS, file_response
from hub.ui.filters import Filter
from hub.ui.list_parts import (
    BulkAction,
    Column,
    Listing,
    ListState,
    ListTab,
    Rows,
    extract,
    follow,
    misfits,
    named,
    narrow,
    read_state,
)
from hub.ui.shelf import (
    LARGEST_DIRECT_EXPORT,
    SavedTab,
    Shelf,
    kept_query,
    list_keeper,
)

# What declares a list imports it from here.
__all__ = [
    "BulkAction",
    "Column",
    "ListState",
    "ListTab",
    "Listing",
    "listing_response",
    "narrow",
    "read_state",
]
COUNT_LIMIT = 1000


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


def _tabs(state: ListState, counts: Mapping[str, str], shelf: Shelf | None) -> list[Tab]:
    first = state.listing.tabs[0].key if state.listing.tabs else ""
    if shelf is not None and shelf.default is not None:
        first = ""  # the bare address is the person's own view
    in_view = shelf is not None and shelf.active(state.params) is not None
    built_in = [
        Tab(
            tab.label,
            state.url(tab="" if tab.key == first else tab.key, view=""),
            active=tab is state.tab and not in_view,
            count=counts.get(tab.key),
        )
        for tab in state.listing.tabs
    ]
    if shelf is None:
        return built_in
    if not built_in and shelf.tabs:
        built_in = [Tab("All", "?tab=all", active=not in_view)]
    chosen = shelf.active(state.params)
    return built_in + [Tab(view.label, view.url, active=view is chosen) for view in shelf.tabs]


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
            str(follow(row, column.currency) or "") if column.currency else "",
            follow(row, column.sub) if column.sub else "",
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
    shelf: Shelf | None = None

    @property
    def view(self) -> SavedTab | None:
        """The saved view that is open."""
        return self.shelf.active(self.state.params) if self.shelf else None

    @property
    def view_problem(self) -> str:
        """Why the open view does not show what it was made for; "" when it does."""
        wanted = self.state.params.get("view", "")
        if self.shelf is None or not wanted:
            return ""
        if self.view is None:
            return "This view does not exist any more. You see the list without it."
        missing = misfits(self.listing, self.view.query)
        if not missing:
            return ""
        words = " and ".join(missing)
        return (
            f"The view “{self.view.label}” was saved with {words}, which this list does not have. "
            "It is shown without that: save the view again or delete it."
        )

    @property
    def save_url(self) -> str:
        """Where what is shown becomes a view; "" where it cannot."""
        return self.shelf.save_url(self.state.params) if self.shelf else ""

    @property
    def more(self) -> bool:
        """Whether more rows match than this page shows."""
        return bool(self.next_url or self.previous_url)

    @property
    def kept_now(self) -> str:
        """What a view of the page as it is would keep."""
        return kept_query(self.state.params)

    @property
    def view_changed(self) -> bool:
        """Whether the open view shows something else than it was saved with."""
        return self.view is not None and self.kept_now != self.view.query

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
        return {name: ",".join(sorted(named(self.state.params, name) ^ {column.key}))}

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
    listing: Listing,
    state: ListState,
    page: Page,
    counts: Mapping[str, str],
    *,
    problem: str = "",
    shelf: Shelf | None = None,
) -> ListPage:
    """What the templates show, from rows and counts that were read; no statement of its own."""
    columns = [c for c in listing.columns if c.primary or c.key not in state.hidden]
    return ListPage(
        listing,
        state,
        _tabs(state, counts, shelf),
        [_heading(state, column) for column in columns],
        [_row(listing, columns, row) for row in page.rows],
        state.url(cursor=page.next_cursor) if page.next_cursor else "",
        state.url(cursor=page.previous_cursor) if page.previous_cursor else "",
        problem,
        shelf,
    )


def build_page(
    listing: Listing, params: QueryDict, rows: Rows, shelf: Shelf | None = None
) -> ListPage:
    """The page that the address asks for; a cursor that cannot be used says so on page one."""
    state = read_state(listing, params)
    narrowed = narrow(listing, state, rows)
    problem = ""
    try:
        page = keyset_page(narrowed, order=state.order, cursor=params.get("cursor", ""))
    except InvalidInput as error:
        problem = error.message
        page = keyset_page(narrowed, order=state.order)
    return assemble(listing, state, page, count_tabs(listing, rows), problem=problem, shelf=shelf)


def export(listing: Listing, params: QueryDict, rows: Rows, file_format: str) -> HttpResponse:
    """Every row that the address asks for, at once. Raises InvalidInput above 50,000 rows."""
    wanted = extract(listing, params, rows)
    sign = "-" if wanted.order.startswith("-") else ""
    order = [sign + name for name in order_columns(wanted.order)]
    found = wanted.rows.order_by(*order)[: MOST_ROWS + 1]
    lines = (wanted.line(row) for row in found.iterator(chunk_size=1000))
    # A streamed answer is no HttpResponse to the type stubs, though every view may return one.
    return cast("HttpResponse", file_response(listing.key, file_format, wanted.header, lines))


def _file_or_job(request: HttpRequest, listing: Listing, rows: Rows) -> HttpResponse:
    """A file at once; a job where the list is long and somebody runs jobs."""
    file_format, keeper = request.GET["format"], list_keeper()
    if keeper is not None:
        wanted = extract(listing, request.GET, rows)
        many = wanted.rows.order_by().values_list(Value(1))[: LARGEST_DIRECT_EXPORT + 1].count()
        if many > LARGEST_DIRECT_EXPORT:
            begun = keeper.begin_export(request, listing.key, file_format)
            if begun is not None:
                return begun
    return export(listing, request.GET, rows, file_format)


def without_action(listing: Listing) -> Listing:
    """The listing for somebody who may only look: its empty state offers nothing to do."""
    return replace(listing, empty=replace(listing.empty, action=None))


def listing_response(
    request: HttpRequest,
    listing: Listing,
    rows: Rows,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The answer to a list's address: the page, its table for htmx, or a file.

    `rows` is already the organisation's own, with `select_related` for what the columns show.
    `context` goes to the page (breadcrumbs, or what an own template with blocks needs).
    """
    keeper = list_keeper()
    if keeper is not None:
        listing, rows = keeper.extended(request, listing, rows)
    if listing.export and request.GET.get("format") in CONTENT_TYPES:
        return _file_or_job(request, listing, rows)
    shelf = keeper.shelf(request, listing.key) if keeper is not None else None
    if shelf is not None and shelf.default is not None and not request.GET:
        return redirect(f"{request.path}{shelf.default.url}")
    return render_list(request, build_page(listing, request.GET, rows, shelf), context)


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
