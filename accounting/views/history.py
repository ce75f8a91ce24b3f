"""The sync history: list, one entry, and what a person may do about it (Q25)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounting.domain.states import ConnectionState, RunState, SyncState
from accounting.forms.history import SkipForm
from accounting.listings.history import (
    HISTORY,
    INCOMING,
    RUNS,
    history_rows,
    incoming_rows,
    run_rows,
)
from accounting.models import SyncDocument, SyncRun
from accounting.presenters import history as shown
from accounting.presenters.conflicts import versions_of
from accounting.presenters.frame import frame, provider_of
from accounting.selectors import (
    COUNT_LIMIT,
    change_or_404,
    document_or_404,
    exchange_or_404,
    is_busy,
    known_connection,
    waiting_changes,
)
from accounting.services import sync_documents as verbs
from accounting.services.runs import living_connection
from hub.errors import NotFound
from hub.ui.components import Fact, Link
from hub.ui.listing import listing_response
from orders.presenters.manner import Manner
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Special
from tenants.request import membership_of, next_address

HERE = "accounting:history"


def history_link() -> Link:
    """The list."""
    return Link("Sync history", reverse(HERE))


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def history(request: HttpRequest) -> HttpResponse:
    """Every document between here and there."""
    connection = known_connection()
    first = _first_tab(request)
    incoming = waiting_changes(connection)[:COUNT_LIMIT].count() if first else 0
    context = frame(
        request,
        connection,
        HISTORY.title,
        HERE,
        causes=shown.causes_of(connection) if first else [],
        incoming=f"{incoming}" if incoming < COUNT_LIMIT else f"{COUNT_LIMIT - 1}+",
        may_sync=connection is not None
        and connection.state == ConnectionState.ACTIVE
        and not is_busy(connection),
    )
    context["incoming"] = context["incoming"] if incoming else ""
    return listing_response(request, HISTORY, history_rows(connection), context)


def _first_tab(request: HttpRequest) -> bool:
    """The tab of what needs attention, on which causes are shown."""
    return request.GET.get("tab", "attention") == "attention" and "format" not in request.GET


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def entry(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document: where it stands, why, what was said, what can be done."""
    row = document_or_404(document_id)
    manner = Manner.of(membership_of(request).organisation)
    buttons, menu = shown.verbs_of(row)
    versions = versions_of(row, manner)
    title = provider_of(row.connection).title
    context = frame(
        request,
        row.connection,
        verbs.name_of(row),
        HERE,
        page_status=SyncState(row.state),
        row=row,
        notice=shown.panel_of(row),
        tone="critical" if row.state == SyncState.FAILED else "attention",
        facts=shown.facts_of(row, manner),
        diff=None if versions else shown.totals_of(row),
        versions=versions,
        accounts=shown.accounts_of(row),
        exchanges=shown.exchanges_of(row),
        entries=shown.timeline(row, manner),
        buttons=buttons,
        menu=menu,
        links=shown.open_links(row, title),
    )
    context["breadcrumbs"].append(history_link())
    return render(request, "accounting/entry.html", context)


def _moved(request: HttpRequest, row: SyncDocument, text: str) -> HttpResponse:
    messages.success(request, text)
    fallback = reverse("accounting:history_entry", args=[row.id])
    return redirect(next_address(request, fallback=fallback))


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def retry(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Try it again with the next sync."""
    row = verbs.retry(document_id)
    return _moved(request, row, f"{verbs.name_of(row)} goes with the next sync.")


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def retry_all(request: HttpRequest) -> HttpResponse:
    """Everything of one cause."""
    count = verbs.retry_all(living_connection(), request.POST.get("reason", ""))
    words = "1 document goes" if count == 1 else f"{count} documents go"
    messages.success(request, f"{words} with the next sync.")
    return redirect(f"{reverse(HERE)}?tab=pending")


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def unskip(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Take a skipped document in again."""
    row = verbs.unskip(document_id)
    return _moved(request, row, f"{verbs.name_of(row)} goes with the next sync.")


@tenant_view(special=Special.QUICKBOOKS)
def skip(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Leave it out, with the reason."""
    row = document_or_404(document_id)
    form = SkipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            verbs.skip(document_id, form.cleaned_data["reason"])
            return _moved(request, row, f"{verbs.name_of(row)} is skipped.")
    context = _asking(request, row, f"Skip {verbs.name_of(row)}")
    context |= {
        "form": form,
        "save_label": "Skip it",
        "page_lead": "It stays out of the books there until somebody takes it in again.",
    }
    return render(request, "accounting/ask.html", context, status=422 if form.errors else 200)


@tenant_view(special=Special.QUICKBOOKS)
def resend(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Send it as a new document, after a warning where it exists there."""
    row = document_or_404(document_id)
    if request.method == "POST":
        verbs.resend(document_id, confirmed=True)
        return _moved(request, row, f"{verbs.name_of(row)} goes as a new document.")
    exists = row.remote_id and row.state not in (SyncState.REMOTE_GONE, SyncState.REMOVED)
    context = _asking(request, row, f"Send {verbs.name_of(row)} again as new?")
    there = row.remote_number or row.remote_id
    context |= {
        "text": "A new document is made there, and Wharf keeps to that one from then on.",
        "consequences": [
            f"It exists there as {there}. Void that one first, or it counts twice."
            if exists
            else "The one that was there is gone, so nothing counts twice."
        ],
        "action_url": reverse("accounting:history_resend", args=[row.id]),
        "action_label": "Send as new",
        "tone": "danger" if exists else "primary",
    }
    return render(request, "components/confirm_page.html", context)


def _asking(request: HttpRequest, row: SyncDocument, title: str) -> dict[str, Any]:
    back = reverse("accounting:history_entry", args=[row.id])
    context = frame(request, row.connection, title, HERE, page_form=True, cancel_url=back, row=row)
    context["page_tabs"] = None
    context["breadcrumbs"] = [history_link(), Link(verbs.name_of(row), back)]
    return context


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def exchange(request: HttpRequest, exchange_id: UUID) -> HttpResponse:
    """One call and its answer, without secrets."""
    row = exchange_or_404(exchange_id)
    manner = Manner.of(membership_of(request).organisation)
    context = frame(request, row.connection, f"{row.method} {row.path}", HERE)
    context |= {
        "facts": [
            Fact("When", manner.moment(row.at)),
            Fact("Answer", str(row.status) if row.status else "None came"),
            Fact("Took", f"{row.milliseconds} ms"),
            Fact("Their id of the call", row.trace),
        ],
        "parts": shown.body_of(row),
    }
    context["breadcrumbs"].append(history_link())
    return render(request, "accounting/exchange.html", context)


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def runs(request: HttpRequest) -> HttpResponse:
    """Every run with its counts."""
    context = frame(request, known_connection(), RUNS.title, "accounting:runs")
    return listing_response(request, RUNS, run_rows(), context)


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One run: what it did, and its calls."""
    row = SyncRun.objects.select_related("connection").filter(id=run_id).first()
    if row is None:
        raise NotFound("There is no such run.")
    manner = Manner.of(membership_of(request).organisation)
    context = frame(request, row.connection, row.get_kind_display(), "accounting:runs")
    context |= {
        "page_status": RunState(row.state),
        "row": row,
        "facts": shown.run_facts(row, manner),
        "exchanges": shown.exchanges_of_run(row),
    }
    context["breadcrumbs"].append(Link("Runs", reverse("accounting:runs")))
    return render(request, "accounting/run.html", context)


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def incoming(request: HttpRequest) -> HttpResponse:
    """What came from there and could not be taken over."""
    context = frame(request, known_connection(), INCOMING.title, HERE)
    context["breadcrumbs"].append(history_link())
    return listing_response(request, INCOMING, incoming_rows(), context)


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def incoming_change(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """One object that waits: why, and what can be done."""
    row = change_or_404(change_id)
    manner = Manner.of(membership_of(request).organisation)
    context = frame(request, row.connection, f"{row.entity} {row.remote_id}", HERE)
    context |= shown.incoming_context(row, manner)
    # On a phone more of them would stand in two lines, too near to be touched.
    context["breadcrumbs"] = [history_link(), Link(INCOMING.title, reverse("accounting:incoming"))]
    return render(request, "accounting/incoming.html", context)


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def incoming_dismiss(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Leave it out; a later change there brings it again."""
    row = verbs.dismiss_change(change_id)
    messages.success(request, f"{row.entity} {row.remote_id} is left out.")
    return redirect("accounting:incoming")
