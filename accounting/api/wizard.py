"""Connecting by API: where it stands, the wizard's steps, mappings, the migration, ending it.

Consent itself is a person's: it is bound to their browser session and second factor, so a program
gets the address of the page where it begins.
"""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounting.domain.states import ConnectionState, Mode
from accounting.domain.wizard import MAPPED, WizardStep
from accounting.engine.provider import provider_named
from accounting.models import Connection
from accounting.services.bringing_in import TITLES, begin_bringing_in
from accounting.services.connecting import end_by_name, give_back
from accounting.services.erasing import Erasable, begin_erasing, count_erasable, erasing_job
from accounting.services.mapping import asked_of, mapping_rows, save_mapping, unmapped
from accounting.services.migrating import begin_migration, go_back, go_on, migration_of
from accounting.services.runs import living_connection
from accounting.services.wizard import (
    answers_of,
    check_order,
    check_phrase,
    choose_mode,
    choose_opening,
    choose_stock,
    findings_of,
    finish_mapping,
    keep_data,
    state_as_json,
    wizard_connection,
)
from accounting.services.wizard_lists import (
    connection_id_of,
    create_missing,
    create_there,
    reload_company,
    reload_lists,
    switch_off,
)
from hub.errors import Conflict, NotFound
from tenants.actor import acting_as
from tenants.api.views import (
    TenantAPIView,
    actor_of,
    caller_of,
    in_tenant,
    once_outside,
    refuse_while_locked,
    validated,
)
from tenants.boundary import tenant_context

PROVIDER = "quickbooks"
MOST_ROWS = 2000


class ModeInput(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(choices=Mode.choices)


class DataInput(serializers.Serializer[Any]):
    """`delete` empty: keep everything. `name`: the organisation's name, to confirm."""

    delete = serializers.ListField(
        child=serializers.ChoiceField(choices=[kind.value for kind in Erasable]),
        max_length=len(Erasable),
        default=list,
    )
    name = serializers.CharField(max_length=255, required=False, default="", allow_blank=True)


class WantedInput(serializers.Serializer[Any]):
    wanted = serializers.BooleanField()


class StockInput(WantedInput):
    location = serializers.UUIDField(required=False, allow_null=True, default=None)


class ConfirmInput(serializers.Serializer[Any]):
    phrase = serializers.CharField(max_length=200)


class NothingInput(serializers.Serializer[Any]):
    """Nothing is asked."""


class LocalInput(serializers.Serializer[Any]):
    local = serializers.UUIDField()


class NameInput(serializers.Serializer[Any]):
    """`name`: the company's name, to confirm."""

    name = serializers.CharField(max_length=255)


class LinkMappingInput(serializers.Serializer[Any]):
    """Ours → theirs; an empty id takes a mapping away."""

    mapping = serializers.DictField(
        child=serializers.CharField(max_length=64, allow_blank=True), allow_empty=False
    )

    def validate_mapping(self, value: Mapping[str, str]) -> dict[UUID, str]:
        if len(value) > MOST_ROWS:
            raise serializers.ValidationError(f"At most {MOST_ROWS} rows in one request.")
        try:
            return {UUID(key): remote for key, remote in value.items()}
        except ValueError:
            raise serializers.ValidationError("Each key is the id of a row here.") from None


def _state() -> dict[str, Any]:
    row = (
        Connection.objects.filter(provider=PROVIDER, state__in=sorted(ConnectionState.living()))
        .order_by("-id")
        .first()
    )
    if row is None:
        return {"state": "not_connected", "consent_url": _consent_url()}
    run = migration_of(row)
    return {
        "state": row.state,
        "company": row.company_name,
        "realm": row.realm,
        "currency": row.currency,
        "plan": row.plan,
        "mode": row.mode,
        "message": row.pause_message,
        "connected_at": row.connected_at,
        "consent_url": _consent_url(),
        "wizard": state_as_json(row) if row.connected_at is None else None,
        "migration": {"state": run.state, "job": run.job, "error": run.error} if run else None,
    }


def _consent_url() -> str:
    return settings.BASE_URL.rstrip("/") + reverse("accounting:connect")


class ConnectView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(
        operation_id="quickbooks_connection", summary="Where the connection stands",
        responses=OpenApiTypes.OBJECT,
    )  # fmt: skip
    @in_tenant
    def get(self, request: Request) -> Response:
        return Response(_state())

    @extend_schema(
        operation_id="quickbooks_connect", request=None, responses=OpenApiTypes.OBJECT,
        summary="The address where a person gives consent, signed in with two steps",
    )  # fmt: skip
    @in_tenant
    def post(self, request: Request) -> Response:
        if not settings.QUICKBOOKS_CLIENT_ID:
            raise Conflict("This server has no keys for QuickBooks.", code="not_configured")
        return Response({"consent_url": _consent_url()})


def _findings(connection: Connection) -> list[dict[str, str]]:
    return [
        {"code": one.code, "weight": one.weight.value, "title": one.title, "text": one.text}
        for one in findings_of(connection)
    ]


def _mapping(connection: Connection, kind: str) -> dict[str, Any]:
    return {
        "rows": [
            {
                "local": row.ours.id,
                "name": row.ours.name,
                "code": row.ours.code,
                "remote": row.remote_id or None,
                "proposal": row.proposal or None,
                "choices": [{"id": one.id, "name": one.name} for one in row.choices],
            }
            for row in mapping_rows(connection, kind, asked_only=True)
        ],
        "missing": [one.id for one in unmapped(connection, kind)],
    }


def _about(connection: Connection, step: WizardStep) -> dict[str, Any]:
    answers = answers_of(connection)
    if step in MAPPED:
        return _mapping(connection, MAPPED[step])
    if step == WizardStep.MODE:
        return {"mode": answers.mode, "findings": _findings(connection)}
    if step == WizardStep.DATA:
        job = erasing_job(connection)
        return {
            "answer": answers.data,
            "job": job.id if job is not None else None,
            "counts": count_erasable(),
        }
    if step == WizardStep.OPENING:
        return {"wanted": answers.opening}
    if step == WizardStep.STOCK:
        return {"wanted": answers.stock, "location": answers.location or None}
    return {"findings": _findings(connection)}


def _answer(connection: Connection, step: WizardStep, values: Mapping[str, Any]) -> None:
    if step == WizardStep.MODE:
        choose_mode(connection, values["mode"])
    elif step == WizardStep.DATA and values["delete"]:
        kinds = {Erasable.TRANSACTIONS, *(Erasable(each) for each in values["delete"])}
        begin_erasing(connection, sorted(kinds), values["name"])
    elif step == WizardStep.DATA:
        keep_data(connection)
    elif step in MAPPED:
        finish_mapping(connection, step)
    elif step == WizardStep.OPENING:
        choose_opening(connection, wanted=values["wanted"])
    elif step == WizardStep.STOCK:
        choose_stock(connection, wanted=values["wanted"], location=values["location"])
    else:
        check_phrase(connection, values["phrase"])
        begin_migration(connection)


INPUTS: Mapping[WizardStep, type[serializers.Serializer[Any]]] = {
    WizardStep.MODE: ModeInput,
    WizardStep.DATA: DataInput,
    WizardStep.OPENING: WantedInput,
    WizardStep.STOCK: StockInput,
    WizardStep.CONFIRM: ConfirmInput,
}


def step_view(step: WizardStep) -> Any:
    """GET what a step asks and says, POST its answer."""
    serializer = INPUTS.get(step, NothingInput)

    class Step(TenantAPIView):
        scope_area: ClassVar[str] = "integrations"

        @extend_schema(
            operation_id=f"quickbooks_wizard_{step.value}",
            summary=f"Wizard: {step.label}",
            responses=OpenApiTypes.OBJECT,
        )
        @in_tenant
        def get(self, request: Request) -> Response:
            connection = wizard_connection(PROVIDER)
            return Response({**state_as_json(connection), "step": _about(connection, step)})

        @extend_schema(
            operation_id=f"quickbooks_wizard_{step.value}_answer",
            summary=f"Answer “{step.label}”",
            request=serializer,
            responses=OpenApiTypes.OBJECT,
        )
        @in_tenant
        def post(self, request: Request) -> Response:
            connection = wizard_connection(PROVIDER, lock=True)
            check_order(connection, step)
            _answer(connection, step, validated(serializer(data=request.data)))
            return Response(_state())

    return Step.as_view()


# --- Mappings ----------------------------------------------------------------------------------
def mapping_view(kind: str) -> Any:
    """GET what corresponds to what, PUT it."""

    class MappingView(TenantAPIView):
        scope_area: ClassVar[str] = "integrations"

        @extend_schema(
            operation_id=f"quickbooks_mapping_{kind}", summary=f"Mapping: {kind}",
            responses=OpenApiTypes.OBJECT,
        )  # fmt: skip
        @in_tenant
        def get(self, request: Request) -> Response:
            return Response(_mapping(living_connection(PROVIDER), kind))

        @extend_schema(
            operation_id=f"quickbooks_mapping_{kind}_save", request=LinkMappingInput,
            summary=f"Save the mapping: {kind}", responses=OpenApiTypes.OBJECT,
        )  # fmt: skip
        @in_tenant
        def put(self, request: Request) -> Response:
            connection = living_connection(PROVIDER, lock=True)
            wanted = validated(LinkMappingInput(data=request.data))["mapping"]
            known = {one.id for one in asked_of(kind)}
            for local_id in wanted:
                if local_id not in known:
                    raise NotFound
            save_mapping(connection, kind, wanted)
            return Response(_mapping(connection, kind))

    return MappingView.as_view()


class _Outside(TenantAPIView):
    """A verb that calls the provider: in several transactions, once per Idempotency-Key."""

    scope_area: ClassVar[str] = "integrations"

    def _run(self, request: Request, act: Any) -> Response:
        tenant_id = caller_of(request).tenant_id
        with acting_as(actor_of(request)), once_outside(request, tenant_id) as once:
            if once.replay is not None:
                return once.replay
            with tenant_context(tenant_id):
                refuse_while_locked()
            body = act(tenant_id, connection_id_of(tenant_id, PROVIDER))
            with tenant_context(tenant_id):
                return once.keep(Response(body))


def reload_view(kind: str) -> Any:
    """POST: read a list, or the company, again."""

    class Reload(_Outside):
        @extend_schema(
            operation_id=f"quickbooks_reload_{kind}", request=None,
            summary=f"Read from QuickBooks again: {kind}", responses=OpenApiTypes.OBJECT,
        )  # fmt: skip
        def post(self, request: Request) -> Response:
            def act(tenant_id: UUID, connection_id: UUID) -> dict[str, Any]:
                if kind == "company":
                    reload_company(tenant_id, connection_id)
                    return {"read": 1}
                return {"read": reload_lists(tenant_id, connection_id, kind)}

            return self._run(request, act)

    return Reload.as_view()


def create_view(kind: str) -> Any:
    """POST {local}: make ours there and map it."""

    class Create(_Outside):
        @extend_schema(
            operation_id=f"quickbooks_create_{kind}", request=LocalInput,
            summary=f"Create in QuickBooks: {kind}", responses=OpenApiTypes.OBJECT,
        )  # fmt: skip
        def post(self, request: Request) -> Response:
            local_id = validated(LocalInput(data=request.data))["local"]
            return self._run(
                request,
                lambda tenant_id, connection_id: {
                    "created": create_there(tenant_id, connection_id, kind, local_id)
                },
            )

    return Create.as_view()


def create_missing_view(kind: str) -> Any:
    """POST: make there all that is neither mapped nor resembles one of theirs, and map it."""

    class CreateMissing(_Outside):
        @extend_schema(
            operation_id=f"quickbooks_create_missing_{kind}", request=None,
            summary=f"Create all that QuickBooks lacks: {kind}", responses=OpenApiTypes.OBJECT,
        )  # fmt: skip
        def post(self, request: Request) -> Response:
            return self._run(
                request,
                lambda tenant_id, connection_id: {
                    "created": create_missing(tenant_id, connection_id, kind)
                },
            )

    return CreateMissing.as_view()


def off_view(kind: str) -> Any:
    """POST {local}: switch a tax rule or term off."""

    class SwitchOff(TenantAPIView):
        scope_area: ClassVar[str] = "integrations"

        @extend_schema(
            operation_id=f"quickbooks_off_{kind}", request=LocalInput,
            summary=f"Switch off here: {kind}", responses=OpenApiTypes.OBJECT,
        )  # fmt: skip
        @in_tenant
        def post(self, request: Request) -> Response:
            living_connection(PROVIDER)
            local_id = validated(LocalInput(data=request.data))["local"]
            return Response({"switched_off": switch_off(kind, local_id)})

    return SwitchOff.as_view()


class LaterInput(serializers.Serializer[Any]):
    location = serializers.UUIDField(required=False, allow_null=True, default=None)


def later_view(what: str) -> Any:
    """POST: bring opening balances or stock in later."""

    class Later(TenantAPIView):
        scope_area: ClassVar[str] = "integrations"

        @extend_schema(
            operation_id=f"quickbooks_bring_in_{what}",
            summary=f"Import {TITLES[what].lower()}",
            request=LaterInput,
            responses={202: OpenApiTypes.OBJECT},
        )
        @in_tenant
        def post(self, request: Request) -> Response:
            values = validated(LaterInput(data=request.data))
            connection = living_connection(PROVIDER, lock=True)
            run = begin_bringing_in(connection, what, values["location"])
            return Response({"job": run.job, "sync_run": run.id}, status=202)

    return Later.as_view()


# --- The migration, and the end ----------------------------------------------------------------
class MigrationView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(
        operation_id="quickbooks_migration", summary="How far the migration is",
        responses=OpenApiTypes.OBJECT,
    )  # fmt: skip
    @in_tenant
    def get(self, request: Request) -> Response:
        living_connection(PROVIDER)
        return Response(_state())


def migration_verb(name: str) -> Any:
    """POST: go on after an error, or go back."""
    act = {"again": go_on, "back": go_back}[name]

    class MigrationVerb(TenantAPIView):
        scope_area: ClassVar[str] = "integrations"
        while_locked: ClassVar[bool] = True

        @extend_schema(
            operation_id=f"quickbooks_migration_{name}", request=None,
            summary=f"Migration: {name}", responses=OpenApiTypes.OBJECT,
        )  # fmt: skip
        @in_tenant
        def post(self, request: Request) -> Response:
            act(living_connection(PROVIDER, lock=True))
            return Response(_state())

    return MigrationVerb.as_view()


def ending_view(name: str) -> Any:
    """POST {name}: disable, or change organisation; what stays is as the page says."""

    class Ending(_Outside):
        @extend_schema(
            operation_id=f"quickbooks_{name}", request=NameInput,
            summary="Disable" if name == "disable" else "Change organisation",
            responses=OpenApiTypes.OBJECT,
        )  # fmt: skip
        def post(self, request: Request) -> Response:
            typed = validated(NameInput(data=request.data))["name"]

            def act(tenant_id: UUID, _connection_id: UUID) -> dict[str, Any]:
                with tenant_context(tenant_id):
                    token = end_by_name(PROVIDER, typed)
                give_back(provider_named(PROVIDER), token)
                return {"state": "not_connected", "consent_url": _consent_url()}

            return self._run(request, act)

    return Ending.as_view()
