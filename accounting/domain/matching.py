"""Proposing which of theirs corresponds to ours: by role and type, then by name. Pure.

Account types follow QuickBooks' and Xero's: two accounts fit when they stand on the same side of
the books and both accept payments or neither does; the sub-type only ranks proposals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from ledger.domain.accounts import AccountRole, AccountType

_T = AccountType
# Our types → theirs that fit.
FITTING: Mapping[str, tuple[str, ...]] = {
    _T.BANK: ("Bank", "Credit Card", "BANK"),
    _T.CURRENT_ASSET: ("Other Current Asset", "CURRENT", "PREPAYMENT"),
    _T.INVENTORY: ("Other Current Asset", "INVENTORY", "CURRENT"),
    _T.RECEIVABLE: ("Accounts Receivable",),
    _T.FIXED_ASSET: ("Fixed Asset", "Other Asset", "FIXED", "NONCURRENT"),
    _T.CURRENT_LIABILITY: ("Other Current Liability", "Credit Card", "CURRLIAB", "LIABILITY"),
    _T.PAYABLE: ("Accounts Payable",),
    _T.TAX: ("Other Current Liability", "CURRLIAB"),
    _T.LONG_TERM_LIABILITY: ("Long Term Liability", "TERMLIAB"),
    _T.EQUITY: ("Equity", "EQUITY"),
    _T.REVENUE: ("Income", "Other Income", "REVENUE", "SALES", "OTHERINCOME"),
    _T.OTHER_INCOME: (
        "Other Income", "Income", "Expense", "Other Expense", "OTHERINCOME", "REVENUE", "EXPENSE",
    ),
    _T.DIRECT_COSTS: ("Cost of Goods Sold", "DIRECTCOSTS"),
    _T.EXPENSE: (
        "Expense", "Other Expense", "Cost of Goods Sold", "EXPENSE", "OVERHEADS", "DIRECTCOSTS",
    ),
    _T.OVERHEAD: ("Expense", "Other Expense", "OVERHEADS", "EXPENSE"),
}  # fmt: skip
_R = AccountRole
# Role → (type there, sub-type there) of an account that is made for it (facts of QuickBooks).
MADE_AS: Mapping[str, tuple[str, str]] = {
    _R.DISCREPANCY: ("Expense", "SuppliesMaterials"),
    _R.COGS: ("Cost of Goods Sold", "SuppliesMaterialsCogs"),
    _R.WORK_IN_PROGRESS: ("Other Current Asset", "Inventory"),
    _R.IN_TRANSIT: ("Other Current Asset", "Inventory"),
    _R.SUPPLIER_DEPOSITS: ("Other Current Asset", "PrepaidExpenses"),
    _R.CUSTOMER_CREDITS: ("Other Current Liability", "OtherCurrentLiabilities"),
    _R.GRNI: ("Other Current Liability", "OtherCurrentLiabilities"),
    _R.GINR: ("Other Current Asset", "Inventory"),
    _R.REALISED_GAINS: ("Other Expense", "ExchangeGainOrLoss"),
    _R.UNREALISED_GAINS: ("Other Expense", "ExchangeGainOrLoss"),
    _R.PAYMENT_CLEARING: ("Other Current Asset", "OtherCurrentAssets"),
    _R.PROFITS: ("Equity", "RetainedEarnings"),
    _R.OPENING_BALANCES: ("Equity", "OpeningBalanceEquity"),
    _R.INVENTORY: ("Other Current Asset", "Inventory"),
    _R.SALES: ("Income", "SalesOfProductIncome"),
    _R.BANK: ("Bank", "Checking"),
    _R.RECEIVABLE: ("Accounts Receivable", "AccountsReceivable"),
    _R.PAYABLE: ("Accounts Payable", "AccountsPayable"),
}
# Type → what an account without a role is made as.
MADE_AS_TYPE: Mapping[str, tuple[str, str]] = {
    _T.BANK: ("Bank", "Checking"),
    _T.CURRENT_ASSET: ("Other Current Asset", "OtherCurrentAssets"),
    _T.INVENTORY: ("Other Current Asset", "Inventory"),
    _T.FIXED_ASSET: ("Fixed Asset", "OtherFixedAssets"),
    _T.CURRENT_LIABILITY: ("Other Current Liability", "OtherCurrentLiabilities"),
    _T.LONG_TERM_LIABILITY: ("Long Term Liability", "OtherLongTermLiabilities"),
    _T.EQUITY: ("Equity", "OwnersEquity"),
    _T.REVENUE: ("Income", "SalesOfProductIncome"),
    _T.OTHER_INCOME: ("Other Income", "OtherMiscellaneousIncome"),
    _T.DIRECT_COSTS: ("Cost of Goods Sold", "SuppliesMaterialsCogs"),
    _T.EXPENSE: ("Expense", "OtherMiscellaneousServiceCost"),
    _T.OVERHEAD: ("Expense", "OtherMiscellaneousServiceCost"),
}
_ONE_OF_A_KIND = ("Accounts Receivable", "Accounts Payable")


@dataclass(frozen=True, slots=True)
class Ours:
    """An account, tax rule or term here; `rate` in per cent, `days` of a term."""

    id: UUID
    name: str
    code: str = ""
    type: str = ""
    role: str = ""
    accepts_payments: bool = False
    rate: Decimal | None = None
    days: int | None = None

    @property
    def made_as(self) -> tuple[str, str]:
        """The type and sub-type of an account that is made there for it."""
        return MADE_AS.get(self.role) or MADE_AS_TYPE.get(self.type, ("Expense", ""))


@dataclass(frozen=True, slots=True)
class Theirs:
    """A row of the provider's list."""

    id: str
    name: str
    type: str = ""
    subtype: str = ""
    rate: Decimal | None = None
    purchase_rate: Decimal | None = None
    days: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        remote_id: str,
        name: str,
        kind_there: str,
        data: Mapping[str, Any],
        rates: Mapping[str, Any],
    ) -> "Theirs":
        """From what was kept of it; `rates` maps tax rate ids to per cent."""
        sales = [rates.get(each, "0") for each in data.get("sales", [])]
        purchases = [rates.get(each, "0") for each in data.get("purchases", [])]
        return cls(
            remote_id,
            name,
            kind_there,
            str(data.get("subtype", "")),
            sum((_decimal(each) for each in sales), Decimal(0)) if sales else None,
            sum((_decimal(each) for each in purchases), Decimal(0)) if purchases else None,
            data.get("days"),
            data,
        )

    def fits(self, kind: str, ours: Ours) -> bool:
        """Whether it may be chosen at all."""
        if kind == "account":
            return self.type in FITTING.get(ours.type, ())
        if kind == "tax" and self.rate is not None and ours.rate is not None:
            return self.rate == ours.rate
        return kind == "tax" or self.name == ours.name


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def propose(
    kind: str, ours: Sequence[Ours], theirs: Sequence[Theirs], taken: Mapping[UUID, str]
) -> dict[UUID, str]:
    """A proposal for what is not mapped yet: the best that fits, each of theirs once.

    Certain pairs first: the same name, then the same use, then the only one of its kind.
    """
    free = {one.id: one for one in theirs if kind == "tax" or one.id not in taken.values()}
    found: dict[UUID, str] = {}
    ranked = sorted(
        (
            (-score, position, one.id, other.id)
            for position, one in enumerate(ours)
            if one.id not in taken
            for other in theirs
            if (score := _score(kind, one, other))
        ),
    )
    for _score_of, _position, local_id, remote_id in ranked:
        if local_id in found or remote_id not in free:
            continue
        found[local_id] = remote_id
        if kind != "tax":
            del free[remote_id]
    return found


_EMPTY = frozenset({"and", "or", "of", "on", "the", "to", "account", "accounts", "other", "&"})


def _words(name: str) -> set[str]:
    words = name.casefold().replace("(", " ").replace(")", " ").replace(",", " ").split()
    return {word.removesuffix("s") for word in words} - _EMPTY


def _score(kind: str, ours: Ours, theirs: Theirs) -> int:
    """0: not proposed."""
    if not theirs.fits(kind, ours):
        return 0
    same = ours.name.casefold() == theirs.name.casefold()
    if kind == "term":
        return 100
    if kind == "tax":
        return 100 if same else 50 if theirs.rate is not None else 0
    if theirs.type in _ONE_OF_A_KIND:
        return 90
    as_made = MADE_AS.get(ours.role)
    use = 60 if as_made and (theirs.type, theirs.subtype) == as_made else 0
    shared = 10 * len(_words(ours.name) & _words(theirs.name))
    return 100 if same else use + shared
