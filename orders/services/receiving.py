"""Receiving goods: of a purchase order in part and many times, of a bill, or blind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from hub.ids import new_id
from hub.money import divide, multiply, parse_quantity, parse_unit_price, plain, round_half_up
from inventory.models import Location, MovementKind, Product
from inventory.selectors import standing_movements
from inventory.services.locations import location_or_default
from inventory.services.stock import StockSource
from inventory.services.stock_returns import take_back
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.services.journals import reverse_source
from network.domain.payload_base import clean_line, clean_note
from network.services.contacts import contact_or_404
from orders.domain.states import PurchaseOrderStatus
from orders.domain.stock_states import ReceiptStatus
from orders.models import (
    Bill,
    PurchaseMatch,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReceiptLine,
)
from orders.services.allocation import allocate_waiting, release_lost
from orders.services.booking import Books, is_stock, open_books, product_of
from orders.services.bought import Served, hand_back, hand_over, served_by
from orders.services.documents import author, lock_document, record
from orders.services.lines import LineErrors
from orders.services.progress import update_purchase
from orders.services.purchase_matching import later_pieces, match_waiting, open_bills, unmatch
from orders.services.stock_documents import (
    lock_piece,
    move_piece,
    piece_or_404,
    record_piece,
    shipment_of_receipt,
)
from tenants.services.numbers import take_number

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ReceiptInput:
    """One line as asked for. `line_id` is an ordered (or billed) line's; without it a product.

    `unit_cost` is in base currency and only for blind receipts; quantities may be text.
    """

    quantity: str | Decimal
    line_id: UUID | None = None
    product: UUID | None = None
    unit_cost: str | Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReceiptHeader:
    """What a receipt says besides its lines; None follows from the order or today."""

    happened_on: date | None = None
    location: UUID | None = None
    reference: str = ""
    note: str = ""
    notice: UUID | None = None
    notice_version: int = 0


@dataclass(frozen=True, slots=True)
class Outstanding:
    """An ordered line and how much of it is still to come."""

    line: PurchaseOrderLine
    quantity: Decimal


def outstanding_lines(order: PurchaseOrder) -> list[Outstanding]:
    """The stock lines of an order that are not received in full."""
    rows = order.lines.select_related("product").order_by("position")
    return [
        Outstanding(row, row.quantity - row.received)
        for row in rows
        if is_stock(row.product) and row.quantity > row.received
    ]


def draft_receipt(
    order_id: UUID,
    lines: Sequence[ReceiptInput] | None = None,
    header: ReceiptHeader | None = None,
) -> Receipt:
    """Draft a receipt of an authorised purchase order; without `lines` all that is outstanding.

    Raises Conflict when nothing can be received, InvalidInput naming `lines.3.quantity`.
    """
    order = lock_document(PurchaseOrder, order_id)
    if order.status not in PurchaseOrderStatus.sendable():
        raise Conflict(
            f"{order.number} is {PurchaseOrderStatus(order.status).label.lower()}; "
            "authorise it before goods are received.",
            code="not_authorised",
        )
    open_lines = {row.line.line_id: row for row in outstanding_lines(order)}
    if not open_lines:
        raise Conflict(
            f"Everything that {order.number} ordered for stock is received.",
            code="nothing_outstanding",
        )
    _check_simple(order)
    if lines is None:
        lines = [ReceiptInput(row.quantity, line_id=key) for key, row in open_lines.items()]
    header = header or ReceiptHeader()
    location = _location(order, header)
    rows = ordered_rows(order, open_lines, lines)
    receipt = _receipt(header, location, contact_id=order.contact_id)
    receipt.purchase_order = order
    return _save(receipt, rows, f"of {order.number}")


def _location(order: PurchaseOrder | None, header: ReceiptHeader) -> Location:
    own = order.location_id if order is not None else None
    return location_or_default(header.location or own)


def _check_simple(order: PurchaseOrder) -> None:
    others = Receipt.objects.filter(purchase_order=order).exclude(status=ReceiptStatus.VOID)
    if not order.is_advanced and others.exists():
        raise Conflict(
            f"{order.number} is a simple purchase with one receipt. Make it an advanced purchase "
            "to receive it in parts.",
            code="simple_order",
        )


def ordered_rows(
    order: PurchaseOrder,
    open_lines: Mapping[UUID, Outstanding],
    lines: Sequence[ReceiptInput],
) -> list[ReceiptLine]:
    """Receipt lines for what of an order came; raises InvalidInput naming `lines.3.quantity`."""
    errors = LineErrors()
    rows: list[ReceiptLine] = []
    seen: set[UUID] = set()
    rate = order.rate
    for index, line in enumerate(lines):
        path = f"lines.{index}"
        found = open_lines.get(line.line_id) if line.line_id else None
        if found is None or found.line.line_id in seen:
            errors.add(f"{path}.line_id", "This line of the order is received, or named twice.")
            continue
        seen.add(found.line.line_id)
        quantity = errors.number(parse_quantity, line.quantity, f"{path}.quantity")
        if quantity > found.quantity:
            errors.add(
                f"{path}.quantity",
                f"{plain(found.quantity)} of {found.line.sku} are outstanding. Change the order "
                "first if more came.",
            )
        rows.append(_row(len(rows) + 1, found.line, quantity, _unit_cost(found.line, rate)))
    _check_some(rows, errors)
    return rows


def _check_some(rows: Sequence[ReceiptLine], errors: LineErrors) -> None:
    if not rows and not errors.fields:
        errors.add("lines", "Enter a quantity for at least one line.")
    errors.check()


def _unit_cost(line: PurchaseOrderLine, rate: Decimal) -> Decimal:
    """What the order says one unit costs, without tax, in base currency; six decimals."""
    if not line.quantity:
        return ZERO
    return round_half_up(divide(multiply(line.net, rate), line.quantity), 6)


def _row(
    position: int, ordered: PurchaseOrderLine, quantity: Decimal, unit_cost: Decimal
) -> ReceiptLine:
    return ReceiptLine(
        position=position,
        line_id=ordered.line_id,
        product_id=product_of(ordered),
        description=ordered.description,
        quantity=quantity,
        unit_cost=unit_cost,
    )


def draft_blind_receipt(
    contact_id: UUID, lines: Sequence[ReceiptInput], header: ReceiptHeader | None = None
) -> Receipt:
    """Draft a receipt without an order. Raises InvalidInput, NotFound."""
    contact = contact_or_404(contact_id)
    header = header or ReceiptHeader()
    location = location_or_default(header.location)
    rows = blind_rows(lines)
    receipt = _receipt(header, location, contact_id=contact.id)
    return _save(receipt, rows, f"from {contact.name}")


def blind_rows(lines: Sequence[ReceiptInput]) -> list[ReceiptLine]:
    """Receipt lines of products; raises InvalidInput naming `lines.3.product`."""
    errors = LineErrors()
    products = Product.objects.in_bulk([line.product for line in lines if line.product])
    rows: list[ReceiptLine] = []
    for index, line in enumerate(lines):
        path = f"lines.{index}"
        product = products.get(line.product) if line.product else None
        if product is None or not is_stock(product):
            errors.add(f"{path}.product", "Choose a product of which stock is kept.")
            continue
        quantity = errors.number(parse_quantity, line.quantity, f"{path}.quantity")
        given = line.unit_cost if line.unit_cost not in (None, "") else product.purchase_price or 0
        cost = errors.number(parse_unit_price, given, f"{path}.unit_cost")
        rows.append(
            ReceiptLine(
                position=len(rows) + 1,
                line_id=new_id(),
                product=product,
                description=product.name,
                quantity=quantity,
                unit_cost=cost,
            )
        )
    _check_some(rows, errors)
    return rows


def draft_receipt_of_bill(bill_id: UUID, header: ReceiptHeader | None = None) -> Receipt:
    """Draft a receipt of what an approved bill without order billed and nobody received yet."""
    bill = lock_document(Bill, bill_id)
    rows = list(bill.lines.select_related("product").order_by("position"))
    waiting = open_bills(bill.contact_id, [row.line_id for row in rows])
    header = header or ReceiptHeader()
    lines = [
        ReceiptLine(
            position=position,
            line_id=row.line_id,
            product_id=product_of(row),
            description=row.description,
            quantity=sum((part.quantity for part in waiting[row.line_id]), ZERO),
        )
        for position, row in enumerate((r for r in rows if r.line_id in waiting), start=1)
    ]
    if not lines:
        raise Conflict(f"Everything on {bill.number} is received.", code="nothing_outstanding")
    receipt = _receipt(header, location_or_default(header.location), contact_id=bill.contact_id)
    receipt.bill = bill
    return _save(receipt, lines, f"of {bill.number}")


def _receipt(header: ReceiptHeader, location: Location, *, contact_id: UUID) -> Receipt:
    return Receipt(
        contact_id=contact_id,
        location=location,
        happened_on=header.happened_on or timezone.localdate(),
        reference=clean_line(header.reference, longest=80),
        note=clean_note(header.note),
        notice=header.notice,
        notice_version=header.notice_version,
        **author(),
    )


def _save(receipt: Receipt, rows: Sequence[ReceiptLine], of_what: str) -> Receipt:
    receipt.number = take_number("receipt")
    receipt.save(force_insert=True)
    for row in rows:
        row.receipt = receipt
    ReceiptLine.objects.bulk_create(rows)
    record_piece(receipt, "created", f"{receipt.number} drafted {of_what}")
    return receipt


# --- Authorising --------------------------------------------------------------------------------
def authorise_receipt(receipt_id: UUID) -> Receipt:
    """The goods are here: stock goes up, what was billed before is matched, the rest accrues.

    Raises Conflict when the order has been received meanwhile, InvalidInput (`period_locked`).
    """
    order, receipt = _lock_both(receipt_id)
    served = served_by(order)
    books = open_books(receipt.happened_on, field="happened_on")
    rows = list(receipt.lines.select_related("product").order_by("position"))
    ordered = _count_received(order, rows, 1) if order is not None else {}
    move_piece(
        receipt,
        "authorise",
        authorised_at=timezone.now(),
        authorised_by_name=author()["created_by_name"],
    )
    _receive(books, receipt, rows, expected=set(ordered), served=served)
    record_piece(receipt, "authorised", f"{receipt.number} received at {receipt.location.name}")
    if order is not None:
        record(order, "received", f"{receipt.number} received")
        update_purchase(order)
    return receipt


def _lock_both(receipt_id: UUID) -> tuple[PurchaseOrder | None, Receipt]:
    """The order first: whoever works on its pieces waits in the same queue."""
    order_id = piece_or_404(Receipt, receipt_id).purchase_order_id
    order = lock_document(PurchaseOrder, order_id) if order_id else None
    return order, lock_piece(Receipt, receipt_id)


def _count_received(
    order: PurchaseOrder, rows: Sequence[ReceiptLine], sign: int
) -> dict[UUID, PurchaseOrderLine]:
    """Raise what the order's lines have received; refuses more than was ordered."""
    by_id = {line.line_id: line for line in order.lines.all()}
    touched: dict[UUID, PurchaseOrderLine] = {}
    for row in rows:
        line = by_id.get(row.line_id)
        if line is None:
            continue
        line.received += sign * row.quantity
        if line.received > line.quantity:
            message = (
                f"{plain(line.quantity)} of {line.sku} were ordered, and with this receipt "
                f"{plain(line.received)} would be received."
            )
            raise InvalidInput(message, fields={f"lines.{row.position - 1}.quantity": [message]})
        touched[row.line_id] = line
    PurchaseOrderLine.objects.bulk_update(touched.values(), ["received"])
    return touched


def _receive(
    books: Books,
    receipt: Receipt,
    rows: Sequence[ReceiptLine],
    *,
    expected: set[UUID],
    served: Served | None,
) -> None:
    waiting = open_bills(receipt.contact_id, [row.line_id for row in rows])
    source = StockSource("receipt", receipt.id, receipt.number)
    places = [(row.product_id, receipt.location_id) for row in rows]
    work = books.work(receipt.happened_on, source, places)
    matches: list[PurchaseMatch] = []
    for row in rows:
        made = match_waiting(row, waiting.get(row.line_id, []), books.decimals)
        matched = sum((match.quantity for match in made), ZERO)
        row.accrued_quantity = row.quantity - matched
        row.accrued_value = ZERO
        if books.book.accrual:
            row.accrued_value = round_half_up(
                multiply(row.accrued_quantity, row.unit_cost), books.decimals
            )
        row.value = row.accrued_value + sum((match.billed for match in made), ZERO)
        matches += made
        work.receive(
            row.product_id,
            receipt.location_id,
            row.quantity,
            row.value,
            kind=MovementKind.RECEIPT,
            line_id=row.line_id,
        )
        if row.line_id in expected:
            level = work.level(row.product_id, receipt.location_id)
            level.on_order = max(ZERO, level.on_order - row.quantity)
    if served is not None:
        hand_over(work, served, receipt.location_id, rows, receipt.number)
    allocate_waiting(work, receipt.location_id, [row.product_id for row in rows])
    work.save()
    ReceiptLine.objects.bulk_update(rows, ["value", "accrued_quantity", "accrued_value"])
    PurchaseMatch.objects.bulk_create(matches)
    books.post([_posting(books, receipt, rows)])


def _posting(books: Books, receipt: Receipt, rows: Sequence[ReceiptLine]) -> Posting:
    """Stock at its value against what is accrued and what bills have in transit."""
    entries: list[Entry] = []
    if books.book.accrual:
        for row in rows:
            from_bills = row.value - row.accrued_value
            entries += [
                Entry(AccountRole.INVENTORY, row.value, product=row.product_id),
                Entry(
                    AccountRole.GRNI,
                    -row.accrued_value,
                    contact=receipt.contact_id,
                    product=row.product_id,
                ),
                Entry(
                    AccountRole.GINR,
                    -from_bills,
                    contact=receipt.contact_id,
                    product=row.product_id,
                ),
            ]
    return Posting(
        JournalEvent.RECEIPT,
        receipt.happened_on,
        Source("receipt", receipt.id, receipt.number),
        entries,
        books.base,
        memo=f"Goods received from {receipt.contact.name}",
    )


def receive_order(
    order_id: UUID,
    lines: Sequence[ReceiptInput] | None = None,
    header: ReceiptHeader | None = None,
) -> Receipt:
    """Draft and authorise a receipt in one go."""
    return authorise_receipt(draft_receipt(order_id, lines, header).id)


# --- Undoing ------------------------------------------------------------------------------------
def undo_receipt(receipt_id: UUID, *, together: bool = False) -> Receipt:
    """Back to draft: the goods leave stock, journals are reversed.

    Raises Conflict when a bill or credit came later, or when the goods were used or shipped.
    """
    order, receipt = _lock_both(receipt_id)
    if not together and shipment_of_receipt(receipt.id) is not None:
        raise Conflict(
            f"The goods of {receipt.number} went to the customer; undo both together.",
            code="drop_shipped",
        )
    served = served_by(order)
    books = open_books(receipt.happened_on, field="happened_on")
    later = later_pieces(receipt=receipt.id)
    if later:
        raise Conflict(
            f"{receipt.number} is matched by {_names(later)}. Undo that first.", code="matched"
        )
    move_piece(receipt, "undo", authorised_at=None)
    rows = list(receipt.lines.order_by("position"))
    movements = standing_movements([receipt.id])
    work = books.work(
        receipt.happened_on,
        StockSource("receipt", receipt.id, receipt.number),
        [(m.product_id, m.location_id) for m in movements],
    )
    taken = take_back(work, movements)
    if order is not None:
        _count_received(order, rows, -1)
        for row in rows:
            work.level(row.product_id, receipt.location_id).on_order += row.quantity
    if served is not None:
        hand_back(work, served, receipt.location_id, rows)
    products = [row.product_id for row in rows]
    release_lost(work, receipt.location_id, products, f"{receipt.number} was undone")
    work.save()
    unmatch(receipt.id)
    reverse_source(receipt.id)
    _post_difference(books, receipt, sum(taken.values(), ZERO) - sum(r.value for r in rows))
    record_piece(receipt, "undone", f"{receipt.number} is a draft again")
    if order is not None:
        update_purchase(order)
    return receipt


def _names(pieces: Sequence[UUID]) -> str:
    bills = Bill.objects.filter(id__in=pieces).values_list("number", flat=True)
    return ", ".join(sorted(bills)) or "a credit note"


def _post_difference(books: Books, receipt: Receipt, difference: Decimal) -> None:
    """Pooled goods may leave at another value than they came; the rest is a discrepancy."""
    entries = [
        Entry(AccountRole.DISCREPANCY, difference),
        Entry(AccountRole.INVENTORY, -difference),
    ]
    source = Source("receipt", receipt.id, receipt.number)
    books.post([Posting(JournalEvent.RECEIPT, receipt.happened_on, source, entries, books.base)])


def void_receipt(receipt_id: UUID) -> Receipt:
    """Void a draft; its number stays taken."""
    receipt = lock_piece(Receipt, receipt_id)
    move_piece(receipt, "void")
    record_piece(receipt, "voided", f"{receipt.number} voided")
    return receipt
