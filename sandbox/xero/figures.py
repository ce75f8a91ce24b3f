"""Accounts and balances as the tables of reports need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.xero.basis import Balances, Basis
from sandbox.xero.books import Books
from sandbox.xero.periods import day_before, year_start
from sandbox.xero.rows import row, section, summary
from sandbox.xero.wire import money_text

ZERO = Decimal(0)
EARNING = ("REVENUE", "EXPENSE")


def account(books: Books, account_id: str) -> dict[str, Any]:
    """An account that is in the book."""
    found = books.get("account", account_id)
    assert found is not None
    return found.body


def accounts_of(
    books: Books, figures: Sequence[Balances], types: tuple[str, ...]
) -> list[dict[str, Any]]:
    """The accounts of some types that have a balance in any of the figures, by code."""
    ids = {one for many in figures for one, amount in many.items() if amount}
    found = [one for one in (account(books, id_) for id_ in ids) if one["Type"] in types]
    return sorted(found, key=by_code)


def by_code(body: dict[str, Any]) -> tuple[str, str]:
    """Order of accounts."""
    return body.get("Code", ""), body["Name"]


def minus(left: list[Decimal], right: list[Decimal]) -> list[Decimal]:
    """Column by column."""
    return [a - b for a, b in zip(left, right, strict=True)]


def plus(left: list[Decimal], right: list[Decimal]) -> list[Decimal]:
    """Column by column."""
    return [a + b for a, b in zip(left, right, strict=True)]


def year_to(basis: Basis, day: str) -> Balances:
    """Balances at the end of a day; what earlier years earned stands in retained earnings."""
    books = basis.books
    earlier = basis.balances(day_before(year_start(books, day)))
    whole, earned = dict(basis.balances(day)), ZERO
    for one in list(whole):
        if account(books, one)["Class"] in EARNING:
            earned += earlier.get(one, ZERO)
            whole[one] -= earlier.get(one, ZERO)
    if earned:
        kept = books.system_account("RETAINEDEARNINGS").id
        whole[kept] = whole.get(kept, ZERO) + earned
    return whole


def earnings(books: Books, balances: Balances) -> Decimal:
    """Income less expenses."""
    return -sum(
        (amount for one, amount in balances.items() if account(books, one)["Class"] in EARNING),
        ZERO,
    )


def add_section(
    rows: list[Any],
    title: str,
    accounts: list[dict[str, Any]],
    figures: Sequence[Balances],
    sign: int,
) -> list[Decimal]:
    """A section of accounts with its total; the totals."""
    lines, totals = [], [ZERO] * len(figures)
    for one in accounts:
        part = [sign * many.get(one["AccountID"], ZERO) for many in figures]
        totals = plus(totals, part)
        lines.append(row(one["Name"], *map(money_text, part), account=one["AccountID"]))
    name = title.removeprefix("Less ").removeprefix("Plus ")
    lines.append(summary(f"Total {name}", *map(money_text, totals)))
    rows.append(section(title, lines))
    return totals


@dataclass(frozen=True, slots=True)
class Earned:
    """The lines of a profit and loss for one stretch; all positive as they are printed."""

    income: Decimal
    direct: Decimal
    other: Decimal
    expenses: Decimal

    @property
    def gross(self) -> Decimal:
        """Income less direct costs."""
        return self.income - self.direct

    @property
    def net(self) -> Decimal:
        """What is left."""
        return self.gross + self.other - self.expenses


PARTS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("income", ("REVENUE", "SALES"), -1),
    ("direct", ("DIRECTCOSTS",), 1),
    ("other", ("OTHERINCOME",), -1),
    ("expenses", ("EXPENSE", "OVERHEADS", "DEPRECIATN"), 1),
)


def earned(books: Books, balances: Balances) -> Earned:
    """One stretch in four figures."""
    sums = dict.fromkeys((name for name, _types, _sign in PARTS), ZERO)
    for name, types, sign in PARTS:
        for one, amount in balances.items():
            if account(books, one)["Type"] in types:
                sums[name] += sign * amount
    return Earned(**sums)
