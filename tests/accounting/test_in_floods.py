"""More news than the feed holds: an export's own echo is read by ids and versions."""

import pytest
from django.conf import settings

from accounting.domain.states import RunKind, SyncState
from accounting.models import Connection, Exchange, SyncRun
from accounting.presenters.history import body_of
from accounting.quickbooks import session
from accounting.services.runs import start_run
from network.models import Contact
from tests.accounting.books import Books
from tests.accounting.making import customer_of


def said(books: Books, run: SyncRun) -> list[tuple[str, str]]:
    """What a run asked: (path, what was sent)."""
    with books.company.inside():
        rows = Exchange.objects.filter(run=run.id).order_by("id")
        return [(row.path, body_of(row).get("Sent", "")) for row in rows]


def test_a_full_feed_reads_whole_only_what_is_news(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q12, Q21: of seven that were sent, the one renamed and the one switched off are read."""
    for number in range(7):
        customer_of(books, f"Customer {number}")
    books.sync()
    monkeypatch.setattr(session, "CDC_MOST", 3)
    monkeypatch.setattr(session, "PAGE", 2)
    there = {row["DisplayName"]: row["Id"] for row in books.there("Customer")}
    books.act("rename", entity="Customer", id=there["Customer 3"], name="Kestrel Cafés")
    books.act("make_inactive", entity="Customer", id=there["Customer 5"])
    books.sync()
    with books.company.inside():
        names = set(Contact.objects.filter(is_active=True).values_list("name", flat=True))
    kept = {f"Customer {number}" for number in (0, 1, 2, 4, 6)}
    assert names == kept | {"Kestrel Cafés"}
    queries = [text for path, text in said(books, books.runs()[-1]) if "query" in path]
    whole = [text for text in queries if "FROM Customer" in text and "SELECT *" in text]
    assert 0 < len(whole) <= 2
    assert all("Id IN (" in text for text in whole)
    assert {row.state for row in books.documents(kind="customer")} == {SyncState.SYNCED}


def test_a_turn_that_goes_on_only_sends(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q21: three turns read the company and the feed once, so a long export costs its batches."""
    monkeypatch.setattr(settings, "ACCOUNTING_TURN_SECONDS", 0.0)
    for number in range(61):
        customer_of(books, f"Customer {number:02}")
    with books.company.inside():
        start_run(Connection.objects.get(), RunKind.MANUAL)
    books.company.drain(lanes=("sync",))
    (run,) = books.runs()
    assert (run.state, run.counts["sent"], run.counts["turns"]) == ("done", 61, 3)
    paths = [path for path, _text in said(books, run)]
    assert sum("/cdc" in path for path in paths) == 1
    assert sum("/companyinfo" in path for path in paths) == 1
    assert sum("/batch" in path for path in paths) == 2
