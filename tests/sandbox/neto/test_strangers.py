"""Whole rounds, each in the manner of a kind of client that is public: nobody here knows ours."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import netoapi
import pytest
import requests

from hub.launcher.places import ROOT
from sandbox.neto.switches import SWITCHES
from tests.sandbox.neto.client import Store
from tests.sandbox.neto.conftest import filled
from tests.sandbox.running import Running


class Promised:
    """A thin wrapper that takes anything but Ack Success for a failure."""

    def __init__(self, url: str, key: str, user: str = "") -> None:
        self.url, self.headers = url + "/do/WS/NetoAPI", {"Accept": "application/json"}
        self.headers |= {"NETOAPI_KEY": key} | ({"NETOAPI_USERNAME": user} if user else {})

    def post(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {**self.headers, "NETOAPI_ACTION": action}
        found = requests.post(self.url, json=body, headers=headers, timeout=30).json()
        if found["Ack"] != "Success":
            raise ValueError(found["Messages"])
        return dict(found)

    def get(self, kind: str, filters: dict[str, Any], *output: str) -> Any:
        body = {"Filter": {**filters, **({"OutputSelector": list(output)} if output else {})}}
        return self.post(f"Get{kind}", body)[kind]

    def add(self, kind: str, *data: dict[str, Any]) -> Any:
        return self.post(f"Add{kind}", {kind: list(data)})[kind]

    def update(self, kind: str, *data: dict[str, Any]) -> Any:
        return self.post(f"Update{kind}", {kind: list(data)})[kind]


def test_a_promising_wrapper_goes_through_a_whole_round(store: Store) -> None:
    """Create, read, update, pay, send, query, cancel; an unknown item is its failure."""
    told = store.filled
    neto = Promised(told["url"], told["user_key"], told["username"])
    assert [one["SKU"] for one in neto.add("Item", {"SKU": "smp_1"}, {"SKU": "smp_2"})] == [
        "smp_1",
        "smp_2",
    ]
    neto.update("Item", {"SKU": "smp_2", "Name": "Two", "DefaultPrice": 9.5})
    (item,) = neto.get("Item", {"SKU": ["smp_2"]}, "Name", "DefaultPrice")
    assert (item["Name"], item["DefaultPrice"]) == ("Two", "9.50")
    order_id = neto.add("Order", {"Username": "a", "OrderLine": [{"SKU": "smp_2", "Quantity": 3}]})[
        "OrderID"
    ]
    payment = {"OrderID": order_id, "AmountPaid": "28.50", "CardAuthorisation": "1"}
    neto.add("Payment", {**payment, "PaymentMethodName": "Visa"})
    tracking = {"ShippingMethod": "Australia Post", "TrackingNumber": "C1"}
    lines = [{"SKU": "smp_2", "TrackingDetails": tracking}]
    neto.update("Order", {"OrderID": order_id, "OrderStatus": "Dispatched", "OrderLine": lines})
    for order in neto.get("Order", {"OrderStatus": ["Dispatched"]}, "OrderID", "GrandTotal"):
        assert order == {"OrderID": order_id, "GrandTotal": "28.50"}
    neto.update("Order", {"OrderID": order_id, "OrderStatus": "Cancelled"})
    assert neto.get("Order", {"OrderStatus": ["Dispatched"]}, "OrderID") == []
    with pytest.raises(ValueError, match="Cannot find Item nope"):
        neto.update("Item", {"SKU": "nope"})
    with pytest.raises(ValueError, match="Invalid API Key"):
        Promised(told["url"], told["user_key"]).get("Item", {"SKU": ["smp_2"]})


def test_a_poller_of_paid_orders_that_stops_at_a_short_page(neto: Running) -> None:
    """From page 0 in the window of payments, one object or a list, numbers through float."""
    store = filled(neto, orders=60)
    now = datetime.now(UTC)
    found: list[dict[str, Any]] = []
    page, limit = 0, 5
    while True:
        filters = {
            "OrderStatus": ["Pick", "New"],
            "PaymentStatus": "FullyPaid",
            "DatePaidFrom": (now - timedelta(days=40)).strftime("%Y-%m-%d 00:00:00"),
            "DatePaidTo": (now + timedelta(days=700)).strftime("%Y-%m-%d 23:59:59"),
            "OutputSelector": ["OrderID", "DatePaid", "ShipFirstName", "StickyNotes", "OrderLine"]
            + ["OrderLine.ProductName", "OrderLine.ShortDescription", "OrderLine.ThumbURL"],
            "Page": page,
            "Limit": limit,
        }
        rows = store.call("GetOrder", {"Filter": filters}).get("Order", [])
        rows = [rows] if isinstance(rows, dict) else rows
        found += rows
        if len(rows) < limit:
            break
        page += 1
    ids = [one["OrderID"] for one in found]
    assert len(ids) == len(set(ids)) > 10
    for order in found:
        assert datetime.fromisoformat(order["DatePaid"]).year >= 2026
        assert order["ShipFirstName"] and all(line["ProductName"] for line in order["OrderLine"])
        assert all(int(float(line["Quantity"])) > 0 for line in order["OrderLine"])


def test_a_cursor_that_goes_from_window_to_window(store: Store) -> None:
    """Ids by DateUpdated first, details by id in chunks."""
    clock = store.sandbox.control
    clock("clock", {"set": "2027-06-01T00:00:00Z", "stop": True})
    seen: dict[str, str] = {}
    since = "2027-05-31 23:45:00"
    for hour in range(1, 6):
        store.act("place_orders", count=7, seed=hour)
        if hour > 2:
            store.act("walk", count=5)
        clock("clock", {"advance": 3600})
        until = f"2027-06-01 {hour:02}:00:00"
        window = {"DateUpdatedFrom": since, "DateUpdatedTo": until}
        changed = store.orders("DateUpdated", "OrderStatus", **window, Limit=200)
        assert changed
        ids = [one["OrderID"] for one in changed]
        for start in range(0, len(ids), 5):
            for order in store.orders("OrderStatus", OrderID=ids[start : start + 5]):
                seen[order["OrderID"]] = order["OrderStatus"]
        since = f"2027-06-01 {hour - 1:02}:45:00"
    everything = store.orders("OrderStatus")
    assert seen == {one["OrderID"]: one["OrderStatus"] for one in everything}
    clock("clock", {"set": 1_800_000_000})


def test_items_in_batches_without_a_user(store: Store) -> None:
    """The store's own key, fifty at a time, in the Content-Type that one connector sends."""
    headers = {
        "NETOAPI_ACTION": "GetItem",
        "NETOAPI_KEY": store.filled["global_key"],
        "NETOAPI_USERNAME": "",
        "Content-Type": "application/javascript",
    }
    filters: dict[str, Any] = {"IsActive": ["True"], "OrderBy": "DateUpdated", "Limit": 10_000}
    filters |= {"OrderDirection": "ASC", "OutputSelector": ["Name", "DefaultPrice", "TaxFreeItem"]}
    found = store.post("GetItem", {"Filter": filters}, **headers).json()["Item"]
    assert len(found) == 18
    assert all(Decimal(one["DefaultPrice"]) >= 0 for one in found)
    free = [one["SKU"] for one in found if one["TaxFreeItem"] == "True"]
    assert sorted(free) == ["MILK-OAT-1L", "TEA-SENCHA"]
    filters = {"ParentSKU": "", "SKU": [one["SKU"] for one in found], "OutputSelector": ["Name"]}
    assert len(store.post("GetItem", {"Filter": filters}, **headers).json()["Item"]) == 16


def test_every_switch_is_in_the_readme() -> None:
    """With its default, so that nobody takes a guess for a fact."""
    told = Path(ROOT / "sandbox" / "README.md").read_text()
    for name, switch in SWITCHES.items():
        assert f"| `{name}` | `" in told and switch.words in told, name


def test_the_client_from_the_package_registry(store: Store) -> None:
    """netoapi, unpatched but for its endpoint: create, read, update, query, cancel."""
    told = store.filled
    api = netoapi.NetoAPIClient(told["api"], told["username"], told["user_key"])

    def call(action: str, payload: dict[str, Any]) -> dict[str, Any]:
        return dict(api.execute_api_call(action, payload))

    call("AddItem", {"Item": {"SKU": "LSD", "Name": "Luke Skywalker Doll", "RRP": "150.00"}})
    found = call("GetItem", {"Filter": {"SKU": "LSD", "OutputSelector": ["Name", "RRP"]}})
    (item,) = found["Item"]
    # The same keys and values as in the client's own documentation.
    assert set(found) == {"Item", "CurrentTime", "Ack"}
    assert set(item) == {"RRP", "InventoryID", "Name", "SKU"}
    assert (item["RRP"], found["Ack"]) == ("150.00", "Success")
    call("UpdateItem", {"Item": [{"SKU": "LSD", "DefaultPrice": 140}]})
    sold = {"Username": "tanaka", "OrderLine": {"SKU": "LSD", "Quantity": 2}}
    order_id = call("AddOrder", {"Order": sold})["Order"]["OrderID"]
    call("UpdateOrder", {"Order": {"OrderID": order_id, "OrderStatus": "Pick"}})
    asked = {"OrderStatus": "Pick", "OutputSelector": ["GrandTotal", "OrderStatus"]}
    (order,) = call("GetOrder", {"Filter": asked})["Order"]
    assert order == {"OrderID": order_id, "GrandTotal": "280.00", "OrderStatus": "Pick"}
    call("UpdateOrder", {"Order": {"OrderID": order_id, "OrderStatus": "Cancelled"}})
    assert call("GetOrder", {"Filter": asked})["Order"] == []
    stranger = netoapi.NetoAPIClient(told["api"], "nobody", told["user_key"])
    assert stranger.execute_api_call("GetItem", {"Filter": {}})["Ack"] == "Error"
    lost = netoapi.NetoAPIClient(f"{store.sandbox.url}/nowhere/do/WS/NetoAPI", "a", "b")
    with pytest.raises(netoapi.NetoAPIRequestError, match="404"):
        lost.execute_api_call("GetItem", {"Filter": {}})
