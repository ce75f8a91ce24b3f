"""Paying a document, a deposit, a refund: `payments.pay` with the rest filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hub.errors import Conflict, InvalidInput
from hub.money import AMOUNT, EXCHANGE_RATE
from orders.domain.aging import fill
from orders.domain.states import BillStatus, InvoiceStatus
from orders.domain.stock_states import CreditNoteStatus
from orders.models import (
    Bill,
    CreditNote,
    CreditSide,
    Direction,
    Invoice,
    Payment,
    PurchaseOrder,
    Quote,
    SalesOrder,
)
from orders.services.documents import STATUSES, document_or_404
from orders.services.payments import PaymentInput, bank_credit_note, pay, payment_or_404
from orders.services.settlements import Allocation, ItemKey, is_credit

OPPOSITE = {Direction.IN: Direction.OUT, Direction.OUT: Direction.IN}


@dataclass(frozen=True, slots=True)
class Moved:
    """What is typed about money that moved. Amount and rate may be text as typed."""

    amount: str | Decimal
    account: UUID
    paid_on: date | None = None
    rate: str | Decimal | None = None
    reference: str = ""
    note: str = ""

    def wanted(
        self,
        side: CreditSide,
        direction: Direction,
        contact: UUID,
        currency: str,
        order: UUID | None = None,
    ) -> PaymentInput:
        """As `pay` takes it; raises InvalidInput naming `amount` or `rate`."""
        rate = self.rate
        return PaymentInput(
            side,
            direction,
            contact,
            self.account,
            AMOUNT.parse(self.amount, field="amount", above=0),
            currency,
            self.paid_on,
            EXCHANGE_RATE.parse(rate, field="rate", above=0) if rate not in (None, "") else None,
            self.reference,
            self.note,
            order,
        )


def pay_document(model: type[Invoice] | type[Bill], document_id: UUID, money: Moved) -> Payment:
    """Pay an invoice or bill; more than is open is kept as the contact's credit.

    Raises Conflict (`not_open`) when it is a draft or paid, InvalidInput naming the field.
    """
    document: Any = document_or_404(model, document_id)
    side = CreditSide.SALE if model is Invoice else CreditSide.PURCHASE
    kind = "invoice" if model is Invoice else "bill"
    if document.status not in (InvoiceStatus.AUTHORISED, BillStatus.APPROVED):
        status = STATUSES[model](document.status).label.lower()
        raise Conflict(f"{document.number} is {status}; nothing can be paid.", code="not_open")
    way = Direction.IN if model is Invoice else Direction.OUT
    wanted = money.wanted(side, way, document.contact_id, document.currency)
    part = min(wanted.amount, document.total - document.settled)
    return _pay_for(ItemKey(kind, document.id), wanted, part)


def _pay_for(key: ItemKey, wanted: PaymentInput, part: Decimal) -> Payment:
    """For one thing, so that what does not fit is wrong with the amount itself."""
    try:
        return pay(wanted, [Allocation(key, part)])
    except InvalidInput as error:
        error.fields = {
            "amount" if path.startswith("allocations") else path: texts
            for path, texts in error.fields.items()
        }
        raise


def pay_many(wanted: PaymentInput, items: Sequence[tuple[ItemKey, Decimal]]) -> Payment:
    """Money for several documents, given as (item, open amount): the first is filled first."""
    parts = fill(wanted.amount, [left for _key, left in items])
    return pay(
        wanted,
        [Allocation(key, part) for (key, _left), part in zip(items, parts, strict=True) if part],
    )


def deposit(
    model: type[SalesOrder] | type[PurchaseOrder] | type[Quote], order_id: UUID, money: Moved
) -> Payment:
    """Money on an authorised order or quote, before there is an invoice; kept as credit."""
    order: Any = document_or_404(model, order_id)
    buying = model is PurchaseOrder
    side = CreditSide.PURCHASE if buying else CreditSide.SALE
    way = Direction.OUT if buying else Direction.IN
    return pay(money.wanted(side, way, order.contact_id, order.currency, order.id))


def refund_credit_note(note_id: UUID, money: Moved) -> Payment:
    """Pay (part of) a credit note back. Raises Conflict, InvalidInput naming `amount`."""
    note = document_or_404(CreditNote, note_id)
    if note.status != CreditNoteStatus.AUTHORISED:
        raise Conflict(f"Nothing of {note.number} is left to pay back.", code="not_open")
    way = Direction.OUT if note.side == CreditSide.SALE else Direction.IN
    wanted = money.wanted(CreditSide(note.side), way, note.contact_id, note.currency)
    return _pay_for(ItemKey("credit_note", note.id), wanted, wanted.amount)


def keep_credit_note(note_id: UUID, amount: str | Decimal = "") -> Payment:
    """Keep a credit note as the contact's credit: `amount` of it, or all that is left.

    Raises Conflict, InvalidInput naming `amount`.
    """
    note = document_or_404(CreditNote, note_id)
    if note.status != CreditNoteStatus.AUTHORISED:
        raise Conflict(f"Nothing of {note.number} is left to keep.", code="not_open")
    left = note.total - note.settled
    part = left if amount == "" else AMOUNT.parse(amount, field="amount", above=0)
    return bank_credit_note(note_id, part)


def refund_payment(payment_id: UUID, money: Moved) -> Payment:
    """Pay a contact's unused credit back. Raises Conflict, InvalidInput naming `amount`."""
    payment = payment_or_404(payment_id)
    if not is_credit(payment):
        raise Conflict(f"{payment.number} is a refund itself.", code="not_open")
    way = OPPOSITE[Direction(payment.direction)]
    wanted = money.wanted(CreditSide(payment.side), way, payment.contact_id, payment.currency)
    return _pay_for(ItemKey("payment", payment.id), wanted, wanted.amount)
