"""Sales orders of our own; those that came over the network are in `pre_sales`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from network.models import Contact
from network.services.contacts import contact_or_404
from orders.domain.states import PurchaseOrderStatus, SalesOrderStatus
from orders.domain.stock_states import PaymentStatus, ShipmentStatus
from orders.models import (
    Invoice,
    Payment,
    PurchaseOrder,
    SalesOrder,
    SalesOrderLine,
    Shipment,
)
from orders.services.allocation import allocate, release
from orders.services.approvals import check_approval, was_approved
from orders.services.booking import books_of_today
from orders.services.bought import fit_sale
from orders.services.demand import draft_by_itself
from orders.services.documents import (
    author,
    header_values,
    lock_document,
    move,
    record,
)
from orders.services.kits import close_kits
from orders.services.lines import LineInput, build_lines
from orders.services.order_parts import check_still_simple
from tenants.services.numbers import take_number
from tenants.services.organisations import current_organisation


def create_sales_order(
    contact_id: UUID, values: Mapping[str, Any], lines: Sequence[LineInput]
) -> SalesOrder:
    """Draft a sales order of our own. Raises InvalidInput with every bad field, NotFound."""
    contact = customer_or_refuse(contact_id)
    me = current_organisation()
    header = header_values(values, contact)
    header.setdefault("issued_on", timezone.localdate())
    order = SalesOrder(contact=contact, **author(), **header)
    rows = build_lines(SalesOrderLine, order, "order", lines, side="sale", rounding=me.tax_rounding)
    order.number = take_number("sales_order")
    order.save(force_insert=True)
    SalesOrderLine.objects.bulk_create(rows)
    record(order, "created", f"{order.number} drafted for {contact.name}")
    return order


def customer_or_refuse(contact_id: UUID) -> Contact:
    """The contact, who has to be a customer; raises NotFound, InvalidInput naming `contact`."""
    contact = contact_or_404(contact_id)
    if not contact.is_customer:
        message = f"{contact.name} is not a customer. Tick “Customer” on the contact first."
        raise InvalidInput(message, fields={"contact": [message]})
    return contact


def change_sales_order(
    order_id: UUID, values: Mapping[str, Any], lines: Sequence[LineInput] | None = None
) -> SalesOrder:
    """Change a draft of our own; `lines` replaces all of them."""
    order = lock_document(SalesOrder, order_id)
    if order.status != SalesOrderStatus.DRAFT:
        raise Conflict(
            f"{order.number} is {SalesOrderStatus(order.status).label.lower()}; "
            "only a draft can be changed.",
            code="not_a_draft",
        )
    was_advanced = order.is_advanced
    for field, value in header_values(
        {"currency": order.currency, **values}, order.contact, order
    ).items():
        setattr(order, field, value)
    check_still_simple(order, was_advanced=was_advanced)
    me = current_organisation()
    if lines is not None:
        rows = build_lines(
            SalesOrderLine, order, "order", lines, side="sale", rounding=me.tax_rounding
        )
        order.lines.all().delete()
        SalesOrderLine.objects.bulk_create(rows)
        fit_sale(order)
    order.changed_at = Now()
    order.save()
    record(order, "changed", f"{order.number} changed")
    return order


def authorise_sales_order(order_id: UUID) -> SalesOrder:
    """Authorise a draft of our own. Raises Conflict (`above_limit`)."""
    order = lock_document(SalesOrder, order_id)
    check_approval(order)
    books = books_of_today()
    move(order, "authorise", **authorised_now())
    waits = allocate(books, order)
    draft_by_itself(order, waits)
    note = "; some of it is back-ordered" if waits else ""
    record(order, "authorised", f"{order.number} authorised{note}")
    was_approved(order)
    return order


def undo_sales_order(order_id: UUID) -> SalesOrder:
    """Back to draft; an order that came from a buyer is recalled instead."""
    order = lock_document(SalesOrder, order_id)
    if order.from_network:
        raise Conflict(
            f"{order.number} is the buyer's order. Recall the approval instead.",
            code="recall_instead",
        )
    refuse_invoiced(order)
    free_goods(order)
    fit_sale(order)  # the parts of kits are gone: what was bought for them is for stock
    move(order, "undo", authorised_at=None)
    record(order, "undone", f"{order.number} is a draft again")
    return order


def void_sales_order(order_id: UUID) -> SalesOrder:
    """Void an order of our own."""
    order = lock_document(SalesOrder, order_id)
    if order.from_network:
        raise Conflict(
            f"{order.number} is the buyer's order. Recall the approval, then decline it.",
            code="recall_instead",
        )
    refuse_invoiced(order)
    free_goods(order)
    refuse_drop_ship(order)
    move(order, "void")
    fit_sale(order)
    record(order, "voided", f"{order.number} voided")
    return order


def refuse_invoiced(order: SalesOrder) -> None:
    if Invoice.objects.filter(sales_order=order).exclude(status="void").exists():
        raise Conflict(
            f"{order.number} has an invoice. Void the invoice first.", code="has_invoice"
        )


def free_goods(order: SalesOrder) -> None:
    """Let go of what was promised; refused once something is being picked or has shipped."""
    numbers = sorted(
        [
            *Shipment.objects.filter(sales_order=order)
            .exclude(status=ShipmentStatus.VOID)
            .values_list("number", flat=True),
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
    release(books_of_today(), order)
    close_kits(order)


def refuse_drop_ship(order: SalesOrder) -> None:
    """A supplier that was asked to deliver to the customer is told first."""
    numbers = sorted(
        PurchaseOrder.objects.filter(
            for_sale=order.id, is_drop_ship=True, status=PurchaseOrderStatus.AUTHORISED
        ).values_list("number", flat=True)
    )
    if numbers:
        raise Conflict(
            f"{', '.join(numbers)} has goods of {order.number} sent to its customer. Void that "
            "first.",
            code="has_pieces",
        )


def authorised_now() -> dict[str, Any]:
    return {
        "authorised_at": timezone.now(),
        "authorised_by_name": author()["created_by_name"],
    }


# --- Answering a pre-sale (N10, N15, N16) -----------------------------------------------------
