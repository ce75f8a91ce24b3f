"""A request to change an accepted order arrives; so does the answer to ours (N16)."""

from network.domain.states import PartnerRole, ValidationState
from network.envelopes import Incoming, PayloadRefused, Taken
from network.models import Envelope
from orders.domain.payloads import ChangeAnswerPayload, ChangeRequestPayload, read_payload
from orders.models import OrderChange, PurchaseOrder, SalesOrder
from orders.models.changes import ChangeState
from orders.services.changes import take_answer, take_request
from orders.services.documents import KINDS, lock_document, record
from orders.services.network.answers import answer_receipt
from tenants.services.notifications import notify

PATHS = {"purchase_order": "purchases", "sales_order": "sales"}


def receive_change_request(incoming: Incoming) -> Taken:
    """The partner asks; it waits for our answer on the order's page and in the inbox."""
    payload = read_payload(ChangeRequestPayload, incoming.payload)
    order = _order(incoming, payload)
    kind = KINDS[type(order)]
    known = OrderChange.objects.filter(request_id=payload.request_id).first()
    if known is not None:
        return Taken(kind, order.id, order.number)
    name = incoming.connection.partner_name
    take_request(order, payload, name)
    what = "to cancel" if payload.cancel else "for changes of"
    record(order, "change_asked", f"{name} asks {what} {order.number}. {payload.text}".strip())
    notify(
        "orders.change",
        f"{name} asks {what} {order.number}",
        body=payload.text,
        url=f"/{PATHS[kind]}/{order.id}/",
        about=order.id,
    )
    return Taken(kind, order.id, order.number)


def _order(incoming: Incoming, payload: ChangeRequestPayload) -> PurchaseOrder | SalesOrder:
    contact = incoming.connection.contact
    if contact is not None and incoming.connection.role == PartnerRole.CUSTOMER:
        sale = SalesOrder.objects.filter(partner_key=payload.document_id, contact=contact).first()
        if sale is not None:
            return lock_document(SalesOrder, sale.id)
    elif contact is not None:
        purchase = PurchaseOrder.objects.filter(id=payload.document_id, contact=contact).first()
        if purchase is not None:
            return lock_document(PurchaseOrder, purchase.id)
    raise PayloadRefused("We do not have this order.", code="unknown_document")


def receive_change_answer(incoming: Incoming) -> Taken:
    """Yes or no: our order follows."""
    payload = read_payload(ChangeAnswerPayload, incoming.payload)
    contact = incoming.connection.contact
    if contact is None:
        raise PayloadRefused("The connection has no contact here.", code="no_contact")
    order = take_answer(payload, contact.id)
    kind = KINDS[type(order)]
    notify(
        "orders.change",
        f"{incoming.connection.partner_name} {payload.answer} the change of {order.number}",
        body=payload.text,
        url=f"/{PATHS[kind]}/{order.id}/",
        about=order.id,
    )
    return Taken(kind, order.id, order.number)


def change_receipt(envelope: Envelope) -> None:
    """A request that the partner could not take is over, with the reason; another may be made."""
    answer_receipt(envelope)
    if envelope.validation == ValidationState.REFUSED:
        close_request(envelope)


def close_request(envelope: Envelope) -> None:
    """Nobody will answer it any more."""
    assert envelope.document_key is not None, "a request travels under its own id"
    OrderChange.objects.filter(
        request_id=envelope.document_key, ours=True, state=ChangeState.OPEN
    ).update(state=ChangeState.REFUSED, answer=envelope.reason)
