"""What approving a bill does to the book and to the cost of goods, and taking that back.

Goods that were received before leave "received, not invoiced" and take the billed cost; goods
that were not received yet go to "invoiced, not received". A cost that differs from what the
receipt assumed corrects what is in stock and what has been sold since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hub.errors import Conflict, InvalidInput
from hub.money import divide, minor_units, multiply, round_half_up
from inventory.services.cost_corrections import CostChange, correct
from inventory.services.stock import StockSource
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.services.books import current_book
from ledger.services.journals import reverse_source
from orders.domain.landing import Goods, NothingToSpreadOver, land
from orders.domain.stock_states import ReceiptStatus
from orders.models import (
    Bill,
    BillLine,
    CostSpread,
    PurchaseMatch,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReceiptLine,
)
from orders.services.booking import (
    Books,
    account_of,
    correction_postings,
    fix_rate,
    is_stock,
    open_books,
)
from orders.services.documents import lock_document
from orders.services.progress import update_purchase
from orders.services.purchase_matching import (
    OpenReceipt,
    later_pieces,
    layers_of,
    open_receipts,
    unmatch,
)

ZERO = Decimal(0)


@dataclass(slots=True)
class BilledGoods:
    """A line of goods: its cost in the bill's currency and in base, freight and the like in it."""

    line: BillLine
    foreign: Decimal
    value: Decimal
    accrued: Decimal = ZERO
    matched: Decimal = ZERO
    matches: list[PurchaseMatch] = field(default_factory=list)


def posting_date(bill: Bill) -> date:
    """The bill's own date; the first open day where it came by the network into a locked period."""
    locked = current_book().locked_until
    if bill.from_network and locked is not None and bill.issued_on <= locked:
        return locked + timedelta(days=1)
    return bill.issued_on


def post_bill(bill: Bill) -> None:
    """Write an approved bill to the book and match its goods. The bill's row is locked.

    Raises InvalidInput (`period_locked`; no rate; nothing to spread freight over).
    """
    on = posting_date(bill)
    books = open_books(on, field="issued_on")
    order = _lock_order(bill)
    bill.rate = fix_rate(bill, bill.issued_on, books.me)
    Bill.objects.filter(id=bill.id).update(rate=bill.rate)
    rows = [
        row
        for row in bill.lines.select_related("product").order_by("position")
        if row.kind == "item"
    ]
    goods = _goods(books, bill, rows)
    landed = _landed_elsewhere(books, bill, rows) if not goods else []
    _match(books, bill, goods)
    _write_lines(goods)
    changes = [match for part in goods for match in part.matches] + landed
    PurchaseMatch.objects.bulk_create(changes)
    carried = _correct(books, bill, on, changes)
    entries = _entries(books, bill, rows, goods, {match.bill_line_id for match in landed})
    books.post([_posting(bill, on, entries), *carried])
    _count_billed(order, rows, 1)


def _goods(books: Books, bill: Bill, rows: Sequence[BillLine]) -> list[BilledGoods]:
    """The lines of goods with what they cost, the bill's own freight spread over them."""
    goods = [
        BilledGoods(row, row.net, ZERO) for row in rows if is_stock(row.product) and not row.spread
    ]
    if not goods:
        return []
    decimals = minor_units(bill.currency)
    measures = [
        Goods(part.line.net, part.line.quantity, part.line.product.weight) for part in goods
    ]
    for row in rows:
        if row.spread:
            for part, share in zip(goods, _land(row, measures, decimals), strict=True):
                part.foreign += share
    for part in goods:
        part.value = books.in_base(part.foreign, bill.rate)
    return goods


def _land(row: BillLine, measures: Sequence[Goods], decimals: int) -> list[Decimal]:
    try:
        return land(row.net, measures, row.spread, decimals)  # type: ignore[arg-type]
    except NothingToSpreadOver as error:
        message = (
            f"“{row.description}” is spread {CostSpread(row.spread).label.lower()}, and none of "
            "the goods has one. Spread it by value or quantity, or fill in the products' weights."
        )
        path = f"lines.{row.position - 1}.spread"
        raise InvalidInput(message, fields={path: [message]}) from error


def _landed_elsewhere(books: Books, bill: Bill, rows: Sequence[BillLine]) -> list[PurchaseMatch]:
    """Freight billed on its own: spread over what was received of the purchase order."""
    spread_rows = [row for row in rows if row.spread]
    if not spread_rows:
        return []
    lines: list[ReceiptLine] = []
    if bill.purchase_order_id is not None:
        lines = list(
            ReceiptLine.objects.filter(
                receipt__purchase_order_id=bill.purchase_order_id,
                receipt__status=ReceiptStatus.RECEIVED,
            )
            .select_related("product")
            .order_by("id")
        )
    if not lines:
        message = (
            "There are no goods to spread this cost over. Name the purchase order whose goods "
            "were received, or clear the spread so that it is an expense."
        )
        path = f"lines.{spread_rows[0].position - 1}.spread"
        raise InvalidInput(message, fields={path: [message]}, code="nothing_to_spread_over")
    measures = [Goods(line.value, line.quantity, line.product.weight) for line in lines]
    made: list[PurchaseMatch] = []
    for row in spread_rows:
        base = books.in_base(row.net, bill.rate)
        row_in_base = BillLine(
            net=base, spread=row.spread, description=row.description, position=row.position
        )
        for line, share in zip(lines, _land(row_in_base, measures, books.decimals), strict=True):
            if share:
                made.append(
                    PurchaseMatch(
                        receipt_line=line,
                        bill_line=row,
                        quantity=ZERO,
                        accrued=ZERO,
                        billed=share,
                        made_by=bill.id,
                    )
                )
    return made


def _match(books: Books, bill: Bill, goods: Sequence[BilledGoods]) -> None:
    """Take what was received and not billed, oldest first."""
    waiting = open_receipts(bill.contact_id, [part.line.line_id for part in goods])
    for part in goods:
        missing, value = part.line.quantity, part.value
        for receipt in waiting.get(part.line.line_id, []):
            quantity = min(missing, receipt.quantity)
            if quantity <= 0:
                continue
            billed = _share(value, quantity, missing, books.decimals)
            accrued = _share(receipt.value, quantity, receipt.quantity, books.decimals)
            part.matches.append(
                PurchaseMatch(
                    receipt_line=receipt.line,
                    bill_line=part.line,
                    quantity=quantity,
                    accrued=accrued,
                    billed=billed,
                    made_by=bill.id,
                )
            )
            _use(receipt, quantity, accrued)
            missing, value = missing - quantity, value - billed
            part.accrued += accrued
            part.matched += billed
        part.line.goods_value = part.value
        part.line.transit_quantity = missing
        part.line.transit_value = value


def _use(receipt: OpenReceipt, quantity: Decimal, accrued: Decimal) -> None:
    receipt.quantity -= quantity
    receipt.value -= accrued


def _share(value: Decimal, part: Decimal, whole: Decimal, decimals: int) -> Decimal:
    if part == whole:
        return value
    return round_half_up(divide(multiply(value, part), whole), decimals)


def _write_lines(goods: Sequence[BilledGoods]) -> None:
    BillLine.objects.bulk_update(
        [part.line for part in goods], ["goods_value", "transit_quantity", "transit_value"]
    )


def _correct(
    books: Books, bill: Bill, on: date, matches: Sequence[PurchaseMatch], sign: int = 1
) -> list[Posting]:
    """Give the goods their billed cost; the journals of what has left stock since."""
    changed = [
        (match, match.receipt_line_id)
        for match in matches
        if match.receipt_line_id and match.billed != match.accrued
    ]
    if not changed:
        return []
    lines = ReceiptLine.objects.in_bulk([key for _match, key in changed])
    layers = layers_of(list(lines.values()))
    work = books.work(
        on,
        StockSource("bill", bill.id, bill.number),
        [(layer.product_id, layer.location_id) for layer in layers.values()],
    )
    # The rests are read again now that nobody else can change them.
    for layer in layers.values():
        layer.refresh_from_db()
    carried = correct(
        work,
        [
            CostChange(
                layers[key],
                sign * (match.billed - match.accrued),
                match.quantity or lines[key].quantity,
            )
            for match, key in changed
        ],
    )
    return correction_postings(books, carried, on, Source("bill", bill.id, bill.number))


def _entries(
    books: Books,
    bill: Bill,
    rows: Sequence[BillLine],
    goods: Sequence[BilledGoods],
    landed_lines: set[UUID | None],
) -> list[Entry]:
    entries: list[Entry] = []
    for part in goods:
        entries += _goods_entries(books, bill, part)
    in_goods = {part.line.id for part in goods}
    for row in rows:
        if row.id in in_goods or (row.spread and goods):
            continue
        account = AccountRole.INVENTORY if row.id in landed_lines else account_of(row, "purchase")
        entries.append(Entry(account, row.net, product=row.product_id, memo=row.description))
    entries.append(Entry(AccountRole.TAX_RECEIVABLE, bill.tax))
    entries.append(Entry(AccountRole.PAYABLE, -bill.total, contact=bill.contact_id))
    return _with_document_rounding(entries)


def _posting(bill: Bill, on: date, entries: Sequence[Entry]) -> Posting:
    return Posting(
        JournalEvent.BILL,
        on,
        Source("bill", bill.id, bill.number),
        entries,
        bill.currency,
        bill.rate,
        memo=f"{bill.contact.name} {bill.partner_number}".strip(),
    )


def _goods_entries(books: Books, bill: Bill, part: BilledGoods) -> list[Entry]:
    transit = AccountRole.GINR if books.book.accrual else AccountRole.INVENTORY
    sides = (
        (AccountRole.GRNI, part.accrued),
        (AccountRole.INVENTORY, part.matched - part.accrued),
        (transit, part.line.transit_value),
    )
    shown = [(role, base) for role, base in sides if base]
    entries: list[Entry] = []
    left = part.foreign
    for index, (role, base) in enumerate(shown):
        foreign = left
        if index < len(shown) - 1:
            foreign = round_half_up(divide(base, bill.rate), minor_units(bill.currency))
        left -= foreign
        entries.append(
            Entry(role, foreign, base=base, contact=bill.contact_id, product=part.line.product_id)
        )
    return entries


def _with_document_rounding(entries: list[Entry]) -> list[Entry]:
    """A partner's document may not add up to its own total by a cent; that is rounding."""
    difference = sum((entry.amount for entry in entries), ZERO)
    if difference:
        entries.append(Entry(AccountRole.ROUNDING, -difference))
    return entries


def _lock_order(bill: Bill) -> PurchaseOrder | None:
    """The order before levels and book, as everywhere."""
    if bill.purchase_order_id is None:
        return None
    return lock_document(PurchaseOrder, bill.purchase_order_id)


def _count_billed(order: PurchaseOrder | None, rows: Sequence[BillLine], sign: int) -> None:
    if order is None:
        return
    by_id = {line.line_id: line for line in order.lines.all()}
    touched = []
    for row in rows:
        line = by_id.get(row.line_id)
        if line is not None:
            line.billed = max(ZERO, line.billed + sign * row.quantity)
            touched.append(line)
    PurchaseOrderLine.objects.bulk_update(touched, ["billed"])
    update_purchase(order)


def unpost_bill(bill: Bill) -> None:
    """Take an approved bill out of the book. The bill's row is locked.

    Raises Conflict when it is paid, or when goods were received or credited on it since.
    """
    if bill.settled:
        raise Conflict(
            f"{bill.number} is paid in part. Undo the payments first.", code="has_payments"
        )
    later = later_pieces(bill=bill.id)
    if later:
        numbers = Receipt.objects.filter(id__in=later).values_list("number", flat=True)
        names = ", ".join(sorted(numbers)) or "A credit note"
        raise Conflict(f"{names} came after {bill.number}. Undo that first.", code="matched")
    on = posting_date(bill)
    books = open_books(on, field="issued_on")
    order = _lock_order(bill)
    rows = list(bill.lines.order_by("position"))
    standing = unmatch(bill.id)
    carried = _correct(books, bill, on, standing, sign=-1)
    # Where goods are pooled, corrections are this bill's own and were just taken back.
    reverse_source(bill.id, corrections=False)
    books.post(carried)
    bill.lines.update(goods_value=0, transit_quantity=0, transit_value=0)
    _count_billed(order, rows, -1)
