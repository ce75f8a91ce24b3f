"""The buyer's side: the supplier's answer to a purchase order; and for both sides: opened,
withdrawn, delivered, failed."""

from typing import Any

from network.domain.states import AnswerState, DeliveryState, ValidationState
from network.envelopes import Incoming, PayloadRefused, Taken
from network.models import Envelope
from orders.domain.payloads import (
    OpenedPayload,
    OrderAnswerPayload,
    WithdrawPayload,
    read_payload,
)
from orders.domain.states import (
    BillStatus,
    NetworkStatus,
    PurchaseOrderStatus,
    SalesOrderStatus,
)
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder, TradeDocument
from orders.services.bought import fit_sale
from orders.services.documents import (
    KINDS,
    lock_document,
    move,
    network_news,
    record,
    set_network_status,
)
from orders.services.network.orders import ANSWERS, answer_text, answered
from orders.services.sending import MODELS
from tenants.services.notifications import notify

PATHS = {
    "purchase_order": "purchases",
    "sales_order": "sales",
    "invoice": "invoices",
    "bill": "bills",
}


def receive_order_answer(incoming: Incoming) -> Taken:
    """The supplier approved, approved with changes, declined or asked."""
    payload = read_payload(OrderAnswerPayload, incoming.payload)
    order = _own_document(PurchaseOrder, incoming, payload.document_id)
    if payload.document_version != order.version:
        raise PayloadRefused(
            f"The answer is about version {payload.document_version}; "
            f"{order.number} is at version {order.version}.",
            code="other_version",
        )
    if order.status not in (PurchaseOrderStatus.AUTHORISED, PurchaseOrderStatus.COMPLETED):
        raise PayloadRefused(f"{order.number} is not open any more at the buyer.", code="not_open")
    news, answer = ANSWERS[payload.answer]
    text = answer_text(payload)
    changes: dict[str, Any] = {
        "partner_message": text,
        "partner_number": payload.answer_number or order.partner_number,
        "offer": None,
    }
    if payload.answer == "changed":
        changes["offer"] = {
            "message_id": str(incoming.message_id),
            "payload": payload.model_dump(mode="json"),
        }
    network_news(order, news, **changes)
    answered(order.id, "purchase_order", answer)
    record(
        order,
        f"partner_{payload.answer}",
        f"{answer.label}. {text}".strip(),
    )
    notify(
        "orders.answered",
        f"{order.contact.name}: {order.number} {answer.label.lower()}",
        body=text,
        url=f"/purchases/{order.id}/",
        about=order.id,
    )
    return Taken("purchase_order", order.id, order.number)


def _own_document(model: Any, incoming: Incoming, document_id: Any) -> Any:
    contact = incoming.connection.contact
    found = model.objects.filter(id=document_id, contact=contact).exists() if contact else False
    if not found:
        raise PayloadRefused("We do not have this document.", code="unknown_document")
    return lock_document(model, document_id)


def receive_opened(incoming: Incoming) -> Taken:
    """Somebody at the partner opened what we sent."""
    payload = read_payload(OpenedPayload, incoming.payload)
    document = _sent_document(incoming, payload.document_id)
    network_news(document, NetworkStatus.OPENED)
    kind = KINDS[type(document)]
    answered(document.id, kind, AnswerState.OPENED)
    record(document, "opened", f"{document.number} opened")
    return Taken(kind, document.id, document.number)


def _sent_document(incoming: Incoming, document_id: Any) -> TradeDocument:
    contact = incoming.connection.contact
    for model in (PurchaseOrder, SalesOrder, Invoice):
        document = (
            model.objects.select_related("contact").filter(id=document_id, contact=contact).first()
        )
        if document is not None:
            return document
    raise PayloadRefused("We do not have this document.", code="unknown_document")


# --- Taking back --------------------------------------------------------------------------------
def receive_withdraw(incoming: Incoming) -> Taken:
    """The sender takes a document back, or an answer; refused once it was acted on."""
    payload = read_payload(WithdrawPayload, incoming.payload)
    if payload.what == "answer":
        return _answer_recalled(incoming, payload)
    contact = incoming.connection.contact
    for model in (SalesOrder, PurchaseOrder):
        order = model.objects.filter(contact=contact, partner_key=payload.document_id).first()
        if order is not None:
            return _withdraw_order(lock_document(model, order.id))
    bill = (
        Bill.objects.filter(contact=contact, partner_key=payload.document_id)
        .order_by("-partner_version")
        .first()
    )
    if bill is None:
        raise PayloadRefused("We do not have this document.", code="unknown_document")
    return _withdraw_bill(lock_document(Bill, bill.id))


def _withdraw_order(order: Any) -> Taken:
    accepted = (SalesOrderStatus.AUTHORISED, SalesOrderStatus.COMPLETED)
    if order.status in accepted:
        raise PayloadRefused(
            f"{order.number} is accepted already; agree on it with each other.",
            code="already_accepted",
        )
    if order.status not in (SalesOrderStatus.VOID, SalesOrderStatus.DECLINED):
        move(order, "withdraw")
        if isinstance(order, SalesOrder):
            fit_sale(order)
        _tell_withdrawn(order)
    return Taken(KINDS[type(order)], order.id, order.number)


def _withdraw_bill(bill: Bill) -> Taken:
    if bill.status == BillStatus.APPROVED:
        raise PayloadRefused(
            f"{bill.number} is approved already; send a credit note instead.",
            code="already_accepted",
        )
    if bill.status == BillStatus.AWAITING_APPROVAL:
        move(bill, "withdraw")
        _tell_withdrawn(bill)
    return Taken("bill", bill.id, bill.number)


def _tell_withdrawn(document: TradeDocument) -> None:
    kind = KINDS[type(document)]
    text = f"{document.contact.name} took {document.partner_number} back"
    record(document, "withdrawn", f"{text}; {document.number} is void")
    notify("orders.withdrawn", text, url=f"/{PATHS[kind]}/{document.id}/", about=document.id)


def _answer_recalled(incoming: Incoming, payload: WithdrawPayload) -> Taken:
    order = _own_document(PurchaseOrder, incoming, payload.document_id)
    set_network_status(order, NetworkStatus.OPENED, offer=None, partner_message="")
    record(order, "answer_recalled", f"{order.contact.name} took its answer back")
    notify(
        "orders.answered",
        f"{order.contact.name} took its answer to {order.number} back",
        url=f"/purchases/{order.id}/",
        about=order.id,
    )
    return Taken("purchase_order", order.id, order.number)


# --- The sender learns how a delivery went --------------------------------------------------------
def document_receipt(envelope: Envelope) -> None:
    """The receipt of a document: delivered, or refused with the reason."""
    document = _document_of(envelope)
    if document is None or envelope.version != document.version:
        return
    partner = envelope.connection.partner_name
    if envelope.validation == ValidationState.REFUSED:
        network_news(document, NetworkStatus.REFUSED, partner_message=envelope.reason)
        record(
            document, "refused", f"{partner} could not take {document.number}: {envelope.reason}"
        )
        _tell_trouble(document, f"{partner} could not take {document.number}", envelope.reason)
        return
    network_news(document, NetworkStatus.DELIVERED)
    record(document, "delivered", f"{document.number} delivered to {partner}")


def document_undelivered(envelope: Envelope) -> None:
    """A document came back, or could not be delivered; Send again is offered."""
    document = _document_of(envelope)
    if document is None:
        return
    returned = envelope.delivery == DeliveryState.RETURNED
    news = NetworkStatus.RETURNED if returned else NetworkStatus.FAILED
    set_network_status(document, news, partner_message=envelope.reason)
    word = "came back" if returned else "could not be delivered"
    record(
        document,
        "returned" if returned else "failed",
        f"{document.number} {word}: {envelope.reason}",
    )
    _tell_trouble(document, f"{document.number} {word}", envelope.reason)


def answer_receipt(envelope: Envelope) -> None:
    """An answer that the partner refused is shown on our document."""
    if envelope.validation != ValidationState.REFUSED:
        return
    document = _answering_document(envelope)
    if document is not None:
        partner = envelope.connection.partner_name
        record(
            document, "answer_refused", f"{partner} could not take the answer: {envelope.reason}"
        )
        _tell_trouble(document, f"{partner} could not take the answer", envelope.reason)


def answer_undelivered(envelope: Envelope) -> None:
    """An answer that did not reach the partner is shown on our document."""
    document = _answering_document(envelope)
    if document is not None:
        record(document, "answer_failed", f"The answer did not arrive: {envelope.reason}")
        _tell_trouble(document, f"The answer to {document.number} did not arrive", envelope.reason)


def _tell_trouble(document: TradeDocument, title: str, reason: str) -> None:
    kind = KINDS[type(document)]
    notify(
        "orders.trouble",
        title,
        body=reason,
        url=f"/{PATHS[kind]}/{document.id}/",
        about=document.id,
    )


def _document_of(envelope: Envelope) -> TradeDocument | None:
    model = MODELS.get(envelope.object_type)
    if model is None or envelope.object_id is None:
        return None
    return model._default_manager.select_related("contact").filter(id=envelope.object_id).first()


def _answering_document(envelope: Envelope) -> TradeDocument | None:
    if envelope.object_type == "bill" and envelope.object_id is not None:
        return Bill.objects.select_related("contact").filter(id=envelope.object_id).first()
    return _document_of(envelope)
