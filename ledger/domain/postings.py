"""What is written to the book for each event. Pure.

The events and their accounts are the table in docs/postings.md. An `Entry` names its account by
role or by id; amounts are in the document's currency, debits positive. `balanced_entries` turns
them into base amounts that sum to zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from hub.choices import LabelChoices
from hub.money import minor_units, multiply, round_half_up
from ledger.domain.accounts import AccountRole


class JournalEvent(LabelChoices):
    """Why a journal was written."""

    INVOICE = "invoice", "Sales invoice"
    SHIPMENT = "shipment", "Shipment"
    SALE_CREDIT = "sale_credit", "Sales credit note"
    RESTOCK = "restock", "Goods returned by a customer"
    BILL = "bill", "Bill"
    RECEIPT = "receipt", "Goods received"
    PURCHASE_CREDIT = "purchase_credit", "Supplier credit note"
    UNSTOCK = "unstock", "Goods returned to a supplier"
    PAYMENT = "payment", "Payment"
    ALLOCATION = "allocation", "Credit used"
    ADJUSTMENT = "adjustment", "Stock adjustment"
    STOCKTAKE = "stocktake", "Stocktake"
    TRANSFER = "transfer", "Stock transfer"
    COST_CORRECTION = "cost_correction", "Cost corrected"
    MANUAL = "manual", "Manual journal"
    OPENING = "opening", "Opening balance"


@dataclass(frozen=True, slots=True)
class Entry:
    """One side before it is written.

    `amount` is in the posting's currency, debits positive. `base` overrides the converted amount
    where it is known better (the cost of stock, a receivable settled at its own rate).
    """

    account: AccountRole | UUID
    amount: Decimal
    base: Decimal | None = None
    contact: UUID | None = None
    product: UUID | None = None
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The piece of a document that causes a journal."""

    kind: str
    id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class Posting:
    """A journal to be written. `rate`: base units per unit of `currency`."""

    event: JournalEvent
    posted_on: date
    source: Source
    entries: Sequence[Entry]
    currency: str
    rate: Decimal = Decimal(1)
    memo: str = ""


class Unbalanced(ValueError):
    """The entries of a posting do not sum to zero: a fault of the program, never of a person."""


@dataclass(frozen=True, slots=True)
class BalancedEntry:
    """An entry with its base amount; the base amounts of a journal sum to zero."""

    account: AccountRole | UUID
    amount: Decimal
    foreign: Decimal
    contact: UUID | None
    product: UUID | None
    memo: str


def balanced_entries(posting: Posting, base_currency: str) -> list[BalancedEntry]:
    """Base amounts for every entry that is not zero, with the odd cents of conversion on Rounding.

    Raises Unbalanced when the entries do not sum to zero in the posting's currency, or when an
    exact base amount leaves more than conversion can explain.
    """
    if sum((entry.amount for entry in posting.entries), Decimal(0)) != 0:
        raise Unbalanced(f"{posting.event}: entries do not sum to zero")
    decimals = minor_units(base_currency)
    rows = [
        BalancedEntry(
            entry.account,
            entry.base
            if entry.base is not None
            else round_half_up(multiply(entry.amount, posting.rate), decimals),
            entry.amount,
            entry.contact,
            entry.product,
            entry.memo,
        )
        for entry in posting.entries
    ]
    rows = [row for row in rows if row.amount or row.foreign]
    difference = sum((row.amount for row in rows), Decimal(0))
    if difference:
        cent = Decimal(1).scaleb(-decimals)
        if abs(difference) > cent * len(rows):
            raise Unbalanced(f"{posting.event}: base amounts differ by {difference}")
        rows.append(
            BalancedEntry(AccountRole.ROUNDING, -difference, Decimal(0), None, None, "Conversion")
        )
    return rows


def merged(entries: Sequence[Entry]) -> list[Entry]:
    """The same entries with one per account, contact and memo; keeps the first's place."""
    sums: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        key = (entry.account, entry.contact, entry.product, entry.memo, entry.base is None)
        before = sums.get(key)
        if before is None:
            sums[key] = entry
        else:
            sums[key] = Entry(
                entry.account,
                before.amount + entry.amount,
                None if before.base is None else before.base + (entry.base or Decimal(0)),
                entry.contact,
                entry.product,
                entry.memo,
            )
    return list(sums.values())
