"""The database stopped at once, out of connections, out of room, or restored elsewhere (N9)."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.battery.conftest import flush_broker
from tests.battery.ordering import Buyer, assert_ordered_once, work_left
from tests.battery.test_courier_kills import eventually
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
