"""Resource: a customer's statement, as data, as PDF, and sent by e-mail."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from network.services.contacts import contact_or_404
from orders.api.aged import AgedAmounts, AgedDocument, aged_amounts
from orders.areas import MONEY
from orders.services.statements import StatementLetter, email_statement, pdf_of_statement
from orders.services.statements import suggested_letter as usual_letter
from orders.statements import Statement, asked_statement
from tenants.api.fields import Addresses, amount
from tenants.api.views import TenantAPIView, in_tenant, validated

DAYS = [
    OpenApiParameter("since", str, description="First day; else two months before this one."),
    OpenApiParameter("until", str, description="Last day, included; today if left out."),
    OpenApiParameter("currency", str, description="The contact's own if left out."),
]


class StatementLineSerializer(serializers.Serializer[Any]):
    """`amount` is positive where the customer owes more by it; `balance` is what is owed after."""

    kind = serializers.CharField()
    id = serializers.UUIDField()
    day = serializers.DateField()
    number = serializers.CharField()
    balance = amount()
    amount = amount()  # last: the name hides the maker of fields


class StatementSerializer(serializers.Serializer[Any]):
    contact = serializers.UUIDField(source="contact.id")
    currency = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()
    opening = amount()
    closing = amount()
    lines = StatementLineSerializer(many=True)
    open_items = AgedDocument(many=True)
    aged = serializers.SerializerMethodField()

    @extend_schema_field(AgedAmounts)
    def get_aged(self, statement: Statement) -> dict[str, str]:
        """What is open by days after the due date."""
        return aged_amounts(statement.aged)


class StatementSendIn(serializers.Serializer[Any]):
    """What is left out comes from the contact's list for statements and the template."""

    to = Addresses(required=False)
    cc = Addresses(required=False)
    subject = serializers.CharField(max_length=255, required=False)
    body = serializers.CharField(max_length=10_000, required=False)


class StatementSentSerializer(serializers.Serializer[Any]):
    mail = serializers.UUIDField()


def _asked(request: Request, contact_id: UUID) -> Statement:
    contact = contact_or_404(contact_id)
    return asked_statement(contact, request.query_params.dict(), timezone.localdate())


class StatementView(TenantAPIView):
    scope_area = MONEY.value

    @extend_schema(parameters=DAYS, responses=StatementSerializer, summary="A customer's statement")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(StatementSerializer(_asked(request, id)).data)


class StatementPdfView(TenantAPIView):
    scope_area = MONEY.value

    @extend_schema(
        parameters=DAYS,
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        summary="A customer's statement as PDF",
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:  # noqa: A002
        return HttpResponse(self._pdf(request, id), content_type="application/pdf")

    @in_tenant
    def _pdf(self, request: Request, contact_id: UUID) -> Any:
        return pdf_of_statement(_asked(request, contact_id))


class StatementSendView(TenantAPIView):
    scope_area = MONEY.value

    @extend_schema(
        operation_id="statement_send",
        parameters=DAYS,
        request=StatementSendIn,
        responses={202: StatementSentSerializer},
        summary="Send a customer's statement by e-mail",
    )
    @in_tenant
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        typed = validated(StatementSendIn(data=request.data))
        statement = _asked(request, id)
        usual = usual_letter(statement)
        letter = StatementLetter(
            to=typed.get("to", usual.to),
            cc=typed.get("cc", usual.cc),
            subject=typed.get("subject", usual.subject),
            body=typed.get("body", usual.body),
        )
        mail = email_statement(statement, letter)
        return Response({"mail": mail.id}, status=202)
