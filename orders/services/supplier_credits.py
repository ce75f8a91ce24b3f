"""A supplier's credit note in the book: goods sent back, goods that never came, prices lowered.

Of each credited line of goods, what is `returned` leaves stock at its cost; of the rest, what was
billed and never received ends there; what remains is a lower price, which corrects the cost of
what is in stock and of what has been sold since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from hub.money import minor_units
from inventory.domain.costing import part_of, spread
from inventory.models import MovementKind, StockLayer
from inventory.selectors import standing_movements
from inventory.services.cost_corrections import CostChange, correct
from inventory.services.stock import StockSource, StockWork
from inventory.services.stock_returns import give_back
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source, merged
from ledger.services.journals import reverse_source
from orders.domain.stock_states import ReceiptStatus
from orders.models import CreditNote, CreditNoteLine, PurchaseMatch, ReceiptLine
from orders.services.booking import (
    Books,
    account_of,
    correction_postings,
    fix_rate,
    is_stock,
    open_books,
    product_of,
)
from orders.services.purchase_matching import OpenBill, layers_of, open_bills, unmatch

ZERO = Decimal(0)


@dataclass(slots=True)
class Credited:
    """One line in base currency, split into what it is for."""

    line: CreditNoteLine
    value: Decimal
    transit_quantity: Decimal = ZERO
    transit_value: Decimal = ZERO
    returned_value: Decimal = ZERO
    lowered: Decimal = ZERO
    matches: list[PurchaseMatch] = field(default_factory=list)

    @property
    def discrepancy(self) -> Decimal:
        """What the credit is more (or less) than the cost of what it is for."""
        return self.value - self.transit_value - self.returned_value - self.lowered


def post_supplier_credit(note: CreditNote) -> None:
    """Less owed, less tax, less cost. Raises InvalidInput, Conflict (`short_of_stock`)."""
    books = open_books(note.issued_on, field="issued_on")
    note.rate = fix_rate(note, note.issued_on, books.me)
    CreditNote.objects.filter(id=note.id).update(rate=note.rate)
    rows = [
        row
        for row in note.lines.select_related("product").order_by("position")
        if row.kind == "item"
    ]
    goods = [
        Credited(row, books.in_base(row.net, note.rate)) for row in rows if is_stock(row.product)
    ]
    receipts = _receipts(note, [part.line.line_id for part in goods])
    _end_transit(books, note, goods)
    carried = _move_stock(books, note, goods, receipts)
    PurchaseMatch.objects.bulk_create(match for part in goods for match in part.matches)
    books.post([_posting(books, note, rows, goods), *carried])


def _receipts(note: CreditNote, line_ids: Sequence[UUID]) -> dict[UUID, list[ReceiptLine]]:
    """What was received of each line, oldest first."""
    found: dict[UUID, list[ReceiptLine]] = {key: [] for key in line_ids}
    for line in ReceiptLine.objects.filter(
        line_id__in=line_ids,
        receipt__contact_id=note.contact_id,
        receipt__status=ReceiptStatus.RECEIVED,
    ).order_by("receipt__happened_on", "id"):
        found[line.line_id].append(line)
    return found


def _end_transit(books: Books, note: CreditNote, goods: Sequence[Credited]) -> None:
    """What was billed, credited and never came is not expected any more."""
    waiting = open_bills(note.contact_id, [part.line.line_id for part in goods])
    for part in goods:
        missing = part.line.quantity - part.line.returned
        for bill in waiting.get(part.line.line_id, []):
            quantity = min(missing, bill.quantity)
            if quantity > 0:
                _end(part, bill, quantity, note.id, books.decimals)
                missing -= quantity


def _end(part: Credited, bill: OpenBill, quantity: Decimal, note: UUID, decimals: int) -> None:
    value = part_of(bill.value, quantity, bill.quantity, decimals)
    part.matches.append(
        PurchaseMatch(
            bill_line=bill.line,
            credit_line=part.line,
            quantity=quantity,
            accrued=ZERO,
            billed=value,
            made_by=note,
        )
    )
    part.transit_quantity += quantity
    part.transit_value += value


def _move_stock(
    books: Books,
    note: CreditNote,
    goods: Sequence[Credited],
    receipts: dict[UUID, list[ReceiptLine]],
) -> list[Posting]:
    touched = [part for part in goods if part.transit_quantity < part.line.quantity]
    if not touched or note.location_id is None:
        return []
    lines = [line for part in touched for line in receipts[part.line.line_id]]
    layers = layers_of(lines)
    work = books.work(
        note.issued_on,
        StockSource("credit_note", note.id, note.number),
        [(product_of(part.line), note.location_id) for part in touched]
        + [(layer.product_id, layer.location_id) for layer in layers.values()],
    )
    for layer in layers.values():
        layer.refresh_from_db()
    for part in touched:
        if part.line.returned:
            _send_back(work, note, part, [layers[x.id] for x in receipts[part.line.line_id]])
    changes = [
        change
        for part in touched
        for change in _lower_price(books, note, part, receipts[part.line.line_id], layers)
    ]
    carried = correct(work, changes)
    source = Source("credit_note", note.id, note.number)
    return correction_postings(books, carried, note.issued_on, source)


def _send_back(
    work: StockWork, note: CreditNote, part: Credited, own: Sequence[StockLayer]
) -> None:
    assert note.location_id is not None
    _movement, taken = work.issue(
        part.line.product,
        note.location_id,
        part.line.returned,
        kind=MovementKind.UNSTOCK,
        line_id=part.line.line_id,
        prefer=[layer for layer in work.know_layers(own) if layer.remaining > 0],
    )
    part.returned_value = sum((share.value for share in taken), ZERO)


def _lower_price(
    books: Books,
    note: CreditNote,
    part: Credited,
    receipts: Sequence[ReceiptLine],
    layers: dict[UUID, StockLayer],
) -> list[CostChange]:
    """The part of the credit that is neither for goods returned nor for goods that never came."""
    quantity = part.line.quantity - part.line.returned - part.transit_quantity
    if quantity <= 0 or not receipts:
        return []
    part.lowered = part_of(part.value, quantity, part.line.quantity, books.decimals)
    shares = spread(part.lowered, [line.quantity for line in receipts], books.decimals)
    for line, share in zip(receipts, shares, strict=True):
        if share:
            part.matches.append(
                PurchaseMatch(
                    receipt_line=line,
                    credit_line=part.line,
                    quantity=ZERO,
                    accrued=ZERO,
                    billed=-share,
                    made_by=note.id,
                )
            )
    return [
        CostChange(layers[line.id], -share, line.quantity)
        for line, share in zip(receipts, shares, strict=True)
        if share
    ]


def _posting(
    books: Books,
    note: CreditNote,
    rows: Sequence[CreditNoteLine],
    goods: Sequence[Credited],
) -> Posting:
    transit = AccountRole.GINR if books.book.accrual else AccountRole.INVENTORY
    entries = [
        Entry(AccountRole.PAYABLE, note.total, contact=note.contact_id),
        Entry(AccountRole.TAX_RECEIVABLE, -note.tax),
    ]
    by_line = {part.line.id: part for part in goods}
    for row in rows:
        part = by_line.get(row.id)
        if part is None:
            entries.append(Entry(account_of(row, "purchase"), -row.net, memo=row.description))
            continue
        known = part.transit_value or part.returned_value or part.lowered
        sides = [
            (transit, part.transit_value),
            (AccountRole.INVENTORY, part.returned_value + part.lowered),
            (AccountRole.DISCREPANCY if known else account_of(row, "purchase"), part.discrepancy),
        ]
        entries += _sides(row, part, sides, note)
    difference = sum((entry.amount for entry in entries), ZERO)
    entries.append(Entry(AccountRole.ROUNDING, -difference))
    return Posting(
        JournalEvent.PURCHASE_CREDIT,
        note.issued_on,
        Source("credit_note", note.id, note.number),
        merged(entries),
        note.currency,
        note.rate,
        memo=f"Credit from {note.contact.name}",
    )


def _sides(
    row: CreditNoteLine,
    part: Credited,
    sides: Sequence[tuple[AccountRole | UUID, Decimal]],
    note: CreditNote,
) -> list[Entry]:
    """Base amounts are exact; the line's own amount is shared out by them."""
    shown = [(account, base) for account, base in sides if base]
    if not shown:
        return []
    left = row.net
    entries = []
    for index, (account, base) in enumerate(shown):
        foreign = left
        if index < len(shown) - 1:
            foreign = part_of(row.net, base, part.value, minor_units(note.currency))
        left -= foreign
        entries.append(
            Entry(account, -foreign, base=-base, contact=note.contact_id, product=row.product_id)
        )
    return entries


def unpost_supplier_credit(note: CreditNote) -> None:
    """Out of the book; what was sent back is in stock again."""
    books = open_books(note.issued_on, field="issued_on")
    standing = unmatch(note.id)
    lowered = [
        (match, match.receipt_line_id)
        for match in standing
        if match.receipt_line_id and match.billed
    ]
    lines = ReceiptLine.objects.in_bulk([key for _match, key in lowered])
    layers = layers_of(list(lines.values()))
    movements = standing_movements([note.id])
    work = books.work(
        note.issued_on,
        StockSource("credit_note", note.id, note.number),
        [(m.product_id, m.location_id) for m in movements]
        + [(layer.product_id, layer.location_id) for layer in layers.values()],
    )
    for layer in layers.values():
        layer.refresh_from_db()
    changes = [
        CostChange(layers[key], -match.billed, lines[key].quantity) for match, key in lowered
    ]
    # Goods sent back return with the corrections they bear, whose journals are reversed with the
    # note's own; a pool's corrections belong to nobody and stand.
    give_back(work, [(movement, -movement.quantity) for movement in movements])
    carried = correct(work, changes)
    reverse_source(note.id, corrections=not work.average)
    source = Source("credit_note", note.id, note.number)
    books.post(correction_postings(books, carried, note.issued_on, source))
