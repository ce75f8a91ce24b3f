"""Bills of theirs that are of a purchase order of ours: by their link to it, or by its number.

A bill that says of which order it is becomes that order's bill: it counts what is billed, and
meets what was received. Where it cannot be, it waits for somebody; it never becomes a second
purchase.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from accounting.domain.incoming import Held, IncomingTrade
from accounting.domain.sharing import share
from accounting.domain.states import Kind
from accounting.incoming.taking_over import local_of, title_of
from accounting.incoming.wanted import (
    Counted,
    contact_of,
    counted_lines,
    is_goods,
    part_of,
    rate_of,
)
from accounting.models import Connection
from hub.money import minor_units, plain
from network.models import Contact
from orders.domain.states import PurchaseOrderStatus
from orders.models import PurchaseOrder, PurchaseOrderLine
from orders.services.bills import billable_lines
from orders.services.documents import lock_document

ZERO = Decimal(0)
# What may be the number of an order in a note; more words than this are not looked at.
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.-]{2,39}")
MOST_WORDS = 200
Left = list[tuple[PurchaseOrderLine, Decimal]]


def order_of(connection: Connection, trade: IncomingTrade) -> PurchaseOrder | None:
    """The order of ours that a bill of theirs is of; None for a purchase of its own.

    Raises Held where it is of an order that it cannot be of.
    """
    linked = [
        order
        for _entity, id_ in trade.sources
        if (order := local_of(connection, Kind.PURCHASE_ORDER, id_)) is not None
    ]
    rows = list(PurchaseOrder.objects.filter(id__in=linked).order_by("number"))
    if not rows:
        words = [trade.number, *WORD.findall(trade.note)[:MOST_WORDS]]
        named = {word.rstrip("./-_") for word in words}
        rows = list(PurchaseOrder.objects.filter(number__in=named).order_by("number"))
    if len(rows) > 1:
        numbers = ", ".join(row.number for row in rows)
        raise Held(
            f"It is of {numbers}. A bill here is of one order: make a bill for each in "
            f"{title_of(connection)}, then they come in.",
            code="several_orders",
        )
    if not rows:
        return None
    _check_whose(connection, trade, rows[0])
    return rows[0]


def _check_whose(connection: Connection, trade: IncomingTrade, order: PurchaseOrder) -> None:
    contact = contact_of(connection, trade)
    title = title_of(connection)
    if contact is not None and contact != order.contact_id:
        name = Contact.objects.values_list("name", flat=True).get(id=order.contact_id)
        raise Held(
            f"It names {order.number}, which is an order to {name} and not to its supplier. Take "
            f"the order off the bill in {title}, or give the bill to {name} there.",
            code="order_of_another",
        )
    if order.status not in PurchaseOrderStatus.sendable():
        status = PurchaseOrderStatus(order.status).label.lower()
        raise Held(
            f"It is of {order.number}, which is {status} here. Authorise the order again, or take "
            f"it off the bill in {title}; then the bill comes in.",
            code="order_not_open",
        )
    currency = trade.currency or connection.currency
    if currency != order.currency:
        raise Held(
            f"It is in {currency}, and {order.number} was ordered in {order.currency}. Correct one "
            f"of the two, or take the order off the bill in {title}.",
            code="order_currency",
        )
    rate_of(connection, trade.currency, trade.rate)


def of_order(
    connection: Connection,
    trade: IncomingTrade,
    order: PurchaseOrder,
    *,
    besides: UUID | None = None,
) -> list[Counted]:
    """The bill's lines as lines of the order; freight and the like stay lines of their own.

    `besides`: the bill itself, where it stands here already. Raises Held for what was not ordered
    and for more than is left to be billed.
    """
    left: Left = billable_lines(lock_document(PurchaseOrder, order.id), besides=besides)
    title = title_of(connection)
    if not any(quantity > 0 for _line, quantity in left):
        raise Held(
            f"It is of {order.number}, which is billed in full. If it is the same bill, void one "
            f"of the two; if it is another purchase, take the order off it in {title}.",
            code="already_billed",
        )
    found: list[Counted] = []
    for row in counted_lines(connection, trade):
        product = local_of(connection, Kind.PRODUCT, row.line.item) if row.line.item else None
        possible = _possible(left, product, row)
        if possible:
            found += _spread(row, possible, left, order, title)
        elif product is not None and is_goods([product]):
            raise Held(
                f"“{row.line.description[:80]}” on it is not on {order.number}. Add it to the "
                f"order here, or take it off the bill in {title}; then the bill comes in.",
                code="not_ordered",
            )
        else:
            found.append(row)
    if all(row.line_id is None for row in found):
        raise Held(
            f"It is of {order.number}, but none of its lines is one of the order's. Enter the "
            f"order's products on it in {title}, or take the order off it.",
            code="not_ordered",
        )
    return found


def _possible(left: Left, product: UUID | None, row: Counted) -> list[int]:
    """Places of the ordered lines that a line may be of: the same product, or the same words."""
    text = " ".join(row.line.description.split()).casefold()
    return [
        place
        for place, (line, _quantity) in enumerate(left)
        if (
            line.product_id == product
            if product is not None
            else line.product_id is None and line.description.casefold() == text
        )
    ]


def _spread(
    row: Counted,
    possible: Sequence[int],
    left: Left,
    order: PurchaseOrder,
    title: str,
) -> list[Counted]:
    """One line of the bill over the ordered lines that it is of, the first first."""
    missing = row.line.quantity
    taken: list[tuple[UUID, Decimal]] = []
    for place in possible:
        line, open_ = left[place]
        quantity = min(missing, open_)
        if quantity <= 0:
            continue
        left[place] = (line, open_ - quantity)
        missing -= quantity
        taken.append((UUID(str(line.line_id)), quantity))
    if missing > 0:
        had = sum((quantity for _line, quantity in taken), ZERO)
        name = left[possible[0]][0].sku or row.line.description[:80]
        raise Held(
            f"It bills {plain(row.line.quantity)} of {name} for {order.number}, of which "
            f"{plain(had)} are left to be billed. Raise the order here, or lower the bill in "
            f"{title}; then it comes in.",
            code="over_billed",
        )
    if len(taken) == 1:
        return [part_of(row, row.line.quantity, row.net, taken[0][0])]
    weights = [quantity for _line, quantity in taken]
    nets = share(row.net, weights, minor_units(order.currency))
    return [
        part_of(row, quantity, net, line_id)
        for (line_id, quantity), net in zip(taken, nets, strict=True)
    ]
