"""Resources: stock valuation, cost of goods sold."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.reports.cost_of_goods import cost_accounts, cost_of_goods
from inventory.reports.valuation import inventory_balance, stock_valuation
from ledger.spans import span_of
from tenants.api.fields import amount, price, quantity
from tenants.api.resources import uuid_parameter
from tenants.api.views import TenantAPIView, in_tenant
from tenants.services.organisations import current_organisation


class ValuedStockSerializer(serializers.Serializer[Any]):
    product = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField()
    location = serializers.UUIDField()
    quantity = quantity()
    unit_cost = price(allow_null=True)
    value = amount()


class ValuationSerializer(serializers.Serializer[Any]):
    """`total` is the sum of the rows; `account_balance` that of the inventory account."""

    on = serializers.DateField()
    currency = serializers.CharField()
    rows = ValuedStockSerializer(many=True)
    total = amount()
    account_balance = amount()


class ValuationView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(
        parameters=[
            OpenApiParameter("on", str, description="The day, included; today if left out."),
            OpenApiParameter("location", str, description="At this location only."),
        ],
        responses=ValuationSerializer,
        summary="Stock valuation at the end of a day",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        span = span_of(request.query_params, timezone.localdate(), end="on")
        place = None
        if request.query_params.get("location"):
            place = uuid_parameter(request, "location")
        rows = stock_valuation(span.until, place)
        shown = {
            "on": span.until,
            "currency": current_organisation().base_currency,
            "rows": rows,
            "total": sum((row.value for row in rows), Decimal(0)),
            "account_balance": inventory_balance(span.until),
        }
        return Response(ValuationSerializer(shown).data)


class SoldGoodsSerializer(serializers.Serializer[Any]):
    product = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = quantity()
    unit_cost = price(allow_null=True)
    cost = amount()


class CostOfGoodsSerializer(serializers.Serializer[Any]):
    """`total` is the sum of the rows; `accounts_total` what the book has on their accounts."""

    since = serializers.DateField()
    until = serializers.DateField()
    currency = serializers.CharField()
    rows = SoldGoodsSerializer(many=True)
    total = amount()
    accounts_total = amount()


class CostOfGoodsView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(
        parameters=[
            OpenApiParameter("since", str, description="First day; else New Year's Day."),
            OpenApiParameter("until", str, description="Last day, included; today if left out."),
        ],
        responses=CostOfGoodsSerializer,
        summary="Cost of goods sold, product by product",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        span = span_of(request.query_params, timezone.localdate(), from_new_year=True)
        rows = cost_of_goods(span)
        shown = {
            "since": span.since,
            "until": span.until,
            "currency": current_organisation().base_currency,
            "rows": rows,
            "total": sum((row.cost for row in rows), Decimal(0)),
            "accounts_total": sum((sum_ for _account, sum_ in cost_accounts(span)), Decimal(0)),
        }
        return Response(CostOfGoodsSerializer(shown).data)
