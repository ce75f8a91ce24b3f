"""Resource: what a kit consists of."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.services.components import (
    MOST_COMPONENTS,
    ComponentInput,
    available_kits,
    components_of,
    set_components,
)
from inventory.services.products import product_or_404
from tenants.api.fields import NumberAsTyped, quantity
from tenants.api.views import TenantAPIView, in_tenant, validated


class KitComponentSerializer(serializers.Serializer[Any]):
    product = serializers.UUIDField(source="component_id")
    sku = serializers.CharField(source="component.sku")
    name = serializers.CharField(source="component.name")
    unit = serializers.CharField(source="component.unit")
    quantity = quantity()


class ComponentsSerializer(serializers.Serializer[Any]):
    """`available`: whole kits that can be made of what is available at each location."""

    components = KitComponentSerializer(many=True)
    available = quantity()


class ComponentBody(serializers.Serializer[Any]):
    product = serializers.UUIDField(required=False)
    sku = serializers.CharField(max_length=60, required=False)
    quantity = NumberAsTyped(required=False)


class ComponentsBody(serializers.Serializer[Any]):
    """Every component, by product or SKU; the quantity of one kit, 1 where it is left out."""

    components = serializers.ListField(child=ComponentBody(), max_length=MOST_COMPONENTS)


class ComponentsView(TenantAPIView):
    scope_area = "products"

    @extend_schema(responses=ComponentsSerializer, summary="What a kit consists of")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return self._all(id)

    @extend_schema(
        request=ComponentsBody,
        responses=ComponentsSerializer,
        summary="Say what a kit consists of; replaces what was said",
    )
    @in_tenant
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        product_or_404(id)
        values = validated(ComponentsBody(data=request.data))
        set_components(id, [ComponentInput(**one) for one in values["components"]])
        return self._all(id)

    def _all(self, product_id: UUID) -> Response:
        kit = product_or_404(product_id)
        found = components_of([kit.id])
        answer = {
            "components": found.get(kit.id, []),
            "available": available_kits(found).get(kit.id, 0),
        }
        return Response(ComponentsSerializer(answer).data)
