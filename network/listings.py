"""The lists of the network: connections, and what travelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from hub.ui.components import Badge, EmptyState, Link, PlainBadge
from hub.ui.filters import ChoiceFilter
from hub.ui.listing import Column, Listing, ListTab
from network.domain.states import (
    INVITE_GROWS_OLD,
    AnswerState,
    ConnectionStatus,
    DeliveryState,
    Direction,
    PartnerRole,
    ValidationState,
)
from network.envelopes import envelope_kind, kind_label
from network.models import Connection, Envelope


@dataclass(frozen=True, slots=True)
class Badges:
    """Several badges in one cell; `label` is what CSV writes."""

    badges: Sequence[Badge]

    @property
    def label(self) -> str:
        """All of them in words."""
        return "; ".join(str(badge.label) for badge in self.badges)


def status_of(row: Connection) -> ConnectionStatus:
    """The status with its words and tone."""
    return ConnectionStatus(row.status)


def marks_of(row: Connection) -> list[Badge]:
    """What needs attention about an invitation (N4): it bounced, or waits for long."""
    if row.status != ConnectionStatus.WAITING or row.invited_at is None:
        return []
    if row.invite_bounced:
        return [PlainBadge("E-mail came back", "critical", "mail-x")]
    if timezone.now() - row.invited_at > INVITE_GROWS_OLD:
        return [PlainBadge("No answer for over 14 days", "attention", "clock-exclamation")]
    return []


def name_of(row: Connection) -> str:
    """Who it is: our contact, else the partner's own name, else the invited address."""
    return row.contact.name if row.contact else row.partner_name or row.email


def _role(row: Connection) -> str:
    return PartnerRole(row.role).label if row.role else ""


def search_connections(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By contact, partner or invited address."""
    return rows.filter(
        Q(contact__name__icontains=text)
        | Q(partner_name__icontains=text)
        | Q(email__icontains=text)
    )


CONNECTIONS = Listing(
    key="connections",
    title="Trading network",
    noun="connection",
    columns=(
        Column(
            "name",
            "Contact",
            value=name_of,
            primary=True,
            template="network/cells/partner.html",
        ),
        Column("role", "Type", value=_role),
        Column(
            "key",
            "Their key",
            value=lambda row: f"…{row.partner_key_hint}" if row.partner_key_hint else "",
            hide_below="lg",
        ),
        Column("invited_at", "Invite sent", kind="ago", hide_below="md"),
        Column(
            "status",
            "Status",
            value=lambda row: Badges([status_of(row), *marks_of(row)]),
            template="network/cells/badges.html",
        ),
        Column(
            "since",
            "Since",
            kind="date",
            value=lambda row: (
                row.connected_at if row.status == "connected" else row.disconnected_at
            ),
        ),
        Column("last_sent_at", "Last sent", kind="ago", hide_below="lg"),
        Column("last_received_at", "Last received", kind="ago", hide_below="lg"),
        Column("verbs", "Next", value=lambda row: "", template="network/cells/verbs.html"),
    ),
    tabs=(
        ListTab("all", "All"),
        *(ListTab(status.value, status.label, {"status": status}) for status in ConnectionStatus),
    ),
    search=search_connections,
    search_hint="Search contact or address",
    row_url=lambda row: reverse("network:connection", args=[row.pk]),
    template="network/connections.html",
    empty=EmptyState(
        "No partners yet",
        "Invite a customer or supplier by e-mail, or enter the key of a partner who invited you.",
        icon="affiliate",
        action=Link("Send an invite", "/settings/company/network/invite/", icon="mail"),
        learn=Link("How connecting works", "/help/"),
    ),
)


def answer_of(row: Envelope) -> AnswerState | None:
    """The answer to a document; answers and what is about the connection get none."""
    if row.object_type in ("", "connection") or not envelope_kind(row.kind).answered:
        return None
    return AnswerState(row.answer)


ENVELOPES = Listing(
    key="envelopes",
    title="Network history",
    noun="message",
    columns=(
        Column(
            "document",
            "Document",
            value=lambda row: row.label or kind_label(row.kind),
            primary=True,
        ),
        Column("kind", "Kind", value=lambda row: kind_label(row.kind)),
        Column("direction", "Direction", value=lambda row: Direction(row.direction).label),
        Column("partner", "Partner", value="connection.partner_name"),
        Column("delivery", "Delivery", "status", lambda row: DeliveryState(row.delivery)),
        Column("validation", "Checked", "status", lambda row: ValidationState(row.validation)),
        Column("answer", "Answer", "status", answer_of),
        Column("reason", "Reason", hide_below="lg"),
        Column("created_at", "When", kind="ago"),
    ),
    tabs=(
        ListTab("all", "All"),
        ListTab("out", "Sent", {"direction": Direction.OUT}),
        ListTab("in", "Received", {"direction": Direction.IN}),
        ListTab("failed", "Failed", {"delivery": DeliveryState.FAILED}),
        ListTab("returned", "Returned", {"delivery": DeliveryState.RETURNED}),
    ),
    filters=(ChoiceFilter("delivery", "Delivery", DeliveryState.choices),),
    row_url=lambda row: reverse("network:envelope", args=[row.pk]),
    template="network/envelopes.html",
    empty=EmptyState(
        "Nothing has travelled yet",
        "Each order, invoice and answer that goes over the network leaves a line here.",
        icon="history",
    ),
)
