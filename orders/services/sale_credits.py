"""A customer's credit note in the book, and goods that come back with it."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from hub.errors import Conflict
from hub.money import plain
from inventory.models import LayerEntry, MovementKind, StockMovement
from inventory.selectors import standing_movements
from inventory.services.stock import StockSource
from inventory.services.stock_returns import carry_back, give_back, take_again
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source, merged
from ledger.services.journals import reverse_source
from orders.domain.stock_states import ShipmentStatus
from orders.models import CreditNote, CreditNoteLine, ShipmentLine
from orders.services.booking import Books, account_of, cogs_account, fix_rate, open_books
from orders.services.kits import is_kit, parts_to_move

ZERO = Decimal(0)


def post_sale_credit(note: CreditNote) -> None:
    """Less revenue, less tax, less owed; returned goods at the cost they were sold at."""
    books = open_books(note.issued_on, field="issued_on")
    note.rate = fix_rate(note, note.issued_on, books.me)
    CreditNote.objects.filter(id=note.id).update(rate=note.rate)
    rows = [
        row
        for row in note.lines.select_related("product").order_by("position")
        if row.kind == "item"
    ]
    restocked = _restock(books, note, [row for row in rows if row.returned])
    books.post([_posting(note, rows), *restocked])


def _posting(note: CreditNote, rows: Sequence[CreditNoteLine]) -> Posting:
    entries = [
        Entry(account_of(row, "sale"), row.net, product=row.product_id, memo=row.description)
        for row in rows
    ]
    entries.append(Entry(AccountRole.TAX_PAYABLE, note.tax))
    entries.append(Entry(AccountRole.RECEIVABLE, -note.total, contact=note.contact_id))
    difference = sum((entry.amount for entry in entries), ZERO)
    entries.append(Entry(AccountRole.ROUNDING, -difference))
    return Posting(
        JournalEvent.SALE_CREDIT,
        note.issued_on,
        Source("credit_note", note.id, note.number),
        merged(entries),
        note.currency,
        note.rate,
        memo=f"Credit to {note.contact.name}",
    )


def _restock(books: Books, note: CreditNote, rows: Sequence[CreditNoteLine]) -> list[Posting]:
    """Goods return to the layers they left, at the cost that their sale bears today.

    Where the credit note names another location than the one they left, they are carried there.
    """
    if not rows:
        return []
    wanted = _issues(rows)
    work = books.work(
        note.issued_on,
        StockSource("credit_note", note.id, note.number),
        [
            (movement.product_id, location)
            for movement, _quantity in wanted
            for location in {movement.location_id, note.location_id or movement.location_id}
        ],
    )
    values = give_back(work, wanted, kind=MovementKind.RESTOCK, into=note.location_id)
    work.save()
    entries: list[Entry] = []
    for movement, _quantity in wanted:
        value = values.pop(movement.id, ZERO)
        product = movement.product
        entries.append(Entry(AccountRole.INVENTORY, value, product=product.id))
        entries.append(Entry(cogs_account(product), -value, product=product.id))
    return [
        Posting(
            JournalEvent.RESTOCK,
            note.issued_on,
            Source("credit_note", note.id, note.number),
            entries,
            books.base,
            memo=f"Goods returned by {note.contact.name}",
        )
    ]


def _issues(rows: Sequence[CreditNoteLine]) -> list[tuple[StockMovement, Decimal]]:
    """The shipped movements that the returned units left with, the newest first."""
    moved = _moved(rows)
    shipments = (
        ShipmentLine.objects.filter(
            line_id__in=[line_id for _row, line_id, _q in moved],
            shipment__status=ShipmentStatus.SHIPPED,
        )
        .values_list("shipment_id", flat=True)
        .distinct()
    )
    movements = standing_movements(list(shipments))
    out = {
        row["of_movement_id"]: row["q"]
        for row in LayerEntry.objects.filter(of_movement_id__in=[m.id for m in movements])
        .values("of_movement_id")
        .annotate(q=-Sum("quantity"))
    }
    wanted: list[tuple[StockMovement, Decimal]] = []
    for row, line_id, returned in moved:
        missing = returned
        for movement in reversed([m for m in movements if m.line_id == line_id]):
            part = min(missing, out.get(movement.id, ZERO))
            if part > 0:
                wanted.append((movement, part))
                missing -= part
        if missing:
            raise Conflict(
                f"{row.sku}: {plain(returned)} returned, but only "
                f"{plain(returned - missing)} of it were shipped and are not back yet.",
                code="more_than_issued",
            )
    return wanted


def _moved(rows: Sequence[CreditNoteLine]) -> list[tuple[CreditNoteLine, UUID, Decimal]]:
    """What comes back by the line that it left with: of a kit, each of its parts."""
    kits = parts_to_move(row.line_id for row in rows if is_kit(row.product))
    moved: list[tuple[CreditNoteLine, UUID, Decimal]] = []
    for row in rows:
        parts = kits.get(row.line_id)
        if parts is None:
            moved.append((row, row.line_id, row.returned))
            continue
        moved += [(row, part.line_id, row.returned * (part.per_kit or ZERO)) for part in parts]
    return moved


def unpost_sale_credit(note: CreditNote) -> None:
    """Out of the book; returned goods leave again. Raises Conflict when they were used."""
    books = open_books(note.issued_on, field="issued_on")
    movements = standing_movements([note.id])
    work = books.work(
        note.issued_on,
        StockSource("credit_note", note.id, note.number),
        [(m.product_id, m.location_id) for m in movements],
    )
    change = carry_back(work, movements)
    movements = [row for row in movements if row.kind == MovementKind.RESTOCK]
    taken = take_again(work, movements)
    work.save()
    reverse_source(note.id)
    # Where the cost was corrected since the goods came back, the sale bears it again.
    entries = [Entry(AccountRole.INVENTORY, change), Entry(AccountRole.DISCREPANCY, -change)]
    for movement in movements:
        difference = taken[movement.id] - movement.value
        product = movement.product_id
        entries.append(Entry(cogs_account(movement.product), difference, product=product))
        entries.append(Entry(AccountRole.INVENTORY, -difference, product=product))
    source = Source("credit_note", note.id, note.number)
    books.post([Posting(JournalEvent.RESTOCK, note.issued_on, source, entries, books.base)])
