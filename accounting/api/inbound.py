"""Resources: replacing products there, journals that are there twice, and what waits to come in."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounting.api.overview import JobStarted, PeriodIn
from accounting.incoming.choices import link_change, take_over_as
from accounting.models import RemoteChange
from accounting.selectors import change_or_404
from accounting.services.duplicate_journals import delete_journal, journals_there
from accounting.services.replacing import clashing_names, latest_replacing, start_replacing
from accounting.services.runs import living_connection
from accounting.services.sync_documents import dismiss_change
from tenants.actor import acting_as
from tenants.api.fields import amount
from tenants.api.views import TenantAPIView, actor_of, caller_of, in_tenant, validated
from tenants.boundary import tenant_context
from tenants.models import Job

MOST_WAITING = 200


class ClashSerializer(serializers.Serializer[Any]):
    """Products whose names are the same in their first 100 characters."""

    name = serializers.CharField()
    skus = serializers.ListField(child=serializers.CharField())


class ReplacingSerializer(serializers.Serializer[Any]):
    """`job` is the last time; null when there was none."""

    clashes = ClashSerializer(many=True)
    job = serializers.UUIDField(allow_null=True)


class SideSerializer(serializers.Serializer[Any]):
    account = serializers.CharField()
    amount = amount()


class JournalThereSerializer(serializers.Serializer[Any]):
    """A journal there. `reason` says why it is likely a duplicate; empty when it is not."""

    id = serializers.CharField(source="entry.id")
    number = serializers.CharField(source="entry.number")
    on = serializers.DateField(source="entry.on", allow_null=True)
    is_ours = serializers.BooleanField()
    ours = serializers.CharField(source="number_here")
    reason = serializers.CharField()
    sides = serializers.SerializerMethodField()

    def get_sides(self, found: Any) -> list[dict[str, str]]:
        """Accounts there, debits positive."""
        return [{"account": key, "amount": format(value, "f")} for key, value in found.entry.sides]


class JournalIn(serializers.Serializer[Any]):
    journal = serializers.CharField(max_length=64, help_text="Its id there.")


class DeletedSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()


class ChangeThereSerializer(serializers.ModelSerializer[RemoteChange]):
    """Something there that could not be taken over, and why."""

    class Meta:
        model = RemoteChange
        fields = ("id", "entity", "remote_id", "deleted", "reason", "message", "seen_at")


class DecisionIn(serializers.Serializer[Any]):
    """One of: `link` (the id of ours), `name` (what it is called here), or `dismiss`."""

    link = serializers.UUIDField(required=False)
    name = serializers.CharField(required=False, max_length=160)
    dismiss = serializers.BooleanField(required=False, default=False)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of them."""
        if sum(1 for key in ("link", "name", "dismiss") if values.get(key)) != 1:
            raise serializers.ValidationError({"link": ["Say one of: link, name, dismiss."]})
        return values


class ReplaceView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(responses=ReplacingSerializer, summary="What stands in the way of replacing")
    @in_tenant
    def get(self, request: Request) -> Response:
        job = latest_replacing()
        found = {"clashes": clashing_names(), "job": job.id if job is not None else None}
        return Response(ReplacingSerializer(found).data)

    @extend_schema(request=None, responses={202: JobStarted}, summary="Replace products there")
    @in_tenant
    def post(self, request: Request) -> Response:
        run = start_replacing(living_connection("quickbooks", lock=True))
        return Response(JobStarted(Job.objects.get(id=str(run.job))).data, status=202)


class DuplicatesView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(
        parameters=[OpenApiParameter("since", str), OpenApiParameter("until", str)],
        responses=JournalThereSerializer(many=True),
        summary="Journals of a period there, likely duplicates first",
    )
    def get(self, request: Request) -> Response:
        values = validated(PeriodIn(data=request.query_params.dict()))
        tenant_id = caller_of(request).tenant_id
        with acting_as(actor_of(request)):
            with tenant_context(tenant_id):
                row = living_connection("quickbooks")
            found = journals_there(tenant_id, row.id, values["since"], values["until"])
        return Response({"results": JournalThereSerializer(found, many=True).data})


class DeleteDuplicateView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(request=JournalIn, responses=DeletedSerializer, summary="Delete a journal there")
    def post(self, request: Request) -> Response:
        values = validated(JournalIn(data=request.data))
        tenant_id = caller_of(request).tenant_id
        with acting_as(actor_of(request)):
            with tenant_context(tenant_id):
                row = living_connection("quickbooks")
            number = delete_journal(tenant_id, row.id, values["journal"])
        return Response(DeletedSerializer({"number": number}).data)


class WaitingView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(
        responses=ChangeThereSerializer(many=True), summary="What waits to come in, oldest first"
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = RemoteChange.objects.exclude(reason="").order_by("id")[:MOST_WAITING]
        return Response({"results": ChangeThereSerializer(rows, many=True).data})


class DecideView(TenantAPIView):
    scope_area = "integrations"

    @extend_schema(request=DecisionIn, responses={204: None}, summary="Decide about one of them")
    @in_tenant
    def post(self, request: Request, change_id: UUID) -> Response:
        change_or_404(change_id)
        values = validated(DecisionIn(data=request.data))
        if values.get("link"):
            link_change(change_id, values["link"])
        elif values.get("name"):
            take_over_as(change_id, values["name"])
        else:
            dismiss_change(change_id)
        return Response(status=204)
