"""Pick lists and delivery notes as PDF."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from hub.errors import InvalidInput
from orders.models import Shipment
from orders.presenters.kinds import GOODS_OUT
from orders.services.stock_documents import piece_or_404
from orders.services.warehouse_papers import (
    MOST_PICKED,
    delivery_note,
    pick_list_of_sale,
    pick_list_of_shipments,
)
from tenants.api.views import TenantAPIView, in_tenant

PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


def _paper_view(
    name: str, area: str, summary: str, print_it: Callable[[UUID], bytes]
) -> Callable[..., Any]:
    class Paper(TenantAPIView):
        scope_area = area

        @extend_schema(operation_id=name, responses=PDF, summary=summary)
        def get(self, request: Request, id: UUID) -> HttpResponse:  # noqa: A002
            return HttpResponse(self._print(request, id), content_type="application/pdf")

        @in_tenant
        def _print(self, request: Request, document_id: UUID) -> Any:
            return print_it(document_id)

    Paper.__name__ = f"{name.title().replace('_', '')}View"
    return Paper.as_view()


SALE_PICK_LIST = _paper_view(
    "sales_order_pick_list",
    "sales",
    "What is promised to a sale, as a pick list",
    pick_list_of_sale,
)
SHIPMENT_PICK_LIST = _paper_view(
    "shipment_pick_list",
    GOODS_OUT.value,
    "What a shipment needs, as a pick list",
    lambda key: pick_list_of_shipments([piece_or_404(Shipment, key).id]),
)
DELIVERY_NOTE = _paper_view(
    "shipment_delivery_note",
    GOODS_OUT.value,
    "What is in the parcels, without prices",
    delivery_note,
)


class PickListView(TenantAPIView):
    """Several shipments on one list."""

    scope_area = GOODS_OUT.value

    @extend_schema(
        operation_id="shipments_pick_list",
        parameters=[
            OpenApiParameter(
                "shipment", UUID, many=True, description=f"Up to {MOST_PICKED} shipments."
            )
        ],
        responses=PDF,
        summary="What several shipments need, by location",
    )
    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(self._print(request), content_type="application/pdf")

    @in_tenant
    def _print(self, request: Request) -> Any:
        try:
            ids = [UUID(text) for text in request.query_params.getlist("shipment")]
        except ValueError as error:
            message = "Each shipment is an id."
            raise InvalidInput(message, fields={"shipment": [message]}) from error
        return pick_list_of_shipments(ids)
