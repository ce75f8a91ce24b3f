"""A buyer and a supplier that trade over HTTP through every fault, and witnesses of both sides.

Each call carries an Idempotency-Key; a call whose answer was lost is repeated with the same key,
as the API's documentation asks of its callers.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
BUYERS = 3
# What the buyer's order says for what the supplier did with it.
ANSWERS = {"awaiting_approval": "delivered", "authorised": "approved"}


@dataclass
class Caller:
    """A program with an API key that repeats what was lost, under the same Idempotency-Key."""

    url: str
    api_key: str
    over: threading.Event = field(default_factory=threading.Event)
    refusals: list[dict[str, Any]] = field(default_factory=list)

    def get(self, path: str) -> Any:
        return self._until_answered("GET", path, "", None)

    def post(self, path: str, key: str, body: Any = None) -> Any:
        return self._until_answered("POST", path, key, body)

    def _until_answered(self, method: str, path: str, key: str, body: Any) -> Any:
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self._try(method, path, key, body)
            if answer is not None and answer.ok:
                return answer.json()
            if answer is not None:
                assert answer.status_code in PASSING, f"{path}: {answer.status_code} {answer.text}"
                self.refusals.append({"status": answer.status_code, **answer.json()})
            assert time.monotonic() < deadline, f"{path} had no answer for {PATIENCE:.0f} s"
            assert not self.over.is_set(), f"{path} had no answer when the trial ended"
            time.sleep(0.3)

    def _try(self, method: str, path: str, key: str, body: Any) -> requests.Response | None:
        """One call; None when it was lost, and nobody knows whether it did anything."""
        headers = {"Authorization": f"Bearer {self.api_key}"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            return requests.request(
                method, f"{self.url}/api/v1/{path}", json=body, headers=headers, timeout=30
            )
        except requests.RequestException:
            return None


class Buyer:
    """Threads that create, authorise and send purchase orders until `wanted` are sent.

    `first`: the number in the first one's reference and keys, where the pair has some already.
    """

    def __init__(
        self, url: str, pair: Pair, wanted: int, *, first: int = 1, pause: float = 0.0
    ) -> None:
        self.caller = Caller(url, pair.buyer.api_key)
        self.contact = str(pair.supplier_contact.id)
        self.pause = pause
        self.sent: list[UUID] = []
        self._numbers = iter(range(first, first + wanted))
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(BUYERS)
        self._work = [self._pool.submit(self._order_all) for _ in range(BUYERS)]
        return self

    def __exit__(self, *_: object) -> None:
        self.caller.over.set()
        self._pool.shutdown()

    @property
    def refusals(self) -> list[dict[str, Any]]:
        """Every answer but the good ones."""
        return self.caller.refusals

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
        while not self.caller.over.is_set():
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                return
            self.sent.append(self._order(number))
            time.sleep(self.pause)

    def _order(self, number: int) -> UUID:
        made = self.caller.post(
            "purchase-orders",
            f"{number}-create",
            {
                "contact": self.contact,
                "reference": f"Order {number}",
                "lines": [{"product": "FILTER", "quantity": "3", "price": "4"}],
            },
        )
        address = f"purchase-orders/{made['id']}"
        self.caller.post(f"{address}/authorise", f"{number}-authorise")
        self.caller.post(f"{address}/send", f"{number}-send", {"via": ["network"]})
        return UUID(made["id"])


class Supplier:
    """One thread that approves what arrives, until so many are approved."""

    def __init__(self, url: str, pair: Pair, wanted: int) -> None:
        self.caller = Caller(url, pair.supplier.api_key)
        self.wanted = wanted
        self.approved: set[str] = set()

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(1)
        self._work = self._pool.submit(self._approve_all)
        return self

    def __exit__(self, *_: object) -> None:
        self.caller.over.set()
        self._pool.shutdown()

    def finish(self) -> int:
        """Wait for the last one; how many. Raises what the thread met."""
        self._work.result()
        return len(self.approved)

    def _approve_all(self) -> None:
        while len(self.approved) < self.wanted and not self.caller.over.is_set():
            arrived = self.caller.get("sales-orders?status=awaiting_approval")["results"]
            for sale in arrived[: self.wanted - len(self.approved)]:
                self.caller.post(f"sales-orders/{sale['id']}/approve", f"approve-{sale['id']}", {})
                self.approved.add(sale["id"])
            time.sleep(0.3)


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


def assert_ordered_once(pair: Pair, ids: list[UUID], *, approved: int = 0) -> None:
    """Every order is there once, numbered without gap, and once at the supplier; nothing else.

    `approved`: how many of them the supplier approved; each buyer's order says the same.
    """
    with pair.supplier.inside():
        sales = {sale.partner_key: sale for sale in SalesOrder.objects.all()}
        assert SalesOrder.objects.count() == len(sales) == len(ids)
        assert sum(sale.status == "authorised" for sale in sales.values()) == approved
        received = Activity.objects.filter(action="sales_order.received")
        assert received.count() == len(ids)
    with pair.buyer.inside():
        orders = list(PurchaseOrder.objects.order_by("number"))
        assert sorted(order.id for order in orders) == sorted(ids)
        for order in orders:
            answer = ANSWERS[sales[order.id].status]
            assert (order.status, order.network_status) == ("authorised", answer)
        numbers = [int(order.number.rpartition("-")[2]) for order in orders]
        assert numbers == list(range(numbers[0], numbers[0] + len(orders)))
        references = sorted(order.reference for order in orders)
        assert references == sorted(f"Order {n}" for n in range(1, len(ids) + 1))
        answered = Activity.objects.filter(action="purchase_order.partner_approved")
        assert answered.count() == approved
        sent = Envelope.objects.filter(direction=Direction.OUT, kind="order")
        assert sent.count() == len(orders)
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
