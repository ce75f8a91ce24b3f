"""Web, workers and beat killed at random while orders are sent: none lost, none doubled (N9)."""

import random
import time
from collections.abc import Callable

import pytest

from tests.battery.ordering import Buyer, Supplier, assert_ordered_once, eventually, work_left
from tests.support.processes import Processes, Started
from tests.trade import stocked_pair

pytestmark = pytest.mark.battery

SEED = 20261122
ORDERS, APPROVALS = 300, 60
# On a busy machine nothing would ever be up for long enough to send the last order.
LONGEST_STORM = 60.0


def test_orders_sent_while_everything_is_killed_at_random_arrive_once(
    workers: Processes,
) -> None:
    """N9, N10: 300 orders and 60 approvals by the API; a lost call is repeated with its key.

    Every two to three seconds SIGKILL takes web, a worker or beat, which starts again at once:
    some are killed while they load. It ends with the last order, or after a minute.
    """
    pair = stocked_pair()
    web = workers.web(workers=2)
    again: dict[str, Callable[[], Started]] = {
        "web": lambda: workers.web(workers=2, port=web.port, wait=False),
        "worker-1": lambda: workers.worker(wait=False),
        "worker-2": lambda: workers.worker(wait=False),
        "beat": lambda: workers.beat(wait=False),
    }
    running: dict[str, Started] = {"web": web}
    running.update({name: start() for name, start in again.items() if name != "web"})
    chance = random.Random(SEED)
    killed: set[str] = set()
    print(f"killing by seed {SEED}")

    # The kills are made by this thread: a process dies with the thread that started it.
    with (
        Buyer(web.url, pair, ORDERS, pause=0.25) as buyer,
        Supplier(web.url, pair, APPROVALS) as supplier,
    ):
        begun_at = time.monotonic()
        while buyer.busy and time.monotonic() < begun_at + LONGEST_STORM:
            time.sleep(chance.uniform(2, 3))
            name = chance.choice(sorted(running))
            running[name].kill()
            running[name] = again[name]()
            killed.add(name)
            print(f"killed {name}")
        ids = buyer.finish()
        approved = supplier.finish()

    assert killed == set(running), "too few kills to say anything"
    eventually("every job's end", lambda: not work_left(pair.buyer, pair.supplier), seconds=120)
    assert_ordered_once(pair, ids, approved=approved)
