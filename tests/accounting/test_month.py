"""The worked month (docs/worked-example.md), sent to QuickBooks: both trial balances agree."""

from datetime import date
from decimal import Decimal

from accounting.domain.states import RunKind, SyncState
from accounting.models import Connection
from accounting.services.cogs import export_cogs
from accounting.services.reconciling import compare
from accounting.services.runs import start_run
from tests.accounting.books import LANES, Books, connected_books
from tests.orders.test_worked_example import Month
from tests.sandbox.running import Running


def month_there(quickbooks: Running) -> Books:
    """The month entered by an organisation that is connected, and everything sent."""
    books = connected_books(quickbooks, currencies=["USD"])
    Month(company=books.company).run()
    with books.company.inside():
        connection = Connection.objects.get()
        export_cogs(connection, date(2026, 5, 1), date(2026, 5, 31))
        start_run(connection, RunKind.MANUAL)
    books.company.drain(lanes=LANES)
    return books


def test_a_month_of_trade_agrees_with_quickbooks_to_the_cent(quickbooks: Running) -> None:
    """Q11, Q12, Q17, Q27: every document arrives; the trial balances agree account by account."""
    books = month_there(quickbooks)
    stuck = [
        (row.kind, row.number, row.state, row.message)
        for row in books.documents()
        if row.state not in (SyncState.SYNCED, SyncState.REMOVED)
    ]
    assert stuck == []
    theirs = books.session().trial_balance(date(2026, 5, 31))
    with books.company.inside():
        rows = compare(Connection.objects.get(), date(2026, 5, 31), theirs)
    assert [(row.label, row.ours, row.theirs) for row in rows if row.difference] == []
    assert sum((row.theirs for row in rows), Decimal(0)) == 0
