"""Advanced settings: cost of goods sold, history, and what is seldom needed (Q17 to Q21)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from accounting.forms.advanced import HistoryForm, PeriodForm
from accounting.models import Connection
from accounting.presenters.cogs import cogs_page
from accounting.presenters.frame import frame
from accounting.selectors import known_connection
from accounting.services import history_export as history
from accounting.services.cogs import export_cogs, void_cogs
from accounting.services.runs import living_connection
from accounting.views.settings import nothing_connected, settings_frame
from hub.errors import InvalidInput
from hub.ui.components import Link
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Special
from tenants.models import Job
from tenants.views.news import card_of

HERE = "accounting:advanced"
# Pages of their own: (title, what it does, address names, icon).
TOOLS = (
    ("Import stock on hand", "Once: active products with a SKU come in, into one location.",
     ("accounting:stock_import", "accounting:wizard_stock"), "packages"),
    ("Import opening balances", "Once: unpaid and part-paid invoices and bills come in.",
     ("accounting:opening_import", "accounting:wizard_opening"), "scale"),
    ("Replace products", "Where items are still tracked there: all are made anew as services.",
     ("accounting:replace_products", "accounting:replace"), "replace"),
    ("Find duplicate journals", "Where trial balances differ: journals that may be there twice.",
     ("accounting:duplicates", "accounting:duplicate_journals"), "copy"),
    ("Change organisation", "Connect another company; the wizard maps it anew.",
     ("accounting:change_organisation",), "switch-horizontal"),
    ("Disable the integration", "Wharf keeps its own books from then on; history stays.",
     ("accounting:disable",), "plug-off"),
)  # fmt: skip


def _tools() -> list[tuple[str, str, str, str]]:
    found = []
    for title, text, names, icon in TOOLS:
        for name in names:
            try:
                found.append((title, text, reverse(name), icon))
                break
            except NoReverseMatch:
                continue
    return found


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def advanced(request: HttpRequest) -> HttpResponse:
    """Cost of goods sold, history, and links to the rest."""
    context = settings_frame(request, "Settings", HERE)
    connection: Connection | None = context["connection"]
    if connection is None:
        return nothing_connected(request, context)
    context |= _history_context(connection)
    context |= {"period": PeriodForm(), "tools": _tools()}
    return render(request, "accounting/advanced.html", context)


def _history_context(connection: Connection) -> dict[str, Any]:
    export = history.export_of(connection)
    job = None
    if export is not None and export.job:
        job = Job.objects.filter(id=UUID(export.job)).first()
    return {
        "export": export,
        "export_job": card_of(job) if job is not None and job.finished_at is None else None,
        "history_form": HistoryForm(),
        "under_way": export is not None and export.state in ("planning", "sending"),
        "stopped": export is not None and export.state == "stopped",
    }


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def cogs(request: HttpRequest) -> HttpResponse:
    """The journals of a period, line by line, before they are exported or voided."""
    connection = known_connection()
    context = frame(request, connection, "Cost of goods sold", HERE)
    context["breadcrumbs"].append(Link("Advanced settings", reverse(HERE)))
    form = PeriodForm(request.GET if "since" in request.GET else None)
    context["period"] = form
    if connection is not None and form.is_valid():
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        context |= cogs_page(connection, since, until)
    status = 422 if form.errors else 200
    return render(request, "accounting/cogs.html", context, status=status)


def _period(request: HttpRequest) -> PeriodForm:
    form = PeriodForm(request.POST)
    if not form.is_valid():
        fields = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
        raise InvalidInput("Choose the period again.", fields=fields)
    return form


def _back(form: PeriodForm) -> str:
    values = form.cleaned_data
    return f"{reverse('accounting:cogs')}?since={values['since']}&until={values['until']}"


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def cogs_export(request: HttpRequest) -> HttpResponse:
    """Export what is missing of a period; a second time nothing more."""
    form = _period(request)
    values = form.cleaned_data
    entries = export_cogs(living_connection(lock=True), values["since"], values["until"])
    words = "1 journal goes" if len(entries) == 1 else f"{len(entries)} journals go"
    text = f"{words} with the next sync." if entries else "Everything of this period was exported."
    messages.success(request, text)
    return redirect(_back(form))


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def cogs_void(request: HttpRequest) -> HttpResponse:
    """Recall what was exported of a period."""
    form = _period(request)
    values = form.cleaned_data
    count = void_cogs(living_connection(lock=True), values["since"], values["until"])
    words = "1 journal is" if count == 1 else f"{count} journals are"
    text = (
        f"{words} voided with the next sync." if count else "Nothing of this period stands there."
    )
    messages.success(request, text)
    return redirect(_back(form))


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def history_start(request: HttpRequest) -> HttpResponse:
    """Export everything since a day."""
    form = HistoryForm(request.POST)
    if form.is_valid():
        with errors_to(form):
            history.start_export(living_connection(), form.cleaned_data["since"])
        if form.is_valid():
            messages.success(request, "The export has begun. You can leave this page.")
            return redirect(HERE)
    context = settings_frame(request, "Settings", HERE)
    connection = living_connection()
    context |= _history_context(connection)
    context |= {"period": PeriodForm(), "tools": _tools(), "history_form": form}
    return render(request, "accounting/advanced.html", context, status=422)


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def history_stop(request: HttpRequest) -> HttpResponse:
    """Stop the export; what was not sent yet is set aside."""
    history.stop_export(living_connection())
    messages.success(request, "The export is stopped. Go on with it here whenever you like.")
    return redirect(HERE)


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def history_go_on(request: HttpRequest) -> HttpResponse:
    """Go on with a stopped export."""
    history.go_on(living_connection())
    messages.success(request, "The export goes on.")
    return redirect(HERE)
