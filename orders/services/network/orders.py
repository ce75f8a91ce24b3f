"""The supplier's side: a purchase order arrives and becomes a pre-sale (N10); the buyer's
consent; the customer's answer to a sales order of ours (N17)."""

from typing import Any

from django.db.models.functions import Now

from network.domain.states import AnswerState, Direction, PartnerRole
from network.envelopes import Incoming, PayloadRefused, Taken
from network.models import Envelope
from orders.domain.payloads import (
    ConsentPayload,
    OrderAnswerPayload,
    OrderPayload,
    OrderReference,
    SalesOrderPayload,
    check_totals,
    read_payload,
)
from orders.domain.states import NetworkStatus, PurchaseOrderStatus, SalesOrderStatus
from orders.models import PurchaseOrder, PurchaseOrderLine, SalesOrder, SalesOrderLine
from orders.services.bought import fit_sale
from orders.services.documents import lock_document, move, network_news, record
from orders.services.network.lines import rows_from
from orders.services.pre_sales import take_consent
from tenants.services.notifications import notify
from tenants.services.numbers import take_number

HEADER_AMOUNTS = ("net", "tax", "total")


def check_adds_up(payload: Any) -> None:
    """A document whose totals do not follow from its lines is refused with the first difference."""
    wrong = check_totals(payload)
    if wrong:
        raise PayloadRefused(
            f"The document does not add up: {wrong[0].sentence}.", code="does_not_add_up"
        )


def _values(payload: Any) -> dict[str, Any]:
    return {
        "currency": payload.currency,
        "prices_include_tax": payload.prices_include_tax,
        "required_on": payload.expected_on,
        "reference": payload.reference,
        "note": payload.notes,
        "delivery_address": payload.deliver_to.address if payload.deliver_to else "",
        "net": payload.totals.net,
        "tax": payload.totals.tax,
        "total": payload.totals.total,
        "partner_number": payload.number,
        "partner_version": payload.version,
    }


# --- A purchase order arrives at the supplier -------------------------------------------------
def receive_order(incoming: Incoming) -> Taken:
    """A purchase order becomes a pre-sale awaiting approval; a newer version revises it."""
    payload = read_payload(OrderPayload, incoming.payload)
    connection = incoming.connection
    if connection.role != PartnerRole.CUSTOMER or connection.contact is None:
        raise PayloadRefused(
            "You are not connected as a customer of this organisation.", code="wrong_direction"
        )
    check_adds_up(payload)
    existing = (
        SalesOrder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contact")
        .filter(contact=connection.contact, partner_key=payload.document_id)
        .first()
    )
    if existing is not None:
        return _revise(existing, payload)
    order = SalesOrder(
        contact=connection.contact,
        number=take_number("sales_order"),
        status=SalesOrderStatus.AWAITING_APPROVAL,
        from_network=True,
        issued_on=payload.ordered_on,
        partner_key=payload.document_id,
        request=payload.model_dump(mode="json"),
        network_status=NetworkStatus.DELIVERED,
        created_by_name=connection.partner_name,
        **_values(payload),
    )
    rows = rows_from(SalesOrderLine, payload, connection.contact.id, sender="buyer")
    order.save(force_insert=True)
    for row in rows:
        row.order = order
    SalesOrderLine.objects.bulk_create(rows)
    record(order, "received", f"{payload.number} received from {connection.partner_name}")
    _tell(order, f"{connection.partner_name} sent purchase order {payload.number}")
    return Taken("sales_order", order.id, order.number)


def _tell(order: SalesOrder, title: str) -> None:
    notify(
        "orders.received",
        title,
        body=f"{title}. It is {order.number} here and waits for approval.",
        url=f"/sales/{order.id}/",
        about=order.id,
    )


def _revise(order: SalesOrder, payload: OrderPayload) -> Taken:
    if payload.version <= order.partner_version:
        return Taken("sales_order", order.id, order.number)
    if order.status in (SalesOrderStatus.AUTHORISED, SalesOrderStatus.COMPLETED):
        raise PayloadRefused(
            f"{order.number} is accepted already, so a new version cannot replace it. "
            "Ask the supplier to recall the approval first.",
            code="already_accepted",
        )
    if order.status == SalesOrderStatus.VOID:
        raise PayloadRefused("This order was voided before.", code="voided")
    move(
        order,
        "revise",
        proposal=None,
        request=payload.model_dump(mode="json"),
        network_status=NetworkStatus.DELIVERED,
        **_values(payload),
    )
    order.lines.all().delete()
    rows = rows_from(SalesOrderLine, payload, order.contact_id, sender="buyer")
    for row in rows:
        row.order = order
    SalesOrderLine.objects.bulk_create(rows)
    fit_sale(order)
    record(order, "revised", f"Version {payload.version} of {payload.number} received")
    _tell(order, f"{order.contact.name} changed purchase order {payload.number}")
    return Taken("sales_order", order.id, order.number)


# --- The buyer answers our changes -------------------------------------------------------------
def receive_consent(incoming: Incoming) -> Taken:
    """The buyer accepted or declined what we offered instead."""
    payload = read_payload(ConsentPayload, incoming.payload)
    order = _sale_of(incoming, payload.document_id)
    proposal = order.proposal or {}
    if proposal.get("message_id") != str(payload.answer_message_id):
        raise PayloadRefused("These changes were recalled or replaced meanwhile.", code="recalled")
    accepted = payload.consent == "accepted"
    taken = payload.accepted or ()
    take_consent(order, accepted=accepted, text=payload.text, taken=taken)
    answer = "accepted" if accepted else "accepted some of" if taken else "declined"
    notify(
        "orders.consent",
        f"{order.contact.name} {answer} the changes to {order.number}",
        body=payload.text,
        url=f"/sales/{order.id}/",
        about=order.id,
    )
    return Taken("sales_order", order.id, order.number)


def _sale_of(incoming: Incoming, document_id: Any) -> SalesOrder:
    contact = incoming.connection.contact
    order = (
        SalesOrder.objects.filter(contact=contact, partner_key=document_id).first()
        if contact is not None
        else None
    )
    if order is None:
        raise PayloadRefused("We do not have this order.", code="unknown_document")
    return lock_document(SalesOrder, order.id)


# --- N17: a sales order travels to the customer ------------------------------------------------
def receive_sales_order(incoming: Incoming) -> Taken:
    """A supplier's sales order: confirms our purchase order, or is one that we may approve."""
    payload = read_payload(SalesOrderPayload, incoming.payload)
    connection = incoming.connection
    if connection.role != PartnerRole.SUPPLIER or connection.contact is None:
        raise PayloadRefused(
            "You are not connected as a supplier of this organisation.", code="wrong_direction"
        )
    check_adds_up(payload)
    if payload.answers is not None:
        return _confirm(incoming, payload, payload.answers)
    existing = (
        PurchaseOrder.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contact")
        .filter(contact=connection.contact, partner_key=payload.document_id)
        .first()
    )
    if existing is not None and payload.version <= existing.partner_version:
        return Taken("purchase_order", existing.id, existing.number)
    if existing is not None:
        move(existing, "revise", network_status=NetworkStatus.DELIVERED, **_values(payload))
        existing.lines.all().delete()
        order, verb, did = existing, "revised", "changed"
    else:
        order, verb, did = _new_offered_order(incoming, payload), "received", "sent"
    rows = rows_from(PurchaseOrderLine, payload, connection.contact.id, sender="seller")
    for row in rows:
        row.order = order
    PurchaseOrderLine.objects.bulk_create(rows)
    title = f"{connection.partner_name} {did} sales order {payload.number}"
    version = f"Version {payload.version} of " if existing is not None else ""
    record(order, verb, f"{version}{payload.number} received from {connection.partner_name}")
    notify(
        "orders.offered",
        title,
        body=f"{title}. It is {order.number} here and waits for approval.",
        url=f"/purchases/{order.id}/",
        about=order.id,
    )
    return Taken("purchase_order", order.id, order.number)


def _new_offered_order(incoming: Incoming, payload: SalesOrderPayload) -> PurchaseOrder:
    assert incoming.connection.contact is not None
    order = PurchaseOrder(
        contact=incoming.connection.contact,
        number=take_number("purchase_order"),
        status=PurchaseOrderStatus.AWAITING_APPROVAL,
        issued_on=payload.ordered_on,
        partner_key=payload.document_id,
        network_status=NetworkStatus.DELIVERED,
        created_by_name=incoming.connection.partner_name,
        **_values(payload),
    )
    order.save(force_insert=True)
    return order


def _confirm(incoming: Incoming, payload: SalesOrderPayload, answers: OrderReference) -> Taken:
    order = (
        PurchaseOrder.objects.select_related("contact")
        .filter(id=answers.document_id, contact=incoming.connection.contact)
        .first()
    )
    if order is None:
        raise PayloadRefused(
            "We do not have the purchase order it answers.", code="unknown_document"
        )
    network_news(order, NetworkStatus.APPROVED, partner_number=payload.number)
    record(
        order,
        "confirmed",
        f"{order.contact.name} confirmed {order.number} with sales order {payload.number}",
    )
    return Taken("purchase_order", order.id, order.number)


def receive_sales_order_answer(incoming: Incoming) -> Taken:
    """The customer approved or declined the sales order that we sent."""
    payload = read_payload(OrderAnswerPayload, incoming.payload)
    contact = incoming.connection.contact
    order = SalesOrder.objects.select_related("contact").filter(id=payload.document_id).first()
    if order is None or contact is None or order.contact_id != contact.id:
        raise PayloadRefused("We do not have this order.", code="unknown_document")
    news, answer = ANSWERS[payload.answer]
    text = answer_text(payload)
    network_news(order, news, partner_message=text, partner_number=payload.answer_number)
    answered(order.id, "sales_order", answer)
    record(order, f"partner_{payload.answer}", f"{answer.label}. {text}".strip())
    notify(
        "orders.answered",
        f"{order.contact.name}: {order.number} {answer.label.lower()}",
        body=text,
        url=f"/sales/{order.id}/",
        about=order.id,
    )
    return Taken("sales_order", order.id, order.number)


ANSWERS: dict[str, tuple[NetworkStatus, AnswerState]] = {
    "approved": (NetworkStatus.APPROVED, AnswerState.APPROVED),
    "changed": (NetworkStatus.CHANGED, AnswerState.CHANGED),
    "declined": (NetworkStatus.DECLINED, AnswerState.DECLINED),
    "asked": (NetworkStatus.ASKED, AnswerState.ASKED),
    "query": (NetworkStatus.ASKED, AnswerState.ASKED),
}


def answer_text(payload: Any) -> str:
    """A reason and its words as one sentence."""
    reason = payload.reason.label if payload.reason is not None else ""
    return ". ".join(part for part in (reason, payload.text) if part)


def answered(object_id: Any, object_type: str, answer: AnswerState) -> None:
    """Note the partner's answer on the envelope that it answers: our last one of the document."""
    last = (
        Envelope.objects.filter(
            object_id=object_id,
            object_type=object_type,
            direction=Direction.OUT,
            kind__in=("order", "sales_order", "invoice"),
        )
        .order_by("-id")
        .values("id")[:1]
    )
    changes: dict[str, Any] = {"answer": answer}
    changes["opened_at" if answer is AnswerState.OPENED else "answered_at"] = Now()
    rows = Envelope.objects.filter(id__in=last)
    if answer is AnswerState.OPENED:
        rows = rows.filter(answer=AnswerState.NONE)
    rows.update(**changes)
