"""Classes, types and roles of accounts, and the chart that every organisation starts with. Pure.

Required and optional accounts, their classes and whether they accept payments follow
QuickBooks' and Xero's needs: each role is one account that a mapping page can pair one to one.
"""

from dataclasses import dataclass
from decimal import Decimal

from hub.choices import LabelChoices


class AccountClass(LabelChoices):
    """Where an account stands: balance sheet (the first three) or profit and loss."""

    ASSET = "asset", "Asset"
    LIABILITY = "liability", "Liability"
    EQUITY = "equity", "Equity"
    REVENUE = "revenue", "Revenue"
    EXPENSE = "expense", "Expense"

    @property
    def debit_increases(self) -> bool:
        """Assets and expenses grow by debits, the others by credits."""
        return self in (AccountClass.ASSET, AccountClass.EXPENSE)


class AccountType(LabelChoices):
    """What kind of account it is within its class."""

    BANK = "bank", "Bank"
    CURRENT_ASSET = "current_asset", "Current asset"
    INVENTORY = "inventory", "Inventory"
    RECEIVABLE = "receivable", "Accounts receivable"
    FIXED_ASSET = "fixed_asset", "Fixed asset"
    CURRENT_LIABILITY = "current_liability", "Current liability"
    PAYABLE = "payable", "Accounts payable"
    TAX = "tax", "Tax"
    LONG_TERM_LIABILITY = "long_term_liability", "Long-term liability"
    EQUITY = "equity", "Equity"
    REVENUE = "revenue", "Revenue"
    OTHER_INCOME = "other_income", "Other income"
    DIRECT_COSTS = "direct_costs", "Direct costs"
    EXPENSE = "expense", "Expense"
    OVERHEAD = "overhead", "Overhead"

    @property
    def account_class(self) -> AccountClass:
        """The class that this type belongs to."""
        return CLASS_OF[self]

    def natural(self, balance: Decimal) -> Decimal:
        """Debits less credits, turned so that what the account is for is a positive number."""
        return balance if self.account_class.debit_increases else Decimal(0) - balance


_T, _C = AccountType, AccountClass
CLASS_OF = {
    _T.BANK: _C.ASSET,
    _T.CURRENT_ASSET: _C.ASSET,
    _T.INVENTORY: _C.ASSET,
    _T.RECEIVABLE: _C.ASSET,
    _T.FIXED_ASSET: _C.ASSET,
    _T.CURRENT_LIABILITY: _C.LIABILITY,
    _T.PAYABLE: _C.LIABILITY,
    _T.TAX: _C.LIABILITY,
    _T.LONG_TERM_LIABILITY: _C.LIABILITY,
    _T.EQUITY: _C.EQUITY,
    _T.REVENUE: _C.REVENUE,
    _T.OTHER_INCOME: _C.REVENUE,
    _T.DIRECT_COSTS: _C.EXPENSE,
    _T.EXPENSE: _C.EXPENSE,
    _T.OVERHEAD: _C.EXPENSE,
}


class AccountRole(LabelChoices):
    """What Wharf itself posts to; at most one account of an organisation has each role."""

    BANK = "bank", "Default bank account"
    RECEIVABLE = "receivable", "Accounts receivable"
    PAYABLE = "payable", "Accounts payable"
    SALES = "sales", "Sales"
    SHIPPING_INCOME = "shipping_income", "Shipping charged"
    PURCHASES = "purchases", "Purchases that are not stock"
    COGS = "cogs", "Cost of goods sold"
    INVENTORY = "inventory", "Inventory control"
    DISCREPANCY = "discrepancy", "Inventory discrepancy"
    WORK_IN_PROGRESS = "work_in_progress", "Work in progress"
    IN_TRANSIT = "in_transit", "Transfers in transit"
    GRNI = "grni", "Goods received, not invoiced"
    GINR = "ginr", "Goods invoiced, not received"
    TAX_PAYABLE = "tax_payable", "Tax on sales"
    TAX_RECEIVABLE = "tax_receivable", "Tax on purchases"
    SUPPLIER_DEPOSITS = "supplier_deposits", "Supplier deposits"
    CUSTOMER_CREDITS = "customer_credits", "Customer credits"
    REALISED_GAINS = "realised_gains", "Realised currency gains"
    UNREALISED_GAINS = "unrealised_gains", "Unrealised currency gains"
    ROUNDING = "rounding", "Rounding"
    PAYMENT_CLEARING = "payment_clearing", "Payment clearing"
    OPENING_BALANCES = "opening_balances", "Opening balances"
    PROFITS = "profits", "Current-year profits"


# Their balances follow from documents: a journal by hand would part them from their sub-ledgers.
CONTROL_ROLES = (AccountRole.RECEIVABLE, AccountRole.PAYABLE, AccountRole.INVENTORY)


@dataclass(frozen=True, slots=True)
class StartingAccount:
    """One row of the starting chart."""

    code: str
    name: str
    type: AccountType
    role: AccountRole | None = None
    accepts_payments: bool = False


_R = AccountRole
STARTING_CHART = (
    StartingAccount("1000", "Bank", _T.BANK, _R.BANK, accepts_payments=True),
    StartingAccount("1010", "Cash", _T.BANK, None, accepts_payments=True),
    StartingAccount("1050", "Payment clearing", _T.CURRENT_ASSET, _R.PAYMENT_CLEARING, True),
    StartingAccount("1100", "Accounts receivable", _T.RECEIVABLE, _R.RECEIVABLE),
    StartingAccount("1200", "Inventory control", _T.INVENTORY, _R.INVENTORY),
    StartingAccount("1210", "Work in progress", _T.CURRENT_ASSET, _R.WORK_IN_PROGRESS),
    StartingAccount("1220", "Transfers in transit", _T.CURRENT_ASSET, _R.IN_TRANSIT),
    StartingAccount("1230", "Goods invoiced, not received", _T.CURRENT_ASSET, _R.GINR),
    StartingAccount("1300", "Supplier deposits", _T.CURRENT_ASSET, _R.SUPPLIER_DEPOSITS, True),
    StartingAccount("2000", "Accounts payable", _T.PAYABLE, _R.PAYABLE),
    StartingAccount("2100", "Goods received, not invoiced", _T.CURRENT_LIABILITY, _R.GRNI),
    StartingAccount("2200", "Tax on sales", _T.TAX, _R.TAX_PAYABLE),
    StartingAccount("2210", "Tax on purchases", _T.TAX, _R.TAX_RECEIVABLE),
    StartingAccount("2300", "Customer credits", _T.CURRENT_LIABILITY, _R.CUSTOMER_CREDITS, True),
    StartingAccount("3000", "Owner's equity", _T.EQUITY),
    StartingAccount("3100", "Opening balances", _T.EQUITY, _R.OPENING_BALANCES),
    StartingAccount("3200", "Current-year profits", _T.EQUITY, _R.PROFITS),
    StartingAccount("4000", "Sales", _T.REVENUE, _R.SALES),
    StartingAccount("4100", "Shipping charged", _T.REVENUE, _R.SHIPPING_INCOME),
    StartingAccount("4900", "Realised currency gains", _T.OTHER_INCOME, _R.REALISED_GAINS),
    StartingAccount("4910", "Unrealised currency gains", _T.OTHER_INCOME, _R.UNREALISED_GAINS),
    StartingAccount("5000", "Cost of goods sold", _T.DIRECT_COSTS, _R.COGS),
    StartingAccount("5100", "Inventory discrepancy", _T.EXPENSE, _R.DISCREPANCY),
    StartingAccount("6000", "Purchases", _T.EXPENSE, _R.PURCHASES),
    StartingAccount("6100", "Freight and delivery", _T.EXPENSE),
    StartingAccount("6900", "Rounding", _T.EXPENSE, _R.ROUNDING),
)
