"""A customer's account in one currency: what was invoiced, credited and paid in some days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum

from hub.money import parse_currency
from ledger.spans import span_of
from network.models import Contact
from orders.aging import AgedItem, aged_items
from orders.domain.aging import Aged
from orders.domain.states import InvoiceStatus
from orders.domain.stock_states import CreditNoteStatus, PaymentStatus
from orders.models import CreditNote, CreditSide, Direction, Invoice, Payment

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One thing that happened; `amount` is positive where the customer owes more by it."""

    kind: str
    id: UUID
    day: date
    words: str
    number: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """From `since` to `until`, both included. The balance counts credit that is not used."""

    contact: Contact
    currency: str
    since: date
    until: date
    opening: Decimal
    lines: tuple[StatementLine, ...]
    open_items: tuple[AgedItem, ...]

    @property
    def closing(self) -> Decimal:
        """What is owed at the end."""
        return self.lines[-1].balance if self.lines else self.opening

    @property
    def aged(self) -> Aged:
        """The open invoices and credit notes by age, in the statement's currency."""
        found = Aged()
        for item in self.open_items:
            found = found.plus(item.bucket, item.open)
        return found


Event = tuple[date, str, UUID, str, str, Decimal]


def usual_start(today: date) -> date:
    """The first of the month two months ago: where a statement begins if nobody says."""
    month = today.year * 12 + today.month - 3
    return date(month // 12, month % 12 + 1, 1)


def asked_statement(contact: Contact, params: Mapping[str, str], today: date) -> Statement:
    """The statement that `since`, `until` and `currency` ask for; each has a usual value.

    Raises InvalidInput naming the one that is wrong.
    """
    span = span_of({"since": usual_start(today).isoformat(), **params}, today)
    currency = parse_currency(params.get("currency") or contact.currency, field="currency")
    return statement_of(contact, currency, span.since or usual_start(today), span.until)


def statement_of(contact: Contact, currency: str, since: date, until: date) -> Statement:
    """The customer's statement; seven reads, of this contact's documents only."""
    balance = opening = _before(contact.id, currency, since)
    lines = []
    for day, kind, key, words, number, amount in sorted(
        _events(contact.id, currency, since, until), key=lambda event: (event[0], event[2])
    ):
        balance += amount
        lines.append(StatementLine(kind, key, day, words, number, amount, balance))
    items = [
        item for item in aged_items(CreditSide.SALE, until, contact.id) if item.currency == currency
    ]
    items.sort(key=lambda item: (item.due_on, item.number))
    return Statement(contact, currency, since, until, opening, tuple(lines), tuple(items))


def _rows(contact: UUID, currency: str) -> tuple[Any, Any, Any]:
    of = {"contact_id": contact, "currency": currency}
    invoices = Invoice.objects.filter(
        status__in=[InvoiceStatus.AUTHORISED, InvoiceStatus.PAID], **of
    )
    notes = CreditNote.objects.filter(
        side=CreditSide.SALE,
        status__in=[CreditNoteStatus.AUTHORISED, CreditNoteStatus.SETTLED],
        **of,
    )
    # A banked credit note moved no money: the credit note itself counts.
    payments = Payment.objects.filter(side=CreditSide.SALE, account__isnull=False, **of).exclude(
        status=PaymentStatus.VOID
    )
    return invoices, notes, payments


def _before(contact: UUID, currency: str, since: date) -> Decimal:
    invoices, notes, payments = _rows(contact, currency)
    total = _sum(invoices.filter(issued_on__lt=since), "total")
    total -= _sum(notes.filter(issued_on__lt=since), "total")
    earlier = payments.filter(paid_on__lt=since)
    total -= _sum(earlier.filter(direction=Direction.IN), "amount")
    return total + _sum(earlier.filter(direction=Direction.OUT), "amount")


def _sum(rows: Any, column: str) -> Decimal:
    found: Decimal | None = rows.aggregate(s=Sum(column))["s"]
    return ZERO if found is None else found


def _events(contact: UUID, currency: str, since: date, until: date) -> Iterator[Event]:
    invoices, notes, payments = _rows(contact, currency)
    days = (since, until)
    for key, day, number, total in invoices.filter(issued_on__range=days).values_list(
        "id", "issued_on", "number", "total"
    ):
        yield day, "invoice", key, "Invoice", number, total
    for key, day, number, total in notes.filter(issued_on__range=days).values_list(
        "id", "issued_on", "number", "total"
    ):
        yield day, "credit_note", key, "Credit note", number, -total
    for key, day, number, amount, way in payments.filter(paid_on__range=days).values_list(
        "id", "paid_on", "number", "amount", "direction"
    ):
        if way == Direction.IN:
            yield day, "payment", key, "Payment", number, -amount
        else:
            yield day, "payment", key, "Refund", number, amount
