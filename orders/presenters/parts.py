"""The lines of an order that a part can be made of, as the forms show them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from hub.ui.formatting import quantity_text
from inventory.models import StockLevel
from orders.forms.goods import PartRow
from orders.models import PurchaseOrder, SalesOrder, SalesOrderLine, TradeLine
from orders.services.allocation import location_of, short_quantity
from orders.services.bills import billable_lines
from orders.services.booking import is_stock
from orders.services.invoices import invoiceable_lines
from orders.services.receiving import outstanding_lines
from orders.services.shipping import shippable_lines

ZERO = Decimal(0)
Levels = Mapping[UUID | None, StockLevel]


def _row(
    line: TradeLine,
    facts: Iterable[tuple[str, Decimal]],
    quantity: Decimal,
    *,
    price: Decimal | None = None,
    note: str = "",
) -> PartRow:
    return PartRow(
        line.line_id,
        line.sku,
        line.description,
        line.unit,
        list(facts),
        max(ZERO, quantity),
        price,
        note,
    )


def rows_to_receive(
    order: PurchaseOrder, given: Mapping[UUID, Decimal] | None = None
) -> list[PartRow]:
    """What is outstanding; the quantities are `given`, else all of it."""
    return [
        _row(
            one.line,
            (
                ("Ordered", one.line.quantity),
                ("Received", one.line.received),
                ("Outstanding", one.quantity),
            ),
            one.quantity if given is None else given.get(one.line.line_id, ZERO),
        )
        for one in outstanding_lines(order)
    ]


def rows_to_bill(order: PurchaseOrder) -> list[PartRow]:
    """What no bill has yet, at the order's prices."""
    return [
        _row(
            line,
            (("Ordered", line.quantity), ("Received", line.received), ("Left to bill", left)),
            left,
            price=line.unit_price,
        )
        for line, left in billable_lines(order)
        if left > 0
    ]


def rows_to_ship(
    order: SalesOrder,
    given: Mapping[UUID, Decimal] | None = None,
    *,
    besides: UUID | None = None,
) -> list[PartRow]:
    """What is left to ship; the quantities are `given`, else what is promised."""
    found = shippable_lines(order, besides=besides)
    levels = levels_of(order, (moved for one in found for moved in one.parts or [one.line]))
    return [
        _row(
            one.line,
            (
                ("Ordered", one.line.quantity),
                ("Promised", one.promised),
                ("Left to ship", one.quantity),
            ),
            min(one.quantity, one.promised) if given is None else given.get(one.line.line_id, ZERO),
            note=why_kit_waits(one.parts, levels) if one.parts else why_waiting(one.line, levels),
        )
        for one in found
    ]


def rows_to_invoice(order: SalesOrder) -> list[PartRow]:
    """What no invoice has yet."""
    return [
        _row(
            line,
            (("Ordered", line.quantity), ("Shipped", line.shipped), ("Left to invoice", left)),
            left,
        )
        for line, left in invoiceable_lines(order)
        if left > 0
    ]


def levels_of(order: SalesOrder, lines: Iterable[SalesOrderLine]) -> Levels:
    """Stock of the lines' products where the order ships from; one statement."""
    products = {line.product_id for line in lines if line.product_id is not None}
    rows = StockLevel.objects.filter(product_id__in=products, location=location_of(order))
    return {row.product_id: row for row in rows}


def why_kit_waits(parts: Iterable[SalesOrderLine], levels: Levels) -> str:
    """Which components of a kit are back-ordered, or ""."""
    reasons = ((part, why_waiting(part, levels)) for part in parts)
    return " ".join(f"{part.sku}: {reason}" for part, reason in reasons if reason)


def why_waiting(line: SalesOrderLine, levels: Levels) -> str:
    """Why a part of the line is back-ordered, or "" where nothing waits."""
    if not is_stock(line.product):
        return ""
    coming = f"{quantity_text(line.bought)} bought for this order" if line.bought > 0 else ""
    waits = short_quantity(line)
    if waits <= 0:
        return coming
    lacks = _why_short(line, waits, levels)
    return f"{coming}; {lacks}" if coming else lacks


def _why_short(line: SalesOrderLine, waits: Decimal, levels: Levels) -> str:
    level = levels.get(line.product_id)
    on_order = level.on_order if level is not None else ZERO
    free = level.on_hand - level.allocated if level is not None else ZERO
    text = f"{quantity_text(waits)} back-ordered: "
    if free >= waits:
        return f"{text}{quantity_text(free)} are in stock and not promised to anybody."
    there = f"{quantity_text(free)} free in stock" if free > 0 else "none free in stock"
    coming = f"{quantity_text(on_order)} on order" if on_order > 0 else "none on order"
    return f"{text}{there}, {coming}."
