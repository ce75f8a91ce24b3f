"""A buyer that orders over HTTP through every fault, and the witnesses of both sides.

Each call carries an Idempotency-Key; a call whose answer was lost is repeated with the same key,
as the API's documentation asks of its callers.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

import requests

from network.domain.states import DeliveryState, Direction, ValidationState
from network.models import Envelope
from orders.models import PurchaseOrder, SalesOrder
from tenants.models import Activity, Job, JobState
from tests.cast import Company, Pair

PATIENCE = 120.0
# What a caller may meet while servers die: nothing else is repeated.
PASSING = (409, 503)


@dataclass
class Buyer:
    """Threads that create, authorise and send purchase orders until `wanted` are sent.

    `first`: the number in the first one's reference and keys, where the pair has some already.
    """

    url: str
    pair: Pair
    wanted: int
    first: int = 1
    threads: int = 3
    pause: float = 0.0
    sent: list[UUID] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    _taken: int = 0
    _over: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(self.threads)
        self._work: list[Future[None]] = [
            self._pool.submit(self._order_all) for _ in range(self.threads)
        ]
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._pool.shutdown()

    @property
    def busy(self) -> bool:
        """Whether orders are still being sent."""
        return not all(work.done() for work in self._work)

    def finish(self) -> list[UUID]:
        """Wait for the last one; the ids of the orders. Raises what a thread met."""
        for work in self._work:
            work.result()
        return self.sent

    def _order_all(self) -> None:
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {self.pair.buyer.api_key}"
            while (number := self._take()) is not None:
                self.sent.append(self._order(session, number))
                time.sleep(self.pause)

    def _take(self) -> int | None:
        with self._lock:
            if self._over or self._taken >= self.wanted:
                return None
            self._taken += 1
            return self.first + self._taken - 1

    def _order(self, session: requests.Session, number: int) -> UUID:
        made = self._call(
            session,
            "purchase-orders",
            f"{number}-create",
            {
                "contact": str(self.pair.supplier_contact.id),
                "reference": f"Order {number}",
                "lines": [{"product": "FILTER", "quantity": "3", "price": "4"}],
            },
        )
        address = f"purchase-orders/{made['id']}"
        self._call(session, f"{address}/authorise", f"{number}-authorise", None)
        self._call(session, f"{address}/send", f"{number}-send", {"via": ["network"]})
        return UUID(made["id"])

    def _call(self, session: requests.Session, path: str, key: str, body: Any) -> Any:
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self._try(session, path, key, body)
            if answer is not None and answer.ok:
                return answer.json()
            if answer is not None:
                assert answer.status_code in PASSING, f"{path}: {answer.status_code} {answer.text}"
                self.refusals.append({"status": answer.status_code, **answer.json()})
            assert time.monotonic() < deadline, f"{path} had no answer for {PATIENCE:.0f} s"
            assert not self._over, f"{path} had no answer when the trial ended"
            time.sleep(0.3)

    def _try(
        self, session: requests.Session, path: str, key: str, body: Any
    ) -> requests.Response | None:
        """One call; None when it was lost, and nobody knows whether it did anything."""
        url, headers = f"{self.url}/api/v1/{path}", {"Idempotency-Key": key}
        try:
            return session.post(url, json=body, headers=headers, timeout=30)
        except requests.RequestException:
            return None


def eventually(what: str, happened: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait for something that must happen."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds:.0f} s"
        time.sleep(0.2)


# --- Witnesses -------------------------------------------------------------------------------
def work_left(*companies: Company) -> list[tuple[str, str, str]]:
    """Jobs of the companies that are not done: kind, state, error."""
    left: list[tuple[str, str, str]] = []
    for company in companies:
        with company.inside():
            waiting = Job.objects.exclude(state=JobState.DONE, leased_until=None)
            left += waiting.values_list("kind", "state", "error")
    return left


def assert_ordered_once(pair: Pair, ids: list[UUID]) -> None:
    """Every order is there once, numbered without gap, and once at the supplier; nothing else."""
    with pair.buyer.inside():
        orders = list(PurchaseOrder.objects.order_by("number"))
        assert sorted(order.id for order in orders) == sorted(ids)
        assert {(order.status, order.network_status) for order in orders} == {
            ("authorised", "delivered")
        }
        numbers = [int(order.number.rpartition("-")[2]) for order in orders]
        assert numbers == list(range(numbers[0], numbers[0] + len(orders)))
        references = sorted(order.reference for order in orders)
        assert references == sorted(f"Order {n}" for n in range(1, len(ids) + 1))
        sent = Envelope.objects.filter(direction=Direction.OUT, kind="order")
        assert sent.count() == len(orders)
    with pair.supplier.inside():
        sales = list(SalesOrder.objects.all())
        assert sorted(str(sale.partner_key) for sale in sales) == sorted(map(str, ids))
        assert {sale.status for sale in sales} == {"awaiting_approval"}
        received = Activity.objects.filter(action="sales_order.received")
        assert received.count() == len(orders)
    assert_received_once(pair.buyer, pair.supplier)
    assert_received_once(pair.supplier, pair.buyer)
    assert work_left(pair.buyer, pair.supplier) == []


def assert_received_once(sender: Company, recipient: Company) -> None:
    """What left is what arrived, message by message, and the receipts say the same: missing 0,
    duplicate 0."""
    fields = ("message_id", "kind", "sha256", "payload", "validation", "reply")
    with sender.inside():
        out = Envelope.objects.filter(direction=Direction.OUT)
        states = set(out.values_list("delivery", "validation"))
        sent = sorted(out.values_list(*fields), key=str)
    with recipient.inside():
        came = Envelope.objects.filter(direction=Direction.IN).values_list(*fields)
        assert sorted(came, key=str) == sent
    assert states <= {(DeliveryState.DELIVERED, ValidationState.UNDERSTOOD)}
