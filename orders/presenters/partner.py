"""The network panel: how far a document came at the partner, and who has to act."""

from collections.abc import Sequence

from hub.ui.components import Badge, Fact, Link, PlainBadge, SidePanel
from network.models import Connection, Envelope
from network.services.courier import connection_with
from orders.domain.states import NetworkStatus
from orders.models import Bill, SalesOrder, TradeDocument
from orders.presenters.kinds import address_or_nothing
from orders.presenters.manner import Manner

# What each status means to the side that sent the document.
SENT = {
    NetworkStatus.NOT_SENT: "Not sent over the network yet.",
    NetworkStatus.QUEUED: "On its way. Nobody has to do anything.",
    NetworkStatus.DELIVERED: "It arrived. The partner has to open and answer it.",
    NetworkStatus.OPENED: "The partner has seen it and has to answer.",
    NetworkStatus.APPROVED: "The partner agreed.",
    NetworkStatus.CHANGED: "The partner agreed with changes. You have to accept or decline them.",
    NetworkStatus.DECLINED: "The partner declined. Change it and send it again, or void it.",
    NetworkStatus.ASKED: "The partner has a question. Answer it, or change and send again.",
    NetworkStatus.INVOICED: "The partner sent its invoice.",
    NetworkStatus.FAILED: "It could not be delivered. Send it again.",
    NetworkStatus.RETURNED: "It came back. Send it again once you are connected.",
    NetworkStatus.REFUSED: "The partner's side could not read it. Correct it and send it again.",
}
RECEIVED = {
    NetworkStatus.DELIVERED: "It arrived. You have to answer it.",
    NetworkStatus.OPENED: "It arrived, and the partner knows that you opened it.",
}
# Once we answered what the partner sent.
ANSWERED = {
    NetworkStatus.APPROVED: "You approved it, and the partner knows.",
    NetworkStatus.CHANGED: "You offered changes, and the partner knows.",
    NetworkStatus.DECLINED: "You declined it, and the partner knows why.",
    NetworkStatus.ASKED: "You asked the partner and wait for its answer.",
}
# On the side that received the document, the answer is its own.
OUR_ANSWER = {
    NetworkStatus.CHANGED: "You offered changes",
    NetworkStatus.DECLINED: "You declined",
    NetworkStatus.ASKED: "You asked",
}


def network_mark(document: TradeDocument) -> Badge:
    """How far the document came, in words that hold on this side."""
    status = NetworkStatus(document.network_status)
    if getattr(document, "from_network", False) and status in OUR_ANSWER:
        return PlainBadge(OUR_ANSWER[status], status.tone, status.icon)
    return status


def network_panel(
    document: TradeDocument, manner: Manner, *, compare: bool, history: bool
) -> SidePanel | None:
    """The panel, or None where neither side is on the network; two statements.

    `history`: the person may open the envelopes themselves.
    """
    connection = connection_with(document.contact_id)
    status = NetworkStatus(document.network_status)
    if connection is None and status == NetworkStatus.NOT_SENT:
        return None
    last = Envelope.objects.filter(object_id=document.id).order_by("-id").first()
    facts = _facts(document, connection)
    if last is not None:
        facts.append(Fact("Last exchange", manner.moment(last.delivered_at or last.created_at)))
    return SidePanel(
        "Network",
        facts,
        "affiliate",
        network_mark(document),
        _links(last if history else None, compare=compare),
        note=_explained(document, status),
        key="network-panel",
        waits=status == NetworkStatus.QUEUED,
        beside="#document-badges,#timeline",
    )


def _facts(document: TradeDocument, connection: Connection | None) -> list[Fact]:
    partner = connection.partner_name if connection is not None else "Not connected any more"
    facts = [Fact("Partner", partner)]
    if document.partner_number:
        facts.append(Fact("Their number", document.partner_number))
    if document.partner_message:
        facts.append(Fact("They wrote", document.partner_message))
    return facts


def is_received(document: TradeDocument) -> bool:
    """Whether the partner wrote it and it arrived here."""
    return bool(getattr(document, "partner_key", None)) and bool(
        getattr(document, "partner_version", 0)
    )


def _explained(document: TradeDocument, status: NetworkStatus) -> str:
    received = is_received(document) and not document.version
    if isinstance(document, SalesOrder | Bill) or received:
        own_status = document.status
        if own_status == "awaiting_approval":
            return {**RECEIVED, **ANSWERED}.get(status, SENT[status])
        if own_status == "awaiting_consent":
            return "You offered changes. The buyer has to accept or decline them."
        if status in RECEIVED:
            return "You have answered. The partner sees your answer."
    if received:
        return ANSWERED.get(status, SENT[status])
    return SENT[status]


def _links(last: Envelope | None, *, compare: bool) -> Sequence[Link]:
    links = []
    if compare:
        links.append(Link("Compare", "#differences", icon="arrows-diff"))
    page = address_or_nothing("network:envelope", last.id) if last is not None else ""
    if page:
        links.append(Link("Last envelope", page, icon="mail"))
    return links
