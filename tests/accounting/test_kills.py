"""Workers killed at every line of a run: nothing lost, nothing twice (reliability.md, "Crash")."""

import ast
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounting.domain.states import RunState, SyncState
from accounting.engine import deciding, pulling, pushing, running, tokens
from accounting.models import Connection, SyncDocument
from accounting.services.cogs import export_cogs
from accounting.services.runs import start_run
from hub.errors import Conflict
from hub.launcher.places import ROOT
from tenants.models import Job, JobState
from tests.accounting.books import LANES, Books
from tests.accounting.making import credited, customer_of, invoice_of, paid, refunded, taxed_product
from tests.trade import let_leases_end

SYNC_POINTS = (
    "sync.begun",
    "sync.changes_kept",
    "sync.changes_read",
    "sync.absorbed",
    "sync.planned",
    "sync.claiming",
    "sync.claimed",
    "sync.before_send",
    "sync.before_save",
    "sync.saved",
    "sync.token_refreshed",
)


class Killed(BaseException):
    """What SIGKILL looks like from inside: nothing catches it, nothing is tidied up."""


def engine_points() -> set[str]:
    """Every name that the engine passes to `fault(…)`."""
    found = set()
    for path in (ROOT / "accounting/engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "fault":
                assert isinstance(node.args[0], ast.Constant), path
                found.add(str(node.args[0].value))
    return found


def test_every_point_of_the_engine_has_its_trials() -> None:
    """Q14: a new step without a trial fails here."""
    assert engine_points() == set(SYNC_POINTS)


@pytest.fixture
def kill_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, int], None]]:
    """`kill_at(point, nth)`: the nth time that the point is met, the worker is gone."""

    def switch(point: str, nth: int) -> None:
        seen = {"times": 0}

        def fault(name: str) -> None:
            if name == point:
                seen["times"] += 1
                if seen["times"] == nth:
                    raise Killed(name)

        for module in (deciding, pulling, pushing, running, tokens):
            monkeypatch.setattr(module, "fault", fault)

    yield switch
    monkeypatch.undo()


def some_trade(books: Books) -> list[str]:
    """Invoices, a payment, a credit note with a refund, cost of goods sold; gives their numbers."""
    taxed_product(books)
    customer = customer_of(books)
    invoices = [invoice_of(books, customer, [("FILTER", "2", "5")]) for _ in range(3)]
    paid(books, invoices[0], "15", used="12")
    note = credited(books, invoices[1], "1")
    refunded(books, note, "2")
    return sorted(invoice.number for invoice in invoices)


def go_on(books: Books) -> None:
    """Time passes; another worker takes over until nothing is left."""
    for _ in range(6):
        let_leases_end(books.company)
        with books.company.inside():
            SyncDocument.objects.filter(state=SyncState.SENDING).update(
                sent_at=timezone.now() - timedelta(hours=1), not_before=Now()
            )
            Job.objects.filter(state=JobState.RUNNING).update(
                leased_until=timezone.now() - timedelta(seconds=1)
            )
            Job.objects.filter(state=JobState.QUEUED).update(not_before=Now())
            Job.objects.filter(state=JobState.RUNNING).update(state=JobState.QUEUED)
        books.company.drain(lanes=LANES)


@pytest.mark.parametrize("nth", [1, 2, 5])
@pytest.mark.parametrize("point", [p for p in SYNC_POINTS if p != "sync.token_refreshed"])
def test_a_worker_that_dies_anywhere_leaves_one_of_each(
    books: Books, kill_at: Any, point: str, nth: int
) -> None:
    """Q14, Q25: dead at the point, the first time and later: another goes on, one of each."""
    numbers = some_trade(books)
    books.act("create", entity="Customer", body={"DisplayName": f"There {books.realm}"})
    kill_at(point, nth)
    with suppress(Killed):
        books.sync()
    kill_at("", 1)
    go_on(books)
    assert_one_of_each(books, numbers)


def assert_one_of_each(books: Books, numbers: list[str]) -> None:
    """Of everything one, and the customer that somebody made there."""
    names = [row["DisplayName"] for row in books.there("Customer")]
    assert sorted(name.split()[0] for name in names) == ["Kestrel", "There"]
    assert sorted(row["DocNumber"] for row in books.there("Invoice")) == numbers
    assert [row["TotalAmt"] for row in books.there("Payment")] == [12]
    assert [row["TotalAmt"] for row in books.there("CreditMemo")] == [4]
    assert [row["TotalAmt"] for row in books.there("RefundReceipt")] == [2]
    assert [row["TotalAmt"] for row in books.there("JournalEntry")] == [3]
    left = {row.state for row in books.documents()} - {SyncState.SYNCED, SyncState.REMOVED}
    assert left == set()


def test_a_refresh_whose_worker_dies_is_not_lost(books: Books, kill_at: Any) -> None:
    """Q1: the provider gave new tokens and the worker died before they were kept."""
    books.sandbox.control("switches", {"rotate_after": 0, "rotation_grace": 120})
    try:
        with books.company.inside():
            Connection.objects.update(access_expires_at=timezone.now())
        kill_at("sync.token_refreshed", 1)
        with pytest.raises(Killed):
            books.sync()
        kill_at("", 1)
        go_on(books)
        with books.company.inside():
            assert books.connection().state == "active"
    finally:
        books.sandbox.control("switches", {"rotate_after": 86400, "rotation_grace": 0})


def test_two_runs_never_overlap(books: Books) -> None:
    """Q14: a second run is refused while one is open, whoever starts it."""
    with books.company.inside():
        connection = books.connection()
        start_run(connection)
    with pytest.raises(Conflict, match="A sync is under way"), books.company.inside():
        start_run(books.connection())
    books.company.drain(lanes=LANES)
    assert [run.state for run in books.runs()] == [RunState.DONE]


def test_export_of_cogs_twice_says_nothing_twice(books: Books) -> None:
    """Q17: without cost there is nothing to export, however often it is asked."""
    today = timezone.localdate()
    with books.company.inside():
        connection = books.connection()
        assert export_cogs(connection, today, today) == []
        assert export_cogs(connection, today, today) == []
