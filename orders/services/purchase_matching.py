"""Which goods are received, which are billed, and what is open on either side.

Receipt lines and bill lines of one contact meet by `line_id`. Every figure is a sum of
append-only matches, so an undo is the opposite match.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q, Sum

from hub.money import divide, multiply, round_half_up
from inventory.models import LayerEntry, MovementKind, StockLayer
from inventory.selectors import standing_movements
from orders.domain.states import BillStatus
from orders.domain.stock_states import ReceiptStatus
from orders.models import BillLine, PurchaseMatch, ReceiptLine

ZERO = Decimal(0)


@dataclass(slots=True)
class OpenReceipt:
    """What of a receipt line is not billed; `value` is what it has on GRNI."""

    line: ReceiptLine
    quantity: Decimal
    value: Decimal


@dataclass(slots=True)
class OpenBill:
    """What of a bill line is not received; `value` is what it has on GINR."""

    line: BillLine
    quantity: Decimal
    value: Decimal


def open_receipts(contact_id: UUID, line_ids: Iterable[UUID]) -> dict[UUID, list[OpenReceipt]]:
    """Received and not billed, by line id, oldest first."""
    rows = (
        ReceiptLine.objects.filter(
            line_id__in=list(line_ids),
            receipt__contact_id=contact_id,
            receipt__status=ReceiptStatus.RECEIVED,
            accrued_quantity__gt=0,
        )
        .select_related("receipt", "product")
        .select_for_update(of=("self",), no_key=True)
        .order_by("receipt__happened_on", "id")
    )
    lines = list(rows)
    used = _used("receipt_line", [line.id for line in lines], accrued=True)
    found: dict[UUID, list[OpenReceipt]] = defaultdict(list)
    for line in lines:
        quantity, value = used.get(line.id, (ZERO, ZERO))
        left = line.accrued_quantity - quantity
        if left > 0:
            found[line.line_id].append(OpenReceipt(line, left, line.accrued_value - value))
    return found


def open_bills(contact_id: UUID, line_ids: Iterable[UUID]) -> dict[UUID, list[OpenBill]]:
    """Billed and not received, by line id, oldest first."""
    rows = (
        BillLine.objects.filter(
            line_id__in=list(line_ids),
            bill__contact_id=contact_id,
            bill__status__in=[BillStatus.APPROVED, BillStatus.PAID],
            transit_quantity__gt=0,
        )
        .select_related("bill", "product")
        .select_for_update(of=("self",), no_key=True)
        .order_by("bill__issued_on", "id")
    )
    lines = list(rows)
    used = _used("bill_line", [line.id for line in lines], accrued=False)
    found: dict[UUID, list[OpenBill]] = defaultdict(list)
    for line in lines:
        quantity, value = used.get(line.id, (ZERO, ZERO))
        left = line.transit_quantity - quantity
        if left > 0:
            found[line.line_id].append(OpenBill(line, left, line.transit_value - value))
    return found


def _used(
    column: str, line_ids: Sequence[UUID], *, accrued: bool
) -> dict[UUID, tuple[Decimal, Decimal]]:
    """Matched so far by line: the quantity, and the value it released on that side.

    A match made by the bill released what the receipt had accrued; one made by the receipt (or
    by a credit) released what the bill had in transit.
    """
    if not line_ids:
        return {}
    by_bill = Q(receipt_line__isnull=False, bill_line__bill_id=F("made_by"))
    wanted = by_bill if accrued else ~by_bill
    sums = (
        PurchaseMatch.objects.filter(wanted, **{f"{column}__in": line_ids})
        .exclude(quantity=0)
        .values(column)
        .annotate(q=Sum("quantity"), v=Sum("accrued" if accrued else "billed"))
    )
    return {row[column]: (row["q"], row["v"]) for row in sums}


def matches_made_by(piece_id: UUID) -> list[PurchaseMatch]:
    """The standing matches that a piece made, netted by the lines they join."""
    rows = (
        PurchaseMatch.objects.filter(made_by=piece_id)
        .values("receipt_line_id", "bill_line_id", "credit_line_id")
        .annotate(q=Sum("quantity"), a=Sum("accrued"), b=Sum("billed"))
        .order_by("receipt_line_id", "bill_line_id", "credit_line_id")
    )
    return [
        PurchaseMatch(
            receipt_line_id=row["receipt_line_id"],
            bill_line_id=row["bill_line_id"],
            credit_line_id=row["credit_line_id"],
            quantity=row["q"],
            accrued=row["a"],
            billed=row["b"],
            made_by=piece_id,
        )
        for row in rows
        if row["q"] or row["a"] or row["b"]
    ]


def unmatch(piece_id: UUID) -> list[PurchaseMatch]:
    """Take back what a piece matched; gives the matches that stood."""
    standing = matches_made_by(piece_id)
    PurchaseMatch.objects.bulk_create(
        PurchaseMatch(
            receipt_line_id=match.receipt_line_id,
            bill_line_id=match.bill_line_id,
            credit_line_id=match.credit_line_id,
            quantity=-match.quantity,
            accrued=-match.accrued,
            billed=-match.billed,
            made_by=piece_id,
        )
        for match in standing
    )
    return standing


def later_pieces(*, receipt: UUID | None = None, bill: UUID | None = None) -> list[UUID]:
    """The pieces that matched against this receipt or bill after it: they are undone first."""
    wanted = Q(receipt_line__receipt_id=receipt) if receipt else Q(bill_line__bill_id=bill)
    rows = (
        PurchaseMatch.objects.filter(wanted)
        .exclude(made_by__in=[piece for piece in (receipt, bill) if piece])
        .values("made_by")
        .annotate(q=Sum("quantity"), a=Sum("accrued"), b=Sum("billed"))
        .order_by("made_by")
    )
    return [row["made_by"] for row in rows if row["q"] or row["a"] or row["b"]]


def layers_of(receipt_lines: Sequence[ReceiptLine]) -> dict[UUID, StockLayer]:
    """The layer that each receipt line's goods went into, by receipt line id."""
    movements = [
        movement
        for movement in standing_movements({line.receipt_id for line in receipt_lines})
        if movement.kind == MovementKind.RECEIPT
    ]
    by_line = {(m.source_id, m.line_id): m.id for m in movements}
    entries = {
        entry.movement_id: entry.layer
        for entry in LayerEntry.objects.filter(movement_id__in=list(by_line.values()))
        .filter(of_movement=None)
        .select_related("layer")
    }
    return {
        line.id: entries[by_line[(line.receipt_id, line.line_id)]]
        for line in receipt_lines
        if (line.receipt_id, line.line_id) in by_line
    }


def match_waiting(
    row: ReceiptLine, waiting: Sequence[OpenBill], decimals: int
) -> list[PurchaseMatch]:
    """The part of the line that bills have been waiting for, at what they say it costs."""
    made: list[PurchaseMatch] = []
    missing = row.quantity
    for bill in waiting:
        part = min(missing, bill.quantity)
        if part <= 0:
            break
        value = (
            bill.value
            if part == bill.quantity
            else round_half_up(divide(multiply(bill.value, part), bill.quantity), decimals)
        )
        made.append(
            PurchaseMatch(
                receipt_line=row,
                bill_line=bill.line,
                quantity=part,
                accrued=ZERO,
                billed=value,
                made_by=row.receipt_id,
            )
        )
        missing -= part
    return made
