"""What verbs of trade need to write to the book: dates, rates, accounts, on top of the books."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from hub.errors import InvalidInput
from inventory.services.books import (
    BEARERS,
    Books,
    books_of_today,
    cogs_account,
    correction_postings,
    is_stock,
    open_books,
    ships,
)
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from ledger.services.rates import rate_on
from orders.models import TradeDocument, TradeLine
from tenants.models import Organisation

__all__ = [
    "BEARERS",
    "Books",
    "account_of",
    "books_of_today",
    "check_payment_account",
    "cogs_account",
    "correction_postings",
    "fix_rate",
    "is_stock",
    "open_books",
    "product_of",
    "ships",
]


def product_of(line: TradeLine) -> UUID:
    """The id of the product of a line that has one."""
    assert line.product_id is not None
    return UUID(str(line.product_id))


def fix_rate(document: TradeDocument, on: date, me: Organisation) -> Decimal:
    """The document's rate: the one on it where it has one, else the day's.

    Raises InvalidInput naming `rate` when there is none.
    """
    if document.currency == me.base_currency:
        return Decimal(1)
    if document.rate != 1:
        return document.rate
    return rate_on(document.currency, on, me)


def account_of(line: TradeLine, side: str) -> AccountRole | UUID:
    """Where a line that is no stock is posted: the line's account, the product's, the usual one."""
    if line.account_id is not None:
        return UUID(str(line.account_id))
    product = line.product if line.product_id is not None else None
    own = None
    if product is not None:
        own = product.sale_account_id if side == "sale" else product.purchase_account_id
    if own is not None:
        return UUID(str(own))
    return AccountRole.SALES if side == "sale" else AccountRole.PURCHASES


def check_payment_account(account_id: UUID) -> Account:
    """An account that payments may go to; raises InvalidInput naming `account`."""
    account = Account.objects.filter(id=account_id).first()
    if account is None or not account.is_active or not account.accepts_payments:
        message = "Choose an account that accepts payments, such as the bank."
        raise InvalidInput(message, fields={"account": [message]})
    return account
