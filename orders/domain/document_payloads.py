"""The documents that travel in envelopes: orders, invoices, credit notes.

A payload carries what both sides may know and nothing else: no cost, margin, internal note or
other contact. Line ids are given by whoever wrote the first document (the buyer, as a rule) and
echoed in everything that follows. Amounts are in `currency`; decimals travel as text.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from network.domain.payload_base import (
    Address,
    Amount,
    Code,
    Currency,
    Description,
    Name,
    Note,
    Number,
    Payload,
    Percent,
    Quantity,
    Reference,
    Sku,
    TaxName,
    Text,
    Unit,
    UnitPrice,
)

MOST_LINES = 2_000
MOST_REFERENCES = 100
MOST_TAXES = 50
HUNDRED = Decimal(100)
Version = Annotated[int, Field(ge=1, le=1_000_000)]


class Party(Payload):
    """An organisation as it wants to be named on documents; the address has line breaks.

    `country` is an ISO 3166 code of two letters, or empty.
    """

    name: Name
    legal_name: Text = ""
    tax_number: Code = ""
    address: Address = ""
    country: Annotated[str, Field(pattern=r"^(?:[A-Z]{2})?$")] = ""


class DeliveryPoint(Payload):
    """Where the goods go."""

    name: Text = ""
    address: Address
    instructions: Note = ""


# --- Lines and totals ----------------------------------------------------------------------
class LineTax(Payload):
    """The tax of a line: its name at the sender, and its effective rate in percent."""

    name: TaxName
    rate: Percent


class LinePayload(Payload):
    """One line. An item has a quantity and a unit price; a note has text only.

    `net` and `tax_amount` are the line's share of the totals, after the discount, rounded to the
    currency's minor units. `unit_price` includes tax when the document says that prices do.
    """

    line_id: UUID
    kind: Literal["item", "note"] = "item"
    seller_sku: Sku = ""
    buyer_sku: Sku = ""
    barcode: Sku = ""
    description: Description = ""
    quantity: Quantity | None = None
    unit: Unit = ""
    unit_price: UnitPrice | None = None
    discount_percent: Percent = Decimal(0)
    tax: LineTax | None = None
    net: Amount = Decimal(0)
    tax_amount: Amount = Decimal(0)
    expected_on: date | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        if self.kind == "note":
            if self.quantity is not None or self.unit_price is not None or self.tax is not None:
                raise ValueError("A note has no quantity, price or tax.")
            if self.net or self.tax_amount:
                raise ValueError("A note has no amounts.")
            if not self.description:
                raise ValueError("A note needs its text.")
            return self
        if self.quantity is None or self.unit_price is None:
            raise ValueError("An item needs a quantity and a unit price.")
        if self.discount_percent > HUNDRED:
            raise ValueError("A discount is 100 % at most.")
        if self.tax is None and self.tax_amount:
            raise ValueError("A line without a tax has no tax amount.")
        if not (self.description or self.seller_sku or self.buyer_sku or self.barcode):
            raise ValueError("An item needs a description or a code.")
        return self

    @property
    def gross(self) -> Decimal:
        """Net and tax together."""
        return self.net + self.tax_amount


class TaxTotal(Payload):
    """What one tax comes to on the whole document."""

    name: TaxName
    rate: Percent
    net: Amount
    tax: Amount


class Totals(Payload):
    """What the document comes to, in its currency."""

    net: Amount
    tax: Amount
    total: Amount


Lines = Annotated[tuple[LinePayload, ...], Field(max_length=MOST_LINES, strict=False)]


class DocumentPayload(Payload):
    """What orders and invoices have in common."""

    document_id: UUID
    number: Number
    version: Version = 1
    currency: Currency
    prices_include_tax: bool = False
    seller: Party
    buyer: Party
    deliver_to: DeliveryPoint | None = None
    lines: Lines
    taxes: Annotated[tuple[TaxTotal, ...], Field(max_length=MOST_TAXES, strict=False)] = ()
    totals: Totals
    terms: Text = ""
    reference: Reference = ""
    notes: Note = ""

    @model_validator(mode="after")
    def _lines_can_be_told_apart(self) -> Self:
        if len({line.line_id for line in self.lines}) != len(self.lines):
            raise ValueError("Two lines have the same line id.")
        if all(line.kind == "note" for line in self.lines):
            raise ValueError("The document has no item.")
        return self


# --- Documents -----------------------------------------------------------------------------
class OrderPayload(DocumentPayload):
    """A purchase order, from the buyer to the supplier."""

    ordered_on: date
    expected_on: date | None = None


class OrderReference(Payload):
    """Names a purchase order: the buyer's document id and number."""

    document_id: UUID
    number: Number = ""


class SalesOrderPayload(DocumentPayload):
    """A sales order, from the supplier to the customer (N17).

    With `answers` it confirms that purchase order; without, it is an offer that the customer
    approves or declines.
    """

    ordered_on: date
    expected_on: date | None = None
    answers: OrderReference | None = None


class InvoicePayload(DocumentPayload):
    """An invoice. A line that bills an order's line carries that line's id.

    `payment_details` says how to pay: account, reference.
    """

    issued_on: date
    due_on: date | None = None
    orders: Annotated[
        tuple[OrderReference, ...], Field(max_length=MOST_REFERENCES, strict=False)
    ] = ()
    payment_details: Note = ""

    @model_validator(mode="after")
    def _due_after_issue(self) -> Self:
        if self.due_on is not None and self.due_on < self.issued_on:
            raise ValueError("The due date is before the date of issue.")
        return self


class CreditNotePayload(DocumentPayload):
    """A credit note, from the supplier to the buyer; `invoice` is the credited one, if any."""

    issued_on: date
    invoice: OrderReference | None = None
    reason: Text = ""
