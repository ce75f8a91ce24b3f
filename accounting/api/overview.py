"""Resources: the integration, its runs on request, cost of goods sold, history, reconciliation."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounting.domain.states import ConnectionState, SyncState
from accounting.models import CogsEntry, Connection, SyncRun
from accounting.selectors import known_connection, open_run, state_counts
from accounting.services import connecting
from accounting.services import history_export as history
from accounting.services.autosync import next_autosync
from accounting.services.balances import reconcile
from accounting.services.cogs import due_cogs, export_cogs, void_cogs
from accounting.services.preview import start_preview
from accounting.services.runs import living_connection, start_run
from accounting.views.reconciliation import day_of
from hub.errors import InvalidInput
from tenants.actor import acting_as
from tenants.api.fields import amount
from tenants.api.views import TenantAPIView, actor_of, caller_of, in_tenant, validated
from tenants.boundary import tenant_context


class IntegrationSerializer(serializers.Serializer[Any]):
    """`counts` maps a state to how many documents are in it, up to 1000."""

    provider = serializers.CharField()
    state = serializers.ChoiceField(choices=ConnectionState.choices)
    mode = serializers.CharField()
    company = serializers.CharField(source="company_name")
    currency = serializers.CharField()
    plan = serializers.CharField()
    message = serializers.CharField(source="pause_message", help_text="Why it stands still.")
    connected_at = serializers.DateTimeField(allow_null=True)
    access_until = serializers.DateTimeField(source="refresh_expires_at", allow_null=True)
    counts = serializers.SerializerMethodField()
    needs_attention = serializers.SerializerMethodField()
    run = serializers.SerializerMethodField(help_text="The run that is under way, or null.")
    next_autosync = serializers.SerializerMethodField()

    def get_counts(self, row: Connection) -> dict[str, int]:
        """By state."""
        return {state.value: count for state, count in state_counts(row).items() if count}

    def get_needs_attention(self, row: Connection) -> int:
        """How many wait for a person."""
        counts = state_counts(row)
        return sum(counts[state] for state in SyncState.needing_someone())

    def get_run(self, row: Connection) -> str | None:
        """Its id."""
        run = open_run(row)
        return str(run.id) if run is not None else None

    def get_next_autosync(self, row: Connection) -> str | None:
        """When, in UTC."""
        due = next_autosync(row)
        return due.isoformat() if due is not None else None


class RunSerializer(serializers.ModelSerializer[SyncRun]):
    class Meta:
        model = SyncRun
        fields = (
            "id", "kind", "state", "job", "counts", "error", "started_by_name", "created_at",
            "started_at", "finished_at",
        )  # fmt: skip


class JobStarted(serializers.Serializer[Any]):
    """`jobs/{job}` says how far it is and, at the end, its result."""

    job = serializers.UUIDField(source="id")


class SinceIn(serializers.Serializer[Any]):
    since = serializers.DateField()


class PreviewIn(serializers.Serializer[Any]):
    since = serializers.DateField(
        required=False, allow_null=True, help_text="Of an export of history since this day."
    )


class PeriodIn(serializers.Serializer[Any]):
    """Both days are included; at most a year."""

    since = serializers.DateField()
    until = serializers.DateField()

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """The days in their order."""
        if values["since"] > values["until"]:
            raise serializers.ValidationError({"until": ["The last day is before the first."]})
        if (values["until"] - values["since"]).days > 366:
            raise serializers.ValidationError({"until": ["Choose at most a year."]})
        return values


class CogsRowSerializer(serializers.Serializer[Any]):
    day = serializers.DateField(source="key.day")
    channel = serializers.CharField(source="key.channel")
    class_name = serializers.CharField(source="key.class_key")
    total = amount()
    amounts = serializers.DictField(
        child=amount(), help_text="Account → debits less credits, in base currency."
    )


class CogsPreview(serializers.Serializer[Any]):
    rows = CogsRowSerializer(many=True)


class Counted(serializers.Serializer[Any]):
    journals = serializers.IntegerField()


class BalanceSerializer(serializers.Serializer[Any]):
    account = serializers.CharField(source="label")
    accounts = serializers.ListField(child=serializers.UUIDField())
    ours = amount()
    theirs = amount()
    difference = amount()


class Reconciliation(serializers.Serializer[Any]):
    """Debits less credits at the end of the day; what differs most comes first."""

    on = serializers.DateField()
    rows = BalanceSerializer(many=True)


class IntegrationsView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(
        responses=IntegrationSerializer(many=True), summary="Connected systems, and how they stand"
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        row = known_connection()
        rows = [row] if row is not None else []
        return Response({"results": IntegrationSerializer(rows, many=True).data})


def _act(
    name: str,
    run: Callable[[Connection, dict[str, Any]], Any],
    answer: type[serializers.BaseSerializer[Any]],
    *,
    summary: str,
    asked: type[serializers.Serializer[Any]] | None = None,
    status: int = 200,
) -> Callable[..., Any]:
    """A POST below the integration."""

    class Verb(TenantAPIView):
        scope_area = "integrations"

        @extend_schema(
            operation_id=f"integration_{name}",
            summary=summary,
            request=asked,
            responses={status: answer},
        )
        @in_tenant
        def post(self, request: Request) -> Response:
            values = validated(asked(data=request.data)) if asked is not None else {}
            found = run(living_connection("quickbooks", lock=True), values)
            return Response(answer(found).data, status=status)

    Verb.__name__ = f"{name.title().replace('_', '')}View"
    return Verb.as_view()


def _paused(row: Connection, _values: dict[str, Any]) -> Connection:
    connecting.pause(row)
    row.refresh_from_db()
    return row


def _resumed(row: Connection, _values: dict[str, Any]) -> Connection:
    connecting.resume(row)
    row.refresh_from_db()
    return row


def _stopped(row: Connection, _values: dict[str, Any]) -> Connection:
    history.stop_export(row)
    row.refresh_from_db()
    return row


def _exported(row: Connection, values: dict[str, Any]) -> dict[str, int]:
    entries: list[CogsEntry] = export_cogs(row, values["since"], values["until"])
    return {"journals": len(entries)}


sync = _act(
    "sync", lambda row, _values: start_run(row), RunSerializer, summary="Sync now", status=202
)
pause = _act("pause", _paused, IntegrationSerializer, summary="Send and read nothing for now")
resume = _act("resume", _resumed, IntegrationSerializer, summary="Go on after a pause")
preview = _act(
    "preview",
    lambda row, values: start_preview(row, values.get("since")),
    JobStarted,
    summary="Work out what a sync would do; nothing is sent",
    asked=PreviewIn,
    status=202,
)
cogs_preview = _act(
    "cogs_preview",
    lambda row, values: {"rows": due_cogs(row, values["since"], values["until"])},
    CogsPreview,
    summary="Journals of cost of goods sold that are missing in a period",
    asked=PeriodIn,
)
cogs_export = _act(
    "cogs_export",
    _exported,
    Counted,
    summary="Export the missing journals of a period",
    asked=PeriodIn,
)
cogs_void = _act(
    "cogs_void",
    lambda row, values: {"journals": void_cogs(row, values["since"], values["until"])},
    Counted,
    summary="Recall what was exported of a period",
    asked=PeriodIn,
)
history_export = _act(
    "history_export",
    lambda row, values: history.start_export(row, values["since"]),
    JobStarted,
    summary="Export everything since a day",
    asked=SinceIn,
    status=202,
)
history_stop = _act(
    "history_stop", _stopped, IntegrationSerializer, summary="Stop the export of history"
)
history_go_on = _act(
    "history_go_on",
    lambda row, _values: history.go_on(row),
    JobStarted,
    summary="Go on with a stopped export",
    status=202,
)


class ReconciliationView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(
        parameters=[OpenApiParameter("on", str, description="The day; today if left out.")],
        responses=Reconciliation,
        summary="Our trial balance beside theirs",
    )
    def get(self, request: Request) -> Response:
        tenant_id = caller_of(request).tenant_id
        on = day_of(request.query_params.get("on", ""))
        with acting_as(actor_of(request)):
            with tenant_context(tenant_id):
                row = living_connection("quickbooks")
                if row.state != ConnectionState.ACTIVE:
                    raise InvalidInput(row.pause_message or "The connection is not complete yet.")
            rows = reconcile(tenant_id, row.id, on)
        return Response({"on": on, "rows": BalanceSerializer(rows, many=True).data})
