"""Resources: prices of products by tier and by supplier."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.models import LatestPrice, SupplierPrice, TierPrice
from inventory.services.prices import (
    SupplierPriceInput,
    add_supplier_price,
    remove_supplier_price,
    set_tier_prices,
)
from inventory.services.products import product_or_404
from tenants.api.fields import NumberAsTyped, price, quantity
from tenants.api.resources import PAGING, paged, uuid_parameter
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated


class TierPriceSerializer(serializers.Serializer[Any]):
    tier = serializers.UUIDField(source="tier_id")
    price = price()


class TierPriceInput(serializers.Serializer[Any]):
    """`price` null takes it away."""

    tier = serializers.UUIDField()
    price = NumberAsTyped(allow_null=True)


class TierPricesInput(serializers.Serializer[Any]):
    tiers = TierPriceInput(many=True, allow_empty=False)


class TierPricesView(TenantAPIView):
    scope_area = "products"

    @extend_schema(
        parameters=PAGING,
        responses=paged(TierPriceSerializer),
        summary="What contacts on each price tier pay for a product",
    )
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return self._page(request, id)

    @extend_schema(
        request=TierPricesInput,
        responses=paged(TierPriceSerializer),
        summary="Set a product's prices by tier; tiers that are not named stay",
    )
    @in_tenant
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        values = validated(TierPricesInput(data=request.data))
        set_tier_prices(id, {one["tier"]: one["price"] for one in values["tiers"]})
        return self._page(request, id)

    def _page(self, request: Request, product_id: UUID) -> Response:
        rows = TierPrice.objects.filter(product=product_or_404(product_id))
        return page_of(
            request, rows, lambda found: TierPriceSerializer(found, many=True).data, order="id"
        )


class SupplierPriceSerializer(serializers.ModelSerializer[SupplierPrice]):
    """`price` of one unit, in the supplier's `currency`, from `minimum_quantity` on."""

    contact = serializers.UUIDField(source="contact_id")
    product = serializers.UUIDField(source="product_id")
    currency = serializers.CharField(source="contact.currency")
    price = price()
    minimum_quantity = quantity()

    class Meta:
        model = SupplierPrice
        fields = [
            "id",
            "contact",
            "product",
            "price",
            "currency",
            "minimum_quantity",
            "lead_days",
        ]


class SupplierPriceBody(serializers.Serializer[Any]):
    contact = serializers.UUIDField()
    product = serializers.UUIDField()
    price = NumberAsTyped()
    minimum_quantity = NumberAsTyped(required=False, allow_null=True)
    lead_days = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=3650
    )


class SupplierPricesView(TenantAPIView):
    scope_area = "products"

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("product", UUID), OpenApiParameter("contact", UUID)],
        responses=paged(SupplierPriceSerializer),
        summary="What suppliers ask",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = SupplierPrice.objects.select_related("contact")
        for name in ("product", "contact"):
            if request.query_params.get(name):
                rows = rows.filter(**{f"{name}_id": uuid_parameter(request, name)})
        return page_of(
            request, rows, lambda found: SupplierPriceSerializer(found, many=True).data, order="id"
        )

    @extend_schema(
        request=SupplierPriceBody,
        responses={201: SupplierPriceSerializer},
        summary="Keep what a supplier asks; new purchase lines take it",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(SupplierPriceBody(data=request.data))
        product = values.pop("product")
        made = add_supplier_price(product, SupplierPriceInput(**values))
        return Response(SupplierPriceSerializer(made).data, status=201)


class LatestPriceSerializer(serializers.ModelSerializer[LatestPrice]):
    """What the supplier last billed for one unit: without tax, after discount."""

    contact = serializers.UUIDField(source="contact_id")
    product = serializers.UUIDField(source="product_id")
    price = price()

    class Meta:
        model = LatestPrice
        fields = ["contact", "product", "price", "currency", "billed_on", "bill", "bill_number"]


class LatestPricesView(TenantAPIView):
    scope_area = "products"

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("product", UUID), OpenApiParameter("contact", UUID)],
        responses=paged(LatestPriceSerializer),
        summary="What suppliers billed last",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = LatestPrice.objects.all()
        for name in ("product", "contact"):
            if request.query_params.get(name):
                rows = rows.filter(**{f"{name}_id": uuid_parameter(request, name)})
        return page_of(
            request, rows, lambda found: LatestPriceSerializer(found, many=True).data, order="id"
        )


class SupplierPriceView(TenantAPIView):
    scope_area = "products"

    @extend_schema(responses={204: None}, summary="Forget a supplier's price")
    @in_tenant
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        remove_supplier_price(id)
        return Response(status=204)
