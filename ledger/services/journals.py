"""Writing to the book: postings and reversals, in five statements however many there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection

from hub.errors import Conflict, InvalidInput
from hub.ids import new_id
from ledger.domain.accounts import CONTROL_ROLES, AccountRole
from ledger.domain.postings import (
    BalancedEntry,
    Entry,
    JournalEvent,
    Posting,
    Source,
    balanced_entries,
)
from ledger.models import Account, Book, Journal, JournalLine
from ledger.services.books import check_open
from tenants.actor import current_actor
from tenants.boundary import current_tenant
from tenants.services.activity import log_activity

TAKE_NUMBERS = """
UPDATE ledger_book SET next_journal = next_journal + %s
WHERE tenant_id = %s AND (locked_until IS NULL OR locked_until < %s)
RETURNING next_journal - %s
"""

# Sums per account and month; the book's own row is locked, so nobody else writes them now.
ADD_TO_MONTHS = """
INSERT INTO ledger_accountmonth (id, tenant_id, account_id, month, debit, credit)
SELECT uuidv7(), %s, * FROM unnest(%s::uuid[], %s::date[], %s::numeric[], %s::numeric[])
ON CONFLICT (tenant_id, account_id, month) DO UPDATE SET
    debit = ledger_accountmonth.debit + excluded.debit,
    credit = ledger_accountmonth.credit + excluded.credit
"""


def post(posting: Posting, base_currency: str) -> Journal | None:
    """Write one journal; None when every entry is zero. See `post_all`."""
    written = post_all([posting], base_currency)
    return written[0] if written else None


def post_all(postings: Iterable[Posting], base_currency: str) -> list[Journal]:
    """Write journals to the book of the current organisation.

    Locks the book's row until the transaction ends: take every other lock before. Raises
    InvalidInput (`period_locked`) for a date in the locked period, and Conflict
    (`no_account_for_role`) when no account has a role that is posted to.
    """
    wanted = [
        (posting, rows)
        for posting in postings
        if (rows := balanced_entries(posting, base_currency))
    ]
    if not wanted:
        return []
    first = _take_numbers(len(wanted), [posting.posted_on for posting, _rows in wanted])
    accounts = _accounts(entry.account for _posting, rows in wanted for entry in rows)
    actor = current_actor()
    journals = [
        Journal(
            number=first + index,
            posted_on=posting.posted_on,
            event=posting.event,
            currency=posting.currency,
            rate=posting.rate,
            source_kind=posting.source.kind,
            source_id=posting.source.id,
            source_number=posting.source.number,
            memo=posting.memo[:255],
            created_by_name=actor.name[:160],
        )
        for index, (posting, _rows) in enumerate(wanted)
    ]
    lines = [
        _line(journal, position, entry, accounts)
        for journal, (_posting, rows) in zip(journals, wanted, strict=True)
        for position, entry in enumerate(rows, start=1)
    ]
    _write(journals, lines)
    return journals


def _take_numbers(count: int, dates: Sequence[date]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(TAKE_NUMBERS, [count, current_tenant(), min(dates), count])
        row = cursor.fetchone()
    if row is None:
        check_open(min(dates), Book.objects.get().locked_until)
        raise Conflict("The books were being locked. Try again.")
    return int(row[0])


def _accounts(wanted: Iterable[AccountRole | UUID]) -> Mapping[AccountRole | UUID, UUID]:
    keys = set(wanted)
    roles = {key for key in keys if isinstance(key, AccountRole)}
    ids = {key for key in keys if not isinstance(key, AccountRole)}
    found: dict[AccountRole | UUID, UUID] = {}
    for account in Account.objects.filter(role__in=roles) | Account.objects.filter(id__in=ids):
        found[account.id] = account.id
        if account.role:
            found[AccountRole(account.role)] = account.id
    for key in roles - set(found):
        raise Conflict(
            f"No account is chosen for “{AccountRole(key).label}”. Choose one under Settings, "
            "Chart of accounts, then try again.",
            code="no_account_for_role",
        )
    for missing in ids - set(found):
        raise InvalidInput(
            "An account on a line does not exist any more.", code="unknown_account", account=missing
        )
    return found


def _line(
    journal: Journal,
    position: int,
    entry: BalancedEntry,
    accounts: Mapping[AccountRole | UUID, UUID],
) -> JournalLine:
    return JournalLine(
        journal=journal,
        position=position,
        account_id=accounts[entry.account],
        posted_on=journal.posted_on,
        amount=entry.amount,
        foreign=entry.foreign,
        contact=entry.contact,
        product=entry.product,
        memo=entry.memo[:255],
    )


def _write(journals: Sequence[Journal], lines: Sequence[JournalLine]) -> None:
    Journal.objects.bulk_create(journals)
    JournalLine.objects.bulk_create(lines)
    sums: dict[tuple[UUID, date], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in lines:
        pair = sums[(line.account_id, line.posted_on.replace(day=1))]
        if line.amount > 0:
            pair[0] += line.amount
        else:
            pair[1] -= line.amount
    keys = sorted(sums)
    with connection.cursor() as cursor:
        cursor.execute(
            ADD_TO_MONTHS,
            [
                current_tenant(),
                [account for account, _month in keys],
                [month for _account, month in keys],
                [sums[key][0] for key in keys],
                [sums[key][1] for key in keys],
            ],
        )


def standing_journals(source_ids: Sequence[UUID]) -> list[Journal]:
    """Journals of these sources that are no reversal and were not reversed, oldest first."""
    rows: list[Journal] = list(Journal.objects.filter(source_id__in=source_ids).order_by("id"))
    reversed_ids = {row.reverses_id for row in rows if row.reverses_id}
    return [row for row in rows if not row.reverses_id and row.id not in reversed_ids]


def reverse_source(
    source_id: UUID, *, on: date | None = None, corrections: bool = True
) -> list[Journal]:
    """Reverse what stands of one source, each on its own date (or `on`); the book only grows.

    `corrections` False leaves corrections of cost as they are.

    Raises InvalidInput (`period_locked`) when that date is in the locked period.
    """
    standing = [
        journal
        for journal in standing_journals([source_id])
        if corrections or journal.event != JournalEvent.COST_CORRECTION
    ]
    return reverse_all(standing, on=on)


def reverse_all(standing: Sequence[Journal], *, on: date | None = None) -> list[Journal]:
    """Write the opposite of each journal."""
    if not standing:
        return []
    dates = [on or journal.posted_on for journal in standing]
    first = _take_numbers(len(standing), dates)
    actor = current_actor()
    opposites: dict[UUID, Journal] = {}
    for index, journal in enumerate(standing):
        opposites[journal.id] = Journal(
            number=first + index,
            posted_on=dates[index],
            event=journal.event,
            currency=journal.currency,
            rate=journal.rate,
            source_kind=journal.source_kind,
            source_id=journal.source_id,
            source_number=journal.source_number,
            memo=f"Reverses {journal}",
            reverses=journal,
            created_by_name=actor.name[:160],
        )
    lines = [
        _opposite(line, opposites[line.journal_id])
        for line in JournalLine.objects.filter(journal_id__in=list(opposites)).order_by(
            "journal_id", "position"
        )
    ]
    _write(list(opposites.values()), lines)
    return list(opposites.values())


def _opposite(line: JournalLine, journal: Journal) -> JournalLine:
    return JournalLine(
        journal=journal,
        position=line.position,
        account_id=line.account_id,
        posted_on=journal.posted_on,
        amount=-line.amount,
        foreign=-line.foreign,
        contact=line.contact,
        product=line.product,
        memo=line.memo,
    )


@dataclass(frozen=True, slots=True)
class ManualLine:
    """One line of a journal written by hand; `amount` in base currency, debits positive."""

    account: UUID
    amount: Decimal
    memo: str = ""


def post_manual(
    posted_on: date, lines: Sequence[ManualLine], memo: str, base_currency: str
) -> Journal:
    """A journal by hand. Raises InvalidInput naming each line that is wrong.

    It balances, its accounts are in use, and none of them is a control account.
    """
    _check_manual(lines)
    entries = [Entry(line.account, line.amount, memo=line.memo) for line in lines]
    source = Source("journal", new_id(), "")
    journal = post(
        Posting(JournalEvent.MANUAL, posted_on, source, entries, base_currency, memo=memo),
        base_currency,
    )
    assert journal is not None
    log_activity("journal.posted", f"Journal {journal} posted by hand", about=journal)
    return journal


def _check_manual(lines: Sequence[ManualLine]) -> None:
    fields: dict[str, list[str]] = {}
    if len([line for line in lines if line.amount]) < 2:
        raise InvalidInput(
            "A journal needs at least two lines with an amount.",
            fields={"lines": ["Add a second line."]},
        )
    accounts: dict[UUID, Account] = Account.objects.in_bulk({line.account for line in lines})
    for index, line in enumerate(lines):
        problem = _problem_of(accounts.get(line.account))
        if problem:
            fields[f"lines.{index}.account"] = [problem]
    difference = sum((line.amount for line in lines), Decimal(0))
    if difference:
        fields["lines"] = [f"Debits and credits differ by {abs(difference):,.2f}."]
    if fields:
        raise InvalidInput("This journal cannot be posted; see below.", fields=fields)


def _problem_of(account: Account | None) -> str:
    if account is None:
        return "This account does not exist."
    if account.role in CONTROL_ROLES:
        return f"{account} follows from documents: use those instead."
    if not account.is_active:
        return f"{account} is archived. Restore it, or choose another one."
    return ""
