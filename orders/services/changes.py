"""Changing an order that both sides have accepted: asked for, answered, and then done on both
sides alike (N16). Goods that moved and lines that are billed keep what they have.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from hub.errors import Conflict, InvalidInput, NotFound
from hub.ids import new_id
from hub.money import plain
from network.domain.payload_base import clean_note
from network.services.courier import Posting, connection_with, post_envelope
from orders.domain.payloads import (
    ChangeAnswerPayload,
    ChangeRequestPayload,
    LineChange,
    OrderAnswerPayload,
    read_payload,
)
from orders.domain.states import PurchaseOrderStatus, SalesOrderStatus
from orders.models import (
    OrderChange,
    PurchaseOrder,
    PurchaseOrderLine,
    SalesOrder,
    SalesOrderLine,
)
from orders.models.changes import ChangeState
from orders.services.allocation import allocate, release
from orders.services.booking import books_of_today
from orders.services.bought import fit_purchase, fit_sale
from orders.services.documents import KINDS, lock_document, move, record
from orders.services.expecting import expect
from orders.services.kits import close_kits
from orders.services.offers import apply_changes
from orders.services.pre_sales import ChangeInput, read_changes
from tenants.actor import current_actor
from tenants.services.organisations import current_organisation

Order = PurchaseOrder | SalesOrder
ZERO = Decimal(0)
MODELS: Mapping[str, type[Order]] = {"purchase_order": PurchaseOrder, "sales_order": SalesOrder}


def request_change(
    model: type[Order],
    order_id: UUID,
    changes: Sequence[ChangeInput] = (),
    *,
    text: str = "",
    cancel: bool = False,
) -> OrderChange:
    """Ask the partner for other quantities, prices or dates, or to cancel the whole order.

    Raises Conflict when the order was not accepted over the network, is complete, or when a
    question is open already; InvalidInput with every bad field.
    """
    order = lock_document(model, order_id)
    check_open(order)
    rows = _rows(order)
    wanted = [] if cancel else read_changes(rows, changes)
    if not cancel and not wanted:
        message = "Change a quantity, a price or a date, or ask to cancel the order."
        raise InvalidInput(message, fields={"changes": [message]})
    _check_possible(order, rows, wanted, cancel=cancel)
    payload = ChangeRequestPayload(
        request_id=new_id(),
        document_id=order.id if isinstance(order, PurchaseOrder) else _partner_key(order),
        changes=tuple(wanted),
        cancel=cancel,
        text=clean_note(text),
    )
    change = _write(order, payload, ours=True, name=current_actor().name)
    _post(order, "change_request", payload, payload.request_id)
    what = "to cancel it" if cancel else "for changes"
    record(order, "change_requested", f"Asked {order.contact.name} {what}. {text}".strip())
    return change


def _partner_key(order: SalesOrder) -> UUID:
    assert order.partner_key is not None
    return order.partner_key


def is_shared(order: Order) -> bool:
    """Whether it is an open order that both sides accepted over the network."""
    accepted: Sequence[str] = (PurchaseOrderStatus.AUTHORISED, SalesOrderStatus.AUTHORISED)
    if order.status not in accepted:
        return False
    if isinstance(order, SalesOrder):
        return order.partner_key is not None and order.from_network
    return order.network_status in ("approved", "invoiced") and order.partner_key is None


def check_open(order: Order) -> None:
    """Both sides have accepted it and nothing is finished; raises Conflict."""
    if not is_shared(order):
        raise Conflict(
            f"{order.number} is not an open order that both sides accepted over the network, so "
            "there is nothing to ask for.",
            code="not_shared",
        )


def _rows(order: Order) -> list[Any]:
    return list(order.lines.select_related("product", "tax_rule").order_by("position"))


def fixed_quantity(row: PurchaseOrderLine | SalesOrderLine) -> Decimal:
    """What has moved or was billed of a line: a change cannot go below it."""
    if isinstance(row, SalesOrderLine):
        return max(row.shipped, row.invoiced)
    return max(row.received, row.billed)


def _check_possible(
    order: Order, rows: Sequence[Any], changes: Sequence[LineChange], *, cancel: bool
) -> None:
    fields: dict[str, list[str]] = {}
    if cancel and any(fixed_quantity(row) for row in rows):
        message = f"Some of {order.number} has moved or was billed; ask for smaller quantities."
        raise InvalidInput(message, fields={"cancel": [message]}, code="has_moved")
    by_id = {row.line_id: row for row in rows}
    for index, change in enumerate(changes):
        row = by_id[change.line_id]
        fixed = fixed_quantity(row)
        if change.quantity is not None and change.quantity < fixed:
            fields[f"changes.{index}.quantity"] = [
                f"{plain(fixed)} of {row.sku or row.description} have moved or were billed."
            ]
    if fields:
        raise InvalidInput("These changes cannot be made; see below.", fields=fields)


def _write(order: Order, payload: ChangeRequestPayload, *, ours: bool, name: str) -> OrderChange:
    change = OrderChange(
        kind=KINDS[type(order)],
        order=order.id,
        request_id=payload.request_id,
        ours=ours,
        payload=payload.model_dump(mode="json"),
        text=payload.text,
        created_by_name=name[:160],
    )
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            f"A change of {order.number} waits for its answer already.", code="change_open"
        ) from error
    return change


def _post(order: Order, kind: str, payload: Any, key: UUID) -> None:
    connection = connection_with(order.contact_id)
    if connection is None:
        raise Conflict(
            f"{order.contact.name} is not connected any more. Agree on it by other means, and "
            "undo the order.",
            code="not_connected",
        )
    post_envelope(
        connection,
        Posting(
            kind,
            payload,
            document_key=key,
            version=1,
            object_type=KINDS[type(order)],
            object_id=order.id,
            label=order.number,
        ),
    )


# --- The other side answers ----------------------------------------------------------------------
def take_request(order: Order, payload: ChangeRequestPayload, partner: str) -> OrderChange:
    """A partner's request, kept until somebody answers it. Raises Conflict when it cannot be."""
    check_open(order)
    ids = {row.line_id for row in _rows(order) if row.kind == "item"}
    if {change.line_id for change in payload.changes} - ids:
        raise InvalidInput("The request changes a line that this order does not have.")
    return _write(order, payload, ours=False, name=partner)


def open_change(order: Order, *, ours: bool | None = None) -> OrderChange | None:
    """The request that waits for an answer, if there is one."""
    rows = OrderChange.objects.filter(order=order.id, state=ChangeState.OPEN)
    return (rows if ours is None else rows.filter(ours=ours)).first()


def accept_change(model: type[Order], order_id: UUID) -> Order:
    """Say yes to the partner: both sides' orders change. Raises Conflict, InvalidInput."""
    order, change, payload = _to_answer(model, order_id)
    rows = _rows(order)
    _check_possible(order, rows, payload.changes, cancel=payload.cancel)
    _post_answer(order, change, "accepted", "")
    told = apply_request(order, payload)
    _close(change, ChangeState.ACCEPTED, "")
    record(order, "change_accepted", f"{order.contact.name}'s request accepted", told)
    return order


def decline_change(model: type[Order], order_id: UUID, text: str = "") -> Order:
    """Say no: the order stays as it is on both sides."""
    order, change, _payload = _to_answer(model, order_id)
    text = clean_note(text)
    _post_answer(order, change, "declined", text)
    _close(change, ChangeState.DECLINED, text)
    record(order, "change_declined", f"{order.contact.name}'s request declined. {text}".strip())
    return order


def _to_answer(
    model: type[Order], order_id: UUID
) -> tuple[Order, OrderChange, ChangeRequestPayload]:
    order = lock_document(model, order_id)
    change = open_change(order, ours=False)
    if change is None:
        raise Conflict(
            f"No change of {order.number} waits for an answer. Reload the page to see it.",
            code="no_changes_waiting",
        )
    return order, change, request_of(change)


def request_of(change: OrderChange) -> ChangeRequestPayload:
    """The request as it travelled."""
    return read_payload(ChangeRequestPayload, change.payload)


def _post_answer(order: Order, change: OrderChange, answer: str, text: str) -> None:
    payload = ChangeAnswerPayload(
        request_id=change.request_id,
        answer=answer,  # type: ignore[arg-type]
        text=text,
    )
    _post(order, "change_answer", payload, change.request_id)


def _close(change: OrderChange, state: ChangeState, answer: str) -> None:
    OrderChange.objects.filter(id=change.id).update(
        state=state, answer=answer, answered_at=timezone.now()
    )
    change.state = state


def apply_request(order: Order, payload: ChangeRequestPayload) -> dict[str, tuple[Any, Any]]:
    """Do what was agreed to our side's order; promises and expectations follow.

    What has moved since the request was made stays: a quantity never falls below it.
    """
    if payload.cancel:
        return _cancel(order)
    _let_go(order)
    rows = _rows(order)
    by_id = {row.line_id: row for row in rows}
    kept = tuple(
        change.model_copy(
            update={"quantity": max(change.quantity, fixed_quantity(by_id[change.line_id]))}
        )
        if change.quantity is not None
        else change
        for change in payload.changes
    )
    answer = OrderAnswerPayload(
        document_id=payload.document_id, document_version=1, answer="changed", changes=kept
    )
    told = apply_changes(order, rows, answer, current_organisation().tax_rounding)
    line_model: Any = type(rows[0])
    line_model.objects.bulk_update(
        rows, ["quantity", "unit_price", "expected_on", "net", "tax", "total"]
    )
    type(order)._default_manager.filter(id=order.id).update(
        net=order.net, tax=order.tax, total=order.total, changed_at=Now()
    )
    _fit(order)
    _take_up(order)
    return told


def _cancel(order: Order) -> dict[str, tuple[Any, Any]]:
    if any(fixed_quantity(row) for row in _rows(order)):
        raise Conflict(
            f"Some of {order.number} has moved or was billed, so it cannot be cancelled.",
            code="has_moved",
        )
    _let_go(order)
    if isinstance(order, SalesOrder):
        close_kits(order)
    move(order, "void")
    _fit(order)
    return {"Status": ("Authorised", "Void")}


def _let_go(order: Order) -> None:
    if isinstance(order, SalesOrder):
        release(books_of_today(), order)
    else:
        expect(order, sign=-1)


def _fit(order: Order) -> None:
    if isinstance(order, SalesOrder):
        fit_sale(order)
    else:
        fit_purchase(order)


def _take_up(order: Order) -> None:
    if isinstance(order, SalesOrder):
        allocate(books_of_today(), order)
    else:
        expect(order)


def take_answer(payload: ChangeAnswerPayload, contact_id: UUID) -> Order:
    """The partner answered our request. Raises NotFound when we asked nothing of the kind."""
    change = OrderChange.objects.filter(request_id=payload.request_id, ours=True).first()
    if change is None:
        raise NotFound("We did not ask for this.")
    order: Order = lock_document(MODELS[change.kind], change.order)
    if order.contact_id != contact_id:
        raise NotFound("We did not ask for this.")
    if change.state != ChangeState.OPEN:
        return order
    if payload.answer == "accepted":
        told = apply_request(order, request_of(change))
        _close(change, ChangeState.ACCEPTED, payload.text)
        record(order, "change_agreed", f"{order.contact.name} accepted the change", told)
    else:
        _close(change, ChangeState.DECLINED, payload.text)
        record(
            order,
            "change_refused",
            f"{order.contact.name} declined the change. {payload.text}".strip(),
        )
    return order
