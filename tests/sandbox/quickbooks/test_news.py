"""What changed: change data capture, and webhooks in both formats."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from quickbooks import QuickBooks

from tests.sandbox.quickbooks.helping import Books, books, data, pay, quickbooks
from tests.sandbox.running import Running


def test_changes(us: Books) -> None:
    """Tombstones, 30 days, what is not covered."""
    invoice = us.invoice()
    us.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="delete")
    since = invoice["MetaData"]["LastUpdatedTime"]
    params = {"entities": "Invoice,Bill", "changedSince": since}
    found = us.ask("GET", "cdc", params=params).json()["CDCResponse"][0]["QueryResponse"]
    assert found[1] == {}
    assert found[0]["Invoice"][0]["status"] == "Deleted"
    for entities, when in (("TaxCode", since), ("Nothing", since), ("Invoice", "2020-01-01")):
        answer = us.ask("GET", "cdc", params={"entities": entities, "changedSince": when})
        assert answer.status_code == 400


def captured(made: Books, entities: str, since: str) -> Any:
    answer = made.ask("GET", "cdc", params={"entities": entities, "changedSince": since})
    assert answer.status_code == 200, answer.text
    return answer.json()["CDCResponse"][0]["QueryResponse"]


def test_changes_of_thirty_days(tmp_path: Path) -> None:
    """A change of thirty days ago is there; one second more may not be asked for."""
    with quickbooks(tmp_path) as server:
        server.control("clock", {"set": "2026-03-01T12:00:00Z", "stop": True})
        made = books(server)
        invoice = made.invoice()
        server.control("clock", {"set": "2026-03-31T12:00:00Z", "stop": True})
        made.token = server.control("act/connect", {"realm": made.realm})["access_token"]
        found = captured(made, "Invoice", "2026-03-01T12:00:00Z")
        assert [one["Id"] for one in found[0]["Invoice"]] == [invoice["Id"]]
        params = {"entities": "Invoice", "changedSince": "2026-03-01T11:59:59Z"}
        assert made.ask("GET", "cdc", params=params).status_code == 400
        later = captured(made, "Invoice", "2026-03-01T12:00:01Z")
        assert later == [{}]


def test_at_most_a_thousand_changes(server: Running) -> None:
    """In the whole answer: the first entity takes them all, the oldest changes first."""
    made = books(server, demo=False)
    for start in range(0, 1020, 30):
        items = [
            {"bId": str(n), "operation": "create", "Customer": {"DisplayName": f"C {n}"}}
            for n in range(start, start + 30)
        ]
        answer = made.ask("POST", "batch", {"BatchItemRequest": items})
        assert answer.status_code == 200
    made.post("Vendor", {"DisplayName": "V"})
    since = made.query("SELECT * FROM Customer")["Customer"][0]["MetaData"]["CreateTime"]
    customers, vendors = captured(made, "Customer,Vendor", since)
    assert (customers["maxResults"], len(customers["Customer"]), vendors) == (1000, 1000, {})
    assert customers["Customer"][0]["DisplayName"] == "C 0"
    vendors, customers = captured(made, "Vendor,Customer", since)
    assert (len(vendors["Vendor"]), len(customers["Customer"])) == (1, 999)
    made.running.control("switches", {"cdc_positions": False})
    assert set(captured(made, "Vendor", since)[0]) == {"Vendor"}
    made.running.control("switches", {"cdc_positions": True})


@contextmanager
def listening(status: list[int]) -> Iterator[tuple[str, list[tuple[bytes, Any]]]]:
    """An address that collects what is posted to it."""
    heard: list[tuple[bytes, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append((body, self.headers["intuit-signature"]))
            self.send_response(status.pop(0) if status else 200)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            return

    listener = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listener.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}/", heard
    finally:
        listener.shutdown()
        thread.join(10)
        listener.server_close()


def wait_for(heard: list[Any], count: int) -> None:
    for _ in range(200):
        if len(heard) >= count:
            return
        time.sleep(0.05)
    pytest.fail(f"only {len(heard)} of {count} came")


def test_webhooks(tmp_path: Path) -> None:
    """Both formats, signed as python-quickbooks checks; again after a failure, and twice."""
    with quickbooks(tmp_path, "--speed", "20") as server, listening([500]) as (url, heard):
        made = books(server)
        server.control("act/set_webhooks", {"url": url, "verifier": "secret"})
        invoice = made.invoice()
        wait_for(heard, 2)
        assert heard[0][0] == heard[1][0]
        events = json.loads(heard[1][0])
        recorded = data("webhooks/cloudevents_v1.json")[0]
        assert set(recorded) == set(events[0])
        assert ("qbo.invoice.created.v1", invoice["Id"], made.realm) in [
            (one["type"], one["intuitentityid"], one["intuitaccountid"]) for one in events
        ]
        client = QuickBooks(minorversion=75)
        body, signature = heard[1]
        assert client.validate_webhook_signature(body.decode(), signature, "secret")
        settings = {"url": url, "format": "classic", "copies": 2, "bad_signature": True}
        server.control("act/set_webhooks", settings)
        made.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")
        wait_for(heard, 4)
        assert heard[2] == heard[3]
        said = json.loads(heard[2][0])["eventNotifications"][0]
        entity = said["dataChangeEvent"]["entities"][0]
        assert (entity["name"], entity["operation"]) == ("Invoice", "Void")
        sample = data("webhooks/classic_eventNotifications.json")["eventNotifications"][0]
        assert set(sample["dataChangeEvent"]["entities"][0]) == set(entity)
        assert not client.validate_webhook_signature(heard[2][0].decode(), heard[2][1], "verifier")


def test_two_customers_become_one(tmp_path: Path) -> None:
    """Invoices, payments and balance are the other's; a Merge is told, naming what went."""
    with quickbooks(tmp_path, "--speed", "20") as server, listening([]) as (url, heard):
        made = books(server)
        first, second = made.customer(), made.customer("Northern Pier Shop")
        invoice = made.invoice(100)
        other = made.invoice(50, CustomerRef=second)
        pay(made, 20, ("Invoice", other["Id"], 20), CustomerRef=second)
        unapplied = pay(made, 7, CustomerRef=second)
        settings = {"url": url, "verifier": "secret", "format": "classic"}
        server.control("act/set_webhooks", settings)
        values = {"entity": "Customer", "id": first["value"], "other": second["value"]}
        kept = made.act("merge", **values)
        assert kept["Balance"] == 123
        moved = made.get("Invoice", other["Id"])
        assert (moved["CustomerRef"]["value"], moved["SyncToken"]) == (first["value"], "1")
        assert made.refused("Customer", {"Id": second["value"], "SyncToken": "0"}) == "610"
        since = invoice["MetaData"]["CreateTime"]
        gone = [one for one in captured(made, "Customer", since)[0]["Customer"] if "status" in one]
        assert [one["Id"] for one in gone] == [second["value"]]
        body = {"Id": unapplied["Id"], "SyncToken": "0"}
        made.post("Payment", body, operation="delete")
        assert made.get("Customer", first["value"])["Balance"] == 130
        assert made.book()["Accounts Receivable (A/R)"] == 130
        wait_for(heard, 1)
        said = json.loads(heard[0][0])["eventNotifications"][0]["dataChangeEvent"]["entities"]
        merged = next(one for one in said if one["operation"] == "Merge")
        assert (merged["name"], merged["id"]) == ("Customer", first["value"])
        assert merged["deletedId"] == second["value"]
        assert ("Customer", "Delete") not in [(one["name"], one["operation"]) for one in said]


@pytest.mark.parametrize("named", [True, False])
def test_two_accounts_become_one(tmp_path: Path, named: bool) -> None:
    """What is posted is the other's, and what is posted from then on; CloudEvents say merged."""
    with quickbooks(tmp_path, "--speed", "20") as server, listening([]) as (url, heard):
        made = books(server)
        bill = made.bill(60)
        rent = made.account("Rent or Lease")
        server.control("switches", {"merged_named": named})
        server.control("act/set_webhooks", {"url": url, "verifier": "secret"})
        values = {"entity": "Account", "id": rent["value"]}
        for wrong in ("Checking", "Cost of Goods Sold", "Rent or Lease"):
            with pytest.raises(AssertionError, match="ValueError"):
                made.act("merge", **values, other=made.account(wrong)["value"])
        with pytest.raises(AssertionError, match="itself"):
            made.act("merge", **values, other=made.account("Purchases")["value"])
        kept = made.account("Utilities")["value"]
        made.act("merge", entity="Account", id=kept, other=rent["value"])
        line = bill["Line"][0]
        line["AccountBasedExpenseLineDetail"]["AccountRef"] = rent
        body = {"VendorRef": made.vendor(), "Line": [line]}
        assert made.refused("Bill", body) == "2500"
        line["AccountBasedExpenseLineDetail"]["AccountRef"] = {"value": kept}
        made.post("Bill", body)
        assert made.book()["Utilities"] == 60
        wait_for(heard, 1)
        events = json.loads(heard[0][0])
        merged = next(one for one in events if one["type"] == "qbo.account.merged.v1")
        assert merged["intuitentityid"] == kept
        assert merged["data"] == ({"deletedId": rent["value"]} if named else {})
