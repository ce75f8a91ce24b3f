"""Resources: the options of the integration, its timetable, its sales channels (Q13 to Q16)."""

from datetime import UTC
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounting.domain.options import Autosync, ChannelChoice, Options, read_options
from accounting.models import Connection
from accounting.services.autosync import next_autosync
from accounting.services.runs import living_connection
from accounting.services.settings import (
    MOST_CHANNELS,
    SWITCHES,
    TEXTS,
    change_autosync,
    change_channels,
    change_options,
    sales_channels,
)
from hub.errors import InvalidInput
from tenants.api.views import TenantAPIView, in_tenant, validated


class AutosyncSerializer(serializers.Serializer[Any]):
    on = serializers.BooleanField(required=False)
    starts_at = serializers.DateTimeField(required=False, default_timezone=UTC)
    every = serializers.IntegerField(required=False, help_text="Minutes between two runs.")
    alert_in_app = serializers.BooleanField(required=False)
    alert_by_mail = serializers.BooleanField(required=False)
    mailing_list = serializers.CharField(required=False, allow_blank=True, max_length=40)


class OptionsSerializer(serializers.Serializer[Any]):
    """Every option; `import_location` is a location's id, `class_source` and `location_source`
    say where the text comes from (`sales_rep`, `brand`, `customer:3`).
    """

    from_date = serializers.CharField(read_only=True)
    import_location = serializers.CharField(required=False, allow_blank=True, max_length=40)
    class_source = serializers.CharField(required=False, allow_blank=True, max_length=40)
    location_source = serializers.CharField(required=False, allow_blank=True, max_length=40)
    books_closed_until = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=10,
        help_text="The last closed day there, such as 2026-01-31, where it is not told; the later "
        "of both counts.",
    )
    autosync = AutosyncSerializer(required=False)
    next_autosync = serializers.DateTimeField(read_only=True, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """The switches beside the rest."""
        switches = {name: serializers.BooleanField(required=False) for name in SWITCHES}
        return {**super().get_fields(), **switches}


class ChannelSerializer(serializers.Serializer[Any]):
    """`individual` or `none`, for each."""

    channel = serializers.CharField(max_length=40)
    invoices = serializers.CharField(max_length=12)
    cogs = serializers.CharField(max_length=12)


class ChannelsSerializer(serializers.Serializer[Any]):
    channels = ChannelSerializer(many=True)


class OptionsView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(responses=OptionsSerializer, summary="Options of the integration")
    @in_tenant
    def get(self, request: Request) -> Response:
        return Response(_shown(living_connection("quickbooks")))

    @extend_schema(
        request=OptionsSerializer, responses=OptionsSerializer, summary="Change some options"
    )
    @in_tenant
    def patch(self, request: Request) -> Response:
        row = living_connection("quickbooks", lock=True)
        _refuse_unknown(request.data)
        values = validated(OptionsSerializer(data=request.data))
        plan = values.pop("autosync", None)
        changes = {key: value for key, value in values.items() if key in {**SWITCHES, **TEXTS}}
        if changes:
            change_options(row, changes)
        if plan is not None:
            _change_plan(row, dict(plan))
        return Response(_shown(row))


def _refuse_unknown(data: Any) -> None:
    known = {*SWITCHES, *TEXTS, "autosync"}
    unknown = sorted(set(data) - known) if isinstance(data, dict) else []
    if unknown:
        fields = {str(name)[:60]: ["There is no such option."] for name in unknown[:20]}
        raise InvalidInput("Some of these are no options.", fields=fields)


def _change_plan(row: Connection, plan: dict[str, Any]) -> None:
    before = read_options(row.options).autosync
    starts_at = plan.pop("starts_at", None)
    moment = starts_at.astimezone(UTC).isoformat() if starts_at else before.starts_at
    merged = {
        "on": before.on,
        "every": before.every,
        "alert_in_app": before.alert_in_app,
        "alert_by_mail": before.alert_by_mail,
        "mailing_list": before.mailing_list,
        **plan,
    }
    try:
        change_autosync(row, Autosync(starts_at=moment, **merged))
    except InvalidInput as error:
        error.fields = {f"autosync.{name}": texts for name, texts in error.fields.items()}
        raise


def _shown(row: Connection) -> dict[str, Any]:
    options: Options = read_options(row.options)
    due = next_autosync(row)
    values = options.as_json()
    values.pop("channels")
    return {**values, "next_autosync": due.isoformat() if due else None}


class ChannelsView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(responses=ChannelsSerializer, summary="What is synced of each sales channel")
    @in_tenant
    def get(self, request: Request) -> Response:
        return Response(_channels(living_connection("quickbooks")))

    @extend_schema(
        request=ChannelsSerializer,
        responses=ChannelsSerializer,
        summary="Choose what is synced of sales channels",
    )
    @in_tenant
    def patch(self, request: Request) -> Response:
        row = living_connection("quickbooks", lock=True)
        values = validated(ChannelsSerializer(data=request.data))["channels"]
        if len(values) > MOST_CHANNELS:
            message = f"At most {MOST_CHANNELS} channels."
            raise InvalidInput(message, fields={"channels": [message]})
        wanted = {one["channel"]: ChannelChoice(one["invoices"], one["cogs"]) for one in values}
        change_channels(row, wanted)
        return Response(_channels(row))


def _channels(row: Connection) -> dict[str, Any]:
    return {
        "channels": [
            {"channel": name, "invoices": choice.invoices, "cogs": choice.cogs}
            for name, choice in sales_channels(row)
        ]
    }
