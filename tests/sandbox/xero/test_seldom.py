"""What is seldom used: templates, linked costs, budgets, claims, payment services, set-up."""

from typing import Any

import pytest

from tests.sandbox.running import Running
from tests.sandbox.xero.client import Company, company, invoice, line

SCHEDULE = {"Period": 1, "Unit": "MONTHLY", "DueDate": 20, "DueDateType": "OFFOLLOWINGMONTH"}


def template(contact: str, **more: Any) -> dict[str, Any]:
    body = {"Type": "ACCREC", "Contact": {"ContactID": contact}, "LineItems": [line(100)]}
    return body | {"Schedule": {**SCHEDULE, "StartDate": "2026-01-31"}, "Reference": "Rent"} | more


def test_repeating_invoices_come_when_they_are_due(nz: Company) -> None:
    """At the end of each month; approved or drafts as the template is; none after it is deleted."""
    ada = nz.contact()
    end = {**SCHEDULE, "StartDate": "2026-04-20", "EndDate": "2026-05-10", "Period": 2}
    end |= {"Unit": "WEEKLY", "DueDateType": "DAYSAFTERINVOICEDATE"}
    both = [template(ada, Status="AUTHORISED"), template(ada, Schedule=end)]
    sent = {"RepeatingInvoices": both}
    monthly, weekly = nz.ok("PUT", "/RepeatingInvoices", sent)
    assert (monthly["SubTotal"], monthly["Total"], monthly["Status"]) == (100, 115, "AUTHORISED")
    assert monthly["Schedule"]["NextScheduledDate"] == "/Date(1769817600000+0000)/"
    assert nz.book() == {}
    ids = nz.act("make_due_invoices")["InvoiceIDs"]
    made = [nz.ok("GET", f"/Invoices/{one}")[0] for one in ids]
    days = [(one["Date"], one["DueDate"], one["Status"]) for one in made]
    assert sorted(days) == sorted(
        [
            ("/Date(1769817600000+0000)/", "/Date(1771545600000+0000)/", "AUTHORISED"),  # 31 Jan
            ("/Date(1772236800000+0000)/", "/Date(1773964800000+0000)/", "AUTHORISED"),  # 28 Feb
            ("/Date(1774915200000+0000)/", "/Date(1776643200000+0000)/", "AUTHORISED"),  # 31 March
            ("/Date(1777507200000+0000)/", "/Date(1779235200000+0000)/", "AUTHORISED"),  # 30 April
            ("/Date(1776643200000+0000)/", "/Date(1778371200000+0000)/", "DRAFT"),  # 20 April
            ("/Date(1777852800000+0000)/", "/Date(1779580800000+0000)/", "DRAFT"),  # 4 May
        ]
    )
    assert nz.book() == {"610": 460, "200": -400, "820": -60}
    path = f"/RepeatingInvoices/{weekly['RepeatingInvoiceID']}"
    assert "NextScheduledDate" not in nz.ok("GET", path)[0]["Schedule"]
    assert nz.act("make_due_invoices")["InvoiceIDs"] == []
    path = f"/RepeatingInvoices/{monthly['RepeatingInvoiceID']}"
    change = {"RepeatingInvoices": [{"Reference": "Other"}]}
    assert "only deleted" in nz.bad("POST", path, change)
    delete = {"RepeatingInvoices": [{"Status": "DELETED"}]}
    assert nz.ok("POST", path, delete)[0]["Status"] == "DELETED"
    assert len(nz.ok("GET", '/RepeatingInvoices?where=Type=="ACCREC"')) == 1
    nz.running.control("clock", {"advance": 40 * 86_400})
    assert nz.act("make_due_invoices")["InvoiceIDs"] == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Schedule": {"Period": 1}}, "Schedule must have DueDate"),
        ({"Schedule": {**SCHEDULE, "StartDate": "2026-05-04", "Period": 0}}, "Period of the"),
        ({"Status": "AUTHORISED", "LineItems": []}, "One or more line items"),
        ({"CurrencyCode": "JPY"}, "not subscribed to currency"),
    ],
)
def test_templates_that_are_refused(nz: Company, change: Any, words: str) -> None:
    body = {"RepeatingInvoices": [template(nz.contact()) | change]}
    assert words in nz.bad("PUT", "/RepeatingInvoices", body)


def test_a_cost_is_billed_to_a_customer(nz: Company) -> None:
    """DRAFT, APPROVED, ONDRAFT, BILLED and VOIDED, as the two documents go."""
    ada, sam = nz.contact(), nz.contact("Sam")
    bill = nz.invoice(sam, Type="ACCPAY", Status="DRAFT", lines=[line(40, "429"), line(2, "429")])
    source, lines = bill["InvoiceID"], [one["LineItemID"] for one in bill["LineItems"]]
    body = {"SourceTransactionID": source, "SourceLineItemID": lines[0], "ContactID": ada}
    made = nz.ok("PUT", "/LinkedTransactions", body)[0]
    path = f"/LinkedTransactions/{made['LinkedTransactionID']}"
    assert (made["Status"], made["Type"]) == ("DRAFT", "BILLABLEEXPENSE")
    assert made["SourceTransactionTypeCode"] == "ACCPAY"
    assert "linked already" in nz.bad("PUT", "/LinkedTransactions", body)
    wrong = {**body, "SourceLineItemID": bill["InvoiceID"]}
    assert "do not match" in nz.bad("PUT", "/LinkedTransactions", wrong)
    nz.act("approve_draft", id=source)
    assert nz.ok("GET", path)[0]["Status"] == "APPROVED"
    sold = nz.invoice(ada, Status="DRAFT")
    target = {"TargetTransactionID": sold["InvoiceID"]}
    target |= {"TargetLineItemID": sold["LineItems"][0]["LineItemID"]}
    changed = nz.ok("POST", path, {"LinkedTransactions": [target]})[0]
    assert changed["Status"] == "ONDRAFT"
    nz.act("approve_draft", id=sold["InvoiceID"])
    query = f"ContactID={ada}&Status=BILLED&TargetTransactionID={sold['InvoiceID']}"
    (found,) = nz.ok("GET", f"/LinkedTransactions?{query}")
    assert found["LinkedTransactionID"] == made["LinkedTransactionID"]
    assert nz.ok("GET", f"/LinkedTransactions?ContactID={ada}&Status=DRAFT") == []
    refused = nz.send("DELETE", path)
    assert refused.status_code == 400 and "billed" in refused.text
    void = {"Invoices": [{"Status": "VOIDED"}]}
    nz.ok("POST", f"/Invoices/{source}", void)
    assert nz.ok("GET", path)[0]["Status"] == "VOIDED"
    assert nz.send("DELETE", path).status_code == 204
    assert nz.send("GET", path).status_code == 404


def test_budgets_are_read(nz: Company) -> None:
    """Set by a person; lists without lines, one with the months that are asked for."""
    lines = {"200": {"2026-04": 900, "2026-05": 1000}, "429": {"2026-05": 50.5}}
    id_ = nz.act("set_budget", description="Overall Budget", lines=lines)["BudgetID"]
    nz.tokens = nz.act("connect", scope="accounting.budgets.read accounting.settings")
    (listed,) = nz.ok("GET", f"/Budgets?IDs={id_}")
    assert (listed["Type"], listed["BudgetLines"]) == ("OVERALL", [])
    found = nz.ok("GET", f"/Budgets/{id_}?DateFrom=2026-05-01&DateTo=2026-05-31")[0]
    shown = [
        (one["AccountCode"], [(b["Period"], b["Amount"]) for b in one["BudgetBalances"]])
        for one in found["BudgetLines"]
    ]
    may = "/Date(1777593600000+0000)/"
    assert shown == [("200", [(may, 1000)]), ("429", [(may, 50.5)])]
    again = nz.act("set_budget", description="Overall Budget", lines={"200": {"2026-05": 1}})
    assert again["BudgetID"] == id_
    with pytest.raises(AssertionError, match="no account with code 999"):
        nz.act("set_budget", lines={"999": {"2026-05": 1}})
    assert nz.send("PUT", "/Budgets", {}).status_code == 405


def test_receipts_and_claims(nz: Company) -> None:
    """Drafts are gathered in a claim; approved it is owed, voided it is not."""
    ada = nz.contact()
    user = {"UserID": nz.ok("GET", "/Users")[0]["UserID"]}
    body = {"Contact": {"ContactID": ada}, "User": user, "LineItems": [line(40, "429")]}
    first, second = nz.ok("PUT", "/Receipts", {"Receipts": [body, body]})
    assert (first["Status"], first["Total"], second["ReceiptNumber"]) == ("DRAFT", 46, "2")
    claim = {"User": user, "Receipts": [{"ReceiptID": first["ReceiptID"]}]}
    made = nz.ok("PUT", "/ExpenseClaims", {"ExpenseClaims": [claim]})[0]
    assert (made["Status"], made["Total"], made["AmountDue"]) == ("SUBMITTED", 46, 46)
    assert made["Receipts"][0]["Status"] == "SUBMITTED"
    assert "drafts" in nz.bad("PUT", "/ExpenseClaims", {"ExpenseClaims": [claim]})
    assert nz.book() == {}
    path = f"/ExpenseClaims/{made['ExpenseClaimID']}"
    nz.ok("POST", path, {"ExpenseClaims": [{"Status": "AUTHORISED"}]})
    assert nz.book() == {"801": -46, "429": 40, "820": 6}
    change = {"Receipts": [{"Reference": "late"}]}
    assert "not of valid status" in nz.bad("POST", f"/Receipts/{first['ReceiptID']}", change)
    changed = nz.ok("POST", f"/Receipts/{second['ReceiptID']}", change)[0]
    assert (changed["Reference"], changed["Total"]) == ("late", 46)
    nz.ok("POST", path, {"ExpenseClaims": [{"Status": "VOIDED"}]})
    assert nz.book() == {}
    notes = [one["Changes"] for one in nz.ok("GET", f"{path}/History")]
    assert notes == ["Edited", "Edited", "Created"]
    em = {"FirstName": "Em", "LastName": "Ploy"}
    answer = nz.send("PUT", "/Employees", {"Employees": [em]}, hold=False).json()["Employees"][0]
    assert (answer["FirstName"], answer["Status"]) == ("Em", "ACTIVE")
    assert len(nz.send("GET", "/Employees", hold=False).json()["Employees"]) == 1


def test_ways_to_pay(nz: Company) -> None:
    """A service, and the theme that shows it."""
    nz.tokens = nz.act("connect", scope="paymentservices accounting.settings")
    body = {"PaymentServiceName": "Pay", "PaymentServiceUrl": "https://pay.example"}
    made = nz.ok("PUT", "/PaymentServices", {"PaymentServices": [body]})[0]
    assert (made["PaymentServiceType"], made["PayNowText"]) == ("Custom", "Pay by credit card")
    theme = nz.ok("GET", "/BrandingThemes")[0]["BrandingThemeID"]
    path = f"/BrandingThemes/{theme}/PaymentServices"
    assert nz.ok("GET", path) == []
    nz.ok("POST", path, {"PaymentServices": [{"PaymentServiceID": made["PaymentServiceID"]}]})
    assert nz.ok("GET", path) == nz.ok("GET", "/PaymentServices") == [made]


def test_an_organisation_is_set_up(nz: Company) -> None:
    """Accounts by code, and balances on the eve of the conversion; once more replaces them."""
    accounts = [{"Code": "200", "Name": "Takings", "Type": "SALES"}]
    accounts.append({"Code": "210", "Name": "Fees", "Type": "SALES"})
    balances = [{"AccountCode": "090", "Balance": 500}, {"AccountCode": "970", "Balance": -450}]
    body = {"ConversionDate": {"Month": 4, "Year": 2026}, "ConversionBalances": balances}
    answers = [nz.send("POST", "/Setup", {**body, "Accounts": accounts}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200], answers[0].text
    summary = answers[1].json()["ImportSummary"]["Accounts"]
    assert (summary["New"], summary["Updated"], summary["NewOrUpdated"]) == (0, 2, 2)
    assert nz.book() == {"090": 500, "970": -450, "840": -50}
    assert [one["Name"] for one in nz.ok("GET", '/Accounts?where=Code=="200"')] == ["Takings"]


def test_schemes_of_a_country(xero: Running, nz: Company) -> None:
    """The construction industry scheme is asked for in Great Britain only."""
    gb = company(xero, "GB")
    (found,) = gb.ok("GET", f"/Organisation/{gb.tenant}/CISSettings")
    assert found == {"CISContractorEnabled": False, "CISSubContractorEnabled": False}
    assert nz.send("GET", f"/Organisation/{nz.tenant}/CISSettings").status_code == 404
    assert nz.ok("GET", "/InvoiceReminders/Settings") == [{"Enabled": False}]


def test_a_cost_that_was_paid_at_once(nz: Company) -> None:
    """Money spent is a source as well."""
    body = {**invoice(nz.contact(), lines=[line(9, "429")]), "Type": "SPEND"}
    body = {k: v for k, v in body.items() if k not in ("DueDate", "Status")}
    body |= {"BankAccount": {"Code": "090"}}
    spent = nz.ok("PUT", "/BankTransactions", {"BankTransactions": [body]})[0]
    link = {"SourceTransactionID": spent["BankTransactionID"]}
    link |= {"SourceLineItemID": spent["LineItems"][0]["LineItemID"]}
    made = nz.ok("PUT", "/LinkedTransactions", link)[0]
    assert (made["Status"], made["SourceTransactionTypeCode"]) == ("APPROVED", "SPEND")
