"""A buyer's order that came over the network: map it, answer it, take the answer back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hub.errors import Conflict, InvalidInput
from hub.money import QUANTITY, parse_unit_price
from inventory.services.mapping import remember
from network.services.courier import Posting, connection_with, post_envelope
from orders.domain.payloads import (
    LineChange,
    OrderAnswerPayload,
    ReasonCode,
    Totals,
    WithdrawPayload,
    read_payload,
)
from orders.domain.states import NetworkStatus, SalesOrderStatus
from orders.models import (
    SalesOrder,
    SalesOrderLine,
    TradeLine,
)
from orders.services.allocation import allocate
from orders.services.approvals import check_approval, was_approved
from orders.services.booking import books_of_today
from orders.services.bought import fit_sale
from orders.services.demand import draft_by_itself
from orders.services.documents import (
    lock_document,
    move,
    record,
    set_network_status,
)
from orders.services.lines import LineErrors
from orders.services.matching import choose_products
from orders.services.offers import apply_changes
from orders.services.sales import authorised_now, free_goods, refuse_drop_ship, refuse_invoiced
from tenants.services.organisations import current_organisation


@dataclass(frozen=True, slots=True)
class ChangeInput:
    """What we can do about one line; None is as ordered. Numbers may be text as typed."""

    line_id: UUID
    quantity: str | Decimal | None = None
    unit_price: str | Decimal | None = None
    expected_on: date | None = None
    reason: ReasonCode | None = None
    text: str = ""


def map_lines(order_id: UUID, lines: Mapping[UUID, UUID | None]) -> SalesOrder:
    """Choose our product for lines of a pre-sale (by line id); remembered when it is approved."""
    order = lock_document(SalesOrder, order_id)
    if order.status not in SalesOrderStatus.pre_sale():
        raise Conflict(f"{order.number} is not awaiting approval any more.")
    choose_products(order, lines)
    return order


def approve_pre_sale(
    order_id: UUID, changes: Sequence[ChangeInput] = (), *, text: str = ""
) -> SalesOrder:
    """Approve a pre-sale: as it is it becomes a sale with an authorised order; with changes the
    buyer has to agree first.

    Raises Conflict when somebody was faster, InvalidInput for unmapped lines and bad changes.
    """
    order = lock_document(SalesOrder, order_id)
    rows = list(order.lines.select_related("product", "tax_rule").order_by("position"))
    verb = "approve_with_changes" if changes else "approve"
    wanted = read_changes(rows, changes)
    if not wanted:
        verb = "approve"
    _check_mapped(rows)
    check_approval(order)
    if verb == "approve":
        move(order, "approve", proposal=None, **authorised_now())
        draft_by_itself(order, allocate(books_of_today(), order))
    else:
        move(order, "approve_with_changes")
    remember(order.contact, [(row.partner_sku, row.product) for row in rows if row.product])
    payload = OrderAnswerPayload(
        answer="changed" if wanted else "approved",
        changes=tuple(wanted),
        text=text,
        totals=_totals_with(order, rows, wanted),
        **_answered(order),
    )
    envelope = _answer(order, "order_answer", payload)
    if wanted:
        proposal = {"message_id": str(envelope), "payload": payload.model_dump(mode="json")}
        SalesOrder.objects.filter(id=order.id).update(proposal=proposal)
        order.proposal = proposal
        record(
            order, "approved_with_changes", f"{order.number} approved with changes. {text}".strip()
        )
    else:
        record(order, "approved", f"{order.number} approved")
    was_approved(order)
    return order


def read_changes(rows: Sequence[TradeLine], changes: Sequence[ChangeInput]) -> list[LineChange]:
    """Only what really differs from the order; every bad value is named."""
    errors = LineErrors()
    by_id = {row.line_id: row for row in rows if row.kind == "item"}
    wanted: list[LineChange] = []
    for index, change in enumerate(changes):
        row = by_id.get(change.line_id)
        if row is None:
            errors.add(f"changes.{index}.line_id", "This order has no item with this line id.")
            continue
        path = f"changes.{index}"
        quantity = unit_price = None
        if change.quantity not in (None, ""):
            quantity = errors.number(_quantity_or_zero, change.quantity, f"{path}.quantity")
        if change.unit_price not in (None, ""):
            unit_price = errors.number(parse_unit_price, change.unit_price, f"{path}.unit_price")
        quantity = quantity if quantity != row.quantity else None
        unit_price = unit_price if unit_price != row.unit_price else None
        expected_on = change.expected_on if change.expected_on != row.expected_on else None
        differs = any(value is not None for value in (quantity, unit_price, expected_on))
        if differs and not errors.fields:
            wanted.append(
                LineChange(
                    line_id=change.line_id,
                    quantity=quantity,
                    unit_price=unit_price,
                    expected_on=expected_on,
                    reason=change.reason,
                    text=change.text,
                )
            )
    errors.check()
    items = list(by_id.values())
    refused = {change.line_id for change in wanted if change.quantity == 0}
    if items and len(refused) == len(items):
        message = "Every line would be 0. Decline the order with a reason instead."
        raise InvalidInput(message, fields={"changes": [message]})
    return wanted


def _quantity_or_zero(value: str | Decimal, *, field: str | None = None) -> Decimal:
    return QUANTITY.parse(value, field=field, minimum=0)


def _check_mapped(rows: Sequence[SalesOrderLine]) -> None:
    missing = [row for row in rows if row.kind == "item" and row.product is None]
    if missing:
        count = len(missing)
        raise InvalidInput(
            f"{count} line{'s are' if count > 1 else ' is'} not matched to a product yet. "
            "Choose the product on each, then approve; the choice is remembered.",
            fields={
                f"lines.{r.position}.product": ["Choose one of your products."] for r in missing
            },
            code="unmapped_lines",
        )


def _totals_with(
    order: SalesOrder, rows: Sequence[SalesOrderLine], wanted: Sequence[LineChange]
) -> Totals:
    """What the order comes to with the changes; the order itself is left as it is."""
    before = (order.net, order.tax, order.total)
    if wanted:
        answer = OrderAnswerPayload(answer="changed", changes=tuple(wanted), **_answered(order))
        apply_changes(order, rows, answer, current_organisation().tax_rounding)
    totals = Totals(net=order.net, tax=order.tax, total=order.total)
    order.net, order.tax, order.total = before
    return totals


def decline_pre_sale(order_id: UUID, reason: ReasonCode, text: str = "") -> SalesOrder:
    """Decline a pre-sale; the reason travels back to the buyer."""
    order = lock_document(SalesOrder, order_id)
    _check_reason(reason, text)
    refuse_drop_ship(order)
    move(order, "decline")
    fit_sale(order)
    payload = OrderAnswerPayload(answer="declined", reason=reason, text=text, **_answered(order))
    _answer(order, "order_answer", payload)
    record(order, "declined", f"{order.number} declined: {reason.label}. {text}".strip())
    return order


def _check_reason(reason: ReasonCode, text: str) -> None:
    if reason in (ReasonCode.OTHER, ReasonCode.NONE) and not text.strip():
        message = "Say the reason in words."
        raise InvalidInput(message, fields={"text": [message]})


def ask_about_pre_sale(order_id: UUID, question: str) -> SalesOrder:
    """Ask the buyer; the order keeps waiting here and shows the question there."""
    order = lock_document(SalesOrder, order_id)
    if not question.strip():
        message = "Write the question."
        raise InvalidInput(message, fields={"text": [message]})
    move(order, "ask")
    payload = OrderAnswerPayload(answer="asked", text=question.strip(), **_answered(order))
    _answer(order, "order_answer", payload)
    record(order, "asked", f"Asked {order.contact.name}: {question.strip()}")
    return order


def recall_answer(order_id: UUID) -> SalesOrder:
    """Take an answer back: the order waits for approval again, and both sides see it."""
    order = lock_document(SalesOrder, order_id)
    refuse_invoiced(order)
    if not order.from_network:
        raise Conflict(f"{order.number} is your own order. Undo it instead.", code="undo_instead")
    free_goods(order)
    move(order, "recall", proposal=None, authorised_at=None)
    assert order.partner_key is not None
    payload = WithdrawPayload(
        document_id=order.partner_key, document_version=order.partner_version, what="answer"
    )
    _answer(order, "withdraw", payload)
    record(order, "recalled", f"Answer to {order.number} recalled")
    return order


def assign(order_id: UUID, user_id: UUID | None, name: str) -> SalesOrder:
    """Give a waiting order to a colleague, or to nobody."""
    order = lock_document(SalesOrder, order_id)
    SalesOrder.objects.filter(id=order.id).update(assigned_to=user_id)
    record(order, "assigned", f"Given to {name}" if user_id else "Given back to everybody")
    return order


def _answered(order: SalesOrder) -> dict[str, Any]:
    assert order.partner_key is not None
    return {
        "document_id": order.partner_key,
        "document_version": order.partner_version,
        "answer_number": order.number,
    }


def _answer(order: SalesOrder, kind: str, payload: Any) -> UUID:
    """Send an answer about the buyer's order; gives its message id."""
    connection = connection_with(order.contact_id)
    if connection is None:
        raise Conflict(
            f"{order.contact.name} is not connected any more, so the answer cannot reach it.",
            code="not_connected",
        )
    _show_answer(order, payload)
    envelope = post_envelope(
        connection,
        Posting(
            kind,
            payload,
            document_key=order.partner_key,
            version=order.partner_version,
            object_type="sales_order",
            object_id=order.id,
            label=order.number,
        ),
    )
    return envelope.message_id


MOST_NAMED = 20
SHOWN = {
    "approved": NetworkStatus.APPROVED,
    "changed": NetworkStatus.CHANGED,
    "declined": NetworkStatus.DECLINED,
    "asked": NetworkStatus.ASKED,
}


def _show_answer(order: SalesOrder, payload: OrderAnswerPayload | WithdrawPayload) -> None:
    """Our side shows the same state as the buyer's: answered, or looked at again."""
    if isinstance(payload, WithdrawPayload):
        set_network_status(order, NetworkStatus.OPENED)
    else:
        set_network_status(order, SHOWN[payload.answer])


# --- The buyer's answer to our changes ----------------------------------------------------------
def take_consent(
    order: SalesOrder, *, accepted: bool, text: str, taken: Collection[UUID] = ()
) -> None:
    """The buyer agreed: the changes hold and the sale is authorised. Or not: decide again.

    `taken` are lines whose change the buyer accepts though it declines the others; the version
    of its order that has them follows by itself.
    """
    if accepted:
        proposal = order.proposal or {}
        answer = read_payload(OrderAnswerPayload, proposal["payload"])
        rows = list(order.lines.select_related("tax_rule").order_by("position"))
        told = apply_changes(order, rows, answer, current_organisation().tax_rounding)
        SalesOrderLine.objects.bulk_update(
            rows, ["quantity", "unit_price", "expected_on", "net", "tax", "total"]
        )
        fit_sale(order)
        move(
            order,
            "consent",
            net=order.net,
            tax=order.tax,
            total=order.total,
            proposal=None,
            network_status=NetworkStatus.APPROVED,
            **authorised_now(),
        )
        draft_by_itself(order, allocate(books_of_today(), order))
        record(order, "changes_accepted", f"{order.contact.name} accepted the changes", told)
        return
    if taken:
        text = f"{_taken_in_words(order, taken)} {text}".strip()
    move(
        order,
        "refuse_changes",
        proposal=None,
        partner_message=text,
        network_status=NetworkStatus.OPENED,
    )
    said = "accepted some of the changes" if taken else "declined the changes"
    record(order, "changes_declined", f"{order.contact.name} {said}. {text}".strip())


def _taken_in_words(order: SalesOrder, taken: Collection[UUID]) -> str:
    """Which of our changes the buyer accepts and which it does not, by name."""
    offered = read_payload(OrderAnswerPayload, (order.proposal or {})["payload"]).changes
    names = {row.line_id: row.sku or row.description for row in order.lines.all()}
    yes = [names.get(change.line_id, "") for change in offered if change.line_id in taken]
    no = [names.get(change.line_id, "") for change in offered if change.line_id not in taken]
    return f"Accepted: {', '.join(yes[:MOST_NAMED])}. Declined: {', '.join(no[:MOST_NAMED])}."
