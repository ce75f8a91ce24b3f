"""Payments, deposits, refunds, and credit that is kept for later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from hub.errors import Conflict, InvalidInput, NotFound
from hub.ids import new_id
from hub.money import Money, parse_currency
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.services.journals import reverse_source
from ledger.services.rates import rate_on
from network.domain.payload_base import clean_line, clean_note
from network.services.contacts import contact_or_404
from orders.domain.states import PurchaseOrderStatus, SalesOrderStatus
from orders.domain.stock_states import PaymentStatus, QuoteStatus
from orders.models import (
    CreditSide,
    Direction,
    Payment,
    PurchaseOrder,
    Quote,
    SalesOrder,
    Settlement,
    TradeOrder,
)
from orders.services.booking import Books, check_payment_account, open_books
from orders.services.settlements import (
    Allocation,
    Item,
    ItemKey,
    check_amount,
    check_fits,
    clearing_entry,
    columns,
    is_credit,
    lock_items,
    log_on,
    reverse_rows,
    standing_settlements,
    use,
)
from tenants.actor import current_actor
from tenants.services.activity import log_activity
from tenants.services.numbers import take_number

ZERO = Decimal(0)
SALE_CONTROLS = (AccountRole.RECEIVABLE, AccountRole.CUSTOMER_CREDITS)
# What a deposit may be paid on, and when.
DEPOSITS: dict[CreditSide, tuple[tuple[type[TradeOrder], frozenset[Any]], ...]] = {
    CreditSide.SALE: (
        (SalesOrder, SalesOrderStatus.sendable()),
        (Quote, frozenset({QuoteStatus.AUTHORISED})),
    ),
    CreditSide.PURCHASE: ((PurchaseOrder, PurchaseOrderStatus.sendable()),),
}


@dataclass(frozen=True, slots=True)
class PaymentInput:
    """Money that came or went. `rate`: base units per unit of `currency`; None is the day's.

    `order` is the purchase or sales order of a deposit.
    """

    side: str
    direction: str
    contact: UUID
    account: UUID
    amount: Decimal
    currency: str = ""
    paid_on: date | None = None
    rate: Decimal | None = None
    reference: str = ""
    note: str = ""
    order: UUID | None = None


def pay(wanted: PaymentInput, allocations: Sequence[Allocation] = ()) -> Payment:
    """Record money and what it is for. What is left is kept as the contact's credit.

    Raises InvalidInput naming the field (`amount`, `account`, `rate`, `paid_on`,
    `allocations.0.amount`); a refund must be for something and leaves nothing.
    """
    contact = contact_or_404(wanted.contact)
    on = wanted.paid_on or timezone.localdate()
    books = open_books(on, field="paid_on")
    account = check_payment_account(wanted.account)
    currency = parse_currency(wanted.currency or contact.currency, field="currency")
    payment = Payment(
        id=new_id(),
        side=CreditSide(wanted.side),
        direction=Direction(wanted.direction),
        contact=contact,
        account=account,
        paid_on=on,
        currency=currency,
        rate=_rate(wanted, currency, on, books),
        amount=check_amount(wanted.amount, currency),
        reference=clean_line(wanted.reference, longest=80),
        note=clean_note(wanted.note, longest=1000),
        order=_order(wanted),
        created_by_name=current_actor().name[:160],
    )
    items = _fitting(payment, allocations)
    payment.number = take_number("payment")
    entries = [_money(payment)]
    entries += [clearing_entry(books, items[a.key], a.amount) for a in allocations]
    _save(payment, items, allocations)
    left = payment.amount - payment.used
    if left:
        entries.append(_kept(payment, left))
    _post(books, payment, entries)
    money = Money(payment.amount, currency)
    verb = "received from" if payment.direction == Direction.IN else "paid to"
    log_activity("payment.recorded", f"{money} {verb} {contact.name}", about=payment)
    for allocation in allocations:
        part = Money(allocation.amount, currency)
        log_on(items[allocation.key], "settled", f"{part} {verb} {contact.name}: {payment.number}")
    return payment


def _rate(wanted: PaymentInput, currency: str, on: date, books: Books) -> Decimal:
    if wanted.rate is not None and currency != books.base:
        if wanted.rate <= 0:
            message = "The rate must be more than 0."
            raise InvalidInput(message, fields={"rate": [message]})
        return wanted.rate
    return rate_on(currency, on, books.me)


def _order(wanted: PaymentInput) -> UUID | None:
    """The order or quote of a deposit, which has to be authorised."""
    if wanted.order is None:
        return None
    for model, statuses in DEPOSITS[CreditSide(wanted.side)]:
        order = model._default_manager.filter(id=wanted.order, contact_id=wanted.contact).first()
        if order is not None and order.status in statuses:
            return wanted.order
        if order is not None:
            message = f"{order.number} is not authorised, so nothing can be paid on it yet."
            raise Conflict(message, code="not_authorised")
    raise NotFound("This order does not exist.")


def _fitting(payment: Payment, allocations: Sequence[Allocation]) -> dict[ItemKey, Item]:
    """The items that the money is for, locked and checked."""
    items = lock_items([allocation.key for allocation in allocations])
    if len(items) != len(allocations):
        raise InvalidInput("A document is named twice.", fields={"allocations": ["Named twice."]})
    # A credit of the contact's stands on the same side whether it pays or is paid back.
    paying = payment.direction == Direction.OUT
    key = ItemKey("payment", payment.id)
    me = Item(key, payment, AccountRole.BANK, paying, payment.amount, ZERO)
    for index, allocation in enumerate(allocations):
        field = f"allocations.{index}.amount"
        check_amount(allocation.amount, payment.currency, field=field)
        target = items[allocation.key]
        check_fits(me, target, allocation.amount, field=field)
        if (target.control in SALE_CONTROLS) != (payment.side == CreditSide.SALE):
            message = f"{target.row.number} is on the other side of the contact's account."
            raise InvalidInput(message, fields={field: [message]}, code="does_not_fit")
        me.settled += allocation.amount
    if not is_credit(payment) and me.open:
        message = (
            "A refund must say which credit note or credit it pays back, in full: "
            f"{Money(me.open, payment.currency)} are for nothing."
        )
        raise InvalidInput(message, fields={"amount": [message]}, code="refund_of_nothing")
    return items


def _money(payment: Payment) -> Entry:
    sign = 1 if payment.direction == Direction.IN else -1
    assert payment.account_id is not None
    return Entry(UUID(str(payment.account_id)), sign * payment.amount)


def _save(payment: Payment, items: dict[ItemKey, Item], allocations: Sequence[Allocation]) -> None:
    payment.used = sum((allocation.amount for allocation in allocations), ZERO)
    if payment.used == payment.amount:
        payment.status = PaymentStatus.SETTLED
    payment.save(force_insert=True)
    for allocation in allocations:
        use(items[allocation.key], allocation.amount)
    Settlement.objects.bulk_create(
        Settlement(
            payment=payment,
            **columns(allocation.key, refunded=True),
            settled_on=payment.paid_on,
            amount=allocation.amount,
            created_by_name=payment.created_by_name,
        )
        for allocation in allocations
    )


def _kept(payment: Payment, left: Decimal) -> Entry:
    if payment.side == CreditSide.SALE:
        return Entry(AccountRole.CUSTOMER_CREDITS, -left, contact=payment.contact_id)
    return Entry(AccountRole.SUPPLIER_DEPOSITS, left, contact=payment.contact_id)


def _post(books: Books, payment: Payment, entries: list[Entry]) -> None:
    """What items were worth when they were made may differ from what the money is worth now."""
    based = [
        Entry(
            entry.account,
            entry.amount,
            entry.base if entry.base is not None else books.in_base(entry.amount, payment.rate),
            entry.contact,
            memo=entry.memo,
        )
        for entry in entries
    ]
    gain = sum((entry.base or ZERO for entry in based), ZERO)
    based.append(Entry(AccountRole.REALISED_GAINS, ZERO, base=-gain))
    books.post(
        [
            Posting(
                JournalEvent.PAYMENT,
                payment.paid_on,
                Source("payment", payment.id, payment.number),
                based,
                payment.currency,
                payment.rate,
                memo=f"{payment.contact.name} {payment.reference}".strip(),
            )
        ]
    )


def bank_credit_note(note_id: UUID, amount: Decimal, *, on: date | None = None) -> Payment:
    """Keep (part of) a credit note as the contact's credit, to be used for later invoices.

    Raises InvalidInput naming `amount`, Conflict, NotFound.
    """
    on = on or timezone.localdate()
    books = open_books(on, field="paid_on")
    key = ItemKey("credit_note", note_id)
    item = lock_items([key])[key]
    note = item.row
    check_amount(amount, note.currency)
    if amount > item.open:
        message = f"Only {Money(item.open, note.currency)} of {note.number} are left."
        raise InvalidInput(message, fields={"amount": [message]})
    payment = Payment(
        side=note.side,
        direction=Direction.IN if note.side == CreditSide.SALE else Direction.OUT,
        contact_id=note.contact_id,
        number=take_number("payment"),
        paid_on=on,
        currency=note.currency,
        rate=note.rate,
        amount=amount,
        reference=note.number,
        credit_note=note,
        created_by_name=current_actor().name[:160],
    )
    payment.save(force_insert=True)
    entries = [clearing_entry(books, item, amount), _kept(payment, amount)]
    # Of the payment's own id: that is how voiding it finds what it took off the note.
    Settlement.objects.create(
        id=payment.id,
        credit_note=note,
        settled_on=on,
        amount=amount,
        created_by_name=payment.created_by_name,
    )
    use(item, amount)
    _post(books, payment, entries)
    log_activity(
        "credit_note.banked",
        f"{Money(amount, note.currency)} of {note.number} kept as credit",
        about=note,
        label=note.number,
    )
    return payment


def payment_or_404(payment_id: UUID, *, lock: bool = False) -> Payment:
    """The only door from an id to a payment; raises NotFound."""
    rows = Payment.objects.select_related("contact", "account")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    payment = rows.filter(id=payment_id).first()
    if payment is None:
        raise NotFound("This payment does not exist.")
    return payment


def void_payment(payment_id: UUID) -> Payment:
    """Take a payment back with all that it was used for; its number stays taken.

    Raises Conflict when it is void already, when it was refunded, or when it is a banked credit.
    """
    payment = payment_or_404(payment_id)
    if payment.status == PaymentStatus.VOID:
        raise Conflict(f"{payment.number} is void already.", code="move_not_allowed")
    refunds = standing_settlements(refunded_payment_id=payment.id)
    if refunds:
        raise Conflict(f"{payment.number} was paid back. Void the refund first.", code="refunded")
    open_books(payment.paid_on, field="paid_on")
    uses = standing_settlements(payment_id=payment.id)
    reverse_rows(uses)
    payment = payment_or_404(payment_id, lock=True)
    if payment.status == PaymentStatus.VOID:
        raise Conflict(f"{payment.number} is void already.", code="move_not_allowed")
    if standing_settlements(payment_id=payment.id):
        raise Conflict(f"Somebody else just used {payment.number}. Try again.", code="used")
    reverse_rows(standing_settlements(id=payment.id))
    Payment.objects.filter(id=payment.id).update(status=PaymentStatus.VOID)
    payment.status = PaymentStatus.VOID
    for settlement in uses:
        reverse_source(settlement.id)
    reverse_source(payment.id)
    log_activity("payment.voided", f"{payment.number} voided", about=payment)
    return payment
