"""Real workers, killed with SIGKILL at every point of a sync run: one of each there (Q14, Q25)."""

import os
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from accounting.domain.states import SyncState
from accounting.models import Connection, SyncDocument
from accounting.services.runs import start_run
from tenants.models import Job, JobState
from tests.accounting.books import Books, connected_books
from tests.accounting.conftest import quickbooks  # noqa: F401 - a fixture
from tests.accounting.test_kills import SYNC_POINTS, assert_one_of_each, some_trade
from tests.battery.conftest import flush_broker
from tests.battery.ordering import eventually
from tests.sandbox.running import Running
from tests.support.processes import Processes, Started
from tests.trade import let_leases_end

pytestmark = pytest.mark.battery


@pytest.fixture
def books(
    quickbooks: Running,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> Books:
    """Connected; the workers find the same sandbox through their environment."""
    for name, value in (
        ("QUICKBOOKS_ENVIRONMENT", quickbooks.url),
        ("QUICKBOOKS_CLIENT_ID", "sandbox-client"),
        ("QUICKBOOKS_CLIENT_SECRET", "sandbox-secret"),
        ("ACCOUNTING_SPEED", "200"),
    ):
        monkeypatch.setenv(name, value)
    return connected_books(quickbooks)


@pytest.fixture
def sync_workers(workers: Processes, books: Books) -> Processes:
    """Workers whose environment names the sandbox."""
    workers.environment.update(os.environ)
    return workers


def deaths(worker: Started) -> int:
    return worker.output().count("exited with 'signal 9 (SIGKILL)'")


def time_passes(books: Books) -> None:
    """What waited for its time, or for a late answer, is due."""
    with books.company.inside():
        Job.objects.filter(state=JobState.QUEUED).update(not_before=Now())
        SyncDocument.objects.filter(state=SyncState.SENDING).update(
            sent_at=timezone.now() - timedelta(hours=1), not_before=Now()
        )


def is_through(books: Books) -> bool:
    time_passes(books)
    with books.company.inside():
        jobs = Job.objects.filter(kind="accounting.sync")
        return not jobs.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists()


@pytest.mark.parametrize("point", [each for each in SYNC_POINTS if each != "sync.token_refreshed"])
def test_a_worker_killed_at_one_point_leaves_one_of_each(
    sync_workers: Processes, books: Books, point: str
) -> None:
    """Q14, Q25: each claim of the run dies at the point; another worker ends it, once."""
    numbers = some_trade(books)
    books.act("create", entity="Customer", body={"DisplayName": f"There {books.realm}"})
    flush_broker()
    doomed = sync_workers.worker(faults=f"{point}=kill", lanes=["sync"])
    with books.company.inside():
        start_run(Connection.objects.get(id=books.connection_id))
    eventually("a death", lambda: deaths(doomed) >= 1)
    doomed.kill()

    let_leases_end(books.company)
    sync_workers.worker()
    sync_workers.beat()
    eventually("the end of the run", lambda: is_through(books), seconds=90)

    assert_one_of_each(books, numbers)
