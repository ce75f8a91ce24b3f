"""News that QuickBooks pushes: signed, known when repeated, answered by one run."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounting.domain.states import SyncState
from accounting.models import Connection, RemoteEvent, SyncRun
from accounting.quickbooks.webhooks import read_events
from accounting.services.keeping import is_unused, warn
from network.models import Contact
from sandbox.quickbooks.news import classic_body, cloud_events, sign
from tenants.models import Job, Notification
from tests.accounting.books import LANES, Books
from tests.accounting.making import customer_of

ADDRESS = "/integrations/quickbooks/webhook/"
TOKEN = "a verifier token"


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "QUICKBOOKS_WEBHOOK_TOKEN", TOKEN)


@pytest.fixture
def books(books: Books) -> Books:
    """Connected, and in step by itself."""
    books.autosync()
    return books


def news(books: Books, count: int = 1, start: int = 1) -> list[dict[str, Any]]:
    moment = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
    return [
        {"realm": books.realm, "name": "Invoice", "id": str(n), "operation": "Update", "at": moment}
        for n in range(start, start + count)
    ]


def deliver(body: Any, *, signature: str | None = None) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    client = Client(enforce_csrf_checks=True)
    signed = sign(raw, TOKEN) if signature is None else signature
    headers = {"intuit-signature": signed}
    answer = client.post(ADDRESS, raw, content_type="application/json", headers=headers)
    return int(answer.status_code)


def kept(books: Books) -> tuple[int, int]:
    """How many events were kept, and how many runs asked for."""
    with books.company.inside():
        return RemoteEvent.objects.count(), SyncRun.objects.count()


def test_news_in_both_formats_are_kept_once_and_ask_for_one_run(books: Books) -> None:
    """Q12: the older format and CloudEvents; repeated, reordered and old news change nothing."""
    cloud = cloud_events(news(books, 2))
    assert deliver(cloud) == 200
    assert deliver(list(reversed(cloud))) == 200
    assert kept(books) == (2, 1)
    classic = classic_body(news(books, 3))
    assert [deliver(classic), deliver(classic)] == [200, 200]
    assert kept(books) == (5, 1)


def test_without_autosync_news_wait_for_the_next_sync(books: Books) -> None:
    """Q14: where it is off nothing runs by itself; what was told is looked at by hand."""
    customer_of(books)
    books.sync()
    books.autosync(on=False)
    (there,) = books.there("Customer")
    books.act("rename", entity="Customer", id=there["Id"], name="Kestrel Cafés")
    before = kept(books)
    assert deliver(cloud_events(news(books))) == 200
    assert kept(books) == (before[0] + 1, before[1])
    books.sync()
    assert kept(books) == (before[0] + 1, before[1] + 1)
    with books.company.inside():
        assert Contact.objects.get().name == "Kestrel Cafés"


def test_a_signature_that_is_not_right_is_refused(books: Books) -> None:
    """Q12: forged, missing, and of another body: 401, and nothing is kept."""
    body = json.dumps(cloud_events(news(books))).encode()
    forged = sign(body, "another token")
    other = sign(body + b" ", TOKEN)
    assert [deliver(body, signature=one) for one in (forged, other, "", "é", "%%%")] == [401] * 5
    assert kept(books) == (0, 0)


def test_what_is_no_news_is_refused(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q12: garbage, other JSON, deep nesting, too long; no token configured is our fault."""
    bodies = [b"{", b"{}", b"7", b'"x"', b"[" * 100_000, b" " * (3 * 1024 * 1024)]
    assert [deliver(body) for body in bodies] == [400, 400, 400, 400, 400, 413]
    odd: list[Any] = [1, None, {}, {"intuitaccountid": {}, "id": []}, {"type": 7, "id": "x" * 5000}]
    assert deliver(odd) == 200
    assert deliver({"eventNotifications": [1, {"dataChangeEvent": {"entities": [2, {}]}}]}) == 200
    monkeypatch.setattr(settings, "QUICKBOOKS_WEBHOOK_TOKEN", "")
    assert deliver(cloud_events(news(books))) == 503
    assert kept(books) == (0, 0)
    assert Client().get(ADDRESS).status_code == 405


def test_a_thousand_news_are_answered_in_time(books: Books) -> None:
    """Q12: answered under three seconds, one run."""
    body = cloud_events(news(books, 1000))
    began = time.monotonic()
    assert deliver(body) == 200
    assert time.monotonic() - began < 3
    assert kept(books) == (1000, 1)


def test_news_of_an_unknown_company_are_taken_and_forgotten(books: Books) -> None:
    """Q12: QuickBooks would send them again for days otherwise."""
    others = [{**one, "realm": "999"} for one in news(books)]
    assert deliver(cloud_events(others)) == 200
    assert kept(books) == (0, 0)


def test_news_bring_what_changed_there(books: Books) -> None:
    """Q12: the run that news ask for reads the feed."""
    customer_of(books, "Kestrel")
    books.sync()
    (there,) = books.there("Customer")
    books.act("edit_document", entity="Customer", id=there["Id"], changes={"Notes": "x"})
    books.act("rename", entity="Customer", id=there["Id"], name="Kestrel Cafés")
    assert deliver(cloud_events(news(books))) == 200
    with books.company.inside():
        Job.objects.filter(lane="sync", state="queued").update(not_before=timezone.now())
    books.company.drain(lanes=LANES)
    (row,) = books.documents(kind="customer")
    assert (row.number, row.state) == ("Kestrel Cafés", SyncState.SYNCED)


def test_a_merge_there_moves_ours_to_what_is_left(books: Books) -> None:
    """Q12: the news of a merge names both; two of ours that became one there are told."""
    for name in ("Kestrel", "Finch", "Wren"):
        customer_of(books, name)
    books.sync()
    ids = {row["DisplayName"]: row["Id"] for row in books.there("Customer")}
    merged = [
        {"name": "Customer", "id": ids["Finch"], "operation": "Merge", "deletedId": ids["Wren"]},
        {"name": "Customer", "id": "4711", "operation": "Merge", "deletedId": ids["Kestrel"]},
    ]
    change = {"realmId": books.realm, "dataChangeEvent": {"entities": merged}}
    assert deliver({"eventNotifications": [change]}) == 200
    with books.company.inside():
        Job.objects.filter(lane="sync", state="queued").update(not_before=timezone.now())
    books.company.drain(lanes=LANES)
    rows = {row.number: row for row in books.documents(kind="customer")}
    assert (rows["Wren"].state, rows["Wren"].reason) == (SyncState.REMOTE_GONE, "merged_there")
    assert rows["Kestrel"].remote_id == "4711"
    assert rows["Finch"].state == SyncState.SYNCED


def test_the_end_of_access_is_announced_three_times(books: Books) -> None:
    """Q1: 60, 30 and 7 days before, each once; access that nobody uses is renewed."""
    now = timezone.now()
    with books.company.inside():
        connection = books.connection()
        connection.refresh_expires_at = now + timedelta(days=70)
        connection.save()
        told = [
            warn(connection, now + timedelta(days=days)) for days in (0, 11, 12, 41, 42, 64, 65)
        ]
        assert told == [None, 60, None, 30, None, 7, None]
        assert Notification.objects.filter(kind="accounting.access_ends").count() == 3
        assert not is_unused(connection, now + timedelta(days=20))
        assert is_unused(connection, now + timedelta(days=21))


def test_access_that_nobody_uses_is_renewed_by_the_daily_job(books: Books) -> None:
    """Q1: after twenty days without a call the token is refreshed."""
    books.sync()
    with books.company.inside():
        before = books.connection().tokens
        old = timezone.now() - timedelta(days=21)
        Connection.objects.update(access_expires_at=old)
        jobs = Job.objects.filter(kind="accounting.keep", state="queued")
        assert jobs.update(not_before=timezone.now()) == 1
    books.company.drain(lanes=("sync",))
    with books.company.inside():
        assert books.connection().tokens != before
        until = books.connection().access_expires_at
        assert until is not None
        assert until > timezone.now()
        assert Job.objects.filter(kind="accounting.keep", state="queued").count() == 1


def test_a_key_that_is_too_long_is_shortened_the_same_way() -> None:
    """Q12: a repeat is known whatever the length of its id."""
    event = {"id": "x" * 500, "intuitaccountid": "1", "type": "qbo.invoice.updated.v1"}
    first, second = read_events(json.dumps([event, event]).encode())
    assert first == second
    assert len(first.key) == 64
