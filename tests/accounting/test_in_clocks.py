"""Whose change was last when the clocks differ, news during a run, and runs that take turns."""

import time
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from accounting.domain.states import RunKind, SyncState
from accounting.engine import pushing, running
from accounting.engine.work import Work
from accounting.services.runs import start_run
from network.models import Contact
from network.services.contacts import change_contact
from sandbox.quickbooks.news import cloud_events
from tenants.jobs import run_job
from tenants.models import Job
from tests.accounting.books import Books, connected_books
from tests.accounting.making import customer_of
from tests.accounting.test_in_lists import held, made
from tests.accounting.test_in_webhooks import TOKEN, deliver, news
from tests.sandbox.running import Running


@pytest.mark.parametrize("ahead", [3600, -3600])
def test_the_last_change_wins_whatever_their_clock_says(books: Books, ahead: int) -> None:
    """Q12: an hour before or behind ours, the one who wrote last wins, on either side."""
    books.sandbox.control("clock", {"advance": ahead})
    try:
        first, second = customer_of(books, "Kestrel"), customer_of(books, "Finch")
        books.sync()
        with books.company.inside():
            assert abs(books.connection().cursor["ahead"] - ahead) <= 2
            change_contact(second.id, {"phone": "here"})
        there = {row["DisplayName"]: row["Id"] for row in books.there("Customer")}
        edited = {"PrimaryPhone": {"FreeFormNumber": "there"}}
        for id_ in there.values():
            books.act("edit_document", entity="Customer", id=id_, changes=edited)
        time.sleep(1.1)  # their times are whole seconds
        with books.company.inside():
            change_contact(first.id, {"phone": "here"})
        books.sync()
        with books.company.inside():
            said = dict(Contact.objects.values_list("name", "phone"))
        assert said == {"Kestrel": "here", "Finch": "there"}
        phones = {
            row["DisplayName"]: row["PrimaryPhone"]["FreeFormNumber"]
            for row in books.there("Customer")
        }
        assert phones == said
    finally:
        books.sandbox.control("clock", {"advance": -ahead})


def test_news_that_come_while_a_run_works_get_a_run_of_their_own(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q12: the feed was read already; a second run reads it again, and there is no third."""
    monkeypatch.setattr(settings, "QUICKBOOKS_WEBHOOK_TOKEN", TOKEN)
    books.autosync()
    customer_of(books)
    books.sync()
    (there,) = books.there("Customer")
    send = pushing.push_all
    told: list[int] = []

    def renamed_meanwhile(work: Work) -> None:
        if not told:
            books.act("rename", entity="Customer", id=there["Id"], name="Kestrel Cafés")
            told.append(deliver(cloud_events(news(books))))
        send(work)

    monkeypatch.setattr(running, "push_all", renamed_meanwhile)
    before = len(books.runs())
    books.sync()
    assert told == [200]
    assert [run.state for run in books.runs()[before:]] == ["done", "done"]
    (row,) = books.documents(kind="customer")
    assert (row.number, row.state) == ("Kestrel Cafés", SyncState.SYNCED)


def test_a_long_run_lets_others_have_their_turn(
    quickbooks: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q14: after its turn a run waits behind another organisation's, loses nothing, counts all."""
    monkeypatch.setattr(settings, "ACCOUNTING_TURN_SECONDS", 0.0)
    long, short = connected_books(quickbooks), connected_books(quickbooks)
    for number in range(31):  # two batches
        customer_of(long, f"Customer {number:02}")
    customer_of(short)
    with long.company.inside():
        running_job = start(long)
    with short.company.inside():
        other_job = start(short)
    assert run_job(long.company.id, running_job)
    sent = [row.state for row in long.documents(kind="customer")]
    assert sorted(set(sent)) == [SyncState.PENDING, SyncState.SYNCED]
    assert sent.count(SyncState.SYNCED) == 30
    (run,) = long.runs()
    assert (run.state, run.counts["sent"]) == ("running", 30)
    assert run_job(short.company.id, other_job)
    assert [row.state for row in short.documents(kind="customer")] == [SyncState.SYNCED]
    while run_job(long.company.id, running_job):
        pass
    (run,) = long.runs()
    assert (run.state, run.counts["sent"], run.error) == ("done", 31, "")
    assert len(long.there("Customer")) == 31
    with long.company.inside():
        job = Job.objects.get(id=running_job)
        assert (job.state, job.attempts) == ("done", 1)


def start(books: Books) -> UUID:
    """Ask for a run; gives its job."""
    return UUID(str(start_run(books.connection(), RunKind.MANUAL).job))


def test_one_object_that_cannot_be_written_stops_no_other(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Q12: what a rule of the tables refuses waits with a reason; the rest of the feed comes in."""
    from django.db import IntegrityError

    from accounting.engine import absorbing

    take = absorbing._handlers["customer"]

    def refusing(work: Any, connection: Any, change: Any, body: Any) -> bool:
        if body["DisplayName"] == "Kestrel":
            raise IntegrityError("a rule that nobody foresaw")
        return take(work, connection, change, body)

    monkeypatch.setitem(absorbing._handlers, "customer", refusing)
    for name in ("Kestrel", "Finch"):
        made(books, "Customer", DisplayName=name)
    books.sync()
    assert held(books) == [("Customer", "contradicts")]
    assert [run.state for run in books.runs()] == ["done"]
    monkeypatch.undo()
    books.sync()
    assert held(books) == []
    with books.company.inside():
        assert sorted(Contact.objects.values_list("name", flat=True)) == ["Finch", "Kestrel"]
