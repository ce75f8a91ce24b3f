"""The page of a receipt or a shipment: its head, its lines, its journals, its timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils.html import format_html

from hub.ui.components import Fact, Link, SidePanel
from inventory.models import StockLevel
from inventory.selectors import cost_of_sources
from ledger.models import Journal
from orders.domain.stock_states import ReceiptStatus, ShipmentStatus
from orders.models import PurchaseMatch, Receipt, ReceiptLine, Shipment, StockDocument
from orders.presenters.buttons import buttons_for
from orders.presenters.kinds import Kind, address_or_nothing, contact_mark
from orders.presenters.manner import Manner
from orders.presenters.related import related_panel
from orders.presenters.timeline import timeline_of
from tenants.domain.permissions import Area, Level
from tenants.selectors import MembershipInForce

ZERO = Decimal(0)
MOST_JOURNALS = 20


@dataclass(frozen=True, slots=True)
class PieceCell:
    """One figure of a line: a quantity, or money in the base currency."""

    label: str
    value: Decimal | None
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class PieceRow:
    """One line: what it is, where to find it, and its figures."""

    sku: str
    description: str
    barcode: str
    unit: str
    cells: Sequence[PieceCell]


def piece_context(kind: Kind, piece: StockDocument, member: MembershipInForce) -> dict[str, Any]:
    """Everything that templates/orders/piece.html shows; reads only."""
    manner = Manner.of(member.organisation)
    rows = _rows(piece)
    return {
        "page_title": piece.number,
        "page_status": kind.status(piece),
        "breadcrumbs": [Link(kind.list_title, kind.list_url)],
        "document": piece,
        "contact": contact_mark(piece),
        "contact_url": address_or_nothing("network:contact", piece.contact_id),
        "contact_label": kind.contact_label,
        "facts": _facts(piece, manner),
        "columns": [cell.label for cell in rows[0].cells] if rows else [],
        "rows": rows,
        "lines_title": "Pick list" if piece.status == ShipmentStatus.PICKING else "Lines",
        "total": _value(piece),
        "total_label": "Value" if isinstance(piece, Receipt) else "Cost of goods",
        "buttons": buttons_for(kind, piece, member),
        "sides": _sides(piece, member, manner),
        "entries": timeline_of(piece),
        "comment_url": kind.url(piece, "comment") if member.can(kind.area, Level.EDIT) else "",
    }


def _facts(piece: StockDocument, manner: Manner) -> list[Fact]:
    facts = [Fact("Date", manner.day(piece.happened_on))]
    if isinstance(piece, Shipment):
        facts.append(Fact("From", piece.location.name))
        facts += [
            Fact(label, value)
            for label, value in (
                ("Carrier", piece.carrier),
                ("Tracking", piece.tracking),
                ("Parcels", str(piece.parcels) if piece.status != ShipmentStatus.PICKING else ""),
                ("Deliver to", piece.delivery_address),
            )
            if value
        ]
        return facts
    facts.append(Fact("Into", piece.location.name))
    if piece.reference:
        facts.append(Fact("Delivery note", piece.reference))
    if getattr(piece, "notice", None) is not None:
        facts.append(Fact("Filled in from", "the supplier's shipment notice"))
    return facts


def _value(piece: StockDocument) -> Decimal | None:
    """What the goods are worth in the book: known once they have moved."""
    if isinstance(piece, Receipt) and piece.status == ReceiptStatus.RECEIVED:
        return sum((line.value for line in piece.lines.all()), ZERO)
    if isinstance(piece, Shipment) and piece.status == ShipmentStatus.SHIPPED:
        return cost_of_sources([piece.id]).get(piece.id, ZERO)
    return None


def _rows(piece: StockDocument) -> list[PieceRow]:
    lines: list[Any] = list(piece.lines.select_related("product").order_by("position"))  # type: ignore[attr-defined]
    cells = _receipt_cells(piece, lines) if isinstance(piece, Receipt) else _picked(piece, lines)
    return [
        PieceRow(
            line.product.sku,
            line.description or line.product.name,
            line.product.barcode,
            line.product.unit,
            cells[line.id],
        )
        for line in lines
    ]


def _receipt_cells(
    receipt: Receipt, lines: Sequence[ReceiptLine]
) -> dict[UUID, Sequence[PieceCell]]:
    """Ordered (where there was an order), received here, billed of it, and its cost."""
    order = receipt.purchase_order
    ordered: Mapping[UUID, Decimal] = (
        dict(order.lines.values_list("line_id", "quantity")) if order is not None else {}
    )
    billed = {
        row["receipt_line"]: row["q"]
        for row in PurchaseMatch.objects.filter(receipt_line__in=lines, bill_line__isnull=False)
        .values("receipt_line")
        .annotate(q=Sum("quantity"))
    }
    stands = receipt.status == ReceiptStatus.RECEIVED
    found: dict[UUID, Sequence[PieceCell]] = {}
    for line in lines:
        first = [PieceCell("Ordered", ordered.get(line.line_id))] if order is not None else []
        found[line.id] = [
            *first,
            PieceCell("Received" if stands else "To receive", line.quantity),
            PieceCell("Billed", billed.get(line.id, ZERO)),
            PieceCell("Unit cost", line.unit_cost, is_money=True),
            PieceCell("Value", line.value if stands else None, is_money=True),
        ]
    return found


def _picked(shipment: StockDocument, lines: Sequence[Any]) -> dict[UUID, Sequence[PieceCell]]:
    """How many, and while it is picked how many lie there."""
    if shipment.status in (ShipmentStatus.SHIPPED, ShipmentStatus.VOID):
        return {line.id: [PieceCell("Quantity", line.quantity)] for line in lines}
    levels = dict(
        StockLevel.objects.filter(
            product_id__in=[line.product_id for line in lines], location=shipment.location
        ).values_list("product_id", "on_hand")
    )
    return {
        line.id: [
            PieceCell(f"On hand, {shipment.location.name}", levels.get(line.product_id, ZERO)),
            PieceCell("To pick", line.quantity),
        ]
        for line in lines
    }


def _sides(piece: StockDocument, member: MembershipInForce, manner: Manner) -> list[SidePanel]:
    panels = [related_panel(piece), journals_panel(piece.id, member, manner)]
    if piece.note:
        panels.append(SidePanel("Note", icon="note", note=piece.note))
    return [panel for panel in panels if panel is not None]


def journals_panel(source_id: UUID, member: MembershipInForce, manner: Manner) -> SidePanel | None:
    """The journals of a document, each a link where this person may open the book."""
    rows = Journal.objects.filter(source_id=source_id).order_by("-number")[:MOST_JOURNALS]
    facts = [
        Fact(_journal_name(row, member), row.get_event_display(), manner.day(row.posted_on))
        for row in rows
    ]
    return SidePanel("Journals", facts, "book") if facts else None


def _journal_name(journal: Journal, member: MembershipInForce) -> Any:
    url = address_or_nothing("ledger:journal", journal.id) if member.can(Area.LEDGER) else ""
    return format_html('<a href="{}">{}</a>', url, str(journal)) if url else str(journal)
