"""How fast orders are made, and that a large store is not a slow one."""

import http.client
import json
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.sandbox.neto.client import Store
from tests.sandbox.running import running

LARGE = 100_000
ROUNDS, EACH = 7, 150


def _creates(connection: http.client.HTTPConnection, store: Store, count: int) -> float:
    headers = {
        "NETOAPI_ACTION": "AddOrder",
        "NETOAPI_KEY": store.filled["global_key"],
        "Accept": "application/json",
    }
    lines = [{"SKU": "SCALE-01", "Quantity": 2}, {"SKU": "MILK-OAT-1L", "Quantity": 6}]
    body = json.dumps({"Order": [{"Username": "tanaka", "OrderLine": lines}]})
    path = urlsplit(store.filled["api"]).path
    started = time.perf_counter()
    for _ in range(count):
        connection.request("POST", path, body, headers)
        answer = json.loads(connection.getresponse().read())
        assert answer["Ack"] == "Success", answer
    return time.perf_counter() - started


def create_rate(count: int) -> float:
    """Orders a second over one connection, client and sandbox on the same machine."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running("sandbox.neto", Path(folder) / "n") as neto,
    ):
        neto.control("switches", {"requests_a_minute": 10_000_000})
        store = Store(neto, neto.control("fill", {"store": "rate", "orders": 0}))
        connection = http.client.HTTPConnection(urlsplit(neto.url).netloc, timeout=60)
        return count / _creates(connection, store, count)


@pytest.mark.battery
def test_a_create_in_a_large_store_takes_as_long_as_in_a_small_one(tmp_path: Path) -> None:
    """100,000 orders against 100: at most 1.5 times; the rate is printed."""
    with running("sandbox.neto", tmp_path / "neto.sqlite") as neto:
        neto.control("switches", {"requests_a_minute": 10_000_000})
        small = Store(neto, neto.control("fill", {"store": "small", "orders": 100}))
        large = Store(neto, neto.control("fill", {"store": "large", "orders": 100}))
        connection = http.client.HTTPConnection(urlsplit(neto.url).netloc, timeout=60)
        while int(large.filled["orders"]) < LARGE:
            many = {"store": "large", "orders": 2_000, "seed": large.filled["orders"]}
            large.filled = neto.control("fill", many)
        rounds = [
            (_creates(connection, small, EACH), _creates(connection, large, EACH))
            for _ in range(ROUNDS)
        ]
        best = min(one for one, _other in rounds)
        ratio = statistics.median(other / one for one, other in rounds)
        started = time.perf_counter()
        large.orders("OrderStatus", Limit=50, OrderStatus=["New", "Pick"])
        page = time.perf_counter() - started
        print(f"{EACH / best:.0f} creates a second; ratio {ratio:.2f}; a page {page * 1000:.0f} ms")
        assert ratio <= 1.5
