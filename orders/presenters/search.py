"""Documents in the search across everything."""

from collections.abc import Callable, Sequence

from hub.ui.formatting import amount_text
from orders.models import StockDocument, TradeDocument
from orders.presenters.kinds import KINDS, PIECES, Kind
from orders.selectors import pieces, search_pieces
from tenants.search import Hit, SearchGroup
from tenants.selectors import MembershipInForce

ICONS = {
    "purchase_order": "shopping-cart",
    "sales_order": "receipt",
    "invoice": "file-invoice",
    "bill": "file-dollar",
    "receipt": "package-import",
    "shipment": "truck-delivery",
    "quote": "file-text",
    "credit_note": "receipt-refund",
    "supplier_credit": "receipt-refund",
}


def search_groups() -> list[SearchGroup]:
    """One group for each kind: by number, reference, partner's number or contact; newest first."""
    return [
        SearchGroup(kind.list_title, ICONS[kind.key], _allowed(kind), _finder(kind), order)
        for order, kind in enumerate((*KINDS, *PIECES), 10)
    ]


def _allowed(kind: Kind) -> Callable[[MembershipInForce], bool]:
    return lambda member: member.can(kind.area)


def _finder(kind: Kind) -> Callable[[str, int], Sequence[Hit]]:
    def find(text: str, most: int) -> Sequence[Hit]:
        if kind in PIECES:
            moved = search_pieces(pieces(kind.model), text).order_by("-id")[:most]
            return [_moved(kind, piece) for piece in moved]
        rows = kind.rows(text).order_by("-id")[:most]
        return [_hit(kind, document) for document in rows]

    return find


def _moved(kind: Kind, piece: StockDocument) -> Hit:
    note = f"{piece.contact.name} · {kind.status(piece).label} · {piece.location.name}"
    return Hit(piece.number, kind.url(piece), note, connected=piece.contact.connected)


def _hit(kind: Kind, document: TradeDocument) -> Hit:
    total = f"{amount_text(document.total, document.currency)} {document.currency}"
    note = f"{document.contact.name} · {kind.status(document).label} · {total}"
    return Hit(document.number, kind.url(document), note, connected=document.contact.connected)
