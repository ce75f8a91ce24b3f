"""Resources: saved views that everybody sees, and lists as files."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.api.resources import PAGING, paged
from tenants.api.views import TenantAPIView, in_tenant, page_of, validated
from tenants.lists import list_source, list_sources
from tenants.models import SavedView
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
