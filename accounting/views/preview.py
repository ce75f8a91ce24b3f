"""What a sync would do, before it does it (Q26)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounting.domain.states import Kind
from accounting.presenters.fixes import PAGES
from accounting.presenters.frame import frame
from accounting.selectors import known_connection
from accounting.services.preview import PREVIEW_JOB, latest_preview, start_preview
from accounting.services.runs import living_connection
from hub.errors import InvalidInput
from hub.ui.components import PlainBadge
from tenants.access import tenant_view
from tenants.domain.permissions import Special
from tenants.links import object_url
from tenants.models import Job, JobState
from tenants.views.news import card_of

HERE = "accounting:preview"
WHAT = {
    "create": PlainBadge("Created", "info", "plus"),
    "update": PlainBadge("Changed", "info", "pencil"),
    "void": PlainBadge("Voided", "attention", "ban"),
    "skip": PlainBadge("Skipped", "neutral", "player-skip-forward"),
    "wait": PlainBadge("Waits", "neutral", "hourglass"),
    "attention": PlainBadge("Needs attention", "attention", "alert-triangle"),
}
COLUMNS = ("create", "update", "void", "same", "skip", "wait", "attention")


def day_from(text: str) -> date | None:
    """A day that was entered; None for nothing. Raises InvalidInput (`since`)."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        message = "Write a date such as 2026-04-01."
        raise InvalidInput(message, fields={"since": [message]}) from error


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def preview(request: HttpRequest) -> HttpResponse:
    """The latest preview, and where a new one is asked for."""
    context = frame(request, known_connection(), "Preview", HERE)
    job = _asked(request) or latest_preview()
    if job is not None:
        context["job"] = replace(card_of(job), result_link=None)
        if job.state == JobState.DONE and "totals" in job.result:
            context |= _found(job.result)
    context["since"] = request.GET.get("since", "")[:10]
    return render(request, "accounting/preview.html", context)


def _asked(request: HttpRequest) -> Job | None:
    try:
        key = UUID(request.GET.get("job", ""))
    except ValueError:
        return None
    return Job.objects.filter(kind=PREVIEW_JOB, id=key).first()


def _found(result: dict[str, Any]) -> dict[str, Any]:
    counts = [
        (Kind(kind).label, [found.get(name, 0) for name in COLUMNS])
        for kind, found in sorted(result["counts"].items(), key=lambda one: Kind(one[0]).rank)
    ]
    rows = [
        {
            **row,
            "kind": Kind(row["kind"]).label,
            "badge": WHAT[row["what"]],
            "url": object_url(PAGES.get(row["kind"], ""), UUID(row["id"])),
        }
        for row in sorted(result["rows"], key=lambda row: row["what"] != "attention")
    ]
    return {
        "counts": counts,
        "totals": [result["totals"].get(name, 0) for name in COLUMNS],
        "rows": rows,
        "left_out": result["left_out"],
        "reasons": result["reasons"],
        "accounts": result["accounts"],
        "differences": [
            {**one, "url": object_url(PAGES.get(one["kind"], ""), UUID(one["item"]))}
            for one in result.get("differences", [])
        ],
        "more_differences": result.get("more_differences", 0),
        "cogs_tomorrow": result.get("cogs_tomorrow", False),
    }


@require_POST
@tenant_view(special=Special.QUICKBOOKS)
def begin(request: HttpRequest) -> HttpResponse:
    """Work a preview out; nothing is sent."""
    job = start_preview(living_connection(), day_from(request.POST.get("since", "")))
    messages.success(request, "The preview is being worked out. Nothing is sent.")
    return redirect(f"{reverse(HERE)}?job={job.id}")
