"""Conflicts of the sync history: what differs, and how one is ended (Q25)."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounting.api.history import AREA, SyncDocumentSerializer
from accounting.presenters.conflicts import as_json, versions_of
from accounting.selectors import document_or_404
from accounting.services import conflicts
from hub.errors import Conflict
from orders.presenters.manner import Manner
from tenants.actor import acting_as
from tenants.api.views import (
    TenantAPIView,
    actor_of,
    caller_of,
    in_tenant,
    once_outside,
    validated,
)
from tenants.boundary import tenant_context
from tenants.services.organisations import current_organisation


class SeenIn(serializers.Serializer[Any]):
    seen = serializers.CharField(
        max_length=40,
        required=False,
        default="",
        allow_blank=True,
        help_text="The `remote_version` that was compared: refused where there is a newer one.",
    )


class DecideView(TenantAPIView):
    """Ends a conflict; what stands there is read anew first."""

    scope_area = AREA
    decide: Any = None

    @extend_schema(request=SeenIn, responses=SyncDocumentSerializer)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it
        tenant_id = caller_of(request).tenant_id
        values = validated(SeenIn(data=request.data))
        with acting_as(actor_of(request)), once_outside(request, tenant_id) as once:
            if once.replay is not None:
                return once.replay
            self.decide(tenant_id, id, values["seen"])
            with tenant_context(tenant_id):
                row = document_or_404(id)
                return once.keep(Response(SyncDocumentSerializer(row).data))


@extend_schema_view(post=extend_schema(summary="End a conflict: ours is written over theirs"))
class KeepOursView(DecideView):
    decide = staticmethod(conflicts.keep_ours)


@extend_schema_view(post=extend_schema(summary="End a conflict: ours becomes what stands there"))
class TakeTheirsView(DecideView):
    decide = staticmethod(conflicts.take_theirs)


@extend_schema_view(post=extend_schema(summary="End a conflict: both stay as they are"))
class LeaveTheirsView(DecideView):
    decide = staticmethod(conflicts.leave_theirs)


class ComparedSerializer(serializers.Serializer[Any]):
    """The fields and lines that differ. `last` is what both were when they were last in step."""

    remote_version = serializers.CharField()
    known = serializers.BooleanField(help_text="Whether what was last in step was kept.")
    may_take_theirs = serializers.BooleanField()
    note = serializers.CharField()
    differences = serializers.ListField(child=serializers.DictField())


class CompareView(TenantAPIView):
    scope_area = AREA

    @extend_schema(
        responses=ComparedSerializer, summary="A conflict, field by field: last, ours, theirs"
    )
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it
        row = document_or_404(id)
        versions = versions_of(row, Manner.of(current_organisation()))
        if versions is None:
            raise Conflict("It is in no conflict.", code="sync_state")
        return Response(
            {
                "remote_version": row.remote_version,
                "known": versions.known,
                "may_take_theirs": not versions.leave,
                "note": versions.leave or versions.problem,
                "differences": as_json(versions),
            }
        )
