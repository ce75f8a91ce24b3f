"""The database stopped at once, out of connections or out of room: nothing lost or doubled."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
import requests
from django.db import connection

from tests.battery.conftest import flush_broker
from tests.battery.ordering import Buyer, assert_ordered_once, eventually, work_left
from tests.support.browser import collect_static
from tests.support.own_database import OwnDatabase, own_database
from tests.support.processes import Processes, Web
from tests.support.servers import TestServers
from tests.trade import let_leases_end, stocked_pair

pytestmark = pytest.mark.battery


@pytest.fixture
def own(tmp_path: Path, test_servers: TestServers) -> Iterator[OwnDatabase]:
    """A PostgreSQL of the test's own, on which this process works too."""
    flush_broker()
    with own_database(tmp_path / "own", test_servers) as opened:
        yield opened


@pytest.fixture
def house(own: OwnDatabase) -> Iterator[Processes]:
    """Starts web, workers and beat on it."""
    collect_static()  # a page that says what is wrong needs its styles
    with Processes(own.environment) as started:
        yield started


def assert_says_unavailable(web: Web, api_key: str) -> None:
    """API and pages answer 503 with words, the time to wait and the request's id."""
    call = requests.get(
        f"{web.url}/api/v1/purchase-orders",
        headers={"Authorization": f"Bearer {api_key}", "X-Request-ID": "trial-0001"},
        timeout=20,
    )
    assert (call.status_code, call.headers["Retry-After"]) == (503, "5")
    assert call.json() == {
        "code": "unavailable",
        "message": "Wharf's database cannot be used for a moment. Try again in a few seconds; with "
        "the same Idempotency-Key nothing happens twice.",
        "fields": {},
        "request_id": "trial-0001",
    }
    page = requests.get(f"{web.url}/inbox/", cookies={"sessionid": "a" * 32}, timeout=20)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "Wharf's database cannot be used just now." in page.text
    assert page.headers["X-Request-ID"] in page.text


def test_a_database_stopped_at_once_loses_and_doubles_nothing(
    own: OwnDatabase, house: Processes
) -> None:
    """N9: three times while orders are sent; web, worker and beat go on without a restart."""
    pair = stocked_pair()
    web = house.web(workers=2)
    started = [web, house.worker(), house.worker(), house.beat()]
    with Buyer(web.url, pair, 120, pause=0.3) as buyer:
        for _ in range(3):
            time.sleep(3)
            own.stop_at_once()
            assert_says_unavailable(web, pair.buyer.api_key)
            own.start_again()
        assert buyer.busy, "too quick: nothing was being sent when the database stopped"
        ids = buyer.finish()

    assert {refusal["code"] for refusal in buyer.refusals} == {"unavailable"}
    let_leases_end(pair.buyer, pair.supplier)
    eventually("every job's end", lambda: not work_left(pair.buyer, pair.supplier), seconds=120)
    assert_ordered_once(pair, ids)
    assert [process.running for process in started] == [True] * 4


NO_CONNECTION = r"connection slots|too many clients"


class Crowd:
    """Takes every connection that the server gives, and cuts those of others first."""

    def __init__(self, own: OwnDatabase) -> None:
        self.own = own
        self.taken: list[psycopg.Connection[Any]] = []

    def __enter__(self) -> Self:
        connection.close()
        self._take_all()
        mine = ", ".join(str(each.info.backend_pid) for each in self.taken)
        self.own.as_superuser(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE usename LIKE 'wharf%' AND pid NOT IN ({mine})"
        )
        self._take_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        for each in self.taken:
            each.close()

    def _take_all(self) -> None:
        # A connection that somebody gives up in the same moment is taken, too.
        for _ in range(3):
            with pytest.raises(psycopg.OperationalError, match=NO_CONNECTION):
                self._take_until_refused()

    def _take_until_refused(self) -> None:
        while True:
            self.taken.append(psycopg.connect(self.own.urls.migrator, autocommit=True))


def job_states(own: OwnDatabase) -> dict[str, int]:
    """How many jobs are in which state; asked through the connections kept for operators."""
    counted = own.as_superuser(
        "SELECT state, count(*) FROM tenants_job WHERE state <> 'done' GROUP BY state", "wharf"
    )
    return dict(counted)


def test_without_a_free_connection_calls_are_told_and_jobs_wait(
    own: OwnDatabase, house: Processes
) -> None:
    """N9: every connection is taken by others; work goes on when there are some again."""
    pair = stocked_pair()
    web = house.web(workers=2)
    with Buyer(web.url, pair, 20) as early:
        ids = early.finish()
    assert job_states(own) == {"queued": 20}

    with ExitStack() as stack:
        crowd = stack.enter_context(Crowd(own))
        assert_says_unavailable(web, pair.buyer.api_key)
        late = stack.enter_context(Buyer(web.url, pair, 20, first=21))
        started = [web, house.worker(), house.beat()]
        time.sleep(8)  # more than one tick
        assert job_states(own) == {"queued": 20}
        assert late.sent == []
        crowd.leave()
        ids += late.finish()

    assert {refusal["code"] for refusal in late.refusals} == {"unavailable"}
    eventually("every job's end", lambda: not work_left(pair.buyer, pair.supplier), seconds=120)
    assert_ordered_once(pair, ids)
    assert [process.running for process in started] == [True] * 3


def fill_disk(own: OwnDatabase) -> None:
    """Write until there is no room for another page; a row of it is a page."""
    # Without the vacuum, which would give back what the refused rows had taken.
    # Apart from Wharf's own tables, which processes check when they start.
    own.as_superuser("CREATE SCHEMA apart", "wharf")
    columns = "(filler text) WITH (autovacuum_enabled = off)"
    own.as_superuser(f"CREATE TABLE apart.ballast {columns}", "wharf")
    own.as_superuser("ALTER TABLE apart.ballast ALTER filler SET STORAGE PLAIN", "wharf")
    for rows in (100_000, 1):
        with pytest.raises(psycopg.errors.DiskFull):
            write_ballast(own, rows)


def write_ballast(own: OwnDatabase, rows: int) -> None:
    while True:
        own.as_superuser(
            f"INSERT INTO apart.ballast SELECT repeat('x', 7000) FROM generate_series(1, {rows})",
            "wharf",
        )


@pytest.fixture
def cramped(tmp_path: Path, test_servers: TestServers) -> Iterator[OwnDatabase]:
    """A PostgreSQL whose database lies on a disk of 64 MB."""
    flush_broker()
    with own_database(tmp_path / "own", test_servers, small_disk=64) as opened:
        yield opened


def test_a_full_disk_does_nothing_by_halves_and_goes_on_when_there_is_room(
    cramped: OwnDatabase,
) -> None:
    """N9: the file system below the database is really full (a small one in memory).

    PostgreSQL's write-ahead log lies elsewhere: without room for that PostgreSQL stops at once,
    which is the trial above.
    """
    pair = stocked_pair()
    with Processes(cramped.environment) as house:
        web = house.web(workers=2)
        with Buyer(web.url, pair, 40) as early:
            ids = early.finish()
        fill_disk(cramped)
        with Buyer(web.url, pair, 40, first=41) as late:
            started = [web, house.worker(), house.beat()]
            eventually("a refusal", lambda: len(late.refusals) >= 10)
            eventually("a job that waits for room", lambda: jobs_without_room(cramped) > 0)
            cramped.as_superuser("DROP TABLE apart.ballast", "wharf")
            ids += late.finish()
        assert {refusal["code"] for refusal in late.refusals} == {"unavailable"}
        let_leases_end(pair.buyer, pair.supplier)
        eventually("every job's end", lambda: not work_left(pair.buyer, pair.supplier), seconds=120)
        assert_ordered_once(pair, ids)
        assert [process.running for process in started] == [True] * 3


def jobs_without_room(own: OwnDatabase) -> int:
    """How many deliveries were put off because the disk was full."""
    found = own.as_superuser(
        "SELECT count(*) FROM tenants_job WHERE state = 'queued' AND error_code = 'disk_full'",
        "wharf",
    )
    return int(found[0][0])
