"""Journals there that may be there twice (Q22)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounting.domain.duplicates import FoundJournal
from accounting.domain.states import Kind
from accounting.engine.talking import ProviderRefused
from accounting.forms.advanced import PeriodForm
from accounting.models import Connection
from accounting.presenters.frame import frame, provider_of
from accounting.selectors import known_connection
from accounting.services.duplicate_journals import account_names, delete_journal, journals_there
from hub.errors import WharfError
from hub.ui.components import Link, PlainBadge
from tenants.access import tenant_view
from tenants.boundary import tenant_context
from tenants.domain.permissions import Special
from tenants.request import membership_of

HERE = "accounting:duplicates"
OURS = PlainBadge("Ours", "success", "circle-check")
OTHERS = PlainBadge("Not ours", "neutral", "minus")
LIKELY = PlainBadge("Likely a duplicate", "attention", "copy")


@require_safe
@tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
def duplicates(request: HttpRequest) -> HttpResponse:
    """The journals of a period; they are read there outside of transactions."""
    tenant_id = UUID(str(membership_of(request).organisation.id))
    form = PeriodForm(request.GET if "since" in request.GET else None)
    with tenant_context(tenant_id):
        connection = known_connection()
    problem, found = "", None
    if connection is not None and form.is_valid():
        values = form.cleaned_data
        try:
            found = journals_there(tenant_id, connection.id, values["since"], values["until"])
        except ProviderRefused as error:
            problem = error.message
    with tenant_context(tenant_id):
        context = frame(request, connection, "Duplicate journals", "accounting:advanced")
        context["breadcrumbs"].append(Link("Advanced settings", reverse("accounting:advanced")))
        context |= {"period": form, "problem": problem, "asked": found is not None}
        if connection is not None and found is not None:
            context["rows"] = _shown(connection, found)
            context["likely"] = sum(1 for one in found if one.reason)
        status = 422 if form.errors else 200
        return render(request, "accounting/duplicates.html", context, status=status)


def _shown(connection: Connection, found: list[FoundJournal]) -> list[dict[str, Any]]:
    provider, names = provider_of(connection), account_names(connection)
    entity = provider.entities[Kind.JOURNAL]
    return [
        {
            "id": one.entry.id,
            "number": one.entry.number or one.entry.id,
            "url": provider.link(connection.realm, entity, one.entry.id),
            "on": one.entry.on,
            "note": one.number_here or one.entry.note[:120],
            "reason": one.reason,
            "badge": OURS if one.is_ours else LIKELY if one.reason else OTHERS,
            "sides": [(names.get(key, key), amount) for key, amount in one.entry.sides[:6]],
            "more": max(0, len(one.entry.sides) - 6),
            "deletable": not one.is_ours,
        }
        for one in found
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
def delete(request: HttpRequest) -> HttpResponse:
    """Asks first; then deletes one there, outside of transactions."""
    tenant_id = UUID(str(membership_of(request).organisation.id))
    asked = request.POST if request.method == "POST" else request.GET
    remote_id, where = asked.get("journal", "")[:64], _back(PeriodForm(asked))
    with tenant_context(tenant_id):
        connection = known_connection()
        if request.method != "POST":
            context = frame(request, connection, "Delete this journal there?", HERE)
            context |= {
                "text": f"Journal {asked.get('number', '')[:40] or remote_id} is deleted there. "
                "It does not come back.",
                "fields": [
                    (name, asked.get(name, "")[:64]) for name in ("journal", "since", "until")
                ],
                "action_url": request.path,
                "action_label": "Delete it",
                "cancel_url": where,
            }
            return render(request, "components/confirm_page.html", context)
    try:
        if connection is not None:
            number = delete_journal(tenant_id, connection.id, remote_id)
            messages.success(request, f"Journal {number} was deleted there.")
    except WharfError as error:
        messages.error(request, error.message)
    return redirect(where)


def _back(form: PeriodForm) -> str:
    """The period that was looked at."""
    if not form.is_valid():
        return reverse(HERE)
    values = form.cleaned_data
    return f"{reverse(HERE)}?since={values['since']}&until={values['until']}"
