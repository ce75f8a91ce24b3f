"""Imports in the browser: upload, match the columns, look at what was found, import."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.csv import write_rows
from hub.errors import NotFound, PermissionDenied
from hub.ui.components import Link
from hub.ui.listing import listing_response
from hub.ui.toasts import say
from tenants.access import errors_to, require, tenant_view
from tenants.domain.permissions import Level
from tenants.forms.imports import MappingForm, UploadForm
from tenants.imports.attributes import columns_of
from tenants.imports.kinds import ImportKind, import_kind, import_kinds
from tenants.listings import IMPORTS
from tenants.models import Import, ImportState, Job
from tenants.request import membership_of
from tenants.services.imports import begin_import, import_or_404, map_columns, start_import
from tenants.views.news import card_of

HERE = Link("Imports", "/settings/imports/")
RUNNING = (ImportState.CHECKING, ImportState.APPLYING)
SHOWN_FAULTS = 100


def _kinds(request: HttpRequest) -> list[ImportKind]:
    """What this person may import."""
    member = membership_of(request)
    found = [kind for kind in import_kinds() if member.can(kind.area, Level.EDIT)]
    if not found:
        raise PermissionDenied("You need “Edit” on what you want to import. Ask an admin for it.")
    return found


def _import(request: HttpRequest, import_id: UUID) -> tuple[Import, ImportKind]:
    row = import_or_404(import_id)
    kind = import_kind(row.kind)
    require(membership_of(request), kind.area, Level.EDIT)
    return row, kind


@require_safe
@tenant_view()
def imports(request: HttpRequest) -> HttpResponse:
    """What was imported, and what waits."""
    names = [kind.name for kind in _kinds(request)]
    rows: QuerySet[Import] = Import.objects.filter(kind__in=names)
    return listing_response(request, IMPORTS, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view()
def new_import(request: HttpRequest) -> HttpResponse:
    """Choose what and upload."""
    kinds = _kinds(request)
    wanted = {"kind": request.GET.get("kind", "")}
    form = UploadForm(request.POST or None, request.FILES or None, kinds=kinds, initial=wanted)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            row = begin_import(form.cleaned_data["kind"], form.cleaned_data["file"])
        if form.is_valid():
            return redirect("tenants:import", row.id)
    context = {
        "page_title": "New import",
        "page_form": True,
        "breadcrumbs": [Link("Settings", "/settings/"), HERE],
        "form": form,
        "kinds": kinds,
        "save_label": "Upload",
        "cancel_url": HERE.url,
    }
    status = 422 if form.errors else 200
    return render(request, "tenants/import_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view()
def one_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Match the columns; then what was found, and the button that imports."""
    row, kind = _import(request, import_id)
    form = MappingForm(request.POST if request.method == "POST" else None, row, kind)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            map_columns(row.id, form.mapping(), on=form.on())
        if form.is_valid():
            return redirect("tenants:import", row.id)
    job = Job.objects.filter(id=row.job).first() if row.job else None
    context = {
        "page_title": kind.label,
        "page_status": ImportState(row.state),
        "breadcrumbs": [Link("Settings", "/settings/"), HERE],
        "row": row,
        "kind": kind,
        "form": form,
        "open": row.state in (ImportState.MAPPING, ImportState.FAULTY, ImportState.CHECKED),
        "ready": row.state == ImportState.CHECKED,
        "job": card_of(job) if job is not None and row.state != ImportState.MAPPING else None,
        "running": row.state in RUNNING,
        "faults": row.faults[:SHOWN_FAULTS],
        "more_faults": max(0, row.fault_count - SHOWN_FAULTS),
    }
    status = 422 if form.errors else 200
    return render(request, "tenants/import.html", context, status=status)


@require_POST
@tenant_view()
def run_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Write the checked rows."""
    row, kind = _import(request, import_id)
    start_import(row.id)
    say(request, f"{row.rows:,} {kind.noun} are being imported.")
    return redirect("tenants:import", row.id)


@require_safe
@tenant_view()
def faults(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The faults as a file, to correct the other one by."""
    row, _kind = _import(request, import_id)
    lines = [(number or "", column, message) for number, column, message in row.faults]
    content = b"".join(write_rows(("Row", "Column", "What is wrong"), lines))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="faults.csv"'
    return response


@require_safe
@tenant_view()
def template(request: HttpRequest) -> HttpResponse:
    """An empty file with the right titles, of the kind that `?kind=` names."""
    kinds = _kinds(request)
    wanted = request.GET.get("kind", kinds[0].name)
    kind = next((kind for kind in kinds if kind.name == wanted), None)
    if kind is None:
        raise NotFound("There is nothing of this kind that you may import.")
    content = b"".join(write_rows([column.label for column in columns_of(kind)], []))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind.name}.csv"'
    return response
