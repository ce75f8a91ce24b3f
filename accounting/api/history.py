"""Resources: runs, documents of the sync history and what may be done about them (Q25)."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounting.api.overview import RunSerializer
from accounting.domain.states import Kind, SyncState
from accounting.listings.history import history_rows, incoming_rows, run_rows
from accounting.models import Exchange, RemoteChange, SyncDocument, SyncRun
from accounting.presenters.fixes import their_url
from accounting.presenters.history import body_of, exchanges_of
from accounting.selectors import document_or_404
from accounting.services import conflicts
from accounting.services import sync_documents as verbs
from accounting.services.matching_there import match_to
from accounting.services.runs import living_connection
from hub.errors import InvalidInput, NotFound
from tenants.actor import acting_as
from tenants.api.resources import PAGING, paged
from tenants.api.verbs import verb_view
from tenants.api.views import (
    TenantAPIView,
    actor_of,
    caller_of,
    in_tenant,
    once_outside,
    page_of,
    validated,
)
from tenants.boundary import tenant_context

AREA = "integrations"


class SyncDocumentSerializer(serializers.ModelSerializer[SyncDocument]):
    """`total` and `tax` are ours, `remote_total` and `remote_tax` those there."""

    link = serializers.SerializerMethodField(help_text="Its page there.")

    class Meta:
        model = SyncDocument
        fields = (
            "id", "kind", "local_id", "number", "happened_on", "from_there", "currency", "total",
            "tax", "remote_total", "remote_tax", "state", "reason", "message", "fix", "entity",
            "remote_id", "remote_version", "remote_number", "verb", "attempts", "sent_at",
            "not_before", "synced_at", "link",
        )  # fmt: skip

    def get_link(self, row: SyncDocument) -> str:
        """Empty where there is none."""
        return their_url(row, row.connection)


class ExchangeSerializer(serializers.ModelSerializer[Exchange]):
    """`body` maps what was sent and answered to its text; secrets were removed."""

    body = serializers.SerializerMethodField()

    class Meta:
        model = Exchange
        fields = ("id", "method", "path", "status", "milliseconds", "trace", "at", "body")

    def get_body(self, row: Exchange) -> dict[str, str]:
        """Unsealed for those who may see it."""
        return body_of(row)


class WaitingSerializer(serializers.ModelSerializer[RemoteChange]):
    class Meta:
        model = RemoteChange
        fields = ("id", "entity", "remote_id", "deleted", "reason", "message", "seen_at")


class ReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=verbs.LONGEST_REASON)


class ResendIn(serializers.Serializer[Any]):
    confirmed = serializers.BooleanField(
        default=False, help_text="True: also where it exists there, and would be there twice."
    )


class CauseIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)


class MatchIn(serializers.Serializer[Any]):
    remote_id = serializers.CharField(max_length=64)


class RetriedSerializer(serializers.Serializer[Any]):
    documents = serializers.IntegerField()


class RunsView(TenantAPIView):
    scope_area = AREA

    @extend_schema(parameters=PAGING, responses=paged(RunSerializer), summary="Runs, newest first")
    @in_tenant
    def get(self, request: Request) -> Response:
        return page_of(request, run_rows(), lambda rows: RunSerializer(rows, many=True).data)


class RunView(TenantAPIView):
    scope_area = AREA

    @extend_schema(responses=RunSerializer, summary="One run")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it
        row = SyncRun.objects.filter(id=id).first()
        if row is None:
            raise NotFound("There is no such run.")
        return Response(RunSerializer(row).data)


FILTERS = [
    *PAGING,
    OpenApiParameter("state", str, description="Only this state, or `attention_needed`."),
    OpenApiParameter("kind", str, description="Only this kind."),
    OpenApiParameter("number", str, description="Our number or theirs, whole."),
    OpenApiParameter("local_id", UUID, description="Of this document of ours."),
]


class SyncDocumentsView(TenantAPIView):
    scope_area = AREA

    @extend_schema(
        parameters=FILTERS,
        responses=paged(SyncDocumentSerializer),
        summary="Documents between here and there, newest first",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = _filtered(request)
        return page_of(request, rows, lambda found: SyncDocumentSerializer(found, many=True).data)


def _filtered(request: Request) -> Any:
    rows, wanted = history_rows(), request.query_params
    state, kind = wanted.get("state", ""), wanted.get("kind", "")
    if state == "attention_needed":
        rows = rows.filter(state__in=sorted(SyncState.needing_someone()))
    elif state and state not in SyncState.values:
        raise _unknown("state")
    elif state:
        rows = rows.filter(state=state)
    if kind and kind not in Kind.values:
        raise _unknown("kind")
    if kind:
        rows = rows.filter(kind=kind)
    if number := wanted.get("number", "")[:120]:
        rows = rows.filter(number=number) | rows.filter(remote_number=number)
    if local := wanted.get("local_id", ""):
        try:
            rows = rows.filter(local_id=UUID(local))
        except ValueError as error:
            raise _unknown("local_id") from error
    return rows


def _unknown(name: str) -> InvalidInput:
    return InvalidInput("There is no such value.", fields={name: ["There is no such value."]})


class SyncDocumentView(TenantAPIView):
    scope_area = AREA

    @extend_schema(responses=SyncDocumentSerializer, summary="One document")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it
        return Response(_one(document_or_404(id)))


class ExchangeView(TenantAPIView):
    scope_area = AREA

    @extend_schema(
        responses=ExchangeSerializer(many=True),
        summary="The latest calls about a document, with what was said",
    )
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it
        calls = exchanges_of(document_or_404(id))
        return Response({"results": ExchangeSerializer(calls, many=True).data})


class WaitingView(TenantAPIView):
    scope_area = AREA

    @extend_schema(
        parameters=PAGING,
        responses=paged(WaitingSerializer),
        summary="What came from there and waits for a decision",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        return page_of(
            request, incoming_rows(), lambda rows: WaitingSerializer(rows, many=True).data
        )


class RetryAllView(TenantAPIView):
    scope_area = AREA

    @extend_schema(
        request=CauseIn, responses=RetriedSerializer, summary="Try all of one cause again"
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(CauseIn(data=request.data))
        row = living_connection("quickbooks")
        count = verbs.retry_all(row, values["reason"], values.get("kind", ""))
        return Response({"documents": count})


class MatchView(TenantAPIView):
    scope_area = AREA

    @extend_schema(
        request=MatchIn,
        responses=SyncDocumentSerializer,
        summary="Take an object there for this document; nothing is sent",
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it
        tenant_id = caller_of(request).tenant_id
        values = validated(MatchIn(data=request.data))
        with acting_as(actor_of(request)), once_outside(request, tenant_id) as once:
            if once.replay is not None:
                return once.replay
            row = match_to(tenant_id, id, values["remote_id"])
            with tenant_context(tenant_id):
                return once.keep(Response(_one(document_or_404(row.id))))


def _one(row: SyncDocument) -> Any:
    return SyncDocumentSerializer(row).data


def _verb(name: str, run: Any, summary: str, request: Any = None) -> Any:
    return verb_view(
        f"sync_document_{name}",
        area=AREA,
        run=run,
        answer=_one,
        summary=summary,
        request=request,
        response=SyncDocumentSerializer,
    )


class RetryView(TenantAPIView):
    scope_area = AREA

    @extend_schema(
        operation_id="sync_document_retry",
        request=None,
        responses=SyncDocumentSerializer,
        summary="Try it again in the next run; a conflict is compared anew",
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it
        tenant_id = caller_of(request).tenant_id
        with acting_as(actor_of(request)), once_outside(request, tenant_id) as once:
            if once.replay is not None:
                return once.replay
            with tenant_context(tenant_id):
                state = document_or_404(id).state
            if state == SyncState.CONFLICT:
                conflicts.compare_again(tenant_id, id)
            with tenant_context(tenant_id):
                row = document_or_404(id) if state == SyncState.CONFLICT else verbs.retry(id)
                return once.keep(Response(_one(row)))


def _skipped(document_id: UUID, reason: str) -> SyncDocument:
    return verbs.skip(document_id, reason)


def _resent(document_id: UUID, confirmed: bool) -> SyncDocument:
    return verbs.resend(document_id, confirmed=confirmed)


skip = _verb("skip", _skipped, "Leave it out", ReasonIn)
unskip = _verb("unskip", verbs.unskip, "Take a skipped document in again")
resend = _verb("resend", _resent, "Send it as a new document", ResendIn)
