"""The forms that make the pieces of an order: receive, ship, bill, invoice in part."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from hub.errors import WharfError
from hub.ui.components import Link
from hub.ui.toasts import say
from orders.forms.goods import (
    BillOrderForm,
    InvoicePartForm,
    PartForm,
    PartRow,
    ReceiveForm,
    ShipOrderForm,
    header_of,
)
from orders.models import PurchaseOrder, Receipt, SalesOrder, Shipment, TradeOrder
from orders.presenters.kinds import (
    BILL,
    INVOICE,
    PURCHASE,
    RECEIPT,
    SALE,
    SHIPMENT,
    AnyDocument,
    Kind,
    kind_of,
)
from orders.presenters.parts import rows_to_bill, rows_to_invoice, rows_to_receive, rows_to_ship
from orders.services.allocation import location_of
from orders.services.bills import bill_order
from orders.services.invoices import invoice_sales_order
from orders.services.receiving import (
    ReceiptHeader,
    ReceiptInput,
    authorise_receipt,
    draft_receipt,
)
from orders.services.shipping import ShipmentHeader, ShipmentInput, draft_shipment, ship
from orders.views.common import View
from tenants.access import require, tenant_view
from tenants.domain.permissions import Level
from tenants.request import membership_of

RECEIPT_FIELDS = ("happened_on", "location", "reference", "note")
SHIPMENT_FIELDS = ("happened_on", "location", "carrier", "tracking", "parcels")


@dataclass(frozen=True, slots=True)
class Part:
    """One form. `make` drafts the piece; `finish` goes on with it where the second button says so.

    `kind` is the piece's, `order` the order's; the labels are those of the two buttons.
    """

    order: Kind
    kind: Kind
    title: str
    form: type[PartForm]
    rows: Callable[[Any], list[PartRow]]
    make: Callable[[Any, Any], AnyDocument]
    done: str
    save_label: str
    start: Callable[[Any], dict[str, Any]] = lambda _order: {}
    finish: Callable[[UUID], Any] | None = None
    finish_label: str = ""
    finish_done: str = ""
    nothing: str = "Nothing of {number} is left to do here."
    level: Level = Level.EDIT


def _receive(order: TradeOrder, form: PartForm) -> Receipt:
    return draft_receipt(order.id, receipt_inputs(form), receipt_header(form))


def receipt_inputs(form: PartForm) -> list[ReceiptInput]:
    """The quantities as the service takes them."""
    return [ReceiptInput(text, line_id=key) for key, text in form.quantities().items()]


def receipt_header(form: PartForm) -> ReceiptHeader:
    """The head of a receipt."""
    return ReceiptHeader(**header_of(form, RECEIPT_FIELDS))


def _ship(order: TradeOrder, form: PartForm) -> Shipment:
    return draft_shipment(order.id, shipment_inputs(form), shipment_header(form))


def shipment_inputs(form: PartForm) -> list[ShipmentInput]:
    """The quantities as the service takes them."""
    return [ShipmentInput(key, text) for key, text in form.quantities().items()]


def shipment_header(form: PartForm) -> ShipmentHeader:
    """The head of a shipment."""
    return ShipmentHeader(**header_of(form, SHIPMENT_FIELDS))


def _bill(order: TradeOrder, form: PartForm) -> AnyDocument:
    values = header_of(form, ("issued_on", "due_on", "partner_number"))
    return bill_order(order.id, quantities=form.quantities(), prices=form.prices(), values=values)


def _invoice(order: TradeOrder, form: PartForm) -> AnyDocument:
    issued = form.cleaned_data["issued_on"]
    return invoice_sales_order(order.id, issued_on=issued, quantities=form.quantities())


def _from_location(order: SalesOrder) -> dict[str, Any]:
    return {"location": str(location_of(order).id), "happened_on": timezone.localdate()}


def _into_location(order: PurchaseOrder) -> dict[str, Any]:
    return {"location": str(order.location_id or ""), "happened_on": timezone.localdate()}


def _today(_order: TradeOrder) -> dict[str, Any]:
    return {"issued_on": timezone.localdate()}


RECEIVE = Part(
    PURCHASE,
    RECEIPT,
    "Receive {number}",
    ReceiveForm,
    rows_to_receive,
    _receive,
    "{number} drafted. Nothing is in stock until it is received.",
    "Save as draft",
    _into_location,
    authorise_receipt,
    "Receive",
    "{number} received.",
    "Everything that {number} ordered for stock is received.",
)
SHIP = Part(
    SALE,
    SHIPMENT,
    "Ship {number}",
    ShipOrderForm,
    rows_to_ship,
    _ship,
    "{number} is to be picked.",
    "Start picking",
    _from_location,
    ship,
    "Ship now",
    "{number} shipped.",
    "Everything that {number} ordered from stock is shipped or being picked.",
)
BILL_ORDER = Part(
    PURCHASE,
    BILL,
    "Bill {number}",
    BillOrderForm,
    rows_to_bill,
    _bill,
    "{number} drafted. Look it over and approve it.",
    "Draft bill",
    _today,
    nothing="{number} is billed in full.",
)
INVOICE_PART = Part(
    SALE,
    INVOICE,
    "Invoice a part of {number}",
    InvoicePartForm,
    rows_to_invoice,
    _invoice,
    "{number} drafted.",
    "Draft invoice",
    _today,
    nothing="{number} is invoiced in full.",
)


def part_view(part: Part) -> View:
    """The form: quantities prefilled, one button to draft and (for goods) one that does it all."""

    @tenant_view(part.kind.area, part.level)
    def make(request: HttpRequest, document_id: UUID) -> HttpResponse:
        order = part.order.find(document_id)
        rows = part.rows(order)
        refusal = _refusal(part, order, rows)
        if refusal:
            return part_page(request, part, order, part.form(None, []), refusal=refusal)
        data = request.POST if request.method == "POST" else None
        form = part.form(data, rows, initial=part.start(order))
        if data is not None and form.is_valid():
            piece = _attempt(request, part, order, form)
            if piece is not None:
                return redirect(kind_of(piece).url(piece))
        return part_page(request, part, order, form)

    return make


def _refusal(part: Part, order: TradeOrder, rows: list[PartRow]) -> str:
    """Why nothing can be entered, or ""."""
    status = part.order.status(order)
    if status not in type(status).sendable():  # type: ignore[attr-defined]
        return f"{order.number} is {status.label.lower()}; it has to be authorised first."
    return "" if rows else part.nothing.format(number=order.number)


def _attempt(
    request: HttpRequest, part: Part, order: TradeOrder, form: PartForm
) -> AnyDocument | None:
    """The piece, done or drafted as the button says; None with each message at its field."""
    finish = part.finish if request.POST.get("then") == "finish" else None
    if finish is not None:
        require(membership_of(request), part.kind.area, Level.APPROVE)
    try:
        with transaction.atomic():
            piece = part.make(order, form)
            if finish is not None:
                finish(piece.id)
    except WharfError as error:
        if error.status in (403, 404):
            raise
        form.place_errors(error)
        return None
    say(request, (part.finish_done if finish else part.done).format(number=piece.number))
    return piece


def part_page(
    request: HttpRequest, part: Part, order: TradeOrder, form: PartForm, *, refusal: str = ""
) -> HttpResponse:
    """The form's page; 422 where it was refused. `refusal` stands instead of the form (409)."""
    may_finish = part.finish is not None and membership_of(request).can(
        part.kind.area, Level.APPROVE
    )
    context = {
        "page_title": part.title.format(number=order.number),
        "breadcrumbs": [
            Link(part.order.list_title, part.order.list_url),
            Link(order.number, part.order.url(order)),
        ],
        "form": form,
        "refusal": refusal,
        "document": order,
        "save_label": part.save_label,
        "finish_label": part.finish_label if may_finish else "",
        "cancel_url": part.order.url(order),
    }
    status = 422 if form.is_bound else 409 if refusal and request.method == "POST" else 200
    return TemplateResponse(request, "orders/part.html", context, status=status)


receive = part_view(RECEIVE)
ship_order = part_view(SHIP)
bill = part_view(BILL_ORDER)
invoice_part = part_view(INVOICE_PART)
