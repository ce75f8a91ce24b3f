"""Opening balances: what is unpaid there comes in once, dated the day of integration (Q6, Q18).

Each invoice and bill comes in with what is still open of it, against Opening balances, and is
linked to the one there: payments of either side find it. It is never sent back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounting.domain.answers import There
from accounting.domain.incoming import Held, IncomingParty, IncomingTrade
from accounting.domain.states import Kind, SyncState
from accounting.domain.wizard import Answers, read_answers
from accounting.engine.work import Work
from accounting.incoming.parties import absorb_party
from accounting.incoming.taking_over import local_of
from accounting.models import Connection, SyncDocument
from hub.errors import Conflict
from hub.faults import fault
from hub.money import is_currency
from inventory.services.books import Books, open_books
from orders.models import Bill, Invoice
from orders.services.open_documents import write_open_bills, write_open_invoices
from tenants.services.activity import log_activity

CHUNK = 200
REASON = "opening_balance"
BY = "Opening balances"
MESSAGE = "It came in as an opening balance with what was open of it; it is not sent back."
Model = type[Invoice] | type[Bill]


def check_opening_once(connection: Connection) -> None:
    """Opening balances come in once; raises Conflict (`opening_done`)."""
    when = read_answers(connection.wizard).brought_in.get("opening", "")
    if when:
        raise Conflict(
            f"Opening balances came in on {when[:10]}. They can come in once only; a second time "
            "would count every open invoice twice.",
            code="opening_done",
        )


def bring_in_opening(work: Work, answers: Answers) -> None:
    """The migration's step; nothing when it was left out."""
    if not answers.opening or "opening" in answers.brought_in:
        return
    with work.transaction() as connection:
        check_opening_once(connection)
    for kind, model in ((Kind.INVOICE, Invoice), (Kind.BILL, Bill)):
        _bring_in(work, kind, model)
    fault("migration.before_opening_noted")
    with work.transaction() as connection:
        note_brought_in(connection, "opening")


def note_brought_in(connection: Connection, what: str) -> None:
    """Remember that it came in."""
    kept = connection.wizard.get("brought_in", {})
    today = timezone.localdate().isoformat()
    connection.wizard = {**connection.wizard, "brought_in": {**kept, what: today}}
    connection.save(update_fields=["wizard"])
    words = {"opening": "Opening balances", "stock": "Stock on hand"}[what]
    log_activity(f"{what}.brought_in", f"{words} came in from {connection}", about=connection)


def _bring_in(work: Work, kind: Kind, model: Model) -> None:
    entity = work.provider.entities[kind]
    rows: list[There] = work.call(lambda: list(work.session.unpaid(entity)))
    waiting, done = iter(rows), 0
    while chunk := list(islice(waiting, CHUNK)):
        with work.transaction() as connection:
            trades = _unknown(work, connection, entity, chunk)
            missing = [each.party for each in trades if _contact(work, connection, each) is None]
        _bring_in_parties(work, kind, missing)
        with work.transaction() as connection:
            _write(work, connection, model, trades)
            fault("migration.before_opening_saved")
        fault("migration.opening_saved")
        done += len(chunk)
        work.progress(done, len(rows), f"Unpaid {kind.label.lower()}s: {done} of {len(rows)}")


def _unknown(
    work: Work, connection: Connection, entity: str, rows: Sequence[There]
) -> list[IncomingTrade]:
    known = set(
        SyncDocument.objects.filter(
            connection=connection, entity=entity, remote_id__in=[row.id for row in rows]
        ).values_list("remote_id", flat=True)
    )
    read = (work.provider.read_incoming(entity, row.body) for row in rows if row.id not in known)
    return [each for each in read if isinstance(each, IncomingTrade) and each.balance > 0]


def _party_kind(kind: Kind) -> Kind:
    return Kind.CUSTOMER if kind == Kind.INVOICE else Kind.SUPPLIER


def _contact(work: Work, connection: Connection, trade: IncomingTrade) -> UUID | None:
    kind = _party_kind(trade.kind)
    return local_of(connection, kind, trade.party)


def _bring_in_parties(work: Work, kind: Kind, parties: Sequence[str]) -> None:
    """Inactive ones that still owe, or are owed: they were not in the list."""
    party_kind = _party_kind(kind)
    entity = work.provider.entities[party_kind]
    for remote_id in sorted(set(parties)):
        there: There | None = work.call(work.session.read, entity, remote_id)
        read = work.provider.read_incoming(entity, there.body) if there is not None else None
        if not isinstance(read, IncomingParty):
            continue
        with work.transaction() as connection:
            try:
                absorb_party(connection, replace(read, is_active=True), link_by_name=True)
            except Held as error:
                work.run.note(f"{read.name}: {error.message}", level="warning")


def _write(
    work: Work, connection: Connection, model: Model, trades: Sequence[IncomingTrade]
) -> None:
    today = timezone.localdate()
    books = open_books(today)
    chosen: list[tuple[IncomingTrade, Mapping[str, Any]]] = []
    taken = _numbers(model, trades)
    for trade in trades:
        contact = _contact(work, connection, trade)
        if contact is None:
            work.counts["left"] += 1
            work.run.note(f"{trade.number}: its customer or supplier did not come in.", "warning")
            continue
        number = _free_number(trade, taken)
        taken.add(number)
        chosen.append((trade, _row(trade, contact, number, books)))
    rows = [row for _trade, row in chosen]
    documents: Sequence[Invoice | Bill] = (
        write_open_invoices(books, rows, today)
        if model is Invoice
        else write_open_bills(books, rows, today)
    )
    SyncDocument.objects.bulk_create(
        _link(connection, trade, document)
        for (trade, _values), document in zip(chosen, documents, strict=True)
    )
    work.counts["opening"] += len(documents)


def _numbers(model: Model, trades: Sequence[IncomingTrade]) -> set[str]:
    wanted = {trade.number for trade in trades}
    return set(model._default_manager.filter(number__in=wanted).values_list("number", flat=True))


def _free_number(trade: IncomingTrade, taken: set[str]) -> str:
    """Theirs; where it is taken here, or there is none, one that says where it came from."""
    number = trade.number[:40]
    if number and number not in taken:
        return number
    return f"{number[:24]}-Q{trade.id}"[:40].lstrip("-")


def _row(trade: IncomingTrade, contact: UUID, number: str, books: Books) -> Mapping[str, Any]:
    today = timezone.localdate()
    currency = trade.currency if is_currency(trade.currency) else books.base
    rate = None if currency == books.base or trade.rate is None else str(trade.rate)
    return {
        "number": number,
        "partner_number": trade.number[:80],
        "contact": str(contact),
        "issued_on": today.isoformat(),
        "due_on": max(trade.due_on or today, today).isoformat(),
        "total": str(trade.balance),
        "currency": currency,
        "rate": rate,
        "reference": (trade.reference or trade.number)[:80],
    }


def _link(connection: Connection, trade: IncomingTrade, document: Invoice | Bill) -> SyncDocument:
    return SyncDocument(
        connection=connection,
        kind=trade.kind,
        rank=trade.kind.rank,
        local_id=document.id,
        number=document.number[:120],
        happened_on=document.issued_on,
        from_there=True,
        currency=document.currency,
        total=document.total,
        remote_total=trade.total,
        state=SyncState.SKIPPED,
        skipped_by_name=BY,
        reason=REASON,
        message=MESSAGE,
        entity=trade.entity,
        remote_id=trade.id,
        remote_version=trade.version,
        remote_number=trade.number[:120],
        synced_at=timezone.now(),
    )
