"""Payments as they come in: what settles documents of ours, and nothing else (Q12, Q24).

One payment there is one payment here. It is known by its id; one of ours that was not sent yet and
says the same is that payment. What was changed there is taken back here and recorded anew.
"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from accounting.domain.incoming import Held, IncomingMoney
from accounting.domain.states import Kind, SyncState
from accounting.engine.planning import plan_one
from accounting.incoming.joined import absorb_joint, is_joint
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
from accounting.incoming.taking_over import (
    NOT_THERE,
    back_in_step,
    is_known,
    keep_ours,
    refuse_unsettled,
    row_here,
    row_of,
    seen,
    take_over,
    title_of,
)
from accounting.models import Connection, SyncDocument
from accounting.outgoing.money import standing_facts
from hub.money import Money
from orders.domain.stock_states import PaymentStatus
from orders.models import Payment, Settlement
from orders.services.payments import pay, void_payment
from orders.services.settlements import (
    Allocation,
    ItemKey,
    settle,
    standing_settlements,
)
from tenants.services.activity import log_activity

ZERO = Decimal(0)


def absorb_payment(connection: Connection, money: IncomingMoney) -> UUID | None:
    """Take a payment (or the use of a credit) over; gives what stands for it here, if anything.

    Raises Held when it cannot be explained here: nothing is posted silently; and what the verbs
    of payments raise (`period_locked`, `refunded`). What is for nothing is not taken over; see
    `rest_of`.
    """
    row = row_of(connection, money.entity, money.id)
    if row is not None and (is_known(row, money) or row.state in NOT_THERE):
        return row.local_id
    if row is not None and row.state == SyncState.SENDING:
        raise Held("It is being sent; it is looked at again afterwards.", code="settling")
    if money.is_void or (row is not None and not money.parts and not money.total):
        if row is not None:
            take_back(connection, row)
        return None
    if is_joint(connection, money, row):
        return absorb_joint(connection, money, row)
    if not money.total:
        return _use_credit(connection, money, row)
    return _paid(connection, money, row)


def _paid(connection: Connection, money: IncomingMoney, row: SyncDocument | None) -> UUID | None:
    parts = _parts(connection, money)
    if row is None:
        if not parts:
            return None
        refuse_unsettled(connection, money.kind)
        row = _same_here(connection, money, parts)
    elif row.kind not in APPLIED:
        raise _not_ours_to_change(connection, row)
    if row is None:
        return _record(connection, money, parts, None)
    if row.remote_id == money.id and _let_go_by_us(connection, row, parts):
        keep_ours(row, money)
        plan_one(connection, Kind(row.kind), row.local_id, row.number)
        return row.local_id
    if not _says(row, money, parts):
        return _correct(connection, row, money, parts)
    if row.remote_id == money.id:
        back_in_step(row)
        seen(row, money)
    else:
        take_over(connection, money.kind, row.local_id, money, row=row, from_there=False)
    return row.local_id


# --- What it is for ---------------------------------------------------------------------------
def _parts(connection: Connection, money: IncomingMoney) -> list[Part]:
    """What of it is for documents of ours; what is for others concerns nobody here."""
    rows = rows_of(connection, money.parts)
    parts: list[Part] = []
    for part in money.parts:
        row = rows.get((part.entity, part.id))
        if row is None:
            continue
        if row.kind in DOCUMENTS:
            parts.append(Part(Kind(row.kind), row.local_id, part.amount))
        else:
            raise Held(
                f"In {title_of(connection)} this payment is joined with {row.number}, a "
                f"{Kind(row.kind).label.lower()}. Record here what it is for and match the two, or "
                "take them apart there.",
                code="joined_with_credit",
            )
    return parts


def rest_of(connection: Connection, money: IncomingMoney) -> Held | None:
    """Money that is for nothing there yet is said, never posted."""
    if money.unapplied <= 0 or money.is_void or not _knows_party(connection, money):
        return None
    return Held(
        f"{Money(money.unapplied, money.currency or connection.currency)} of a payment are for "
        f"nothing in {title_of(connection)} yet. Apply them there to an invoice or bill; or record "
        "them here as the contact's credit, and delete this payment there.",
        code="unapplied",
    )


def _knows_party(connection: Connection, money: IncomingMoney) -> bool:
    return SyncDocument.objects.filter(
        connection=connection,
        kind__in=[Kind.CUSTOMER if money.kind == Kind.PAYMENT else Kind.SUPPLIER],
        remote_id=money.party,
    ).exists()


def _says(row: SyncDocument, money: IncomingMoney, parts: Sequence[Part]) -> bool:
    """Whether ours says the same: for the same documents, on the same day, to the same account."""
    facts = standing_facts([row.local_id]).get(row.local_id)
    if facts is None or facts.payment.status == PaymentStatus.VOID:
        return False
    mine = sorted(
        (UUID(str(one.invoice_id or one.bill_id)), one.amount)
        for one in facts.direct
        if one.invoice_id or one.bill_id
    )
    theirs = sorted((part.local_id, part.amount) for part in parts)
    return mine == theirs and facts.payment.paid_on == money.on


def _let_go_by_us(connection: Connection, row: SyncDocument, parts: Sequence[Part]) -> bool:
    """Whether it lost only invoices that we took out there, by undoing them with “Void on undo”:
    then it is applied again when they stand there again, and nothing is taken back here (Q24).
    """
    facts = standing_facts([row.local_id]).get(row.local_id)
    if facts is None or facts.payment.status == PaymentStatus.VOID:
        return False
    there = {(part.local_id, part.amount) for part in parts}
    ours = {(UUID(str(one.invoice_id)), one.amount) for one in facts.direct if one.invoice_id}
    lost = {invoice for invoice, _amount in ours - there}
    if there - ours:
        return False
    if facts.held and not lost:
        return True
    taken_out = SyncDocument.objects.filter(
        connection=connection, kind=Kind.INVOICE, local_id__in=lost, hash=""
    )
    return bool(lost) and taken_out.count() == len(lost)


def _same_here(
    connection: Connection, money: IncomingMoney, parts: Sequence[Part]
) -> SyncDocument | None:
    """A payment of ours that was not sent yet and says the same: somebody entered it twice."""
    field = "invoice_id" if money.kind == Kind.PAYMENT else "bill_id"
    settling = Settlement.objects.filter(**{field: parts[0].local_id}, payment_id__isnull=False)
    candidates = Payment.objects.filter(
        id__in=settling.values("payment_id"),
        paid_on=money.on,
        amount=sum((part.amount for part in parts), ZERO),
    ).exclude(status=PaymentStatus.VOID)
    for payment in candidates[:10]:
        row = row_here(connection, money.kind, payment.id)
        if row is None:
            row = SyncDocument(
                connection=connection,
                kind=money.kind,
                rank=money.kind.rank,
                local_id=payment.id,
                number=payment.number,
            )
        if not row.remote_id and _says(row, money, parts):
            return row
    return None


# --- Recording --------------------------------------------------------------------------------
def _record(
    connection: Connection,
    money: IncomingMoney,
    parts: Sequence[Part],
    row: SyncDocument | None,
) -> UUID:
    check_open(connection, parts)
    amount = sum((part.amount for part in parts), ZERO)
    wanted = payment_input(connection, money, contact_of_part(parts[0]), amount)
    uses = [Allocation(ItemKey(DOCUMENTS[part.kind], part.local_id), part.amount) for part in parts]
    payment = pay(wanted, uses)
    take_over(connection, money.kind, payment.id, money, row=row)
    return payment.id


def _correct(
    connection: Connection, row: SyncDocument, money: IncomingMoney, parts: Sequence[Part]
) -> UUID | None:
    """It says something else there now: ours is taken back and recorded anew, under the same row.

    Raises Held where ours says more than a payment there can: credit that was kept of it.
    """
    payment = Payment.objects.select_for_update(no_key=True).get(id=row.local_id)
    direct = standing_facts([payment.id])[payment.id].direct
    if payment.amount != sum((one.amount for one in direct), ZERO):
        raise Held(
            f"{payment.number} was changed in {title_of(connection)}, and part of it is kept here "
            "as the contact's credit. Change it here as it is there, then match the two.",
            code="kept_as_credit",
        )
    number = payment.number
    if payment.status != PaymentStatus.VOID:
        void_payment(payment.id)
    if not parts:
        row.state, row.reason, row.message = SyncState.REMOVED, "", ""
        row.remote_id, row.remote_version = "", ""
        row.save()
        log_activity(
            "sync.payment_released",
            f"{number} settles nothing in {title_of(connection)} any more: taken back here",
            about=payment,
        )
        return None
    made = _record(connection, money, parts, row)
    log_activity(
        "sync.payment_corrected",
        f"{number} was changed in {title_of(connection)}: taken back and recorded anew",
        about=payment,
    )
    return made


def follow_payment(connection: Connection, row: SyncDocument, money: IncomingMoney) -> None:
    """Ours becomes what it is there; raises as `absorb_payment`."""
    parts = _parts(connection, money)
    if _says(row, money, parts):
        take_over(connection, money.kind, row.local_id, money, row=row, from_there=row.from_there)
    else:
        _correct(connection, row, money, parts)


# --- Credit that is used there ----------------------------------------------------------------
def _use_credit(
    connection: Connection, money: IncomingMoney, row: SyncDocument | None
) -> UUID | None:
    """A payment of nothing joins a credit note with what it settles."""
    if row is not None:
        return _credit_again(connection, money, row)
    rows = rows_of(connection, money.parts)
    found = [(rows.get((part.entity, part.id)), part.amount) for part in money.parts]
    known = [(one, amount) for one, amount in found if one is not None]
    documents = [(one, amount) for one, amount in known if one.kind in DOCUMENTS]
    notes = [(one, amount) for one, amount in known if one.kind in CREDITS]
    if not documents:
        return None
    if len(documents) != 1 or len(notes) != 1 or len(found) != 2:
        raise Held(
            f"In {title_of(connection)} credit is used for {documents[0][0].number} that is not "
            "one credit note here. Use the contact's credit here in the same way, then match the "
            "two.",
            code="credit_used_there",
        )
    refuse_unsettled(connection, APPLIED[money.kind])
    document, amount = documents[0]
    credit = notes[0][0]
    same = _same_use(connection, money, document, credit, amount)
    if same is None:
        check_open(connection, [Part(Kind(document.kind), document.local_id, amount)])
        target = ItemKey(DOCUMENTS[Kind(document.kind)], document.local_id)
        same = settle(ItemKey("credit_note", credit.local_id), target, amount, on=money.on).id
    take_over(connection, APPLIED[money.kind], same, money)
    return same


def _same_use(
    connection: Connection,
    money: IncomingMoney,
    document: SyncDocument,
    credit: SyncDocument,
    amount: Decimal,
) -> UUID | None:
    """The same use that was made here and not sent yet."""
    field = "invoice_id" if document.kind == Kind.INVOICE else "bill_id"
    uses = standing_settlements(
        **{field: document.local_id}, credit_note_id=credit.local_id, amount=amount
    )
    for settlement in uses:
        row = row_here(connection, APPLIED[money.kind], settlement.id)
        if row is None or not row.remote_id:
            return UUID(str(settlement.id))
    return None


def _credit_again(connection: Connection, money: IncomingMoney, row: SyncDocument) -> UUID | None:
    """The use of a credit that is known, changed there."""
    rows = rows_of(connection, money.parts)
    amounts = {
        part.amount
        for part in money.parts
        if (found := rows.get((part.entity, part.id))) is not None and found.kind in DOCUMENTS
    }
    use = APPLIED.get(money.kind)
    if row.kind != use:
        raise _not_ours_to_change(connection, row)
    settlement = _settlement(row.local_id)
    if settlement is not None and amounts == {settlement}:
        seen(row, money)
        return row.local_id
    take_back(connection, row)
    return _use_credit(connection, money, None)


def _settlement(local_id: UUID) -> Decimal | None:
    found = Settlement.objects.filter(id=local_id).values_list("amount", flat=True).first()
    return Decimal(found) if found is not None else None


def _not_ours_to_change(connection: Connection, row: SyncDocument) -> Held:
    return Held(
        f"{row.number} was changed in {title_of(connection)} in a way that has no like here. Put "
        "it right on one of the sides, then match the two.",
        code="changed_there",
    )
