"""What receipts and shipments have in common: locking, moving, recording."""

from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import QuerySet

from hub.choices import Moves
from hub.errors import Conflict, NotFound
from orders.domain.stock_states import (
    RECEIPT_MOVES,
    SHIPMENT_MOVES,
    ReceiptStatus,
    ShipmentStatus,
)
from orders.models import Receipt, Shipment, StockDocument
from tenants.services.activity import log_activity

Piece = TypeVar("Piece", bound=StockDocument)

MOVES: dict[type[StockDocument], Moves[Any]] = {Receipt: RECEIPT_MOVES, Shipment: SHIPMENT_MOVES}
STATUSES: dict[type[StockDocument], Any] = {Receipt: ReceiptStatus, Shipment: ShipmentStatus}
KINDS: dict[type[StockDocument], str] = {Receipt: "receipt", Shipment: "shipment"}


def _rows(model: type[Piece]) -> QuerySet[Piece]:
    return cast("QuerySet[Piece]", model._default_manager.select_related("contact", "location"))


def piece_or_404(model: type[Piece], piece_id: UUID) -> Piece:
    """The only door from an id to a receipt or shipment; raises NotFound."""
    piece = _rows(model).filter(id=piece_id).first()
    if piece is None:
        raise NotFound(f"This {KINDS[model]} does not exist.")
    return piece


def lock_piece(model: type[Piece], piece_id: UUID) -> Piece:
    """The row locked until the transaction ends; lock its order before. Raises NotFound."""
    piece = _rows(model).select_for_update(of=("self",), no_key=True).filter(id=piece_id).first()
    if piece is None:
        raise NotFound(f"This {KINDS[model]} does not exist.")
    return piece


def move_piece(piece: StockDocument, verb: str, **changes: Any) -> None:
    """Do `verb`'s move by compare-and-swap; raises Conflict (`move_not_allowed`)."""
    model = type(piece)
    moves = MOVES[model]
    target = moves.check_move(STATUSES[model](piece.status), verb)
    changed = model._default_manager.filter(id=piece.id, status__in=moves.sources(verb)).update(
        status=target, **changes
    )
    if changed != 1:
        raise Conflict(
            f"Somebody else changed this {KINDS[model]}. Reload the page to see it.",
            code="move_not_allowed",
        )
    for field, value in {"status": target, **changes}.items():
        setattr(piece, field, value)


def record_piece(piece: StockDocument, verb: str, summary: str) -> None:
    """A line in the audit report and on the piece's timeline."""
    log_activity(f"{KINDS[type(piece)]}.{verb}", summary, about=piece, label=piece.number)


def shipment_of_receipt(receipt_id: UUID) -> Shipment | None:
    """The shipment that was booked together with a receipt, and stands: a drop-ship."""
    return Shipment.objects.filter(drop_receipt=receipt_id, status=ShipmentStatus.SHIPPED).first()
