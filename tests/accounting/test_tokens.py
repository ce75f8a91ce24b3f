"""Tokens: one refresh at a time, never seen, never lost (Q1)."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from accounting.engine.provider import provider_named
from accounting.engine.tokens import TokenKeeper, read_tokens
from accounting.models import Connection, Exchange, SyncRun
from tenants.models import Activity, Job, JobLog
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, taxed_product

ROUNDS = 100


def ask(books: Books, given: list[str], faults: list[Exception]) -> None:
    """What one worker does when its token has run out."""
    try:
        keeper = TokenKeeper(books.company.id, books.connection_id, provider_named("quickbooks"))
        given.append(keeper(False))
    except Exception as error:  # noqa: BLE001 - told to the test
        faults.append(error)
    finally:
        database.close()


def test_two_workers_refresh_one_token_a_hundred_times(books: Books) -> None:
    """Q1: every refresh kills the token before; both workers always get the one that is good."""
    books.sandbox.control("switches", {"rotate_after": 0})
    try:
        for _ in range(ROUNDS):
            with books.company.inside():
                Connection.objects.update(access_expires_at=timezone.now() - timedelta(seconds=1))
            given: list[str] = []
            faults: list[Exception] = []
            workers = [threading.Thread(target=ask, args=(books, given, faults)) for _ in range(2)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            assert faults == []
            assert len(given) == 2
            assert len(set(given)) == 1
    finally:
        books.sandbox.control("switches", {"rotate_after": 86400})
    books.sync()
    assert [run.state for run in books.runs()] == ["done"]


def test_a_dead_access_token_is_refreshed_once_and_the_call_repeated(books: Books) -> None:
    """Q1: 401 on a call: one refresh, one repeat, and nobody notices."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.sandbox.control("clock", {"advance": 4000})
    try:
        books.sync()
    finally:
        books.sandbox.control("clock", {"advance": -4000})  # other tests share its clock
    assert {row.state for row in books.documents()} == {"synced"}


def test_tokens_are_nowhere_to_be_read(
    books: Books, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Q25: sealed at rest, and in no log, error, exchange or line of the audit report."""
    with books.company.inside():
        tokens = read_tokens(books.connection())
    secrets = [tokens["access"], tokens["refresh"]]
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "2", "5")])
    books.act("set_subscription", plan="Plus", status="ended")
    books.sync()
    with books.company.inside():
        rows: list[Any] = [
            *Connection.objects.values(),
            *Exchange.objects.values(),
            *Activity.objects.values(),
            *SyncRun.objects.values(),
            *Job.objects.values(),
            *JobLog.objects.values(),
        ]
    printed = capfd.readouterr()
    text = "\n".join([str(rows), caplog.text, printed.out, printed.err])
    for secret in secrets:
        assert secret not in text
    assert "FILTER" not in str([row for row in rows if "body" in row])
