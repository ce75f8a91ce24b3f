"""Resource: locations."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.models import Location
from inventory.services.locations import location_or_404, save_location
from tenants.api.resources import PAGING, paged
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated


class LocationSerializer(serializers.ModelSerializer[Location]):
    class Meta:
        model = Location
        fields = ["id", "code", "name", "address", "is_default", "is_active"]


class LocationInput(serializers.Serializer[Any]):
    """One location is the default; one with stock cannot be made inactive."""

    code = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=80)
    address = serializers.CharField(max_length=500, required=False, allow_blank=True)
    is_default = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)


class LocationsView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(parameters=PAGING, responses=paged(LocationSerializer), summary="Locations")
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = Location.objects.all()
        return page_of(
            request, rows, lambda found: LocationSerializer(found, many=True).data, order="id"
        )

    @extend_schema(
        request=LocationInput, responses={201: LocationSerializer}, summary="Make a location"
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        row = save_location(None, validated(LocationInput(data=request.data)))
        return Response(LocationSerializer(row).data, status=201)


class LocationView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(responses=LocationSerializer, summary="One location")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(LocationSerializer(location_or_404(id)).data)

    @extend_schema(
        request=LocationInput(partial=True),
        responses=LocationSerializer,
        summary="Change a location",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        values = validated(LocationInput(data=request.data, partial=True))
        return Response(LocationSerializer(save_location(id, values)).data)
