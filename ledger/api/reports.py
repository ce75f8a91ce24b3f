"""Resources: the reports of the book. Amounts are text in the base currency."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.domain.statements import balance_sheet, profit_and_loss
from ledger.selectors import account_sums, general_ledger
from ledger.spans import span_of
from tenants.api.fields import amount as money
from tenants.api.views import TenantAPIView, in_tenant
from tenants.services.organisations import current_organisation

SINCE = OpenApiParameter("since", str, description="First day, such as 2026-04-01.")
UNTIL = OpenApiParameter("until", str, description="Last day, included; today if left out.")
ON = OpenApiParameter("on", str, description="The day, included; today if left out.")


class TrialRow(serializers.Serializer[Any]):
    """`debit` and `credit` are what was posted; `balance` is debits less credits."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()
    debit = money()
    credit = money()
    balance = money()


class TrialBalance(serializers.Serializer[Any]):
    """The balances of all rows sum to zero."""

    since = serializers.DateField(allow_null=True)
    on = serializers.DateField()
    currency = serializers.CharField()
    rows = TrialRow(many=True)


class LedgerRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    opening = money()
    debit = money()
    credit = money()
    closing = money()


class GeneralLedger(serializers.Serializer[Any]):
    """`opening` and `closing` are debits less credits; `accounts/{id}/lines` gives the postings."""

    since = serializers.DateField(allow_null=True)
    until = serializers.DateField()
    currency = serializers.CharField()
    rows = LedgerRow(many=True)


class StatementRowSerializer(serializers.Serializer[Any]):
    account = serializers.UUIDField(source="account.id", allow_null=True, default=None)
    name = serializers.CharField(source="label")
    amount = money()


class SectionSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    rows = StatementRowSerializer(many=True)
    total = money()


class ProfitAndLossSerializer(serializers.Serializer[Any]):
    income = SectionSerializer()
    cost_of_sales = SectionSerializer()
    gross_profit = money()
    other_income = SectionSerializer()
    expenses = SectionSerializer()
    net_profit = money()


class ProfitAndLossReport(ProfitAndLossSerializer):
    since = serializers.DateField()
    until = serializers.DateField()
    currency = serializers.CharField()


class BalanceSheetSerializer(serializers.Serializer[Any]):
    assets = SectionSerializer(many=True)
    total_assets = money()
    liabilities = SectionSerializer(many=True)
    total_liabilities = money()
    net_assets = money()
    equity = SectionSerializer()


class BalanceSheetReport(BalanceSheetSerializer):
    on = serializers.DateField()
    currency = serializers.CharField()


def _currency() -> str:
    return current_organisation().base_currency


class TrialBalanceView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(parameters=[ON, SINCE], responses=TrialBalance, summary="Trial balance")
    @in_tenant
    def get(self, request: Request) -> Response:
        span = span_of(request.query_params, timezone.localdate(), end="on")
        rows = TrialRow(account_sums(span.until, span.since), many=True).data
        days = {"since": span.since, "on": span.until}
        return Response({**days, "currency": _currency(), "rows": rows})


class GeneralLedgerView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(parameters=[SINCE, UNTIL], responses=GeneralLedger, summary="General ledger")
    @in_tenant
    def get(self, request: Request) -> Response:
        span = span_of(request.query_params, timezone.localdate())
        rows = LedgerRow(general_ledger(span.until, span.since), many=True).data
        days = {"since": span.since, "until": span.until}
        return Response({**days, "currency": _currency(), "rows": rows})


class ProfitAndLossView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(
        parameters=[SINCE, UNTIL],
        responses=ProfitAndLossReport,
        summary="Profit and loss; from New Year's Day where `since` is left out",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        span = span_of(request.query_params, timezone.localdate(), from_new_year=True)
        statement = profit_and_loss(account_sums(span.until, span.since))
        days = {"since": span.since, "until": span.until, "currency": _currency()}
        return Response({**days, **ProfitAndLossSerializer(statement).data})


class BalanceSheetView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(parameters=[ON], responses=BalanceSheetReport, summary="Balance sheet")
    @in_tenant
    def get(self, request: Request) -> Response:
        span = span_of(request.query_params, timezone.localdate(), end="on")
        sheet = balance_sheet(account_sums(span.until))
        days = {"on": span.until, "currency": _currency()}
        return Response({**days, **BalanceSheetSerializer(sheet).data})
