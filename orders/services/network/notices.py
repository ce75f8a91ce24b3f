"""The buyer's side of a shipment notice: a receipt is filled in and waits for the goods (N16)."""

from django.db import transaction

from hub.errors import WharfError
from network.envelopes import Incoming, PayloadRefused, Taken
from orders.domain.payloads import ShipmentNoticePayload, read_payload
from orders.domain.stock_states import ReceiptStatus
from orders.models import PurchaseOrder, Receipt
from orders.services.documents import lock_document, record
from orders.services.drop_shipping import Carriage, supplier_shipped, undo_goods_in
from orders.services.receiving import (
    ReceiptHeader,
    ReceiptInput,
    draft_receipt,
    outstanding_lines,
    void_receipt,
)
from tenants.services.notifications import notify


def receive_shipment_notice(incoming: Incoming) -> Taken:
    """Goods are on their way: a draft receipt with what the supplier says it sent."""
    payload = read_payload(ShipmentNoticePayload, incoming.payload)
    order = _order(incoming, payload)
    earlier = (
        Receipt.objects.filter(purchase_order=order, notice=payload.shipment_id)
        .exclude(status=ReceiptStatus.VOID)
        .order_by("-id")
        .first()
    )
    if earlier is not None:
        if earlier.notice_version >= payload.version:
            return Taken("receipt", earlier.id, earlier.number)
        if earlier.status == ReceiptStatus.RECEIVED and order.is_drop_ship:
            return _take_back(order, earlier, payload)
        if earlier.status == ReceiptStatus.RECEIVED:
            raise PayloadRefused(
                f"The goods of {payload.number} are received as {earlier.number}. "
                "Agree on it with each other.",
                code="already_received",
            )
        void_receipt(earlier.id)
    return _take(order, payload)


def _take(order: PurchaseOrder, payload: ShipmentNoticePayload) -> Taken:
    if payload.cancelled:
        _tell(order, payload, "was taken back")
        return Taken("purchase_order", order.id, order.number)
    return _drop_ship(order, payload) if order.is_drop_ship else _draft(order, payload)


def _take_back(order: PurchaseOrder, earlier: Receipt, payload: ShipmentNoticePayload) -> Taken:
    """What the supplier sent to our customer is taken back, and its newer version booked."""
    try:
        undo_goods_in(earlier.id)
    except WharfError as error:
        raise PayloadRefused(error.message, code="already_received") from error
    return _take(order, payload)


def _drop_ship(order: PurchaseOrder, payload: ShipmentNoticePayload) -> Taken:
    """The goods went to our customer: received and shipped at once, where the books allow it."""
    try:
        with transaction.atomic():
            made = supplier_shipped(
                order.id,
                _lines(order, payload) or None,
                _header(payload),
                Carriage(payload.carrier[:80], payload.tracking[:120], payload.parcels),
            )
    except WharfError as error:
        _tell(order, payload, f"could not be booked. {error.message}")
        return Taken("purchase_order", order.id, order.number)
    _tell(order, payload, f"went to the customer; {made.shipment.number} is booked with it")
    return Taken("receipt", made.receipt.id, made.receipt.number)


def _order(incoming: Incoming, payload: ShipmentNoticePayload) -> PurchaseOrder:
    contact = incoming.connection.contact
    found = (
        PurchaseOrder.objects.filter(id=payload.order.document_id, contact=contact).first()
        if contact is not None
        else None
    )
    if found is None:
        raise PayloadRefused("We do not have this order.", code="unknown_document")
    return lock_document(PurchaseOrder, found.id)


def _draft(order: PurchaseOrder, payload: ShipmentNoticePayload) -> Taken:
    try:
        receipt = draft_receipt(order.id, _lines(order, payload) or None, _header(payload))
    except WharfError:
        # Nothing of it is expected into stock any more; the news is worth a line all the same.
        _tell(order, payload, "is on its way")
        return Taken("purchase_order", order.id, order.number)
    _tell(order, payload, f"is on its way; {receipt.number} is filled in and waits for it")
    return Taken("receipt", receipt.id, receipt.number)


def _lines(order: PurchaseOrder, payload: ShipmentNoticePayload) -> list[ReceiptInput]:
    """What of the notice is outstanding here."""
    waiting = {row.line.line_id: row.quantity for row in outstanding_lines(order)}
    return [
        ReceiptInput(min(line.quantity, waiting[line.line_id]), line_id=line.line_id)
        for line in payload.lines
        if line.line_id in waiting
    ]


def _header(payload: ShipmentNoticePayload) -> ReceiptHeader:
    return ReceiptHeader(
        happened_on=payload.shipped_on,
        reference=payload.number,
        note=_how(payload),
        notice=payload.shipment_id,
        notice_version=payload.version,
    )


def _how(payload: ShipmentNoticePayload) -> str:
    parts = [
        f"{payload.parcels} parcel{'s' if payload.parcels > 1 else ''}",
        payload.carrier,
        payload.tracking,
    ]
    return " · ".join(part for part in parts if part)


def _tell(order: PurchaseOrder, payload: ShipmentNoticePayload, what: str) -> None:
    text = f"Shipment {payload.number} of {order.contact.name} {what}"
    record(order, "shipment_notice", text)
    notify(
        "orders.shipped",
        text,
        body=_how(payload),
        url=f"/purchases/{order.id}/",
        about=order.id,
    )
