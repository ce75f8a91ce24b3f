"""What a program that sends documents leans on: replays, cursors, batches, refusals, arithmetic."""

from typing import Any

import pytest
import requests

from tests.sandbox.running import Running
from tests.sandbox.xero.client import Company, invoice, line

DAY = "2026-05-04"


def bodies(nz: Company) -> dict[str, tuple[str, str, Any]]:
    """A create of each kind: method, address and body."""
    ada = nz.contact()
    contact, bank = {"ContactID": ada}, {"Code": "090"}
    sold = nz.invoice(ada)["InvoiceID"]
    note = {**invoice(ada, lines=[line(20)]), "Type": "ACCRECCREDIT"}
    credit = nz.ok("PUT", "/CreditNotes", {"CreditNotes": [note]})[0]["CreditNoteID"]
    plain = {"Contact": contact, "Date": DAY, "LineItems": [line(9, "429")]}
    part = {"Invoice": {"InvoiceID": sold}, "Amount": 5, "Date": DAY}
    sides = [{"LineAmount": 5, "AccountCode": "310"}, {"LineAmount": -5, "AccountCode": "631"}]
    journal = {"Narration": "Shipped", "Date": DAY, "Status": "POSTED", "JournalLines": sides}
    spent = {**plain, "Type": "SPEND", "BankAccount": bank}
    moved = {"FromBankAccount": {"AccountID": nz.banks[0]}, "Amount": 5, "Date": DAY}
    moved |= {"ToBankAccount": {"AccountID": nz.banks[1]}}
    account = {"Code": "641", "Name": "On the Water", "Type": "CURRENT"}
    rate = {"Name": "Levy", "TaxComponents": [{"Name": "Levy", "Rate": 5}]}
    made: dict[str, tuple[str, str, Any]] = {
        "Invoices": ("PUT", "/Invoices", [invoice(ada)]),
        "CreditNotes": ("PUT", "/CreditNotes", [note]),
        "Contacts": ("PUT", "/Contacts", [{"Name": "Bo"}]),
        "ContactGroups": ("PUT", "/ContactGroups", [{"Name": "Best"}]),
        "Items": ("PUT", "/Items", [{"Code": "W1"}]),
        "Payments": ("PUT", "/Payments", [{**part, "Account": bank}]),
        "BatchPayments": ("PUT", "/BatchPayments", [{"Account": bank, "Payments": [part]}]),
        "BankTransactions": ("PUT", "/BankTransactions", [spent]),
        "BankTransfers": ("PUT", "/BankTransfers", [moved]),
        "ManualJournals": ("PUT", "/ManualJournals", [journal]),
        "PurchaseOrders": ("PUT", "/PurchaseOrders", [plain]),
        "Quotes": ("PUT", "/Quotes", [plain]),
        "TaxRates": ("PUT", "/TaxRates", [rate]),
        "Allocations": ("PUT", f"/CreditNotes/{credit}/Allocations", [part]),
    }
    made = {name: (method, path, {name: body}) for name, (method, path, body) in made.items()}
    return made | {
        "Account": ("PUT", "/Accounts", account),
        "Payment": ("POST", "/Payments", {**part, "Account": bank}),
        "TrackingCategory": ("PUT", "/TrackingCategories", {"Name": "Region"}),
        "Currency": ("PUT", "/Currencies", {"Code": "EUR"}),
    }


def test_a_lost_answer_is_had_again_with_its_key(nz: Company) -> None:
    """The connection is cut after the commit; the same key answers what was made, once."""
    for name, (method, path, body) in bodies(nz).items():
        key = {"idempotency-key": f"key-{name}"}
        nz.running.control("faults", {"match": {"method": method}, "drop": "after"})
        with pytest.raises(requests.ConnectionError):
            nz.send(method, path, body, headers=key)
        nz.running.control("faults", None, "DELETE")
        before = nz.book()
        answers = [nz.send(method, path, body, headers=key) for _ in range(2)]
        assert [one.status_code for one in answers] == [200, 200], (name, answers[0].text)
        assert answers[0].content == answers[1].content, name
        assert nz.book() == before, name
    assert len(nz.ok("GET", "/Payments")) == 3  # one of them in the batch
    assert len(nz.ok("GET", "/Invoices")) == 2


def test_nothing_is_made_when_the_connection_is_cut_before(nz: Company) -> None:
    """The same key then makes it, once."""
    body, key = {"Invoices": [invoice(nz.contact())]}, {"idempotency-key": "k"}
    nz.running.control("faults", {"match": {"method": "PUT"}, "drop": "before"})
    with pytest.raises(requests.ConnectionError):
        nz.send("PUT", "/Invoices", body, headers=key)
    nz.running.control("faults", None, "DELETE")
    assert nz.ok("GET", "/Invoices") == []
    for _ in range(2):
        nz.ok("PUT", "/Invoices", body, headers=key)
    assert len(nz.ok("GET", "/Invoices")) == 1


def test_keys_are_of_an_app_and_an_organisation(xero: Running, nz: Company) -> None:
    """The same key in another organisation is another key; old ones are forgotten in the store."""
    other = Company(xero, xero.control("fill", {"country": "AU"})["tenant"], nz.tokens)
    other.act("connect")
    key = {"idempotency-key": "shared"}
    first = nz.send("PUT", "/Contacts", {"Contacts": [{"Name": "Ada"}]}, headers=key)
    second = other.send("PUT", "/Contacts", {"Contacts": [{"Name": "Ada"}]}, headers=key)
    assert first.json()["Contacts"][0]["ContactID"] != second.json()["Contacts"][0]["ContactID"]
    assert nz.act("kept_keys")["count"] >= 2
    xero.control("clock", {"advance": 361})
    nz.ok("PUT", "/Contacts", {"Contacts": [{"Name": "Bo"}]}, headers={"idempotency-key": "new"})
    assert nz.act("kept_keys")["count"] == 1


def test_each_list_says_what_changed_since(nz: Company) -> None:
    """If-Modified-Since: nothing that was there before, only what is made afterwards."""
    made = bodies(nz)
    names = {"Account": "Accounts", "TrackingCategory": "TrackingCategories"}
    names |= {"Currency": "Currencies", "Payment": "Payments"}
    for name in ("Prepayment", "Overpayment"):
        method, path, body = made["BankTransactions"]
        typed = body["BankTransactions"][0] | {"Type": f"SPEND-{name.upper()}"}
        made[f"{name}s"] = (method, path, {"BankTransactions": [typed]})
    del made["Allocations"]
    for name, (method, path, body) in made.items():
        nz.running.control("clock", {"advance": 60})
        since = {"if-modified-since": nz.running.control("clock", method="GET")["iso"][:19]}
        listed = f"/{names.get(name, name)}"
        assert nz.ok("GET", listed, headers=since) == [], name
        nz.ok(method, path, body)
        assert len(nz.ok("GET", listed, headers=since)) == 1, name
    nz.running.control("act/register_app", {"tier": "Advanced"})
    since = {"if-modified-since": nz.running.control("clock", method="GET")["iso"][:19]}
    assert len(nz.ok("GET", "/Journals")) > 5
    assert len(nz.ok("GET", "/Journals", headers=since)) == 1  # the overpayment, just now
    nz.running.control("act/register_app", {"tier": "Core"})


def test_fifty_with_some_that_are_bad(nz: Company) -> None:
    """summarizeErrors=false: in order, the good are made, each bad one says why."""
    ada = nz.contact()
    sent = [
        invoice(
            ada,
            InvoiceNumber=f"B-{number}",
            lines=[line(number, "999" if number % 7 == 3 else "200")],
        )
        for number in range(1, 51)
    ]
    sent[49]["Date"], sent[48]["InvoiceNumber"] = "2026-01-05", "B-1"
    nz.act("set_lock_dates", period="2026-01-31")
    done = nz.ok("PUT", "/Invoices?summarizeErrors=false&unitdp=4", {"Invoices": sent})
    assert [one["InvoiceNumber"] for one in done] == [one["InvoiceNumber"] for one in sent]
    bad = [number for number, one in enumerate(done, 1) if one["StatusAttributeString"] == "ERROR"]
    assert bad == [3, 10, 17, 24, 31, 38, 45, 49, 50]
    assert done[48]["ValidationErrors"] == [{"Message": "Invoice # must be unique."}]
    assert "period lock date" in done[49]["ValidationErrors"][0]["Message"]
    good = [one for one in done if one["StatusAttributeString"] == "OK"]
    assert all("ValidationErrors" not in one and one["AmountDue"] == one["Total"] for one in good)
    assert nz.send("GET", "/Invoices?page=1&pageSize=1").json()["pagination"]["itemCount"] == 41
    assert nz.book()["610"] == sum(one["Total"] for one in good)


def test_voiding_needs_that_nothing_is_applied(nz: Company) -> None:
    """Part paid, paid, credited: refused; after all is taken back it is void."""
    ada = nz.contact()
    sold = nz.invoice(ada)
    path, void = f"/Invoices/{sold['InvoiceID']}", {"Invoices": [{"Status": "VOIDED"}]}
    part = {"Invoice": {"InvoiceID": sold["InvoiceID"]}, "Amount": 92, "Date": DAY}
    paid = nz.ok("POST", "/Payments", {**part, "Account": {"Code": "090"}})[0]
    assert "has a payment or credit note allocated" in nz.bad("POST", path, void)
    note = {**invoice(ada, lines=[line(20)]), "Type": "ACCRECCREDIT"}
    credit = nz.ok("PUT", "/CreditNotes", {"CreditNotes": [note]})[0]["CreditNoteID"]
    listed = f"/CreditNotes/{credit}/Allocations"
    too_much = {"Allocations": [{**part, "Amount": 23.01}]}
    assert "exceeds the remaining credit" in nz.bad("PUT", listed, too_much)
    given = nz.ok("PUT", listed, {"Allocations": [{**part, "Amount": 23}]})[0]
    assert nz.bad("POST", path, void) == "Invoice not of valid status for modification"
    nz.act("set_lock_dates", year_end="2026-05-10")
    gone = nz.send("DELETE", f"{listed}/{given['AllocationID']}")
    assert gone.status_code == 400 and "end of year lock date" in gone.text
    delete = {"Status": "DELETED"}
    assert "end of year" in nz.bad("POST", f"/Payments/{paid['PaymentID']}", delete)
    nz.act("set_lock_dates", year_end=None)
    nz.send("DELETE", f"{listed}/{given['AllocationID']}")
    nz.ok("POST", f"/Payments/{paid['PaymentID']}", delete)
    voided = nz.ok("POST", path, void)[0]
    assert (voided["Status"], voided["AmountDue"]) == ("VOIDED", 0)
    nz.ok("POST", f"/CreditNotes/{credit}", {"CreditNotes": [{"Status": "VOIDED"}]})
    assert nz.book() == {}


def test_credit_goes_to_the_same_contact_and_currency(nz: Company) -> None:
    """And only between approved documents of the same side."""
    ada, bo = nz.contact(), nz.contact("Bo")
    note = {**invoice(ada), "Type": "ACCRECCREDIT"}
    credit = nz.ok("PUT", "/CreditNotes", {"CreditNotes": [note]})[0]["CreditNoteID"]
    for body, words in (
        (invoice(bo), "The contact of the allocation"),
        (invoice(ada, CurrencyCode="USD", CurrencyRate=0.6), "The currency of the allocation"),
        (invoice(ada, Status="DRAFT"), "between authorised documents"),
        (invoice(ada, Type="ACCPAY", lines=[line(9, "429")]), "not of the same kind"),
    ):
        made = nz.ok("PUT", "/Invoices", {"Invoices": [body]})[0]["InvoiceID"]
        part = {"Amount": 1, "Invoice": {"InvoiceID": made}, "Date": DAY}
        path = f"/CreditNotes/{credit}/Allocations"
        assert words in nz.bad("PUT", path, {"Allocations": [part]})


@pytest.mark.parametrize(
    ("lines", "amounts", "expected"),
    [
        ([line(0.335, Quantity=3)], "Exclusive", (1.01, 0.15, 1.16)),
        ([line(1.005)], "NoTax", (1.01, 0, 1.01)),
        ([line(19.99, Quantity=1.5)], "Inclusive", (26.08, 3.91, 29.99)),
        ([line(9.99, Quantity=3, DiscountRate=12.5)], "Exclusive", (26.22, 3.93, 30.15)),
        ([line(9.99, Quantity=3, DiscountAmount=0.97)], "Exclusive", (29, 4.35, 33.35)),
        ([line(0.33), line(0.33), line(0.33)], "Exclusive", (0.99, 0.15, 1.14)),
        ([line(10, TaxAmount=1.49)], "Exclusive", (10, 1.49, 11.49)),
        ([line(10, TaxAmount=1.31)], "Inclusive", (8.69, 1.31, 10)),
        ([line(100), line(-0.01, "860", TaxType="NONE")], "Exclusive", (99.99, 15, 114.99)),
    ],
)
def test_lines_are_rounded_half_away_from_zero(
    nz: Company, lines: Any, amounts: str, expected: Any
) -> None:
    """Unit prices to four places, lines to cents, tax by line."""
    made = nz.invoice(nz.contact(), lines=lines, LineAmountTypes=amounts)
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == expected
    assert nz.book()["610"] == expected[2]


def test_names_of_contacts(nz: Company) -> None:
    """Unique in any case among the active; an archived one is not taken for a document."""
    ada = nz.contact("Ada Ltd")
    again = {"Contacts": [{"Name": "ADA LTD"}]}
    assert "already assigned to another contact" in nz.bad("PUT", "/Contacts", again)
    same = nz.ok("POST", "/Contacts", {"Contacts": [{"Name": "ada ltd", "TaxNumber": "1"}]})[0]
    assert (same["ContactID"], same["Name"]) == (ada, "ada ltd")
    body = invoice(ada)
    by_name = nz.ok("PUT", "/Invoices", {"Invoices": [{**body, "Contact": {"Name": "ADA ltd"}}]})
    assert by_name[0]["Contact"]["ContactID"] == ada
    nz.ok("POST", f"/Contacts/{ada}", {"Contacts": [{"ContactStatus": "ARCHIVED"}]})
    assert "archived" in nz.bad("PUT", "/Invoices", {"Invoices": [body]})
    assert nz.ok("GET", "/Contacts") == []
    (found,) = nz.ok("GET", "/Contacts?includeArchived=true")
    assert found["ContactStatus"] == "ARCHIVED"
    other = nz.contact("Ada Ltd")
    revive = {"Contacts": [{"ContactStatus": "ACTIVE"}]}
    assert "already assigned" in nz.bad("POST", f"/Contacts/{ada}", revive)
    nz.ok("POST", f"/Contacts/{other}", {"Contacts": [{"Name": "Ada Two"}]})
    assert nz.ok("POST", f"/Contacts/{ada}", revive)[0]["ContactStatus"] == "ACTIVE"
    nz.ok("PUT", "/Invoices", {"Invoices": [body]})


def test_what_is_changed_without_a_new_moment(nz: Company) -> None:
    """UpdatedDateUTC stays for the due date of a part-paid invoice, and for IsCustomer."""
    ada = nz.contact()
    sold = nz.invoice(ada)
    nz.act("receive_payment", invoice=sold["InvoiceID"], amount=5)
    path = f"/Invoices/{sold['InvoiceID']}"
    before = nz.ok("GET", path)[0]["UpdatedDateUTC"]
    nz.running.control("clock", {"advance": 60})
    for body, moved in (({"DueDate": "2026-07-01"}, False), ({"Reference": "seen"}, True)):
        after = nz.ok("POST", path, {"Invoices": [body]})[0]
        assert (after["UpdatedDateUTC"] != before) is moved
    assert nz.ok("GET", path)[0]["DueDate"] == "/Date(1782864000000+0000)/"


def test_a_tracked_item_is_brought_to_nothing(nz: Company) -> None:
    """By a bill and a credit note of 0.00 over the API, and by a person's adjustment."""
    ada = nz.contact()
    item = {
        "Code": "BEANS",
        "InventoryAssetAccountCode": "630",
        "PurchaseDetails": {"COGSAccountCode": "310", "UnitPrice": 4},
    }
    made = nz.ok("PUT", "/Items", {"Items": [item]})[0]
    assert made["IsTrackedAsInventory"] is True
    own = line(4, "630", Quantity=10, ItemCode="BEANS", TaxType="NONE")
    other = line(-40, "320", TaxType="NONE")
    bill: dict[str, Any] = {"Type": "ACCPAY", "lines": [own, other]}
    assert nz.invoice(ada, **bill)["Status"] == "PAID"
    assert nz.book() == {"630": 40, "320": -40}
    nz.act("adjust_stock", code="BEANS", quantity=-3, account="320")
    found = nz.ok("GET", "/Items/BEANS")[0]
    assert (found["QuantityOnHand"], found["TotalCostPool"]) == (7, 28)
    assert nz.book() == {"630": 28, "320": -28}
    nz.act("adjust_stock", code="BEANS", quantity=1, value=5, account="320")
    lines = [{**own, "Quantity": 8, "UnitAmount": 4.125}, {**other, "UnitAmount": -33}]
    note = {**invoice(ada, lines=lines), "Type": "ACCPAYCREDIT"}
    nz.ok("PUT", "/CreditNotes?unitdp=4", {"CreditNotes": [note]})
    found = nz.ok("GET", "/Items/BEANS")[0]
    assert (found["QuantityOnHand"], found["TotalCostPool"]) == (0, 0)
    assert nz.book() == {}
    with pytest.raises(AssertionError, match="quantity on hand"):
        nz.act("adjust_stock", code="BEANS", quantity=-1, account="320")
