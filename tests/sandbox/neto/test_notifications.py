"""Order notifications: sent when a status changes, again when they are not answered 200."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from tests.sandbox.neto.client import Store, recorded


class Receiver:
    """Somebody who is notified; answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                names = {name.lower(): value for name, value in self.headers.items()}
                receiver.got.append((names, body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, count: int, seconds: float = 15) -> list[tuple[dict[str, str], bytes]]:
        """What came, once there are so many."""
        deadline = time.monotonic() + seconds
        while len(self.got) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.got) == count, len(self.got)
        return self.got


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_change_of_status_is_told(store: Store, receiver: Receiver) -> None:
    """With the token, the recorded elements, and numbers that go up; other changes are not."""
    store.act("subscribe", url=receiver.url, token="verify-me")
    made = store.act("place_order", kind="on_account")["OrderID"]
    receiver.wait_for(1)
    store.call("UpdateOrder", {"Order": {"OrderID": made, "CustomerRef1": "A"}})
    store.call("UpdateOrder", {"Order": {"OrderID": made, "OrderStatus": "Pick"}})
    (first, body), (_second, again) = receiver.wait_for(2)
    assert (first["neto_notification"], first["netoapi_key"]) == ("Order", "verify-me")
    theirs = fromstring(recorded("order_notification_event.xml"))
    event, later = fromstring(body), fromstring(again)
    assert [one.tag for one in event.iter()] == [one.tag for one in theirs.iter()]
    assert [one.findtext("Order/OrderStatus") for one in (event, later)] == ["New", "Pick"]
    assert event.findtext("Order/OrderID") == made
    assert int(later.findtext("EventID") or 0) > int(event.findtext("EventID") or 0)


def test_an_undelivered_one_is_sent_again(store: Store, receiver: Receiver) -> None:
    """The same event after a while; a switch says never; the clock may be moved."""
    store.act("subscribe", url=receiver.url, token="t")
    receiver.answers = [500, 202]
    store.act("place_order", kind="unpaid")
    receiver.wait_for(1)
    time.sleep(1.5)
    assert len(receiver.got) == 1
    for count in (2, 3):
        store.sandbox.control("clock", {"advance": 61})
        receiver.wait_for(count)
        time.sleep(1.2)
    assert len({body for _headers, body in receiver.got}) == 1
    store.sandbox.control("clock", {"advance": 61})
    store.sandbox.control("switches", {"notification_retry": 0})
    receiver.answers = [500]
    store.act("place_order", kind="unpaid")
    receiver.wait_for(4)
    time.sleep(1.2)
    store.sandbox.control("clock", {"advance": 600})
    time.sleep(1.5)
    assert len(receiver.got) == 4


def test_who_does_not_listen_delays_nobody(store: Store) -> None:
    """An address that nobody answers at: orders go on."""
    store.act("subscribe", url="http://127.0.0.1:9/nobody")
    for _ in range(5):
        store.act("place_order", kind="single")
    assert len(store.orders()) == 5
    with pytest.raises(AssertionError, match="http or https"):
        store.act("subscribe", url="file:///etc/passwd")
    store.act("unsubscribe", url="http://127.0.0.1:9/nobody")
