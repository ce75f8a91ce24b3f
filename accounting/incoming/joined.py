"""One payment there that joins money and credits with documents, taken over whole (Q12).

QuickBooks lets one payment use several credit notes for several invoices, and add money; here each
use of a credit is a settlement of its own, and the money a payment. Credits are used first, in the
order of the payment's lines; what is left of the documents is paid with the money. All of it is
one row's worth there: it is taken back together, and never sent from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from accounting.domain.hashing import fingerprint
from accounting.domain.incoming import Held, IncomingMoney
from accounting.domain.states import Kind
from accounting.engine.deciding import JOINED
from accounting.incoming.settling import (
    APPLIED,
    CREDITS,
    DOCUMENTS,
    Part,
    check_open,
    contact_of_part,
    payment_input,
    rows_of,
    take_back,
)
from accounting.incoming.taking_over import refuse_unsettled, take_over, title_of
from accounting.incoming.wanted import rate_of
from accounting.models import Connection, SyncDocument
from accounting.outgoing.money import standing_facts
from hub.money import Money
from orders.models import CreditNote, Payment
from orders.services.payments import pay
from orders.services.settlements import Allocation, ItemKey, settle

ZERO = Decimal(0)
PRINT = "print_there"


@dataclass(frozen=True, slots=True)
class Joint:
    """What one payment there joins, all of it known here."""

    documents: tuple[Part, ...]
    notes: tuple[Part, ...]
    money: Decimal


def is_joint(connection: Connection, money: IncomingMoney, row: SyncDocument | None) -> bool:
    """Whether it uses credits in a way that is more than one note for one document."""
    if row is not None and row.facts.get(JOINED):
        return True
    rows = rows_of(connection, money.parts)
    kinds = [row.kind for row in rows.values()]
    notes = sum(kind in CREDITS for kind in kinds)
    documents = sum(kind in DOCUMENTS for kind in kinds)
    if not notes or not documents:
        return False
    return bool(money.total) or len(money.parts) > 2


def absorb_joint(
    connection: Connection, money: IncomingMoney, row: SyncDocument | None
) -> UUID | None:
    """Take it over, or what was changed of it: taken back whole and recorded anew. Raises Held."""
    if row is not None:
        if row.facts.get(JOINED) and row.facts.get(PRINT) == _print(money):
            _seen(row, money)
            return row.local_id
        _check_whole(connection, row)
        take_back(connection, row)
    joint = _read(connection, money)
    if joint is None:
        return None
    for kind in (money.kind, APPLIED[money.kind]):
        refuse_unsettled(connection, kind)
    check_open(connection, joint.documents)
    _check_notes(connection, joint.notes)
    rate_of(connection, money.currency, money.rate)
    return _record(connection, money, joint)


def _print(money: IncomingMoney) -> str:
    parts = sorted((part.entity, part.id, part.amount) for part in money.parts)
    return fingerprint(
        {"on": money.on, "total": money.total, "account": money.account, "parts": parts}
    )


def _seen(row: SyncDocument, money: IncomingMoney) -> None:
    rows = SyncDocument.objects.filter(id__in=row.facts[JOINED]).exclude(remote_id="")
    rows.update(remote_version=money.version)


def _check_whole(connection: Connection, row: SyncDocument) -> None:
    """A payment of which part is the contact's credit here says more than one there can."""
    if row.kind not in APPLIED or row.facts.get(JOINED):
        return
    facts = standing_facts([row.local_id]).get(row.local_id)
    if facts is not None and facts.payment.amount != sum((d.amount for d in facts.direct), ZERO):
        raise Held(
            f"{row.number} was changed in {title_of(connection)}, and part of it is kept here as "
            "the contact's credit. Change it here as it is there, then match the two.",
            code="kept_as_credit",
        )


def _read(connection: Connection, money: IncomingMoney) -> Joint | None:
    """What it joins; None where nothing of it is for documents of ours. Raises Held."""
    rows = rows_of(connection, money.parts)
    sums: dict[tuple[Kind, UUID], Decimal] = {}
    unknown = ZERO
    for part in money.parts:
        row = rows.get((part.entity, part.id))
        if row is None:
            unknown += part.amount
            continue
        if row.kind not in (*DOCUMENTS, *CREDITS):
            raise Held(
                f"In {title_of(connection)} it is joined with {row.number}, a "
                f"{Kind(row.kind).label.lower()}. Record here what it is for and match the two, or "
                "take them apart there.",
                code="joined_with_credit",
            )
        key = Kind(row.kind), UUID(str(row.local_id))
        sums[key] = sums.get(key, ZERO) + part.amount
    parts = [Part(kind, local_id, amount) for (kind, local_id), amount in sums.items() if amount]
    documents = tuple(part for part in parts if part.kind in DOCUMENTS)
    notes = tuple(part for part in parts if part.kind in CREDITS)
    if not documents:
        return None
    if unknown and (notes or not money.total):
        raise Held(
            f"In {title_of(connection)} it joins documents of which some are not here. Take those "
            "over first, or give them a payment of their own there; then this comes in.",
            code="joins_unknown",
        )
    due = _sum(documents) - _sum(notes)
    if due < 0 or due + unknown > money.total:
        raise Held(
            f"What it is for does not add up in {title_of(connection)}. Open it there and save it "
            "again; then it comes in.",
            code="does_not_add_up",
        )
    return Joint(documents, notes, due)


def _sum(parts: Sequence[Part]) -> Decimal:
    return sum((part.amount for part in parts), ZERO)


def _check_notes(connection: Connection, notes: Sequence[Part]) -> None:
    for part in notes:
        note = CreditNote.objects.get(id=part.local_id)
        left = note.total - note.settled
        if part.amount > left:
            used, open_ = (Money(each, note.currency) for each in (part.amount, left))
            raise Held(
                f"In {title_of(connection)} {used} of {note.number} are used; only {open_} are "
                "left here. Correct that there, or take back here what used it before.",
                code="more_than_left",
            )


def _pairs(joint: Joint) -> tuple[list[tuple[Part, Part, Decimal]], list[tuple[Part, Decimal]]]:
    """(credit, document, amount), and (document, money) for what credits leave open."""
    uses: list[tuple[Part, Part, Decimal]] = []
    paid: list[tuple[Part, Decimal]] = []
    left = {part.local_id: part.amount for part in joint.notes}
    for document in joint.documents:
        missing = document.amount
        for credit in joint.notes:
            amount = min(missing, left[credit.local_id])
            if amount > 0:
                uses.append((credit, document, amount))
                left[credit.local_id] -= amount
                missing -= amount
        if missing:
            paid.append((document, missing))
    return uses, paid


def _record(connection: Connection, money: IncomingMoney, joint: Joint) -> UUID:
    uses, paid = _pairs(joint)
    rows: list[SyncDocument] = []
    if paid:
        contact = contact_of_part(paid[0][0])
        allocations = [
            Allocation(ItemKey(DOCUMENTS[part.kind], part.local_id), amount)
            for part, amount in paid
        ]
        payment: Payment = pay(payment_input(connection, money, contact, joint.money), allocations)
        rows.append(take_over(connection, money.kind, payment.id, money))
    applied = APPLIED[money.kind]
    for place, (credit, document, amount) in enumerate(uses):
        source = ItemKey("credit_note", credit.local_id)
        target = ItemKey(DOCUMENTS[document.kind], document.local_id)
        made = settle(source, target, amount, on=money.on)
        # One row of a kind names the object there; the others go with it.
        shown = money if place == 0 else replace(money, id="")
        rows.append(take_over(connection, applied, made.id, shown))
    ids, print_ = [str(row.id) for row in rows], _print(money)
    for row in rows:
        row.facts = {**row.facts, JOINED: ids, PRINT: print_}
        row.save(update_fields=["facts"])
    return UUID(str(rows[0].local_id))
