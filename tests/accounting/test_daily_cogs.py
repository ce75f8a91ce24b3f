"""Cost of goods sold goes once a day, also where nothing else goes by itself (Q17)."""

from datetime import date
from decimal import Decimal

from django.db.models.functions import Now

from accounting.domain.states import RunKind
from accounting.models import Connection
from accounting.services.keeping import KEEP_JOB, keep_daily
from tenants.models import Job
from tests.accounting.books import LANES, Books
from tests.orders.business import Business

DAY = date(2026, 5, 4)


def sold_goods(books: Books) -> None:
    """Ten bought at 4, three of them shipped, on a day that is over."""
    trade = Business(company=books.company)
    trade.receive(trade.order("10", "4", on=DAY), on=DAY)
    trade.ship(trade.sale("3", on=DAY), on=DAY)


def a_day_passes(books: Books) -> None:
    """The daily job is due, and the workers work."""
    with books.company.inside():
        keep_daily(Connection.objects.get())
        Job.objects.filter(kind=KEEP_JOB).update(not_before=Now())
    books.company.drain(lanes=LANES)
    with books.company.inside():
        # It has planned its own next day; in these tests that day does not come.
        Job.objects.filter(kind=KEEP_JOB, state="queued").update(state="cancelled")


def test_a_day_that_is_over_goes_by_itself_and_alone(books: Books) -> None:
    """Q17: without autosync its journal is there the next day, and no document goes with it."""
    sold_goods(books)
    a_day_passes(books)
    (there,) = books.there("JournalEntry")
    assert there["TxnDate"] == DAY.isoformat()
    assert [line["Amount"] for line in there["Line"]] == [Decimal(12), Decimal(12)]
    assert books.there("Customer") == []
    assert [run.kind for run in books.runs()] == [RunKind.COGS]


def test_a_later_run_says_it_no_second_time(books: Books) -> None:
    """Q17: what the daily run said, Sync now does not say again; the rest goes then."""
    sold_goods(books)
    a_day_passes(books)
    books.sync()
    cogs = [row for row in books.there("JournalEntry") if row["DocNumber"].startswith("COGS")]
    assert len(cogs) == 1
    assert len(books.there("Customer")) == 1
