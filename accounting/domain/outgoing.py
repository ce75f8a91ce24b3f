"""Documents on their way out, in words that every provider shares. Pure.

Amounts are Decimals in the document's currency; ids are of local rows. Mappers turn these into a
provider's payload and never read the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting.domain.states import Kind

ZERO = Decimal(0)
PURCHASED = frozenset(
    {
        Kind.PURCHASE_ORDER,
        Kind.BILL,
        Kind.SUPPLIER_CREDIT,
        Kind.BILL_PAYMENT,
        Kind.BILL_ALLOCATION,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What every document has. `wanted`: "there", "hold" (leave it as it is for now), "void" (taken
    out there, deleted where the provider cannot void).
    """

    kind: Kind
    local_id: UUID
    number: str = ""
    wanted: str = "there"
    on: date | None = None
    currency: str = ""
    rate: Decimal = Decimal(1)
    total: Decimal | None = None
    tax: Decimal | None = None
    skip: str = ""  # a reason's code: it is not to be sent
    held: str = ""  # with "hold": the reason's code, where it is another than the usual one
    class_key: str = ""
    department_key: str = ""
    channel: str = ""

    def references(self) -> Iterable[tuple[Kind, UUID]]:
        """Other documents that have to be there first."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Document):
    """A customer or a supplier."""

    name: str
    shared_name: bool = False  # the same contact goes in the other role too
    legal_name: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    tax_number: str = ""
    billing_address: str = ""
    delivery_address: str = ""
    country: str = ""
    term: UUID | None = None
    is_active: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Document):
    """A product, or what stands for an account on lines without one."""

    name: str
    sku: str = ""
    description: str = ""
    price: Decimal | None = None
    cost: Decimal | None = None
    income_account: UUID
    expense_account: UUID | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line with amounts. `item`: (kind, local id) of the item; bills name the account instead.

    `net` is what counts; quantity and unit price are for reading and may not multiply to it.
    """

    description: str
    net: Decimal
    tax: Decimal = ZERO
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = ZERO
    item: tuple[Kind, UUID] | None = None
    account: UUID | None = None
    tax_rule: UUID | None = None
    class_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSum:
    """What a document's lines under one tax rule come to."""

    rule: UUID | None
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade(Document):
    """An order, quote, invoice, bill or credit note: with one contact and lines."""

    party: UUID
    lines: tuple[Line, ...]
    taxes: tuple[TaxSum, ...] = ()
    due_on: date | None = None
    ship_on: date | None = None
    term: UUID | None = None
    reference: str = ""
    order_number: str = ""
    note: str = ""
    billing_address: str = ""
    delivery_address: str = ""
    email: str = ""
    account: UUID | None = None  # refunds: where the money comes from
    # Another document it is of: a quote of an invoice, a purchase order of a bill.
    source: tuple[Kind, UUID] | None = None

    def references(self) -> Iterable[tuple[Kind, UUID]]:
        """Its customer or supplier, and the items of its lines."""
        yield (Kind.SUPPLIER if self.kind in PURCHASED else Kind.CUSTOMER), self.party
        yield from (line.item for line in self.lines if line.item is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """So much of a payment is for that document."""

    kind: Kind
    local_id: UUID
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Money(Document):
    """A payment, or credit that is applied: `total` 0 and both sides in `applied`."""

    party: UUID
    account: UUID | None = None
    reference: str = ""
    note: str = ""
    applied: tuple[Applied, ...] = ()

    def references(self) -> Iterable[tuple[Kind, UUID]]:
        """Its customer or supplier, and what it is applied to."""
        yield (Kind.SUPPLIER if self.kind in PURCHASED else Kind.CUSTOMER), self.party
        yield from ((one.kind, one.local_id) for one in self.applied)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A line of a journal in base currency; debits positive. `party` on control accounts."""

    account: UUID
    amount: Decimal
    party: tuple[Kind, UUID] | None = None
    description: str = ""
    class_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Document):
    """A journal. Sides sum to zero."""

    sides: tuple[Side, ...]
    note: str = ""

    def references(self) -> Iterable[tuple[Kind, UUID]]:
        """The customers and suppliers of its sides."""
        return (side.party for side in self.sides if side.party is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Document):
    """Money moved from one account of money to another."""

    from_account: UUID
    to_account: UUID
    note: str = ""


# What a document may have or not, by name. Everything else it always has, or it is an amount.
OPTIONAL = frozenset(
    {
        "reference", "order_number", "note", "email", "phone", "website", "tax_number",
        "billing_address", "delivery_address", "country", "term", "sku", "description", "price",
        "cost", "expense_account", "due_on", "ship_on", "class_key", "department_key",
    }
)  # fmt: skip


def filled(document: Document) -> frozenset[str]:
    """The names of the optional fields in which something stands."""
    names = {field.name for field in fields(document)} & OPTIONAL
    return frozenset(name for name in names if getattr(document, name) not in ("", None))
