"""Reports: the page that lists them, and those of the book."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.errors import InvalidInput
from ledger.domain import statements
from ledger.reports import books
from ledger.reports.registry import cards_for
from ledger.reports.tables import ReportChoice, ReportTable, report_response
from ledger.selectors import account_sums
from ledger.selectors import general_ledger as general_ledger_rows
from ledger.spans import Span, first_of_year, presets, span_of
from tenants.access import tenant_view
from tenants.domain.permissions import Area
from tenants.request import membership_of

Build = Callable[[Span], ReportTable]


@require_safe
@tenant_view()
def reports(request: HttpRequest) -> HttpResponse:
    """Every report that the person may open."""
    context = {"page_title": "Reports", "groups": cards_for(membership_of(request))}
    return render(request, "ledger/reports.html", context)


@require_safe
@tenant_view(Area.LEDGER)
def trial_balance(request: HttpRequest) -> HttpResponse:
    """Balances at the end of a day, or the movements since another."""
    return report_page(
        request,
        lambda span: books.trial_balance_table(account_sums(span.until, span.since), span),
        end="on",
        first_day="optional",
    )


@require_safe
@tenant_view(Area.LEDGER)
def general_ledger(request: HttpRequest) -> HttpResponse:
    """Every account: before, in and after the days."""
    return report_page(
        request,
        lambda span: books.general_ledger_table(general_ledger_rows(span.until, span.since), span),
        first_day="needed",
    )


@require_safe
@tenant_view(Area.LEDGER)
def profit_and_loss(request: HttpRequest) -> HttpResponse:
    """What was earned and spent in the days."""
    return report_page(
        request,
        lambda span: books.profit_and_loss_table(
            statements.profit_and_loss(account_sums(span.until, span.since)), span
        ),
        first_day="needed",
    )


@require_safe
@tenant_view(Area.LEDGER)
def balance_sheet(request: HttpRequest) -> HttpResponse:
    """What is owned and owed at the end of a day."""
    return report_page(
        request,
        lambda span: books.balance_sheet_table(
            statements.balance_sheet(account_sums(span.until)), span
        ),
        end="on",
    )


def report_page(
    request: HttpRequest,
    build: Build,
    *,
    end: str = "until",
    first_day: str = "",
    choices: Sequence[ReportChoice] = (),
    kept: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A report's page or CSV for the days that the address asks for.

    `end` names the parameter of the last day; `first_day` is "", "optional" or "needed". `choices`
    are offered beside the days; `kept` are further parameters that stay as they are.
    """
    today = timezone.localdate()
    from_new_year = first_day == "needed"
    try:
        span, problem = span_of(request.GET, today, end=end, from_new_year=from_new_year), ""
    except InvalidInput as error:
        span = Span(today, first_of_year(today) if from_new_year else None)
        problem = error.message
    if not first_day:
        span = Span(span.until)
    asked = {choice.name: choice.value for choice in choices if choice.value} | dict(kept or {})
    context: dict[str, Any] = {
        "end": end,
        "asks_since": bool(first_day),
        "since_label": "From (optional)" if first_day == "optional" else "From",
        "end_label": "To" if from_new_year else "As at",
        "presets": presets(today, end=end, whole=from_new_year, kept=asked),
        "choices": choices,
        "kept": kept or {},
        "problem": problem,
    }
    return report_response(request, build(span), span, context)
