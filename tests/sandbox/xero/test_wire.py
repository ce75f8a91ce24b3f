"""Limits, replays, queries, faults and the shapes of errors."""

import concurrent.futures
from typing import Any

import pytest
import requests

from tests.sandbox.running import Running
from tests.sandbox.xero.client import Company, company, invoice, line


def test_a_key_gives_the_first_answer_again(nz: Company) -> None:
    """Same request: the kept answer; another request: 400; after a while: a new document."""
    body = {"Invoices": [invoice(nz.contact())]}
    key = {"idempotency-key": "order-1"}
    first = nz.send("PUT", "/Invoices", body, headers=key)
    assert nz.send("PUT", "/Invoices", body, headers=key).content == first.content
    other = {"Invoices": [invoice(nz.contact("Bo"))]}
    assert nz.send("PUT", "/Invoices", other, headers=key).status_code == 400
    assert len(nz.ok("GET", "/Invoices")) == 1
    nz.running.control("clock", {"advance": 361})
    assert nz.send("PUT", "/Invoices", body, headers=key).content != first.content
    assert len(nz.ok("GET", "/Invoices")) == 2
    long = {"idempotency-key": "x" * 129}
    assert nz.send("PUT", "/Invoices", body, headers=long).status_code == 400


def test_a_refusal_is_kept_for_its_key_too(nz: Company) -> None:
    """And nothing of what was refused is there."""
    body = {"Invoices": [invoice(nz.contact(), lines=[line(5, "999")])]}
    key = {"idempotency-key": "order-1"}
    first = nz.send("PUT", "/Invoices", body, headers=key)
    assert first.status_code == 400
    nz.ok("PUT", "/Accounts", {"Code": "999", "Name": "Odd", "Type": "REVENUE"})
    assert nz.send("PUT", "/Invoices", body, headers=key).content == first.content
    assert nz.ok("GET", "/Invoices") == []


def test_the_minute_and_the_day_run_out(xero: Running) -> None:
    """429 with the headers; another organisation is not harmed; the next minute is new."""
    one, two = company(xero), company(xero)
    xero.control("act/clear_limits", {})
    xero.control("clock", {"set": "2026-05-04T02:00:30Z", "stop": True})
    xero.control("switches", {"limit_minute": 3, "limit_day": 5})
    try:
        for left in (2, 1, 0):
            answer = one.send("GET", "/Organisation")
            assert answer.headers["X-MinLimit-Remaining"] == str(left)
        refused = one.send("GET", "/Organisation")
        assert (refused.status_code, refused.content) == (429, b"")
        assert refused.headers["X-Rate-Limit-Problem"] == "minute"
        assert 25 <= int(refused.headers["Retry-After"]) <= 31
        assert two.send("GET", "/Organisation").headers["X-DayLimit-Remaining"] == "4"
        xero.control("clock", {"advance": 31})
        assert [one.send("GET", "/Organisation").status_code for _ in range(3)] == [200, 200, 429]
        last = one.send("GET", "/Organisation")
        assert last.headers["X-Rate-Limit-Problem"] == "day" and "Retry-After" in last.headers
    finally:
        xero.control("switches", {"limit_minute": 100_000, "limit_day": 1_000_000})
        xero.control("act/clear_limits", {})


def test_at_most_five_at_once(nz: Company) -> None:
    """While each takes a while."""
    nz.running.control("act/set_latency", {"seconds": 1.5})

    def ask(_number: int) -> requests.Response:
        headers = {"authorization": f"Bearer {nz.tokens['access_token']}"}
        headers |= {"xero-tenant-id": nz.tenant}
        url = f"{nz.running.url}/api.xro/2.0/Organisation"
        return requests.get(url, headers=headers, timeout=30)

    try:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(8)))
    finally:
        nz.running.control("act/set_latency", {"seconds": 0})
    assert sorted(one.status_code for one in answers) == [200] * 5 + [429] * 3
    refused = next(one for one in answers if one.status_code == 429)
    assert refused.headers["X-Rate-Limit-Problem"] == "concurrent"
    assert "Retry-After" not in refused.headers


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ('Type=="ACCREC" AND Status=="AUTHORISED"', ["A-1", "A-2"]),
        ('Type=="ACCREC" AND NOT_A_FIELD==1', None),
        ("Date>=DateTime(2026,05,02) AND Date < DateTime(2026, 5, 4)", ["A-2"]),
        ('InvoiceNumber.StartsWith("A") OR InvoiceNumber=="B-1"', ["A-1", "A-2", "B-1"]),
        ('Contact.Name=="Bo"', ["B-1"]),
        ('Contact.Name.ToLower().Contains("o")', ["B-1"]),
        ("AmountDue>=115", ["A-1", "B-1"]),
        ('(Total=57.5 OR Total=23) && InvoiceNumber!="A-2"', []),
        ("SentToContact==false", ["A-1", "A-2", "B-1"]),
        ("FullyPaidOnDate==null", ["A-1", "A-2", "B-1"]),
        ('InvoiceID==guid("00000000-0000-0000-0000-000000000000")', []),
        ('Reference.EndsWith("%")', []),
        ("Date>", None),
        ("Date==5", None),
        ("(" * 100, None),
        ('InvoiceNumber=="x\\" OR 1==1', None),
        ("json_extract(body,'$')", None),
        ('Contact.Name") OR 1', None),
    ],
)
def test_where(nz: Company, where: str, numbers: list[str] | None) -> None:
    """The language of filters; what cannot be read is a QueryParseException."""
    ada, bo = nz.contact(), nz.contact("Bo")
    nz.invoice(ada, InvoiceNumber="A-1", Date="2026-05-01")
    nz.invoice(ada, InvoiceNumber="A-2", Date="2026-05-03", lines=[line(50)])
    nz.invoice(bo, InvoiceNumber="B-1", Status="DRAFT")
    answer = nz.send("GET", "/Invoices", params={"where": where, "order": "InvoiceNumber"})
    if numbers is None:
        assert (answer.status_code, answer.json()["Type"]) == (400, "QueryParseException")
    else:
        assert answer.status_code == 200, answer.text
        assert [one["InvoiceNumber"] for one in answer.json()["Invoices"]] == numbers


def test_lists_are_paged_filtered_and_ordered(nz: Company) -> None:
    """Pages, parameters, lines only on pages, and what changed since."""
    ada, bo = nz.contact(), nz.contact("Bo")
    made = [nz.invoice(ada if number else bo, InvoiceNumber=f"N-{number}") for number in range(3)]
    found = nz.send("GET", "/Invoices", params={"page": 2, "pageSize": 2}).json()
    assert found["pagination"] == {"page": 2, "pageSize": 2, "pageCount": 2, "itemCount": 3}
    assert len(found["Invoices"]) == 1 and found["Invoices"][0]["LineItems"]
    assert all(not one["LineItems"] for one in nz.ok("GET", "/Invoices"))
    for params, numbers in (
        ({"IDs": made[1]["InvoiceID"]}, ["N-1"]),
        ({"InvoiceNumbers": "N-0,N-2"}, ["N-0", "N-2"]),
        ({"ContactIDs": bo}, ["N-0"]),
        ({"Statuses": "DRAFT,PAID"}, []),
        ({"createdByMyApp": "True", "order": "InvoiceNumber DESC"}, ["N-2", "N-1", "N-0"]),
        ({"searchTerm": "n-1"}, ["N-1"]),
    ):
        listed = nz.ok("GET", "/Invoices", params=params)
        assert [one["InvoiceNumber"] for one in listed] in (numbers, numbers[::-1])
    nz.running.control("clock", {"advance": 60})
    nz.ok("POST", f"/Invoices/{made[2]['InvoiceID']}", {"Invoices": [{"Reference": "new"}]})
    for since in ("2026-05-04T02:00:30+00:00", "Mon, 04 May 2026 02:00:30 GMT"):
        changed = nz.ok("GET", "/Invoices", headers={"if-modified-since": since})
        assert [one["InvoiceNumber"] for one in changed] == ["N-2"]
    assert nz.send("GET", "/Invoices", params={"page": "two"}).json()["ErrorNumber"] == 16


def test_dates_are_read_in_both_ways(nz: Company) -> None:
    """A datetime with an offset falls on the day that it is in UTC."""
    ada = nz.contact()
    for given, day in (
        ("2026-05-04", "/Date(1777852800000+0000)/"),
        ("/Date(1777852800000)/", "/Date(1777852800000+0000)/"),
        ("/Date(1777852800000+1300)/", "/Date(1777852800000+0000)/"),
        ("2026-05-03T20:00:00-05:00", "/Date(1777852800000+0000)/"),
    ):
        assert nz.invoice(ada, Date=given)["Date"] == day
    body = {"Invoices": [invoice(ada, Date="4 May")]}
    assert nz.send("PUT", "/Invoices", body).json()["Type"] == "PostDataInvalidException"


def test_today_is_that_of_the_organisation(xero: Running) -> None:
    """At 23:30 UTC it is tomorrow in Auckland and today in New York."""
    xero.control("clock", {"set": "2026-05-04T23:30:00Z", "stop": True})
    days = []
    for country in ("NZ", "US"):
        one = company(xero, country)
        sales = {"NZ": "200", "US": "400"}[country]
        body = invoice(one.contact(), lines=[line(5, sales, TaxType="NONE")])
        del body["Date"]
        days.append(one.ok("PUT", "/Invoices", {"Invoices": [body]})[0]["Date"])
    assert days == ["/Date(1777939200000+0000)/", "/Date(1777852800000+0000)/"]


def test_an_answer_is_lost_after_the_commit(nz: Company) -> None:
    """The caller knows nothing; the invoice is there once, found by its number."""
    ada = nz.contact()
    rule = {"match": {"method": "PUT", "path": "Invoices"}, "drop": "after"}
    nz.running.control("faults", rule)
    with pytest.raises(requests.ConnectionError):
        nz.invoice(ada, InvoiceNumber="SI-9")
    nz.running.control("faults", None, "DELETE")
    assert len(nz.ok("GET", "/Invoices?InvoiceNumbers=SI-9")) == 1
    for body, kept in (("nulls", None), ("new_words", "BRAND_NEW")):
        nz.running.control("faults", {"body": body})
        (odd,) = nz.send("GET", "/Invoices?InvoiceNumbers=SI-9", hold=False).json()["Invoices"]
        assert (odd["Status"], odd["Total"]) == (kept, 115)
        nz.running.control("faults", None, "DELETE")
    for status in (401, 403, 404, 429, 500, 503):
        nz.running.control("faults", {"status": status, "times": 1})
        assert nz.send("GET", "/Organisation").status_code == status
        nz.running.control("faults", None, "DELETE")


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"null", b'"x"', b"{}", b'{"Invoices": 5}', b'{"Invoices": [5]}', b"\xff"],
)
def test_a_body_that_cannot_be_read(nz: Company, body: bytes) -> None:
    """400 in the vendor's shape."""
    answer = nz.send("PUT", "/Invoices", body)
    assert answer.status_code == 400 and answer.json()["Type"].endswith("Exception")


def test_a_body_that_is_too_large(nz: Company) -> None:
    assert nz.send("PUT", "/Invoices", b" " * 3_700_000).status_code == 413


def test_strangers_are_refused(nz: Company) -> None:
    """No token, a wrong one, another's organisation, no organisation."""
    bad: tuple[dict[str, str], ...] = ({"authorization": ""}, {"authorization": "Bearer x"})
    for headers in bad:
        answer = nz.send("GET", "/Organisation", headers=headers)
        assert (answer.status_code, answer.json()["Status"]) == (401, 401)
    for tenant in ("", "x", "00000000-0000-0000-0000-000000000000"):
        answer = nz.send("GET", "/Organisation", headers={"xero-tenant-id": tenant})
        assert answer.status_code == 403
        assert answer.json()["Detail"] == "AuthenticationUnsuccessful"
    answer = nz.send("GET", "/Invoices/00000000-0000-0000-0000-000000000000")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain")


def test_what_a_person_does(nz: Company) -> None:
    """Approves, pays, renames, edits, disconnects."""
    ada = nz.contact()
    draft = nz.invoice(ada, Status="DRAFT")
    nz.act("approve_draft", id=draft["InvoiceID"])
    nz.act("receive_payment", invoice=draft["InvoiceID"], amount=15, reconciled=True)
    found: Any = nz.ok("GET", f"/Invoices/{draft['InvoiceID']}")[0]
    assert (found["Status"], found["AmountDue"]) == ("AUTHORISED", 100)
    (payment,) = nz.ok("GET", "/Payments")
    assert "reconciled" in nz.bad(
        "POST", f"/Payments/{payment['PaymentID']}", {"Status": "DELETED"}
    )
    nz.act("rename_contact", id=ada, name="Grace")
    changed = {"Reference": "seen"}
    nz.act("edit_document", plural="Invoices", id=draft["InvoiceID"], set=changed)
    found = nz.ok("GET", f"/Invoices/{draft['InvoiceID']}")[0]
    assert (found["Contact"]["Name"], found["Reference"]) == ("Grace", "seen")
    with pytest.raises(AssertionError, match="cannot be edited"):
        nz.act("edit_document", plural="Invoices", id=draft["InvoiceID"], set={"LineItems": []})
    page = requests.get(f"{nz.running.url}/_company/{nz.tenant}", timeout=30).text
    assert "Grace" in page and "INV-0001" in page and "Accounts Receivable" in page
    nz.act("disconnect_tenant")
    assert nz.send("GET", "/Organisation").status_code == 403
