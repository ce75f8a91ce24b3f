"""What travelled over the network, message by message (N14)."""

import json
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from hub.errors import Conflict
from hub.ui.components import Fact, Link
from hub.ui.listing import listing_response
from network.domain.states import AnswerState, DeliveryState, Direction, ValidationState
from network.envelopes import kind_label
from network.listings import ENVELOPES, answer_of
from network.models import Envelope
from network.selectors import envelope_or_404, envelopes
from network.services.courier import send_again
from network.views.connections import HERE, SETTINGS, network_tabs
from tenants.access import tenant_view
from tenants.domain.permissions import Special
from tenants.links import object_url

HISTORY = Link("History", "/network/envelopes/")


@require_safe
@tenant_view(special=Special.NETWORK_PAGE)
def envelope_list(request: HttpRequest) -> HttpResponse:
    """Every message, newest first."""
    context = {"breadcrumbs": [SETTINGS, HERE], "page_tabs": network_tabs("history")}
    return listing_response(request, ENVELOPES, envelopes(), context)


@require_safe
@tenant_view(special=Special.NETWORK_PAGE)
def envelope(request: HttpRequest, envelope_id: UUID) -> HttpResponse:
    """One message: its receipt, its check and its answer apart, and what it says."""
    row = envelope_or_404(envelope_id)
    context = {
        "page_title": f"{kind_label(row.kind)} {row.label}".strip(),
        "breadcrumbs": [SETTINGS, HERE, HISTORY],
        "row": row,
        "facts": _facts(row),
        "states": [
            ("Delivery", DeliveryState(row.delivery), row.delivered_at),
            ("Checked", ValidationState(row.validation), row.delivered_at),
            *_answer(row),
        ],
        "payload": json.dumps(json.loads(row.payload), indent=2, ensure_ascii=False),
        "failed": row.direction == Direction.OUT and row.delivery == DeliveryState.FAILED,
    }
    return render(request, "network/envelope.html", context)


def _answer(row: Envelope) -> list[tuple[str, AnswerState, datetime | None]]:
    answer = answer_of(row)
    return [("Answer", answer, row.answered_at or row.opened_at)] if answer else []


def _document(row: Envelope) -> str:
    """Our own document that it carries or became, as a link where it has a page."""
    url = object_url(row.object_type, row.object_id)
    label = row.label or kind_label(row.kind)
    return format_html('<a href="{}">{}</a>', url, label) if url else label


def _facts(row: Envelope) -> list[Fact]:
    return [
        Fact("Document", _document(row)),
        Fact("Direction", Direction(row.direction).label),
        Fact("Partner", row.connection.partner_name),
        Fact("Version", row.version),
        Fact("Tries", row.attempts or ""),
        Fact("Message", row.message_id),
        Fact("SHA-256", row.sha256),
    ]


@require_POST
@tenant_view(special=Special.NETWORK_PAGE)
def again(request: HttpRequest, envelope_id: UUID) -> HttpResponse:
    """Send a message again whose delivery failed."""
    row = envelope_or_404(envelope_id)
    if row.direction != Direction.OUT or row.delivery != DeliveryState.FAILED:
        raise Conflict("Only a message whose delivery failed can be sent again.")
    send_again(row)
    messages.success(request, f"{row.label or kind_label(row.kind)} is sent again.")
    return redirect("network:envelope", envelope_id)
