"""Profit and loss and balance sheet, in one column or in many, and what accounts stand at."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sandbox.quickbooks import periods
from sandbox.quickbooks.basis import Balances, View, day_before
from sandbox.quickbooks.company import ZERO, Body, Company, cents, name_of

PROFIT_AND_LOSS = ("Revenue", "Expense")
BY_DATE = ("days", "week", "month", "quarter", "year")
# What else columns are made by: the mark of a posting, and what it is the id of.
BY_MARK = {
    "customers": ("customer", "Customer"),
    "vendors": ("vendor", "Vendor"),
    "employees": ("employee", "Employee"),
    "classes": ("class", "Class"),
    "departments": ("department", "Department"),
    "productsandservices": ("item", "Item"),
}
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
EARNED = (
    ("Income", ("Income",), -1, "Income"),
    ("Cost of Goods Sold", ("Cost of Goods Sold",), 1, "COGS"),
    ("Expenses", ("Expense",), 1, "Expenses"),
    ("Other Income", ("Other Income",), -1, "OtherIncome"),
    ("Other Expenses", ("Other Expense",), 1, "OtherExpenses"),
)
Amounts = list[Decimal]
Report = tuple[list[Body], list[Body]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of money: its head, and what each account comes to in it."""

    title: str
    amounts: Balances
    meta: list[Body] = field(default_factory=list)

    def head(self) -> Body:
        """As it is listed."""
        shown: Body = {"ColTitle": self.title, "ColType": "Money"}
        return {**shown, "MetaData": self.meta} if self.meta else shown


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for."""

    view: View
    since: str
    until: str
    by: str

    @property
    def company(self) -> Company:
        """Whose it is."""
        return self.view.company


def accounts(company: Company) -> list[tuple[str, Body]]:
    """The chart, by id."""
    return [(one.id, one.body) for one in company.store.records(company.realm, "Account")]


def money(amount: Decimal) -> str:
    """With two places."""
    return str(cents(amount))


# --- Columns -------------------------------------------------------------------------------------
def columns(asked: Asked, *, standing: bool) -> list[Column]:
    """Movements of the period, or what accounts stand at; the last but for dates is the Total."""
    whole = _at(asked, asked.until) if standing else asked.view.balances(asked.until, asked.since)
    total = Column("Total", whole, [_meta("ColKey", "total")] if asked.by != "total" else [])
    if asked.by in BY_DATE:
        found = [
            _dated(asked, title, start.isoformat(), end.isoformat(), standing=standing)
            for title, start, end in periods.split(
                asked.by, date.fromisoformat(asked.since), date.fromisoformat(asked.until)
            )
        ]
        return found if standing else [*found, total]
    if asked.by in BY_MARK:
        return [*_marked(asked, standing=standing), total]
    return [total]


def _meta(name: str, value: str) -> Body:
    return {"Name": name, "Value": value}


def _dated(asked: Asked, title: str, start: str, end: str, *, standing: bool) -> Column:
    amounts = _at(asked, end) if standing else asked.view.balances(end, start)
    meta = [_meta("StartDate", start), _meta("EndDate", end), _meta("ColKey", title)]
    return Column(title, amounts, meta)


def _marked(asked: Asked, *, standing: bool) -> list[Column]:
    mark, kind = BY_MARK[asked.by]
    view, company = asked.view, asked.company
    found = view.balances_by(mark, asked.until, "" if standing else asked.since)
    if standing:
        before = day_before(f"{asked.until[:4]}-01-01")
        earlier = view.balances_by(mark, before, "") if before else {}
        found = {
            value: closed(company, amounts, earlier.get(value, {}))
            for value, amounts in found.items()
        }
    named = []
    for value, amounts in found.items():
        record = company.store.get(company.realm, kind, value) if value else None
        title = name_of(kind, record.body) if record else "Not Specified"
        named.append((not value, title, Column(title, amounts, [_meta("ColKey", value or "0")])))
    return [column for _last, _title, column in sorted(named, key=lambda one: one[:2])]


def closed(company: Company, found: Balances, earlier: Balances) -> Balances:
    """Balances with income and costs of earlier years in retained earnings."""
    made, kept = dict(found), ZERO
    for account, body in accounts(company):
        if body["Classification"] in PROFIT_AND_LOSS and account in earlier:
            made[account] = made.get(account, ZERO) - earlier[account]
            kept += earlier[account]
    retained = company.system("retained")
    made[retained] = made.get(retained, ZERO) + kept
    return made


def _at(asked: Asked, until: str) -> Balances:
    before = day_before(f"{until[:4]}-01-01")
    earlier = asked.view.balances(before) if before else {}
    return closed(asked.company, asked.view.balances(until), earlier)


# --- Rows ----------------------------------------------------------------------------------------
def row(account: str, name: str, values: list[str]) -> Body:
    """A line of an account."""
    cells: list[Body] = [{"value": name, **({"id": account} if account else {})}]
    return {"ColData": [*cells, *({"value": value} for value in values)], "type": "Data"}


def _cells(title: str, amounts: Amounts) -> Body:
    return {"ColData": [{"value": title}, *({"value": money(one)} for one in amounts)]}


def _section(title: str, rows: list[Body], total: Amounts, group: str = "") -> Body:
    blank = [{"value": ""} for _ in total]
    section: Body = {"Header": {"ColData": [{"value": title}, *blank]}}
    section |= {"Rows": {"Row": rows}, "Summary": _cells(f"Total {title}", total)}
    section["type"] = "Section"
    return {**section, **({"group": group} if group else {})}


def _line(title: str, amounts: Amounts, group: str) -> Body:
    return {"Summary": _cells(title, amounts), "type": "Section", "group": group}


def _of_types(
    company: Company, shown: list[Column], types: tuple[str, ...], sign: int
) -> tuple[list[Body], Amounts]:
    rows, total = [], [ZERO for _ in shown]
    for account, body in accounts(company):
        amounts = [column.amounts.get(account, ZERO) * sign for column in shown]
        if body["AccountType"] not in types or not any(amounts):
            continue
        values = [
            money(amount) if account in column.amounts else ""
            for amount, column in zip(amounts, shown, strict=True)
        ]
        rows.append(row(account, body["FullyQualifiedName"], values))
        total = _plus(total, amounts)
    return rows, total


def _plus(first: Amounts, second: Amounts, sign: int = 1) -> Amounts:
    return [one + other * sign for one, other in zip(first, second, strict=True)]


def profit_and_loss(asked: Asked) -> Report:
    """Income less costs of a period."""
    shown = columns(asked, standing=False)
    rows: list[Body] = []
    sums: dict[str, Amounts] = {}
    gross = operating = [ZERO for _ in shown]
    for title, types, sign, group in EARNED:
        listed, sums[group] = _of_types(asked.company, shown, types, sign)
        if listed:
            rows.append(_section(title, listed, sums[group], group))
        if group == "COGS":
            gross = _plus(sums["Income"], sums["COGS"], -1)
            rows.append(_line("Gross Profit", gross, "GrossProfit"))
        elif group == "Expenses":
            operating = _plus(gross, sums["Expenses"], -1)
            rows.append(_line("Net Operating Income", operating, "NetOperatingIncome"))
    other = _plus(sums["OtherIncome"], sums["OtherExpenses"], -1)
    rows.append(_line("Net Other Income", other, "NetOtherIncome"))
    rows.append(_line("Net Income", _plus(operating, other), "NetIncome"))
    return [column.head() for column in shown], rows if shown[-1].amounts else []


def balance_sheet(asked: Asked) -> Report:
    """What is owned, and whose it is."""
    company, shown = asked.company, columns(asked, standing=True)
    assets, owned = _side(company, shown, ASSETS, 1)
    liabilities, owed = _side(company, shown, LIABILITIES, -1)
    equity, own = _of_types(company, shown, ("Equity",), -1)
    earning = [id_ for id_, body in accounts(company) if body["Classification"] in PROFIT_AND_LOSS]
    earned = [
        -sum((column.amounts.get(account, ZERO) for account in earning), ZERO) for column in shown
    ]
    equity.append(row("", "Net Income", [money(one) for one in earned]))
    own = _plus(own, earned)
    parts = [
        _section("Liabilities", liabilities, owed, "Liabilities"),
        _section("Equity", equity, own, "Equity"),
    ]
    rows = [
        _section("ASSETS", assets, owned, "TotalAssets"),
        _section("LIABILITIES AND EQUITY", parts, _plus(owed, own), "TotalLiabilitiesAndEquity"),
    ]
    return [column.head() for column in shown], rows


def _side(
    company: Company,
    shown: list[Column],
    parts: tuple[tuple[str, tuple[str, ...]], ...],
    sign: int,
) -> tuple[list[Body], Amounts]:
    rows, total = [], [ZERO for _ in shown]
    for title, types in parts:
        listed, amounts = _of_types(company, shown, types, sign)
        if listed:
            rows.append(_section(title, listed, amounts))
            total = _plus(total, amounts)
    return rows, total
