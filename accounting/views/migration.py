"""The page of a migration: how far it is, going on after an error, going back (Q8)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounting.domain.states import ConnectionState
from accounting.services.migrating import go_back, go_on, migration_of
from accounting.services.runs import living_connection
from accounting.views.wizard_frame import GALLERY, PROVIDER, overview_link
from hub.errors import Conflict
from tenants.access import tenant_view
from tenants.domain.permissions import Special
from tenants.models import Job, JobState
from tenants.views.news import card_of


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def page(request: HttpRequest) -> HttpResponse:
    """Progress; or the error, with both ways out."""
    connection = living_connection(PROVIDER)
    run = migration_of(connection)
    if run is None:
        return redirect("accounting:wizard")
    job = Job.objects.filter(id=str(run.job or run.id)).first()
    migrating = connection.state == ConnectionState.MIGRATING
    stopped = job is None or job.state in (JobState.FAILED, JobState.CANCELLED)
    context = {
        "page_title": f"Migration from {connection}",
        "page_form": True,
        "breadcrumbs": [GALLERY, overview_link()],
        "job": card_of(job) if job is not None else None,
        "connection": connection,
        "run": run,
        "migrating": migrating,
        "stopped": migrating and stopped,
        "done": connection.connected_at is not None and not migrating,
        "back": not migrating and connection.connected_at is None,
        "overview": overview_link(),
    }
    return render(request, "accounting/wizard/migration.html", context)


@require_POST
@tenant_view(special=Special.QUICKBOOKS, while_locked=True)
def back(request: HttpRequest) -> HttpResponse:
    """Undo it to where it was."""
    connection = living_connection(PROVIDER, lock=True)
    try:
        go_back(connection)
    except Conflict as error:
        messages.warning(request, error.message)
        return redirect("accounting:migration")
    messages.success(request, "Everybody can work again. The wizard keeps your answers.")
    return redirect("accounting:wizard")


@require_POST
@tenant_view(special=Special.QUICKBOOKS, while_locked=True)
def again(request: HttpRequest) -> HttpResponse:
    """Go on from the step where it stopped."""
    go_on(living_connection(PROVIDER, lock=True))
    messages.success(request, "The migration goes on.")
    return redirect("accounting:migration")
