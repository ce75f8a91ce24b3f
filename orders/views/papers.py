"""Pick lists and delivery notes, shown in the browser."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from hub.errors import Conflict, InvalidInput
from hub.ui.toasts import say
from orders.presenters.kinds import SALE, SHIPMENT
from orders.services.warehouse_papers import (
    delivery_note,
    pick_list_of_sale,
    pick_list_of_shipments,
)
from tenants.access import tenant_view


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in name)
    answer["Content-Disposition"] = f'inline; filename="{safe}.pdf"'
    return answer


@require_safe
@tenant_view(SALE.area)
def sale_pick_list(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """What is promised to a sale."""
    return _pdf(pick_list_of_sale(document_id), f"pick-{SALE.find(document_id).number}")


@require_safe
@tenant_view(SHIPMENT.area)
def shipment_pick_list(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """What one shipment needs."""
    number = SHIPMENT.find(document_id).number
    return _pdf(pick_list_of_shipments([document_id]), f"pick-{number}")


@tenant_view(SHIPMENT.area)
def pick_list(request: HttpRequest) -> HttpResponse:
    """What the ticked shipments need together; nothing changes."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        return _pdf(pick_list_of_shipments(_selected(request)), "pick-list")
    except (InvalidInput, Conflict) as error:
        say(request, error.message, tone="critical")
        return redirect(SHIPMENT.list_url)


def _selected(request: HttpRequest) -> Sequence[UUID]:
    ids = []
    for text in request.POST.getlist("selected"):
        with suppress(ValueError):
            ids.append(UUID(text))
    return ids


@require_safe
@tenant_view(SHIPMENT.area)
def shipment_delivery_note(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """What is in the parcels."""
    number = SHIPMENT.find(document_id).number
    return _pdf(delivery_note(document_id), f"delivery-{number}")
