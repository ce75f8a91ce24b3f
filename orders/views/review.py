"""Deciding about a partner's order: match products, approve with changes, give to a colleague."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from hub.errors import WharfError
from hub.ui.toasts import say
from orders.forms.review import AssignForm, Changes, MatchForm
from orders.models import PurchaseOrder, TradeDocument
from orders.presenters.kinds import SALE, Kind
from orders.presenters.pages import document_context
from orders.selectors import colleagues, lines_of
from orders.services import pre_sales, purchases
from orders.services.documents import document_or_404
from orders.views.common import View, next_page
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Level
from tenants.request import membership_of


def map_view(kind: Kind) -> View:
    """Choose our products for a partner's lines."""
    service = purchases.map_purchase_lines if kind.model is PurchaseOrder else pre_sales.map_lines

    @tenant_view(kind.area, Level.EDIT)
    def match(request: HttpRequest, document_id: UUID) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        document = document_or_404(kind.model, document_id)
        form = MatchForm(request.POST, lines_of(document))
        if form.is_valid():
            with errors_to(form):
                service(document_id, form.choices)
            if form.is_valid():
                count = len(form.choices)
                say(request, f"{count} line{'s' if count > 1 else ''} matched.")
                return redirect(next_page(request, kind.url(document)))
        return _again(request, kind, document, match_form=form)

    return match


@tenant_view(SALE.area, Level.APPROVE)
def approve_with_changes(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Offer the buyer other quantities, prices or dates; it has to agree."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    order = document_or_404(SALE.model, document_id)
    changes = Changes(request.POST, lines_of(order))
    if changes.is_valid():
        try:
            with transaction.atomic():
                pre_sales.approve_pre_sale(document_id, changes.inputs(), text=changes.text)
        except WharfError as error:
            changes.place(error)
        else:
            say(request, f"{order.number} approved with changes; {order.contact.name} decides.")
            return redirect(next_page(request, SALE.url(order)))
    return _again(request, SALE, order, changes=changes)


@tenant_view(SALE.area, Level.EDIT)
def assign(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Give a waiting order to a colleague, or back to everybody."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    order = document_or_404(SALE.model, document_id)
    form = AssignForm(request.POST, colleagues())
    if not form.is_valid():
        say(request, "Choose one of your colleagues.", tone="critical")
        return redirect(SALE.url(order))
    chosen = form.cleaned_data["colleague"]
    name = form.names.get(chosen, "everybody")
    pre_sales.assign(document_id, UUID(chosen) if chosen else None, name)
    say(request, f"{order.number} given to {name}.")
    return redirect(next_page(request, SALE.url(order)))


def _again(request: HttpRequest, kind: Kind, document: TradeDocument, **bound: Any) -> HttpResponse:
    context = document_context(kind, document, membership_of(request), **bound)
    return TemplateResponse(request, "orders/document.html", context, status=422)
