"""Resources: stock by product and location, and what moved."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.models import StockLevel, StockMovement
from inventory.services.minimums import set_minimums
from inventory.stock_selectors import movements, stock_levels
from tenants.api.fields import NumberAsTyped, amount, quantity
from tenants.api.resources import PAGING, paged, uuid_parameter
from tenants.api.views import TenantAPIView, caller_of, in_tenant, page_of, validated

PLACES = [
    OpenApiParameter("product", UUID, description="Of this product only."),
    OpenApiParameter("location", UUID, description="At this location only."),
]


class StockSerializer(serializers.ModelSerializer[StockLevel]):
    """`available` is `on_hand` less `allocated`; `value`, in the base currency, needs the scope
    `ledger:read` and is null without it."""

    product = serializers.UUIDField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    location = serializers.UUIDField(source="location_id")
    location_code = serializers.CharField(source="location.code")
    available = quantity()
    minimum = quantity(allow_null=True)
    value = serializers.SerializerMethodField("value_seen")

    class Meta:
        model = StockLevel
        fields = [
            "product",
            "sku",
            "location",
            "location_code",
            "on_hand",
            "allocated",
            "available",
            "on_order",
            "in_transit",
            "minimum",
            "value",
        ]

    def value_seen(self, row: StockLevel) -> str | None:
        """What the goods on hand cost."""
        if not self.context["sees_value"]:
            return None
        return str(amount().to_representation(row.value))  # type: ignore[attr-defined]


class MovementSerializer(serializers.ModelSerializer[StockMovement]):
    """`quantity` and `value` are negative for goods that leave; `reverses` is what it undoes."""

    product = serializers.UUIDField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    location = serializers.UUIDField(source="location_id")
    reverses = serializers.UUIDField(source="reverses_id", allow_null=True)
    value = serializers.SerializerMethodField("value_seen")

    class Meta:
        model = StockMovement
        fields = [
            "id",
            "moved_on",
            "kind",
            "product",
            "sku",
            "location",
            "quantity",
            "value",
            "source_kind",
            "source_id",
            "source_number",
            "reverses",
            "created_by_name",
            "created_at",
        ]

    def value_seen(self, row: StockMovement) -> str | None:
        """What the goods cost when they moved; needs the scope `ledger:read`."""
        return str(row.value) if self.context["sees_value"] else None


def _sees_value(request: Request) -> dict[str, Any]:
    return {"sees_value": "ledger:read" in caller_of(request).scopes}


def _narrowed(request: Request, rows: Any) -> Any:
    for name in ("product", "location"):
        if request.query_params.get(name):
            rows = rows.filter(**{f"{name}_id": uuid_parameter(request, name)})
    return rows


class StockView(TenantAPIView):
    scope_area = "stock"

    @extend_schema(
        parameters=[*PAGING, *PLACES],
        responses=paged(StockSerializer),
        summary="Stock by product and location, read at one moment",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        context = _sees_value(request)
        return page_of(
            request,
            _narrowed(request, stock_levels()),
            lambda found: StockSerializer(found, many=True, context=context).data,
            order="id",
        )


class MovementsView(TenantAPIView):
    scope_area = "stock"

    @extend_schema(
        parameters=[
            *PAGING,
            *PLACES,
            OpenApiParameter("source", UUID, description="Moved by this document."),
        ],
        responses=paged(MovementSerializer),
        summary="What moved, the latest first",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        context, rows = _sees_value(request), _narrowed(request, movements())
        if request.query_params.get("source"):
            rows = rows.filter(source_id=uuid_parameter(request, "source"))
        return page_of(
            request, rows, lambda found: MovementSerializer(found, many=True, context=context).data
        )


class MinimumInput(serializers.Serializer[Any]):
    """Nothing or 0 takes the minimum away."""

    location = serializers.UUIDField()
    quantity = NumberAsTyped(allow_null=True)


class MinimumsInput(serializers.Serializer[Any]):
    minimums = MinimumInput(many=True, allow_empty=False)


class MinimumsView(TenantAPIView):
    scope_area = "products"

    @extend_schema(
        request=MinimumsInput,
        responses=paged(StockSerializer),
        summary="Set a product's minimum stock by location; answers its stock",
    )
    @in_tenant
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        values = validated(MinimumsInput(data=request.data))
        set_minimums(id, {one["location"]: one["quantity"] for one in values["minimums"]})
        context = _sees_value(request)
        return page_of(
            request,
            stock_levels().filter(product_id=id),
            lambda found: StockSerializer(found, many=True, context=context).data,
            order="id",
        )
