"""Payments, credit and its use on their way out (docs/postings.md, "money …").

What a payment settled when it was recorded goes as a payment there. The rest of it is credit:
a journal between the bank and Customer credits (or Supplier deposits). Credit used later goes as
a journal that moves it to the contact's account, and a payment of nothing that applies it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.domain.outgoing import Applied, Document, Entry, Money, Side
from accounting.domain.states import Kind
from accounting.outgoing.frame import Frame, lines_of
from ledger.models import Journal, JournalLine
from orders.domain.stock_states import PaymentStatus
from orders.models import CreditSide, Direction, Payment, Settlement
from orders.services.held_money import held_settlements

ZERO = Decimal(0)
UNDONE = "invoice_undone"


@dataclass
class MoneyFacts:
    """A payment with what it was used for that still stands."""

    payment: Payment
    direct: list[Settlement] = field(default_factory=list)  # in the payment's own journal
    held: bool = False  # something that it paid is undone, and will be paid by it again


def is_usual(payment: Payment) -> bool:
    """Money the way it goes in trade: in from customers, out to suppliers."""
    way = Direction.IN if payment.side == CreditSide.SALE else Direction.OUT
    return payment.direction == way


def _taken_back(rows: Iterable[Settlement]) -> set[UUID]:
    ids = [row.id for row in rows]
    back = Settlement.objects.filter(reverses_id__in=ids).values_list("reverses_id", flat=True)
    return set(back)


def standing_facts(ids: Sequence[UUID]) -> dict[UUID, MoneyFacts]:
    """Payments by id, with the documents that they settled when they were recorded."""
    payments = Payment.objects.filter(id__in=ids).select_related("contact")
    facts = {row.id: MoneyFacts(row) for row in payments}
    rows = list(Settlement.objects.filter(payment_id__in=ids, reverses__isnull=True).order_by("id"))
    back = _taken_back(rows)
    later = set(
        Journal.objects.filter(source_id__in=[row.id for row in rows]).values_list(
            "source_id", flat=True
        )
    )
    held = held_settlements(back)
    for row in rows:
        one = facts[UUID(str(row.payment_id))]
        if row.id not in back and row.id not in later:
            one.direct.append(row)
        one.held = one.held or row.id in held
    return facts


def _applied(row: Settlement) -> Applied | None:
    if row.invoice_id:
        return Applied(kind=Kind.INVOICE, local_id=row.invoice_id, amount=row.amount)
    if row.bill_id:
        return Applied(kind=Kind.BILL, local_id=row.bill_id, amount=row.amount)
    return None


def payments(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Payments from customers: the part that settled invoices when it came."""
    return {key: _payment(Kind.PAYMENT, facts) for key, facts in standing_facts(ids).items()}


def bill_payments(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Payments to suppliers: the part that settled bills when it went."""
    return {key: _payment(Kind.BILL_PAYMENT, facts) for key, facts in standing_facts(ids).items()}


def _payment(kind: Kind, facts: MoneyFacts) -> Money:
    row = facts.payment
    applied = tuple(one for one in map(_applied, facts.direct) if one is not None)
    total = sum((one.amount for one in applied), ZERO)
    gone = row.status == PaymentStatus.VOID
    void = gone or not total
    return Money(
        kind=kind,
        local_id=row.id,
        number=row.number,
        wanted=_or_held("void" if void else "there", facts.held and not gone),
        held=UNDONE,
        on=row.paid_on,
        currency=row.currency,
        rate=row.rate,
        total=total,
        party=row.contact_id,
        account=row.account_id,
        reference=row.reference,
        note=row.note,
        applied=applied,
    )


def _or_held(wanted: str, held: bool) -> str:
    """While an invoice is undone, what pays it is left there as it is (Q24)."""
    return "hold" if held else wanted


def _party(payment_or_side: str, contact: UUID) -> tuple[Kind, UUID]:
    sale = payment_or_side == CreditSide.SALE
    return (Kind.CUSTOMER if sale else Kind.SUPPLIER), contact


def credit_entries(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Of a payment's own journals, what its payment there does not say: the credit that is left.

    The sides of bank and control account that the payment there posts are taken off; what remains
    balances, and is nothing where the payment settled documents with all of it.
    """
    facts = standing_facts(ids)
    written = _own_journals(ids)
    found: dict[UUID, Document] = {}
    for key, one in facts.items():
        row = one.payment
        # Refunds of credit notes to customers go as refunds with lines; see sales.refunds.
        posted_there = is_usual(row) or row.side == CreditSide.SALE
        there = ZERO
        if posted_there:
            there = sum(
                (
                    each.amount
                    for each in one.direct
                    if _applied(each) is not None
                    or (each.refunded_note_id is not None and row.side == CreditSide.SALE)
                ),
                ZERO,
            )
        sides = _rest(row, written.get(key, []), there, frame)
        found[key] = Entry(
            kind=Kind.CREDIT_ENTRY,
            local_id=key,
            number=row.number,
            wanted=_or_held(
                "there" if sides and row.status != PaymentStatus.VOID else "void",
                one.held and row.status != PaymentStatus.VOID,
            ),
            held=UNDONE,
            on=row.paid_on,
            currency=row.currency,
            rate=row.rate,
            sides=sides,
            note=f"{row.number} {row.contact.name} {row.reference}".strip(),
        )
    return found


def _own_journals(ids: Sequence[UUID]) -> dict[UUID, list[Journal]]:
    rows = Journal.objects.filter(source_id__in=list(ids), source_kind="payment")
    found: dict[UUID, list[Journal]] = defaultdict(list)
    for row in rows.prefetch_related("lines").order_by("number"):
        found[row.source_id].append(row)
    return found


def _rest(
    payment: Payment, journals: Sequence[Journal], there: Decimal, frame: Frame
) -> tuple[Side, ...]:
    sums: dict[UUID, list[Decimal]] = {}
    contacts: dict[UUID, UUID] = {}
    for journal in journals:
        for line in lines_of(journal):
            both = sums.setdefault(line.account_id, [ZERO, ZERO])
            both[0] += line.foreign
            both[1] += line.amount
            if line.contact is not None:
                contacts[line.account_id] = line.contact
    if there:
        sign = 1 if payment.direction == Direction.IN else -1
        bank, control = payment.account_id, _control(payment, frame)
        for account, amount in ((bank, -sign * there), (control, sign * there)):
            if account is not None:
                sums.setdefault(account, [ZERO, ZERO])[0] += amount
    return tuple(
        Side(
            account=account,
            amount=foreign,
            party=_party(payment.side, contacts[account])
            if account in frame.controls and account in contacts
            else None,
            description=payment.number,
        )
        for account, (foreign, _base) in sums.items()
        if foreign
    )


def _control(payment: Payment, frame: Frame) -> UUID | None:
    wanted = "receivable" if payment.side == CreditSide.SALE else "payable"
    return next((key for key, role in frame.controls.items() if role.value == wanted), None)


def allocation_entries(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Credit used later: the journal that the use wrote, by the settlement's id."""
    found: dict[UUID, Document] = {}
    settlements = _settlements(ids)
    journals = {
        row.source_id: row
        for row in Journal.objects.filter(
            source_id__in=list(ids), source_kind="settlement", reverses__isnull=True
        ).prefetch_related("lines")
    }
    back = _taken_back(settlements.values())
    held = held_settlements(back)
    for key, row in settlements.items():
        journal = journals.get(key)
        side = _side_of(row)
        lines: Sequence[JournalLine] = lines_of(journal) if journal is not None else []
        found[key] = Entry(
            kind=Kind.ALLOCATION_ENTRY,
            local_id=key,
            number=journal.source_number if journal is not None else "",
            wanted=_or_held(
                "void" if key in back or not _moves_credit(row) else "there", key in held
            ),
            held=UNDONE,
            on=row.settled_on,
            currency=journal.currency if journal is not None else "",
            rate=journal.rate if journal is not None else Decimal(1),
            sides=tuple(
                Side(
                    account=line.account_id,
                    amount=line.foreign,
                    party=_party(side, line.contact)
                    if line.account_id in frame.controls and line.contact
                    else None,
                    description=journal.memo if journal is not None else "",
                )
                for line in lines
                if line.foreign
            ),
            note=journal.memo if journal is not None else "",
        )
    return found


def _settlements(ids: Sequence[UUID]) -> dict[UUID, Settlement]:
    rows = Settlement.objects.filter(id__in=ids).select_related(
        "payment", "credit_note", "refunded_note", "invoice", "bill"
    )
    return {row.id: row for row in rows}


def _side_of(row: Settlement) -> str:
    for item in (row.payment, row.credit_note, row.refunded_note):
        if item is not None:
            return str(item.side)
    return str(CreditSide.SALE)


def _moves_credit(row: Settlement) -> bool:
    """Whether the use of a payment's rest took it from credits to the contact's account."""
    return row.payment_id is not None


def allocations(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Credit notes and credit applied to invoices: payments of nothing."""
    return _all_applied(Kind.ALLOCATION, ids)


def bill_allocations(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Supplier credits and deposits applied to bills."""
    return _all_applied(Kind.BILL_ALLOCATION, ids)


def _all_applied(kind: Kind, ids: Sequence[UUID]) -> dict[UUID, Document]:
    settlements = _settlements(ids)
    back = _taken_back(settlements.values())
    held = held_settlements(back)
    found: dict[UUID, Document] = {}
    for key, row in settlements.items():
        target = _applied(row)
        source = _source(kind, row)
        owner: Any = row.invoice or row.bill or row.refunded_note or row.credit_note
        found[key] = Money(
            kind=kind,
            local_id=key,
            number=str(owner.number),
            wanted=_or_held("void" if key in back else "there", key in held),
            held=UNDONE,
            on=row.settled_on,
            currency=owner.currency,
            rate=owner.rate,
            total=ZERO,
            party=owner.contact_id,
            applied=tuple(one for one in (target, source) if one is not None),
        )
    return found


def _source(kind: Kind, row: Settlement) -> Applied | None:
    sale = kind == Kind.ALLOCATION
    if row.credit_note_id is not None and row.payment_id is None and _applied(row) is not None:
        return Applied(
            kind=Kind.CREDIT_NOTE if sale else Kind.SUPPLIER_CREDIT,
            local_id=row.credit_note_id,
            amount=row.amount,
        )
    if row.refunded_note_id is not None and row.payment_id is not None:
        return Applied(kind=Kind.CREDIT_ENTRY, local_id=row.payment_id, amount=row.amount)
    return Applied(kind=Kind.ALLOCATION_ENTRY, local_id=row.id, amount=row.amount)
