"""How much a create costs each sandbox: against a bare echo, and among 100,000 documents.

The sandboxes are other programs: they are started, filled and asked as strangers do it. What is
measured is the time of a core that their process uses, since the bench's own client runs beside it.
"""

import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench.measure import Figure, at_most
from hub.launcher.places import ROOT
from hub.launcher.processes import free_port

FEW, ROUNDS, EACH = 100, 5, 400
WITHOUT_END = 10**9


class Server:
    """A process of its own, asked over one connection."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process = process
        self._asked = psutil.Process(process.pid)
        self.address = f"http://127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def send(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        """What it answers to a POST; fails unless that is a success."""
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        found = answer.read()
        assert answer.status < 300, (answer.status, found[:500])
        return found

    def control(self, path: str, body: Any) -> Any:
        """What the control API answers."""
        return json.loads(self.send(f"/_control/{path}", json.dumps(body).encode(), {}))

    def used(self) -> float:
        """Seconds of a core so far."""
        times = self._asked.cpu_times()
        return float(times.user + times.system)


@dataclass(frozen=True, slots=True)
class Company:
    """One company of a sandbox: how to create a document in it, and many at once."""

    path: str
    headers: dict[str, str]
    one: bytes
    many_path: str
    many: bytes
    in_many: int
    good: Callable[[bytes], bool] = field(default=lambda answer: True)


@dataclass(frozen=True, slots=True)
class Vendor:
    """A sandbox: the switches that lift its limits, and how a company of it is made."""

    name: str
    switches: dict[str, Any]
    found: Callable[[Server, dict[str, Any]], Company]
    fill: dict[str, Any] = field(default_factory=dict)


def _bearer(server: Server, **who: Any) -> str:
    return f"Bearer {server.control('act/connect', who)['access_token']}"


def _quickbooks(server: Server, made: dict[str, Any]) -> Company:
    realm = made["realmId"]
    detail = {
        "ItemRef": {"value": made["items"]["Canvas Bag"]},
        "Qty": 1,
        "UnitPrice": 10,
        "TaxCodeRef": {"value": "TAX"},
    }
    line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    invoice = {"CustomerRef": {"value": made["customers"]["Lighthouse Cafe"]}, "Line": [line]}
    batch = [{"bId": str(n), "operation": "create", "Invoice": invoice} for n in range(25)]
    return Company(
        f"/v3/company/{realm}/invoice",
        {"authorization": _bearer(server, realm=realm), **JSON},
        json.dumps(invoice).encode(),
        f"/v3/company/{realm}/batch",
        json.dumps({"BatchItemRequest": batch}).encode(),
        len(batch),
        lambda answer: b'"Fault"' not in answer,
    )


def _xero(server: Server, made: dict[str, Any]) -> Company:
    tenant = made["tenant"]
    headers = {"authorization": _bearer(server, tenant=tenant), "xero-tenant-id": tenant, **JSON}
    contact = {"Contacts": [{"Name": f"Bench {time.time_ns()}"}]}
    told = server.send("/api.xro/2.0/Contacts", json.dumps(contact).encode(), headers)
    line = {"Description": "Beans", "Quantity": 1, "UnitAmount": 100, "AccountCode": "200"}
    invoice = {
        "Type": "ACCREC",
        "Contact": {"ContactID": json.loads(told)["Contacts"][0]["ContactID"]},
        "Date": "2026-05-04",
        "DueDate": "2026-06-04",
        "Status": "AUTHORISED",
        "LineItems": [line],
    }
    path = "/api.xro/2.0/Invoices"
    one, many = ({"Invoices": [invoice] * count} for count in (1, 100))
    return Company(path, headers, json.dumps(one).encode(), path, json.dumps(many).encode(), 100)


def _neto(server: Server, made: dict[str, Any]) -> Company:
    lines = [{"SKU": "SCALE-01", "Quantity": 2}, {"SKU": "MILK-OAT-1L", "Quantity": 6}]
    order = {"Username": "tanaka", "OrderLine": lines}
    path = f"/{made['store']}/do/WS/NetoAPI"
    headers = {"netoapi_action": "AddOrder", "netoapi_key": made["global_key"], **JSON}
    one, many = (json.dumps({"Order": [order] * count}).encode() for count in (1, 100))
    return Company(path, headers, one, path, many, 100, lambda answer: b'"Success"' in answer)


JSON = {"content-type": "application/json", "accept": "application/json"}
VENDORS = (
    Vendor("quickbooks", {"limits": False}, _quickbooks),
    Vendor(
        "xero",
        dict.fromkeys(("limit_minute", "limit_day", "limit_app_minute"), WITHOUT_END),
        _xero,
        {"country": "NZ"},
    ),
    Vendor("neto", {"requests_a_minute": WITHOUT_END}, _neto, {"orders": 0}),
)


def sandbox_figures(*, documents: int, say: Callable[[str], None]) -> list[Figure]:
    """For each sandbox: its rate, told, and what size does to it."""
    return [one for vendor in VENDORS for one in _figures(vendor, documents, say)]


def _figures(vendor: Vendor, documents: int, say: Callable[[str], None]) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "sandbox.sqlite"
        sandbox = (f"sandbox.{vendor.name}", "--control", "--store", str(store), "--port", "{port}")
        echo = ("bench.echo", "{port}", str(Path(folder) / "echo.sqlite"))
        with running(*sandbox) as server, running(*echo) as floor:
            server.control("switches", vendor.switches)
            names = ("small", "large")
            made = [server.control("fill", {**vendor.fill, **_named(vendor, one)}) for one in names]
            small, large = (vendor.found(server, one) for one in made)
            _fill(server, small, FEW)
            started = time.monotonic()
            _fill(server, large, documents)
            took = time.monotonic() - started
            say(f"{vendor.name}: {documents:,} documents in {took:.0f} s")
            small, large = (vendor.found(server, one) for one in made)  # their tokens may be old
            sizes = (f"{FEW}", f"{documents:,}")
            return _compared(vendor.name, sizes, floor, server, (small, large))


def _compared(
    name: str,
    sizes: tuple[str, str],
    floor: Server,
    server: Server,
    companies: tuple[Company, Company],
) -> list[Figure]:
    """In turn, round by round: the echo, a create in the small company, one in the large."""
    small, large = companies
    _creates(server, small), _creates(server, large), _echoes(floor, small)  # warm
    rounds = [
        (_echoes(floor, small), _creates(server, small), _creates(server, large))
        for _ in range(ROUNDS)
    ]
    bare, few, many = (statistics.median(one[way] for one in rounds) for way in range(3))
    against = statistics.median(one[1] / one[0] for one in rounds)
    grown = statistics.median(one[2] / one[1] for one in rounds)
    return [
        Figure(
            f"sandbox {name}: creates a second of one core",
            f"{1 / few:.0f}; the bare echo {1 / bare:.0f}, a create is {against:.1f} of them",
            holds=True,
        ),
        at_most(
            f"sandbox {name}: a create among {sizes[1]}, times one among {sizes[0]}",
            grown,
            1.5,
            f"{many * 1000:.2f} ms and {few * 1000:.2f} ms of a core",
        ),
    ]


def _named(vendor: Vendor, name: str) -> dict[str, str]:
    return {"store": name} if vendor.name == "neto" else {"name": name.capitalize()}


def _fill(server: Server, company: Company, documents: int) -> None:
    for _ in range(-(-documents // company.in_many)):
        answer = server.send(company.many_path, company.many, company.headers)
        assert company.good(answer), answer[:500]


def _creates(server: Server, company: Company) -> float:
    """Seconds of a core for one create."""
    before = server.used()
    for _ in range(EACH):
        answer = server.send(company.path, company.one, company.headers)
        assert company.good(answer), answer[:500]
    return (server.used() - before) / EACH


def _echoes(floor: Server, company: Company) -> float:
    """Seconds of a core for the same body through the floor; more of them, since each is short."""
    before, count = floor.used(), EACH * 10
    for _ in range(count):
        floor.send("/", company.one, company.headers)
    return (floor.used() - before) / count


@contextmanager
def running(module: str, *options: str) -> Iterator[Server]:
    """`python -m module` on a free port, ended by its own pid."""
    port = free_port()
    given = [one.replace("{port}", str(port)) for one in options]
    process = subprocess.Popen(
        [sys.executable, "-m", module, *given], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        yield Server(process, _answers(process, port))
    finally:
        process.terminate()
        process.wait(30)


def _answers(process: "subprocess.Popen[bytes]", port: int) -> int:
    """The port, once somebody listens there."""
    for _ in range(300):
        attempt = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            attempt.request("GET", "/")
            attempt.getresponse().read()
        except ConnectionError:
            assert process.poll() is None, "it ended at its start"
            time.sleep(0.1)
        else:
            return port
        finally:
            attempt.close()
    raise RuntimeError("it did not start")
