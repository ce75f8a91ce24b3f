"""Stocktakes: beginning one, and the page on which a location is counted."""

from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from hub.errors import Conflict, WharfError
from hub.ui.components import Link
from hub.ui.toasts import say
from inventory.domain.states import StockTaskStatus
from inventory.forms.counting import CountForm
from inventory.forms.tasks import StocktakeForm
from inventory.models import Stocktake, StocktakeLine
from inventory.presenters.tasks import STOCKTAKE
from inventory.services.adjustments import begin_stocktake, write_counts
from inventory.services.locations import default_location
from inventory.services.stock_tasks import task_or_404
from inventory.stock_selectors import locations
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level

ON_A_PAGE = 50


@tenant_view(Area.STOCK, Level.EDIT)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to count: what is on hand now is what is expected."""
    places = list(locations(active_only=True))
    initial = {"location": default_location().id, "happened_on": timezone.localdate()}
    form = StocktakeForm(request.POST or None, initial=initial, places=places)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            made = begin_stocktake(form.header(), form.cleaned_data["skus"])
            say(request, f"{made.number} begun.")
            return redirect(STOCKTAKE.url(made, "count"))
    context = {
        "page_title": "New stocktake",
        "page_lead": "What moves while you count stays moved; only differences are corrected.",
        "page_form": True,
        "breadcrumbs": [STOCKTAKE.crumb],
        "form": form,
        "save_label": "Begin to count",
        "cancel_url": STOCKTAKE.list_url,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "components/form_page.html", context, status=status)


@tenant_view(Area.STOCK, Level.EDIT)
def count(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Count, a page of products at a time; saving stays where it was."""
    task = task_or_404(Stocktake, task_id)
    if task.status != StockTaskStatus.DRAFT:
        raise Conflict(f"{task.number} is authorised; undo it first.", code="not_a_draft")
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    number = _page_number(request)
    rows = _found(task, text)
    shown = list(rows[(number - 1) * ON_A_PAGE : number * ON_A_PAGE + 1])
    more = len(shown) > ON_A_PAGE
    form = CountForm(request.POST or None, rows=shown[:ON_A_PAGE])
    if request.method == "POST" and form.is_valid() and _save(request, task, form):
        onward = more and "onward" in request.POST
        return redirect(_address(task, text, number + 1 if onward else number))
    counted = StocktakeLine.objects.filter(stocktake=task, counted__isnull=False).count()
    context = {
        "page_title": f"Count {task.location.name}",
        "page_lead": f"{task.number} · {counted} of {task.lines.count()} products counted",
        "breadcrumbs": [STOCKTAKE.crumb, Link(task.number, STOCKTAKE.url(task))],
        "form": form,
        "text": text,
        "more": more,
        "previous_url": _address(task, text, number - 1) if number > 1 else "",
        "next_url": _address(task, text, number + 1) if more else "",
        "done_url": STOCKTAKE.url(task),
    }
    status = 422 if form.errors else 200
    return render(request, "inventory/count.html", context, status=status)


def _found(task: Stocktake, text: str) -> QuerySet[StocktakeLine]:
    rows = task.lines.select_related("product").order_by("position")
    if text:
        rows = rows.filter(
            Q(product__sku__istartswith=text)
            | Q(product__barcode=text)
            | Q(product__name__icontains=text)
        )
    return rows


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _address(task: Stocktake, text: str, number: int) -> str:
    asked = {"q": text, "page": str(number) if number > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return STOCKTAKE.url(task, "count") + (f"?{query}" if query else "")


def _save(request: HttpRequest, task: Stocktake, form: CountForm) -> bool:
    lines = form.lines()
    if not lines:
        say(request, "Nothing was changed.", tone="info")
        return True
    try:
        with transaction.atomic():
            write_counts(task.id, lines)
    except WharfError as error:
        if error.status in (403, 404):
            raise
        form.place(error)
        return False
    say(request, f"{len(lines)} saved.")
    return True
