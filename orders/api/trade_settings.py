"""Resource: how the organisation buys and sells."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.models import SupplierPricing
from orders.services.trade_settings import change_trade_settings, trade_settings
from tenants.api.views import TenantAPIView, in_tenant, validated


class TradeSettingsSerializer(serializers.Serializer[Any]):
    """`supplier_pricing`: new purchase lines take the fixed or the latest billed price.

    `separate_approval`: whoever made a purchase order or bill may not approve it.
    """

    supplier_pricing = serializers.ChoiceField(choices=SupplierPricing.choices)
    quotes_need_approval = serializers.BooleanField()
    separate_approval = serializers.BooleanField()


class TradeSettingsView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(responses=TradeSettingsSerializer, summary="How the organisation buys and sells")
    @in_tenant
    def get(self, request: Request) -> Response:
        return Response(TradeSettingsSerializer(trade_settings()).data)

    @extend_schema(
        request=TradeSettingsSerializer(partial=True),
        responses=TradeSettingsSerializer,
        summary="Change some of these settings",
    )
    @in_tenant
    def patch(self, request: Request) -> Response:
        values = validated(TradeSettingsSerializer(data=request.data, partial=True))
        return Response(TradeSettingsSerializer(change_trade_settings(values)).data)
