"""Changing a receipt or a shipment that has moved nothing yet: a draft, or one that was undone."""

from collections.abc import Sequence
from uuid import UUID

from hub.errors import Conflict
from inventory.services.locations import location_or_default
from network.domain.payload_base import clean_line, clean_note
from orders.domain.stock_states import ReceiptStatus, ShipmentStatus
from orders.models import (
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SalesOrder,
    Shipment,
    ShipmentLine,
    StockDocument,
)
from orders.services.documents import lock_document
from orders.services.receiving import (
    ReceiptHeader,
    ReceiptInput,
    blind_rows,
    ordered_rows,
    outstanding_lines,
)
from orders.services.shipping import ShipmentHeader, ShipmentInput, shippable_lines
from orders.services.shipping import ordered_rows as shipped_rows
from orders.services.stock_documents import lock_piece, piece_or_404, record_piece


def change_receipt(
    receipt_id: UUID, lines: Sequence[ReceiptInput], header: ReceiptHeader
) -> Receipt:
    """Change a draft; `lines` replaces all of them.

    Raises Conflict when it is no draft or came from a bill, InvalidInput as drafting does.
    """
    order_id = piece_or_404(Receipt, receipt_id).purchase_order_id
    order = lock_document(PurchaseOrder, order_id) if order_id else None
    receipt = lock_piece(Receipt, receipt_id)
    _check_open(receipt, ReceiptStatus.DRAFT)
    if receipt.bill_id is not None:
        raise Conflict(
            f"{receipt.number} receives what a bill says. Void it and receive the bill again.",
            code="of_a_bill",
        )
    if order is None:
        rows = blind_rows(lines)
    else:
        open_lines = {row.line.line_id: row for row in outstanding_lines(order)}
        rows = ordered_rows(order, open_lines, lines)
    receipt.reference = clean_line(header.reference, longest=80)
    _save(receipt, header)
    for row in rows:
        row.receipt = receipt
    receipt.lines.all().delete()
    ReceiptLine.objects.bulk_create(rows)
    return receipt


def change_shipment(
    shipment_id: UUID, lines: Sequence[ShipmentInput], header: ShipmentHeader
) -> Shipment:
    """Change a shipment that is to be picked; `lines` replaces all of them.

    Raises Conflict when it is picked already, InvalidInput as drafting does.
    """
    order = lock_document(SalesOrder, piece_or_404(Shipment, shipment_id).sales_order_id)
    shipment = lock_piece(Shipment, shipment_id)
    _check_open(shipment, ShipmentStatus.PICKING)
    free = {row.line.line_id: row for row in shippable_lines(order, besides=shipment.id)}
    rows = shipped_rows(free, lines)
    shipment.carrier = clean_line(header.carrier, longest=80)
    shipment.tracking = clean_line(header.tracking, longest=120)
    shipment.parcels = max(1, header.parcels)
    _save(shipment, header)
    for row in rows:
        row.shipment = shipment
    shipment.lines.all().delete()
    ShipmentLine.objects.bulk_create(rows)
    return shipment


def _check_open(piece: StockDocument, status: str) -> None:
    if piece.status != status:
        raise Conflict(
            f"{piece.number} has gone further and cannot be changed. Undo it first.",
            code="not_a_draft",
        )


def _save(piece: StockDocument, header: ReceiptHeader | ShipmentHeader) -> None:
    if header.location is not None:
        piece.location = location_or_default(header.location)
    piece.happened_on = header.happened_on or piece.happened_on
    piece.note = clean_note(header.note)
    piece.save()
    record_piece(piece, "changed", f"{piece.number} changed")
