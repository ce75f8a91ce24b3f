"""Purchase orders: drafting, authorising, and answering the supplier."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from network.domain.payload_base import clean_note
from network.models import Contact, Envelope
from network.services.contacts import contact_or_404
from network.services.courier import Posting, connection_with, post_envelope
from orders.domain.payloads import (
    ConsentPayload,
    OrderAnswerPayload,
    ReasonCode,
    read_payload,
)
from orders.domain.states import BillStatus, NetworkStatus, PurchaseOrderStatus
from orders.domain.stock_states import PaymentStatus, ReceiptStatus
from orders.models import Bill, Payment, PurchaseOrder, PurchaseOrderLine, Receipt
from orders.services.approvals import check_approval, was_approved
from orders.services.bought import fit_purchase
from orders.services.documents import (
    author,
    header_values,
    lock_document,
    move,
    network_news,
    record,
    set_network_status,
)
from orders.services.expecting import expect
from orders.services.lines import LineInput, apply_amounts, build_lines
from orders.services.matching import choose_products, remember_products
from orders.services.offers import apply_changes
from orders.services.order_parts import check_still_simple
from orders.services.sending import Sending, send_document, withdraw_document
from tenants.services.numbers import take_number
from tenants.services.organisations import current_organisation


def create_purchase_order(
    contact_id: UUID, values: Mapping[str, Any], lines: Sequence[LineInput]
) -> PurchaseOrder:
    """Draft a purchase order. Raises InvalidInput with every bad field, NotFound."""
    contact = _supplier(contact_id)
    me = current_organisation()
    header = header_values(values, contact, PurchaseOrder())
    header.setdefault("issued_on", timezone.localdate())
    _check_dates(header.get("issued_on"), header.get("required_on"))
    order = PurchaseOrder(contact=contact, **author(), **header)
    rows = build_lines(
        PurchaseOrderLine, order, "order", lines, side="purchase", rounding=me.tax_rounding
    )
    order.number = take_number("purchase_order")
    order.save(force_insert=True)
    PurchaseOrderLine.objects.bulk_create(rows)
    record(order, "created", f"{order.number} drafted for {contact.name}")
    return order


def _supplier(contact_id: UUID) -> Contact:
    contact = contact_or_404(contact_id)
    if not contact.is_supplier:
        message = f"{contact.name} is not a supplier. Tick “Supplier” on the contact first."
        raise InvalidInput(message, fields={"contact": [message]})
    return contact


def _check_dates(issued_on: date | None, required_on: date | None) -> None:
    if issued_on and required_on and required_on < issued_on:
        message = "The date is before the order's own date."
        raise InvalidInput(message, fields={"required_on": [message]})


def change_purchase_order(
    order_id: UUID,
    values: Mapping[str, Any],
    lines: Sequence[LineInput] | None = None,
    *,
    contact_id: UUID | None = None,
) -> PurchaseOrder:
    """Change a draft; `lines` replaces all of them. Raises Conflict when it is no draft."""
    order = lock_document(PurchaseOrder, order_id)
    _must_be_draft(order)
    if contact_id is not None and contact_id != order.contact_id:
        if order.version:
            message = "This order was sent to its supplier; make a new one for another supplier."
            raise InvalidInput(message, fields={"contact": [message]})
        order.contact = _supplier(contact_id)
    was_advanced = order.is_advanced
    for field, value in header_values(
        {"currency": order.currency, **values}, order.contact, order
    ).items():
        setattr(order, field, value)
    check_still_simple(order, was_advanced=was_advanced)
    _check_dates(order.issued_on, order.required_on)
    me = current_organisation()
    if lines is not None:
        rows = build_lines(
            PurchaseOrderLine, order, "order", lines, side="purchase", rounding=me.tax_rounding
        )
        order.lines.all().delete()
        PurchaseOrderLine.objects.bulk_create(rows)
        fit_purchase(order)
    else:
        recalculate(order, me.tax_rounding)
    order.changed_at = Now()
    order.save()
    record(order, "changed", f"{order.number} changed")
    return order


def recalculate(order: PurchaseOrder, rounding: str) -> None:
    """Every amount of a draft again, from its lines as stored; the caller saves the order."""
    rows = list(order.lines.select_related("tax_rule").order_by("position"))
    rules = {row.tax_rule_id: row.tax_rule for row in rows if row.tax_rule_id}
    apply_amounts(order, rows, rules, rounding=rounding)
    PurchaseOrderLine.objects.bulk_update(rows, ["net", "tax", "total"])


def _must_be_draft(order: PurchaseOrder) -> None:
    if order.status != PurchaseOrderStatus.DRAFT:
        raise Conflict(
            f"{order.number} is {PurchaseOrderStatus(order.status).label.lower()}; "
            "only a draft can be changed. Undo it first.",
            code="not_a_draft",
        )


def authorise_purchase_order(order_id: UUID) -> PurchaseOrder:
    """Authorise a draft: it is frozen now and can be sent. Raises Conflict (`above_limit`)."""
    order = lock_document(PurchaseOrder, order_id)
    check_approval(order)
    move(
        order,
        "authorise",
        authorised_at=timezone.now(),
        authorised_by_name=author()["created_by_name"],
    )
    expect(order)
    record(order, "authorised", f"{order.number} authorised")
    was_approved(order)
    return order


def undo_purchase_order(order_id: UUID) -> PurchaseOrder:
    """Back to draft. Refused once the supplier has approved or invoiced it, or goods came."""
    order = lock_document(PurchaseOrder, order_id)
    _not_accepted(order, "undone")
    _nothing_happened(order)
    if order.status == PurchaseOrderStatus.AUTHORISED:
        expect(order, sign=-1)
    move(order, "undo", authorised_at=None, offer=None)
    record(order, "undone", f"{order.number} is a draft again")
    return order


def void_purchase_order(order_id: UUID) -> PurchaseOrder:
    """Void it; a supplier that has it on the network is told and its pre-sale ends too."""
    order = lock_document(PurchaseOrder, order_id)
    _not_accepted(order, "voided")
    _nothing_happened(order)
    if order.status == PurchaseOrderStatus.AUTHORISED:
        expect(order, sign=-1)
    move(order, "void", offer=None)
    fit_purchase(order)
    withdraw_document(order)
    record(order, "voided", f"{order.number} voided")
    return order


def _nothing_happened(order: PurchaseOrder) -> None:
    """Pieces of an order are undone before it: receipts, bills, deposits."""
    numbers = sorted(
        [
            *Receipt.objects.filter(purchase_order=order)
            .exclude(status=ReceiptStatus.VOID)
            .values_list("number", flat=True),
            *Bill.objects.filter(
                purchase_order=order, status__in=[BillStatus.APPROVED, BillStatus.PAID]
            ).values_list("number", flat=True),
            *Payment.objects.filter(order=order.id)
            .exclude(status=PaymentStatus.VOID)
            .values_list("number", flat=True),
        ]
    )
    if numbers:
        raise Conflict(
            f"{order.number} has {', '.join(numbers)}. Undo or void that first.",
            code="has_pieces",
        )


def _not_accepted(order: PurchaseOrder, participle: str) -> None:
    if order.network_status in (NetworkStatus.APPROVED, NetworkStatus.INVOICED):
        raise Conflict(
            f"{order.contact.name} has accepted {order.number}, so it cannot be {participle} "
            "here alone. Agree on it with the supplier, who can recall the approval.",
            code="accepted_by_partner",
        )


# --- The supplier approved with changes: the buyer's consent (N10, N16) --------------------------
def accept_changes(order_id: UUID) -> PurchaseOrder:
    """Take the supplier's quantities, prices and dates over; the sale becomes authorised there."""
    order, answer = _with_offer(order_id)
    changes = _take_over(order, answer)
    _consent(order, "accepted", "")
    network_news(order, NetworkStatus.APPROVED)
    record(order, "changes_accepted", f"{order.contact.name}'s changes accepted", changes)
    order.offer = None
    return order


def _take_over(order: PurchaseOrder, answer: OrderAnswerPayload) -> dict[str, tuple[Any, Any]]:
    """Put the changes onto the lines; what is expected follows, and the offer is answered."""
    expect(order, sign=-1)
    rows = list(order.lines.select_related("tax_rule").order_by("position"))
    changes = apply_changes(order, rows, answer, current_organisation().tax_rounding)
    PurchaseOrderLine.objects.bulk_update(
        rows, ["quantity", "unit_price", "expected_on", "net", "tax", "total"]
    )
    PurchaseOrder.objects.filter(id=order.id).update(
        net=order.net, tax=order.tax, total=order.total, offer=None, changed_at=Now()
    )
    fit_purchase(order)
    expect(order)
    return changes


def decline_changes(order_id: UUID, reason: str = "") -> PurchaseOrder:
    """Say no to the supplier's changes; it decides again about the order as it was sent."""
    order, _answer = _with_offer(order_id)
    PurchaseOrder.objects.filter(id=order.id).update(offer=None, changed_at=Now())
    _consent(order, "declined", reason)
    set_network_status(order, NetworkStatus.OPENED)
    record(order, "changes_declined", f"{order.contact.name}'s changes declined. {reason}".strip())
    order.offer = None
    return order


def _with_offer(order_id: UUID) -> tuple[PurchaseOrder, OrderAnswerPayload]:
    order = lock_document(PurchaseOrder, order_id)
    if order.offer is None:
        raise Conflict(
            f"No changes to {order.number} wait for an answer. Reload the page to see it.",
            code="no_changes_waiting",
        )
    return order, read_payload(OrderAnswerPayload, order.offer["payload"])


def accept_some_changes(
    order_id: UUID, lines: Collection[UUID], text: str = "", *, offer: str = ""
) -> PurchaseOrder:
    """Take over the changes of these lines and decline the others.

    The supplier is told which, and gets a new version of the order at once: with the accepted
    changes, and the other lines as they were ordered. It decides about that version. `offer` is
    the message id of what the person saw. Raises InvalidInput (`lines`), Conflict.
    """
    order, answer = _with_offer(order_id)
    if offer and offer != (order.offer or {})["message_id"]:
        raise Conflict(
            f"{order.contact.name} changed its offer meanwhile. Look at it again.",
            code="offer_replaced",
        )
    offered = {change.line_id for change in answer.changes}
    if set(lines) - offered:
        message = "The supplier offers no change of one of these lines."
        raise InvalidInput(message, fields={"lines": [message]})
    if set(lines) == offered:
        return accept_changes(order_id)
    if not lines:
        return decline_changes(order_id, text)
    chosen = tuple(change for change in answer.changes if change.line_id in lines)
    told = _take_over(order, answer.model_copy(update={"changes": chosen}))
    # A line that the buyer agreed to do without is not ordered any more.
    gone = [change.line_id for change in chosen if change.quantity == 0]
    order.lines.filter(line_id__in=gone).delete()
    _consent(order, "declined", clean_note(text), [change.line_id for change in chosen])
    count = f"{len(chosen)} of {len(offered)} changes of {order.contact.name} accepted"
    record(order, "changes_accepted_in_part", f"{count}. {text}".strip(), told)
    order.offer = None
    send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    return lock_document(PurchaseOrder, order.id)


def _consent(
    order: PurchaseOrder, consent: str, text: str, accepted: Sequence[UUID] | None = None
) -> Envelope:
    offer = order.offer or {}
    payload = ConsentPayload(
        document_id=order.id,
        document_version=order.version,
        answer_message_id=UUID(offer["message_id"]),
        consent=consent,  # type: ignore[arg-type]
        text=text,
        accepted=tuple(accepted) if accepted is not None else None,
    )
    return post_to_partner(order, "consent", payload)


def post_to_partner(order: PurchaseOrder, kind: str, payload: Any) -> Envelope:
    """An envelope about this order to its supplier; raises Conflict when it is not connected."""
    connection = connection_with(order.contact_id)
    if connection is None:
        raise Conflict(
            f"{order.contact.name} is not connected any more, so the answer cannot reach it.",
            code="not_connected",
        )
    return post_envelope(
        connection,
        Posting(
            kind,
            payload,
            document_key=order.partner_key or order.id,
            version=order.partner_version or order.version,
            object_type="purchase_order",
            object_id=order.id,
            label=order.number,
        ),
    )


# --- An order that the supplier wrote for us (N17) -----------------------------------------------
def map_purchase_lines(order_id: UUID, choices: Mapping[UUID, UUID | None]) -> PurchaseOrder:
    """Choose our product for lines of a supplier's order (by line id)."""
    order = lock_document(PurchaseOrder, order_id)
    if order.status != PurchaseOrderStatus.AWAITING_APPROVAL:
        raise Conflict(f"{order.number} is not awaiting approval any more.")
    choose_products(order, choices)
    return order


def approve_offered_order(order_id: UUID) -> PurchaseOrder:
    """Approve a purchase order that came from the supplier's sales order."""
    order = lock_document(PurchaseOrder, order_id)
    _check_mapped(order)
    check_approval(order)
    move(
        order,
        "approve",
        authorised_at=timezone.now(),
        authorised_by_name=author()["created_by_name"],
    )
    expect(order)
    remember_products(order)
    _answer_offered(order, OrderAnswerPayload(answer="approved", **_answered(order)))
    set_network_status(order, NetworkStatus.APPROVED)
    record(order, "approved", f"{order.number} approved")
    was_approved(order)
    return order


def decline_offered_order(order_id: UUID, reason: ReasonCode, text: str) -> PurchaseOrder:
    """Decline a purchase order that came from the supplier's sales order, with a reason."""
    order = lock_document(PurchaseOrder, order_id)
    move(order, "decline")
    _answer_offered(
        order, OrderAnswerPayload(answer="declined", reason=reason, text=text, **_answered(order))
    )
    set_network_status(order, NetworkStatus.DECLINED)
    record(order, "declined", f"{order.number} declined: {reason.label}. {text}".strip())
    return order


def _answered(order: PurchaseOrder) -> dict[str, Any]:
    assert order.partner_key is not None
    return {
        "document_id": order.partner_key,
        "document_version": order.partner_version,
        "answer_number": order.number,
    }


def _answer_offered(order: PurchaseOrder, payload: OrderAnswerPayload) -> None:
    post_to_partner(order, "sales_order_answer", payload)


def _check_mapped(order: PurchaseOrder) -> None:
    rows = order.lines.filter(kind="item", product=None).values_list("position", flat=True)
    positions = sorted(rows)
    if positions:
        raise InvalidInput(
            f"{len(positions)} line{'s are' if len(positions) > 1 else ' is'} not matched to a "
            "product yet. Choose the product on each, then approve.",
            fields={f"lines.{p}.product": ["Choose one of your products."] for p in positions},
            code="unmapped_lines",
        )
