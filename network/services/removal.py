"""Removing a connection (N13). Documents that arrived stay; those on their way come back."""

from uuid import UUID

from django.db.models.functions import Now

from hub.errors import Conflict, NotFound
from network.domain.payload_base import read_payload
from network.domain.payloads import DisconnectPayload
from network.domain.states import ConnectionStatus
from network.envelopes import EnvelopeKind, Incoming, Taken
from network.models import Connection, Contact
from network.services.courier import Posting, post_envelope, return_queued
from tenants.services.activity import log_activity
from tenants.services.notifications import notify

PAGE = "/settings/company/network/"


def remove_connection(connection_id: UUID, reason: str = "") -> Connection:
    """Remove the connection here at once and tell the partner. Raises NotFound, Conflict."""
    row = (
        Connection.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contact")
        .filter(id=connection_id)
        .first()
    )
    if row is None:
        raise NotFound("This connection does not exist.")
    if row.status != ConnectionStatus.CONNECTED or row.link is None:
        raise Conflict("This connection was removed already; reload the page to see it.")
    payload = DisconnectPayload(link_id=row.link, reason=reason.strip())
    returned = _disconnect(row, "You removed the connection.")
    post_envelope(row, Posting("disconnect", payload))
    log_activity(
        "network.removed",
        f"Removed the connection with {row.partner_name}; {returned} on the way came back",
        about=row,
        label=row.partner_name,
    )
    return row


def receive_disconnect(incoming: Incoming) -> Taken:
    """The partner removed the connection."""
    payload = read_payload(DisconnectPayload, incoming.payload)
    row = incoming.connection
    if row.status == ConnectionStatus.CONNECTED and row.link == payload.link_id:
        reason = f"{row.partner_name} removed the connection."
        if payload.reason:
            reason = f"{reason} {payload.reason}"
        _disconnect(row, reason)
        log_activity("network.removed", reason, about=row, label=row.partner_name)
        notify(
            "network.removed",
            f"{row.partner_name} removed the connection",
            body=f"{reason} Documents that arrived stay; nothing more is exchanged.",
            url=PAGE,
            about=row.id,
        )
    return Taken("connection", row.id, row.partner_name)


def _disconnect(row: Connection, reason: str) -> int:
    row.status = ConnectionStatus.DISCONNECTED
    row.disconnected_at = Now()
    row.disconnect_reason = reason
    row.partner_sends_invoices = False
    row.partner_takes_in_invoices = False
    row.save()
    if row.contact is not None:
        Contact.objects.filter(id=row.contact.id).update(connected=False)
    return return_queued(row, reason)


DISCONNECT_KIND = EnvelopeKind(
    "disconnect", "Removal of the connection", receive_disconnect, about_connection=True
)
