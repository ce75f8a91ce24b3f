"""Promising stock to sales: when they are authorised, and when goods come in for those that wait.

Sales orders are locked before levels everywhere; a receipt, which holds levels already, takes
waiting orders only where nobody else holds them.
"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import F, QuerySet

from inventory.models import Location
from inventory.services.locations import default_location
from inventory.services.stock import StockSource, StockWork
from orders.domain.states import SalesOrderStatus
from orders.domain.stock_states import ShipmentStatus
from orders.models import SalesOrder, SalesOrderLine, ShipmentLine
from orders.services.booking import Books, is_stock, product_of
from orders.services.documents import record
from orders.services.kits import every_line, parts_by_kit, with_kits_opened

ZERO = Decimal(0)


def location_of(order: SalesOrder) -> Location:
    """Where the order ships from."""
    location: Location | None = order.location if order.location_id else None
    return location or default_location()


def stock_rows(order: SalesOrder) -> list[SalesOrderLine]:
    """The lines of which stock is kept, in order; of a kit its parts."""
    return _of_stock(every_line(order))


def _of_stock(rows: Sequence[SalesOrderLine]) -> list[SalesOrderLine]:
    kits = parts_by_kit(rows)
    return [
        row
        for row in rows
        if is_stock(row.product) and row.quantity > 0 and row.line_id not in kits
    ]


def waiting_quantity(line: SalesOrderLine) -> Decimal:
    """What is neither shipped nor promised: the back-ordered part."""
    return max(ZERO, line.quantity - line.shipped - line.allocated)


def short_quantity(line: SalesOrderLine) -> Decimal:
    """What is back-ordered and not on its way for this very line either."""
    return max(ZERO, waiting_quantity(line) - line.bought)


def allocate(books: Books, order: SalesOrder) -> list[SalesOrderLine]:
    """Promise what is available to the order; gives the lines that are back-ordered still.

    Raises InvalidInput where a kit has no components or is not whole.
    """
    rows = _of_stock(with_kits_opened(order))
    if not rows:
        return []
    location = location_of(order)
    work = books.work(
        order.issued_on,
        StockSource("sales_order", order.id, order.number),
        [(product_of(row), location.id) for row in rows],
    )
    changed = [row for row in rows if _promise(work, row, location.id)]
    work.save()
    SalesOrderLine.with_parts.bulk_update(changed, ["allocated"])
    return [row for row in rows if waiting_quantity(row)]


def _promise(work: StockWork, row: SalesOrderLine, location_id: UUID) -> bool:
    level = work.levels[(product_of(row), location_id)]
    # What was bought for the line comes to it by itself: other goods are left to those who wait.
    part = min(short_quantity(row), level.on_hand - level.allocated)
    if part <= 0:
        return False
    work.level(product_of(row), location_id).allocated += part
    row.allocated += part
    return True


def release(books: Books, order: SalesOrder) -> None:
    """Take back every promise to the order."""
    rows = [row for row in stock_rows(order) if row.allocated > 0]
    if not rows:
        return
    location = location_of(order)
    work = books.work(
        order.issued_on,
        StockSource("sales_order", order.id, order.number),
        [(product_of(row), location.id) for row in rows],
    )
    for row in rows:
        work.level(product_of(row), location.id).allocated -= row.allocated
        row.allocated = ZERO
    work.save()
    SalesOrderLine.with_parts.bulk_update(rows, ["allocated"])


def allocate_waiting(work: StockWork, location_id: UUID, products: Sequence[UUID]) -> None:
    """Promise goods that came in to the sales that wait for them, the oldest first."""
    lines = list(
        SalesOrderLine.with_parts.filter(
            product_id__in=set(products),
            order__status=SalesOrderStatus.AUTHORISED,
            quantity__gt=F("shipped") + F("allocated") + F("bought"),
        )
        .values_list("order_id", flat=True)
        .distinct()
    )
    if not lines:
        return
    orders = {
        order.id: order
        for order in SalesOrder.objects.filter(id__in=lines, status=SalesOrderStatus.AUTHORISED)
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .order_by("id")
    }
    fallback = default_location().id
    rows = (
        SalesOrderLine.with_parts.filter(order_id__in=list(orders), product_id__in=set(products))
        .select_related("product")
        .order_by("order_id", "position")
    )
    changed = []
    for row in rows:
        order = orders[row.order_id]
        if (order.location_id or fallback) == location_id and _promise(work, row, location_id):
            changed.append(row)
    SalesOrderLine.with_parts.bulk_update(changed, ["allocated"])
    for order_id in {row.order_id for row in changed}:
        record(orders[order_id], "allocated", "Goods that came in were promised to this order")


def promised_lines(products: Sequence[UUID]) -> QuerySet[SalesOrderLine]:
    """The lines of authorised sales that something of these products is promised to."""
    return SalesOrderLine.with_parts.filter(
        product_id__in=set(products), order__status=SalesOrderStatus.AUTHORISED, allocated__gt=0
    ).select_related("order")


def release_lost(work: StockWork, location_id: UUID, products: Sequence[UUID], why: str) -> None:
    """Take back promises that goods which leave again cannot keep, the newest sales first.

    Sales that are being picked keep theirs, and so do those that somebody else works on; what is
    still missing then is refused when the work is saved.
    """
    short = {key: work.level(key, location_id) for key in set(products)}
    short = {key: level for key, level in short.items() if level.allocated > level.on_hand}
    if not short:
        return
    rows = list(promised_lines(list(short)).order_by("-order_id", "position"))
    fallback = default_location().id
    picked = set(
        ShipmentLine.objects.filter(
            shipment__sales_order__in={row.order_id for row in rows},
            shipment__status__in=ShipmentStatus.open(),
        ).values_list("shipment__sales_order_id", flat=True)
    )
    free = {
        order.id: order
        for order in SalesOrder.objects.filter(id__in={row.order_id for row in rows} - picked)
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .order_by("id")
        if (order.location_id or fallback) == location_id
    }
    changed = []
    for row in rows:
        level = short[product_of(row)]
        part = min(row.allocated, level.allocated - level.on_hand)
        if part > 0 and row.order_id in free:
            level.allocated -= part
            row.allocated -= part
            changed.append(row)
    SalesOrderLine.with_parts.bulk_update(changed, ["allocated"])
    for order_id in {row.order_id for row in changed}:
        record(free[order_id], "released", f"Some of it waits for goods again: {why}")
