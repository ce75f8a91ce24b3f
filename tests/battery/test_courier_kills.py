"""Real workers, killed with SIGKILL at every point of a delivery: once in effect (N9 to N13)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import requests

from hub.launcher.places import Instance
from hub.launcher.valkey import start_valkey, stop_valkey
from tenants.models import JobState
from tests.battery.conftest import flush_broker
from tests.battery.ordering import Buyer, assert_ordered_once, eventually, work_left
from tests.network.test_courier import COURIER_POINTS
from tests.support.processes import Processes, Started
from tests.support.servers import TestServers
from tests.trade import TRIPS, Trip, let_leases_end, order_trip, order_trip_of, stocked_pair

pytestmark = pytest.mark.battery


def was_claimed(trips: list[Trip]) -> bool:
    return all(trip.job().lease >= 1 for trip in trips)


def deaths(worker: Started) -> int:
    return worker.output().count("exited with 'signal 9 (SIGKILL)'")


def is_done(trip: Trip) -> bool:
    return trip.job().state == JobState.DONE


@pytest.mark.parametrize("point", COURIER_POINTS)
def test_workers_killed_at_one_point_still_deliver_once(workers: Processes, point: str) -> None:
    """N9, N10, N11, N13: order, answer, invoice and removal, each claim killed at the point."""
    trips = [make() for make in TRIPS.values()]
    flush_broker()
    for trip in trips:
        trip.start()
    doomed = workers.worker(faults=f"{point}=kill", lanes=["courier"])
    eventually("every claim killed", lambda: was_claimed(trips) and deaths(doomed) >= len(trips))
    doomed.kill()

    for trip in trips:
        let_leases_end(trip.pair.buyer, trip.pair.supplier)
    workers.worker()
    workers.beat()
    eventually("delivery", lambda: all(trip.arrived() for trip in trips))

    for trip in trips:
        eventually("the job's end", partial(is_done, trip))
        trip.check()


def test_a_killed_workers_claim_comes_back_by_itself(workers: Processes) -> None:
    """N9: no hand moves the clock: the lease ends after a minute and another worker goes on."""
    trip = order_trip()
    doomed = workers.worker(faults="courier.claimed=sleep:300")
    trip.start()
    eventually("the claim", lambda: was_claimed([trip]))
    doomed.kill()

    workers.worker()
    workers.beat()
    eventually("delivery", trip.arrived, seconds=90)

    assert trip.job().attempts == 2
    trip.check()


def test_sigterm_ends_a_worker_within_its_work_and_leaves_no_lease(workers: Processes) -> None:
    """N9: out within 30 s; what it had begun is finished."""
    trip = order_trip()
    worker = workers.worker(faults="courier.received=sleep:3")
    trip.start()
    eventually("the claim", lambda: was_claimed([trip]))

    worker.terminate(seconds=30)

    job = trip.job()
    assert (job.state, job.leased_until) == (JobState.DONE, None)
    trip.check()


def test_a_flushed_broker_loses_nothing(workers: Processes) -> None:
    """N9: every wake-up is gone; the dispatcher finds the rows."""
    trips = [order_trip() for _ in range(3)]
    for trip in trips:
        trip.start()
    flush_broker()

    workers.worker()
    workers.beat()
    eventually("delivery", lambda: all(trip.arrived() for trip in trips))

    for trip in trips:
        trip.check()


def test_sending_while_the_broker_is_down_delivers_once_it_is_back(
    workers: Processes, test_servers: TestServers, tmp_path: Path
) -> None:
    """N9: Valkey stops while web, worker and beat run; the order is taken, and arrives later."""
    with own_broker(workers, test_servers, tmp_path) as broker:
        web = workers.web()
        workers.worker()
        workers.beat()
        pair = stocked_pair()
        stop_valkey(broker, test_servers.credentials)

        trip = _send_by_http(web.url, pair)
        time.sleep(6)
        assert not trip.arrived()

        start_valkey(broker, test_servers.credentials)
        eventually("delivery", trip.arrived, seconds=90)
        trip.check()


def test_a_broker_restarted_five_times_in_ten_seconds_loses_nothing(
    workers: Processes, test_servers: TestServers, tmp_path: Path
) -> None:
    """N9: while orders are sent and delivered; nobody is started again but the broker."""
    with own_broker(workers, test_servers, tmp_path) as broker:
        web = workers.web(workers=2)
        started = [web, workers.worker(), workers.worker(), workers.beat()]
        pair = stocked_pair()
        with Buyer(web.url, pair, 60, pause=0.6) as buyer:
            begun_at = time.monotonic()
            for number in range(1, 6):
                stop_valkey(broker, test_servers.credentials)
                start_valkey(broker, test_servers.credentials)
                time.sleep(max(0.0, begun_at + 2 * number - time.monotonic()))
            ids = buyer.finish()

        assert buyer.refusals == []
        eventually("every job's end", lambda: not work_left(pair.buyer, pair.supplier), seconds=120)
        assert_ordered_once(pair, ids)
        assert [process.running for process in started] == [True] * 4


@contextmanager
def own_broker(workers: Processes, test_servers: TestServers, folder: Path) -> Iterator[Instance]:
    """A Valkey of the test's own, for it to stop; the processes use it."""
    instance = Instance(folder / "broker", durable=False)
    instance.create()
    valkey = start_valkey(instance, test_servers.credentials)
    workers.environment.update(REDIS_URL=valkey.url(0), CELERY_BROKER_URL=valkey.url(1))
    try:
        yield instance
    finally:
        stop_valkey(instance, test_servers.credentials)


def _send_by_http(url: str, pair: Any) -> Trip:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {pair.buyer.api_key}"
    made = session.post(
        f"{url}/api/v1/purchase-orders",
        json={
            "contact": str(pair.supplier_contact.id),
            "lines": [{"product": "FILTER", "quantity": "3", "price": "4"}],
        },
        timeout=20,
    )
    assert made.status_code == 201, made.text
    address = f"{url}/api/v1/purchase-orders/{made.json()['id']}"
    assert session.post(f"{address}/authorise", timeout=20).status_code == 200
    before = time.monotonic()
    sent = session.post(f"{address}/send", json={"via": ["network"]}, timeout=20)
    assert sent.status_code == 202, sent.text
    assert time.monotonic() - before < 2, "a dead broker must not hold up a request"
    return order_trip_of(pair, UUID(made.json()["id"]))
