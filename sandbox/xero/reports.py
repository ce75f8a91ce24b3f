"""Reports, from the book: tables of text, in base currency."""

from decimal import Decimal
from typing import Any

from sandbox.common.http import Answer, Call, Refused
from sandbox.xero import problems, statements, summaries
from sandbox.xero.aged import aged
from sandbox.xero.basis import Balances, Basis
from sandbox.xero.books import Books
from sandbox.xero.figures import ZERO, account, by_code, year_to
from sandbox.xero.periods import long_day, whole_number
from sandbox.xero.query import day_or_none
from sandbox.xero.resource import envelope
from sandbox.xero.rows import header, row, section, summary
from sandbox.xero.wire import money_text, ms_moment, new_id

SECTIONS = {
    "REVENUE": "Revenue",
    "EXPENSE": "Expenses",
    "ASSET": "Assets",
    "LIABILITY": "Liabilities",
    "EQUITY": "Equity",
}
# Name: what it is called, the scope's word, and what makes titles and rows of a query.
MADE: dict[str, tuple[str, str, Any]] = {
    "ProfitAndLoss": ("Profit and Loss", "profitandloss", statements.profit_and_loss),
    "BalanceSheet": ("Balance Sheet", "balancesheet", statements.balance_sheet),
    "BankSummary": ("Bank Summary", "banksummary", summaries.bank_summary),
    "ExecutiveSummary": ("Executive Summary", "executivesummary", summaries.executive_summary),
    "BudgetSummary": ("Budget Summary", "budgetsummary", summaries.budget_summary),
}
BROAD = "accounting.reports"


def query_of(call: Call) -> dict[str, str]:
    """Parameters by their names in small letters."""
    return {name.lower(): text for name, text in call.query.items()}


class Reports:
    """The addresses below Reports."""

    def __init__(self, xero: Any) -> None:
        for name, (_title, scope, _make) in MADE.items():
            xero.api("GET", f"/Reports/{name}", self.made, (f"{BROAD}.{scope}", BROAD))
        for name, handler, scope in (
            ("TrialBalance", self.trial_balance, "trialbalance"),
            ("AgedReceivablesByContact", self.aged, "aged"),
            ("AgedPayablesByContact", self.aged, "aged"),
            ("TenNinetyNine", self.ten_ninety_nine, "tenninetynine"),
            ("{id}", self.published, "taxreports"),
        ):
            xero.api("GET", f"/Reports/{name}", handler, (f"{BROAD}.{scope}", BROAD))
        xero.api("GET", "/Reports", self.list_published, (f"{BROAD}.taxreports", BROAD))

    def made(self, call: Call, books: Books) -> Answer:
        """One of `MADE`."""
        kind = call.path.rstrip("/").rpartition("/")[2]
        name, _scope, make = MADE[kind]
        titles, rows = make(books, query_of(call))
        before = ["Overall Budget"] if kind == "BudgetSummary" else []
        whole = [*before, name, str(books.organisation["Name"]), *titles]
        return _report(books, name, kind, whole, rows)

    def trial_balance(self, call: Call, books: Books) -> Answer:
        """Movement of the month of `date` and balances of the year, by account."""
        query = query_of(call)
        day = day_or_none(query.get("date")) or books.today
        basis = Basis(books, statements.is_cash(query))
        whole, moved = year_to(basis, day), basis.balances(day, day[:8] + "01")
        rows = [header("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")]
        totals = [ZERO] * 4
        for title, accounts in _by_class(books, whole, moved).items():
            lines = []
            for one in accounts:
                figures = [*_sides(moved.get(one["AccountID"], ZERO))]
                figures += _sides(whole.get(one["AccountID"], ZERO))
                totals = [a + (b or ZERO) for a, b in zip(totals, figures, strict=True)]
                texts = ["" if each is None else money_text(each) for each in figures]
                lines.append(row(_label(one), *texts, account=one["AccountID"]))
            rows.append(section(title, lines))
        rows.append(section("", [summary("Total", *map(money_text, totals))]))
        titles = ["Trial Balance", str(books.organisation["Name"]), f"As at {long_day(day)}"]
        return _report(books, "Trial Balance", "TrialBalance", titles, rows)

    def aged(self, call: Call, books: Books) -> Answer:
        """What one customer owes, or one supplier is owed."""
        kind, query = call.path.rstrip("/").rpartition("/")[2], query_of(call)
        contact = books.get("contact", query.get("contactid", "").lower())
        if contact is None:
            raise Refused(problems.not_found())
        showing = day_or_none(query.get("date")) or books.today
        until = day_or_none(query.get("todate")) or showing
        since = day_or_none(query.get("fromdate")) or ""
        sale = kind == "AgedReceivablesByContact"
        rows = aged(books, contact.id, since, until, sale=sale)
        start = f"From {long_day(since)} to" if since else "To"
        titles = ["Invoices", contact.body["Name"], f"{start} {long_day(until)}"]
        titles.append(f"Showing payments to {long_day(until)}")
        name = f"Aged {'Receivables' if sale else 'Payables'} By Contact"
        return _report(books, name, kind, titles, rows)

    def ten_ninety_nine(self, call: Call, books: Books) -> Answer:
        """For the United States; nobody here is to be reported."""
        if books.organisation["CountryCode"] != "US":
            raise Refused(problems.not_found())
        year = whole_number(query_of(call), "reportyear", int(books.today[:4]) - 1)
        kept = {"ReportDate": f"1 Jan {year} to 31 Dec {year}", "Contacts": []}
        names = ("1099-NEC report", "1099-MISC report")
        return envelope(books, "Reports", [{"ReportName": name, **kept} for name in names])

    def list_published(self, call: Call, books: Books) -> Answer:
        """Tax reports that were published: none."""
        return envelope(books, "Reports", [])

    def published(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002 - a step's name
        """There is none."""
        raise Refused(problems.not_found())


def _report(books: Books, name: str, kind: str, titles: list[str], rows: list[Any]) -> Answer:
    made = {
        "ReportID": new_id(),
        "ReportName": name,
        "ReportType": kind,
        "ReportTitles": titles,
        "ReportDate": long_day(books.today),
        "UpdatedDateUTC": ms_moment(books.at),
        "Fields": [],
        "Rows": rows,
    }
    return envelope(books, "Reports", [made])


def _by_class(books: Books, *balances: Balances) -> dict[str, list[dict[str, Any]]]:
    ids = {one for many in balances for one, amount in many.items() if amount}
    found = sorted((account(books, one) for one in ids), key=by_code)
    listed = {title: [one for one in found if one["Class"] == c] for c, title in SECTIONS.items()}
    return {title: accounts for title, accounts in listed.items() if accounts}


def _sides(amount: Decimal) -> tuple[Decimal | None, Decimal | None]:
    return (amount, None) if amount >= 0 else (None, -amount)


def _label(body: dict[str, Any]) -> str:
    return f"{body['Name']} ({body['Code']})" if body.get("Code") else str(body["Name"])
