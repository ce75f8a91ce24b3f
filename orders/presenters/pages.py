"""The page of one document: head, lines, differences, partner, related documents, timeline."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from hub.money import Money
from hub.ui.components import DiffTable, ErrorPanel, Fact, Link, SidePanel
from orders.comparisons import (
    billed_differently,
    offered_changes,
    proposed_changes,
    requested_changes,
    revised_order,
    superseded_version,
)
from orders.domain.states import NetworkStatus
from orders.forms.review import Changes, MatchForm
from orders.models import (
    Bill,
    CreditNote,
    CreditSide,
    Invoice,
    PurchaseOrder,
    SalesOrder,
    TradeDocument,
    TradeLine,
    TradeOrder,
)
from orders.presenters.buttons import buttons_for, standing_for
from orders.presenters.differences import diff_table
from orders.presenters.kinds import PURCHASE, Kind, address_or_nothing, contact_mark, kind_of
from orders.presenters.manner import Manner
from orders.presenters.partner import is_received, network_mark, network_panel
from orders.presenters.payments import MoneyPanel, money_panel
from orders.presenters.progress import progress_of
from orders.presenters.related import newest_version, related_panel
from orders.presenters.review import review_of
from orders.presenters.timeline import timeline_of
from orders.selectors import lines_of
from orders.services.documents import attributes_of
from orders.services.held_money import held_on
from orders.services.previews import taxes_by_name
from tenants.domain.permissions import Level, Special
from tenants.models import Organisation
from tenants.panels import object_panels
from tenants.selectors import MembershipInForce
from tenants.services.attributes import attributes_in_use, shown_value


def document_context(
    kind: Kind,
    document: TradeDocument,
    member: MembershipInForce,
    *,
    here: str = "",
    then: str = "",
    match_form: MatchForm | None = None,
    changes: Changes | None = None,
) -> dict[str, Any]:
    """Everything that templates/orders/document.html shows; reads only.

    `here` and `then` are the inbox's own page and its next; bound forms show what was refused.
    """
    manner = Manner.of(member.organisation)
    lines = lines_of(document)
    choose_url = _offer(document, member, then) if isinstance(document, PurchaseOrder) else ""
    diffs = differences_of(document, member.organisation, manner, choose_url)
    review = review_of(
        kind,
        document,
        lines,
        member,
        here=here,
        then=then,
        match_form=match_form,
        changes=changes,
    )
    return {
        "page_title": document.number,
        "page_status": kind.status(document),
        "breadcrumbs": [Link(kind.list_title, kind.list_url)],
        "kind": kind,
        "document": document,
        "document_url": kind.url(document),
        "contact": contact_mark(document),
        "contact_url": address_or_nothing("network:contact", document.contact_id),
        "contact_label": kind.contact_label,
        "facts": facts_of(document, manner),
        "badges": badges_of(document),
        "notice": trouble_of(document),
        "lines": lines,
        "dated": any(line.expected_on for line in lines),
        "discounted": any(line.discount_percent for line in lines),
        "totals": totals_of(document, lines),
        "grand": ("Total", document.total),
        "progress": progress_of(document),
        "diffs": diffs,
        "replaced_by": _replaced_by(kind, document),
        "buttons": buttons_for(kind, document, member, then=then),
        "approval": approval_of(document, member),
        "sides": [
            *sides_of(
                document, manner, compare=bool(diffs), history=member.has(Special.NETWORK_PAGE)
            ),
            *object_panels(document._meta.model_name or "", document.id, member),
        ],
        "entries": timeline_of(document),
        "comment_url": kind.url(document, "comment") if member.can(kind.area, Level.EDIT) else "",
        "open_url": _open_url(kind, document, member),
        "review": review,
        "money_panel": _money_panel(document, member),
    }


def approval_of(document: TradeDocument, member: MembershipInForce) -> Fact | None:
    """Who asks for an approval and what for, or why this person may not give it."""
    standing = standing_for(document, member)
    if standing.request is not None:
        asked = standing.request
        who = "You ask" if standing.is_mine else f"{asked.asked_by_name} asks"
        return Fact(f"{who} for approval", f"{asked.note} {standing.refusal}".strip())
    if standing.refusal and member.can(kind_of(document).area, Level.APPROVE):
        return Fact("A colleague has to approve this", standing.refusal)
    return None


def _money_panel(document: TradeDocument, member: MembershipInForce) -> MoneyPanel | None:
    if isinstance(document, Invoice | Bill | CreditNote):
        return money_panel(document, member)
    return None


def _replaced_by(kind: Kind, document: TradeDocument) -> Link | None:
    newest = newest_version(document)
    return Link(newest.number, kind.url(newest)) if newest is not None else None


def facts_of(document: TradeDocument, manner: Manner) -> list[Fact]:
    """The head's facts: numbers of both sides and dates."""
    facts = []
    if document.partner_number:
        facts.append(Fact("Their number", document.partner_number))
    if document.reference and document.reference != document.partner_number:
        facts.append(Fact("Reference", document.reference))
    facts.append(Fact("Date", manner.day(document.issued_on)))
    required = getattr(document, "required_on", None)
    due = getattr(document, "due_on", None)
    facts += _order_facts(document)
    if required:
        facts.append(Fact("Required", manner.day(required)))
    if due:
        facts.append(Fact("Due", manner.day(due)))
    if getattr(document, "valid_until", None):
        facts.append(Fact("Valid until", manner.day(document.valid_until)))  # type: ignore[attr-defined]
    if getattr(document, "reason", ""):
        facts.append(Fact("Reason", document.reason))  # type: ignore[attr-defined]
    if isinstance(document, CreditNote) and _moves_goods(document):
        way = "Goods return to" if document.side == CreditSide.SALE else "Goods leave from"
        facts.append(Fact(way, document.location.name if document.location else "Where they left"))
    if isinstance(document, Invoice) and document.held:
        held = Money(held_on(document), document.currency)
        facts.append(Fact("Settles it again", str(held), "Paid before it was undone."))
    if getattr(document, "delivery_address", ""):
        facts.append(Fact("Deliver to", document.delivery_address))  # type: ignore[attr-defined]
    return facts


def _moves_goods(note: CreditNote) -> bool:
    return bool(note.lines.filter(returned__gt=0).exists())


def _order_facts(document: TradeDocument) -> list[Fact]:
    """Where an order's goods are handled, and what it is told apart by in reports."""
    if not isinstance(document, TradeOrder):
        return []
    named = (
        ("Location", document.location.name if document.location else ""),
        ("Job", document.job),
        ("Sales rep", getattr(document, "sales_rep", "")),
        ("Channel", getattr(document, "channel", "")),
        ("Handling", "" if document.is_advanced else "Simple: all at once"),
        ("Delivery", "Straight to the customer" if _is_drop_ship(document) else ""),
    )
    own = [
        (row.name, shown_value(row, document.attributes))
        for row in attributes_in_use(attributes_of(document))
    ]
    return [Fact(label, value) for label, value in (*named, *own) if value]


def _is_drop_ship(document: TradeOrder) -> bool:
    return isinstance(document, PurchaseOrder) and document.is_drop_ship


def badges_of(document: TradeDocument) -> list[Any]:
    """How far the document has come at the partner, where it was sent."""
    status = NetworkStatus(document.network_status)
    quiet = status == NetworkStatus.NOT_SENT or (is_received(document) and not document.version)
    return [] if quiet else [network_mark(document)]


def trouble_of(document: TradeDocument) -> ErrorPanel | None:
    """What went wrong on the way, and what it means."""
    status = NetworkStatus(document.network_status)
    if status not in NetworkStatus.trouble():
        return None
    words = {
        NetworkStatus.FAILED: "could not be delivered to",
        NetworkStatus.RETURNED: "came back from",
        NetworkStatus.REFUSED: "could not be read by",
    }[status]
    return ErrorPanel(
        f"{document.number} {words} {document.contact.name}.",
        f"{document.partner_message} Nothing changed in the partner's books.".strip(),
    )


def totals_of(document: TradeDocument, lines: Sequence[TradeLine]) -> list[tuple[str, Decimal]]:
    """Net, then each tax by its name."""
    return [("Net", document.net), *taxes_by_name(lines).items()]


def differences_of(
    document: TradeDocument, me: Organisation, manner: Manner, choose_url: str = ""
) -> list[tuple[str, DiffTable]]:
    """What is compared on this page, each with its heading."""
    match document:
        case PurchaseOrder():
            name = document.contact.name
            found = [
                (f"{name} offers changes", offered_changes(document)),
                ("A change that waits for an answer", requested_changes(document, me)),
                (f"Changed by {name} since the version before", revised_order(document)),
            ]
        case SalesOrder():
            found = [
                ("Your changes, waiting for the buyer", proposed_changes(document)),
                ("A change that waits for an answer", requested_changes(document, me)),
                ("Changed by the buyer since the version before", revised_order(document)),
            ]
        case Bill():
            found = [
                ("Changed since the version before", superseded_version(document)),
                ("Compared with your purchase order", billed_differently(document, me)),
            ]
        case _:
            found = []
    return [
        # What the supplier offers comes first, and is the only one to choose from.
        (title, diff_table(one, manner, choose_url if not place else ""))
        for place, (title, one) in enumerate(found)
        if one is not None
    ]


def _offer(order: PurchaseOrder, member: MembershipInForce, then: str) -> str:
    """Where a side is chosen for each line of an offer; "" where nobody may, or one line is all."""
    offer = order.offer
    if offer is None or len(offer["payload"]["changes"]) < 2:
        return ""
    if not member.can(PURCHASE.area, Level.APPROVE):
        return ""
    more = {"offer": offer["message_id"], **({"next": then} if then else {})}
    return f"{PURCHASE.url(order, 'accept-some')}?{urlencode(more)}"


def sides_of(
    document: TradeDocument, manner: Manner, *, compare: bool, history: bool
) -> list[SidePanel]:
    """The right rail."""
    network = network_panel(document, manner, compare=compare, history=history)
    panels = [network, related_panel(document)]
    notes = []
    if document.note:
        notes.append(SidePanel("Note", icon="note", note=document.note))
    if document.internal_note:
        notes.append(SidePanel("Internal note", icon="lock", note=document.internal_note))
    return [panel for panel in panels if panel is not None] + notes


def _open_url(kind: Kind, document: TradeDocument, member: MembershipInForce) -> str:
    """Where the page tells that it was opened, once, or "" where nobody waits for that."""
    news = document.network_status == NetworkStatus.DELIVERED and is_received(document)
    return kind.url(document, "open") if news and member.can(kind.area, Level.EDIT) else ""
