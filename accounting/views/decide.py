"""Deciding about something there whose name or SKU is taken here: link it, or rename it (Q12)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounting.incoming.choices import Decision, decision_of, link_change, take_over_as
from accounting.presenters.frame import frame
from hub.errors import WharfError
from hub.ui.components import Link
from tenants.access import tenant_view
from tenants.domain.permissions import Special

HERE = "accounting:history"


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(special=Special.QUICKBOOKS)
def decide(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Link it to the one here, or take it over under another name."""
    decision = decision_of(change_id)
    name, problem = decision.number, ""
    if request.method == "POST":
        name = request.POST.get("name", "")[:160].strip()
        try:
            return _done(request, decision, name)
        except WharfError as error:
            problem = next(iter(error.fields.values()), [error.message])[0]
    context = frame(request, decision.connection, f"{decision.what} {decision.number}", HERE)
    context["breadcrumbs"] += [Link("Came from there", reverse("accounting:incoming"))]
    context |= {"decision": decision, "name": name, "problem": problem}
    status = 422 if problem else 200
    return render(request, "accounting/decide.html", context, status=status)


def _done(request: HttpRequest, decision: Decision, name: str) -> HttpResponse:
    if "link" in request.POST and decision.target is not None:
        link_change(decision.id, decision.target)
        messages.success(request, f"Linked to {decision.target_name}.")
    else:
        take_over_as(decision.id, name)
        messages.success(request, f"Taken over as {name}.")
    return redirect("accounting:incoming")
