"""Bank summary, executive summary and budget summary."""

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.xero.basis import Balances, Basis
from sandbox.xero.books import Books
from sandbox.xero.figures import ZERO, account, by_code, earned, year_to
from sandbox.xero.periods import MOST_PERIODS, day_before, long_day, moved, whole_number
from sandbox.xero.problems import WrongQuery
from sandbox.xero.query import day_or_none
from sandbox.xero.rows import cell, header, row, section, summary
from sandbox.xero.wire import money_text

Query = dict[str, str]
HUNDRED = Decimal(100)


def bank_summary(books: Books, query: Query) -> tuple[list[str], list[Any]]:
    """Titles and rows: what came in and went out of each bank account."""
    until = day_or_none(query.get("todate")) or books.today
    since = day_or_none(query.get("fromdate")) or until[:8] + "01"
    heads = ("Bank Accounts", "Opening Balance", "Cash Received", "Cash Spent")
    lines, totals = [], [ZERO] * 4
    for one in _banks(books, since, until):
        totals = [a + b for a, b in zip(totals, one[1], strict=True)]
        opening, got, gone, closing = map(money_text, one[1])
        of = ("account", one[0]["AccountID"])
        named = cell(one[0]["Name"], ("accountID", one[0]["AccountID"]))
        cells = [named, cell(opening), cell(got, of), cell(gone, of), cell(closing)]
        lines.append({"RowType": "Row", "Cells": cells})
    lines.append(summary("Total", *map(money_text, totals)))
    title = f"From {long_day(since)} to {long_day(until)}"
    return [title], [header(*heads, "Closing Balance"), section("", lines)]


def _banks(books: Books, since: str, until: str) -> list[tuple[dict[str, Any], list[Decimal]]]:
    """Each bank account with opening balance, received, spent and closing balance."""
    opening, found = books.ledger.balances(day_before(since)), []
    for record in books.xero.store.records(
        books.tenant, "account", where="json_extract(body, '$.Type') = 'BANK'"
    ):
        moves = books.ledger.lines(account=record.id, since=since, until=until)
        got = sum((one.amount for one in moves if one.amount > 0), ZERO)
        gone = -sum((one.amount for one in moves if one.amount < 0), ZERO)
        start = opening.get(record.id, ZERO)
        found.append((record.body, [start, got, gone, start + got - gone]))
    return sorted(found, key=lambda one: by_code(one[0]))


# --- Executive summary ----------------------------------------
def executive_summary(books: Books, query: Query) -> tuple[list[str], list[Any]]:
    """Titles and rows: a month beside the one before it."""
    day = day_or_none(query.get("date")) or books.today
    this, last = _month(books, day), _month(books, day_before(day[:8] + "01"))
    found = date.fromisoformat(day)
    heads = header("", f"{found:%b %Y}", f"{date.fromisoformat(moved(day, -1)):%b %Y}", "Variance")
    rows = [heads]
    for title, names in EXECUTIVE:
        rows.append(section(title, [_beside(name, this[name], last[name]) for name in names]))
    return [f"For the month of {found:%B %Y}"], rows


EXECUTIVE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Cash",
        ("Cash received", "Cash spent", "Cash surplus (deficit)", "Closing bank balance"),
    ),
    (
        "Profitability",
        (
            *("Income", "Direct costs", "Gross profit (loss)", "Other Income", "Expenses"),
            "Profit (loss)",
        ),
    ),
    ("Balance Sheet", ("Debtors", "Creditors", "Net assets")),
    ("Income", ("Number of invoices issued", "Average value of invoices")),
    (
        "Performance",
        ("Gross profit margin", "Net profit margin", "Return on investment (p.a.)"),
    ),
    (
        "Position",
        (
            *("Average debtors days", "Average creditors days", "Short term cash forecast"),
            *("Current assets to liabilities", "Term assets to liabilities"),
        ),
    ),
)


def _month(books: Books, day: str) -> dict[str, Decimal | None]:
    """The figures of the month of a day, to that day; None where there is nothing to divide by."""
    first = day[:8] + "01"
    whole = year_to(Basis(books), day)
    made = earned(books, books.ledger.balances(day, first))
    banks = [figures for _body, figures in _banks(books, first, day)]
    got, gone, closing = (sum((one[n] for one in banks), ZERO) for n in (1, 2, 3))
    debtors = whole.get(books.system_account("DEBTORS").id, ZERO)
    creditors = whole.get(books.system_account("CREDITORS").id, ZERO)
    now, owed_now = _of(books, whole, ("BANK", "CURRENT", "INVENTORY", "PREPAYMENT")), ZERO
    owed_now -= _of(books, whole, ("CURRLIAB", "PAYG"))
    term, owed_term = _of(books, whole, ("FIXED", "NONCURRENT")), ZERO
    owed_term -= _of(books, whole, ("LIABILITY", "TERMLIAB"))
    net = now + term - owed_now - owed_term
    issued, value = _issued(books, first, day)
    days = Decimal((date.fromisoformat(day) - date.fromisoformat(first)).days + 1)
    return {
        "Cash received": got,
        "Cash spent": gone,
        "Cash surplus (deficit)": got - gone,
        "Closing bank balance": closing,
        "Income": made.income,
        "Direct costs": made.direct,
        "Gross profit (loss)": made.gross,
        "Other Income": made.other,
        "Expenses": made.expenses,
        "Profit (loss)": made.net,
        "Debtors": debtors,
        "Creditors": creditors,
        "Net assets": net,
        "Number of invoices issued": Decimal(issued),
        "Average value of invoices": value / issued if issued else ZERO,
        "Gross profit margin": _ratio(made.gross * HUNDRED, made.income),
        "Net profit margin": _ratio(made.net * HUNDRED, made.income),
        "Return on investment (p.a.)": _ratio(made.net * 12 * HUNDRED, net),
        "Average debtors days": _ratio(debtors * days, made.income),
        "Average creditors days": _ratio(-creditors * days, made.direct + made.expenses),
        "Short term cash forecast": debtors + creditors,
        "Current assets to liabilities": _ratio(now, owed_now),
        "Term assets to liabilities": _ratio(term, owed_term),
    }


def _of(books: Books, balances: Balances, types: tuple[str, ...]) -> Decimal:
    return sum(
        (amount for one, amount in balances.items() if account(books, one)["Type"] in types), ZERO
    )


def _ratio(above: Decimal, below: Decimal) -> Decimal | None:
    return above / below if below else None


def _issued(books: Books, since: str, until: str) -> tuple[int, Decimal]:
    """How many sales invoices are of these days, and what they come to without tax."""
    found = books.xero.store.records(
        *(books.tenant, "invoice"),
        where="json_extract(body, '$.Type') = 'ACCREC' AND json_extract(body, '$.Date') >= ?"
        " AND json_extract(body, '$.Date') <= ?"
        " AND json_extract(body, '$.Status') IN ('AUTHORISED', 'PAID')",
        values=[since, until],
    )
    rates = [(Decimal(one.body["SubTotal"]), Decimal(one.body["CurrencyRate"])) for one in found]
    return len(found), sum((books.in_base(amount, rate) for amount, rate in rates), ZERO)


def _beside(name: str, this: Decimal | None, last: Decimal | None) -> dict[str, Any]:
    variance = ZERO
    if this is not None and last:
        variance = (this - last) / abs(last) * HUNDRED
    return row(name, _text(name, this), _text(name, last), f"{variance:.1f}%")


def _text(name: str, amount: Decimal | None) -> str:
    if amount is None:
        return ""
    if name == "Number of invoices issued":
        return str(int(amount))
    if "margin" in name or "Return" in name:
        return f"{amount:.1f}%"
    return money_text(amount)


# --- Budget summary ----------------------------------------
def budget_summary(books: Books, query: Query) -> tuple[list[str], list[Any]]:
    """Titles and rows: the overall budget, `periods` columns of `timeframe` months each."""
    day = day_or_none(query.get("date")) or books.today
    periods = max(1, min(MOST_PERIODS, whole_number(query, "periods", MOST_PERIODS)))
    months = whole_number(query, "timeframe", 1)
    if months not in (1, 3, 12):
        raise WrongQuery("timeframe is 1, 3 or 12")
    firsts = [moved(day[:8] + "01", months * number) for number in range(periods)]
    planned = [_planned(books, first, months) for first in firsts]
    rows = [header("Account", *(f"{date.fromisoformat(one):%b-%y}" for one in firsts))]
    for types, sign, title in (
        (("REVENUE", "SALES", "OTHERINCOME"), -1, "Income"),
        (("DIRECTCOSTS",), 1, "Less Cost of Sales"),
    ):
        _add_planned(rows, books, title, types, planned, sign=sign)
    made = [earned(books, one) for one in planned]
    gross = [money_text(one.gross + one.other) for one in made]
    rows.append(section("", [summary("Gross Profit", *gross)]))
    types = ("EXPENSE", "OVERHEADS", "DEPRECIATN")
    _add_planned(rows, books, "Less Operating Expenses", types, planned, sign=1)
    spent = [money_text(one.expenses) for one in made]
    rows.append(section("", [summary("Total Expenses", *spent)]))
    net = [money_text(one.net) for one in made]
    rows.append(section("", [summary("Net Profit", *net)]))
    end = date.fromisoformat(moved(firsts[-1], months - 1))
    first = date.fromisoformat(firsts[0])
    return [f"{first:%B %Y} to {end:%B %Y}"], rows


def _planned(books: Books, first: str, months: int) -> Balances:
    """What the overall budget has for some months, debit positive."""
    wanted = {moved(first, number)[:7] for number in range(months)}
    found: Balances = {}
    for budget in books.xero.store.records(
        books.tenant, "budget", where="json_extract(body, '$.Type') = 'OVERALL'"
    ):
        for one, amounts in budget.body["_lines"].items():
            sign = -1 if account(books, one)["Class"] == "REVENUE" else 1
            amount = sum((Decimal(v) for k, v in amounts.items() if k in wanted), ZERO)
            found[one] = found.get(one, ZERO) + sign * amount
    return found


def _add_planned(
    rows: list[Any],
    books: Books,
    title: str,
    types: tuple[str, ...],
    planned: list[Balances],
    *,
    sign: int,
) -> None:
    ids = {one for many in planned for one, amount in many.items() if amount}
    found = [one for one in (account(books, id_) for id_ in ids) if one["Type"] in types]
    lines = []
    for one in sorted(found, key=by_code):
        texts = [money_text(sign * many.get(one["AccountID"], ZERO)) for many in planned]
        lines.append(row(one["Name"], *texts, account=one["AccountID"]))
    if lines:
        rows.append(section(title, lines))
