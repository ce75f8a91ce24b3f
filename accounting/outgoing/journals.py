"""Journals, transfers of money, and cost of goods sold on their way out."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from accounting.domain.outgoing import Document, Entry, Moved, Side
from accounting.domain.states import Kind
from accounting.models import CogsEntry
from accounting.outgoing.frame import Frame, lines_of
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import JournalEvent
from ledger.models import Journal, JournalLine

ZERO = Decimal(0)
# What documents, payments and the daily journal of cost of goods sold say there already.
SAID_ELSEWHERE = frozenset(
    {
        JournalEvent.INVOICE,
        JournalEvent.SALE_CREDIT,
        JournalEvent.BILL,
        JournalEvent.PURCHASE_CREDIT,
        JournalEvent.PAYMENT,
        JournalEvent.ALLOCATION,
        JournalEvent.SHIPMENT,
        JournalEvent.RESTOCK,
    }
)
OF_SALES = ("shipment", "credit_note")
COGS_EVENTS = (JournalEvent.SHIPMENT, JournalEvent.RESTOCK)


def is_cogs(event: str, source_kind: str) -> bool:
    """Whether a journal goes within a daily journal of cost of goods sold."""
    return event in COGS_EVENTS or (
        event == JournalEvent.COST_CORRECTION and source_kind in OF_SALES
    )


def goes_alone(journal: Journal) -> bool:
    """Whether a journal goes as a journal of its own, and not within something else."""
    if journal.event in SAID_ELSEWHERE:
        return False
    if journal.event == JournalEvent.COST_CORRECTION:
        return journal.source_kind not in OF_SALES
    # Openings of documents, and what came from there itself.
    return not (
        journal.event == JournalEvent.OPENING
        and journal.source_kind in ("invoice", "bill", "accounting")
    )


def is_transfer(journal: Journal, lines: Sequence[JournalLine], frame: Frame) -> bool:
    """A journal by hand between two accounts of money."""
    return (
        journal.event == JournalEvent.MANUAL
        and len(lines) == 2
        and all(frame.accounts[line.account_id].accepts_payments for line in lines)
        and all(frame.accounts[line.account_id].type == "bank" for line in lines)
    )


def _rows(ids: Sequence[UUID]) -> list[Journal]:
    return list(Journal.objects.filter(id__in=ids).prefetch_related("lines"))


def journals(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Journals in base currency, as they stand in the book."""
    found: dict[UUID, Document] = {}
    for row in _rows(ids):
        lines = [line for line in lines_of(row) if line.amount]
        found[row.id] = Entry(
            kind=Kind.JOURNAL,
            local_id=row.id,
            number=str(row),
            on=row.posted_on,
            currency=frame.me.base_currency,
            total=sum((line.amount for line in lines if line.amount > 0), ZERO),
            sides=tuple(
                Side(
                    account=line.account_id,
                    amount=line.amount,
                    party=_party(line, frame),
                    description=line.memo or row.memo,
                )
                for line in lines
            ),
            note=f"{row.source_number} {row.memo}".strip(),
        )
    return found


def _party(line: JournalLine, frame: Frame) -> tuple[Kind, UUID] | None:
    role = frame.controls.get(line.account_id)
    if role is None or line.contact is None:
        return None
    return (Kind.CUSTOMER if role == AccountRole.RECEIVABLE else Kind.SUPPLIER), line.contact


def transfers(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Money moved between two accounts of money."""
    found: dict[UUID, Document] = {}
    for row in _rows(ids):
        lines = lines_of(row)
        into = next(line for line in lines if line.amount > 0)
        out = next(line for line in lines if line.amount < 0)
        found[row.id] = Moved(
            kind=Kind.TRANSFER,
            local_id=row.id,
            number=str(row),
            on=row.posted_on,
            currency=frame.me.base_currency,
            total=into.amount,
            from_account=out.account_id,
            to_account=into.account_id,
            note=f"{row} {row.memo}".strip(),
        )
    return found


def cogs(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Daily journals of cost of goods sold, as `services.cogs` worked them out."""
    found: dict[UUID, Document] = {}
    for row in CogsEntry.objects.filter(id__in=ids):
        amounts = {UUID(key): Decimal(value) for key, value in row.amounts.items()}
        number = f"COGS-{row.day:%Y%m%d}" + (f"-{row.sequence}" if row.sequence > 1 else "")
        found[row.id] = Entry(
            kind=Kind.COGS,
            local_id=row.id,
            number=number,
            wanted="void" if row.is_void else "there",
            on=row.day,
            currency=frame.me.base_currency,
            total=sum((amount for amount in amounts.values() if amount > 0), ZERO),
            channel=row.channel,
            class_key=row.class_key,
            skip="" if frame.options.channel(row.channel).cogs == "individual" else "channel_off",
            sides=tuple(
                Side(
                    account=account,
                    amount=amount,
                    description=f"Cost of goods sold {row.day:%d %b %Y}, {row.channel}",
                    class_key=row.class_key,
                )
                for account, amount in amounts.items()
                if amount
            ),
            note=f"Cost of goods sold of {row.day:%d %b %Y}, {row.channel}",
        )
    return found
