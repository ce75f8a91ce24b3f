"""Objects on their way in, in words that every provider shares. Pure.

Ids (`id`, `party`, `item`, `account`, `term`, `tax_code`) are the provider's own. Amounts are
Decimals in the object's currency.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from accounting.domain.sheets import Sheet
from accounting.domain.states import Kind
from hub.errors import WharfError

ZERO = Decimal(0)


class Held(WharfError):
    """It cannot be taken over now: `code` is stable, the message says why and what to do."""

    code = "held"
    status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What every object has. `changed_at` is the provider's clock."""

    kind: Kind
    entity: str
    id: str
    version: str = ""
    number: str = ""
    changed_at: datetime | None = None
    is_active: bool = True
    is_void: bool = False
    sheet: Sheet | None = None  # what it says, to be compared later


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingParty(Incoming):
    """A customer or a supplier. `balance` is what is open with them there."""

    name: str
    legal_name: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    billing_address: str = ""
    delivery_address: str = ""
    country: str = ""
    currency: str = ""
    term: str = ""
    balance: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingItem(Incoming):
    """A product or service. `stocked`: it is goods; `tracked`: its quantity is kept there.

    `on_hand` and `cost` (of one) are what stands there of a tracked one; `purchase_price` is what
    suppliers ask.
    """

    name: str
    sku: str = ""
    description: str = ""
    price: Decimal | None = None
    cost: Decimal | None = None
    income_account: str = ""
    expense_account: str = ""
    stocked: bool = False
    tracked: bool = False
    on_hand: Decimal = ZERO
    # Categories and bundles are no products of their own.
    is_product: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingLine:
    """A line of a document; `net` counts, quantity and price may not multiply to it.

    `tax_code` is what decides the tax of the line; "" where it bears none.
    """

    description: str = ""
    net: Decimal = ZERO
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    item: str = ""
    account: str = ""
    tax_code: str = ""
    is_discount: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingTrade(Incoming):
    """An invoice, bill or credit. `balance` is what is still open of its total."""

    party: str
    on: date | None = None
    due_on: date | None = None
    currency: str = ""
    rate: Decimal | None = None
    total: Decimal = ZERO
    tax: Decimal = ZERO
    balance: Decimal = ZERO
    lines: tuple[IncomingLine, ...] = ()
    reference: str = ""
    note: str = ""
    sources: tuple[tuple[str, str], ...] = ()  # (entity, id) of the orders that it is of


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingPart:
    """So much of a payment is for that document; `entity` and `id` are the provider's."""

    entity: str
    id: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMoney(Incoming):
    """A payment. With `total` 0 it applies credits to documents. `unapplied`: for nothing yet."""

    party: str
    on: date | None = None
    currency: str = ""
    rate: Decimal | None = None
    total: Decimal = ZERO
    unapplied: Decimal = ZERO
    account: str = ""
    reference: str = ""
    note: str = ""
    parts: tuple[IncomingPart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingEntry(Incoming):
    """A journal. `sides`: (account there, amount), debits positive."""

    on: date | None = None
    note: str = ""
    sides: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that a provider pushes: something changed in a company there.

    `key` is the same when it is told again. `merged`: the id of what was merged into `id`.
    """

    realm: str
    key: str
    entity: str
    id: str
    operation: str
    merged: str = ""
