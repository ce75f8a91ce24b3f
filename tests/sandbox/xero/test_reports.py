"""Reports from the book, in four countries."""

from typing import Any

import pytest

from tests.sandbox.running import Running
from tests.sandbox.xero.client import Company, company, line


def table(one: Company, path: str) -> dict[str, list[str]]:
    """Rows by their label; labels that come twice keep the last."""
    (report,) = one.ok("GET", f"/Reports/{path}")
    found = {}
    for part in report["Rows"]:
        for row in part.get("Rows", [part]):
            texts = [cell["Value"] for cell in row.get("Cells", [])]
            if texts:
                found[texts[0]] = texts[1:]
    return found


def traded(one: Company) -> None:
    """A sale last year, a sale and a bill this year, and half of it paid."""
    ada = one.contact()
    one.invoice(ada, Date="2025-05-04", lines=[line(1000, TaxType="NONE")])
    sold = one.invoice(ada, lines=[line(200, TaxType="NONE")])
    bill: dict[str, Any] = {"Type": "ACCPAY", "lines": [line(80, "310", TaxType="NONE")]}
    one.invoice(ada, **bill)
    one.act("receive_payment", invoice=sold["InvoiceID"], amount=120, date="2026-05-20")


@pytest.mark.parametrize("country", ["AU", "NZ", "GB", "US"])
def test_reports_agree_with_the_book(xero: Running, country: str) -> None:
    """Trial balance, profit and loss, balance sheet and bank in each country."""
    xero.control("clock", {"set": "2026-05-31T02:00:00Z", "stop": True})
    one = company(xero, country)
    traded(one)
    trial = table(one, "TrialBalance?date=2026-05-31")
    assert trial["Total"][2] == trial["Total"][3]
    assert trial["Sales (200)"] == ["", "200.00", "", "200.00"]
    assert trial["Accounts Receivable (610)"][2:] == ["1080.00", ""]
    earned = table(one, "ProfitAndLoss?fromDate=2026-05-01&toDate=2026-05-31&periods=1")
    assert (earned["Sales"], earned["Net Profit"]) == (["200.00", "0.00"], ["120.00", "0.00"])
    assert earned["Gross Profit"][0] == "120.00"
    sheet = table(one, "BalanceSheet?date=2026-05-31")
    assert sheet["Business Bank Account"] == ["120.00"]
    assert sheet["Net Assets"] == sheet["Total Equity"] == ["1120.00"]
    assert sheet["Retained Earnings"] == ["1000.00"]
    assert sheet["Current Year Earnings"] == ["120.00"]
    bank = table(one, "BankSummary?fromDate=2026-05-01&toDate=2026-05-31")
    assert bank["Business Bank Account"] == ["0.00", "120.00", "0.00", "120.00"]


def test_what_a_contact_owes(xero: Running) -> None:
    """By invoice, with what was paid until then; and on the contact."""
    xero.control("clock", {"set": "2026-06-14T02:00:00Z", "stop": True})
    nz = company(xero)
    traded(nz)
    (ada,) = nz.ok("GET", "/Contacts")
    owed = table(nz, f"AgedReceivablesByContact?contactId={ada['ContactID']}&date=2026-06-14")
    assert owed["2026-05-04T00:00:00"][2:] == [
        "10 days overdue",
        "200.00",
        "120.00",
        "0.00",
        "80.00",
    ]
    assert owed["Closing Balance"][-1] == "1080.00"
    payable = table(nz, f"AgedPayablesByContact?contactId={ada['ContactID']}")
    assert payable["Total"][-1] == "80.00"
    found = nz.ok("GET", f"/Contacts/{ada['ContactID']}")[0]["Balances"]
    assert found["AccountsReceivable"] == {"Outstanding": 1080, "Overdue": 1080}
    assert nz.send("GET", "/Reports/AgedPayablesByContact?contactId=x").status_code == 404


def test_a_report_with_a_wrong_day(nz: Company) -> None:
    answer = nz.send("GET", "/Reports/TrialBalance?date=yesterday")
    assert (answer.status_code, answer.json()["ErrorNumber"]) == (400, 16)
