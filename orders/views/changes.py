"""Asking a partner to change an order that both sides have accepted (N16)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST

from hub.errors import WharfError
from hub.ui.components import Link
from hub.ui.toasts import say
from orders.forms.review import Changes, OfferForm
from orders.presenters.kinds import PURCHASE, Kind
from orders.selectors import lines_of
from orders.services.changes import check_open, request_change
from orders.services.documents import document_or_404
from orders.services.purchases import accept_some_changes
from orders.views.common import View, next_page
from tenants.access import tenant_view
from tenants.domain.permissions import Level


def change_view(kind: Kind) -> View:
    """The page that asks: other quantities, prices or dates, or to cancel the order."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @tenant_view(kind.area, Level.APPROVE)
    def ask(request: HttpRequest, document_id: UUID) -> HttpResponse:
        order = document_or_404(kind.model, document_id)
        check_open(order)
        posted = request.method == "POST"
        changes = Changes(request.POST if posted else None, lines_of(order))
        cancel = posted and "cancel" in request.POST
        if posted and (changes.message.is_valid() if cancel else changes.is_valid()):
            try:
                with transaction.atomic():
                    request_change(
                        kind.model,
                        document_id,
                        () if cancel else changes.inputs(),
                        text=changes.text,
                        cancel=cancel,
                    )
            except WharfError as error:
                changes.place(error)
            else:
                say(request, f"{order.contact.name} was asked; nothing changes before it agrees.")
                return redirect(kind.url(order))
        context = {
            "page_title": f"Ask to change {order.number}",
            "page_form": True,
            "breadcrumbs": [
                Link(kind.list_title, kind.list_url),
                Link(order.number, kind.url(order)),
            ],
            "order": order,
            "changes": changes,
            "back": kind.url(order),
        }
        status = 422 if posted else 200
        return TemplateResponse(request, "orders/change.html", context, status=status)

    return ask


@require_POST
@tenant_view(PURCHASE.area, Level.APPROVE)
def accept_some(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Take the supplier's side of some lines and our own of the others (N16)."""
    order = document_or_404(PURCHASE.model, document_id)
    page = next_page(request, PURCHASE.url(order))
    answer = OfferForm(request.POST)
    try:
        with transaction.atomic():
            changed = accept_some_changes(
                document_id, answer.chosen(), answer.text(), offer=request.GET.get("offer", "")
            )
    except WharfError as error:
        say(request, error.message, tone="critical")
        return redirect(PURCHASE.url(order))
    if changed.network_status == "approved":
        say(request, f"Changes of {order.contact.name} accepted.")
    elif changed.version > order.version:
        say(request, f"{order.contact.name} gets {order.number} as you chose.")
    else:
        say(request, f"Changes of {order.contact.name} declined.")
    return redirect(page)
