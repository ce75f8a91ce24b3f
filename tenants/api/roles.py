"""Resource: roles and how much they may approve."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.api.fields import NumberAsTyped
from tenants.api.resources import PAGING, paged
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated
from tenants.domain.limits import LimitKind
from tenants.models import Role
from tenants.services.roles import role_or_404, set_limits


class LimitsSerializer(serializers.Serializer[Any]):
    """The largest total, in base currency, that the role may authorise; null: no limit."""

    purchases = NumberAsTyped(required=False, allow_null=True)
    bills = NumberAsTyped(required=False, allow_null=True)
    sales = NumberAsTyped(required=False, allow_null=True)
    credits = NumberAsTyped(required=False, allow_null=True)


class RoleSerializer(serializers.ModelSerializer[Role]):
    limits = serializers.SerializerMethodField()

    class Meta:
        model = Role
        fields = ["id", "key", "name", "description", "is_builtin", "areas", "specials", "limits"]

    def get_limits(self, role: Role) -> dict[str, str | None]:
        """By kind of document; null: no limit."""
        return {kind.value: role.limits.get(kind.value) for kind in LimitKind}


class RoleBody(serializers.Serializer[Any]):
    limits = LimitsSerializer()


class RolesView(TenantAPIView):
    scope_area = "users"

    @extend_schema(parameters=PAGING, responses=paged(RoleSerializer), summary="Roles")
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = Role.objects.all()
        return page_of(
            request, rows, lambda found: RoleSerializer(found, many=True).data, order="id"
        )


class RoleView(TenantAPIView):
    scope_area = "users"

    @extend_schema(responses=RoleSerializer, summary="One role")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(RoleSerializer(role_or_404(id)).data)

    @extend_schema(
        request=RoleBody, responses=RoleSerializer, summary="Set a role's limits of approval"
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        role_or_404(id)
        values = validated(RoleBody(data=request.data))
        wanted = {LimitKind(kind): text or "" for kind, text in values["limits"].items()}
        return Response(RoleSerializer(set_limits(id, wanted)).data)
