"""What a person does at Xero, and what an app may have: merging, revoking, tiers, limits."""

from typing import Any

import pytest
import requests

from tests.sandbox.running import Running
from tests.sandbox.xero.client import CLIENT, SECRET, Company, company, invoice, line

LIMITS = {"limit_minute": 100_000, "limit_day": 1_000_000, "limit_app_minute": 1_000_000}


def test_two_contacts_become_one(nz: Company) -> None:
    """The gone one is archived and says where it went; all its documents are the other's."""
    ada, bo = nz.contact("Ada"), nz.contact("Bo", EmailAddress="bo@example.com")
    sold = nz.invoice(ada)
    plain = {"Contact": {"ContactID": ada}, "Date": "2026-05-04", "LineItems": [line(9, "429")]}
    money = {**plain, "Type": "SPEND-PREPAYMENT", "BankAccount": {"Code": "090"}}
    spent = nz.ok("PUT", "/BankTransactions", {"BankTransactions": [money]})[0]
    order = nz.ok("PUT", "/PurchaseOrders", {"PurchaseOrders": [plain]})[0]
    before = nz.book()
    nz.running.control("clock", {"advance": 60})
    nz.act("merge_contacts", id=ada, into=bo)
    gone = nz.ok("GET", f"/Contacts/{ada}")[0]
    assert (gone["ContactStatus"], gone["MergedToContactID"]) == ("ARCHIVED", bo)
    kept = nz.ok("GET", f"/Contacts/{bo}")[0]
    assert (kept["IsCustomer"], kept["Balances"]["AccountsReceivable"]["Outstanding"]) == (
        True,
        115,
    )
    assert gone["Balances"]["AccountsReceivable"]["Outstanding"] == 0
    for path in (
        f"/Invoices/{sold['InvoiceID']}",
        f"/Invoices/{sold['InvoiceNumber']}",
        f"/BankTransactions/{spent['BankTransactionID']}",
        f"/Prepayments/{spent['PrepaymentID']}",
        f"/PurchaseOrders/{order['PurchaseOrderNumber']}",
    ):
        assert nz.ok("GET", path)[0]["Contact"] == {"ContactID": bo, "Name": "Bo"}, path
    assert len(nz.ok("GET", f"/Invoices?ContactIDs={bo}")) == 1
    assert nz.ok("GET", f"/Invoices?ContactIDs={ada}") == []
    assert nz.book() == before
    assert "archived" in nz.bad("PUT", "/Invoices", {"Invoices": [invoice(ada)]})
    with pytest.raises(AssertionError, match="into"):
        nz.act("merge_contacts", id=bo, into=ada)


def test_a_person_takes_all_access_back(xero: Running) -> None:
    """Every connection and refresh token of the app ends; a new consent opens it again."""
    one, two = company(xero), company(xero, "AU")
    form = {"grant_type": "refresh_token", "refresh_token": one.tokens["refresh_token"]}
    xero.control("act/revoke_app", {})
    for each in (one, two):
        answer = each.send("GET", "/Organisation")
        assert (answer.status_code, answer.json()["Detail"]) == (403, "AuthenticationUnsuccessful")
    refused = requests.post(
        f"{xero.url}/connect/token", data=form, auth=(CLIENT, SECRET), timeout=30
    )
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})
    headers = {"authorization": f"Bearer {one.tokens['access_token']}"}
    listed = requests.get(f"{xero.url}/connections", headers=headers, timeout=30)
    assert listed.json() == []
    one.tokens = one.act("connect")
    assert one.send("GET", "/Organisation").status_code == 200


def test_the_organisation_changes(nz: Company) -> None:
    """Its name, plan and terms, which documents then follow; the connection has the new name."""
    terms = {"Sales": {"Day": 20, "Type": "OFFOLLOWINGMONTH"}}
    change = {"Name": "Harbour Two", "Class": "STARTER", "PaymentTerms": terms}
    nz.act("change_organisation", set=change)
    (found,) = nz.ok("GET", "/Organisation")
    assert (found["Name"], found["Class"]) == ("Harbour Two", "STARTER")
    body = invoice(nz.contact())
    del body["DueDate"]
    made = nz.ok("PUT", "/Invoices", {"Invoices": [body]})[0]
    assert made["DueDate"] == "/Date(1781913600000+0000)/"  # 20 June 2026
    assert "several currencies" in nz.bad("PUT", "/Currencies", {"Code": "CHF"})
    headers = {"authorization": f"Bearer {nz.tokens['access_token']}"}
    listed = requests.get(f"{nz.running.url}/connections", headers=headers, timeout=30).json()
    (own,) = [one for one in listed if one["tenantId"] == nz.tenant]
    assert own["tenantName"] == "Harbour Two"


def test_an_app_has_as_many_connections_as_its_tier(xero: Running) -> None:
    """Starter: five; one that is given back makes room."""
    app = {"client_id": "small", "secret": "s", "tier": "Starter"}
    xero.control("act/register_app", app)
    made = [xero.control("fill", {"country": "NZ"})["tenant"] for _ in range(6)]
    given: dict[str, Any] = {"client_id": "small"}
    tokens = xero.control("act/connect", {**given, "tenants": made[:5]})
    url = f"{xero.url}/_control/act/connect"
    refused = requests.post(url, json={**given, "tenant": made[5]}, timeout=30)
    assert (refused.status_code, "no more connections" in refused.text) == (400, True)
    xero.control("act/connect", {**given, "tenant": made[0]})  # one that it has already
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    listed = requests.get(f"{xero.url}/connections", headers=headers, timeout=30).json()
    assert sorted(one["tenantId"] for one in listed) == sorted(made[:5])
    gone = requests.delete(f"{xero.url}/connections/{listed[0]['id']}", headers=headers, timeout=30)
    assert gone.status_code == 204
    xero.control("act/connect", {**given, "tenant": made[5]})


def test_an_organisation_has_two_uncertified_apps(xero: Running) -> None:
    """A third is refused, unless it is certified or the switch allows more."""
    tenant = xero.control("fill", {"country": "NZ"})["tenant"]
    for name in ("one", "two", "three", "sure"):
        app = {"client_id": name, "secret": "s", "certified": name == "sure"}
        xero.control("act/register_app", app)
    for name in ("one", "two", "sure"):
        xero.control("act/connect", {"client_id": name, "tenant": tenant})
    url, third = f"{xero.url}/_control/act/connect", {"client_id": "three", "tenant": tenant}
    refused = requests.post(url, json=third, timeout=30)
    assert (refused.status_code, "uncertified" in refused.text) == (400, True)
    xero.control("switches", {"uncertified_apps": 3})
    xero.control("act/connect", third)
    xero.control("switches", {"uncertified_apps": 2})


def test_the_minute_of_the_whole_app(xero: Running) -> None:
    """Counted over all organisations; another app goes on; the next minute is new."""
    one, two = company(xero), company(xero)
    xero.control("act/register_app", {"client_id": "other", "secret": "s"})
    tokens = xero.control("act/connect", {"client_id": "other", "tenant": one.tenant})
    other = Company(xero, one.tenant, tokens)
    xero.control("clock", {"set": "2026-05-04T02:00:10Z", "stop": True})
    xero.control("act/clear_limits", {})
    xero.control("switches", {"limit_app_minute": 3})
    try:
        left = [
            each.send("GET", "/Organisation").headers["X-AppMinLimit-Remaining"]
            for each in (one, two, one)
        ]
        assert left == ["2", "1", "0"]
        refused = two.send("GET", "/Organisation")
        assert (refused.status_code, refused.content) == (429, b"")
        assert refused.headers["X-Rate-Limit-Problem"] == "appminute"
        assert "Retry-After" not in refused.headers
        assert other.send("GET", "/Organisation").status_code == 200
        xero.control("clock", {"advance": 60})
        assert two.send("GET", "/Organisation").status_code == 200
    finally:
        xero.control("switches", LIMITS)
        xero.control("act/clear_limits", {})


@pytest.mark.parametrize(("tier", "day"), [("Starter", 1_000), ("Core", 5_000)])
def test_the_day_of_a_tier(xero: Running, tier: str, day: int) -> None:
    """A Starter app has a thousand requests a day for an organisation, others five thousand."""
    client = f"app-{tier}"
    xero.control("act/register_app", {"client_id": client, "secret": "s", "tier": tier})
    tenant = xero.control("fill", {"country": "NZ"})["tenant"]
    one = Company(
        xero, tenant, xero.control("act/connect", {"client_id": client, "tenant": tenant})
    )
    xero.control("switches", {"limit_day": 0})
    try:
        found = one.send("GET", "/Organisation")
        assert found.headers["X-DayLimit-Remaining"] == str(day - 1)
    finally:
        xero.control("switches", LIMITS)


def test_a_custom_connection(xero: Running) -> None:
    """Client credentials: one organisation, no refresh token, no tenant header needed."""
    tenant = xero.control("fill", {"country": "NZ", "name": "Only One"})["tenant"]
    xero.control("act/register_app", {"client_id": "own", "secret": "s", "custom": tenant})
    url, form = f"{xero.url}/connect/token", {"grant_type": "client_credentials"}
    for scope, error in (("nonsense", "invalid_scope"), ("offline_access", "invalid_scope")):
        answer = requests.post(url, data={**form, "scope": scope}, auth=("own", "s"), timeout=30)
        assert (answer.status_code, answer.json()) == (400, {"error": error})
    asked = {**form, "scope": "accounting.settings"}
    token = requests.post(url, data=asked, auth=("own", "s"), timeout=30).json()
    assert (token["expires_in"], "refresh_token" in token) == (1800, False)
    one = Company(xero, "", token)
    assert one.ok("GET", "/Organisation")[0]["Name"] == "Only One"
    one.tenant = tenant
    assert one.ok("GET", "/Organisation")[0]["Name"] == "Only One"
    assert one.send("GET", "/Invoices").status_code == 401
    headers = {"authorization": f"Bearer {token['access_token']}"}
    listed = requests.get(f"{xero.url}/connections", headers=headers, timeout=30).json()
    assert [each["tenantId"] for each in listed] == [tenant]
    plain = requests.post(url, data=asked, auth=(CLIENT, SECRET), timeout=30)
    assert (plain.status_code, plain.json()) == (400, {"error": "unauthorized_client"})
