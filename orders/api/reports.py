"""Resource: gross margin."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hub.errors import InvalidInput
from ledger.spans import span_of
from orders.reports.gross_margin import WAYS, gross_margin, narrowing
from tenants.api.fields import amount
from tenants.api.views import TenantAPIView, in_tenant
from tenants.services.organisations import current_organisation


class MarginRowSerializer(serializers.Serializer[Any]):
    """`key` is the id, the first day of the month or the channel; null: what belongs to none."""

    key = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    name = serializers.CharField(source="label")
    revenue = amount()
    cost = amount()
    margin = amount()
    percent = serializers.DecimalField(max_digits=19, decimal_places=2, allow_null=True)


class MarginSerializer(serializers.Serializer[Any]):
    since = serializers.DateField()
    until = serializers.DateField()
    by = serializers.CharField()
    currency = serializers.CharField()
    rows = MarginRowSerializer(many=True)


class GrossMarginView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(
        parameters=[
            OpenApiParameter("since", str, description="First day; else New Year's Day."),
            OpenApiParameter("until", str, description="Last day, included; today if left out."),
            OpenApiParameter("by", str, enum=[key for key, _label in WAYS]),
            OpenApiParameter("product", str, description="Of this product only, or `none`."),
            OpenApiParameter("customer", str, description="Of this customer only, or `none`."),
            OpenApiParameter("channel", str, description="Of this sales channel only."),
        ],
        responses=MarginSerializer,
        summary="Gross margin: revenue, cost and what is left",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        span = span_of(request.query_params, timezone.localdate(), from_new_year=True)
        by = request.query_params.get("by") or "product"
        if by not in dict(WAYS):
            message = f"Choose one of {', '.join(key for key, _label in WAYS)}."
            raise InvalidInput(message, fields={"by": [message]})
        rows = gross_margin(span, by, narrowing(request.query_params))
        shown = {
            "since": span.since,
            "until": span.until,
            "by": by,
            "currency": current_organisation().base_currency,
            "rows": rows,
        }
        return Response(MarginSerializer(shown).data)
