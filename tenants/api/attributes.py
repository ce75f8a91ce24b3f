"""Resource: attributes, and their values on other resources."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.api.resources import PAGING, paged
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated
from tenants.domain.attributes import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_CHOICES,
    AttributeOwner,
    AttributeType,
)
from tenants.models import Attribute
from tenants.services.attributes import AttributeInput, save_attributes

OWNERS = [owner.value for owner in AttributeOwner]
TYPES = [kind.value for kind in AttributeType]
MOST_VALUES = 20


@extend_schema_field(
    {"type": "object", "additionalProperties": {"type": "string", "maxLength": LONGEST_TEXT}}
)
class AttributeValues(serializers.Field[Any, Any, Any, Any]):
    """Values by slot number or name; what is not named stays, an empty one is taken away."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict) or len(data) > MOST_VALUES:
            raise serializers.ValidationError('Give an object such as {"1": "Blue"}.')
        for key, value in data.items():
            if not isinstance(value, str | int | float | bool | None) or len(str(value)) > 1000:
                raise serializers.ValidationError(f"{str(key)[:60]}: write the value as text.")
        return {str(key): value for key, value in data.items()}

    def to_representation(self, value: Any) -> dict[str, str]:
        return {key: text for key, text in value.items() if text}


class AttributeSerializer(serializers.Serializer[Any]):
    """One slot of a set. `choices` belong to lists; a slot `unused` keeps its values, unseen."""

    owner = serializers.ChoiceField(choices=OWNERS)
    slot = serializers.IntegerField(min_value=1, max_value=10)
    name = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    type = serializers.ChoiceField(choices=TYPES)
    choices = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_TEXT),
        max_length=MOST_CHOICES,
        required=False,
    )


class AttributesView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("owner", str, enum=OWNERS)],
        responses=paged(AttributeSerializer),
        summary="The attributes of products, contacts and orders",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = Attribute.objects.all()
        owner = request.query_params.get("owner")
        if owner:
            rows = rows.filter(owner=owner[:8].replace("\x00", ""))
        return page_of(
            request, rows, lambda found: AttributeSerializer(found, many=True).data, order="id"
        )

    @extend_schema(
        request=AttributeSerializer,
        responses=AttributeSerializer,
        summary="Say what a slot is; values are not changed by it",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(AttributeSerializer(data=request.data))
        wanted = AttributeInput(
            values["slot"],
            values.get("name", ""),
            AttributeType(values["type"]),
            values.get("choices", ()),
        )
        rows = save_attributes(AttributeOwner(values["owner"]), [wanted])
        saved = next((row for row in rows if row.slot == wanted.slot), None)
        return Response(AttributeSerializer(saved).data if saved else values)
