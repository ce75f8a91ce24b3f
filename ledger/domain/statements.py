"""Profit and loss, and the balance sheet, from what accounts add up to. Pure.

Amounts are in the base currency and natural: income, costs, assets, liabilities and equity are
positive where they stand on their usual side.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from ledger.domain.accounts import AccountClass, AccountType

_T = AccountType
PROFIT_LABEL = "Net profit to date"


@dataclass(frozen=True, slots=True)
class AccountSum:
    """Debits and credits of one account in the span of a report."""

    id: UUID
    code: str
    name: str
    type: AccountType
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """Debits less credits."""
        return self.debit - self.credit

    @property
    def natural(self) -> Decimal:
        """The balance, positive on the account's usual side."""
        return self.type.natural(self.balance)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line of a statement; without an account it is computed."""

    label: str
    amount: Decimal
    account: AccountSum | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading, and what they sum to."""

    title: str
    total_label: str
    rows: tuple[StatementRow, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the rows."""
        return sum((row.amount for row in self.rows), Decimal(0))


@dataclass(frozen=True, slots=True)
class ProfitAndLoss:
    """What was earned and spent between two days."""

    income: Section
    cost_of_sales: Section
    other_income: Section
    expenses: Section

    @property
    def gross_profit(self) -> Decimal:
        """Income less the direct costs of what was sold."""
        return self.income.total - self.cost_of_sales.total

    @property
    def net_profit(self) -> Decimal:
        """What is left after everything; a loss is negative."""
        return self.gross_profit + self.other_income.total - self.expenses.total


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """What is owned and owed at the end of a day; both sides are equal."""

    assets: tuple[Section, ...]
    liabilities: tuple[Section, ...]
    equity: Section

    @property
    def total_assets(self) -> Decimal:
        """All assets."""
        return _sum(self.assets)

    @property
    def total_liabilities(self) -> Decimal:
        """All liabilities."""
        return _sum(self.liabilities)

    @property
    def net_assets(self) -> Decimal:
        """Assets less liabilities; equals the equity."""
        return self.total_assets - self.total_liabilities


def _sum(sections: Iterable[Section]) -> Decimal:
    return sum((section.total for section in sections), Decimal(0))


def _section(
    title: str, sums: Sequence[AccountSum], *types: AccountType, total_label: str = ""
) -> Section:
    rows = tuple(
        StatementRow(f"{one.code} {one.name}", one.natural, one)
        for one in sums
        if one.type in types and one.balance
    )
    return Section(title, total_label or f"Total {title.lower()}", rows)


def profit_and_loss(sums: Sequence[AccountSum]) -> ProfitAndLoss:
    """The statement from sums of a span of days; accounts without a balance are left out."""
    return ProfitAndLoss(
        _section("Income", sums, _T.REVENUE),
        _section("Cost of sales", sums, _T.DIRECT_COSTS),
        _section("Other income", sums, _T.OTHER_INCOME),
        _section("Expenses", sums, _T.EXPENSE, _T.OVERHEAD),
    )


def balance_sheet(sums: Sequence[AccountSum]) -> BalanceSheet:
    """The sheet from sums since the beginning, by code.

    Profit is not moved to an account by itself: it is a row of its own in the equity.
    """
    earned = [
        one
        for one in sums
        if one.type.account_class in (AccountClass.REVENUE, AccountClass.EXPENSE)
    ]
    profit = Decimal(0) - sum((one.balance for one in earned), Decimal(0))
    own = _section("Equity", sums, _T.EQUITY)
    equity = Section(own.title, own.total_label, (*own.rows, StatementRow(PROFIT_LABEL, profit)))
    return BalanceSheet(
        assets=(
            _section(
                "Current assets", sums, _T.BANK, _T.RECEIVABLE, _T.INVENTORY, _T.CURRENT_ASSET
            ),
            _section("Fixed assets", sums, _T.FIXED_ASSET),
        ),
        liabilities=(
            _section("Current liabilities", sums, _T.PAYABLE, _T.TAX, _T.CURRENT_LIABILITY),
            _section("Long-term liabilities", sums, _T.LONG_TERM_LIABILITY),
        ),
        equity=equity,
    )
