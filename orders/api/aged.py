"""Resources: aged receivables and payables. Amounts are text; sums are in the base currency."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.spans import span_of
from orders.aging import AgedContact, AgedReport, aged_report
from orders.areas import MONEY
from orders.domain.aging import Aged
from orders.models import CreditSide
from tenants.api.fields import amount
from tenants.api.resources import uuid_parameter
from tenants.api.views import TenantAPIView, in_tenant
from tenants.services.organisations import current_organisation

NAMES = ("current", "days_1_to_30", "days_31_to_60", "days_61_to_90", "over_90_days")


class AgedAmounts(serializers.Serializer[Any]):
    """By days after the due date."""

    current = amount()
    days_1_to_30 = amount()
    days_31_to_60 = amount()
    days_61_to_90 = amount()
    over_90_days = amount()
    total = amount()


class AgedDocument(serializers.Serializer[Any]):
    """`open` is in the document's currency; credit notes are negative."""

    kind = serializers.CharField()
    id = serializers.UUIDField()
    number = serializers.CharField()
    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    currency = serializers.CharField()
    open = amount()
    base = amount()


class AgedContactRow(AgedAmounts):
    contact = serializers.UUIDField()
    contact_name = serializers.CharField()
    documents = AgedDocument(many=True, required=False)


class AgedReportSerializer(serializers.Serializer[Any]):
    """`account` is the balance of the control account: it differs by what no document is behind."""

    on = serializers.DateField()
    currency = serializers.CharField()
    rows = AgedContactRow(many=True)
    totals = AgedAmounts()
    account = amount()


def aged_amounts(aged: Aged) -> dict[str, str]:
    """What `AgedAmounts` documents."""
    values = dict(zip(NAMES, aged.amounts, strict=True)) | {"total": aged.total}
    return {name: f"{value:.4f}" for name, value in values.items()}


def _row(contact: AgedContact, *, documents: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "contact": contact.id,
        "contact_name": contact.name,
        **aged_amounts(contact.aged),
    }
    if documents:
        row["documents"] = AgedDocument(contact.items, many=True).data
    return row


def _data(report: AgedReport, *, documents: bool) -> dict[str, Any]:
    return {
        "on": report.on,
        "currency": current_organisation().base_currency,
        "rows": [_row(one, documents=documents) for one in report.contacts],
        "totals": aged_amounts(report.total),
        "account": f"{report.account:.4f}",
    }


def aged_api(side: CreditSide, title: str) -> Callable[..., Any]:
    """The report of one side."""

    class View(TenantAPIView):
        scope_area = MONEY.value

        @extend_schema(
            operation_id=title.lower().replace(" ", "_"),
            parameters=[
                OpenApiParameter("on", str, description="The day; today if left out."),
                OpenApiParameter("contact", UUID, description="This contact, with its documents."),
            ],
            responses=AgedReportSerializer,
            summary=title,
        )
        @in_tenant
        def get(self, request: Request) -> Response:
            on = span_of(request.query_params, timezone.localdate(), end="on").until
            contact = None
            if request.query_params.get("contact"):
                contact = uuid_parameter(request, "contact")
            report = aged_report(side, on, contact)
            return Response(_data(report, documents=contact is not None))

    return View.as_view()
