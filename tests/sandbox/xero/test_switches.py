"""Each behaviour that nobody has verified, at another value than its default."""

import concurrent.futures
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox.xero.switches import SWITCHES
from tests.sandbox.running import Running
from tests.sandbox.xero.client import CLIENT, Company, company, invoice, line
from tests.sandbox.xero.test_webhooks import KEY, Receiver, until

Trial = Callable[[Company], None]
TRIALS: dict[str, tuple[Any, Trial]] = {}


def at(value: Any) -> Callable[[Trial], Trial]:
    """This function tries the switch of its name at `value`."""

    def kept(trial: Trial) -> Trial:
        TRIALS[trial.__name__] = (value, trial)
        return trial

    return kept


def test_all_are_tried() -> None:
    assert set(TRIALS) == set(SWITCHES)
    assert all(value != SWITCHES[name].default for name, (value, _trial) in TRIALS.items())


@pytest.mark.parametrize("name", sorted(SWITCHES))
def test_a_switch(xero: Running, name: str) -> None:
    """Turned for one trial, and back."""
    xero.control("clock", {"set": "2026-05-04T02:00:00Z", "stop": True})
    one, before = company(xero), xero.control("switches", method="GET")[name]
    value, trial = TRIALS[name]
    xero.control("act/clear_limits", {})
    xero.control("switches", {name: value})
    try:
        trial(one)
    finally:
        xero.control("switches", {name: before})
        xero.control("act/clear_limits", {})


def two(one: Company) -> list[requests.Response]:
    return [one.send("GET", "/Organisation") for _ in range(2)]


def journal(account: str) -> dict[str, Any]:
    sides = [("310", 5), ("631", -5), (account, 0)]
    lines = [{"LineAmount": amount, "AccountCode": code} for code, amount in sides]
    return {"ManualJournals": [{"Narration": "x", "Status": "POSTED", "JournalLines": lines}]}


@at(1)
def limit_minute(one: Company) -> None:
    assert two(one)[1].headers["X-Rate-Limit-Problem"] == "minute"


@at(1)
def limit_day(one: Company) -> None:
    assert two(one)[1].headers["X-Rate-Limit-Problem"] == "day"


@at(1)
def limit_app_minute(one: Company) -> None:
    assert two(one)[1].headers["X-Rate-Limit-Problem"] == "appminute"


@at("app-minute")
def word_appminute(one: Company) -> None:
    one.running.control("switches", {"limit_app_minute": 1})
    assert two(one)[1].headers["X-Rate-Limit-Problem"] == "app-minute"
    one.running.control("switches", {"limit_app_minute": 1_000_000})


def at_once(one: Company, count: int) -> list[requests.Response]:
    """So many requests at the same time, each of which takes a while."""
    one.running.control("act/set_latency", {"seconds": 1})
    headers = {"authorization": f"Bearer {one.tokens['access_token']}"}
    headers |= {"xero-tenant-id": one.tenant}
    url = f"{one.running.url}/api.xro/2.0/Organisation"

    def ask(_number: int) -> requests.Response:
        return requests.get(url, headers=headers, timeout=30)

    try:
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            return list(pool.map(ask, range(count)))
    finally:
        one.running.control("act/set_latency", {"seconds": 0})


@at(1)
def limit_concurrent(one: Company) -> None:
    assert sorted(each.status_code for each in at_once(one, 2)) == [200, 429]


@at("too-many")
def word_concurrent(one: Company) -> None:
    refused = [each for each in at_once(one, 7) if each.status_code == 429]
    assert {each.headers["X-Rate-Limit-Problem"] for each in refused} == {"too-many"}


@at(3)
def uncertified_apps(one: Company) -> None:
    for number in range(3):
        name = f"app-{number}"
        one.running.control("act/register_app", {"client_id": name, "secret": "s"})
        if number < 2:  # the third of all with the one that is connected
            one.act("connect", client_id=name)
    with pytest.raises(AssertionError, match="uncertified"):
        one.act("connect", client_id="app-2")


@at(2)
def most_elements(one: Company) -> None:
    bodies = {"Contacts": [{"Name": name} for name in ("Ada", "Bo", "Cy")]}
    assert one.send("PUT", "/Contacts", bodies).json()["Type"] == "PostDataInvalidException"
    bodies["Contacts"].pop()
    assert len(one.ok("PUT", "/Contacts", bodies)) == 2


@at(10)
def idempotency_seconds(one: Company) -> None:
    body, key = {"Invoices": [invoice(one.contact())]}, {"idempotency-key": "k"}
    first = one.send("PUT", "/Invoices", body, headers=key)
    one.running.control("clock", {"advance": 9})
    assert one.send("PUT", "/Invoices", body, headers=key).content == first.content
    one.running.control("clock", {"advance": 2})
    assert one.send("PUT", "/Invoices", body, headers=key).content != first.content


@at(False)
def key_with_other_body_refused(one: Company) -> None:
    key = {"idempotency-key": "k"}
    first = one.send("PUT", "/Contacts", {"Contacts": [{"Name": "Ada"}]}, headers=key)
    again = one.send("PUT", "/Contacts", {"Contacts": [{"Name": "Bo"}]}, headers=key)
    assert again.content == first.content and len(one.ok("GET", "/Contacts")) == 1


@at("reversed")
def batch_order(one: Company) -> None:
    done = one.ok("PUT", "/Contacts", {"Contacts": [{"Name": "Ada"}, {"Name": "Bo"}]})
    assert [each["Name"] for each in done] == ["Bo", "Ada"]


@at(False)
def contact_names_any_case(one: Company) -> None:
    names = [one.contact("Ada"), one.contact("ADA")]
    body = invoice("")
    for name, id_ in zip(("Ada", "ADA"), names, strict=True):
        made = one.ok("PUT", "/Invoices", {"Invoices": [{**body, "Contact": {"Name": name}}]})
        assert made[0]["Contact"]["ContactID"] == id_
    again = {"Contacts": [{"Name": "ADA"}]}
    assert "already assigned" in one.bad("PUT", "/Contacts", again)


@at(True)
def rate_is_base_units(one: Company) -> None:
    ada = one.contact()
    sold = one.invoice(ada, CurrencyCode="USD", CurrencyRate=1.6)
    assert one.book() == {"610": 184, "200": -160, "820": -24}
    part = {"Invoice": {"InvoiceID": sold["InvoiceID"]}, "Account": {"Code": "090"}}
    one.ok("POST", "/Payments", {**part, "Amount": 115, "CurrencyRate": 1.5, "Date": "2026-05-04"})
    assert one.book() == {"090": 172.5, "499": 11.5, "200": -160, "820": -24}
    day = one.invoice(ada, CurrencyCode="USD")
    assert day["CurrencyRate"] == 1.68


@at(True)
def unknown_tracking_refused(one: Company) -> None:
    odd = [line(1, Tracking=[{"Name": "Region", "Option": "South"}])]
    refused = one.bad("PUT", "/Invoices", {"Invoices": [invoice(one.contact(), lines=odd)]})
    assert refused == "The tracking option 'South' could not be found"


@at(False)
def batch_delete(one: Company) -> None:
    sold = one.invoice(one.contact())
    member = {"Invoice": {"InvoiceID": sold["InvoiceID"]}, "Amount": 115}
    batch = {"Account": {"Code": "090"}, "Date": "2026-05-04", "Payments": [member]}
    made = one.ok("PUT", "/BatchPayments", {"BatchPayments": [batch]})[0]["BatchPaymentID"]
    gone = {"BatchPaymentID": made, "Status": "DELETED"}
    assert "cannot be updated" in one.bad("POST", "/BatchPayments", gone)
    assert "cannot be updated" in one.bad("POST", f"/BatchPayments/{made}", {"Status": "DELETED"})
    assert one.book() == {"090": 115, "200": -100, "820": -15}


@at(True)
def reconciled_payment_delete(one: Company) -> None:
    sold = one.invoice(one.contact())
    paid = one.act("receive_payment", invoice=sold["InvoiceID"], reconciled=True)["PaymentID"]
    gone = one.ok("POST", f"/Payments/{paid}", {"Status": "DELETED"})[0]
    assert gone["Status"] == "DELETED"
    assert one.book() == {"610": 115, "200": -100, "820": -15}


@at(True)
def negative_totals(one: Company) -> None:
    made = one.invoice(one.contact(), lines=[line(-20)])
    assert (made["Total"], made["AmountDue"]) == (-23, -23)
    assert one.book() == {"610": -23, "200": 20, "820": 3}


@at(False)
def zero_total_is_paid(one: Company) -> None:
    assert one.invoice(one.contact(), lines=[line(0)])["Status"] == "AUTHORISED"


@at(True)
def put_contact_updates(one: Company) -> None:
    ada = one.contact()
    body = {"Contacts": [{"Name": "ADA", "EmailAddress": "a@example.com"}]}
    again = one.ok("PUT", "/Contacts", body)[0]
    assert (again["ContactID"], again["EmailAddress"]) == (ada, "a@example.com")


@at(True)
def unknown_journal_account_refused(one: Company) -> None:
    refused = one.bad("PUT", "/ManualJournals", journal("999"))
    assert refused == ("Account '999' has been removed as it does not match a recognised account")
    assert one.book() == {}


@at(True)
def date_strings(one: Company) -> None:
    sold = one.send("PUT", "/Invoices", {"Invoices": [invoice(one.contact())]}, hold=False)
    (made,) = sold.json()["Invoices"]
    assert made["DateString"] == "2026-05-04T00:00:00"
    assert made["DueDateString"] == "2026-06-04T00:00:00"


@at(1)
def most_attachments(one: Company) -> None:
    path = f"/Invoices/{one.invoice(one.contact())['InvoiceID']}/Attachments"
    assert one.send("PUT", f"{path}/a.txt", b"a").status_code == 200
    assert one.bad("PUT", f"{path}/b.txt", b"b").startswith("A maximum of 1 attachments")
    assert one.send("POST", f"{path}/a.txt", b"again").status_code == 200


@at(5)
def longest_note(one: Company) -> None:
    path = f"/Contacts/{one.contact()}/History"
    one.ok("PUT", path, {"HistoryRecords": [{"Details": "short"}]})
    long = {"HistoryRecords": [{"Details": "longer"}]}
    assert "at most 5 characters" in one.bad("PUT", path, long)


@at(False)
def payment_is_invoice_event(one: Company) -> None:
    """Nothing is told of a payment: the contact that is made after it comes next."""
    receiver = Receiver()
    sold = one.invoice(one.contact())
    one.act("set_webhook", url=receiver.url, key=KEY)
    until(lambda: one.act("hooks")[CLIENT]["state"] == "ok")
    one.act("receive_payment", invoice=sold["InvoiceID"], amount=5)
    one.contact("Bo")
    until(lambda: bool(receiver.events()))
    assert [each["eventCategory"] for each in receiver.events()] == ["CONTACT"]
    receiver.close()
