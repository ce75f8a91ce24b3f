"""Everything orders say over the network: the documents, and here the answers to them.

The documents themselves are in `document_payloads`, the check of their sums in `payload_totals`;
this module is the door to all three.
"""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from network.domain.payload_base import (
    AnsweredQuantity,
    Description,
    Note,
    Number,
    Payload,
    Quantity,
    Sku,
    Text,
    UnitPrice,
    canonical_json,
    clean_line,
    clean_note,
    read_payload,
    sha256_hex,
)
from orders.domain.document_payloads import (
    MOST_LINES,
    CreditNotePayload,
    DeliveryPoint,
    DocumentPayload,
    InvoicePayload,
    LinePayload,
    LineTax,
    OrderPayload,
    OrderReference,
    Party,
    SalesOrderPayload,
    TaxTotal,
    Totals,
    Version,
)
from orders.domain.payload_totals import Discrepancy, check_totals
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

    `answer_message_id` is the message id of the envelope that proposed them. A decline may name
    lines whose change is `accepted`: a new version of the order, which has them, follows at once.
    """

    document_id: UUID
    document_version: Version
    answer_message_id: UUID
    consent: Literal["accepted", "declined"]
    text: Note = ""
    accepted: Annotated[tuple[UUID, ...], Field(max_length=MOST_LINES, strict=False)] | None = None

    @model_validator(mode="after")
    def _names_lines_only_in_a_decline(self) -> Self:
        if self.accepted is not None and (self.consent == "accepted" or not self.accepted):
            raise ValueError("Accepted lines are named where the others are declined.")
        return self


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
