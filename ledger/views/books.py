"""Settings → Book settings, Currencies and rates."""

from itertools import groupby
from uuid import UUID

from babel.numbers import get_currency_name
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from hub.money import parse_rate
from hub.ui.components import Fact
from hub.ui.formatting import date_text
from ledger.forms.accounts import BookForm, RateForm
from ledger.models import Book, CostingMethod, ExchangeRate
from ledger.selectors import exchange_rates
from ledger.services.books import change_book, costing_is_fixed, current_book
from ledger.services.rates import remove_rate, save_rate
from ledger.views.reference_lists import SETTINGS
from tenants.access import errors_to, require, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.request import membership_of

SHOWN_RATES = 10
MOST_RATES = 1000


@tenant_view(Area.LEDGER)
def book(request: HttpRequest) -> HttpResponse:
    """How the book is kept; without the right to approve it is shown only."""
    membership, row = membership_of(request), current_book()
    may_edit = membership.can(Area.LEDGER, Level.APPROVE)
    if request.method == "POST":
        require(membership, Area.LEDGER, Level.APPROVE)
    form = BookForm(request.POST or None, book=row, costing_is_fixed=costing_is_fixed())
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            change_book(form.cleaned_data)
            messages.success(request, "Book settings saved.")
            return redirect("ledger:book")
    context = {
        "page_title": "Book settings",
        "page_form": True,
        "breadcrumbs": [SETTINGS],
        "form": form,
        "may_edit": may_edit,
        "facts": _facts(row, membership.organisation.date_format),
        "save_label": "Save settings",
    }
    return render(request, "ledger/book.html", context, status=422 if form.errors else 200)


def _facts(row: Book, date_format: str) -> list[Fact]:
    lock = date_text(row.locked_until, date_format) if row.locked_until else "Not locked"
    return [
        Fact("Goods before their bill", "Accrued" if row.accrual else "Not accrued"),
        Fact("Costing method", CostingMethod(row.costing).label),
        Fact("Books are locked up to", lock),
    ]


@tenant_view(Area.LEDGER)
def rates(request: HttpRequest) -> HttpResponse:
    """Currencies with their dated rates; `?currency=` shows every rate of one."""
    membership = membership_of(request)
    base = membership.organisation.base_currency
    may_edit = membership.can(Area.LEDGER, Level.EDIT)
    if request.method == "POST":
        require(membership, Area.LEDGER, Level.EDIT)
    form = RateForm(request.POST or None, base_currency=base, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            data = form.cleaned_data
            rate = parse_rate(data["rate"], field="rate")
            row = save_rate(data["currency"], data["valid_from"], rate, base)
            messages.success(request, f"Rate of {row.currency} saved.")
            return redirect("ledger:rates")
    currency = request.GET.get("currency", "")
    context = {
        "page_title": "Currencies and rates",
        "page_lead": f"What one unit is worth in {base}, from a day on.",
        "breadcrumbs": [SETTINGS],
        "form": form,
        "may_edit": may_edit,
        "currency": currency,
        "groups": _by_currency(currency),
    }
    return render(request, "ledger/rates.html", context, status=422 if form.errors else 200)


def _by_currency(currency: str) -> list[tuple[str, str, list[ExchangeRate], bool]]:
    """Code, name, rates to show, and whether there are more."""
    most = MOST_RATES if currency else SHOWN_RATES
    found = exchange_rates(currency[:3], most=most + 1)
    groups = groupby(found, key=lambda rate: rate.currency)
    return [
        (code, get_currency_name(code, locale="en"), rows[:most], len(rows) > most)
        for code, rows in ((code, list(group)) for code, group in groups)
    ]


@require_POST
@tenant_view(Area.LEDGER, Level.EDIT)
def rate_remove(request: HttpRequest, rate_id: UUID) -> HttpResponse:
    """Forget a rate."""
    remove_rate(rate_id)
    messages.success(request, "Rate removed. Documents keep theirs.")
    return redirect("ledger:rates")
