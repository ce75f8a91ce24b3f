"""Setting off what is owed against what was paid or credited.

Every open item stands on one side of its control account: invoices, supplier credit notes and
supplier deposits on the debit side, bills, customer credit notes and customer credits on the
credit side. A settlement takes the same amount off one of each. What the two were worth in base
currency may differ; the difference is a realised currency gain or loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from hub.errors import Conflict, InvalidInput, NotFound
from hub.ids import new_id
from hub.money import Money, minor_units, round_half_up
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.services.journals import reverse_source
from orders.domain.states import BillStatus, InvoiceStatus
from orders.domain.stock_states import CreditNoteStatus, PaymentStatus
from orders.models import Bill, CreditNote, CreditSide, Direction, Invoice, Payment, Settlement
from orders.services.booking import Books, open_books
from tenants.actor import current_actor
from tenants.services.activity import log_activity

ZERO = Decimal(0)

# The order in which rows are locked, so that two settlements never wait for each other.
KINDS: tuple[tuple[str, type[Any], Any], ...] = (
    ("invoice", Invoice, (InvoiceStatus.AUTHORISED, InvoiceStatus.PAID)),
    ("bill", Bill, (BillStatus.APPROVED, BillStatus.PAID)),
    ("credit_note", CreditNote, (CreditNoteStatus.AUTHORISED, CreditNoteStatus.SETTLED)),
    ("payment", Payment, (PaymentStatus.AUTHORISED, PaymentStatus.SETTLED)),
)
RANK = {kind: index for index, (kind, _model, _statuses) in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class ItemKey:
    """Names an open item: `invoice`, `bill`, `credit_note` or `payment`, and its id."""

    kind: str
    id: UUID


@dataclass(slots=True)
class Item:
    """An open item, locked. `debit` says on which side of its control account it stands."""

    key: ItemKey
    row: Any
    control: AccountRole
    debit: bool
    total: Decimal
    settled: Decimal

    @property
    def open(self) -> Decimal:
        """What is left of it, in its currency."""
        return self.total - self.settled

    @property
    def contact(self) -> UUID:
        """Whose it is."""
        return UUID(str(self.row.contact_id))


@dataclass(frozen=True, slots=True)
class Allocation:
    """Use so much of a payment (or credit) for an item; the amount in their currency."""

    key: ItemKey
    amount: Decimal


def lock_items(keys: Sequence[ItemKey]) -> dict[ItemKey, Item]:
    """Lock open items in one order. Raises NotFound, Conflict when one is not in the book."""
    found: dict[ItemKey, Item] = {}
    for kind, model, statuses in KINDS:
        ids = sorted({key.id for key in keys if key.kind == kind})
        if not ids:
            continue
        rows = (
            model.objects.select_for_update(of=("self",), no_key=True)
            .filter(id__in=ids)
            .order_by("id")
        )
        for row in rows:
            if row.status not in statuses:
                raise Conflict(
                    f"{row.number} is not open: it must be authorised first.", code="not_open"
                )
            found[ItemKey(kind, row.id)] = _item(ItemKey(kind, row.id), row)
    if len(found) != len(set(keys)):
        raise NotFound("One of these documents does not exist.")
    return found


def _item(key: ItemKey, row: Any) -> Item:
    if isinstance(row, Invoice):
        return Item(key, row, AccountRole.RECEIVABLE, True, row.total, row.settled)
    if isinstance(row, Bill):
        return Item(key, row, AccountRole.PAYABLE, False, row.total, row.settled)
    if isinstance(row, CreditNote):
        sale = row.side == CreditSide.SALE
        control = AccountRole.RECEIVABLE if sale else AccountRole.PAYABLE
        return Item(key, row, control, not sale, row.total, row.settled)
    sale = row.side == CreditSide.SALE
    control = AccountRole.CUSTOMER_CREDITS if sale else AccountRole.SUPPLIER_DEPOSITS
    total = row.amount if is_credit(row) else ZERO
    return Item(key, row, control, not sale, total, row.used)


def is_credit(payment: Payment) -> bool:
    """Whether what is left of it is the contact's credit: refunds leave none."""
    usual = Direction.IN if payment.side == CreditSide.SALE else Direction.OUT
    return payment.direction == usual


def clearing_entry(books: Books, item: Item, amount: Decimal) -> Entry:
    """The entry that takes `amount` off an item, at the rate that the item has in the book.

    Worked out from the running total, so that the last part takes the odd cent.
    """
    rate = item.row.rate
    base = books.in_base(item.settled + amount, rate) - books.in_base(item.settled, rate)
    sign = -1 if item.debit else 1
    return Entry(item.control, sign * amount, base=sign * base, contact=item.contact)


def use(item: Item, amount: Decimal) -> None:
    """Count `amount` of an item as settled; it is paid (or used up) when nothing is left."""
    item.settled += amount
    row = item.row
    done = item.settled == item.total
    if isinstance(row, Payment):
        row.used = item.settled
        row.status = PaymentStatus.SETTLED if done else PaymentStatus.AUTHORISED
        Payment.objects.filter(id=row.id).update(used=row.used, status=row.status)
        return
    row.settled = item.settled
    finished, unfinished = {
        "invoice": (InvoiceStatus.PAID, InvoiceStatus.AUTHORISED),
        "bill": (BillStatus.PAID, BillStatus.APPROVED),
        "credit_note": (CreditNoteStatus.SETTLED, CreditNoteStatus.AUTHORISED),
    }[item.key.kind]
    row.status = finished if done else unfinished
    type(row).objects.filter(id=row.id).update(settled=row.settled, status=row.status)


def check_amount(amount: Decimal, currency: str, *, field: str = "amount") -> Decimal:
    """A positive amount in whole cents of the currency; raises InvalidInput naming `field`."""
    decimals = minor_units(currency)
    if amount <= 0:
        raise InvalidInput("Must be more than 0.", fields={field: ["Must be more than 0."]})
    if round_half_up(amount, decimals) != amount:
        message = f"{currency} has {decimals} decimals."
        raise InvalidInput(message, fields={field: [message]})
    return amount


def check_fits(source: Item, target: Item, amount: Decimal, *, field: str) -> None:
    """The two belong together and both have that much left; raises InvalidInput naming `field`."""
    message = ""
    if source.contact != target.contact:
        message = f"{target.row.number} belongs to another contact."
    elif source.row.currency != target.row.currency:
        message = (
            f"{target.row.number} is in {target.row.currency}, this is in {source.row.currency}."
        )
    elif source.debit == target.debit:
        message = f"{target.row.number} cannot be settled with this."
    elif amount > target.open:
        message = f"Only {Money(target.open, target.row.currency)} of {target.row.number} are open."
    elif amount > source.open:
        message = f"Only {Money(source.open, source.row.currency)} of {source.row.number} are left."
    if message:
        raise InvalidInput(message, fields={field: [message]}, code="does_not_fit")


def columns(key: ItemKey, *, refunded: bool = False) -> dict[str, UUID]:
    """The columns of a Settlement that name an item."""
    if refunded and key.kind in ("credit_note", "payment"):
        return {"refunded_note_id" if key.kind == "credit_note" else "refunded_payment_id": key.id}
    return {f"{key.kind}_id": key.id}


def settle(
    source_key: ItemKey,
    target_key: ItemKey,
    amount: Decimal,
    *,
    on: date | None = None,
    as_paid: bool = False,
) -> Settlement:
    """Use a credit note or a payment's rest for an invoice or bill. `as_paid`: the payment was
    for it from the start, so what is written is of the payment.

    Raises InvalidInput (`does_not_fit`, `period_locked`), Conflict, NotFound.
    """
    on = on or timezone.localdate()
    books = open_books(on, field="settled_on")
    items = lock_items([source_key, target_key])
    source, target = items[source_key], items[target_key]
    check_amount(amount, target.row.currency)
    check_fits(source, target, amount, field="amount")
    entries = [clearing_entry(books, source, amount), clearing_entry(books, target, amount)]
    gain = sum((entry.base or ZERO for entry in entries), ZERO)
    settlement = Settlement(
        id=new_id(),
        **columns(source_key),
        **columns(target_key),
        settled_on=on,
        amount=amount,
        gain=gain,
        created_by_name=current_actor().name[:160],
    )
    settlement.save(force_insert=True)
    use(source, amount)
    use(target, amount)
    if source.control != target.control or gain:
        entries.append(Entry(AccountRole.REALISED_GAINS, ZERO, base=-gain))
        books.post(
            [
                Posting(
                    JournalEvent.ALLOCATION,
                    on,
                    Source("payment", source.key.id, source.row.number)
                    if as_paid
                    else Source("settlement", settlement.id, source.row.number),
                    entries,
                    target.row.currency,
                    target.row.rate,
                    memo=f"{source.row.number} used for {target.row.number}",
                )
            ]
        )
    _log(source, target, amount, "settled", f"used for {target.row.number}")
    return settlement


def _log(source: Item, target: Item, amount: Decimal, verb: str, what: str) -> None:
    money = Money(amount, target.row.currency)
    for item in (source, target):
        log_on(item, verb, f"{money} of {source.row.number} {what}")


def log_on(item: Item, verb: str, what: str) -> None:
    """A line on an item's timeline."""
    log_activity(f"{item.key.kind}.{verb}", what, about=item.row, label=item.row.number)


def standing_settlements(**wanted: Any) -> list[Settlement]:
    """Settlements that were not taken back, oldest first."""
    rows = list(Settlement.objects.filter(**wanted).order_by("id"))
    undone = {row.reverses_id for row in rows if row.reverses_id}
    return [row for row in rows if not row.reverses_id and row.id not in undone]


def item_keys(settlement: Settlement) -> list[ItemKey]:
    """The items that a settlement joins."""
    named = (
        ("invoice", settlement.invoice_id),
        ("bill", settlement.bill_id),
        ("credit_note", settlement.credit_note_id),
        ("credit_note", settlement.refunded_note_id),
        ("payment", settlement.payment_id),
        ("payment", settlement.refunded_payment_id),
    )
    return [ItemKey(kind, key) for kind, key in named if key is not None]


def reverse_rows(settlements: Sequence[Settlement]) -> None:
    """Take settlements back on both their items; the caller reverses the journals."""
    keys = {key for settlement in settlements for key in item_keys(settlement)}
    items = lock_items(list(keys))
    for settlement in settlements:
        for key in item_keys(settlement):
            use(items[key], -settlement.amount)
    Settlement.objects.bulk_create(
        Settlement(
            payment_id=row.payment_id,
            credit_note_id=row.credit_note_id,
            invoice_id=row.invoice_id,
            bill_id=row.bill_id,
            refunded_note_id=row.refunded_note_id,
            refunded_payment_id=row.refunded_payment_id,
            settled_on=row.settled_on,
            amount=-row.amount,
            gain=-row.gain,
            reverses=row,
            created_by_name=current_actor().name[:160],
        )
        for row in settlements
    )


def unsettle(settlement_id: UUID) -> None:
    """Take one settlement back: the document is open again, the credit unused.

    What a payment was recorded for becomes the contact's credit. Raises NotFound; Conflict when
    it was taken back already, or is a refund or a banked credit (void the payment instead).
    """
    settlement = Settlement.objects.filter(id=settlement_id).first()
    if settlement is None or settlement.reverses_id:
        raise NotFound("This does not exist.")
    keys = item_keys(settlement)
    items = lock_items(keys)
    if Settlement.objects.filter(reverses=settlement).exists():
        raise Conflict("This was taken back already.", code="taken_back")
    if settlement.refunded_note_id or settlement.refunded_payment_id or len(keys) < 2:
        raise Conflict("Money was paid out for this. Void the payment instead.", code="refunded")
    books = open_books(settlement.settled_on, field="settled_on")
    own = reverse_source(settlement.id)
    payment = next((items[key].row for key in keys if key.kind == "payment"), None)
    if payment is not None and not own:
        _keep_as_credit(books, payment, settlement, items)
    source, target = items[keys[-1]], items[keys[0]]
    reverse_rows([settlement])
    _log(source, target, settlement.amount, "unsettled", f"not used for {target.row.number}")


def _keep_as_credit(
    books: Books, payment: Payment, settlement: Settlement, items: dict[ItemKey, Item]
) -> None:
    """The payment's own journal cleared the document; the opposite turns that part into credit.

    It is of the payment, so that voiding the payment takes both out of the book.
    """
    entries = []
    for item in items.values():
        item.settled -= settlement.amount
        entry = clearing_entry(books, item, settlement.amount)
        entries.append(Entry(entry.account, -entry.amount, -(entry.base or ZERO), entry.contact))
    gain = sum((entry.base or ZERO for entry in entries), ZERO)
    entries.append(Entry(AccountRole.REALISED_GAINS, ZERO, base=-gain))
    books.post(
        [
            Posting(
                JournalEvent.ALLOCATION,
                settlement.settled_on,
                Source("payment", payment.id, payment.number),
                entries,
                payment.currency,
                payment.rate,
                memo=f"{payment.number} taken back",
            )
        ]
    )
