"""Tokens, queries, batches, repeated requests and faults."""

from pathlib import Path

import pytest
import requests

from tests.sandbox.quickbooks.helping import CLIENT, Books, books, data, quickbooks
from tests.sandbox.running import Running


def test_a_token_is_good_for_its_company_only(server: Running, us: Books) -> None:
    """403 with 3100 elsewhere, 401 in its own shape without one or when it is old."""
    other = books(server)
    headers = {"Authorization": f"Bearer {us.token}"}
    answer = requests.get(other.url("companyinfo/1"), headers=headers, timeout=30)
    recorded = data("errors/fault_samples.json")
    assert (answer.status_code, answer.json()) == (403, recorded["authorization_403_3100"])
    server.control("clock", {"advance": 3601})
    old = us.ask("GET", f"companyinfo/{us.realm}")
    said = old.json()
    wanted = recorded["auth_401_lowercase_shape"]
    assert (old.status_code, set(wanted) <= set(said)) == (401, True)
    assert said["fault"] == wanted["fault"]
    assert requests.get(us.url("companyinfo/1"), timeout=30).status_code == 401


def test_revoked_tokens_and_the_end_of_consent(server: Running) -> None:
    """A person removes the app; or a hundred days pass; or five years."""
    made = books(server)
    made.act("revoke_app")
    assert made.ask("GET", "preferences").status_code == 401
    fresh = server.control("act/connect", {"realm": made.realm})

    def refresh(token: str) -> requests.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        header = {"x-include-refresh-token-hard-expires-in": "true"}
        url = f"{server.url}/oauth2/v1/tokens/bearer"
        return requests.post(url, data=form, auth=CLIENT, headers=header, timeout=30)

    first = refresh(fresh["refresh_token"]).json()
    assert 0 < first["x_refresh_token_hard_expires_in"] <= 5 * 365 * 86_400
    assert set(data("oauth/token_response.json")) <= set(first)
    server.control("clock", {"advance": 102 * 86_400})
    answer = refresh(first["refresh_token"])
    recorded = data("errors/fault_samples.json")["oauth_invalid_grant_400"]
    assert (answer.status_code, answer.json()) == (400, recorded)


def test_queries(us: Books) -> None:
    """Conditions, order, pages and count; what is wrong is said with 4000 or 4001."""
    for number in range(1, 8):
        us.invoice(number, DocNumber=f"Q-{number}", TxnDate=f"2026-01-0{number}")

    def numbers(rest: str) -> list[str]:
        found = us.query(f"SELECT * FROM Invoice {rest}")
        return [one["DocNumber"] for one in found.get("Invoice", [])]

    assert numbers("WHERE TotalAmt > '5.00'") == ["Q-6", "Q-7"]
    assert numbers("where DocNumber IN ('Q-2', 'Q-9') and TotalAmt = '2'") == ["Q-2"]
    assert numbers("WHERE DocNumber LIKE '%-3'") == ["Q-3"]
    assert numbers("WHERE TxnDate >= '2026-01-06' ORDERBY TxnDate DESC") == ["Q-7", "Q-6"]
    assert numbers("ORDER BY Id DESC STARTPOSITION 3 MAXRESULTS 2") == ["Q-5", "Q-4"]
    assert numbers(f"WHERE CustomerRef = '{us.customer()['value']}' MAXRESULTS 1") == ["Q-1"]
    assert numbers("WHERE MetaData.LastUpdatedTime > '2020-01-01T00:00:00-08:00' MAXRESULTS 2") == [
        "Q-1",
        "Q-2",
    ]
    assert us.query("SELECT COUNT(*) FROM Invoice WHERE Balance > '0'") == {"totalCount": 7}
    assert us.query("SELECT * FROM Bill") == {}
    assert set(us.query("SELECT DocNumber FROM Invoice MAXRESULTS 1")["Invoice"][0]) == {
        "DocNumber",
        "Id",
        "domain",
        "sparse",
    }
    us.post("Customer", {"DisplayName": "O'Neil \\ Sons"})
    found = us.query("SELECT * FROM Customer WHERE DisplayName = 'O\\'Neil \\\\ Sons'")
    assert len(found["Customer"]) == 1
    for text, code in (
        ("SELECT * FROM Invoice STARTPOSITION 0", "4001"),
        ("SELECT * FROM invoice", "4001"),
        ("SELECT * FROM Invoice WHERE Colour = 'x'", "4001"),
        ("SELECT * FROM Invoice WHERE DocNumber = 'a' OR DocNumber = 'b'", "4000"),
        ("SELECT FROM", "4000"),
        ("DROP TABLE record", "4000"),
        ("", "4000"),
    ):
        answer = us.ask("GET", "query", params={"query": text})
        error = answer.json()["Fault"]["Error"][0]
        assert (text, answer.status_code, error["code"]) == (text, 400, code)
    recorded = data("errors/fault_samples.json")["query_validation_4001"]["Fault"]["Error"][0]
    answer = us.ask("GET", "query", params={"query": "SELECT * FROM Invoice STARTPOSITION 0"})
    said = answer.json()["Fault"]["Error"][0]
    assert {name: said[name] for name in recorded} == recorded


def test_a_recorded_batch(us: Books) -> None:
    """The documented request has the documented answers, error for error."""
    us.post("Vendor", {"DisplayName": "Smith Family Store"})
    receipt = us.post(
        "SalesReceipt", {"CustomerRef": us.customer(), "Line": [us.line("Services", 4.5, 75)]}
    )
    us.act("edit_document", entity="SalesReceipt", id=receipt["Id"], changes={"PrivateNote": "x"})
    asked = data("samples/batch_request.json")
    asked["BatchItemRequest"][2]["SalesReceipt"]["Id"] = receipt["Id"]
    said = us.ask("POST", "batch", asked).json()["BatchItemResponse"]
    recorded = data("samples/batch_response.json")["BatchItemResponse"]
    for mine, theirs in zip(said[:3], recorded[:3], strict=True):
        assert mine == theirs
    mine, theirs = said[3]["QueryResponse"], recorded[3]["QueryResponse"]
    assert (mine["startPosition"], mine["maxResults"]) == (1, 1)
    assert mine["SalesReceipt"][0]["TotalAmt"] == theirs["SalesReceipt"][0]["TotalAmt"]
    assert mine["SalesReceipt"][0]["Line"][1] == theirs["SalesReceipt"][0]["Line"][1]
    too_many = {"BatchItemRequest": [asked["BatchItemRequest"][3]] * 31}
    assert us.ask("POST", "batch", too_many).status_code == 400


def test_batch_items_stand_alone(us: Books) -> None:
    """A refused item leaves nothing; void is an option of an update."""
    payment = us.post("Payment", {"CustomerRef": us.customer(), "TotalAmt": 5})
    void = {"Id": payment["Id"], "SyncToken": "0", "sparse": True}
    items = [
        {"bId": "1", "operation": "create", "Invoice": {"CustomerRef": us.customer()}},
        {"bId": "2", "operation": "update", "optionsData": "void", "Payment": void},
        {"bId": "3", "operation": "create", "Customer": {"DisplayName": "B"}},
        {"bId": "4", "operation": "fly", "Customer": {"DisplayName": "C"}},
    ]
    said = us.ask("POST", "batch", {"BatchItemRequest": items}).json()["BatchItemResponse"]
    assert [one.get("Fault", {}).get("type", "ok") for one in said] == [
        "ValidationFault",
        "ok",
        "ok",
        "ValidationFault",
    ]
    assert said[1]["Payment"]["TotalAmt"] == 0
    us.running.control("switches", {"batch_order": "shuffled"})
    said = us.ask("POST", "batch", {"BatchItemRequest": items}).json()["BatchItemResponse"]
    assert {one["bId"] for one in said} == {"1", "2", "3", "4"}
    us.running.control("switches", {"batch_order": "kept"})


def test_a_repeated_request_changes_nothing(us: Books) -> None:
    """Even when what it made is gone; and not when the switch is off."""
    first = us.post("Customer", {"DisplayName": "Once"}, requestid="r1")
    assert us.post("Customer", {"DisplayName": "Twice"}, requestid="r1") == first
    invoice = us.post(
        "Invoice", {"CustomerRef": us.customer(), "Line": [us.line("Tin Mug", 1, 1)]}, requestid="i"
    )
    us.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="delete")
    assert us.post("Invoice", {}, requestid="i") == invoice
    assert us.refused("Customer", {"DisplayName": "L"}, requestid="x" * 51) == "2050"
    us.running.control("switches", {"requestid": False})
    assert us.post("Customer", {"DisplayName": "Twice"}, requestid="r1")["Id"] != first["Id"]
    us.running.control("switches", {"requestid": True})


def test_faults_of_the_catalogue(us: Books) -> None:
    """The vendor's bodies for what goes wrong there; the connection cut after the effect."""
    server, recorded = us.running, data("errors/fault_samples.json")
    for status, kind in ((500, "SystemFault"), (503, "SystemFault"), (403, "AuthorizationFault")):
        server.control("faults", {"match": {"path": "/v3/"}, "status": status})
        answer = us.ask("GET", "preferences")
        assert (answer.status_code, answer.json()["Fault"]["type"]) == (status, kind)
        server.control("faults", None, "DELETE")
    assert recorded["system_10000"]["Fault"]["type"] == "SystemFault"
    server.control("faults", {"match": {"path": "/v3/"}, "status": 504})
    assert "<html>" in us.ask("GET", "preferences").text
    server.control("faults", None, "DELETE")
    server.control("faults", {"match": {"path": "/invoice$"}, "drop": "after"})
    with pytest.raises(requests.ConnectionError):
        us.invoice(DocNumber="LOST")
    server.control("faults", None, "DELETE")
    assert len(us.query("SELECT * FROM Invoice WHERE DocNumber = 'LOST'")["Invoice"]) == 1


def test_recorded_faults_word_for_word(us: Books) -> None:
    """6240, 5010, 610 and 6210 as others recorded them."""
    recorded = data("errors/fault_samples.json")
    invoice = us.invoice(TxnDate="2026-01-01")
    body = {"CustomerRef": us.customer(), "Line": [us.line("Tin Mug", 1, 1)]}
    us.act("make_inactive", entity="Item", id=us.made["items"]["Tin Mug"])
    us.act("close_books", date="2026-01-31")
    for name, entity, given in (
        ("duplicate_name_6240", "Customer", {"DisplayName": "Lighthouse Cafe"}),
        ("stale_5010", "Invoice", {**body, "Id": invoice["Id"], "SyncToken": "7"}),
        ("inactive_reference_610", "Invoice", body),
        ("period_closed_6210", "Invoice", {"Id": invoice["Id"], "SyncToken": "0", "sparse": True}),
    ):
        said = us.ask("POST", entity.lower(), given).json()
        said["Fault"]["Error"][0]["element"] = ""
        assert said["Fault"] == recorded[name]["Fault"]


def test_two_sandboxes_in_turn_keep_the_books(tmp_path: Path) -> None:
    """Started again with the same store: tokens, objects and book are there."""
    with quickbooks(tmp_path) as first:
        made = books(first)
        invoice = made.invoice()
    with quickbooks(tmp_path) as second:
        again = Books(second, made.made, made.token)
        assert again.get("Invoice", invoice["Id"]) == invoice
        assert again.book()["Accounts Receivable (A/R)"] == 100
