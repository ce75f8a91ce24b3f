"""Reads of what is owed, what was paid on it, and credit that is not used yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, DecimalField, F, Sum, When

from orders.domain.states import BillStatus, InvoiceStatus
from orders.domain.stock_states import CreditNoteStatus, PaymentStatus
from orders.models import (
    Bill,
    CreditNote,
    CreditSide,
    Direction,
    Invoice,
    Payment,
    Settlement,
)
from orders.services.settlements import ItemKey, standing_settlements

ZERO = Decimal(0)
MOST_OPEN = 200
# Which way the money of each side goes that is no refund.
USUAL = {CreditSide.SALE: Direction.IN, CreditSide.PURCHASE: Direction.OUT}
DOCUMENTS: dict[CreditSide, tuple[str, type[Any], str]] = {
    CreditSide.SALE: ("invoice", Invoice, InvoiceStatus.AUTHORISED),
    CreditSide.PURCHASE: ("bill", Bill, BillStatus.APPROVED),
}
MODELS: dict[str, type[Any]] = {
    "invoice": Invoice,
    "bill": Bill,
    "credit_note": CreditNote,
    "payment": Payment,
}


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A document or credit with what is left of it, in its currency."""

    key: ItemKey
    number: str
    day: date
    due_on: date | None
    total: Decimal
    open: Decimal
    currency: str
    row: Any

    @property
    def name(self) -> str:
        """As a form names it: `invoice:0190…`."""
        return f"{self.key.kind}:{self.key.id}"


def item_of(row: Invoice | Bill | CreditNote | Payment) -> OpenItem:
    """A document, credit note or payment as an open item, whatever its state."""
    kind = next(key for key, model in MODELS.items() if isinstance(row, model))
    key = ItemKey(kind, UUID(str(row.id)))
    if isinstance(row, Payment):
        left = row.amount - row.used
        return OpenItem(key, row.number, row.paid_on, None, row.amount, left, row.currency, row)
    due = getattr(row, "due_on", None)
    left = row.total - row.settled
    return OpenItem(key, row.number, row.issued_on, due, row.total, left, row.currency, row)


def open_documents(contact_id: UUID, side: CreditSide, currency: str = "") -> list[OpenItem]:
    """Authorised invoices (or approved bills) of a contact that are not paid, oldest due first."""
    _kind, model, status = DOCUMENTS[CreditSide(side)]
    rows = model.objects.filter(contact_id=contact_id, status=status)
    if currency:
        rows = rows.filter(currency=currency)
    return [item_of(row) for row in rows.order_by("due_on", "id")[:MOST_OPEN]]


def unused_credits(contact_id: UUID, side: CreditSide, currency: str = "") -> list[OpenItem]:
    """Credit notes and money of a contact that are not used up, oldest first."""
    notes = CreditNote.objects.filter(
        contact_id=contact_id, side=side, status=CreditNoteStatus.AUTHORISED
    )
    payments = Payment.objects.filter(
        contact_id=contact_id,
        side=side,
        status=PaymentStatus.AUTHORISED,
        direction=USUAL[CreditSide(side)],
    )
    if currency:
        notes, payments = notes.filter(currency=currency), payments.filter(currency=currency)
    found = [item_of(row) for row in notes.order_by("id")[:MOST_OPEN]]
    found += [item_of(row) for row in payments.order_by("id")[:MOST_OPEN]]
    return sorted(found, key=lambda item: (item.day, item.number))


def counterparts(row: Invoice | Bill | CreditNote | Payment) -> list[OpenItem]:
    """What could be set off against an item now: same contact, same currency."""
    contact, currency = UUID(str(row.contact_id)), row.currency
    if isinstance(row, Invoice):
        return unused_credits(contact, CreditSide.SALE, currency)
    if isinstance(row, Bill):
        return unused_credits(contact, CreditSide.PURCHASE, currency)
    return open_documents(contact, CreditSide(row.side), currency)


# The columns of a settlement in which each kind stands.
COLUMNS: dict[type[Any], tuple[str, ...]] = {
    Invoice: ("invoice_id",),
    Bill: ("bill_id",),
    CreditNote: ("credit_note_id", "refunded_note_id"),
    Payment: ("payment_id", "refunded_payment_id"),
}


# --- What settled what ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Settled:
    """One settlement, seen from one of its two items: the other one, and how much."""

    settlement: Settlement
    other: ItemKey | None
    number: str
    paid_back: bool  # money went out for it

    @property
    def can_be_taken_back(self) -> bool:
        """A refund, and credit that was banked, end by voiding the payment."""
        return self.other is not None and not self.paid_back


def settlements_of(row: Invoice | Bill | CreditNote | Payment) -> list[Settled]:
    """What an item was settled with, or used for; oldest first. Three statements at most."""
    found = [
        one for column in COLUMNS[type(row)] for one in standing_settlements(**{column: row.id})
    ]
    me = UUID(str(row.id))
    others = [_other(one, me) for one in found]
    numbers = _numbers(key for key in others if key is not None)
    return [
        Settled(
            one,
            key,
            numbers.get(key, "") if key is not None else "",
            bool(one.refunded_note_id or one.refunded_payment_id),
        )
        for one, key in zip(found, others, strict=True)
    ]


def _other(settlement: Settlement, me: UUID) -> ItemKey | None:
    named = (
        ("invoice", settlement.invoice_id),
        ("bill", settlement.bill_id),
        ("credit_note", settlement.credit_note_id),
        ("credit_note", settlement.refunded_note_id),
        ("payment", settlement.payment_id),
        ("payment", settlement.refunded_payment_id),
    )
    for kind, key in named:
        if key is not None and key != me:
            return ItemKey(kind, key)
    # A credit note that was banked: the settlement has the payment's own id.
    return None if settlement.id == me else ItemKey("payment", settlement.id)


def _numbers(keys: Iterable[ItemKey]) -> dict[ItemKey, str]:
    wanted: dict[str, set[UUID]] = {}
    for key in keys:
        wanted.setdefault(key.kind, set()).add(key.id)
    return {
        ItemKey(kind, key): number
        for kind, ids in wanted.items()
        for key, number in MODELS[kind].objects.filter(id__in=ids).values_list("id", "number")
    }


# --- Balances of one contact ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ContactBalance:
    """Where a contact stands in one currency and on one side."""

    side: CreditSide
    currency: str
    open: Decimal
    overdue: Decimal
    unused: Decimal

    @property
    def balance(self) -> Decimal:
        """What is open, less credit that is not used."""
        return self.open - self.unused


def balances_of(contact_id: UUID, on: date) -> list[ContactBalance]:
    """The contact's balances by side and currency; nothing where nothing is open. Six reads."""
    found: list[ContactBalance] = []
    for side in (CreditSide.SALE, CreditSide.PURCHASE):
        opened, overdue = _open_sums(contact_id, side, on)
        unused = _unused_sums(contact_id, side)
        found += [
            ContactBalance(
                side,
                currency,
                opened.get(currency, ZERO),
                overdue.get(currency, ZERO),
                unused.get(currency, ZERO),
            )
            for currency in sorted(set(opened) | set(unused))
        ]
    return found


def _open_sums(
    contact_id: UUID, side: CreditSide, on: date
) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    _kind, model, status = DOCUMENTS[side]
    left = F("total") - F("settled")
    late = Case(When(due_on__lt=on, then=left), default=ZERO, output_field=DecimalField())
    rows = list(
        model.objects.filter(contact_id=contact_id, status=status)
        .values("currency")
        .annotate(open=Sum(left), late=Sum(late))
    )
    return (
        {row["currency"]: row["open"] for row in rows},
        {row["currency"]: row["late"] for row in rows},
    )


def _unused_sums(contact_id: UUID, side: CreditSide) -> dict[str, Decimal]:
    notes = CreditNote.objects.filter(
        contact_id=contact_id, side=side, status=CreditNoteStatus.AUTHORISED
    )
    payments = Payment.objects.filter(
        contact_id=contact_id, side=side, status=PaymentStatus.AUTHORISED, direction=USUAL[side]
    )
    sums: dict[str, Decimal] = {}
    parts: Sequence[Any] = (
        *notes.values("currency").annotate(left=Sum(F("total") - F("settled"))),
        *payments.values("currency").annotate(left=Sum(F("amount") - F("used"))),
    )
    for row in parts:
        sums[row["currency"]] = sums.get(row["currency"], ZERO) + row["left"]
    return sums


def payments_of_order(order_id: UUID) -> list[Payment]:
    """Deposits on an order or a quote that stand, oldest first."""
    return list(
        Payment.objects.filter(order=order_id).exclude(status=PaymentStatus.VOID).order_by("id")
    )
