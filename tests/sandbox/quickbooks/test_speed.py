"""That a create stays as quick with a hundred thousand documents as with a hundred."""

import statistics
import time
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import simplejson

from sandbox.common.http import Call
from sandbox.common.store import Store
from sandbox.quickbooks.app import QuickBooks
from tests.sandbox.quickbooks.helping import books, quickbooks

MANY = 100_000
BUNDLE = 200


def create(sandbox: QuickBooks, realm: str, token: str, body: bytes, count: int) -> float:
    """Processor seconds for one create, the median of bundles."""
    took = []
    for _ in range(count // BUNDLE):
        started = time.process_time()
        for _ in range(BUNDLE):
            headers = {"authorization": f"Bearer {token}"}
            path = f"/v3/company/{realm}/invoice"
            call = Call("POST", path, "", headers, body, time.time())
            handler, steps, _allowed = sandbox.routes.find(call)
            assert handler is not None
            with sandbox.store.transaction():
                assert handler(call, **steps).status == 200
        took.append((time.process_time() - started) / BUNDLE)
    return statistics.median(took)


@pytest.mark.battery
def test_a_create_among_a_hundred_thousand(tmp_path: Path) -> None:
    """At most one and a half times the processor time that it takes among a hundred."""
    sandbox = QuickBooks(Store(tmp_path / "many.sqlite"), base_url="")
    with sandbox.store.transaction():
        made = sandbox.fill({})
        realm = made["realmId"]
        token = sandbox.act("connect", {"realm": realm})["access_token"]
    item, customer = made["items"]["Canvas Bag"], made["customers"]["Lighthouse Cafe"]
    detail = {"ItemRef": {"value": item}, "Qty": 1, "UnitPrice": 10, "TaxCodeRef": {"value": "TAX"}}
    line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    body = simplejson.dumps({"CustomerRef": {"value": customer}, "Line": [line]}).encode()
    create(sandbox, realm, token, body, BUNDLE)
    few = create(sandbox, realm, token, body, 5 * BUNDLE)
    create(sandbox, realm, token, body, MANY)
    # The sign-in is good for an hour.
    with sandbox.store.transaction():
        token = sandbox.act("connect", {"realm": realm})["access_token"]
    many = create(sandbox, realm, token, body, 5 * BUNDLE)
    print(f"{few * 1000:.3f} ms among few, {many * 1000:.3f} ms among many, {many / few:.2f} times")
    assert many / few <= 1.5


def create_rate(count: int = 1000) -> float:
    """Invoices that are created in a second, over one connection, by a sandbox of its own."""
    with TemporaryDirectory() as where:
        return creating(Path(where), count)[0]


def creating(where: Path, count: int) -> tuple[float, float]:
    """Creates in a second of the clock, and the sandbox's processor seconds for them all."""
    with quickbooks(where) as server:
        made = books(server)
        line = made.line("Canvas Bag", 1, 10, "TAX")
        body = simplejson.dumps({"CustomerRef": made.customer(), "Line": [line]})
        headers = {"Authorization": f"Bearer {made.token}", "Content-Type": "application/json"}
        connection = HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]), timeout=30)
        spent, started = processor(server.process.pid), time.perf_counter()
        for _ in range(count):
            connection.request("POST", f"/v3/company/{made.realm}/invoice", body, headers)
            answer = connection.getresponse()
            assert (answer.status, bool(answer.read())) == (200, True)
        took = time.perf_counter() - started
        return count / took, processor(server.process.pid) - spent


@pytest.mark.battery
def test_creates_over_one_connection(tmp_path: Path) -> None:
    """What the sandbox's process needs for a create through real HTTP: a 300th of a second."""
    rate, spent = creating(tmp_path, 1000)
    print(f"{rate:.0f} a second; {spent:.3f} ms of processor each")
    assert spent <= 1000 / 300


def processor(pid: int) -> float:
    """Processor seconds that a process has used, of its user and system time."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
