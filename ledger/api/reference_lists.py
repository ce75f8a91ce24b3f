"""Resources: tax rules and payment terms."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hub.errors import InvalidInput, NotFound
from ledger.keeper import refuse_kept, refuse_new_tax_rule
from ledger.models import PaymentTerm, PriceTier, TaxRule
from ledger.selectors import tax_rule_or_404
from ledger.services.reference_lists import save_payment_term, save_price_tier, save_tax_rule
from tenants.api.resources import PAGING, paged
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated


class ComponentSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    rate = serializers.DecimalField(max_digits=18, decimal_places=8, min_value=0, max_value=1000)
    compound = serializers.BooleanField(default=False)


class TaxRuleSerializer(serializers.ModelSerializer[TaxRule]):
    components = ComponentSerializer(many=True, required=False)
    rate = serializers.DecimalField(
        max_digits=18,
        decimal_places=8,
        min_value=Decimal(0),
        max_value=Decimal(1000),
        required=False,
        help_text="In per cent; follows from the components where there are any.",
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
        refuse_new_tax_rule()
        values = validated(TaxRuleSerializer(data=request.data))
        if not values.get("components"):
            if "rate" not in values:
                message = "Give a rate, or the components that it is made of."
                raise InvalidInput(message, fields={"rate": [message]})
            values["components"] = [{"name": values["name"], "rate": values["rate"]}]
        return Response(TaxRuleSerializer(save_tax_rule(None, values)).data, status=201)


class TaxRuleView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(responses=TaxRuleSerializer, summary="One tax rule")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(TaxRuleSerializer(tax_rule_or_404(id)).data)

    @extend_schema(
        request=TaxRuleSerializer(partial=True),
        responses=TaxRuleSerializer,
        summary="Change a tax rule; documents keep what they were charged",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        rule = tax_rule_or_404(id)
        values = validated(TaxRuleSerializer(rule, data=request.data, partial=True))
        if "rate" in values and not values.get("components"):
            values["components"] = [{"name": values.get("name", rule.name), "rate": values["rate"]}]
        return Response(TaxRuleSerializer(save_tax_rule(id, values)).data)


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
        refuse_kept("payment terms")
        values = validated(PaymentTermSerializer(data=request.data))
        return Response(PaymentTermSerializer(save_payment_term(None, values)).data, status=201)


class PriceTierSerializer(serializers.ModelSerializer[PriceTier]):
    class Meta:
        model = PriceTier
        fields = ["id", "name", "is_active"]
        read_only_fields = ["id"]


class PriceTiersView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(parameters=PAGING, responses=paged(PriceTierSerializer), summary="Price tiers")
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = PriceTier.objects.all()
        return page_of(
            request, rows, lambda found: PriceTierSerializer(found, many=True).data, order="id"
        )

    @extend_schema(
        request=PriceTierSerializer,
        responses={201: PriceTierSerializer},
        summary="Make a price tier",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(PriceTierSerializer(data=request.data))
        return Response(PriceTierSerializer(save_price_tier(None, values)).data, status=201)


class PriceTierView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(responses=PriceTierSerializer, summary="One price tier")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(PriceTierSerializer(_tier(id)).data)

    @extend_schema(
        request=PriceTierSerializer(partial=True),
        responses=PriceTierSerializer,
        summary="Rename a price tier, archive it or bring it back",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        tier = _tier(id)
        values = validated(PriceTierSerializer(tier, data=request.data, partial=True))
        wanted = {"name": tier.name, "is_active": tier.is_active, **values}
        return Response(PriceTierSerializer(save_price_tier(id, wanted)).data)


def _tier(tier_id: UUID) -> PriceTier:
    tier: PriceTier | None = PriceTier.objects.filter(id=tier_id).first()
    if tier is None:
        raise NotFound("This price tier does not exist.")
    return tier
