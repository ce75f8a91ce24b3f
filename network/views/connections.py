"""Settings → Company → Trading network: the key, the connections, one connection."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hub.ui.components import Fact, Link, Tab
from hub.ui.listing import listing_response
from network.domain.keys import mask_key
from network.domain.states import ConnectionStatus, PartnerRole
from network.forms.connecting import AcceptForm, RefuseForm
from network.listings import CONNECTIONS, marks_of, name_of, status_of
from network.models import Connection
from network.selectors import (
    connection_or_404,
    connections,
    count_on_the_way,
    count_open_invitations,
    envelopes,
)
from network.services.handshake import accept_wanting, refuse_wanting
from network.services.invitations import invite_again, withdraw_invitation
from network.services.keys import replace_key, reveal_key
from network.services.removal import remove_connection
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Special
from tenants.timeline import timeline_of

SETTINGS = Link("Settings", "/settings/")
HERE = Link("Trading network", "/settings/company/network/")
LATEST = 8


def network_tabs(active: str) -> list[Tab]:
    """Connections and history."""
    return [
        Tab("Connections", reverse("network:connections"), active=active == "connections"),
        Tab("History", reverse("network:envelopes"), active=active == "history"),
    ]


@require_safe
@tenant_view(special=Special.NETWORK_PAGE)
def connection_list(request: HttpRequest) -> HttpResponse:
    """The connections table (N4), and our key: masked until somebody asks to see it."""
    key, shown = reveal_key(), request.GET.get("key") == "shown"
    context = {
        "breadcrumbs": [SETTINGS],
        "page_tabs": network_tabs("connections"),
        "key": key if shown else mask_key(key),
        "key_shown": shown,
    }
    return listing_response(request, CONNECTIONS, connections(), context)


@tenant_view(special=Special.NETWORK_PAGE)
def replace(request: HttpRequest) -> HttpResponse:
    """Ask before the key is replaced, then replace it (N2)."""
    if request.method == "POST":
        replace_key()
        messages.success(request, "Network key replaced.")
        return redirect(reverse("network:connections") + "?key=shown")
    count = count_open_invitations()
    context = {
        "page_title": "Replace the network key?",
        "breadcrumbs": [SETTINGS, HERE],
        "consequences": [
            f"Open invitations carry the old key and become void ({count} now). Send them again.",
            "Somebody who enters the old key is told that it does not fit.",
            "Partners who are connected stay connected.",
        ],
        "action_url": request.path,
        "action_label": "Replace key",
        "cancel_url": HERE.url,
    }
    return render(request, "components/confirm_page.html", context)


@require_safe
@tenant_view(special=Special.NETWORK_PAGE)
def connection(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """One connection: who it is, how it stands, what can be done."""
    return _connection_page(request, connection_or_404(connection_id))


def _connection_page(
    request: HttpRequest, row: Connection, *, forms: dict[str, BaseForm] | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "page_title": name_of(row),
        "page_status": status_of(row),
        "breadcrumbs": [SETTINGS, HERE],
        "row": row,
        "marks": marks_of(row),
        "facts": _facts(row),
        "latest": envelopes().filter(connection=row).order_by("-id")[:LATEST],
        "entries": timeline_of(row.id),
        "accept": AcceptForm(),
        "refuse": RefuseForm(),
        **_removal(row),
        **(forms or {}),
    }
    status = 422 if forms else 200
    return render(request, "network/connection.html", context, status=status)


def _facts(row: Connection) -> list[Fact]:
    role = PartnerRole(row.role).label if row.role else ""
    hint = f"…{row.partner_key_hint}" if row.partner_key_hint else ""
    facts = [
        Fact("Partner", row.partner_name),
        Fact("Legal name", row.partner_legal_name),
        Fact("Tax number", row.partner_tax_number),
        Fact("Type", role),
        Fact("E-mail", row.email),
        Fact("Their key", hint),
    ]
    if row.status == ConnectionStatus.DISCONNECTED:
        facts.append(Fact("Why it ended", row.disconnect_reason))
    return [fact for fact in facts if fact.value]


def _removal(row: Connection) -> dict[str, Any]:
    count = count_on_the_way(row) if row.status == ConnectionStatus.CONNECTED else 0
    return {
        "consequences": [
            "Orders and invoices no longer go over the network, in either direction.",
            f"{row.partner_name} is told, and its table shows Disconnected too.",
            f"Messages on their way come back to their sender: {count} of ours now.",
            "Documents that were delivered stay, on both sides.",
        ],
        "remove_url": reverse("network:remove", args=[row.pk]),
    }


@require_POST
@tenant_view(special=Special.NETWORK_PAGE)
def again(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Send the invitation once more."""
    row = invite_again(connection_id)
    messages.success(request, f"Invited {row.email} again.")
    return redirect("network:connections")


@require_POST
@tenant_view(special=Special.NETWORK_PAGE)
def withdraw(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    withdraw_invitation(connection_id)
    messages.success(request, "Invitation withdrawn.")
    return redirect("network:connections")


@require_POST
@tenant_view(special=Special.NETWORK_PAGE)
def accept(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Accept somebody who wants to connect, as one of our contacts or as a new one."""
    form = AcceptForm(request.POST)
    if form.is_valid():
        contact = form.cleaned_data["contact"]
        with errors_to(form):
            row = accept_wanting(connection_id, contact.id if contact else None)
            messages.success(request, f"Connected with {row.partner_name}.")
    if form.errors:
        return _connection_page(request, connection_or_404(connection_id), forms={"accept": form})
    return redirect("network:connection", connection_id)


@require_POST
@tenant_view(special=Special.NETWORK_PAGE)
def refuse(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Refuse somebody who wants to connect."""
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _connection_page(request, connection_or_404(connection_id), forms={"refuse": form})
    row = refuse_wanting(connection_id, form.cleaned_data["reason"])
    messages.success(request, f"Refused {row.partner_name}.")
    return redirect("network:connections")


@tenant_view(special=Special.NETWORK_PAGE)
def remove(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Ask before a connection is removed (N13), then remove it."""
    if request.method == "POST":
        gone = remove_connection(connection_id)
        messages.success(request, f"Removed the connection with {gone.partner_name}.")
        return redirect("network:connections")
    row = connection_or_404(connection_id)
    context = {
        "page_title": f"Remove the connection with {row.partner_name}?",
        "breadcrumbs": [SETTINGS, HERE],
        **_removal(row),
        "action_url": request.path,
        "action_label": "Yes, remove the network",
        "cancel_url": reverse("network:connection", args=[row.pk]),
    }
    return render(request, "components/confirm_page.html", context)
