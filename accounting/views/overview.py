"""The gallery of integrations and the page of one: health, runs, counts, Sync now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounting.domain.states import ConnectionState
from accounting.presenters import overview as shown
from accounting.presenters.frame import GALLERY, frame, provider_of
from accounting.selectors import (
    is_busy,
    known_connection,
    last_runs,
    needing_count,
    open_run,
    state_counts,
)
from accounting.services import connecting
from accounting.services.runs import living_connection, start_run
from hub.ui.components import EmptyState, Link
from orders.presenters.manner import Manner
from tenants.access import tenant_view
from tenants.domain.permissions import Special
from tenants.models import Job
from tenants.request import membership_of, next_address
from tenants.views.news import card_of

HERE = "accounting:overview"


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def gallery(request: HttpRequest) -> HttpResponse:
    """Every system that can be connected, with how it stands."""
    connection = known_connection()
    provider = provider_of(connection)
    counts = state_counts(connection) if connection else None
    context = {
        "page_title": GALLERY.label,
        "page_lead": "Systems that Wharf keeps in step with your books.",
        "connection": connection,
        "state": ConnectionState(connection.state) if connection else None,
        "title": provider.title,
        "needing": needing_count(counts) if counts else 0,
        "last": next(iter(last_runs(connection, 1)), None) if connection else None,
    }
    return render(request, "accounting/gallery.html", context)


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def integration(request: HttpRequest) -> HttpResponse:
    """The integration's own page."""
    connection = known_connection()
    provider = provider_of(connection)
    context = frame(request, connection, provider.title, HERE)
    context["flows"] = shown.flows(connection, provider.title)
    if connection is None or connection.state == ConnectionState.DISABLED:
        context["empty"] = _not_connected(provider.title, was=connection is not None)
    if connection is None:
        return render(request, "accounting/overview.html", {**context, "page_tabs": None})
    run = open_run(connection)
    job = Job.objects.filter(id=str(run.job)).first() if run is not None and run.job else None
    context |= {
        "page_status": ConnectionState(connection.state),
        "health": shown.health(connection, provider),
        "expiry": connecting.expiry_warning(connection),
        "numbers": shown.numbers(connection),
        "facts": shown.facts(connection, Manner.of(membership_of(request).organisation)),
        "budget": shown.budget(connection, provider),
        "job": card_of(job) if job is not None and job.visible else None,
        "may_sync": connection.state == ConnectionState.ACTIVE and not is_busy(connection),
        "active": connection.state == ConnectionState.ACTIVE,
        "runs": last_runs(connection),
    }
    return render(request, "accounting/overview.html", context)


def _not_connected(title: str, *, was: bool) -> EmptyState:
    text = (
        f"{title} was disabled: Wharf keeps its own books. The history stays."
        if was
        else f"Wharf keeps stock, orders and costs; {title} keeps the books. Connect them, and "
        "each document goes over once, to the cent."
    )
    action = Link(f"Connect {title}", reverse("accounting:connect"), "plug")
    return EmptyState(f"{title} is not connected", text, "plug", action)


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def sync(request: HttpRequest) -> HttpResponse:
    """Sync now; refused with the reason while a run is under way."""
    start_run(living_connection())
    messages.success(request, "Sync started. You can leave this page.")
    return redirect(next_address(request, fallback="/integrations/quickbooks/"))


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def pause(request: HttpRequest) -> HttpResponse:
    """Send and read nothing until somebody resumes."""
    connecting.pause(living_connection(lock=True))
    messages.success(request, "Paused. What changes waits until you resume.")
    return redirect(HERE)


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def resume(request: HttpRequest) -> HttpResponse:
    """Go on after a pause."""
    connecting.resume(living_connection(lock=True))
    messages.success(request, "Resumed. The next sync takes over what waited.")
    return redirect(HERE)
