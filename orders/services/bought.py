"""What purchases are for: giving demand back, handing over what came, taking that back.

A line of a sale is shipped, promised, bought or short: shipped + allocated + bought never exceeds
what was ordered. Whoever changes what was bought for a sale holds the sale's lock; a purchase is
locked before its sales, and stock after both.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Sum

from hub.money import plain
from inventory.services.locations import default_location
from inventory.services.stock import StockWork
from orders.domain.states import PurchaseOrderStatus, SalesOrderStatus
from orders.domain.stock_states import ShipmentStatus
from orders.models import (
    BoughtFor,
    PurchaseOrder,
    PurchaseOrderLine,
    ReceiptLine,
    SalesOrder,
    SalesOrderLine,
    ShipmentLine,
)
from orders.services.allocation import waiting_quantity
from orders.services.booking import product_of
from orders.services.documents import record

ZERO = Decimal(0)
Needed = tuple[UUID, UUID | None]  # a line and its product


def open_quantity(link: BoughtFor) -> Decimal:
    """What is still to come of it."""
    return link.quantity - link.received


def lock_sales(ids: Iterable[UUID]) -> dict[UUID, SalesOrder]:
    """Sales by id, their rows locked in one order."""
    rows = (
        SalesOrder.objects.filter(id__in=set(ids))
        .select_related("contact", "location")
        .select_for_update(of=("self",), no_key=True)
        .order_by("id")
    )
    return {row.id: row for row in rows}


@dataclass
class Served:
    """The sales that a purchase is for, locked, with their lines and what is bought for each."""

    purchase: PurchaseOrder
    links: list[BoughtFor]
    orders: dict[UUID, SalesOrder]
    lines: dict[tuple[UUID, UUID], SalesOrderLine]
    picked: dict[tuple[UUID, UUID], Decimal] = field(default_factory=dict)

    def line_of(self, link: BoughtFor) -> SalesOrderLine | None:
        """The sale's line; None where it was removed since."""
        return self.lines.get((link.sales_order_id, link.sale_line))

    def product_of(self, link: BoughtFor) -> UUID | None:
        """What the sale wants."""
        line = self.line_of(link)
        return line.product_id if line is not None else None

    def links_of(self, purchase_line: UUID) -> list[BoughtFor]:
        """For whom a line of the purchase is, the first asked first."""
        return [link for link in self.links if link.purchase_line == purchase_line]

    def save(self) -> None:
        """Write links and lines as they stand."""
        BoughtFor.objects.bulk_update(self.links, ["quantity", "received"])
        SalesOrderLine.with_parts.bulk_update(self.lines.values(), ["allocated", "bought"])


def served_by(purchase: PurchaseOrder | None) -> Served | None:
    """Lock the sales that the purchase is for; None where it is for stock. One statement then."""
    if purchase is None:
        return None
    wanted = BoughtFor.objects.filter(purchase_order=purchase, quantity__gt=0)
    orders = lock_sales(wanted.values_list("sales_order_id", flat=True).distinct())
    if not orders:
        return None
    links = list(wanted.filter(sales_order_id__in=list(orders)).order_by("id"))
    rows = SalesOrderLine.with_parts.filter(
        order_id__in=list(orders), line_id__in=[link.sale_line for link in links]
    )
    return Served(purchase, links, orders, {(row.order_id, row.line_id): row for row in rows})


# --- Giving demand back ---------------------------------------------------------------------------
def fit_sale(order: SalesOrder) -> None:
    """Give back what was bought for more than the locked sale still lacks; the newest first."""
    links = list(
        BoughtFor.objects.filter(sales_order=order, quantity__gt=F("received"))
        .select_related("purchase_order")
        .order_by("-id")
    )
    if not links:
        return
    rows = {row.line_id: row for row in SalesOrderLine.with_parts.filter(order=order)}
    over = order.status in (SalesOrderStatus.VOID, SalesOrderStatus.DECLINED)
    room = {} if over else {(r.line_id, r.product_id): waiting_quantity(r) for r in rows.values()}
    bought = dict(
        PurchaseOrderLine.objects.filter(
            order_id__in=[link.purchase_order_id for link in links],
            line_id__in=[link.purchase_line for link in links],
        ).values_list("line_id", "product_id")
    )
    _give_back([(link, (link.sale_line, bought.get(link.purchase_line))) for link in links], room)
    for key, row in rows.items():
        row.bought = sum((open_quantity(one) for one in links if one.sale_line == key), ZERO)
    BoughtFor.objects.bulk_update(links, ["quantity"])
    SalesOrderLine.with_parts.bulk_update(rows.values(), ["bought"])


def fit_purchase(purchase: PurchaseOrder) -> None:
    """Give back what the locked purchase does not order any more; all of it once it is void."""
    served = served_by(purchase)
    if served is None:
        return
    over = purchase.status in (PurchaseOrderStatus.VOID, PurchaseOrderStatus.DECLINED)
    rows = [] if over else list(purchase.lines.all())
    came: dict[UUID, Decimal] = defaultdict(Decimal)
    for link in served.links:
        came[link.purchase_line] += link.received
    room = {(r.line_id, r.product_id): max(ZERO, r.quantity - came[r.line_id]) for r in rows}
    before = {link.id: open_quantity(link) for link in served.links}
    _give_back(
        [(link, (link.purchase_line, served.product_of(link))) for link in served.links[::-1]], room
    )
    lost: dict[UUID, Decimal] = defaultdict(Decimal)
    for link in served.links:
        fewer = before[link.id] - open_quantity(link)
        line = served.line_of(link)
        if line is not None and fewer:
            line.bought = max(ZERO, line.bought - fewer)
            lost[link.sales_order_id] += fewer
    served.save()
    for order_id, fewer in lost.items():
        text = f"{purchase.number} does not bring {plain(fewer)} of it any more"
        record(served.orders[order_id], "demand_returned", text)


def _give_back(links: Sequence[tuple[BoughtFor, Needed]], room: Mapping[Needed, Decimal]) -> None:
    """Lower the links, the first given first, until those of each line fit into its room.

    A line whose product was changed since has none.
    """
    excess: dict[Needed, Decimal] = defaultdict(Decimal)
    for link, line in links:
        excess[line] += open_quantity(link)
    for line, quantity in excess.items():
        excess[line] = max(ZERO, quantity - room.get(line, ZERO))
    for link, line in links:
        part = min(open_quantity(link), excess[line])
        link.quantity -= part
        excess[line] -= part


# --- Goods that came ------------------------------------------------------------------------------
def hand_over(
    work: StockWork, served: Served, location_id: UUID, rows: Sequence[ReceiptLine], number: str
) -> dict[UUID, Decimal]:
    """Promise goods that came to the sales that they were bought for, before anybody else.

    A sale that ships from elsewhere, or is a draft again, does not get the promise: the goods are
    here for all. Gives what was handed over by line of a sale.
    """
    given: dict[UUID, Decimal] = defaultdict(Decimal)
    fallback = default_location().id
    for row in rows:
        left = row.quantity
        for link in served.links_of(row.line_id):
            part = min(left, open_quantity(link))
            line = served.line_of(link)
            if part <= 0 or line is None:
                continue
            left -= part
            link.received += part
            line.bought -= part
            given[link.sale_line] += part
            order = served.orders[link.sales_order_id]
            here = (order.location_id or fallback) == location_id
            if here and order.status == SalesOrderStatus.AUTHORISED:
                promised = min(part, waiting_quantity(line))
                work.level(row.product_id, location_id).allocated += promised
                line.allocated += promised
    served.save()
    for order_id in {link.sales_order_id for link in served.links if link.sale_line in given}:
        text = f"{number} brought what {served.purchase.number} bought for this order"
        record(served.orders[order_id], "allocated", text)
    return given


def hand_back(
    work: StockWork, served: Served, location_id: UUID, rows: Sequence[ReceiptLine]
) -> None:
    """Goods leave again: sales wait for them once more, the newest first.

    Sales that are being picked keep their promise; what is missing then is refused when the work
    is saved. The purchase's lines count without the goods already.
    """
    left = {row.line_id: row.received for row in served.purchase.lines.all()}
    served.picked = _picked(served.orders)
    fallback = default_location().id
    for row in rows:
        links = served.links_of(row.line_id)
        came = sum((link.received for link in links), ZERO)
        excess = min(row.quantity, max(ZERO, came - left.get(row.line_id, ZERO)))
        for link in reversed(links):
            part = min(link.received, excess)
            line = served.line_of(link)
            if part <= 0:
                continue
            excess -= part
            link.received -= part
            if line is None:
                link.quantity -= part
                continue
            order = served.orders[link.sales_order_id]
            if (order.location_id or fallback) == location_id:
                _unpromise(work, served, line, location_id, part)
            room = waiting_quantity(line) - line.bought
            link.quantity -= max(ZERO, part - room)
            line.bought += min(part, max(ZERO, room))
    served.save()


def _unpromise(
    work: StockWork,
    served: Served,
    line: SalesOrderLine,
    location_id: UUID,
    quantity: Decimal,
) -> None:
    free = line.allocated - served.picked.get((line.order_id, line.line_id), ZERO)
    part = min(quantity, max(ZERO, free))
    work.level(product_of(line), location_id).allocated -= part
    line.allocated -= part


def _picked(orders: Iterable[UUID]) -> dict[tuple[UUID, UUID], Decimal]:
    rows = (
        ShipmentLine.objects.filter(
            shipment__sales_order_id__in=list(orders), shipment__status__in=ShipmentStatus.open()
        )
        .values("shipment__sales_order_id", "line_id")
        .annotate(q=Sum("quantity"))
    )
    return {(row["shipment__sales_order_id"], row["line_id"]): row["q"] for row in rows}
