"""Reports, from the book only: tables of text, in base currency."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.common.http import Answer, Call, Refused
from sandbox.xero import problems
from sandbox.xero.aged import aged
from sandbox.xero.books import Books
from sandbox.xero.problems import WrongQuery
from sandbox.xero.query import day_or_none
from sandbox.xero.resource import envelope
from sandbox.xero.rows import cell, header, row, section, summary
from sandbox.xero.wire import money_text, ms_moment, new_id

Balances = dict[str, Decimal]
ZERO = Decimal(0)
INCOME, EXPENSES = ("REVENUE",), ("EXPENSE",)
SECTIONS = ("REVENUE", "EXPENSE", "ASSET", "LIABILITY", "EQUITY")
TITLES = {
    "REVENUE": "Revenue",
    "EXPENSE": "Expenses",
    "ASSET": "Assets",
    "LIABILITY": "Liabilities",
    "EQUITY": "Equity",
}
MOST_PERIODS = 12


class Reports:
    """The addresses below Reports."""

    def __init__(self, xero: Any) -> None:
        made: tuple[tuple[str, Callable[..., Answer], str], ...] = (
            ("TrialBalance", self.trial_balance, "trialbalance"),
            ("ProfitAndLoss", self.profit_and_loss, "profitandloss"),
            ("BalanceSheet", self.balance_sheet, "balancesheet"),
            ("BankSummary", self.bank_summary, "banksummary"),
            ("AgedReceivablesByContact", self.aged_receivables, "aged"),
            ("AgedPayablesByContact", self.aged_payables, "aged"),
        )
        for name, handler, scope in made:
            needed = (f"accounting.reports.{scope}", "accounting.reports")
            xero.api("GET", f"/Reports/{name}", handler, needed)

    # --- Trial balance ----------------------------------------
    def trial_balance(self, call: Call, books: Books) -> Answer:
        """Movement of the month of `date` and balances of the year, by account."""
        day = _query(call, "date") or books.today
        month = day[:8] + "01"
        whole, moved = _year_to(books, day), books.ledger.balances(day, month)
        rows = [header("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")]
        totals = [ZERO] * 4
        for name, accounts in _by_class(books, whole, moved).items():
            lines = []
            for account in accounts:
                figures = [*_sides(moved.get(account["AccountID"], ZERO))]
                figures += _sides(whole.get(account["AccountID"], ZERO))
                totals = [a + (b or ZERO) for a, b in zip(totals, figures, strict=True)]
                texts = ["" if one is None else money_text(one) for one in figures]
                lines.append(row(_label(account), *texts, account=account["AccountID"]))
            rows.append(section(TITLES[name], lines))
        rows.append(section("", [summary("Total", *(money_text(one) for one in totals))]))
        return _report(books, "Trial Balance", "TrialBalance", [f"As at {_long(day)}"], rows)

    # --- Profit and loss ----------------------------------------
    def profit_and_loss(self, call: Call, books: Books) -> Answer:
        """Between two days, and the same stretch before it `periods` times."""
        query = {name.lower(): text for name, text in call.query.items()}
        today = date.fromisoformat(books.today)
        since = day_or_none(query.get("fromdate")) or today.replace(day=1).isoformat()
        until = day_or_none(query.get("todate")) or books.today
        if since > until:
            raise WrongQuery("fromDate is after toDate")
        stretches = _stretches(since, until, _periods(query), query.get("timeframe", "MONTH"))
        figures = [books.ledger.balances(end, start) for start, end in stretches]
        income = _accounts(books, figures, ("REVENUE", "SALES"))
        other = _accounts(books, figures, ("OTHERINCOME",))
        costs = _accounts(books, figures, ("DIRECTCOSTS",))
        spent = _accounts(books, figures, ("EXPENSE", "OVERHEADS", "DEPRECIATN"))
        rows = [header("", *(_short(end) for _start, end in stretches))]
        sums, gross = {}, [ZERO] * len(stretches)
        for title, accounts, sign in (
            ("Income", income, -1),
            ("Less Cost of Sales", costs, 1),
            ("Plus Other Income", other, -1),
            ("Less Operating Expenses", spent, 1),
        ):
            sums[title] = _add_section(rows, title, accounts, figures, sign)
            if title == "Less Cost of Sales":
                gross = _minus(sums["Income"], sums[title])
                rows.append(section("", [row("Gross Profit", *map(money_text, gross))]))
        net = [
            g + o - e
            for g, o, e in zip(
                gross, sums["Plus Other Income"], sums["Less Operating Expenses"], strict=True
            )
        ]
        rows.append(section("", [row("Net Profit", *map(money_text, net))]))
        title = f"{_long(since)} to {_long(until)}"
        return _report(books, "Profit and Loss", "ProfitAndLoss", [title], rows)

    # --- Balance sheet ----------------------------------------
    def balance_sheet(self, call: Call, books: Books) -> Answer:
        """At the end of a day, and of the periods before it."""
        query = {name.lower(): text for name, text in call.query.items()}
        day = day_or_none(query.get("date")) or books.today
        stretches = _stretches(
            day[:8] + "01", day, _periods(query), query.get("timeframe", "MONTH")
        )
        days = [end for _start, end in stretches]
        figures = [_year_to(books, one) for one in days]
        earned = [-_profit(books, _year(books, one)) for one in figures]
        rows = [header("", *map(_short, days))]
        assets = [ZERO] * len(days)
        rows.append(section("Assets", []))
        kinds: tuple[tuple[str, tuple[str, ...]], ...] = (
            ("Bank", ("BANK",)),
            ("Current Assets", ("CURRENT", "INVENTORY", "PREPAYMENT")),
            ("Fixed Assets", ("FIXED",)),
            ("Non-current Assets", ("NONCURRENT",)),
        )
        for title, types in kinds:
            found = _accounts(books, figures, types)
            if found:
                part = _add_section(rows, title, found, figures, 1)
                assets = [a + b for a, b in zip(assets, part, strict=True)]
        rows.append(section("", [summary("Total Assets", *map(money_text, assets))]))
        owed = [ZERO] * len(days)
        rows.append(section("Liabilities", []))
        kinds = (
            ("Current Liabilities", ("CURRLIAB", "PAYG")),
            ("Non-Current Liabilities", ("LIABILITY", "TERMLIAB")),
        )
        for title, types in kinds:
            found = _accounts(books, figures, types)
            if found:
                part = _add_section(rows, title, found, figures, -1)
                owed = [a + b for a, b in zip(owed, part, strict=True)]
        rows.append(section("", [summary("Total Liabilities", *map(money_text, owed))]))
        net = _minus(assets, owed)
        rows.append(section("", [row("Net Assets", *map(money_text, net))]))
        lines = [row("Current Year Earnings", *map(money_text, earned))]
        equity = earned
        for account in _accounts(books, figures, ("EQUITY",)):
            part = [-one.get(account["AccountID"], ZERO) for one in figures]
            equity = [a + b for a, b in zip(equity, part, strict=True)]
            lines.append(row(account["Name"], *map(money_text, part), account=account["AccountID"]))
        lines.append(summary("Total Equity", *map(money_text, equity)))
        rows.append(section("Equity", lines))
        return _report(books, "Balance Sheet", "BalanceSheet", [f"As at {_long(day)}"], rows)

    # --- Bank and contacts ----------------------------------------
    def bank_summary(self, call: Call, books: Books) -> Answer:
        """What came in and went out of each bank account."""
        query = {name.lower(): text for name, text in call.query.items()}
        until = day_or_none(query.get("todate")) or books.today
        since = day_or_none(query.get("fromdate")) or until[:8] + "01"
        before = (date.fromisoformat(since) - timedelta(days=1)).isoformat()
        opening = books.ledger.balances(before)
        heads = ("Bank Accounts", "Opening Balance", "Cash Received", "Cash Spent")
        rows = [header(*heads, "Closing Balance")]
        lines, totals = [], [ZERO] * 4
        for record in books.xero.store.records(
            books.tenant, "account", where="json_extract(body, '$.Type') = 'BANK'"
        ):
            moves = books.ledger.lines(account=record.id, since=since, until=until)
            got = sum((one.amount for one in moves if one.amount > 0), ZERO)
            gone = -sum((one.amount for one in moves if one.amount < 0), ZERO)
            start = opening.get(record.id, ZERO)
            figures = [start, got, gone, start + got - gone]
            totals = [a + b for a, b in zip(totals, figures, strict=True)]
            texts = [cell(money_text(one)) for one in figures]
            named = cell(record.body["Name"], ("accountID", record.id))
            lines.append({"RowType": "Row", "Cells": [named, *texts]})
        lines.append(summary("Total", *map(money_text, totals)))
        rows.append(section("", lines))
        title = f"From {_long(since)} to {_long(until)}"
        return _report(books, "Bank Summary", "BankSummary", [title], rows)

    def aged_receivables(self, call: Call, books: Books) -> Answer:
        """What one customer owes."""
        return self._aged(call, books, "Receivables", sale=True)

    def aged_payables(self, call: Call, books: Books) -> Answer:
        """What one supplier is owed."""
        return self._aged(call, books, "Payables", sale=False)

    def _aged(self, call: Call, books: Books, words: str, *, sale: bool) -> Answer:
        query = {name.lower(): text for name, text in call.query.items()}
        contact = books.get("contact", query.get("contactid", "").lower())
        if contact is None:
            raise Refused(problems.not_found())
        until = day_or_none(query.get("todate")) or day_or_none(query.get("date")) or books.today
        since = day_or_none(query.get("fromdate")) or ""
        rows = aged(books, contact.id, since, until, sale=sale)
        titles = ["Invoices", contact.body["Name"], f"To {_long(until)}"]
        name = f"Aged{words}ByContact"
        return _report(books, f"Aged {words} By Contact", name, titles, rows)


def _report(books: Books, name: str, kind: str, titles: list[str], rows: list[Any]) -> Answer:
    where = [] if kind.startswith("Aged") else [name, str(books.organisation["Name"])]
    made = {
        "ReportID": new_id(),
        "ReportName": name,
        "ReportType": kind,
        "ReportTitles": [*where, *titles],
        "ReportDate": _long(books.today),
        "UpdatedDateUTC": ms_moment(books.at),
        "Fields": [],
        "Rows": rows,
    }
    return envelope(books, "Reports", [made])


def _query(call: Call, name: str) -> str | None:
    return day_or_none(call.query.get(name))


def _periods(query: dict[str, str]) -> int:
    try:
        return max(0, min(MOST_PERIODS, int(query.get("periods") or 0)))
    except ValueError as error:
        raise WrongQuery("periods is a number") from error


def _stretches(since: str, until: str, periods: int, timeframe: str) -> list[tuple[str, str]]:
    """The asked stretch, then those before it, a month, quarter or year apart."""
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}.get(timeframe.upper())
    if months is None:
        raise WrongQuery("timeframe is MONTH, QUARTER or YEAR")
    found = [(since, until)]
    for number in range(1, periods + 1):
        back = months * number
        found.append((_moved(since, -back), _moved(until, -back, end=_is_last(until))))
    return found


def _is_last(day: str) -> bool:
    return (date.fromisoformat(day) + timedelta(days=1)).day == 1


def _moved(day: str, months: int, *, end: bool = False) -> str:
    found = date.fromisoformat(day)
    count = found.year * 12 + found.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return (last if end else first.replace(day=min(found.day, last.day))).isoformat()


def year_start(books: Books, day: str) -> str:
    """The first day of the financial year of `day`."""
    organisation = books.organisation
    month = int(organisation.get("FinancialYearEndMonth", 12)) % 12 + 1
    year = int(day[:4]) - (int(day[5:7]) < month)
    return date(year, month, 1).isoformat()


def _year(books: Books, balances: Balances) -> Balances:
    return {
        account: amount
        for account, amount in balances.items()
        if _account(books, account)["Class"] in INCOME + EXPENSES
    }


def _profit(books: Books, balances: Balances) -> Decimal:
    """Income and expenses together: negative is profit."""
    return sum(balances.values(), ZERO)


def _year_to(books: Books, day: str) -> Balances:
    """Balances at the end of a day; what earlier years earned stands in retained earnings."""
    start = year_start(books, day)
    before = (date.fromisoformat(start) - timedelta(days=1)).isoformat()
    whole, earlier = books.ledger.balances(day), books.ledger.balances(before)
    earned = ZERO
    for account in list(whole):
        if _account(books, account)["Class"] in INCOME + EXPENSES:
            earned += earlier.get(account, ZERO)
            whole[account] -= earlier.get(account, ZERO)
    if earned:
        kept = books.system_account("RETAINEDEARNINGS").id
        whole[kept] = whole.get(kept, ZERO) + earned
    return whole


def _account(books: Books, account_id: str) -> dict[str, Any]:
    found = books.get("account", account_id)
    assert found is not None
    return found.body


def _by_class(books: Books, *balances: Balances) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    ids = {one for many in balances for one, amount in many.items() if amount}
    for account in sorted((_account(books, one) for one in ids), key=_order):
        found.setdefault(account["Class"], []).append(account)
    return {name: found[name] for name in SECTIONS if name in found}


def _accounts(
    books: Books, figures: list[Balances], types: tuple[str, ...]
) -> list[dict[str, Any]]:
    ids = {one for many in figures for one, amount in many.items() if amount}
    found = [one for one in (_account(books, id_) for id_ in ids) if one["Type"] in types]
    return sorted(found, key=_order)


def _order(account: dict[str, Any]) -> tuple[str, str]:
    return account.get("Code", ""), account["Name"]


def _add_section(
    rows: list[Any],
    title: str,
    accounts: list[dict[str, Any]],
    figures: list[Balances],
    sign: int,
) -> list[Decimal]:
    lines, totals = [], [ZERO] * len(figures)
    for account in accounts:
        part = [sign * one.get(account["AccountID"], ZERO) for one in figures]
        totals = [a + b for a, b in zip(totals, part, strict=True)]
        lines.append(row(account["Name"], *map(money_text, part), account=account["AccountID"]))
    lines.append(summary(f"Total {title.removeprefix('Less ')}", *map(money_text, totals)))
    rows.append(section(title, lines))
    return totals


def _minus(left: list[Decimal], right: list[Decimal]) -> list[Decimal]:
    return [a - b for a, b in zip(left, right, strict=True)]


def _sides(amount: Decimal) -> tuple[Decimal | None, Decimal | None]:
    return (amount, None) if amount >= 0 else (None, -amount)


def _label(account: dict[str, Any]) -> str:
    return f"{account['Name']} ({account['Code']})" if account.get("Code") else account["Name"]


def _long(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found.day} {found:%B %Y}"


def _short(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found.day} {found:%b %Y}"
