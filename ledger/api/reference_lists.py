"""Resources: tax rules and payment terms."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.models import PaymentTerm, TaxRule
from ledger.services.reference_lists import save_payment_term, save_tax_rule
from tenants.api.resources import PAGING, paged
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated


class ComponentSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    rate = serializers.DecimalField(max_digits=18, decimal_places=8, min_value=0, max_value=1000)
    compound = serializers.BooleanField(default=False)


class TaxRuleSerializer(serializers.ModelSerializer[TaxRule]):
    components = ComponentSerializer(many=True, required=False)
    rate = serializers.DecimalField(
        max_digits=18, decimal_places=8, min_value=Decimal(0), max_value=Decimal(1000)
    )

    class Meta:
        model = TaxRule
        fields = ["id", "name", "rate", "components", "is_active", "is_default"]
        read_only_fields = ["id"]


class TaxRulesView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(parameters=PAGING, responses=paged(TaxRuleSerializer), summary="Tax rules")
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = TaxRule.objects.all()
        return page_of(
            request, rows, lambda found: TaxRuleSerializer(found, many=True).data, order="id"
        )

    @extend_schema(
        request=TaxRuleSerializer, responses={201: TaxRuleSerializer}, summary="Make a tax rule"
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(TaxRuleSerializer(data=request.data))
        parts = values.get("components") or [{"name": values["name"], "rate": values["rate"]}]
        values["components"] = [
            {"name": p["name"], "rate": str(p["rate"]), "compound": bool(p.get("compound"))}
            for p in parts
        ]
        return Response(TaxRuleSerializer(save_tax_rule(None, values)).data, status=201)


class PaymentTermSerializer(serializers.ModelSerializer[PaymentTerm]):
    class Meta:
        model = PaymentTerm
        fields = ["id", "name", "kind", "days", "is_active", "is_default"]
        read_only_fields = ["id"]


class PaymentTermsView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(
        parameters=PAGING, responses=paged(PaymentTermSerializer), summary="Payment terms"
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = PaymentTerm.objects.all()
        return page_of(
            request, rows, lambda found: PaymentTermSerializer(found, many=True).data, order="id"
        )

    @extend_schema(
        request=PaymentTermSerializer,
        responses={201: PaymentTermSerializer},
        summary="Make a payment term",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(PaymentTermSerializer(data=request.data))
        return Response(PaymentTermSerializer(save_payment_term(None, values)).data, status=201)
