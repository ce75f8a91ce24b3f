"""Documents, money and the book, by plain requests held against the OpenAPI file."""

from typing import Any

import pytest

from tests.sandbox.running import Running
from tests.sandbox.xero.client import Company, company, invoice, line


def test_an_invoice_is_priced_and_posted(nz: Company) -> None:
    """Tax by line, totals, number, flags and the book."""
    ada = nz.contact()
    lines = [line(25.06), line(25.61), line(25.63)]
    made = nz.invoice(ada, lines=lines)
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (76.30, 11.44, 87.74)
    assert [one["TaxAmount"] for one in made["LineItems"]] == [3.76, 3.84, 3.84]
    assert made["InvoiceNumber"] == "INV-0001" and made["AmountDue"] == 87.74
    assert nz.book() == {"610": 87.74, "200": -76.30, "820": -11.44}
    assert nz.ok("GET", f"/Contacts/{ada}")[0]["IsCustomer"] is True


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [("Exclusive", (100, 15, 115)), ("Inclusive", (86.96, 13.04, 100)), ("NoTax", (100, 0, 100))],
)
def test_amounts_with_and_without_tax(nz: Company, amounts: str, expected: Any) -> None:
    made = nz.invoice(nz.contact(), LineAmountTypes=amounts)
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == expected


def test_unit_prices_have_two_places_or_four(nz: Company) -> None:
    """unitdp=4 keeps four; without it two, on writing and on reading."""
    ada = nz.contact()
    body = {"Invoices": [invoice(ada, lines=[line(10.1255, Quantity=3)])]}
    four = nz.ok("PUT", "/Invoices?unitdp=4", body)[0]
    assert (four["LineItems"][0]["UnitAmount"], four["SubTotal"]) == (10.1255, 30.38)
    two = nz.ok("GET", f"/Invoices/{four['InvoiceID']}")[0]
    assert two["LineItems"][0]["UnitAmount"] == 10.13
    assert nz.ok("PUT", "/Invoices", body)[0]["SubTotal"] == 30.39


def test_payments_move_what_is_due(nz: Company) -> None:
    """Part, the rest, too much, and taken back."""
    made = nz.invoice(nz.contact())

    def pay(amount: float) -> dict[str, Any]:
        ref = {"Invoice": {"InvoiceID": made["InvoiceID"]}, "Account": {"Code": "090"}}
        return {**ref, "Amount": amount, "Date": "2026-05-05"}

    path = f"/Invoices/{made['InvoiceID']}"
    first = nz.ok("PUT", "/Payments", {"Payments": [pay(15)]})[0]
    assert first["PaymentType"] == "ACCRECPAYMENT"
    assert "exceeds the amount outstanding" in nz.bad("PUT", "/Payments", {"Payments": [pay(101)]})
    nz.ok("POST", "/Payments", pay(100))
    paid = nz.ok("GET", path)[0]
    assert (paid["Status"], paid["AmountDue"], paid["AmountPaid"]) == ("PAID", 0, 115)
    assert "FullyPaidOnDate" in paid
    change = {"Invoices": [{"InvoiceID": made["InvoiceID"], "LineItems": [line(5)]}]}
    assert "cannot be edited as it has a payment" in nz.bad("POST", path, change)
    assert "not of valid status" in nz.bad("POST", path, {"Invoices": [{"Status": "VOIDED"}]})
    nz.ok("POST", f"/Payments/{first['PaymentID']}", {"Status": "DELETED"})
    back = nz.ok("GET", path)[0]
    assert (back["Status"], back["AmountDue"]) == ("AUTHORISED", 15)
    assert "FullyPaidOnDate" not in back
    assert nz.book() == {"090": 100, "610": 15, "200": -100, "820": -15}


def test_a_credit_note_is_allocated_and_taken_back(nz: Company) -> None:
    ada = nz.contact()
    sold = nz.invoice(ada)
    note = {**invoice(ada, lines=[line(20)]), "Type": "ACCRECCREDIT"}
    credit = nz.ok("PUT", "/CreditNotes", {"CreditNotes": [note]})[0]
    assert (credit["RemainingCredit"], credit["CreditNoteNumber"]) == (23, "CN-0001")
    path = f"/CreditNotes/{credit['CreditNoteID']}/Allocations"
    body = {"Amount": 23, "Invoice": {"InvoiceID": sold["InvoiceID"]}, "Date": "2026-05-04"}
    made = nz.ok("PUT", path, {"Allocations": [body]})[0]
    after = nz.ok("GET", f"/Invoices/{sold['InvoiceID']}")[0]
    assert (after["AmountDue"], after["AmountCredited"]) == (92, 23)
    assert nz.ok("GET", f"/CreditNotes/{credit['CreditNoteID']}")[0]["Status"] == "PAID"
    assert "authorised" in nz.bad("PUT", path, {"Allocations": [body]})
    gone = nz.send("DELETE", f"{path}/{made['AllocationID']}").json()
    assert gone["IsDeleted"] is True
    assert nz.ok("GET", f"/Invoices/{sold['InvoiceID']}")[0]["AmountDue"] == 115
    assert nz.book() == {"610": 92, "200": -80, "820": -12}


def test_prepayments_and_overpayments(nz: Company) -> None:
    """Received, allocated, refunded; the accounts of their lines are cleared."""
    ada = nz.contact()
    sold = nz.invoice(ada)
    got = {
        "Contact": {"ContactID": ada},
        "BankAccount": {"Code": "090"},
        "Date": "2026-05-04",
        "LineItems": [line(50, "806", TaxType="NONE")],
    }
    for kind in ("Prepayment", "Overpayment"):
        body = {**got, "Type": f"RECEIVE-{kind.upper()}"}
        made = nz.ok("PUT", "/BankTransactions", {"BankTransactions": [body]})[0]
        id_ = made[f"{kind}ID"]
        paths = f"/{kind}s/{id_}"
        part = {"Amount": 40, "Invoice": {"InvoiceID": sold["InvoiceID"]}, "Date": "2026-05-04"}
        nz.ok("PUT", f"{paths}/Allocations", {"Allocations": [part]})
        assert nz.ok("GET", paths)[0]["RemainingCredit"] == 10
        refund = {kind: {f"{kind}ID": id_}, "Account": {"Code": "090"}, "Amount": 10}
        nz.ok("PUT", "/Payments", {"Payments": [{**refund, "Date": "2026-05-04"}]})
        assert nz.ok("GET", paths)[0]["Status"] == "PAID"
    assert nz.ok("GET", f"/Invoices/{sold['InvoiceID']}")[0]["AmountDue"] == 35
    assert nz.book() == {"090": 80, "610": 35, "200": -100, "820": -15}


def test_the_last_cent_of_a_foreign_invoice(nz: Company) -> None:
    """Paid in three parts at another rate: debtors are empty, the rest is a gain."""
    sold = nz.invoice(nz.contact(), CurrencyCode="USD", CurrencyRate=0.6)
    for amount in (33.33, 33.33, 48.34):
        ref = {"Invoice": {"InvoiceID": sold["InvoiceID"]}, "Account": {"Code": "090"}}
        more = {"Amount": amount, "CurrencyRate": 0.55, "Date": "2026-05-20"}
        nz.ok("PUT", "/Payments", {"Payments": [ref | more]})
    book = nz.book()
    assert "610" not in book
    assert (book["090"], book["200"], book["820"], book["499"]) == (209.09, -166.67, -25, -17.42)
    assert "not subscribed to currency" in nz.bad(
        *("PUT", "/Invoices"), {"Invoices": [invoice(nz.contact("Bo"), CurrencyCode="JPY")]}
    )


def test_lock_dates_bind_what_is_approved(nz: Company) -> None:
    """Drafts are taken, approval and changes are not."""
    ada = nz.contact()
    old = nz.invoice(ada)
    nz.act("set_lock_dates", period="2026-05-31")
    refused = nz.bad("PUT", "/Invoices", {"Invoices": [invoice(ada)]})
    assert "cannot be before the period lock date" in refused
    draft = nz.invoice(ada, Status="DRAFT")
    approve = {"Invoices": [{"Status": "AUTHORISED"}]}
    assert "period lock date" in nz.bad("POST", f"/Invoices/{draft['InvoiceID']}", approve)
    void = {"Invoices": [{"Status": "VOIDED"}]}
    assert "currently dated before the period" in nz.bad(
        "POST", f"/Invoices/{old['InvoiceID']}", void
    )
    nz.act("set_lock_dates", period=None)
    assert nz.ok("POST", f"/Invoices/{old['InvoiceID']}", void)[0]["Status"] == "VOIDED"
    assert nz.book() == {}


def test_numbers_are_unique_for_sales_only(nz: Company) -> None:
    """PUT refuses, POST overwrites, bills may share a number; a voided number still counts."""
    ada = nz.contact()
    body = invoice(ada, InvoiceNumber="SI-1")
    first = nz.ok("PUT", "/Invoices", {"Invoices": [body]})[0]
    assert nz.bad("PUT", "/Invoices", {"Invoices": [body]}) == "Invoice # must be unique."
    again = nz.ok("POST", "/Invoices", {"Invoices": [{**body, "LineItems": [line(7)]}]})[0]
    assert (again["InvoiceID"], again["SubTotal"]) == (first["InvoiceID"], 7)
    nz.ok("POST", f"/Invoices/{first['InvoiceID']}", {"Invoices": [{"Status": "VOIDED"}]})
    assert nz.bad("PUT", "/Invoices", {"Invoices": [body]}) == "Invoice # must be unique."
    bill = invoice(ada, Type="ACCPAY", InvoiceNumber="77", lines=[line(10, "429")])
    both = [nz.ok("PUT", "/Invoices", {"Invoices": [bill]})[0] for _ in range(2)]
    assert both[0]["InvoiceID"] != both[1]["InvoiceID"]
    assert nz.book() == {"800": -23, "429": 20, "820": 3}


def test_one_bad_element_refuses_all_unless_told_otherwise(nz: Company) -> None:
    """summarizeErrors both ways."""
    ada = nz.contact()
    bodies = {"Invoices": [invoice(ada), invoice(ada, lines=[line(5, "999")])]}
    refused = nz.bad("PUT", "/Invoices", bodies)
    assert refused == "Account code '999' is not a valid code for this document."
    assert nz.ok("GET", "/Invoices") == []
    done = nz.ok("PUT", "/Invoices?summarizeErrors=false", bodies)
    assert [one["StatusAttributeString"] for one in done] == ["OK", "ERROR"]
    assert done[1]["HasErrors"] is True
    assert len(nz.ok("GET", "/Invoices")) == 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line(5, "610")], "not a valid code for this document"),
        ([line(5, "090")], "not a valid code for this document"),
        ([line(5, "630")], "not a valid code for this document"),
        ([line(5, TaxType="INPUT2")], "TaxType code 'INPUT2' cannot be used with account code"),
        ([line(5, TaxType="NOPE")], "tax rate must be valid"),
        ([line(5, Quantity=-1)], "Quantity must not be less than zero"),
        ([line(5, LineAmount=6)], "does not match the expected line total"),
        ([line(5, TaxAmount=6)], "tax amount cannot be greater than the line amount"),
        ([line(5, DiscountAmount=6)], "Discount must not be greater than the line total"),
        (
            [{"Quantity": 1, "UnitAmount": 1, "AccountCode": "200"}],
            "description field is mandatory",
        ),
        ([line(5, "")], "Account code or ID must be specified"),
    ],
)
def test_lines_that_are_refused(nz: Company, lines: Any, words: str) -> None:
    assert words in nz.bad("PUT", "/Invoices", {"Invoices": [invoice(nz.contact(), lines=lines)]})


def test_an_archived_account_is_refused(nz: Company) -> None:
    nz.act("archive_account", code="200")
    refused = nz.bad("PUT", "/Invoices", {"Invoices": [invoice(nz.contact())]})
    assert "Account code '200' has been archived or has been deleted" in refused


def test_tracked_items_keep_stock_and_cost(nz: Company) -> None:
    """Bought, sold at average cost, refused when there is too little."""
    ada = nz.contact()
    nz.ok("PUT", "/Items", {"Items": [{"Code": "BEANS", "Name": "Beans"}]})
    nz.act("make_item_tracked", code="BEANS")
    bought = {
        "Type": "ACCPAY",
        "lines": [line(4, "630", Quantity=10, ItemCode="BEANS", TaxType="NONE")],
    }
    nz.invoice(ada, **bought)
    nz.invoice(ada, lines=[line(9, Quantity=3, ItemCode="BEANS", TaxType="NONE")])
    item = nz.ok("GET", "/Items/BEANS")[0]
    assert (item["QuantityOnHand"], item["TotalCostPool"]) == (7, 28)
    assert nz.book() == {"630": 28, "310": 12, "610": 27, "200": -27, "800": -40}
    many = invoice(ada, lines=[line(9, Quantity=8, ItemCode="BEANS")])
    assert "quantity on hand" in nz.bad("PUT", "/Invoices", {"Invoices": [many]})


def test_manual_journals(nz: Company) -> None:
    """Balanced or refused; an unknown account takes its line away with a warning."""
    lines = [
        {"LineAmount": 50, "AccountCode": "310"},
        {"LineAmount": -50, "AccountCode": "631"},
    ]
    body = {"Narration": "Shipped", "Date": "2026-05-04", "Status": "POSTED", "JournalLines": lines}
    made = nz.ok("PUT", "/ManualJournals", {"ManualJournals": [body]})[0]
    assert nz.book() == {"310": 50, "631": -50}
    uneven = {**body, "JournalLines": [lines[0], {**lines[1], "LineAmount": -49}]}
    refused = nz.bad("PUT", "/ManualJournals", {"ManualJournals": [uneven]})
    assert refused == "The total debits (50.00) must equal total credits (49.00)"
    odd = {**body, "JournalLines": [*lines, {"LineAmount": 0, "AccountCode": "999"}]}
    warned = nz.ok("PUT", "/ManualJournals", {"ManualJournals": [odd]})[0]
    assert "has been removed as it does not match" in warned["Warnings"][0]["Message"]
    path = f"/ManualJournals/{made['ManualJournalID']}"
    nz.ok("POST", path, {"ManualJournals": [{"Status": "VOIDED"}]})
    assert nz.book() == {"310": 50, "631": -50}


def test_transfers_batches_orders_and_quotes(nz: Company) -> None:
    """The rest of the documents, each made, changed and ended."""
    ada = nz.contact()
    sold = [nz.invoice(ada), nz.invoice(ada)]
    members = [{"Invoice": {"InvoiceID": one["InvoiceID"]}, "Amount": 115} for one in sold]
    batch = {"Account": {"AccountID": nz.banks[0]}, "Date": "2026-05-04", "Payments": members}
    made = nz.ok("PUT", "/BatchPayments", {"BatchPayments": [batch]})[0]
    assert (made["Type"], made["TotalAmount"]) == ("RECBATCH", 230)
    one = made["Payments"][0]["PaymentID"]
    assert "within a batch" in nz.bad("POST", f"/Payments/{one}", {"Status": "DELETED"})
    gone = {"BatchPaymentID": made["BatchPaymentID"], "Status": "DELETED"}
    nz.ok("POST", "/BatchPayments", gone)
    assert nz.ok("GET", f"/Invoices/{sold[0]['InvoiceID']}")[0]["Status"] == "AUTHORISED"
    ends = {
        "FromBankAccount": {"AccountID": nz.banks[0]},
        "ToBankAccount": {"AccountID": nz.banks[1]},
    }
    transfer = nz.ok("PUT", "/BankTransfers", {"BankTransfers": [{**ends, "Amount": 9}]})[0]
    assert nz.book()["Business Savings Account"] == 9
    nz.ok("POST", f"/BankTransfers/{transfer['BankTransferID']}", {"Status": "DELETED"})
    order = {"Contact": {"ContactID": ada}, "LineItems": [line(5, "429")], "Date": "2026-05-04"}
    bought = nz.ok("PUT", "/PurchaseOrders", {"PurchaseOrders": [order]})[0]
    assert nz.ok("GET", f"/PurchaseOrders/{bought['PurchaseOrderNumber']}")[0]["Total"] == 5.75
    path = f"/PurchaseOrders/{bought['PurchaseOrderID']}"
    nz.ok("POST", path, {"PurchaseOrders": [{"Status": "AUTHORISED"}]})
    refused = nz.bad("POST", path, {"PurchaseOrders": [{"Status": "DRAFT"}]})
    assert refused == "Purchase order not of valid status for modification"
    quote = {**order, "LineItems": [line(5)], "Title": "Beans", "LineAmountTypes": "EXCLUSIVE"}
    offered = nz.ok("PUT", "/Quotes", {"Quotes": [quote]})[0]
    assert nz.ok("GET", f"/Quotes?QuoteNumber={offered['QuoteNumber']}&page=1")[0]["Total"] == 5.75


def test_a_bill_is_never_matched_by_its_number(nz: Company) -> None:
    """POST of a bill with the number of a sale makes a bill; the sale stays as it was."""
    ada = nz.contact()
    sold = nz.invoice(ada, InvoiceNumber="7")
    bill = invoice(ada, Type="ACCPAY", InvoiceNumber="7", lines=[line(10, "429")])
    for _ in range(2):
        nz.ok("POST", "/Invoices", {"Invoices": [bill]})
    assert len(nz.ok("GET", "/Invoices?InvoiceNumbers=7")) == 3
    assert nz.ok("GET", f"/Invoices/{sold['InvoiceID']}")[0]["Total"] == 115


def test_a_change_without_unitdp_rounds_the_lines_again(nz: Company) -> None:
    """Approval of a draft with four places: kept with unitdp=4, lost without."""
    ada = nz.contact()
    for query, total in (("?unitdp=4", 1.16), ("", 1.15)):
        draft = nz.invoice(ada, Status="DRAFT", lines=[line(0.1005, Quantity=10)])
        assert draft["SubTotal"] == 1.01
        approve = {"Invoices": [{"Status": "AUTHORISED"}]}
        path = f"/Invoices/{draft['InvoiceID']}{query}"
        assert nz.ok("POST", path, approve)[0]["Total"] == total


def test_lines_that_are_left_out_are_gone(nz: Company) -> None:
    """A kept LineItemID stays, an unknown one is replaced."""
    ada = nz.contact()
    made = nz.invoice(ada, lines=[line(1), line(2), line(3)])
    kept = made["LineItems"][1]["LineItemID"]
    strange = "11111111-1111-1111-1111-111111111111"
    lines = [line(20, LineItemID=kept), line(5, LineItemID=strange)]
    body = {"Invoices": [{"LineItems": lines}]}
    after = nz.ok("POST", f"/Invoices/{made['InvoiceID']}", body)[0]
    assert [one["LineAmount"] for one in after["LineItems"]] == [20, 5]
    assert after["LineItems"][0]["LineItemID"] == kept
    assert after["LineItems"][1]["LineItemID"] != strange
    assert nz.book() == {"610": 28.75, "200": -25, "820": -3.75}


def test_tracking_is_kept_dropped_or_refused(nz: Company) -> None:
    """By name in any case; an unknown option is dropped with a warning, or refused by a switch."""
    ada = nz.contact()
    category = nz.ok("PUT", "/TrackingCategories", {"Name": "Region"})[0]["TrackingCategoryID"]
    nz.ok("PUT", f"/TrackingCategories/{category}/Options", {"Name": "North"})
    known = nz.invoice(ada, lines=[line(1, Tracking=[{"Name": "region", "Option": "NORTH"}])])
    (tracking,) = known["LineItems"][0]["Tracking"]
    assert (tracking["Name"], tracking["Option"]) == ("Region", "North")
    odd = invoice(ada, lines=[line(1, Tracking=[{"Name": "Region", "Option": "South"}])])
    made = nz.ok("PUT", "/Invoices", {"Invoices": [odd]})[0]
    assert made["LineItems"][0]["Tracking"] == [] and "South" in made["Warnings"][0]["Message"]
    nz.running.control("switches", {"unknown_tracking_refused": True})
    try:
        assert "South" in nz.bad("PUT", "/Invoices", {"Invoices": [odd]})
    finally:
        nz.running.control("switches", {"unknown_tracking_refused": False})
    option = f"/TrackingCategories/{category}/Options/{tracking['TrackingOptionID']}"
    assert nz.ok("DELETE", option)[0]["Status"] == "ARCHIVED"


def test_accounts_are_archived_by_the_api(nz: Company) -> None:
    """A status alone; what the system needs stays."""
    accounts = {one.get("Code"): one["AccountID"] for one in nz.ok("GET", "/Accounts")}
    body = {"Accounts": [{"AccountID": accounts["400"], "Status": "ARCHIVED"}]}
    assert nz.ok("POST", f"/Accounts/{accounts['400']}", body)[0]["Status"] == "ARCHIVED"
    body = {"Accounts": [{"Status": "ARCHIVED"}]}
    assert "System accounts" in nz.bad("POST", f"/Accounts/{accounts['610']}", body)
    assert "unique Name" in nz.bad(
        "PUT", "/Accounts", {"Code": "1", "Name": "Sales", "Type": "SALES"}
    )


def test_a_plan_without_several_currencies_and_with_a_limit(xero: Running) -> None:
    """What the plan bars."""
    one = company(xero, "GB", plan="STARTER", invoice_limit=1)
    assert "several currencies" in one.bad("PUT", "/Currencies", {"Code": "CHF"})
    ada = one.contact()
    one.invoice(ada)
    refused = one.bad("PUT", "/Invoices", {"Invoices": [invoice(ada)]})
    assert "reached the limit of invoices you can approve" in refused
