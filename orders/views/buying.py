"""Buying what sales lack: for one sale, or from the Demand page; and drop-ships that left."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from hub.errors import WharfError
from hub.ui.components import EmptyState, Link
from hub.ui.toasts import say
from orders.forms.buying import BuyForm, BuyForSaleForm, stale
from orders.forms.goods import PartForm, SupplierShippedForm, header_of
from orders.models import PurchaseOrder, SalesOrder, Shipment, TradeOrder
from orders.presenters.demand import MOST_SHOWN, demand_groups
from orders.presenters.kinds import PURCHASE, SALE, SHIPMENT
from orders.presenters.manner import Manner
from orders.presenters.parts import rows_to_receive
from orders.presenters.sections import section_tabs
from orders.services.demand import buy_for_sale, order_demand
from orders.services.drop_shipping import Carriage, supplier_shipped
from orders.services.receiving import ReceiptHeader
from orders.shortage import lines_short, with_suppliers
from orders.views.parts import Part, part_view, receipt_inputs
from tenants.access import require, tenant_view
from tenants.domain.permissions import Level
from tenants.request import membership_of

GONE = "Some of it is on order, promised or shipped by now, and left the list. Look it over."

NOTHING = EmptyState(
    "Nothing is short",
    "Every authorised sale has its goods in stock, or on a purchase order that is for it.",
    "package",
)


# --- For one sale -----------------------------------------------------------------------------
@tenant_view(PURCHASE.area, Level.EDIT)
def buy(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Draft purchases for what one sale lacks, back-to-back or as a drop-ship."""
    require(membership_of(request), SALE.area, Level.VIEW)
    order: SalesOrder = SALE.find(document_id)
    shorts = with_suppliers(list(lines_short([order.id]).order_by("position")))
    data = request.POST if request.method == "POST" else None
    form = BuyForSaleForm(data, shorts, ticked=True)
    if data is not None and shorts and _is_whole(form, data):
        made = _attempt(
            form, lambda: buy_for_sale(order.id, form.inputs(), drop_ship=form.is_drop_ship)
        )
        if made:
            return _done(request, made)
    context = {
        "page_title": f"Buy for {order.number}",
        "breadcrumbs": [Link(SALE.list_title, SALE.list_url), Link(order.number, SALE.url(order))],
        "form": form,
        "parts": [("", form.rows())],
        "refusal": "" if shorts else _nothing(order),
        "cancel_url": SALE.url(order),
        "document": order,
    }
    status = 422 if data is not None and shorts else 409 if data is not None else 200
    return TemplateResponse(request, "orders/buy.html", context, status=status)


def _nothing(order: SalesOrder) -> str:
    status = SALE.status(order)
    if status.value != "authorised":
        return f"{order.number} is {status.label.lower()}; goods are bought for authorised orders."
    return f"Everything that {order.number} needs is shipped, promised from stock or on order."


def _is_whole(form: BuyForm, data: Any) -> bool:
    valid = form.is_valid()
    if stale(data, list(form.shorts.values())):
        form.add_error(None, GONE)
        return False
    return valid


def _attempt(form: BuyForm, buying: Any) -> list[PurchaseOrder]:
    try:
        with transaction.atomic():
            made: list[PurchaseOrder] = buying()
    except WharfError as error:
        if error.status in (403, 404):
            raise
        form.place_errors(error)
        return []
    return made


def _done(request: HttpRequest, made: list[PurchaseOrder]) -> HttpResponse:
    unique = list({one.id: one for one in made}.values())
    numbers = ", ".join(one.number for one in unique)
    say(request, f"{numbers} drafted. Look over the prices, then authorise.")
    return redirect(PURCHASE.url(unique[0]) if len(unique) == 1 else PURCHASE.list_url)


# --- From many sales --------------------------------------------------------------------------
@tenant_view(PURCHASE.area)
def demand(request: HttpRequest) -> HttpResponse:
    """What sales lack per supplier; ticked lines become purchase orders."""
    member = membership_of(request)
    rows = list(lines_short().order_by("order_id", "position")[: MOST_SHOWN + 1])
    shorts = with_suppliers(rows[:MOST_SHOWN])
    data = request.POST if request.method == "POST" else None
    form = BuyForm(data, shorts, ticked=False)
    if data is not None:
        require(member, PURCHASE.area, Level.EDIT)
        if _is_whole(form, data):
            made = _attempt(form, lambda: order_demand(form.inputs()))
            if made:
                return _done(request, made)
    context = {
        "page_title": "Demand",
        "page_tabs": section_tabs(member, "demand", "purchase"),
        "form": form,
        "groups": demand_groups(form, shorts, Manner.of(member.organisation)),
        "more": len(rows) > MOST_SHOWN,
        "empty": NOTHING,
        "may_buy": member.can(PURCHASE.area, Level.EDIT),
        "may_see_sales": member.can(SALE.area),
    }
    status = 422 if data is not None else 200
    return TemplateResponse(request, "orders/demand.html", context, status=status)


# --- A drop-ship left -------------------------------------------------------------------------
def _shipped(order: TradeOrder, form: PartForm) -> Shipment:
    values = header_of(form, ("happened_on", "reference"))
    carriage = Carriage(**header_of(form, ("carrier", "tracking", "parcels")))
    made = supplier_shipped(order.id, receipt_inputs(form), ReceiptHeader(**values), carriage)
    return made.shipment


SUPPLIER_SHIPPED = Part(
    PURCHASE,
    SHIPMENT,
    "The supplier has shipped {number}",
    SupplierShippedForm,
    rows_to_receive,
    _shipped,
    "{number} booked: the goods passed through stock to the customer.",
    "Book as shipped",
    lambda _order: {"happened_on": timezone.localdate()},
    level=Level.APPROVE,
    nothing="Everything on {number} is shipped.",
)
shipped = part_view(SUPPLIER_SHIPPED)
