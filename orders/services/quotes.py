"""Quotes to customers: drafted, authorised, then accepted as a sales order or rejected."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from hub.money import Money
from network.domain.payload_base import clean_note
from orders.domain.stock_states import PaymentStatus, QuoteStatus
from orders.models import Payment, Quote, QuoteLine, SalesOrder, SalesOrderLine
from orders.services.documents import author, header_values, lock_document, move, record
from orders.services.invoices import COPIED
from orders.services.lines import LineInput, build_lines
from orders.services.sales import authorise_sales_order, customer_or_refuse
from orders.services.trade_settings import trade_settings
from tenants.actor import current_actor
from tenants.services.notifications import notify
from tenants.services.numbers import take_number
from tenants.services.organisations import current_organisation

SUBMITTED, ANSWERED = "quotes.submitted", "approvals.answered"
# What a sales order takes from the quote that became it.
KEPT = (
    "contact_id",
    "reference",
    "currency",
    "rate",
    "prices_include_tax",
    "net",
    "tax",
    "total",
    "note",
    "internal_note",
    "location_id",
    "job",
    "attributes",
    "required_on",
    "delivery_address",
    "sales_rep",
)


def create_quote(contact_id: UUID, values: Mapping[str, Any], lines: Sequence[LineInput]) -> Quote:
    """Draft a quote. Raises InvalidInput with every bad field, NotFound."""
    contact = customer_or_refuse(contact_id)
    header = header_values(values, contact)
    header.setdefault("issued_on", timezone.localdate())
    _check_dates(header["issued_on"], header.get("valid_until"))
    quote = Quote(contact=contact, **author(), **header)
    rows = _rows(quote, lines)
    quote.number = take_number("quote")
    quote.save(force_insert=True)
    QuoteLine.objects.bulk_create(rows)
    record(quote, "created", f"{quote.number} drafted for {contact.name}")
    return quote


def _check_dates(issued_on: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until < issued_on:
        message = "The quote would end before its own date."
        raise InvalidInput(message, fields={"valid_until": [message]})


def _rows(quote: Quote, lines: Sequence[LineInput]) -> list[QuoteLine]:
    rounding = current_organisation().tax_rounding
    return build_lines(QuoteLine, quote, "quote", lines, side="sale", rounding=rounding)


def change_quote(
    quote_id: UUID, values: Mapping[str, Any], lines: Sequence[LineInput] | None = None
) -> Quote:
    """Change a draft; `lines` replaces all of them. Raises Conflict, InvalidInput."""
    quote = lock_document(Quote, quote_id)
    if quote.status != QuoteStatus.DRAFT:
        raise Conflict(f"{quote.number} is no draft. Undo it first.", code="not_a_draft")
    header = header_values({"currency": quote.currency, **values}, quote.contact, quote)
    for field, value in header.items():
        setattr(quote, field, value)
    _check_dates(quote.issued_on, quote.valid_until)
    if lines is not None:
        rows = _rows(quote, lines)
        quote.lines.all().delete()
        QuoteLine.objects.bulk_create(rows)
    quote.changed_at = Now()
    quote.save()
    record(quote, "changed", f"{quote.number} changed")
    return quote


def authorise_quote(quote_id: UUID) -> Quote:
    """Authorise a draft: it can go to the customer, and a deposit may be paid on it."""
    quote = lock_document(Quote, quote_id)
    if quote.status == QuoteStatus.DRAFT and trade_settings().quotes_need_approval:
        raise Conflict(
            f"Quotes need approval here: submit {quote.number}, and a colleague approves it.",
            code="needs_approval",
        )
    _check_valid(quote)
    move(quote, "authorise", **_authorised())
    record(quote, "authorised", f"{quote.number} authorised")
    return quote


def _authorised() -> dict[str, Any]:
    return {
        "authorised_at": timezone.now(),
        "authorised_by_name": author()["created_by_name"],
    }


# --- Approval, where the settings want it --------------------------------------------------------
def submit_quote(quote_id: UUID) -> Quote:
    """Hand a draft to those who approve quotes; they are told. Raises Conflict (`expired`)."""
    quote = lock_document(Quote, quote_id)
    if not trade_settings().quotes_need_approval:
        raise Conflict("Quotes need no approval here. Authorise it.", code="no_approval_needed")
    _check_valid(quote)
    move(quote, "submit", partner_message="")
    record(quote, "submitted", f"{quote.number} submitted for approval")
    actor = current_actor()
    title = f"{actor.name} submits {quote.number} for approval"
    total = Money(quote.total, quote.currency)
    body = f"Quote to {quote.contact.name}, {total}."
    notify(SUBMITTED, title, body=body, url=f"/quotes/{quote.id}/", about=quote.id)
    return quote


def approve_quote(quote_id: UUID) -> Quote:
    """A submitted quote can go to the customer; whoever made it is told. Raises Conflict."""
    quote = lock_document(Quote, quote_id)
    _check_valid(quote)
    move(quote, "approve", **_authorised())
    record(quote, "approved", f"{quote.number} approved")
    _tell_author(quote, "approved", "It can go to the customer.")
    return quote


def refuse_quote(quote_id: UUID, text: str) -> Quote:
    """Not like this: the quote is rejected with the reason; a review makes it a draft again."""
    quote = lock_document(Quote, quote_id)
    text = clean_note(text)
    if not text:
        message = "Say why, so that it can be made right."
        raise InvalidInput(message, fields={"text": [message]})
    move(quote, "refuse", partner_message=f"Not approved by {current_actor().name}: {text}"[:4000])
    record(quote, "refused", f"{quote.number} not approved: {text}")
    _tell_author(quote, "did not approve", text)
    return quote


def take_back_quote(quote_id: UUID) -> Quote:
    """A submitted quote is a draft again before anybody answered."""
    quote = lock_document(Quote, quote_id)
    move(quote, "take_back")
    record(quote, "taken_back", f"{quote.number} is a draft again")
    return quote


def _tell_author(quote: Quote, word: str, body: str) -> None:
    actor = current_actor()
    if quote.created_by is None or quote.created_by == actor.id:
        return
    title = f"{actor.name} {word} {quote.number}"
    only = [quote.created_by]
    notify(ANSWERED, title, body=body, url=f"/quotes/{quote.id}/", about=quote.id, only=only)


def _check_valid(quote: Quote) -> None:
    if quote.valid_until is not None and quote.valid_until < timezone.localdate():
        raise Conflict(
            f"{quote.number} was valid until {quote.valid_until:%-d %B %Y}. Take it back to "
            "draft and give it a new date.",
            code="expired",
        )


def accept_quote(quote_id: UUID, *, authorise: bool = False) -> SalesOrder:
    """The customer agrees: the quote becomes a sales order, a draft or `authorise`d at once.

    Its lines keep their ids, and what was paid on the quote stands on the order. Raises Conflict
    (`move_not_allowed`, `expired`).
    """
    quote = lock_document(Quote, quote_id)
    if quote.status == QuoteStatus.AUTHORISED:
        _check_valid(quote)
    order = SalesOrder(
        quote=quote.id,
        issued_on=timezone.localdate(),
        **{field: getattr(quote, field) for field in KEPT},
        **author(),
    )
    move(quote, "accept", sale=order.id)
    order.number = take_number("sales_order")
    order.save(force_insert=True)
    SalesOrderLine.objects.bulk_create(
        SalesOrderLine(
            order=order,
            expected_on=row.expected_on,
            **{field: getattr(row, field) for field in COPIED},
        )
        for row in quote.lines.order_by("position")
    )
    Payment.objects.filter(order=quote.id).update(order=order.id)
    record(quote, "accepted", f"{quote.number} accepted: {order.number}")
    record(order, "created", f"{order.number} drafted from {quote.number}")
    return authorise_sales_order(order.id) if authorise else order


def reject_quote(quote_id: UUID, text: str = "") -> Quote:
    """The customer does not want it; `text` says why. Raises Conflict while money is paid on it."""
    quote = lock_document(Quote, quote_id)
    _not_paid(quote)
    move(quote, "reject", partner_message=text.strip()[:4000])
    record(quote, "rejected", f"{quote.number} rejected. {text}".strip())
    return quote


def review_quote(quote_id: UUID) -> Quote:
    """A rejected quote is a draft again, to be offered anew."""
    quote = lock_document(Quote, quote_id)
    move(quote, "review", authorised_at=None, partner_message="")
    record(quote, "reviewed", f"{quote.number} is reviewed: a draft again")
    return quote


def undo_quote(quote_id: UUID) -> Quote:
    """Back to draft. Raises Conflict while money is paid on it."""
    quote = lock_document(Quote, quote_id)
    _not_paid(quote)
    move(quote, "undo", authorised_at=None)
    record(quote, "undone", f"{quote.number} is a draft again")
    return quote


def void_quote(quote_id: UUID) -> Quote:
    """Void it; its number stays taken. Raises Conflict while money is paid on it."""
    quote = lock_document(Quote, quote_id)
    _not_paid(quote)
    move(quote, "void")
    record(quote, "voided", f"{quote.number} voided")
    return quote


def _not_paid(quote: Quote) -> None:
    numbers = (
        Payment.objects.filter(order=quote.id)
        .exclude(status=PaymentStatus.VOID)
        .order_by("id")
        .values_list("number", flat=True)
    )
    if numbers:
        raise Conflict(
            f"{', '.join(numbers)} was paid on {quote.number}. Void that first.",
            code="has_payments",
        )
