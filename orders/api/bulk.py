"""Verbs for many documents over the API: one POST, one job."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orders.bulk import MOST, begin_bulk, bulk_verb, bulk_verbs, chosen_ids
from orders.presenters.kinds import Kind
from tenants.api.resources import JobSerializer
from tenants.api.views import TenantAPIView, in_tenant, validated


class BulkSerializer(serializers.Serializer[Any]):
    action = serializers.CharField(max_length=20)
    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST)


def bulk_api(kind: Kind, area: str) -> Callable[..., Any]:
    """A view for `POST …/bulk`: {action, ids} → a job that says of each what became of it."""
    names = [verb.name for verb in bulk_verbs(kind)]

    class Bulk(TenantAPIView):
        scope_area = area

        @extend_schema(
            operation_id=f"{kind.list_name.replace('-', '_')}_bulk",
            request=BulkSerializer,
            responses={202: JobSerializer},
            summary=f"{' or '.join(name.capitalize() for name in names)} many, as a job",
        )
        @in_tenant
        def post(self, request: Request) -> Response:
            values = validated(BulkSerializer(data=request.data))
            verb = bulk_verb(kind, values["action"])
            job = begin_bulk(kind, verb, chosen_ids(kind, values["ids"]))
            job.refresh_from_db()
            return Response(JobSerializer(job).data, status=202)

    Bulk.__name__ = f"{kind.name.title().replace('-', '')}BulkView"
    return Bulk.as_view()
