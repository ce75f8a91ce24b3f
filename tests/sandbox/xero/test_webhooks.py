"""Webhooks: intent to receive, signed events, again after a failure, doubled and forged."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests

from tests.sandbox.xero.client import CLIENT, SECRET, Company

KEY = "webhook-key"


class Receiver:
    """An address that checks signatures, as an app has to."""

    def __init__(self) -> None:
        self.good: list[dict[str, Any]] = []
        self.bad = 0
        self.failing = False
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                digest = hmac.new(KEY.encode(), body, hashlib.sha256).digest()
                right = self.headers["x-xero-signature"] == base64.b64encode(digest).decode()
                status = receiver.take(json.loads(body), right=right)
                self.send_response(status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
                """Keep still."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, body: dict[str, Any], *, right: bool) -> int:
        if not right:
            self.bad += 1
            return 401
        if self.failing:
            return 503
        self.good.append(body)
        return 200

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def events(self) -> list[dict[str, Any]]:
        return [one for body in self.good for one in body["events"]]


def until(true: Callable[[], bool]) -> None:
    """Wait for it, at most a minute."""
    for _ in range(1200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


@pytest.fixture
def receiver(nz: Company) -> Iterator[Receiver]:
    """An address; whatever mischief a test asked for ends with it, as the sandbox is shared."""
    made = Receiver()
    yield made
    made.close()
    nz.act("hook_mischief", do=[])


def test_events_arrive_signed_and_again(nz: Company, receiver: Receiver) -> None:
    """Nothing before the intent is proven; a failure is tried again; mischief is delivered."""
    nz.act("set_webhook", url=receiver.url, key=KEY)
    until(lambda: nz.act("hooks")["sandbox-client"]["state"] == "ok")
    assert receiver.bad == 1 and [one["events"] for one in receiver.good] == [[], []]
    ada = nz.contact()
    sold = nz.invoice(ada)
    until(lambda: len(receiver.events()) == 2)
    first, second = receiver.events()
    assert (first["eventCategory"], first["eventType"]) == ("CONTACT", "CREATE")
    assert (second["eventCategory"], second["resourceId"]) == ("INVOICE", sold["InvoiceID"])
    assert second["tenantId"] == nz.tenant and second["resourceUrl"].endswith(sold["InvoiceID"])
    posts = receiver.good[2:]
    assert posts[-1]["lastEventSequence"] - posts[0]["firstEventSequence"] == 1
    receiver.failing = True
    nz.act("receive_payment", invoice=sold["InvoiceID"])
    until(lambda: nz.act("hooks")["sandbox-client"]["tried"] == 1)
    receiver.failing = False
    nz.running.control("clock", {"advance": 10})
    until(lambda: len(receiver.events()) == 3)
    assert receiver.events()[2]["eventType"] == "UPDATE"
    nz.act("hook_mischief", do=["duplicate", "forge"])
    nz.act("rename_contact", id=ada, name="Grace")
    until(lambda: len(receiver.events()) == 5)
    assert receiver.bad == 2 and receiver.events()[3] == receiver.events()[4]


def test_who_answers_wrongly_gets_nothing(nz: Company, receiver: Receiver) -> None:
    """A receiver that takes a bad signature is switched off."""
    nz.act("set_webhook", url=receiver.url, key="another")
    until(lambda: nz.act("hooks")["sandbox-client"]["state"] == "disabled")
    nz.contact()
    assert receiver.events() == []


def test_events_arrive_in_another_order(nz: Company, receiver: Receiver) -> None:
    """Three of one post, the newest first; the sequence numbers stay those of the post."""
    nz.act("set_webhook", url=receiver.url, key=KEY)
    until(lambda: nz.act("hooks")["sandbox-client"]["state"] == "ok")
    nz.act("hook_mischief", do=["reorder"])
    receiver.failing = True
    names = [nz.contact("Ada")]
    until(lambda: nz.act("hooks")["sandbox-client"]["tried"] == 1)
    names += [nz.contact("Bo"), nz.contact("Cy")]
    receiver.failing = False
    nz.running.control("clock", {"advance": 10})
    until(lambda: len(receiver.events()) == 3)
    assert [one["resourceId"] for one in receiver.events()] == names[::-1]
    last = receiver.good[-1]
    assert last["lastEventSequence"] - last["firstEventSequence"] == 2


def test_a_hook_that_fails_for_a_day_is_switched_off(nz: Company, receiver: Receiver) -> None:
    """Tried with growing gaps; after 24 hours nothing more comes, until it is set anew."""
    nz.act("set_webhook", url=receiver.url, key=KEY)
    until(lambda: nz.act("hooks")["sandbox-client"]["state"] == "ok")
    receiver.failing = True
    nz.contact()

    def hook() -> dict[str, Any]:
        found: dict[str, Any] = nz.act("hooks")["sandbox-client"]
        return found

    gaps = []
    for tries in range(1, 8):
        until(lambda: hook()["tried"] == tries)  # noqa: B023 - asked at once
        now = nz.running.control("clock", method="GET")["now"]
        gaps.append(round(hook()["next"] - now))
        nz.running.control("clock", {"advance": gaps[-1] + 1})
    assert gaps == [5, 30, 120, 600, 3_600, 14_400, 14_400]
    assert hook()["state"] == "ok"
    nz.running.control("clock", {"advance": 86_400})
    until(lambda: hook()["state"] == "disabled")
    nz.tokens = nz.act("connect")
    receiver.failing, before = False, len(receiver.good)
    nz.contact("Bo")
    time.sleep(1.5)
    assert len(receiver.good) == before
    nz.act("set_webhook", url=receiver.url, key=KEY)
    until(lambda: hook()["state"] == "ok")


def test_subscriptions_to_the_app(nz: Company, receiver: Receiver) -> None:
    """SUBSCRIPTION CREATE and UPDATE; the app reads it with a token of its own."""
    nz.act("set_webhook", url=receiver.url, key=KEY, categories=["SUBSCRIPTION"])
    until(lambda: nz.act("hooks")["sandbox-client"]["state"] == "ok")
    nz.contact()
    made = nz.act("set_subscription", plan="Small")
    nz.act("set_subscription", plan="Large", status="CANCELED")
    until(lambda: len(receiver.events()) == 2)
    first, second = receiver.events()
    assert [one["eventType"] for one in (first, second)] == ["CREATE", "UPDATE"]
    assert (first["eventCategory"], first["resourceId"]) == ("SUBSCRIPTION", made["id"])
    form = {"grant_type": "client_credentials", "scope": "marketplace.billing"}
    url = f"{nz.running.url}/connect/token"
    token = requests.post(url, data=form, auth=(CLIENT, SECRET), timeout=30).json()
    assert (token["scope"], "refresh_token" in token) == ("marketplace.billing", False)
    headers = {"authorization": f"Bearer {token['access_token']}"}
    found = requests.get(first["resourceUrl"], headers=headers, timeout=30).json()
    assert (found["status"], found["organisationId"]) == ("CANCELED", nz.tenant)
    assert found["plans"][0]["name"] == "Large"
    plain = {"authorization": f"Bearer {nz.tokens['access_token']}"}
    assert requests.get(first["resourceUrl"], headers=plain, timeout=30).status_code == 401
    other = requests.get(first["resourceUrl"][:-1] + "x", headers=headers, timeout=30)
    assert other.status_code == 404
