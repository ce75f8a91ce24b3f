"""What documents come to on the accounts there, in base currency; debits positive. Pure.

Worked out from the document as it is sent. Gains and losses of exchange are posted there by
itself when a payment is applied, and are not in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from accounting.domain.outgoing import Document, Entry, Money, Moved, Trade
from accounting.domain.states import Kind
from hub.money import minor_units, multiply, round_half_up

ZERO = Decimal(0)
TAX = "tax"  # posted there to the accounts of its tax codes
# Kind → the control account, and which way a document of that kind moves it.
TRADED: Mapping[str, tuple[str, int]] = {
    Kind.INVOICE: ("receivable", 1),
    Kind.CREDIT_NOTE: ("receivable", -1),
    Kind.REFUND: ("", -1),  # its own account of money
    Kind.BILL: ("payable", -1),
    Kind.SUPPLIER_CREDIT: ("payable", 1),
}
PAID: Mapping[str, tuple[str, int]] = {
    Kind.PAYMENT: ("receivable", 1),
    Kind.BILL_PAYMENT: ("payable", -1),
}


class Accounts(Protocol):
    """Ids there."""

    def account(self, account_id: Any) -> str:
        """Of one of our accounts, or of a role; raises Unready."""

    def of_item(self, item: tuple[Kind, UUID]) -> str:
        """The one that sales of an item go to."""


@dataclass(frozen=True, slots=True)
class Effect:
    """So much on one account there."""

    account: str
    amount: Decimal


def effects(document: Document, accounts: Accounts, base: str) -> list[Effect]:
    """What a document posts there; quotes, orders, products and contacts post nothing."""
    found: Iterator[tuple[str, Decimal]] = iter(())
    if isinstance(document, Trade) and document.kind in TRADED:
        found = _traded(document, accounts)
    elif isinstance(document, Money) and document.kind in PAID and document.total:
        found = _paid(document, accounts)
    elif isinstance(document, Entry):
        found = ((accounts.account(side.account), side.amount) for side in document.sides)
    elif isinstance(document, Moved) and document.total:
        found = iter(
            [
                (accounts.account(document.to_account), document.total),
                (accounts.account(document.from_account), -document.total),
            ]
        )
    decimals = minor_units(base)
    return [
        Effect(account, round_half_up(multiply(amount, document.rate), decimals))
        for account, amount in found
        if amount
    ]


def _traded(document: Trade, accounts: Accounts) -> Iterator[tuple[str, Decimal]]:
    role, way = TRADED[document.kind]
    control = accounts.account(role) if role else accounts.account(document.account)
    net = sum((line.net for line in document.lines), ZERO)
    tax = document.tax or ZERO
    yield control, way * (net + tax)
    for line in document.lines:
        yield _account_of(line, document, accounts), -way * line.net
    yield TAX, -way * tax


def _account_of(line: Any, document: Trade, accounts: Accounts) -> str:
    """Sales lines go where their item goes; bills name the account themselves."""
    bought = document.kind in (Kind.BILL, Kind.SUPPLIER_CREDIT)
    if line.item is not None and not bought:
        return accounts.of_item(line.item)
    return accounts.account(line.account)


def _paid(document: Money, accounts: Accounts) -> Iterator[tuple[str, Decimal]]:
    role, way = PAID[document.kind]
    total = document.total or ZERO
    yield (
        accounts.account(document.account if document.account is not None else "bank"),
        way * total,
    )
    yield accounts.account(role), -way * total
