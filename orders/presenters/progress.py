"""How far an order is: per line what came, left, was billed and invoiced."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from hub.ui.formatting import quantity_text
from orders.models import BoughtFor, LineKind, PurchaseOrder, SalesOrder, TradeDocument, TradeLine
from orders.presenters.parts import levels_of, why_kit_waits, why_waiting
from orders.services.booking import is_stock
from orders.services.documents import STATUSES
from orders.services.kits import is_kit, parts_to_move, whole

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """One line; None where a figure does not apply (a service is not received)."""

    sku: str
    description: str
    unit: str
    numbers: Sequence[Decimal | None]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """The table under an order's lines; each row's numbers go with the columns."""

    title: str
    columns: Sequence[str]
    rows: Sequence[ProgressRow]

    @property
    def cells(self) -> list[tuple[ProgressRow, list[tuple[str, Decimal | None]]]]:
        """Each row with its (column, number)."""
        return [(row, list(zip(self.columns, row.numbers, strict=True))) for row in self.rows]


def progress_of(document: TradeDocument) -> Progress | None:
    """The table of an authorised order, or None for what has no progress; two statements."""
    if not isinstance(document, PurchaseOrder | SalesOrder):
        return None
    if document.status not in STATUSES[type(document)].sendable():
        return None
    lines: list[Any] = list(
        document.lines.filter(kind=LineKind.ITEM, quantity__gt=0)
        .select_related("product")
        .order_by("position")
    )
    if isinstance(document, PurchaseOrder):
        columns = ("Ordered", "Received", "Billed", "To come")
        whose = _for_whom(document)
        rows = [_bought(line, whose.get(line.line_id, "")) for line in lines]
        return Progress("Received and billed", columns, rows)
    kits = parts_to_move(line.line_id for line in lines if is_kit(line.product))
    parts = [part for found in kits.values() for part in found]
    levels = levels_of(document, [*lines, *parts])
    columns = ("Ordered", "Promised", "Shipped", "Invoiced")
    return Progress(
        "Shipped and invoiced",
        columns,
        [_sold(line, kits.get(line.line_id), levels) for line in lines],
    )


def _for_whom(order: PurchaseOrder) -> dict[UUID, str]:
    """Which sales each line is for, by line; one statement."""
    links = (
        BoughtFor.objects.filter(purchase_order=order, quantity__gt=0)
        .select_related("sales_order__contact")
        .order_by("id")
    )
    found: dict[UUID, list[str]] = {}
    for link in links:
        sale = link.sales_order
        many = quantity_text(link.quantity)
        words = f"{many} for {sale.number} of {sale.contact.name}"
        found.setdefault(link.purchase_line, []).append(words)
    return {key: ", ".join(words) for key, words in found.items()}


def _bought(line: Any, whose: str) -> ProgressRow:
    stock = is_stock(line.product)
    received = line.received if stock else None
    to_come = max(ZERO, line.quantity - line.received) if stock else None
    return _row(line, (line.quantity, received, line.billed, to_come), whose)


def _sold(line: Any, parts: Any, levels: Any) -> ProgressRow:
    if parts:
        kits = (line.quantity, whole(parts, "allocated"), line.shipped, line.invoiced)
        return _row(line, kits, why_kit_waits(parts, levels))
    stock = is_stock(line.product)
    promised, shipped = (line.allocated, line.shipped) if stock else (None, None)
    numbers = (line.quantity, promised, shipped, line.invoiced)
    return _row(line, numbers, why_waiting(line, levels))


def _row(line: TradeLine, numbers: Sequence[Decimal | None], note: str = "") -> ProgressRow:
    return ProgressRow(line.sku, line.description, line.unit, numbers, note)
