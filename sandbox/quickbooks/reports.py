"""Reports, from the book alone: trial balance, general ledger, profit and loss, balance sheet."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from sandbox.quickbooks.company import ZERO, Body, Company, cents
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.times import whole

MOST_LINES = 20_000
MACROS = ("Today", "This Month-to-date", "This Fiscal Year-to-date", "Last Month", "All")
ROUNDS = Callable[[Company, str, str], tuple[Body, Body]]
ASSETS = (
    ("Bank Accounts", ("Bank",)),
    ("Accounts Receivable", ("Accounts Receivable",)),
    ("Other Current Assets", ("Other Current Asset",)),
    ("Fixed Assets", ("Fixed Asset",)),
    ("Other Assets", ("Other Asset",)),
)
LIABILITIES = (
    ("Accounts Payable", ("Accounts Payable",)),
    ("Credit Cards", ("Credit Card",)),
    ("Other Current Liabilities", ("Other Current Liability",)),
    ("Long-Term Liabilities", ("Long Term Liability",)),
)


def run(company: Company, name: str, given: dict[str, str]) -> Body:
    """A whole report. Raises Wrong."""
    report = REPORTS.get(name)
    if report is None:
        raise Wrong("500", f"Unsupported Operation : report {name[:60]}")
    since, until = _period(company, name, given)
    columns, rows = report(company, since, until)
    basis = given.get("accounting_method", "Accrual").title()
    empty = "true" if not rows["Row"] else "false"
    header = {
        "Time": whole(company.at),
        "ReportName": name,
        "DateMacro": given.get("date_macro", ""),
        "ReportBasis": basis if basis in ("Accrual", "Cash") else "Accrual",
        "StartPeriod": since,
        "EndPeriod": until,
        "Currency": company.home,
        "Option": [{"Name": "NoReportData", "Value": empty}],
    }
    header = {key: value for key, value in header.items() if value not in ("", "0001-01-01")}
    return {"Header": header, "Columns": columns, "Rows": rows}


def _period(company: Company, name: str, given: dict[str, str]) -> tuple[str, str]:
    today = date.fromisoformat(company.today)
    first = today.replace(day=1)
    macro = given.get("date_macro", "").lower()
    since, until = today.replace(month=1, day=1), today
    if macro == "this month-to-date":
        since = first
    elif macro == "last month":
        until = first - timedelta(days=1)
        since = until.replace(day=1)
    elif macro == "today":
        since = today
    elif macro == "all":
        since, until = date(1, 1, 1), date(9999, 12, 31)
    elif macro and macro != "this fiscal year-to-date":
        raise Wrong("2170", f"Invalid Enumeration : date_macro {macro[:40]}", "date_macro")
    try:
        start = date.fromisoformat(given["start_date"]) if "start_date" in given else since
        end = date.fromisoformat(given["end_date"]) if "end_date" in given else until
    except ValueError as error:
        raise Wrong("2080", f"Invalid date format for report {name}", "start_date") from error
    return start.isoformat(), end.isoformat()


def _accounts(company: Company) -> list[tuple[str, Body]]:
    return [(one.id, one.body) for one in company.store.records(company.realm, "Account")]


def _columns(*titles: tuple[str, str]) -> Body:
    return {"Column": [{"ColTitle": title, "ColType": kind} for title, kind in titles]}


def _money(amount: Decimal) -> str:
    return str(cents(amount))


def _row(account: str, name: str, *values: str) -> Body:
    cells: list[Body] = [{"value": name, **({"id": account} if account else {})}]
    return {"ColData": [*cells, *({"value": value} for value in values)], "type": "Data"}


def _section(title: str, rows: list[Body], total: Decimal, group: str = "") -> Body:
    summary = {"ColData": [{"value": f"Total {title}"}, {"value": _money(total)}]}
    section: Body = {"Header": {"ColData": [{"value": title}, {"value": ""}]}}
    section |= {"Rows": {"Row": rows}, "Summary": summary, "type": "Section"}
    return {**section, **({"group": group} if group else {})}


def _line(title: str, amount: Decimal, group: str) -> Body:
    summary = {"ColData": [{"value": title}, {"value": _money(amount)}]}
    return {"Summary": summary, "type": "Section", "group": group}


def year_of(company: Company, until: str) -> str:
    """The first day of the fiscal year in which a day is: years begin in January."""
    return f"{until[:4]}-01-01"


def balances(company: Company, until: str) -> dict[str, Decimal]:
    """Every account at a day: income and costs of earlier years are retained earnings."""
    year = year_of(company, until)
    found = company.book.balances(until)
    before = _earlier(year)
    earlier = company.book.balances(before) if before else {}
    kept = ZERO
    for account, body in _accounts(company):
        if body["Classification"] in ("Revenue", "Expense") and account in earlier:
            found[account] -= earlier[account]
            kept += earlier[account]
    retained = company.system("retained")
    found[retained] = found.get(retained, ZERO) + kept
    return found


def _earlier(day: str) -> str:
    return "" if day <= "0001-01-01" else (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _trial_balance(company: Company, _since: str, until: str) -> tuple[Body, Body]:
    rows: list[Body] = []
    debit, credit = ZERO, ZERO
    found = balances(company, until)
    for account, body in _accounts(company):
        amount = found.get(account, ZERO)
        if not amount:
            continue
        sides = (_money(amount), "") if amount > 0 else ("", _money(-amount))
        row = _row(account, body["FullyQualifiedName"], *sides)
        del row["type"]
        rows.append(row)
        debit += max(amount, ZERO)
        credit += max(-amount, ZERO)
    if rows:
        total = [{"value": "TOTAL"}, {"value": _money(debit)}, {"value": _money(credit)}]
        rows.append({"type": "Section", "group": "GrandTotal", "Summary": {"ColData": total}})
    return _columns(("", "Account"), ("Debit", "Money"), ("Credit", "Money")), {"Row": rows}


def _of_types(
    company: Company, found: dict[str, Decimal], types: tuple[str, ...], sign: int
) -> tuple[list[Body], Decimal]:
    rows, total = [], ZERO
    for account, body in _accounts(company):
        amount = found.get(account, ZERO) * sign
        if body["AccountType"] in types and amount:
            rows.append(_row(account, body["FullyQualifiedName"], _money(amount)))
            total += amount
    return rows, total


def _profit_and_loss(company: Company, since: str, until: str) -> tuple[Body, Body]:
    found = company.book.balances(until, since)
    rows: list[Body] = []
    sums = {}
    for title, types, sign, group in (
        ("Income", ("Income",), -1, "Income"),
        ("Cost of Goods Sold", ("Cost of Goods Sold",), 1, "COGS"),
        ("Expenses", ("Expense",), 1, "Expenses"),
        ("Other Income", ("Other Income",), -1, "OtherIncome"),
        ("Other Expenses", ("Other Expense",), 1, "OtherExpenses"),
    ):
        listed, sums[group] = _of_types(company, found, types, sign)
        if listed:
            rows.append(_section(title, listed, sums[group], group))
        if group == "COGS":
            gross = sums["Income"] - sums["COGS"]
            rows.append(_line("Gross Profit", gross, "GrossProfit"))
        elif group == "Expenses":
            operating = sums["Income"] - sums["COGS"] - sums["Expenses"]
            rows.append(_line("Net Operating Income", operating, "NetOperatingIncome"))
    other = sums["OtherIncome"] - sums["OtherExpenses"]
    rows.append(_line("Net Other Income", other, "NetOtherIncome"))
    net = sums["Income"] - sums["COGS"] - sums["Expenses"] + other
    rows.append(_line("Net Income", net, "NetIncome"))
    return _columns(("", "Account"), ("Total", "Money")), {"Row": rows if found else []}


def _balance_sheet(company: Company, _since: str, until: str) -> tuple[Body, Body]:
    found = balances(company, until)
    assets, owned = _side(company, found, ASSETS, 1)
    liabilities, owed = _side(company, found, LIABILITIES, -1)
    equity, own = _of_types(company, found, ("Equity",), -1)
    earned = -sum(
        (
            found.get(account, ZERO)
            for account, body in _accounts(company)
            if body["Classification"] in ("Revenue", "Expense")
        ),
        ZERO,
    )
    equity.append(_row("", "Net Income", _money(earned)))
    parts = [
        _section("Liabilities", liabilities, owed, "Liabilities"),
        _section("Equity", equity, own + earned, "Equity"),
    ]
    total = owed + own + earned
    rows = [
        _section("ASSETS", assets, owned, "TotalAssets"),
        _section("LIABILITIES AND EQUITY", parts, total, "TotalLiabilitiesAndEquity"),
    ]
    return _columns(("", "Account"), ("Total", "Money")), {"Row": rows}


def _side(
    company: Company,
    found: dict[str, Decimal],
    parts: tuple[tuple[str, tuple[str, ...]], ...],
    sign: int,
) -> tuple[list[Body], Decimal]:
    rows, total = [], ZERO
    for title, types in parts:
        listed, amount = _of_types(company, found, types, sign)
        if listed:
            rows.append(_section(title, listed, amount))
            total += amount
    return rows, total


def _general_ledger(company: Company, since: str, until: str) -> tuple[Body, Body]:
    rows = []
    before = _earlier(since)
    opening = company.book.balances(before) if before else {}
    by_account: dict[str, list[Body]] = {}
    running: dict[str, Decimal] = {}
    for line in company.book.lines(since=since, until=until, limit=MOST_LINES):
        held = running.get(line.account, opening.get(line.account, ZERO)) + line.amount
        running[line.account] = held
        cells = [
            {"value": line.day},
            {"value": line.source_kind, "id": line.source_id},
            {"value": line.memo},
            {"value": _money(line.amount)},
            {"value": _money(held)},
        ]
        by_account.setdefault(line.account, []).append({"ColData": cells, "type": "Data"})
    for account, body in _accounts(company):
        if account not in by_account:
            continue
        name = body["FullyQualifiedName"]
        total = running[account] - opening.get(account, ZERO)
        cells = [{"value": f"Total for {name}"}, *({"value": ""},) * 2]
        cells += [{"value": _money(total)}, {"value": ""}]
        rows.append(
            {
                "Header": {"ColData": [{"value": name, "id": account}]},
                "Rows": {"Row": by_account[account]},
                "Summary": {"ColData": cells},
                "type": "Section",
            }
        )
    columns = _columns(
        ("Date", "tx_date"),
        ("Transaction Type", "txn_type"),
        ("Memo/Description", "memo"),
        ("Amount", "subt_nat_amount"),
        ("Balance", "rbal_nat_amount"),
    )
    return columns, {"Row": rows}


REPORTS: dict[str, ROUNDS] = {
    "TrialBalance": _trial_balance,
    "GeneralLedger": _general_ledger,
    "ProfitAndLoss": _profit_and_loss,
    "BalanceSheet": _balance_sheet,
}
