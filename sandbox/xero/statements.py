"""Profit and loss, and balance sheet: by periods, on cash basis, by tracking."""

from decimal import Decimal
from typing import Any

from sandbox.xero.basis import Balances, Basis
from sandbox.xero.books import Books
from sandbox.xero.figures import (
    ZERO,
    accounts_of,
    add_section,
    earnings,
    minus,
    plus,
    year_to,
)
from sandbox.xero.periods import long_day, short_day, stretches
from sandbox.xero.problems import WrongQuery
from sandbox.xero.query import day_or_none
from sandbox.xero.rows import header, row, section, summary
from sandbox.xero.wire import money_text

Query = dict[str, str]
Columns = list[tuple[str, Balances]]
ASSETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Bank", ("BANK",)),
    ("Current Assets", ("CURRENT", "INVENTORY", "PREPAYMENT")),
    ("Fixed Assets", ("FIXED",)),
    ("Non-current Assets", ("NONCURRENT",)),
)
LIABILITIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Current Liabilities", ("CURRLIAB", "PAYG")),
    ("Non-Current Liabilities", ("LIABILITY", "TERMLIAB")),
)
PROFIT: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("Income", ("REVENUE", "SALES"), -1),
    ("Less Cost of Sales", ("DIRECTCOSTS",), 1),
    ("Plus Other Income", ("OTHERINCOME",), -1),
    ("Less Operating Expenses", ("EXPENSE", "OVERHEADS", "DEPRECIATN"), 1),
)


def is_cash(query: Query) -> bool:
    """paymentsOnly."""
    return query.get("paymentsonly", "").lower() == "true"


def profit_and_loss(books: Books, query: Query) -> tuple[list[str], list[Any]]:
    """Titles and rows: between two days, `periods` before, or by option of a category."""
    since = day_or_none(query.get("fromdate")) or books.today[:8] + "01"
    until = day_or_none(query.get("todate")) or books.today
    if since > until:
        raise WrongQuery("fromDate is after toDate")
    columns = _columns(books, query, since, until)
    figures = [one for _title, one in columns]
    rows = [header("", *(title for title, _figures in columns))]
    sums: dict[str, list[Decimal]] = {}
    gross = [ZERO] * len(columns)
    for title, types, sign in PROFIT:
        sums[title] = add_section(rows, title, accounts_of(books, figures, types), figures, sign)
        if title == "Less Cost of Sales":
            gross = minus(sums["Income"], sums[title])
            rows.append(section("", [row("Gross Profit", *map(money_text, gross))]))
    net = minus(plus(gross, sums["Plus Other Income"]), sums["Less Operating Expenses"])
    rows.append(section("", [row("Net Profit", *map(money_text, net))]))
    return [f"{long_day(since)} to {long_day(until)}"], rows


def _columns(books: Books, query: Query, since: str, until: str) -> Columns:
    cash, options = (
        is_cash(query),
        _options(books, query, ("trackingoptionid", "trackingoptionid2")),
    )
    category = query.get("trackingcategoryid", "").lower()
    if not category or query.get("trackingoptionid"):
        basis = Basis(books, cash, options)
        listed = stretches(since, until, query)
        return [(short_day(end), basis.balances(end, start)) for start, end in listed]
    found = books.get("tracking_category", category)
    if found is None:
        raise WrongQuery("trackingCategoryID: there is no such category")
    columns: Columns = []
    whole = Basis(books, cash, options).balances(until, since)
    rest = dict(whole)
    for option in found.body["Options"]:
        own = Basis(books, cash, (option["TrackingOptionID"], *options)).balances(until, since)
        columns.append((option["Name"], own))
        for one, amount in own.items():
            rest[one] = rest.get(one, ZERO) - amount
    return [*columns, ("Unassigned", rest), ("Total", whole)]


def _options(books: Books, query: Query, names: tuple[str, ...]) -> tuple[str, ...]:
    """Options that are asked for. Raises WrongQuery for one that is not there."""
    asked = [query[name].lower() for name in names if query.get(name)]
    known = {
        option["TrackingOptionID"]
        for category in books.xero.store.records(books.tenant, "tracking_category")
        for option in category.body["Options"]
    }
    if set(asked) - known:
        raise WrongQuery(f"{names[0]}: there is no such option")
    return tuple(asked)


def balance_sheet(books: Books, query: Query) -> tuple[list[str], list[Any]]:
    """Titles and rows: at the end of a day, and of the periods before it."""
    day = day_or_none(query.get("date")) or books.today
    days = [end for _start, end in stretches(day[:8] + "01", day, query)]
    options = _options(books, query, ("trackingoptionid1", "trackingoptionid2"))
    basis = Basis(books, is_cash(query), options)
    figures = [year_to(basis, one) for one in days]
    if options:  # what other options have of each document
        transfers = books.system_account("TRACKINGTRANSFERS").id
        for one in figures:
            one[transfers] = one.get(transfers, ZERO) - sum(one.values(), ZERO)
    rows = [header("", *map(short_day, days))]
    assets = _side(rows, books, "Assets", ASSETS, figures, sign=1)
    owed = _side(rows, books, "Liabilities", LIABILITIES, figures, sign=-1)
    net = minus(assets, owed)
    rows.append(section("", [row("Net Assets", *map(money_text, net))]))
    rows.append(_equity(books, figures))
    return [f"As at {long_day(day)}"], rows


def _side(
    rows: list[Any],
    books: Books,
    title: str,
    kinds: tuple[tuple[str, tuple[str, ...]], ...],
    figures: list[Balances],
    *,
    sign: int,
) -> list[Decimal]:
    rows.append(section(title, []))
    totals = [ZERO] * len(figures)
    for name, types in kinds:
        found = accounts_of(books, figures, types)
        if found:
            totals = plus(totals, add_section(rows, name, found, figures, sign))
    rows.append(section("", [summary(f"Total {title}", *map(money_text, totals))]))
    return totals


def _equity(books: Books, figures: list[Balances]) -> dict[str, Any]:
    total = [earnings(books, one) for one in figures]
    lines = [row("Current Year Earnings", *map(money_text, total))]
    for account in accounts_of(books, figures, ("EQUITY",)):
        part = [-one.get(account["AccountID"], ZERO) for one in figures]
        total = plus(total, part)
        lines.append(row(account["Name"], *map(money_text, part), account=account["AccountID"]))
    lines.append(summary("Total Equity", *map(money_text, total)))
    return section("Equity", lines)
