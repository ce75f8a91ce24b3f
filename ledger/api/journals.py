"""Resource: journals."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.domain.postings import JournalEvent
from ledger.models import Journal, JournalLine
from ledger.selectors import (
    journal_or_404,
    journals,
    journals_matching,
    lines_of_journal,
    reversal_of,
)
from ledger.services.manual_journals import TypedLine, post_typed, reverse_manual
from ledger.spans import day_of
from tenants.api.fields import NumberAsTyped
from tenants.api.fields import amount as money
from tenants.api.resources import PAGING, paged, uuid_parameter
from tenants.api.verbs import verb_view
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated
from tenants.services.organisations import current_organisation


class JournalSerializer(serializers.ModelSerializer[Journal]):
    """`rate`: base units per unit of `currency`; `total`: its debits in the base currency."""

    number = serializers.CharField(source="__str__")
    reverses = serializers.UUIDField(source="reverses_id", allow_null=True)
    total = money()
    reversed = serializers.BooleanField(source="was_reversed")

    class Meta:
        model = Journal
        fields = [
            "id",
            "number",
            "posted_on",
            "event",
            "currency",
            "rate",
            "source_kind",
            "source_id",
            "source_number",
            "memo",
            "reverses",
            "reversed",
            "total",
            "created_by_name",
            "created_at",
        ]


class JournalLineSerializer(serializers.ModelSerializer[JournalLine]):
    """`amount` in the base currency, `foreign` in the journal's; debits positive."""

    account = serializers.UUIDField(source="account_id")
    code = serializers.CharField(source="account.code")
    name = serializers.CharField(source="account.name")
    amount = money()
    foreign = money()

    class Meta:
        model = JournalLine
        fields = ["account", "code", "name", "amount", "foreign", "contact", "product", "memo"]


class JournalDetailSerializer(JournalSerializer):
    lines = serializers.SerializerMethodField()
    reversed_by = serializers.SerializerMethodField()

    class Meta(JournalSerializer.Meta):
        fields = [*JournalSerializer.Meta.fields, "reversed_by", "lines"]

    def get_lines(self, journal: Journal) -> Any:
        """In their order."""
        return JournalLineSerializer(lines_of_journal(journal), many=True).data

    def get_reversed_by(self, journal: Journal) -> str | None:
        """The id of the journal that takes it back."""
        reversal = reversal_of(journal)
        return str(reversal.id) if reversal is not None else None


class LineInput(serializers.Serializer[Any]):
    """One of `debit` and `credit`, in the base currency."""

    account = serializers.UUIDField()
    debit = NumberAsTyped(required=False)
    credit = NumberAsTyped(required=False)
    memo = serializers.CharField(max_length=255, required=False, allow_blank=True)


class JournalInput(serializers.Serializer[Any]):
    posted_on = serializers.DateField(required=False)
    memo = serializers.CharField(max_length=255, required=False, allow_blank=True)
    lines = LineInput(many=True, allow_empty=False)


class ReversalInput(serializers.Serializer[Any]):
    posted_on = serializers.DateField(required=False)


def _shown(journal: Journal) -> Any:
    return JournalDetailSerializer(journals().get(id=journal.id)).data


class JournalsView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(
        parameters=[
            *PAGING,
            OpenApiParameter("q", str, description="The number of the journal or its document."),
            OpenApiParameter("event", str, enum=[one.value for one in JournalEvent]),
            OpenApiParameter("source", UUID, description="Journals of this document or piece."),
            OpenApiParameter("since", str, description="First day, such as 2026-04-01."),
            OpenApiParameter("until", str, description="Last day, included."),
        ],
        responses=paged(JournalSerializer),
        summary="Journals, the newest day first",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows, params = journals(), request.query_params
        since, until = (day_of(params.get(name, ""), name) for name in ("since", "until"))
        if params.get("q"):
            rows = journals_matching(rows, params["q"][:200])
        if params.get("event"):
            rows = rows.filter(event=params["event"])
        if params.get("source"):
            rows = rows.filter(source_id=uuid_parameter(request, "source"))
        if since is not None:
            rows = rows.filter(posted_on__gte=since)
        if until is not None:
            rows = rows.filter(posted_on__lte=until)
        return page_of(
            request,
            rows,
            lambda found: JournalSerializer(found, many=True).data,
            order="-posted_on",
        )

    @extend_schema(
        request=JournalInput,
        responses={201: JournalDetailSerializer},
        summary="Post a journal by hand",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(JournalInput(data=request.data))
        lines = [
            TypedLine(
                line["account"], line.get("debit", ""), line.get("credit", ""), line.get("memo", "")
            )
            for line in values["lines"]
        ]
        journal = post_typed(
            values.get("posted_on") or timezone.localdate(),
            lines,
            values.get("memo", ""),
            current_organisation().base_currency,
        )
        return Response(_shown(journal), status=201)


class JournalView(TenantAPIView):
    scope_area = "ledger"

    @extend_schema(responses=JournalDetailSerializer, summary="One journal with its lines")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(_shown(journal_or_404(id)))


def _reverse(journal_id: UUID, posted_on: date | None = None) -> Journal:
    return reverse_manual(journal_id, on=posted_on or timezone.localdate())


journal_reverse = verb_view(
    "journal_reverse",
    area="ledger",
    run=_reverse,
    answer=_shown,
    request=ReversalInput,
    response=JournalDetailSerializer,
    summary="Reverse a journal that was posted by hand; answers the reversal",
    status=201,
)
