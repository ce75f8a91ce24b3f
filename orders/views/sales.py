"""The pages of sales orders."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from hub.errors import WharfError
from hub.ui.toasts import say
from orders.presenters.kinds import INVOICE, SALE
from orders.services.documents import document_or_404
from orders.services.invoices import invoice_sales_order
from orders.views.common import detail_view
from tenants.access import tenant_view
from tenants.domain.permissions import Level

detail = detail_view(SALE)


@tenant_view(INVOICE.area, Level.EDIT)
def invoice(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Draft the invoice of an authorised order and go there."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    order = document_or_404(SALE.model, document_id)
    try:
        drafted = invoice_sales_order(document_id)
    except WharfError as error:
        say(request, error.message, tone="critical")
        return redirect(SALE.url(order))
    say(request, f"{drafted.number} drafted from {order.number}.")
    return redirect(INVOICE.url(drafted))
