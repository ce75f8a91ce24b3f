"""Reads of what was owed on a day, by contact and age; in the base currency and the documents'.

Only what is open is read, and what was settled since: never the whole history.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from hub.money import minor_units, multiply, round_half_up
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from ledger.selectors import balance_on
from network.models import Contact
from orders.domain.aging import Aged, bucket_of
from orders.domain.stock_states import CreditNoteStatus
from orders.models import CreditNote, CreditSide, Settlement
from orders.open_items import DOCUMENTS
from tenants.services.organisations import current_organisation

ZERO = Decimal(0)
CONTROLS = {
    CreditSide.SALE: AccountRole.RECEIVABLE,
    CreditSide.PURCHASE: AccountRole.PAYABLE,
}
FIELDS = ("id", "contact_id", "number", "issued_on", "currency", "rate", "total", "settled")


@dataclass(frozen=True, slots=True)
class AgedItem:
    """A document that was open on the day. A credit note's amounts are negative.

    `open` is in its own currency, `base` in the organisation's, at the rate it has in the book.
    """

    kind: str
    id: UUID
    contact: UUID
    number: str
    issued_on: date
    due_on: date
    currency: str
    open: Decimal
    base: Decimal
    bucket: int


@dataclass(frozen=True, slots=True)
class AgedContact:
    """One contact's sums in base currency, with its documents, the oldest due first."""

    id: UUID
    name: str
    aged: Aged
    items: tuple[AgedItem, ...]


@dataclass(frozen=True, slots=True)
class AgedReport:
    """Everything open on `on`. `account` is what the control account stands at, as a debt.

    The two differ only by what was brought forward without documents.
    """

    side: CreditSide
    on: date
    contacts: tuple[AgedContact, ...]
    total: Aged
    account: Decimal

    @property
    def difference(self) -> Decimal:
        """What of the account no document explains."""
        return self.account - self.total.total


def aged_report(side: CreditSide, on: date, contact: UUID | None = None) -> AgedReport:
    """What was owed on a day (by one contact); the account is that of all contacts."""
    side = CreditSide(side)
    by_contact: dict[UUID, list[AgedItem]] = {}
    for item in aged_items(side, on, contact):
        by_contact.setdefault(item.contact, []).append(item)
    names = dict(Contact.objects.filter(id__in=list(by_contact)).values_list("id", "name"))
    contacts = []
    for key in sorted(by_contact, key=lambda key: (names[key].casefold(), str(key))):
        items = sorted(by_contact[key], key=lambda item: (item.due_on, item.number))
        contacts.append(AgedContact(key, names[key], _summed(items), tuple(items)))
    total = sum((one.aged for one in contacts), Aged())
    return AgedReport(side, on, tuple(contacts), total, _account(side, on))


def _summed(items: list[AgedItem]) -> Aged:
    found = Aged()
    for item in items:
        found = found.plus(item.bucket, item.base)
    return found


def _account(side: CreditSide, on: date) -> Decimal:
    account = Account.objects.filter(role=CONTROLS[side]).first()
    if account is None:
        return ZERO
    balance = balance_on(account.id, on)
    return balance if side == CreditSide.SALE else -balance


def aged_items(side: CreditSide, on: date, contact: UUID | None = None) -> Iterator[AgedItem]:
    """Invoices (or bills) and credit notes that were open at the end of the day."""
    kind, model, open_status = DOCUMENTS[side]
    of = {"contact_id": contact} if contact is not None else {}
    since = Settlement.objects.filter(settled_on__gt=on)
    later = _later(since.filter(**{f"{kind}__isnull": False}), kind)
    for rows in _then_open(
        model.objects.filter(issued_on__lte=on, **of), open_status, "paid", later
    ):
        yield from _items(kind, rows, later, on)
    used = since.filter(Q(credit_note__side=side) | Q(refunded_note__side=side))
    notes_later = _later(used.filter(credit_note__isnull=False), "credit_note")
    for key, amount in _later(used.filter(refunded_note__isnull=False), "refunded_note").items():
        notes_later[key] = notes_later.get(key, ZERO) + amount
    statuses = (CreditNoteStatus.AUTHORISED, CreditNoteStatus.SETTLED)
    notes = CreditNote.objects.filter(side=side, issued_on__lte=on, **of)
    for rows in _then_open(notes, *statuses, notes_later):
        yield from _items("credit_note", rows, notes_later, on)


def _then_open(
    rows: QuerySet[Any], now: str, done: str, later: dict[UUID, Decimal]
) -> list[QuerySet[Any]]:
    """What is open now, which an index of its own serves; and what was settled since."""
    found = [rows.filter(status=now)]
    if later:
        found.append(rows.filter(status=done, id__in=list(later)))
    return found


def _later(rows: QuerySet[Settlement], column: str) -> dict[UUID, Decimal]:
    """What was settled after the day, by document."""
    return dict(
        rows.values_list(f"{column}_id")
        .annotate(Sum("amount"))
        .values_list(f"{column}_id", "amount__sum")
    )


def _items(
    kind: str, rows: QuerySet[Any], later: dict[UUID, Decimal], on: date
) -> Iterator[AgedItem]:
    decimals = minor_units(current_organisation().base_currency)
    sign = -1 if kind == "credit_note" else 1
    due_field = "issued_on" if kind == "credit_note" else "due_on"
    for *values, due in rows.values_list(*FIELDS, due_field).iterator():
        key, owner, number, issued, currency, rate, total, settled = values
        then = settled - later.get(key, ZERO)
        if then == total:
            continue
        base = round_half_up(multiply(total, rate), decimals)
        base -= round_half_up(multiply(then, rate), decimals)
        yield AgedItem(
            kind,
            key,
            owner,
            number,
            issued,
            due,
            currency,
            sign * (total - then),
            sign * base,
            bucket_of(due, on),
        )
