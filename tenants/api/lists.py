"""Resources: saved views that everybody sees, and lists as files."""

from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.actor import current_actor
from tenants.api.resources import PAGING, paged
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated
from tenants.lists import list_source, list_sources
from tenants.models import ListExport, SavedView
from tenants.services.list_exports import Owner, begin_export, open_export, own_export_or_404
from tenants.services.saved_views import (
    LONGEST_NAME,
    LONGEST_QUERY,
    ViewValues,
    change_view,
    delete_view,
    save_view,
    view_or_404,
    views_of,
)


class SavedViewSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    list = serializers.CharField(source="list_key", max_length=60)
    name = serializers.CharField(max_length=LONGEST_NAME)
    query = serializers.CharField(max_length=LONGEST_QUERY, allow_blank=True, default="")
    url = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(read_only=True)

    def validate_list(self, value: str) -> str:
        """One that there is."""
        known = [source.key for source in list_sources()]
        if value not in known:
            raise serializers.ValidationError(f"Choose one of {', '.join(known)}.")
        return value

    def get_url(self, view: SavedView) -> str:
        """The page that it opens."""
        joined = f"{view.query}&" if view.query else ""
        return f"{list_source(view.list_key).url}?{joined}view={view.id}"


class SavedViewsView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(
        parameters=[*PAGING, OpenApiParameter("list", str, description="Only of this list.")],
        responses=paged(SavedViewSerializer),
        summary="Saved views that everybody sees",
    )
    @in_tenant
    def get(self, request: Request) -> Response:
        rows = views_of(None, request.query_params.get("list", "").replace("\x00", ""))
        return page_of(request, rows, lambda found: SavedViewSerializer(found, many=True).data)

    @extend_schema(
        request=SavedViewSerializer,
        responses={201: SavedViewSerializer},
        summary="Save a view of a list for everybody",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(SavedViewSerializer(data=request.data))
        typed = ViewValues(values["name"], values["query"], shared=True)
        view = save_view(values["list_key"], typed, owner=None, member=None)
        return Response(SavedViewSerializer(view).data, status=201)


class SavedViewView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(responses=SavedViewSerializer, summary="One saved view")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(SavedViewSerializer(view_or_404(None, id)).data)

    @extend_schema(
        request=SavedViewSerializer(partial=True),
        responses=SavedViewSerializer,
        summary="Rename a view or let it show something else",
    )
    @in_tenant
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        view = view_or_404(None, id)
        values = validated(SavedViewSerializer(data=request.data, partial=True))
        typed = ViewValues(
            values.get("name", view.name), values.get("query", view.query), shared=True
        )
        return Response(SavedViewSerializer(change_view(view, typed, member=None)).data)

    @extend_schema(responses={204: None}, summary="Delete a view")
    @in_tenant
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        delete_view(view_or_404(None, id))
        return Response(status=204)


class ExportIn(serializers.Serializer[Any]):
    """`query` is the address of the list's page after its `?`: filters, search, columns."""

    list = serializers.CharField(max_length=60)
    query = serializers.CharField(max_length=LONGEST_QUERY, allow_blank=True, default="")
    format = serializers.CharField(max_length=4, default="csv")


class ExportSerializer(serializers.Serializer[Any]):
    """`file` is where it is fetched once it is ready, null until then; kept for seven days."""

    id = serializers.UUIDField()
    list = serializers.CharField(source="list_key")
    query = serializers.CharField()
    format = serializers.CharField(source="file_format")
    job = serializers.UUIDField()
    file = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()

    def get_file(self, export: ListExport) -> str | None:
        """The address of the file."""
        return f"/api/v1/exports/{export.id}/file" if export.file_id else None


def _owner() -> Owner:
    return Owner.of(current_actor())


class ExportsView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(
        request=ExportIn,
        responses={202: ExportSerializer},
        summary="Ask for a list as CSV or XLSX; the key needs the list's own scope as well",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(ExportIn(data=request.data))
        export = begin_export(values["list"], values["query"], values["format"], _owner())
        export.refresh_from_db()
        return Response(ExportSerializer(export).data, status=202)


class ExportView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(responses=ExportSerializer, summary="One export of one's own")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(ExportSerializer(own_export_or_404(id, _owner())).data)


class ExportFileView(TenantAPIView):
    scope_area = "organisation"

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        summary="The file of an export of one's own",
    )
    def get(self, request: Request, id: UUID) -> FileResponse:  # noqa: A002
        opened: Any = self._opened(request, id)
        export, content = opened
        return FileResponse(
            content,
            as_attachment=True,
            filename=export.file.name,
            content_type=export.file.content_type,
        )

    @in_tenant
    def _opened(self, request: Request, export_id: UUID) -> Any:
        return open_export(export_id, _owner())
