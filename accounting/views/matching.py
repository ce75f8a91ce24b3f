"""Match to …: taking an object there for one of our documents (Q25). Calls are made outside
transactions.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounting.domain.answers import There
from accounting.domain.states import Kind
from accounting.engine.provider import provider_named
from accounting.engine.talking import ProviderRefused
from accounting.forms.history import MatchForm
from accounting.models import SyncDocument
from accounting.presenters.frame import frame
from accounting.selectors import document_or_404
from accounting.services.matching_there import candidates, match_to
from accounting.services.sync_documents import Match, name_of
from accounting.views.history import HERE, history_link
from hub.errors import WharfError
from hub.ui.components import Link
from tenants.access import place_errors, tenant_view
from tenants.boundary import tenant_context
from tenants.domain.permissions import Special
from tenants.request import membership_of


@tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
def match(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Candidates there, and the id for one that is not among them."""
    tenant_id = UUID(str(membership_of(request).organisation.id))
    with tenant_context(tenant_id):
        row = document_or_404(document_id)
    form = MatchForm(request.POST or None, initial={"remote_id": request.GET.get("remote_id", "")})
    back = reverse("accounting:history_entry", args=[row.id])
    if request.method == "POST" and form.is_valid():
        try:
            match_to(tenant_id, row.id, form.cleaned_data["remote_id"])
            messages.success(request, f"{name_of(row)} is matched. Nothing was sent.")
            return redirect(back)
        except WharfError as error:
            place_errors(form, error)
    found: list[Match] = []
    problem = ""
    look = "look" in request.GET or request.method == "POST"
    try:
        found = candidates(tenant_id, row) if look else []
    except ProviderRefused as error:
        problem = error.message
    with tenant_context(tenant_id):
        context = _context(request, row, back)
        context |= {"form": form, "rows": [_shown(row, one) for one in found], "problem": problem}
        context["looked"] = look
        status = 422 if form.errors else 200
        return render(request, "accounting/match.html", context, status=status)


def _context(request: HttpRequest, row: SyncDocument, back: str) -> dict[str, Any]:
    context = frame(request, row.connection, f"Match {name_of(row)}", HERE, cancel_url=back)
    context["page_tabs"] = None
    context["breadcrumbs"] = [history_link(), Link(name_of(row), back)]
    context |= {"row": row, "page_lead": f"{Kind(row.kind).label} here; which one is it there?"}
    return context


def _shown(row: SyncDocument, found: Match) -> dict[str, Any]:
    there: There = found.there
    provider = provider_named(row.connection.provider)
    return {
        "there": there,
        "problems": found.problems,
        "url": provider.link(row.connection.realm, there.entity, there.id),
    }
