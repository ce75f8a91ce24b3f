"""Picking, packing and shipping sales orders, in part and many times.

Stock leaves when a shipment ships: the oldest goods first, and their cost is posted. Until then
its units stay promised to the order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from hub.money import parse_quantity, plain
from inventory.models import MovementKind, StockLayer, StockMovement
from inventory.selectors import standing_movements
from inventory.services.locations import location_or_default
from inventory.services.stock import StockSource, StockWork
from inventory.services.stock_returns import give_back
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.services.journals import reverse_source
from network.domain.payload_base import clean_line, clean_note
from orders.domain.states import SalesOrderStatus
from orders.domain.stock_states import ShipmentStatus
from orders.models import CreditNote, SalesOrder, SalesOrderLine, Shipment, ShipmentLine
from orders.services.allocation import location_of, waiting_quantity
from orders.services.booking import Books, cogs_account, is_stock, open_books, product_of
from orders.services.bought import fit_sale
from orders.services.documents import author, lock_document, record
from orders.services.kits import count_kits, every_line, is_whole, parts_by_kit, whole
from orders.services.lines import LineErrors
from orders.services.notices import send_notice
from orders.services.progress import update_sale
from orders.services.stock_documents import lock_piece, move_piece, piece_or_404, record_piece
from tenants.services.numbers import take_number

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ShipmentInput:
    """So much of an ordered line; the quantity may be text as typed."""

    line_id: UUID
    quantity: str | Decimal


@dataclass(frozen=True, slots=True)
class ShipmentHeader:
    """What a shipment says besides its lines; None follows from the order or today."""

    happened_on: date | None = None
    location: UUID | None = None
    carrier: str = ""
    tracking: str = ""
    note: str = ""
    parcels: int = 1


@dataclass(frozen=True, slots=True)
class Shippable:
    """An ordered line: how much of it is neither shipped nor on an open shipment, and promised.

    A kit is counted in whole kits, and has `parts`.
    """

    line: SalesOrderLine
    quantity: Decimal
    promised: Decimal
    parts: Sequence[SalesOrderLine] = ()


def shippable_lines(order: SalesOrder, *, besides: UUID | None = None) -> list[Shippable]:
    """The stock lines that can go on another shipment; what is on `besides` counts as free."""
    on_the_way: dict[UUID, Decimal] = defaultdict(Decimal)
    for open_part in (
        ShipmentLine.objects.filter(
            shipment__sales_order=order, shipment__status__in=ShipmentStatus.open()
        )
        .exclude(shipment__in=[besides] if besides else [])
        .values("line_id")
        .annotate(q=Sum("quantity"))
    ):
        on_the_way[open_part["line_id"]] = open_part["q"]
    rows = every_line(order)
    kits = parts_by_kit(rows)
    found = []
    for row in rows:
        parts = kits.get(row.line_id, ())
        if parts:
            on_the_way[row.line_id] = _kits_in(parts[0], on_the_way)
            promised = whole(parts, "allocated")
        elif is_stock(row.product) and row.kit_line is None:
            promised = row.allocated
        else:
            continue
        left = row.quantity - row.shipped - on_the_way[row.line_id]
        found.append(Shippable(row, left, promised, parts))
    return [row for row in found if row.quantity > 0]


def _kits_in(part: SalesOrderLine, quantities: Mapping[UUID, Decimal]) -> Decimal:
    """Parts ship only with the whole kit, so that any of them tells how many."""
    return quantities[part.line_id] / (part.per_kit or Decimal(1))


def draft_shipment(
    order_id: UUID,
    lines: Sequence[ShipmentInput] | None = None,
    header: ShipmentHeader | None = None,
) -> Shipment:
    """Begin to pick an authorised order; without `lines` what is promised to it.

    Raises Conflict when nothing can be shipped, InvalidInput naming `lines.3.quantity`.
    """
    order = lock_document(SalesOrder, order_id)
    if order.status not in SalesOrderStatus.sendable():
        raise Conflict(
            f"{order.number} is {SalesOrderStatus(order.status).label.lower()}; "
            "authorise it before it is shipped.",
            code="not_authorised",
        )
    possible = {row.line.line_id: row for row in shippable_lines(order)}
    if not possible:
        raise Conflict(
            f"Everything that {order.number} ordered from stock is shipped or being picked.",
            code="nothing_outstanding",
        )
    _check_simple(order)
    if lines is None:
        lines = _promised(possible.values())
    if not lines:
        raise Conflict(
            f"Nothing is in stock for {order.number} yet. It waits for goods to come in.",
            code="short_of_stock",
        )
    rows = ordered_rows(possible, lines)
    shipment = _shipment(order, header or ShipmentHeader())
    shipment.number = take_number("shipment")
    shipment.save(force_insert=True)
    for row in rows:
        row.shipment = shipment
    ShipmentLine.objects.bulk_create(rows)
    record_piece(shipment, "created", f"{shipment.number} begun for {order.number}")
    return shipment


def _promised(rows: Iterable[Shippable]) -> list[ShipmentInput]:
    wanted = []
    for row in rows:
        quantity = min(row.quantity, row.promised)
        if quantity > 0:
            wanted.append(ShipmentInput(row.line.line_id, quantity))
    return wanted


def _check_simple(order: SalesOrder) -> None:
    others = Shipment.objects.filter(sales_order=order).exclude(status=ShipmentStatus.VOID)
    if not order.is_advanced and others.exists():
        raise Conflict(
            f"{order.number} is a simple sale with one shipment. Make it an advanced sale to "
            "ship it in parts.",
            code="simple_order",
        )


def ordered_rows(
    possible: Mapping[UUID, Shippable], lines: Sequence[ShipmentInput]
) -> list[ShipmentLine]:
    """Shipment lines of an order's; raises InvalidInput naming `lines.3.quantity`."""
    errors = LineErrors()
    rows: list[ShipmentLine] = []
    seen: set[UUID] = set()
    for index, line in enumerate(lines):
        path = f"lines.{index}"
        found = possible.get(line.line_id)
        if found is None or line.line_id in seen:
            errors.add(f"{path}.line_id", "This line of the order is shipped, or named twice.")
            continue
        seen.add(line.line_id)
        quantity = errors.number(parse_quantity, line.quantity, f"{path}.quantity")
        if quantity > found.quantity:
            errors.add(
                f"{path}.quantity",
                f"{plain(found.quantity)} of {found.line.sku} are left to ship.",
            )
        if found.parts and not is_whole(quantity):
            errors.add(f"{path}.quantity", f"{found.line.sku} is a kit: ship whole ones.")
        for moved in found.parts or (found.line,):
            rows.append(
                ShipmentLine(
                    position=len(rows) + 1,
                    line_id=moved.line_id,
                    product_id=product_of(moved),
                    description=moved.description,
                    quantity=quantity * (moved.per_kit or 1),
                )
            )
    if not rows and not errors.fields:
        errors.add("lines", "Enter a quantity for at least one line.")
    errors.check()
    return rows


def _shipment(order: SalesOrder, header: ShipmentHeader) -> Shipment:
    location = (
        location_or_default(header.location) if header.location is not None else location_of(order)
    )
    return Shipment(
        contact=order.contact,
        sales_order=order,
        location=location,
        happened_on=header.happened_on or timezone.localdate(),
        carrier=clean_line(header.carrier, longest=80),
        tracking=clean_line(header.tracking, longest=120),
        note=clean_note(header.note),
        parcels=max(1, header.parcels),
        delivery_address=order.delivery_address or order.contact.delivery_address,
        **author(),
    )


def pick_shipment(shipment_id: UUID) -> Shipment:
    """Everything on it is picked."""
    return _step(shipment_id, "pick", "picked")


def pack_shipment(shipment_id: UUID, *, parcels: int | None = None) -> Shipment:
    """Everything on it is packed."""
    shipment = _step(shipment_id, "pack", "packed")
    if parcels is not None:
        Shipment.objects.filter(id=shipment.id).update(parcels=max(1, parcels))
        shipment.parcels = max(1, parcels)
    return shipment


def _step(shipment_id: UUID, verb: str, participle: str) -> Shipment:
    _order, shipment = _lock_both(shipment_id)
    move_piece(shipment, verb)
    record_piece(shipment, participle, f"{shipment.number} {participle}")
    return shipment


def _lock_both(shipment_id: UUID) -> tuple[SalesOrder, Shipment]:
    """The order first: whoever works on its pieces waits in the same queue."""
    order_id = piece_or_404(Shipment, shipment_id).sales_order_id
    return lock_document(SalesOrder, order_id), lock_piece(Shipment, shipment_id)


def ship(
    shipment_id: UUID,
    *,
    happened_on: date | None = None,
    carrier: str | None = None,
    tracking: str | None = None,
    of_receipt: UUID | None = None,
) -> Shipment:
    """Stock leaves and its cost is posted. A step that was left out counts as done.

    With `of_receipt` the goods of that receipt leave before older ones, and both belong together.
    Raises Conflict (`short_of_stock`, `promised`) and InvalidInput (`period_locked`).
    """
    order, shipment = _lock_both(shipment_id)
    on = happened_on or shipment.happened_on
    books = open_books(on, field="happened_on")
    changes: dict[str, object] = {"happened_on": on, "authorised_at": timezone.now()}
    changes["authorised_by_name"] = author()["created_by_name"]
    if carrier is not None:
        changes["carrier"] = clean_line(carrier, longest=80)
    if tracking is not None:
        changes["tracking"] = clean_line(tracking, longest=120)
    if of_receipt is not None:
        changes["drop_receipt"] = of_receipt
    move_piece(shipment, "ship", **changes)
    rows = list(shipment.lines.select_related("product").order_by("position"))
    _count_shipped(order, shipment, rows, books)
    record_piece(shipment, "shipped", f"{shipment.number} shipped from {shipment.location.name}")
    record(order, "shipped", f"{shipment.number} shipped")
    update_sale(order)
    send_notice(shipment, order)
    return shipment


def _work(books: Books, shipment: Shipment, rows: Sequence[ShipmentLine]) -> StockWork:
    work = books.work(
        shipment.happened_on,
        StockSource("shipment", shipment.id, shipment.number),
        [(row.product_id, shipment.location_id) for row in rows],
    )
    needs: dict[tuple[UUID, UUID], Decimal] = defaultdict(Decimal)
    for row in rows:
        needs[(row.product_id, shipment.location_id)] += row.quantity
    work.read_layers(needs)
    return work


def _count_shipped(
    order: SalesOrder, shipment: Shipment, rows: Sequence[ShipmentLine], books: Books
) -> None:
    by_id = {line.line_id: line for line in every_line(order)}
    own_location = location_of(order).id
    work = _work(books, shipment, rows)
    own = _own_layers(work, shipment.drop_receipt)
    entries: list[Entry] = []
    for row in rows:
        line = by_id[row.line_id]
        line.shipped += row.quantity
        if line.shipped > line.quantity:
            raise InvalidInput(f"More of {line.sku} would be shipped than was ordered.")
        promised = min(line.allocated, row.quantity)
        if shipment.location_id == own_location:
            work.level(row.product_id, own_location).allocated -= promised
            line.allocated -= promised
        _movement, taken = work.issue(
            row.product,
            shipment.location_id,
            row.quantity,
            kind=MovementKind.SHIPMENT,
            line_id=row.line_id,
            prefer=[layer for layer in own if layer.product_id == row.product_id],
        )
        cost = sum((part.value for part in taken), ZERO)
        entries.append(Entry(cogs_account(row.product), cost, product=row.product_id))
        entries.append(Entry(AccountRole.INVENTORY, -cost, product=row.product_id))
    work.save()
    count_kits(list(by_id.values()))
    SalesOrderLine.with_parts.bulk_update(by_id.values(), ["allocated", "shipped"])
    if any(line.bought > waiting_quantity(line) for line in by_id.values()):
        fit_sale(order)  # other goods were taken instead of those that are on their way
    books.post([_posting(books, shipment, entries)])


def _own_layers(work: StockWork, receipt: UUID | None) -> list[StockLayer]:
    """The layers that a receipt made, for goods that only pass through; pools know no origin."""
    if receipt is None or work.average:
        return []
    rows = StockLayer.objects.filter(source_kind="receipt", source_id=receipt, remaining__gt=0)
    return work.know_layers(rows.order_by("id"))


def _posting(books: Books, shipment: Shipment, entries: Sequence[Entry]) -> Posting:
    return Posting(
        JournalEvent.SHIPMENT,
        shipment.happened_on,
        Source("shipment", shipment.id, shipment.number),
        entries,
        books.base,
        memo=f"Goods shipped to {shipment.contact.name}",
    )


def ship_order(
    order_id: UUID,
    lines: Sequence[ShipmentInput] | None = None,
    header: ShipmentHeader | None = None,
) -> Shipment:
    """Draft and ship in one go."""
    return ship(draft_shipment(order_id, lines, header).id)


# --- Undoing ------------------------------------------------------------------------------------
def undo_shipment(shipment_id: UUID, *, together: bool = False) -> Shipment:
    """Back to picking: goods return to the layers they left, journals are reversed.

    `together`: its receipt is undone too, as a delivery of the supplier to the customer has to be.
    Raises Conflict when some of the goods were returned on a credit note since.
    """
    order, shipment = _lock_both(shipment_id)
    shipped = shipment.status == ShipmentStatus.SHIPPED
    if shipped and shipment.drop_receipt is not None and not together:
        raise Conflict(
            f"{shipment.number} left the supplier for the customer; its receipt is undone with it.",
            code="drop_shipped",
        )
    move_piece(shipment, "undo", authorised_at=None)
    if shipped:
        books = open_books(shipment.happened_on, field="happened_on")
        movements = standing_movements([shipment.id])
        _refuse_returned(shipment, movements)
        _take_back(books, order, shipment, movements)
        update_sale(order)
        send_notice(shipment, order, cancelled=True)
    record_piece(shipment, "undone", f"{shipment.number} is to be picked again")
    return shipment


def _refuse_returned(shipment: Shipment, movements: Sequence[StockMovement]) -> None:
    line_ids = {movement.line_id for movement in movements if movement.line_id}
    parts = SalesOrderLine.with_parts.filter(
        order_id=shipment.sales_order_id, line_id__in=line_ids, kit_line__isnull=False
    )
    line_ids |= {kit for kit in parts.values_list("kit_line", flat=True) if kit is not None}
    numbers = sorted(
        CreditNote.objects.filter(lines__line_id__in=line_ids, lines__returned__gt=0, side="sale")
        .filter(status__in=["authorised", "settled"])
        .values_list("number", flat=True)
        .distinct()
    )
    if numbers:
        raise Conflict(
            f"Goods of {shipment.number} came back on {', '.join(numbers)}. Undo that first.",
            code="returned",
        )


def _take_back(
    books: Books, order: SalesOrder, shipment: Shipment, movements: Sequence[StockMovement]
) -> None:
    work = books.work(
        shipment.happened_on,
        StockSource("shipment", shipment.id, shipment.number),
        [(m.product_id, m.location_id) for m in movements],
    )
    give_back(work, [(movement, -movement.quantity) for movement in movements])
    by_id = {line.line_id: line for line in every_line(order)}
    own_location = location_of(order).id
    for movement in movements:
        if movement.line_id is None:
            continue
        line = by_id[movement.line_id]
        line.shipped += movement.quantity
        if shipment.location_id == own_location:
            work.level(movement.product_id, own_location).allocated -= movement.quantity
            line.allocated -= movement.quantity
    work.save()
    count_kits(list(by_id.values()))
    SalesOrderLine.with_parts.bulk_update(by_id.values(), ["allocated", "shipped"])
    reverse_source(shipment.id)


def void_shipment(shipment_id: UUID) -> Shipment:
    """Void one that has not shipped; its number stays taken, its goods stay promised."""
    _order, shipment = _lock_both(shipment_id)
    move_piece(shipment, "void")
    record_piece(shipment, "voided", f"{shipment.number} voided")
    return shipment
