"""A report as a table: for the page, for print, and as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.ui.components import EmptyState, Link
from hub.ui.export import CONTENT_TYPES, file_response
from ledger.spans import Span
from tenants.request import membership_of

REPORTS = Link("Reports", "/reports/")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row: a heading of a part, an account or document, a sum, or the last sum of all."""

    label: str
    amounts: Sequence[Decimal | None] = ()
    code: str = ""
    url: str = ""
    kind: Literal["heading", "row", "total", "grand"] = "row"


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """What a report is asked besides its days: a parameter of the address with its options."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str = ""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """What one report shows. `first` heads the labels, `columns` the amounts.

    `quantities` and `prices` are the places of columns that are units and unit prices. A page
    shows `most` rows; the files have all.
    """

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[ReportRow]
    first: str = "Account"
    note: str = ""
    quantities: frozenset[int] = frozenset()
    prices: frozenset[int] = frozenset()
    most: int = 2000
    empty: EmptyState = field(
        default=EmptyState(
            "Nothing was posted in these days", "Choose other days above.", icon="report"
        )
    )

    @property
    def shown(self) -> Sequence[ReportRow]:
        """The rows of the page: where there are too many, the first of them and the sums."""
        if len(self.rows) <= self.most:
            return self.rows
        sums = [row for row in self.rows[self.most :] if row.kind == "grand"]
        return [*self.rows[: self.most], *sums]

    @property
    def left_out(self) -> int:
        """How many rows only the files have."""
        return len(self.rows) - len(self.shown)


def report_response(
    request: HttpRequest, table: ReportTable, span: Span, context: Mapping[str, Any]
) -> HttpResponse:
    """The report's page, or a file for `?format=csv` and `?format=xlsx`.

    `context` gives the fields of the days: `end` (name of the last day's parameter), `whole`
    (whether a first day is asked for), `presets`, and `problem` if what was typed is no date.
    """
    if (file_format := request.GET.get("format", "")) in CONTENT_TYPES:
        return table_file(table, file_format)
    organisation = membership_of(request).organisation
    values = {
        "page_title": table.title,
        "page_lead": f"{organisation.legal_name} · {span.words(organisation.date_format)} · "
        f"in {organisation.base_currency}",
        "breadcrumbs": [REPORTS],
        "table": table,
        "span": span,
        **context,
    }
    return render(request, "ledger/report.html", values)


def table_file(table: ReportTable, file_format: str) -> HttpResponse:
    """The same rows as CSV or XLSX, codes in a column of their own."""
    header = ["Code", table.first, *table.columns]
    # A streamed answer is no HttpResponse to the type stubs, though every view may return one.
    return cast("HttpResponse", file_response(table.key, file_format, header, _lines(table)))


def _lines(table: ReportTable) -> Iterator[list[Any]]:
    for row in table.rows:
        yield [row.code, row.label, *(row.amounts or [None] * len(table.columns))]
