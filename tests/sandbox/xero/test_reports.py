"""Reports from the book, in four countries."""

from typing import Any

import pytest

from tests.sandbox.running import Running
from tests.sandbox.xero.client import Company, company, invoice, line


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


def traded(one: Company, sales: str = "200", cost: str = "310", bank: str = "090") -> None:
    """A sale last year, a sale and a bill this year, and half of it paid."""
    ada = one.contact()
    one.invoice(ada, Date="2025-05-04", lines=[line(1000, sales, TaxType="NONE")])
    sold = one.invoice(ada, lines=[line(200, sales, TaxType="NONE")])
    bill: dict[str, Any] = {"Type": "ACCPAY", "lines": [line(80, cost, TaxType="NONE")]}
    one.invoice(ada, **bill)
    paid = {"invoice": sold["InvoiceID"], "amount": 120, "date": "2026-05-20"}
    one.act("receive_payment", account=bank, **paid)


@pytest.mark.parametrize("country", ["AU", "NZ", "GB", "US"])
def test_reports_agree_with_the_book(xero: Running, country: str) -> None:
    """Trial balance, profit and loss, balance sheet and bank in each country."""
    xero.control("clock", {"set": "2026-05-31T02:00:00Z", "stop": True})
    one = company(xero, country)
    us = country == "US"
    traded(one, *(("400", "500", "101") if us else ()))
    trial = table(one, "TrialBalance?date=2026-05-31")
    assert trial["Total"][2] == trial["Total"][3]
    assert trial[f"Sales ({'400' if us else '200'})"] == ["", "200.00", "", "200.00"]
    assert trial[f"Accounts Receivable ({'120' if us else '610'})"][2:] == ["1080.00", ""]
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


def test_reports_of_what_was_paid(nz: Company) -> None:
    """paymentsOnly: documents count as far as, and when, they were settled."""
    nz.running.control("clock", {"set": "2026-06-30T02:00:00Z", "stop": True})
    nz.tokens = nz.act("connect")
    ada = nz.contact()
    sold = nz.invoice(ada, lines=[line(100), line(50, "260")])  # 172.50 with tax
    nz.act("receive_payment", invoice=sold["InvoiceID"], amount=57.5, date="2026-05-20")
    nz.act("receive_payment", invoice=sold["InvoiceID"], amount=57.51, date="2026-06-20")
    note = {**invoice(ada, lines=[line(10)]), "Type": "ACCRECCREDIT"}
    credit = nz.ok("PUT", "/CreditNotes", {"CreditNotes": [note]})[0]["CreditNoteID"]
    part = {"Amount": 11.5, "Invoice": {"InvoiceID": sold["InvoiceID"]}, "Date": "2026-06-25"}
    nz.ok("PUT", f"/CreditNotes/{credit}/Allocations", {"Allocations": [part]})
    nz.invoice(ada, lines=[line(999)])  # never paid
    sides = [{"LineAmount": 5, "AccountCode": "429"}, {"LineAmount": -5, "AccountCode": "631"}]
    for shown in (True, False):
        body: dict[str, Any] = {"Narration": "x", "Status": "POSTED", "JournalLines": sides}
        journal = {**body, "Date": "2026-06-01", "ShowOnCashBasisReports": shown}
        nz.ok("PUT", "/ManualJournals", {"ManualJournals": [journal]})
    may = table(nz, "ProfitAndLoss?fromDate=2026-05-01&toDate=2026-05-31&paymentsOnly=true")
    assert (may["Sales"], may["Other Revenue"]) == (["33.33"], ["16.67"])
    assert may["Net Profit"] == ["50.00"]
    june = table(nz, "ProfitAndLoss?fromDate=2026-06-01&toDate=2026-06-30&paymentsOnly=True")
    # 57.51 and 11.50 of 172.50, less the credit of 10.00; 5.00 of expenses once.
    assert (june["Sales"], june["Other Revenue"]) == (["30.01"], ["20.00"])
    assert june["Net Profit"] == ["45.01"]
    accrual = table(nz, "ProfitAndLoss?fromDate=2026-05-01&toDate=2026-06-30")
    assert accrual["Sales"] == ["1089.00"] and accrual["General Expenses"] == ["10.00"]
    trial = table(nz, "TrialBalance?date=2026-06-30&paymentsOnly=true")
    assert trial["Total"][2] == trial["Total"][3]
    assert "Accounts Receivable (610)" not in trial
    assert trial["Business Bank Account (090)"][2] == "115.01"
    assert trial["GST (820)"][3] == "15.00"
    sheet = table(nz, "BalanceSheet?date=2026-06-30&paymentsOnly=true&standardLayout=true")
    assert sheet["Net Assets"] == sheet["Total Equity"] == ["95.01"]


def test_reports_by_tracking(nz: Company) -> None:
    """A column for each option; one option alone; two categories; a balance sheet of one."""
    ids: dict[str, str] = {}
    for category, options in (("Region", ("North", "South")), ("Team", ("Red",))):
        made = nz.ok("PUT", "/TrackingCategories", {"Name": category})[0]["TrackingCategoryID"]
        ids[category] = made
        for name in options:
            body = {"Name": name}
            option = nz.ok("PUT", f"/TrackingCategories/{made}/Options", body)[0]
            ids[name] = option["TrackingOptionID"]

    def on(*pairs: str) -> dict[str, Any]:
        tracking = [dict(zip(("Name", "Option"), one.split("/"), strict=True)) for one in pairs]
        return {"TaxType": "NONE", "Tracking": tracking}

    lines = [line(100, **on("Region/North", "Team/Red")), line(40, **on("Region/South"))]
    sold = nz.invoice(nz.contact(), lines=[*lines, line(7, TaxType="NONE")])
    bill: dict[str, Any] = {"Type": "ACCPAY", "lines": [line(30, "310", **on("Region/North"))]}
    nz.invoice(nz.contact("Sam"), **bill)
    sides = [
        {"LineAmount": 5, "AccountCode": "429", **on("Region/South")},
        {"LineAmount": -5, "AccountCode": "631"},
    ]
    journal = {"Narration": "x", "Status": "POSTED", "JournalLines": sides}
    nz.ok("PUT", "/ManualJournals", {"ManualJournals": [journal]})
    month = "ProfitAndLoss?fromDate=2026-05-01&toDate=2026-05-31"
    wide = table(nz, f"{month}&trackingCategoryID={ids['Region']}")
    assert wide[""] == ["North", "South", "Unassigned", "Total"]
    assert wide["Sales"] == ["100.00", "40.00", "7.00", "147.00"]
    assert wide["Net Profit"] == ["70.00", "35.00", "7.00", "112.00"]
    one = table(nz, f"{month}&trackingCategoryID={ids['Region']}&trackingOptionID={ids['North']}")
    assert (one["Sales"], one["Net Profit"]) == (["100.00"], ["70.00"])
    both = f"&trackingOptionID={ids['North']}&trackingOptionID2={ids['Red']}"
    assert table(nz, month + both)["Net Profit"] == ["100.00"]
    red = f"&trackingCategoryID={ids['Region']}&trackingOptionID2={ids['Red']}"
    assert table(nz, month + red)["Sales"] == ["100.00", "0.00", "0.00", "100.00"]
    nz.act("receive_payment", invoice=sold["InvoiceID"], amount=73.5)
    cash = table(nz, f"{month}&trackingOptionID={ids['North']}&paymentsOnly=true")
    assert cash["Sales"] == ["50.00"]
    sheet = table(nz, f"BalanceSheet?date=2026-05-31&trackingOptionID1={ids['North']}")
    assert sheet["Current Year Earnings"] == ["70.00"] == sheet["Net Assets"]
    assert sheet["Tracking Transfers"] == ["-70.00"]
    for query in ("trackingCategoryID=x", "trackingOptionID=x"):
        assert nz.send("GET", f"/Reports/{month}&{query}").status_code == 400


def test_a_month_beside_the_one_before(nz: Company) -> None:
    """The executive summary."""
    ada = nz.contact()
    first = nz.invoice(ada, Date="2026-04-10", lines=[line(100, TaxType="NONE")])
    nz.invoice(ada, lines=[line(150, TaxType="NONE")])
    nz.invoice(ada, lines=[line(50, TaxType="NONE")])
    bill: dict[str, Any] = {"Type": "ACCPAY", "lines": [line(80, "310", TaxType="NONE")]}
    nz.invoice(ada, **bill)
    nz.act("receive_payment", invoice=first["InvoiceID"], amount=60, date="2026-04-12")
    nz.act("receive_payment", invoice=first["InvoiceID"], amount=40, date="2026-05-04")
    found = table(nz, "ExecutiveSummary?date=2026-05-31")
    assert found[""] == ["May 2026", "Apr 2026", "Variance"]
    for label, cells in (
        ("Cash received", ["40.00", "60.00", "-33.3%"]),
        ("Closing bank balance", ["100.00", "60.00", "66.7%"]),
        ("Income", ["200.00", "100.00", "100.0%"]),
        ("Direct costs", ["80.00", "0.00", "0.0%"]),
        ("Profit (loss)", ["120.00", "100.00", "20.0%"]),
        ("Debtors", ["200.00", "40.00", "400.0%"]),
        ("Creditors", ["-80.00", "0.00", "0.0%"]),
        ("Net assets", ["220.00", "100.00", "120.0%"]),
        ("Number of invoices issued", ["2", "1", "100.0%"]),
        ("Average value of invoices", ["100.00", "100.00", "0.0%"]),
        ("Gross profit margin", ["60.0%", "100.0%", "-40.0%"]),
        ("Average debtors days", ["31.00", "12.00", "158.3%"]),
        ("Current assets to liabilities", ["3.75", "", "0.0%"]),
    ):
        assert found[label] == cells, label


def test_what_was_planned(nz: Company) -> None:
    """The overall budget by month, quarter or year."""
    lines = {"200": {"2026-05": 1000, "2026-06": 1100}, "429": {"2026-05": 50, "2026-08": 70}}
    nz.act("set_budget", lines=lines)
    found = table(nz, "BudgetSummary?date=2026-05-04&periods=3")
    assert found["Account"] == ["May-26", "Jun-26", "Jul-26"]
    assert found["Sales"] == ["1000.00", "1100.00", "0.00"]
    assert found["Net Profit"] == ["950.00", "1100.00", "0.00"]
    quarters = table(nz, "BudgetSummary?date=2026-05-04&periods=2&timeframe=3")
    assert (quarters["Account"], quarters["Net Profit"]) == (
        ["May-26", "Aug-26"],
        ["2050.00", "-70.00"],
    )
    assert len(table(nz, "BudgetSummary")["Account"]) == 12
    assert nz.send("GET", "/Reports/BudgetSummary?timeframe=2").status_code == 400


def test_periods_go_back_by_quarters_and_years(nz: Company) -> None:
    """Each column the same stretch so much earlier; month ends stay month ends."""
    ada = nz.contact()
    for day in ("2026-05-04", "2026-02-27", "2025-05-31"):
        nz.invoice(ada, Date=day, lines=[line(100, TaxType="NONE")])
    path = "ProfitAndLoss?fromDate=2026-05-01&toDate=2026-05-31&periods=1"
    quarter = table(nz, f"{path}&timeframe=QUARTER")
    assert quarter[""] == ["31 May 2026", "28 Feb 2026"]
    assert quarter["Sales"] == ["100.00", "100.00"]
    year = table(nz, f"{path}&timeframe=YEAR")
    assert (year[""], year["Sales"]) == (["31 May 2026", "31 May 2025"], ["100.00", "100.00"])
    sheet = table(nz, "BalanceSheet?date=2026-05-31&periods=2&timeframe=YEAR")
    assert sheet[""] == ["31 May 2026", "31 May 2025", "31 May 2024"]
    assert sheet["Net Assets"] == ["300.00", "100.00", "0.00"]


def test_balances_of_contacts_agree_with_the_book(nz: Company) -> None:
    """In another currency, part paid, credited, overpaid: together debtors and creditors."""
    ada, sam = nz.contact(), nz.contact("Sam")
    sold = nz.invoice(ada, CurrencyCode="USD", CurrencyRate=0.61, lines=[line(33.33)])
    part = {"Invoice": {"InvoiceID": sold["InvoiceID"]}, "Account": {"Code": "090"}}
    nz.ok("POST", "/Payments", {**part, "Amount": 7.77, "CurrencyRate": 0.6, "Date": "2026-05-04"})
    nz.invoice(ada, Date="2026-04-01", DueDate="2026-04-20")
    note = {**invoice(ada, lines=[line(20)]), "Type": "ACCRECCREDIT"}
    nz.ok("PUT", "/CreditNotes", {"CreditNotes": [note]})
    money: dict[str, Any] = {
        "Contact": {"ContactID": ada},
        "BankAccount": {"Code": "090"},
        "Date": "2026-05-04",
    }
    money |= {"Type": "RECEIVE-OVERPAYMENT", "LineItems": [line(5, "200")]}
    nz.ok("PUT", "/BankTransactions", {"BankTransactions": [money]})
    nz.invoice(sam, Type="ACCPAY", lines=[line(40, "429")])
    both = [nz.ok("GET", f"/Contacts/{one}")[0]["Balances"] for one in (ada, sam)]
    owed = [round(one["AccountsReceivable"]["Outstanding"], 2) for one in both]
    owing = [one["AccountsPayable"]["Outstanding"] for one in both]
    book = nz.book()
    assert (owed, owing) == ([book["610"], 0], [0, -book["800"]])
    assert both[0]["AccountsReceivable"]["Overdue"] == 115
    aged = table(nz, f"AgedReceivablesByContact?contactId={ada}&fromDate=2026-05-01")
    assert aged["2026-05-01T00:00:00"] == ["Opening Balance", "", "", "", "", "", "115.00"]
    assert aged["Total"][-4:] == ["62.84", "12.74", "0.00", "50.10"]
    assert aged["Closing Balance"][-1] == "165.10"


def test_reports_of_one_country(xero: Running, nz: Company) -> None:
    """1099 for the United States; published tax reports: none."""
    us = company(xero, "US")
    answer = us.send("GET", "/Reports/TenNinetyNine?reportYear=2025").json()["Reports"]
    assert [one["ReportName"] for one in answer] == ["1099-NEC report", "1099-MISC report"]
    assert answer[0]["ReportDate"] == "1 Jan 2025 to 31 Dec 2025"
    assert nz.send("GET", "/Reports/TenNinetyNine").status_code == 404
    assert nz.ok("GET", "/Reports") == []
    assert nz.send("GET", "/Reports/00000000-0000-0000-0000-000000000000").status_code == 404
