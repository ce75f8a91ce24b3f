"""Resource: imports. Upload a file, match its columns, look at what was found, import."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from hub.errors import InvalidInput, PermissionDenied
from tenants.api.resources import PAGING, paged
from tenants.api.verbs import verb_view
from tenants.api.views import TenantAPIView, caller_of, in_tenant, page_of, validated
from tenants.imports.attributes import columns_of
from tenants.imports.kinds import import_kind, import_kinds
from tenants.models import Import
from tenants.services.imports import begin_import, import_or_404, map_columns, start_import


class ImportFaultSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    column = serializers.CharField()
    message = serializers.CharField()


class ImportSerializer(serializers.ModelSerializer[Import]):
    columns = serializers.SerializerMethodField()
    faults = serializers.SerializerMethodField()

    class Meta:
        model = Import
        fields = [
            "id",
            "kind",
            "state",
            "header",
            "mapping",
            "columns",
            "on",
            "rows",
            "new_rows",
            "changed_rows",
            "fault_count",
            "faults",
            "result",
            "job",
            "created_at",
        ]

    def get_columns(self, row: Import) -> dict[str, str]:
        """What can be matched: name and label."""
        return {column.name: column.label for column in columns_of(import_kind(row.kind))}

    def get_faults(self, row: Import) -> list[dict[str, Any]]:
        """The first faults; row 0 is the file itself."""
        return [
            {"row": number, "column": column, "message": message}
            for number, column, message in row.faults
        ]


class UploadSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=40)
    file = serializers.FileField()

    def validate_kind(self, value: str) -> str:
        """One that there is."""
        known = [kind.name for kind in import_kinds()]
        if value not in known:
            raise serializers.ValidationError(f"Choose one of {', '.join(known)}.")
        return value


class ImportsView(TenantAPIView):
    scope_area = "imports"
    parser_classes = (MultiPartParser,)

    @extend_schema(parameters=PAGING, responses=paged(ImportSerializer), summary="Imports")
    @in_tenant
    def get(self, request: Request) -> Response:
        return page_of(
            request,
            Import.objects.all(),
            lambda found: ImportSerializer(found, many=True).data,
        )

    @extend_schema(
        request={"multipart/form-data": UploadSerializer},
        responses={201: ImportSerializer},
        summary="Upload a CSV or XLSX file",
    )
    @in_tenant
    def post(self, request: Request) -> Response:
        values = validated(UploadSerializer(data=request.data))
        _need_scope(request, values["kind"])
        row = begin_import(values["kind"], values["file"])
        return Response(ImportSerializer(row).data, status=201)


def _need_scope(request: Request, kind_name: str) -> None:
    """A key imports only what it may also write."""
    scope = f"{import_kind(kind_name).area}:write"
    if scope not in caller_of(request).scopes:
        raise PermissionDenied(f"This key lacks the scope “{scope}”. Make one that has it.")


class ImportView(TenantAPIView):
    scope_area = "imports"

    @extend_schema(responses=ImportSerializer, summary="One import and what was found")
    @in_tenant
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        return Response(ImportSerializer(import_or_404(id)).data)


class ColumnsSerializer(serializers.Serializer[Any]):
    mapping = serializers.DictField(
        child=serializers.IntegerField(min_value=0, allow_null=True), required=False
    )
    on = serializers.DateField(required=False)


def _check(import_id: UUID, **values: Any) -> Import:
    row = import_or_404(import_id)
    mapping = values.get("mapping", row.mapping)
    if not isinstance(mapping, dict):
        raise InvalidInput("Send the mapping as an object.", fields={"mapping": ["An object."]})
    return map_columns(import_id, mapping, on=values.get("on"))


import_check = verb_view(
    "import_check",
    area="imports",
    run=_check,
    answer=lambda row: ImportSerializer(row).data,
    request=ColumnsSerializer,
    response=ImportSerializer,
    summary="Say which column is which and check the file (a dry run)",
    status=202,
)
import_run = verb_view(
    "import_run",
    area="imports",
    run=start_import,
    answer=lambda row: ImportSerializer(row).data,
    response=ImportSerializer,
    summary="Write the checked rows, all or nothing",
    status=202,
)
