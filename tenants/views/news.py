"""A person's notifications and how they want them; jobs."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from hub.errors import NotFound
from hub.ui.components import JobCard, Link, Outcome
from hub.ui.jobs import job_response
from hub.ui.listing import listing_response
from tenants.access import require, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.forms.access import kinds_for
from tenants.listings import JOBS, NOTIFICATIONS
from tenants.models import Job, JobLog, JobState, Notification
from tenants.request import membership_of, next_address, person
from tenants.selectors import preferences_of
from tenants.services.jobs import cancel_job, retry_job
from tenants.services.notifications import mark_read, save_preferences

HERE = Link("Notifications", "/notifications/")
JOBS_LINK = Link("Jobs", "/settings/jobs/")
MOST_LINES = 200


@require_safe
@tenant_view()
def notifications(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first."""
    rows = Notification.objects.filter(user_id=person(request).id)
    return listing_response(request, NOTIFICATIONS, rows)


@require_POST
@tenant_view()
def open_notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Mark one as read and go to what it is about."""
    user_id = person(request).id
    row = Notification.objects.filter(id=notification_id, user_id=user_id).first()
    if row is None:
        raise NotFound("This notification does not exist.")
    mark_read(user_id, row.id)
    safe = row.url.startswith("/") and url_has_allowed_host_and_scheme(row.url, None)
    return redirect(row.url if safe and "stay" not in request.POST else HERE.url)


@require_POST
@tenant_view()
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of the person's as read."""
    mark_read(person(request).id)
    messages.success(request, "All notifications marked read.")
    return redirect("tenants:notifications")


@tenant_view()
def preferences(request: HttpRequest) -> HttpResponse:
    """How the person wants each kind: in the app, by e-mail (A2)."""
    user_id, kinds = person(request).id, kinds_for(membership_of(request))
    if request.method == "POST":
        save_preferences(
            user_id,
            {
                k.name: (f"app-{k.name}" in request.POST, f"mail-{k.name}" in request.POST)
                for k in kinds
            },
        )
        messages.success(request, "Preferences saved.")
        return redirect("tenants:preferences")
    kept = preferences_of(user_id)
    context = {
        "page_title": "Notification preferences",
        "page_form": True,
        "breadcrumbs": [HERE],
        "rows": [(kind, *kept.get(kind.name, (True, True))) for kind in kinds],
    }
    return render(request, "tenants/preferences.html", context)


def _jobs(request: HttpRequest) -> QuerySet[Job]:
    """The jobs that a person may see: their own, or all with the right on company settings."""
    rows = Job.objects.filter(visible=True)
    if membership_of(request).can(Area.COMPANY):
        return rows
    return rows.filter(created_by=person(request).id)


def _job(request: HttpRequest, job_id: UUID, level: Level = Level.VIEW) -> Job:
    """One's own job, or a colleague's with the right. Raises NotFound, PermissionDenied."""
    row = Job.objects.filter(visible=True, id=job_id).first()
    if row is None:
        raise NotFound("This job does not exist.")
    if row.created_by != person(request).id:
        require(membership_of(request), Area.COMPANY, level)
    return row


@require_safe
@tenant_view()
def jobs(request: HttpRequest) -> HttpResponse:
    """Long work and how far it is (A5)."""
    return listing_response(request, JOBS, _jobs(request))


@require_safe
@tenant_view()
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job: its card, its log."""
    row = _job(request, job_id)
    context = {
        "page_title": row.title or row.kind,
        "breadcrumbs": [JOBS_LINK],
        "row": row,
        "job": card_of(row),
        "lines": JobLog.objects.filter(job=row).order_by("id")[:MOST_LINES],
        "failed": row.state == JobState.FAILED,
    }
    return render(request, "tenants/job.html", context)


@require_safe
@tenant_view()
def job_card(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What the card asks for every two seconds; the answer ends the asking when the job ends."""
    return job_response(request, card_of(_job(request, job_id)))


def card_of(row: Job) -> JobCard:
    """A job as its card shows it."""
    ended = row.finished_at or timezone.now()
    failures = row.result.get("failures", [])
    link = row.result.get("link")
    return JobCard(
        title=row.title or row.kind,
        state=row.state,
        state_label=JobState(row.state).label,
        poll_url=f"/settings/jobs/{row.id}/card/",
        done=row.progress_done,
        total=row.progress_total,
        step="Stopping …" if row.wanted == "cancel" else row.step,
        elapsed_seconds=(ended - row.created_at).total_seconds(),
        cancel_url=f"/settings/jobs/{row.id}/cancel/",
        result=str(row.result.get("text", "")),
        result_link=Link(str(link[0]), str(link[1]), "download") if link else None,
        error=row.error,
        failures=[Outcome(*map(str, one)) for one in failures],
        outcomes=[Outcome(*map(str, one)) for one in row.result.get("outcomes", [])],
    )


@require_POST
@tenant_view(while_locked=True)
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stop a job: at once when it waits, at its next step when it runs."""
    row = cancel_job(_job(request, job_id, Level.EDIT).id)
    running = row.state == JobState.RUNNING
    messages.success(request, "Asked the job to stop." if running else "Job stopped.")
    return redirect(next_address(request, fallback=f"/settings/jobs/{job_id}/"))


@require_POST
@tenant_view()
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Try a failed job again."""
    retry_job(_job(request, job_id, Level.EDIT).id)
    messages.success(request, "Job started again.")
    return redirect(f"/settings/jobs/{job_id}/")
