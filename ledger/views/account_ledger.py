"""One account's postings with the running balance, as a page of the list and as CSV."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from django.http import HttpResponse

from hub.errors import InvalidInput
from hub.pagination import Page, keyset_page
from hub.ui.components import Fact
from hub.ui.export import file_response
from hub.ui.formatting import amount_text
from hub.ui.listing import ListPage, ListState, assemble, narrow
from ledger.domain.accounts import AccountType
from ledger.domain.postings import JournalEvent
from ledger.listings.books import ACCOUNT_LINES
from ledger.models import Account, JournalLine
from ledger.selectors import balance_before, lines_of_account, movement_of

END_OF_TIME = date.max
COLUMNS = ("Date", "Journal", "Event", "Document", "Note", "Debit", "Credit", "Balance")


def account_page(account: Account, state: ListState, cursor: str) -> ListPage:
    """The page that the address asks for; each row carries its running balance."""
    rows, problem = narrow(ACCOUNT_LINES, state, lines_of_account(account)), ""
    try:
        page = keyset_page(rows, order=state.order, cursor=cursor)
    except InvalidInput as error:
        page, problem = keyset_page(rows, order=state.order), error.message
    _run_balance(page, account)
    return assemble(ACCOUNT_LINES, state, page, {}, problem=problem)


def _run_balance(page: Page, account: Account) -> None:
    oldest_first = sorted(page.rows, key=lambda row: (row.posted_on, row.id))
    if not oldest_first:
        return
    balance, kind = balance_before(oldest_first[0]), AccountType(account.type)
    for row in oldest_first:
        balance += row.amount
        row.running = kind.natural(balance)


def span_facts(
    account: Account, since: date | None, until: date | None, currency: str
) -> list[Fact]:
    """What the account held before and after the days shown, and what moved it."""
    opening, debit, credit = span_sums(account, since, until)
    kind = AccountType(account.type)
    return [
        Fact("Opening balance", amount_text(kind.natural(opening), currency)),
        Fact("Debits", amount_text(debit, currency)),
        Fact("Credits", amount_text(credit, currency)),
        Fact("Closing balance", amount_text(kind.natural(opening + debit - credit), currency)),
    ]


def span_sums(
    account: Account, since: date | None, until: date | None
) -> tuple[Decimal, Decimal, Decimal]:
    """The balance before `since` (debits less credits), and debits and credits up to `until`."""
    last = until or END_OF_TIME
    debit, credit = movement_of(account.id, last, since)
    if since is None:
        return Decimal(0), debit, credit
    opening = movement_of(account.id, since - timedelta(days=1))
    return opening[0] - opening[1], debit, credit


def account_file(
    account: Account, since: date | None, until: date | None, file_format: str
) -> HttpResponse:
    """The postings of the span, oldest first, between opening and closing balance."""
    lines = _file_lines(account, since, until)
    # A streamed answer is no HttpResponse to the type stubs, though every view may return one.
    answer = file_response(f"account-{account.code}", file_format, COLUMNS, lines)
    return cast("HttpResponse", answer)


def _file_lines(account: Account, since: date | None, until: date | None) -> Iterator[list[Any]]:
    kind = AccountType(account.type)
    balance, debit, credit = span_sums(account, since, until)
    closing = balance + debit - credit
    yield [since, "", "Opening balance", "", "", None, None, kind.natural(balance)]
    rows = lines_of_account(account, since, until).order_by("posted_on", "id")
    for row in rows.iterator(chunk_size=1000):
        balance += row.amount
        yield _csv_line(row, kind.natural(balance))
    yield [until, "", "Closing balance", "", "", debit, credit, kind.natural(closing)]


def _csv_line(row: JournalLine, balance: Decimal) -> list[Any]:
    return [
        row.posted_on,
        str(row.journal),
        JournalEvent(row.journal.event).label,
        row.journal.source_number,
        row.memo or row.journal.memo,
        row.amount if row.amount > 0 else None,
        -row.amount if row.amount < 0 else None,
        balance,
    ]
