"""The pages of bills."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from hub.errors import WharfError
from hub.ui.toasts import say
from orders.presenters.kinds import BILL, RECEIPT
from orders.services.receiving import draft_receipt_of_bill
from orders.views.common import detail_view
from tenants.access import tenant_view
from tenants.domain.permissions import Level

detail = detail_view(BILL)


@tenant_view(RECEIPT.area, Level.EDIT)
def receive(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Draft the receipt of what a bill without an order billed, and go there."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    bill = BILL.find(document_id)
    try:
        receipt = draft_receipt_of_bill(document_id)
    except WharfError as error:
        say(request, error.message, tone="critical")
        return redirect(BILL.url(bill))
    say(request, f"{receipt.number} drafted. Nothing is in stock until it is received.")
    return redirect(RECEIPT.url(receipt))
