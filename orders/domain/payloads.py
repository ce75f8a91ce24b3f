"""The documents that travel in envelopes, and the answers to them.

A payload carries what both sides may know and nothing else: no cost, margin, internal note or
other contact. Line ids are given by whoever wrote the first document (the buyer, as a rule) and
echoed in everything that follows. Amounts are in `currency`; decimals travel as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from hub.money import divide, minor_units, multiply, plain, round_half_up
from network.domain.payload_base import (
    Address,
    Amount,
    AnsweredQuantity,
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
    canonical_json,
    clean_line,
    clean_note,
    read_payload,
    sha256_hex,
)
from orders.domain.reasons import ReasonCode

__all__ = [
    "ORDER_PAYLOADS",
    "ChangeAnswerPayload",
    "ChangeRequestPayload",
    "ConsentPayload",
    "CreditNotePayload",
    "DeliveryPoint",
    "Discrepancy",
    "DocumentPayload",
    "InvoiceAnswerPayload",
    "InvoicePayload",
    "InvoicedPayload",
    "LineChange",
    "LinePayload",
    "LineTax",
    "NoticeLine",
    "OpenedPayload",
    "OrderAnswerPayload",
    "OrderPayload",
    "OrderReference",
    "Party",
    "ReasonCode",
    "SalesOrderPayload",
    "ShipmentNoticePayload",
    "TaxTotal",
    "Totals",
    "WithdrawPayload",
    "canonical_json",
    "check_totals",
    "clean_line",
    "clean_note",
    "read_payload",
    "sha256_hex",
]

MOST_LINES = 2_000
MOST_REFERENCES = 100
MOST_TAXES = 50
Version = Annotated[int, Field(ge=1, le=1_000_000)]
HUNDRED = Decimal(100)


# --- Parties -------------------------------------------------------------------------------
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


# --- Answers -------------------------------------------------------------------------------
def _require_reason(answer: str, reason: ReasonCode | None, text: str) -> None:
    """A decline names its reason; a question, and "another reason", are put in words."""
    if answer == "declined" and reason in (None, ReasonCode.NONE):
        raise ValueError("A decline needs its reason.")
    if not text and (answer in ("asked", "query") or reason is ReasonCode.OTHER):
        raise ValueError("Say it in words.")


class LineChange(Payload):
    """What the supplier can do about one line; a field left out is as ordered.

    Quantity 0: the line cannot be supplied, and stays on the answer so that both see it.
    """

    line_id: UUID
    quantity: AnsweredQuantity | None = None
    unit_price: UnitPrice | None = None
    expected_on: date | None = None
    reason: ReasonCode | None = None
    text: Note = ""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.quantity is None and self.unit_price is None and self.expected_on is None:
            raise ValueError("A change says what changes: quantity, price or date.")
        return self


class OrderAnswerPayload(Payload):
    """The supplier's answer to an order, or the customer's to a sales order (N17).

    `document_id` and `document_version` are those of the order that is answered;
    `answer_number` is the answering side's own number, so that both can name it.
    """

    document_id: UUID
    document_version: Version
    answer: Literal["approved", "changed", "declined", "asked"]
    answer_number: Number = ""
    reason: ReasonCode | None = None
    text: Note = ""
    changes: Annotated[tuple[LineChange, ...], Field(max_length=MOST_LINES, strict=False)] = ()
    totals: Totals | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.answer == "changed") is not bool(self.changes):
            raise ValueError("Changes belong to the answer “changed”, and only to it.")
        if len({change.line_id for change in self.changes}) != len(self.changes):
            raise ValueError("Two changes have the same line id.")
        _require_reason(self.answer, self.reason, self.text)
        return self


class ConsentPayload(Payload):
    """The buyer accepts or declines the supplier's changes.

    `answer_message_id` is the message id of the envelope that proposed them.
    """

    document_id: UUID
    document_version: Version
    answer_message_id: UUID
    consent: Literal["accepted", "declined"]
    text: Note = ""


class InvoiceAnswerPayload(Payload):
    """The buyer's answer to one version of an invoice."""

    document_id: UUID
    document_version: Version
    answer: Literal["approved", "declined", "query"]
    reason: ReasonCode | None = None
    text: Note = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        _require_reason(self.answer, self.reason, self.text)
        return self


class OpenedPayload(Payload):
    """Somebody at the recipient opened the document for the first time."""

    document_id: UUID
    document_version: Version
    opened_at: AwareDatetime


class InvoicedPayload(Payload):
    """The order has been invoiced, whichever way the invoice itself travels."""

    document_id: UUID
    invoice_id: UUID
    invoice_number: Number


class ChangeRequestPayload(Payload):
    """Either side asks to change (or `cancel`) an order that both have accepted (N16).

    `document_id` is the buyer's purchase order; `request_id` names the question in its answer.
    """

    request_id: UUID
    document_id: UUID
    changes: Annotated[tuple[LineChange, ...], Field(max_length=MOST_LINES, strict=False)] = ()
    cancel: bool = False
    text: Note = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.cancel is bool(self.changes):
            raise ValueError("A request has changes or cancels the order, one of the two.")
        if len({change.line_id for change in self.changes}) != len(self.changes):
            raise ValueError("Two changes have the same line id.")
        return self


class ChangeAnswerPayload(Payload):
    """Yes or no to a request; with yes both sides' orders change."""

    request_id: UUID
    answer: Literal["accepted", "declined"]
    text: Note = ""


class NoticeLine(Payload):
    """So much of an ordered line is on its way."""

    line_id: UUID
    quantity: Quantity
    seller_sku: Sku = ""
    description: Description = ""


class ShipmentNoticePayload(Payload):
    """Goods of an order left the supplier, or (`cancelled`) did not after all (N16).

    `shipment_id` is the supplier's; `version` counts what was said about it.
    """

    shipment_id: UUID
    number: Number
    version: Version = 1
    order: OrderReference
    shipped_on: date
    carrier: Text = ""
    tracking: Text = ""
    parcels: Annotated[int, Field(ge=1, le=100_000)] = 1
    cancelled: bool = False
    lines: Annotated[tuple[NoticeLine, ...], Field(max_length=MOST_LINES, strict=False)]

    @model_validator(mode="after")
    def _lines_can_be_told_apart(self) -> Self:
        if len({line.line_id for line in self.lines}) != len(self.lines):
            raise ValueError("Two lines have the same line id.")
        return self


class CreditNotePayload(DocumentPayload):
    """A credit note, from the supplier to the buyer; `invoice` is the credited one, if any."""

    issued_on: date
    invoice: OrderReference | None = None
    reason: Text = ""


class WithdrawPayload(Payload):
    """The sender takes a document or an answer back, as far as the partner has not acted on it."""

    document_id: UUID
    document_version: Version
    what: Literal["document", "answer"]
    text: Note = ""


ORDER_PAYLOADS: dict[str, type[Payload]] = {
    "order": OrderPayload,
    "order_answer": OrderAnswerPayload,
    "consent": ConsentPayload,
    "sales_order": SalesOrderPayload,
    "sales_order_answer": OrderAnswerPayload,
    "invoice": InvoicePayload,
    "credit_note": CreditNotePayload,
    "shipment_notice": ShipmentNoticePayload,
    "change_request": ChangeRequestPayload,
    "change_answer": ChangeAnswerPayload,
    "invoice_answer": InvoiceAnswerPayload,
    "opened": OpenedPayload,
    "invoiced": InvoicedPayload,
    "withdraw": WithdrawPayload,
}


# --- Do the numbers add up? ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A number that does not follow from the others; `path` as in errors (`lines.3.net`)."""

    path: str
    stated: Decimal
    computed: Decimal

    @property
    def sentence(self) -> str:
        return f"{self.path}: {plain(self.stated)}, but it comes to {plain(self.computed)}"


def check_totals(payload: DocumentPayload) -> list[Discrepancy]:
    """Every stated number that does not follow from the lines; empty when all do.

    The totals must be the exact sums. A line must be quantity times price less discount,
    to the minor unit; its tax may be one minor unit off, since some documents round per line
    and others as a whole.
    """
    found = [
        item
        for index, line in enumerate(payload.lines)
        for item in _check_line(f"lines.{index}", line, payload)
    ]
    net = _sum([line.net for line in payload.lines])
    tax = _sum([line.tax_amount for line in payload.lines])
    stated = payload.totals
    for path, value, computed in (
        ("totals.net", stated.net, net),
        ("totals.tax", stated.tax, tax),
        ("totals.total", stated.total, net + tax),
    ):
        if value != computed:
            found.append(Discrepancy(path, value, computed))
    if payload.taxes:
        summed = _sum([part.tax for part in payload.taxes])
        if summed != stated.tax:
            found.append(Discrepancy("taxes", summed, stated.tax))
    return found


def _sum(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def _check_line(path: str, line: LinePayload, payload: DocumentPayload) -> list[Discrepancy]:
    if line.quantity is None or line.unit_price is None:
        return []
    decimals = minor_units(payload.currency)
    kept = divide(HUNDRED - line.discount_percent, HUNDRED)
    amount = round_half_up(multiply(line.quantity, line.unit_price, kept), decimals)
    found = []
    net = amount - line.tax_amount if payload.prices_include_tax else amount
    if line.net != net:
        found.append(Discrepancy(f"{path}.net", line.net, net))
    rate = divide(line.tax.rate, HUNDRED) if line.tax else Decimal(0)
    base = divide(amount, 1 + rate) if payload.prices_include_tax else amount
    tax = multiply(base, rate)
    # An effective rate travels with eight decimals, which shows on very large amounts only.
    allowed = Decimal(1).scaleb(-decimals) + multiply(abs(amount), Decimal("0.00000001"))
    if abs(line.tax_amount - tax) > allowed:
        found.append(
            Discrepancy(f"{path}.tax_amount", line.tax_amount, round_half_up(tax, decimals))
        )
    return found
