"""Resources: products and what partners call them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hub.errors import InvalidInput
from hub.money import QUANTITY, parse_unit_price
from inventory.models import PartnerSku, Product
from inventory.selectors import mappings, products_matching
from inventory.services.mapping import forget_code, map_code
from inventory.services.products import change_product, create_product, product_or_404
from ledger.models import TaxRule
from network.services.contacts import contact_or_404
from tenants.api.attributes import AttributeValues
from tenants.api.fields import NumberAsTyped, price
from tenants.api.resources import PAGING, paged, uuid_parameter
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated


class ProductSerializer(serializers.ModelSerializer[Product]):
    sale_price = price(allow_null=True)
    purchase_price = price(allow_null=True)
    attributes = AttributeValues(help_text="By slot number.")

    class Meta:
        model = Product
        fields = [
            "id",
            "sku",
            "name",
            "description",
            "kind",
            "unit",
            "barcode",
            "category",
            "brand",
            "family",
            "purchase_unit",
            "purchase_factor",
            "weight",
            "sale_price",
            "purchase_price",
            "sale_tax_rule_id",
            "purchase_tax_rule_id",
            "sale_account_id",
            "purchase_account_id",
            "cogs_account_id",
            "attributes",
            "is_active",
            "created_at",
        ]


class ProductInput(serializers.Serializer[Any]):
    """`purchase_factor` says how many units one `purchase_unit` holds; `weight` of one unit, in kg.
    An account that is null follows from the use of accounts."""

    sku = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=["stock", "service", "kit"], required=False)
    unit = serializers.CharField(max_length=20, required=False, allow_blank=True)
    barcode = serializers.CharField(max_length=60, required=False, allow_blank=True)
    category = serializers.CharField(max_length=80, required=False, allow_blank=True)
    brand = serializers.CharField(max_length=80, required=False, allow_blank=True)
    family = serializers.CharField(max_length=80, required=False, allow_blank=True)
    purchase_unit = serializers.CharField(max_length=20, required=False, allow_blank=True)
    purchase_factor = NumberAsTyped(required=False, allow_null=True)
    weight = NumberAsTyped(required=False, allow_null=True)
    sale_price = NumberAsTyped(required=False, allow_null=True)
    purchase_price = NumberAsTyped(required=False, allow_null=True)
    sale_tax_rule = serializers.UUIDField(required=False, allow_null=True)
    purchase_tax_rule = serializers.UUIDField(required=False, allow_null=True)
    sale_account = serializers.UUIDField(required=False, allow_null=True)
    purchase_account = serializers.UUIDField(required=False, allow_null=True)
    cogs_account = serializers.UUIDField(required=False, allow_null=True)
    attributes = AttributeValues(required=False)
    is_active = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Prices fit their column; tax rules are ours."""
        for field in ("sale_price", "purchase_price"):
            if attrs.get(field) is not None:
                attrs[field] = parse_unit_price(attrs[field], field=field)
        for field in ("purchase_factor", "weight"):
            if attrs.get(field) is not None:
                attrs[field] = QUANTITY.parse(attrs[field], field=field, minimum=Decimal(0))
        for field in ("sale_account", "purchase_account", "cogs_account"):
            if field in attrs:
                attrs[f"{field}_id"] = attrs.pop(field)
        for field in ("sale_tax_rule", "purchase_tax_rule"):
            if field in attrs:
                attrs[f"{field}_id"] = _known_rule(attrs.pop(field), field)
        return attrs


def _known_rule(rule_id: UUID | None, field: str) -> UUID | None:
    if rule_id is not None and not TaxRule.objects.filter(id=rule_id).exists():
        message = "This tax rule does not exist."
        raise InvalidInput(message, fields={field: [message]})
    return rule_id


class ProductsView(TenantAPIView):
    scope_area = "products"

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("q", str, description="Name, SKU or barcode.")],
        responses=paged(ProductSerializer),
        summary="Products by SKU",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = products_matching(request.query_params.get("q", ""))
        return page_of(
            request, rows, lambda found: ProductSerializer(found, many=True).data, order="sku_key"
        )

    @extend_schema(
        request=ProductInput, responses={201: ProductSerializer}, summary="Make a product"
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        product = create_product(validated(ProductInput(data=request.data)))
        return Response(ProductSerializer(product).data, status=201)


class ProductView(TenantAPIView):
    scope_area = "products"

    @extend_schema(responses=ProductSerializer, summary="One product")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(ProductSerializer(product_or_404(id)).data)

    @extend_schema(
        request=ProductInput(partial=True), responses=ProductSerializer, summary="Change a product"
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        values = validated(ProductInput(data=request.data, partial=True))
        return Response(ProductSerializer(change_product(id, values)).data)


class MappingSerializer(serializers.ModelSerializer[PartnerSku]):
    contact = serializers.UUIDField(source="contact_id")
    product = serializers.UUIDField(source="product_id")
    sku = serializers.CharField(source="product.sku")

    class Meta:
        model = PartnerSku
        fields = ["id", "contact", "product", "sku", "code", "confirmed_by", "created_at"]


class MappingInput(serializers.Serializer[Any]):
    contact = serializers.UUIDField()
    product = serializers.UUIDField()
    code = serializers.CharField(max_length=60)


class MappingsView(TenantAPIView):
    scope_area = "products"

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("contact", UUID)],
        responses=paged(MappingSerializer),
        summary="What partners call our products",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = mappings()
        if request.query_params.get("contact"):
            rows = rows.filter(contact_id=uuid_parameter(request, "contact"))
        return page_of(request, rows, lambda found: MappingSerializer(found, many=True).data)

    @extend_schema(
        request=MappingInput,
        responses={201: MappingSerializer},
        summary="Confirm what a partner's code means",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(MappingInput(data=request.data))
        contact, product = contact_or_404(values["contact"]), product_or_404(values["product"])
        row = map_code(contact, values["code"], product)
        return Response(MappingSerializer(row).data, status=201)


class MappingView(TenantAPIView):
    scope_area = "products"

    @extend_schema(responses={204: None}, summary="Forget a partner's code")
    @in_tenant
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        forget_code(id)
        return Response(status=204)
