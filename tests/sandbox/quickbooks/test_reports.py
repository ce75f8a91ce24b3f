"""Reports: bases, columns, periods by name, and how much one answer holds."""

from datetime import date
from typing import Any

import pytest

from sandbox.quickbooks import periods
from tests.sandbox.quickbooks.helping import Books, books, pay
from tests.sandbox.running import Running

YEAR = {"start_date": "2026-01-01", "end_date": "2026-12-31"}


def named(report: Any) -> dict[str, list[str]]:
    """The values of every row and sum by its first cell."""
    found: dict[str, list[str]] = {}

    def walk(rows: Any) -> None:
        for one in rows:
            for cells in (one.get("ColData"), one.get("Summary", {}).get("ColData")):
                if cells:
                    found[cells[0]["value"]] = [cell["value"] for cell in cells[1:]]
            walk(one.get("Rows", {}).get("Row", []))

    walk(report["Rows"]["Row"])
    return found


def titles(report: Any) -> list[str]:
    return [one["ColTitle"] for one in report["Columns"]["Column"][1:]]


def test_cash_basis_counts_what_is_paid(us: Books) -> None:
    """A half in March, the rest in May; the bill in April; sheets balance at every month's end."""
    invoice = us.invoice(100, TxnDate="2026-02-10")
    us.bill(60, TxnDate="2026-02-11")
    bill = us.bill(40, TxnDate="2026-03-11")
    for day, part in (("2026-03-05", 50), ("2026-05-05", 50)):
        pay(us, part, ("Invoice", invoice["Id"], part), TxnDate=day)
    check = {"PayType": "Check", "CheckPayment": {"BankAccountRef": us.account("Checking")}}
    link = {"Amount": 40, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}
    body = {"VendorRef": us.vendor(), "TotalAmt": 40, "Line": [link], "TxnDate": "2026-04-01"}
    us.post("BillPayment", {**body, **check})
    monthly = {**YEAR, "end_date": "2026-06-30", "summarize_column_by": "Month"}
    cash = us.report("ProfitAndLoss", accounting_method="Cash", **monthly)
    assert cash["Header"]["ReportBasis"] == "Cash"
    assert named(cash)["Total Income"] == [
        "0.00",
        "0.00",
        "50.00",
        "0.00",
        "50.00",
        "0.00",
        "100.00",
    ]
    assert named(cash)["Net Income"][-1] == "60.00"
    accrual = named(us.report("ProfitAndLoss", **monthly))
    assert accrual["Total Income"][1] == accrual["Total Income"][-1] == "100.00"
    assert accrual["Net Income"][-1] == "0.00"
    sheet = named(us.report("BalanceSheet", accounting_method="Cash", **monthly))
    assert sheet["Total ASSETS"] == sheet["Total LIABILITIES AND EQUITY"]
    assert sheet["Total ASSETS"] == ["0.00", "0.00", "50.00", "10.00", "60.00", "60.00"]
    assert "Accounts Receivable (A/R)" not in sheet and "Accounts Payable (A/P)" not in sheet
    trial = named(us.report("TrialBalance", accounting_method="Cash", **YEAR))
    assert trial["TOTAL"] == ["140.00", "140.00"]
    ledger = us.report("GeneralLedger", accounting_method="cash", **YEAR)["Rows"]["Row"]
    sales = next(
        one for one in ledger if one["Header"]["ColData"][0]["value"] == "Sales of Product Income"
    )
    days = [one["ColData"][0]["value"] for one in sales["Rows"]["Row"]]
    assert days == ["2026-03-05", "2026-05-05"]
    us.act("set_preferences", preferences={"ReportPrefs.ReportBasis": "Cash"})
    assert us.report("ProfitAndLoss", **YEAR)["Header"]["ReportBasis"] == "Cash"


def test_cash_basis_to_the_cent(us: Books) -> None:
    """A third of 100.01 with tax, discount and several lines: shares add up on each day."""
    lines = [us.line("Canvas Bag", 1, "33.34", "TAX"), us.line("Tin Mug", 1, "66.67", "TAX")]
    body = {"CustomerRef": us.customer(), "Line": lines, "TxnDate": "2026-02-01"}
    invoice = us.post("Invoice", body)
    for day, part in (("2026-02-02", "33.33"), ("2026-03-03", "0.01"), ("2026-04-04", "74.67")):
        pay(us, part, ("Invoice", invoice["Id"], part), TxnDate=day)
        whole = {"start_date": "2026-01-01", "end_date": day, "accounting_method": "Cash"}
        trial = named(us.report("TrialBalance", **whole))
        assert trial["TOTAL"][0] == trial["TOTAL"][1]
        assert "Accounts Receivable (A/R)" not in trial
    accrual = named(us.report("TrialBalance", **YEAR))
    cash = named(us.report("TrialBalance", accounting_method="Cash", **YEAR))
    assert cash == accrual


def test_columns_by_what_lines_are_marked_with(server: Running) -> None:
    """Customers, classes, departments, items; what has none is Not Specified; all is the total."""
    prefs = {"AccountingInfoPrefs.TrackDepartments": True}
    prefs["AccountingInfoPrefs.ClassTrackingPerTxnLine"] = True
    made = books(server, preferences=prefs)
    shop = {"value": made.post("Class", {"Name": "Shop"})["Id"]}
    north = {"value": made.post("Department", {"Name": "North"})["Id"]}
    lines = [made.line("Canvas Bag", 1, 70), made.line("Tin Mug", 1, 30)]
    lines[0]["SalesItemLineDetail"]["ClassRef"] = shop
    sale = {"CustomerRef": made.customer(), "Line": lines, "TxnDate": "2026-02-01"}
    made.post("Invoice", {**sale, "DepartmentRef": north})
    made.invoice(5, CustomerRef=made.customer("Northern Pier Shop"), TxnDate="2026-02-02")
    made.bill(60, TxnDate="2026-02-03")
    for by, heads, income in (
        (
            "Customers",
            ["Lighthouse Cafe", "Northern Pier Shop", "Not Specified", "Total"],
            ["100.00", "5.00", "0.00", "105.00"],
        ),
        ("Classes", ["Shop", "Not Specified", "Total"], ["70.00", "35.00", "105.00"]),
        ("Departments", ["North", "Not Specified", "Total"], ["100.00", "5.00", "105.00"]),
        (
            "ProductsAndServices",
            ["Canvas Bag", "Tin Mug", "Not Specified", "Total"],
            ["75.00", "30.00", "0.00", "105.00"],
        ),
        ("Total", ["Total"], ["105.00"]),
    ):
        report = made.report("ProfitAndLoss", summarize_column_by=by, **YEAR)
        assert (titles(report), named(report)["Total Income"]) == (heads, income), by
        assert report["Header"]["SummarizeColumnsBy"] == by
    vendors = made.report("ProfitAndLoss", summarize_column_by="Vendors", **YEAR)
    assert named(vendors)["Total Expenses"] == ["60.00", "0.00", "60.00"]
    cash = made.report(
        "ProfitAndLoss", summarize_column_by="Classes", accounting_method="Cash", **YEAR
    )
    assert named(cash).get("Total Income") is None
    sheet = named(made.report("BalanceSheet", summarize_column_by="Departments", **YEAR))
    assert sheet["Total ASSETS"] == sheet["Total LIABILITIES AND EQUITY"]
    assert sheet["Total ASSETS"] == ["100.00", "5.00", "105.00"]


@pytest.mark.parametrize(
    ("by", "heads"),
    [
        ("Month", ["Jan 2026", "Feb 2026", "Mar 1 - Mar 15, 2026", "Total"]),
        ("Quarter", ["Jan 1 - Mar 15, 2026", "Total"]),
        ("Year", ["Jan 1 - Mar 15, 2026", "Total"]),
    ],
)
def test_columns_by_date(us: Books, by: str, heads: list[str]) -> None:
    """Whole periods and what is left of the last; each says its days."""
    us.invoice(100, TxnDate="2026-02-28")
    period = {"start_date": "2026-01-01", "end_date": "2026-03-15", "summarize_column_by": by}
    report = us.report("ProfitAndLoss", **period)
    assert titles(report) == heads
    first = {one["Name"]: one["Value"] for one in report["Columns"]["Column"][1]["MetaData"]}
    assert first["StartDate"] == "2026-01-01"
    assert report["Columns"]["Column"][-1]["MetaData"] == [{"Name": "ColKey", "Value": "total"}]
    trial = us.report("TrialBalance", **period)
    sides = trial["Columns"]["Column"][-1]["Columns"]["Column"]
    assert [one["ColTitle"] for one in sides] == ["Debit", "Credit"]
    assert named(trial)["TOTAL"][-2:] == ["100.00", "100.00"]


def test_days_beyond_two_hundred_are_other(us: Books) -> None:
    """Two hundred columns, then one for the rest, then the total."""
    us.invoice(100, TxnDate="2026-12-30")
    report = us.report("ProfitAndLoss", summarize_column_by="Days", **YEAR)
    assert (len(titles(report)), titles(report)[-2:]) == (202, ["Other", "Total"])
    assert named(report)["Total Income"][-2:] == ["100.00", "100.00"]


def test_what_reports_refuse(us: Books) -> None:
    """Words that are none of the choices, days that are none."""
    for params, code in (
        ({"accounting_method": "Modified"}, "2170"),
        ({"summarize_column_by": "Moons"}, "2170"),
        ({"date_macro": "Soon"}, "2170"),
        ({"start_date": "2026-02-30"}, "2080"),
    ):
        answer = us.ask("GET", "reports/ProfitAndLoss", params=params)
        assert answer.json()["Fault"]["Error"][0]["code"] == code
    assert us.ask("GET", "reports/Weather").status_code == 400


def test_a_ledger_that_is_too_long(us: Books) -> None:
    """It ends with the vendor's notice, in the middle of an account, and status 200."""
    for number in range(1, 8):
        us.invoice(number, TxnDate="2026-02-01")
    us.running.control("switches", {"report_cells": 50})
    rows = us.report("GeneralLedger", **YEAR)["Rows"]["Row"]
    us.running.control("switches", {"report_cells": 400_000})
    notice = "Unable to display more data. Please reduce the date range."
    assert rows[-1]["ColData"][0]["value"] == notice
    assert sum(len(one["Rows"]["Row"]) for one in rows[:-1]) == 10
    assert ("Summary" in rows[0], "Summary" in rows[1]) == (True, False)
    whole = us.report("GeneralLedger", **YEAR)["Rows"]["Row"]
    assert [len(one["Rows"]["Row"]) for one in whole] == [7, 7]
    assert all("Summary" in one for one in whole)


@pytest.mark.parametrize(
    ("macro", "since", "until"),
    [
        ("Today", "2026-02-18", "2026-02-18"),
        ("Yesterday", "2026-02-17", "2026-02-17"),
        ("This Week", "2026-02-15", "2026-02-21"),
        ("Last Week", "2026-02-08", "2026-02-14"),
        ("This Week-to-date", "2026-02-15", "2026-02-18"),
        ("Last Week-to-date", "2026-02-08", "2026-02-11"),
        ("Next Week", "2026-02-22", "2026-02-28"),
        ("Next 4 Weeks", "2026-02-22", "2026-03-21"),
        ("This Month", "2026-02-01", "2026-02-28"),
        ("Last Month", "2026-01-01", "2026-01-31"),
        ("This Month-to-date", "2026-02-01", "2026-02-18"),
        ("Last Month-to-date", "2026-01-01", "2026-01-18"),
        ("Next Month", "2026-03-01", "2026-03-31"),
        ("This Fiscal Quarter", "2026-01-01", "2026-03-31"),
        ("Last Fiscal Quarter", "2025-10-01", "2025-12-31"),
        ("This Fiscal Quarter-to-date", "2026-01-01", "2026-02-18"),
        ("Last Fiscal Quarter-to-date", "2025-10-01", "2025-11-18"),
        ("Next Fiscal Quarter", "2026-04-01", "2026-06-30"),
        ("This Fiscal Year", "2026-01-01", "2026-12-31"),
        ("Last Fiscal Year", "2025-01-01", "2025-12-31"),
        ("This Fiscal Year-to-date", "2026-01-01", "2026-02-18"),
        ("Last Fiscal Year-to-date", "2025-01-01", "2025-02-18"),
        ("Next Fiscal Year", "2027-01-01", "2027-12-31"),
    ],
)
def test_periods_by_name(macro: str, since: str, until: str) -> None:
    """As they are on a Wednesday in February; weeks begin on Sunday."""
    found = periods.named(macro, date(2026, 2, 18))
    assert found == (date.fromisoformat(since), date.fromisoformat(until))
    assert periods.named("Next Week-to-date", date(2026, 2, 18)) is None


def test_a_period_by_name_in_a_report(us: Books) -> None:
    """On the sandbox's day, which is Pacific."""
    report = us.report("ProfitAndLoss", date_macro="Last Month")["Header"]
    today = us.invoice(1)["TxnDate"]
    span = periods.named("last month", date.fromisoformat(today))
    assert span == tuple(date.fromisoformat(report[one]) for one in ("StartPeriod", "EndPeriod"))
    assert report["DateMacro"] == "Last Month"
