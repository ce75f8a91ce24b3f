"""Bills: approving what was received, declining it, asking about it; and bills typed by hand."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Sum
from django.db.models.functions import Now
from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from hub.money import QUANTITY, parse_unit_price
from inventory.services.mapping import remember
from network.domain.payload_base import clean_line
from network.models import Contact
from network.services.contacts import contact_or_404
from network.services.courier import Posting, connection_with, post_envelope
from orders.domain.payloads import InvoiceAnswerPayload, ReasonCode
from orders.domain.states import BillStatus, NetworkStatus, PurchaseOrderStatus
from orders.models import (
    Bill,
    BillLine,
    LineKind,
    PurchaseMatch,
    PurchaseOrder,
    PurchaseOrderLine,
)
from orders.services.approvals import check_approval, was_approved
from orders.services.bill_posting import post_bill, unpost_bill
from orders.services.documents import (
    author,
    document_or_404,
    header_values,
    lock_document,
    move,
    record,
    set_network_status,
)
from orders.services.invoices import COPIED, due_date
from orders.services.latest_prices import forget_latest, remember_latest
from orders.services.lines import LineErrors, LineInput, apply_amounts, build_lines
from tenants.services.numbers import take_number
from tenants.services.organisations import current_organisation


def approve_bill(bill_id: UUID) -> Bill:
    """Approve a bill; the supplier is told where it came over the network.

    Raises Conflict (`above_limit`) and as posting does.
    """
    bill = lock_document(Bill, bill_id)
    check_approval(bill)
    move(
        bill,
        "approve",
        approved_at=timezone.now(),
        approved_by_name=author()["created_by_name"],
    )
    post_bill(bill)
    remember_latest(bill)
    rows = bill.lines.select_related("product").exclude(product=None)
    remember(bill.contact, [(row.partner_sku, row.product) for row in rows if row.product])
    _answer(bill, "approved")
    record(bill, "approved", f"{bill.number} approved")
    was_approved(bill)
    if bill.purchase_order is not None:
        record(bill.purchase_order, "billed", f"Bill {bill.number} approved")
    return bill


def decline_bill(bill_id: UUID, reason: ReasonCode, text: str = "") -> Bill:
    """Decline a bill; the reason travels back to the supplier."""
    bill = lock_document(Bill, bill_id)
    if reason in (ReasonCode.OTHER, ReasonCode.NONE) and not text.strip():
        message = "Say the reason in words."
        raise InvalidInput(message, fields={"text": [message]})
    move(bill, "decline")
    _answer(bill, "declined", reason=reason, text=text)
    record(bill, "declined", f"{bill.number} declined: {reason.label}. {text}".strip())
    return bill


def ask_about_bill(bill_id: UUID, question: str) -> Bill:
    """Ask the supplier; the bill keeps waiting."""
    bill = lock_document(Bill, bill_id)
    if not question.strip():
        message = "Write the question."
        raise InvalidInput(message, fields={"text": [message]})
    if not bill.from_network:
        raise Conflict("This bill did not come over the network; ask the supplier by e-mail.")
    move(bill, "ask")
    _answer(bill, "query", text=question.strip())
    record(bill, "asked", f"Asked {bill.contact.name}: {question.strip()}")
    return bill


def void_bill(bill_id: UUID) -> Bill:
    """Void a bill of our own making or one that was approved by mistake."""
    bill = lock_document(Bill, bill_id)
    if bill.status == BillStatus.APPROVED:
        unpost_bill(bill)
        forget_latest(bill)
    move(bill, "void")
    record(bill, "voided", f"{bill.number} voided")
    return bill


def undo_bill(bill_id: UUID) -> Bill:
    """Back to where it was before approval: a draft, or awaiting approval if it was sent to us.

    Raises Conflict when it is paid, or goods were received or credited on it since.
    """
    bill = lock_document(Bill, bill_id)
    if bill.status == BillStatus.APPROVED:
        unpost_bill(bill)
        forget_latest(bill)
    move(bill, "reopen" if bill.from_network else "undo", approved_at=None)
    record(bill, "undone", f"The approval of {bill.number} was undone")
    return bill


SHOWN = {
    "approved": NetworkStatus.APPROVED,
    "declined": NetworkStatus.DECLINED,
    "query": NetworkStatus.ASKED,
}


def _answer(bill: Bill, answer: str, *, reason: ReasonCode | None = None, text: str = "") -> None:
    """Tell the supplier. A connection that is gone does not keep us from deciding."""
    connection = connection_with(bill.contact_id) if bill.from_network else None
    if connection is None or bill.partner_key is None:
        return
    set_network_status(bill, SHOWN[answer])
    payload = InvoiceAnswerPayload(
        document_id=bill.partner_key,
        document_version=bill.partner_version,
        answer=answer,  # type: ignore[arg-type]
        reason=reason,
        text=text,
    )
    post_envelope(
        connection,
        Posting(
            "invoice_answer",
            payload,
            document_key=bill.partner_key,
            version=bill.partner_version,
            object_type="bill",
            object_id=bill.id,
            label=bill.number,
        ),
    )


def create_bill(
    contact_id: UUID,
    values: Mapping[str, Any],
    lines: Sequence[LineInput],
    *,
    order_id: UUID | None = None,
) -> Bill:
    """A bill typed by hand, awaiting nobody: a draft. Raises InvalidInput, NotFound.

    `order_id`: it is of that purchase order, and its lines name the ordered ones by `line_id`.
    Raises Conflict where the order is not to be billed, or not this contact's.
    """
    contact = contact_or_404(contact_id)
    me = current_organisation()
    header = header_values(values, contact)
    order = _order_to_bill(order_id, contact) if order_id is not None else None
    if order is not None:
        header = {"reference": order.number, **header, "purchase_order": order}
    header["issued_on"] = header.get("issued_on") or timezone.localdate()
    header["due_on"] = header.get("due_on") or due_date(contact, header["issued_on"])
    _check_dates(header["issued_on"], header["due_on"])
    bill = Bill(contact=contact, **author(), **header)
    rows = build_lines(BillLine, bill, "bill", lines, side="purchase", rounding=me.tax_rounding)
    bill.number = take_number("bill")
    bill.save(force_insert=True)
    BillLine.objects.bulk_create(rows)
    record(bill, "created", f"{bill.number} drafted for {contact.name}")
    if order is not None:
        record(order, "billed", f"Bill {bill.number} drafted")
    return bill


def _order_to_bill(order_id: UUID, contact: Contact) -> PurchaseOrder:
    order = lock_document(PurchaseOrder, order_id)
    if order.contact_id != contact.id:
        raise Conflict(f"{order.number} is not an order to {contact.name}.", code="not_theirs")
    _check_sendable(order)
    _check_billable(order, billable_lines(order))
    return order


def change_bill(
    bill_id: UUID, values: Mapping[str, Any], lines: Sequence[LineInput] | None = None
) -> Bill:
    """Change a draft; `lines` replaces all of them. Raises Conflict when it is no draft."""
    bill = lock_document(Bill, bill_id)
    if bill.status != BillStatus.DRAFT:
        raise Conflict(
            f"{bill.number} is {BillStatus(bill.status).label.lower()}; "
            "only a draft can be changed.",
            code="not_a_draft",
        )
    for field, value in header_values({"currency": bill.currency, **values}, bill.contact).items():
        setattr(bill, field, value)
    _check_dates(bill.issued_on, bill.due_on)
    me = current_organisation()
    if lines is not None:
        rows = build_lines(BillLine, bill, "bill", lines, side="purchase", rounding=me.tax_rounding)
        _replace_lines(bill, rows)
    else:
        rows = list(bill.lines.select_related("tax_rule").order_by("position"))
        rules = {row.tax_rule_id: row.tax_rule for row in rows if row.tax_rule_id}
        apply_amounts(bill, rows, rules, rounding=me.tax_rounding)
        BillLine.objects.bulk_update(rows, ["net", "tax", "total"])
    bill.changed_at = Now()
    bill.save()
    record(bill, "changed", f"{bill.number} changed")
    return bill


def _replace_lines(bill: Bill, rows: Sequence[BillLine]) -> None:
    """What goods did that were received on a line is written for good: such a line stays the same
    row. Raises Conflict when one of them is to go.
    """
    matched = PurchaseMatch.objects.filter(bill_line__bill=bill).values("bill_line_id")
    kept = {row.line_id: row.id for row in bill.lines.filter(id__in=matched)}
    gone = sorted(
        bill.lines.filter(line_id__in=set(kept) - {row.line_id for row in rows}).values_list(
            "sku", flat=True
        )
    )
    if gone:
        raise Conflict(
            f"Goods of {', '.join(gone)} were received on {bill.number} before, so the line stays. "
            f"Void {bill.number} and enter the bill anew.",
            code="was_received",
        )
    bill.lines.exclude(id__in=kept.values()).delete()
    bill.lines.update(position=-1 - F("position"))
    for row in rows:
        row.id = kept.get(row.line_id, row.id)
    old = [row for row in rows if row.line_id in kept]
    fields = [f.name for f in BillLine._meta.concrete_fields if f.name not in ("id", "tenant")]
    BillLine.objects.bulk_update(old, fields)
    BillLine.objects.bulk_create([row for row in rows if row.line_id not in kept])


def _check_dates(issued_on: date, due_on: date) -> None:
    if due_on < issued_on:
        message = "The due date is before the bill's own date."
        raise InvalidInput(message, fields={"due_on": [message]})


def bill_or_404(bill_id: UUID) -> Bill:
    """The only door from an id to a bill; raises NotFound."""
    return document_or_404(Bill, bill_id)


# --- Billing an order ---------------------------------------------------------------------------
def billable_lines(
    order: PurchaseOrder, *, besides: UUID | None = None
) -> list[tuple[PurchaseOrderLine, Decimal]]:
    """The items of an order with what no bill, drafts included, has of them yet.

    What is on the bill `besides` counts as free.
    """
    dead = [BillStatus.VOID, BillStatus.DECLINED, BillStatus.SUPERSEDED]
    taken = {
        row["line_id"]: row["q"]
        for row in BillLine.objects.filter(bill__purchase_order=order, kind=LineKind.ITEM)
        .exclude(bill__status__in=dead)
        .exclude(bill__in=[besides] if besides else [])
        .values("line_id")
        .annotate(q=Sum("quantity"))
    }
    return [
        (line, line.quantity - taken.get(line.line_id, Decimal(0)))
        for line in order.lines.select_related("tax_rule", "product").order_by("position")
        if line.kind == LineKind.ITEM and line.quantity
    ]


def bill_order(
    order_id: UUID,
    *,
    quantities: Mapping[UUID, str | Decimal] | None = None,
    prices: Mapping[UUID, str | Decimal] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Bill:
    """Draft the bill of a purchase order, in part or all that is not billed; goods or bill first.

    `quantities` and `prices` go by line id. `values` holds `issued_on`, `due_on`, and
    `partner_number`, the supplier's own. Raises Conflict, InvalidInput naming
    `quantities.<line id>` or `prices.<line id>`.
    """
    order = lock_document(PurchaseOrder, order_id)
    _check_sendable(order)
    possible = billable_lines(order)
    _check_billable(order, possible)
    rows = _billed_rows(possible, quantities, prices or {})
    given = dict(values or {})
    issued = given.pop("issued_on", None) or timezone.localdate()
    due = given.pop("due_on", None) or due_date(order.contact, issued)
    _check_dates(issued, due)
    bill = Bill(
        contact=order.contact,
        purchase_order=order,
        reference=order.number,
        partner_number=clean_line(str(given.pop("partner_number", "") or ""), longest=80),
        currency=order.currency,
        rate=order.rate,
        prices_include_tax=order.prices_include_tax,
        issued_on=issued,
        due_on=due,
        **author(),
    )
    rules = {row.tax_rule_id: row.tax_rule for row in rows if row.tax_rule_id}
    apply_amounts(bill, rows, rules, rounding=current_organisation().tax_rounding)
    bill.number = take_number("bill")
    bill.save(force_insert=True)
    for position, row in enumerate(rows, start=1):
        row.bill, row.position = bill, position
    BillLine.objects.bulk_create(rows)
    record(bill, "created", f"{bill.number} drafted from {order.number}")
    record(order, "billed", f"Bill {bill.number} drafted")
    return bill


def _check_sendable(order: PurchaseOrder) -> None:
    if order.status not in PurchaseOrderStatus.sendable():
        raise Conflict(
            f"{order.number} is {PurchaseOrderStatus(order.status).label.lower()}; "
            "authorise it before it is billed.",
            code="not_authorised",
        )


def _check_billable(
    order: PurchaseOrder, possible: Sequence[tuple[PurchaseOrderLine, Decimal]]
) -> None:
    if not any(left > 0 for _line, left in possible):
        raise Conflict(f"{order.number} is billed in full.", code="already_billed")
    others = Bill.objects.filter(purchase_order=order, status__in=BillStatus.open())
    if not order.is_advanced and others.exists():
        raise Conflict(
            f"{order.number} is a simple purchase with one bill. Make it an advanced purchase to "
            "bill it in parts.",
            code="simple_order",
        )


def _billed_rows(
    possible: Sequence[tuple[PurchaseOrderLine, Decimal]],
    quantities: Mapping[UUID, str | Decimal] | None,
    prices: Mapping[UUID, str | Decimal],
) -> list[BillLine]:
    errors = LineErrors()
    rows = []
    for line, left in possible:
        wanted = left
        if quantities is not None:
            path = f"quantities.{line.line_id}"
            wanted = errors.number(_zero_or_more, quantities.get(line.line_id) or 0, path)
        if wanted <= 0:
            continue
        row = BillLine(**{field: getattr(line, field) for field in COPIED})
        row.quantity = wanted
        price = prices.get(line.line_id)
        if price not in (None, ""):
            path = f"prices.{line.line_id}"
            row.unit_price = errors.number(parse_unit_price, price, path)
        rows.append(row)
    if not rows and not errors.fields:
        errors.add("quantities", "Enter a quantity for at least one line.")
    errors.check()
    return rows


def _zero_or_more(value: str | Decimal, *, field: str | None = None) -> Decimal:
    return QUANTITY.parse(value, field=field, minimum=0)
