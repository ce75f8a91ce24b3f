"""The pages of receipts and shipments."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from hub.errors import Conflict, WharfError
from hub.ui.components import Link
from hub.ui.listing import listing_response
from hub.ui.toasts import say
from orders.domain.stock_states import ReceiptStatus, ShipmentStatus
from orders.forms.blind_receipts import (
    BlindLines,
    BlindReceiptForm,
    blind_lines,
    initial_blind_lines,
    place_blind_errors,
)
from orders.forms.goods import PartForm, ReceiveForm, ShipOrderForm
from orders.models import Receipt, Shipment, StockDocument
from orders.presenters.kinds import RECEIPT, SHIPMENT, Kind
from orders.presenters.list_sources import open_pieces
from orders.presenters.parts import rows_to_receive, rows_to_ship
from orders.presenters.pieces import piece_context
from orders.presenters.sections import SECTIONS, section_tabs
from orders.services.kits import ordered_quantities
from orders.services.piece_changes import change_receipt, change_shipment
from orders.services.receiving import authorise_receipt, draft_blind_receipt
from orders.views.common import View
from orders.views.parts import (
    receipt_header,
    receipt_inputs,
    shipment_header,
    shipment_inputs,
)
from tenants.access import require, tenant_view
from tenants.domain.permissions import Level
from tenants.request import membership_of


def list_view(kind: Kind) -> View:
    """The list of receipts or of shipments."""

    @tenant_view(kind.area)
    def listing(request: HttpRequest) -> HttpResponse:
        member = membership_of(request)
        may_make = kind is RECEIPT and member.can(kind.area, Level.EDIT)
        context = {
            "kind": kind,
            "new_url": reverse("orders:receipt-new") if may_make else "",
            "page_tabs": section_tabs(
                member, kind.key, "sale" if kind in SECTIONS["sale"] else "purchase"
            ),
        }
        shown, rows = open_pieces(kind)
        return listing_response(request, shown, rows, context)

    return listing


def detail_view(kind: Kind) -> View:
    """The page of one receipt or shipment. Changes nothing."""

    @tenant_view(kind.area)
    def detail(request: HttpRequest, document_id: UUID) -> HttpResponse:
        piece = kind.find(document_id)
        context = piece_context(kind, piece, membership_of(request))
        return TemplateResponse(request, "orders/piece.html", context)

    return detail


# --- Changing a draft ---------------------------------------------------------------------------
@tenant_view(RECEIPT.area, Level.EDIT)
def edit_receipt(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Change a draft receipt: of an order line by line, or a blind one."""
    receipt: Receipt = RECEIPT.find(document_id)
    _check(receipt, ReceiptStatus.DRAFT)
    if receipt.purchase_order is None:
        return _blind(request, receipt)
    given = dict(receipt.lines.values_list("line_id", "quantity"))
    rows = rows_to_receive(receipt.purchase_order, given)
    data = request.POST if request.method == "POST" else None
    form = ReceiveForm(data, rows, initial=_initial(receipt, "reference", "note"))
    if data is not None and form.is_valid():
        try:
            with transaction.atomic():
                change_receipt(receipt.id, receipt_inputs(form), receipt_header(form))
            say(request, f"{receipt.number} saved.")
            return redirect(RECEIPT.url(receipt))
        except WharfError as error:
            form.place_errors(error)
    return _edit_page(request, RECEIPT, receipt, form)


@tenant_view(SHIPMENT.area, Level.EDIT)
def edit_shipment(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Change a shipment that is to be picked."""
    shipment: Shipment = SHIPMENT.find(document_id)
    _check(shipment, ShipmentStatus.PICKING)
    given = ordered_quantities(shipment)
    rows = rows_to_ship(shipment.sales_order, given, besides=shipment.id)
    data = request.POST if request.method == "POST" else None
    initial = _initial(shipment, "carrier", "tracking", "parcels")
    form = ShipOrderForm(data, rows, initial=initial)
    if data is not None and form.is_valid():
        try:
            with transaction.atomic():
                change_shipment(shipment.id, shipment_inputs(form), shipment_header(form))
            say(request, f"{shipment.number} saved.")
            return redirect(SHIPMENT.url(shipment))
        except WharfError as error:
            form.place_errors(error)
    return _edit_page(request, SHIPMENT, shipment, form)


def _check(piece: StockDocument, status: str) -> None:
    if piece.status != status:
        raise Conflict(f"{piece.number} has gone further. Undo it first, then change it.")
    if isinstance(piece, Receipt) and piece.bill_id is not None:
        raise Conflict(f"{piece.number} receives what a bill says; void it to receive otherwise.")


def _initial(piece: StockDocument, *names: str) -> dict[str, Any]:
    values = {name: getattr(piece, name) for name in names}
    return {"happened_on": piece.happened_on, "location": str(piece.location_id), **values}


def _edit_page(
    request: HttpRequest, kind: Kind, piece: StockDocument, form: PartForm
) -> HttpResponse:
    context = {
        "page_title": f"Edit {piece.number}",
        "breadcrumbs": _crumbs(kind, piece),
        "form": form,
        "document": piece,
        "save_label": f"Save {kind.short}",
        "finish_label": "",
        "cancel_url": kind.url(piece),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "orders/part.html", context, status=status)


def _crumbs(kind: Kind, piece: StockDocument | None) -> list[Link]:
    crumbs = [Link(kind.list_title, kind.list_url)]
    return [*crumbs, Link(piece.number, kind.url(piece))] if piece is not None else crumbs


# --- Blind receipts -----------------------------------------------------------------------------
@tenant_view(RECEIPT.area, Level.EDIT)
def new_receipt(request: HttpRequest) -> HttpResponse:
    """Receive goods that nobody ordered here: the supplier and the products are typed."""
    return _blind(request, None)


def _blind(request: HttpRequest, receipt: Receipt | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = BlindReceiptForm(data, initial=_blind_initial(receipt))
    form.fields["contact"].disabled = receipt is not None
    lines = blind_lines(data, initial_blind_lines(receipt))
    if data is not None and form.is_valid() & lines.is_valid():
        saved = _save_blind(request, receipt, form, lines)
        if saved is not None:
            return redirect(RECEIPT.url(saved))
    return _blind_page(request, receipt, form, lines)


def _blind_initial(receipt: Receipt | None) -> dict[str, Any]:
    if receipt is None:
        return {"happened_on": timezone.localdate()}
    return {"contact": receipt.contact.name, **_initial(receipt, "reference", "note")}


def _save_blind(
    request: HttpRequest, receipt: Receipt | None, form: BlindReceiptForm, lines: BlindLines
) -> Receipt | None:
    finish = request.POST.get("then") == "finish"
    if finish:
        require(membership_of(request), RECEIPT.area, Level.APPROVE)
    try:
        with transaction.atomic():
            inputs = lines.inputs()
            if receipt is None:
                contact = form.cleaned_data["contact"]
                saved = draft_blind_receipt(contact.id, inputs, form.header())
            else:
                saved = change_receipt(receipt.id, inputs, form.header())
            if finish:
                authorise_receipt(saved.id)
    except WharfError as error:
        if error.status in (403, 404):
            raise
        place_blind_errors(form, lines, error)
        return None
    say(request, f"{saved.number} {'received' if finish else 'saved'}.")
    return saved


def _blind_page(
    request: HttpRequest, receipt: Receipt | None, form: BlindReceiptForm, lines: BlindLines
) -> HttpResponse:
    may_finish = membership_of(request).can(RECEIPT.area, Level.APPROVE)
    context = {
        "page_title": f"Edit {receipt.number}" if receipt is not None else "New receipt",
        "breadcrumbs": _crumbs(RECEIPT, receipt),
        "form": form,
        "formset": lines,
        "lookup_url": f"{reverse('orders:product-search')}?side=purchase",
        "cancel_url": RECEIPT.url(receipt) if receipt is not None else RECEIPT.list_url,
        "finish_label": "Receive" if may_finish else "",
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "orders/blind_receipt.html", context, status=status)
