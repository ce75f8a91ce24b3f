"""Telling a connected customer that goods of its order left, and that they did not after all."""

from network.domain.payload_base import clean_line
from network.services.courier import Posting, connection_with, post_envelope
from orders.domain.payloads import NoticeLine, OrderReference, ShipmentNoticePayload
from orders.models import SalesOrder, Shipment
from orders.services.documents import record
from orders.services.kits import ordered_quantities


def send_notice(shipment: Shipment, order: SalesOrder, *, cancelled: bool = False) -> None:
    """Post a shipment notice where the order came over the network and both are connected."""
    connection = connection_with(order.contact_id)
    if connection is None or order.partner_key is None:
        return
    if cancelled and not shipment.notice_version:
        return
    shipment.notice_version += 1
    Shipment.objects.filter(id=shipment.id).update(notice_version=shipment.notice_version)
    ordered = {line.line_id: line for line in order.lines.all()}
    payload = ShipmentNoticePayload(
        shipment_id=shipment.id,
        number=shipment.number,
        version=shipment.notice_version,
        order=OrderReference(document_id=order.partner_key, number=order.partner_number[:40]),
        shipped_on=shipment.happened_on,
        carrier=clean_line(shipment.carrier),
        tracking=clean_line(shipment.tracking),
        parcels=shipment.parcels,
        cancelled=cancelled,
        lines=tuple(
            NoticeLine(
                line_id=line_id,
                quantity=quantity,
                seller_sku=ordered[line_id].sku,
                description=ordered[line_id].description,
            )
            for line_id, quantity in ordered_quantities(shipment).items()
        ),
    )
    post_envelope(
        connection,
        Posting(
            "shipment_notice",
            payload,
            document_key=shipment.id,
            version=shipment.notice_version,
            object_type="shipment",
            object_id=shipment.id,
            label=shipment.number,
        ),
    )
    said = "is taken back" if cancelled else "was announced"
    record(order, "notice_sent", f"{shipment.number} {said} to {connection.partner_name}")
