"""Saved views of lists, and the files of long exports."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.errors import NotFound, PermissionDenied
from hub.ui.components import Link
from hub.ui.listing import listing_response
from tenants.access import errors_to, tenant_view
from tenants.forms.lists import SavedViewForm
from tenants.listings import SAVED_VIEWS
from tenants.lists import ListSource, list_source, list_sources
from tenants.models import SavedView
from tenants.request import membership_of, person
from tenants.services.list_exports import Owner, open_export
from tenants.services.saved_views import (
    ViewValues,
    change_view,
    delete_view,
    may_change,
    open_with,
    save_view,
    view_or_404,
    views_of,
)

SETTINGS = Link("Settings", "/settings/")
HERE = Link("Saved views", "/settings/views/")


@require_safe
@tenant_view()
def saved_views(request: HttpRequest) -> HttpResponse:
    """One's own views and the shared ones of all lists that one may open."""
    member = membership_of(request)
    keys = [source.key for source in list_sources() if source.allowed(member)]
    rows: QuerySet[SavedView] = views_of(person(request).id).filter(list_key__in=keys)
    context = {"breadcrumbs": [SETTINGS]}
    return listing_response(request, SAVED_VIEWS, rows.select_related("owner"), context)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view()
def new_view(request: HttpRequest) -> HttpResponse:
    """Give what a list shows a name."""
    member, user = membership_of(request), person(request)
    source = list_source(request.GET.get("list", ""))
    if not source.allowed(member):
        raise PermissionDenied(f"You may not open the list “{source.title}”.")
    form = SavedViewForm(
        request.POST or None,
        may_share=source.may_share(member),
        initial={"query": request.GET.get("query", "")},
    )
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            view = save_view(source.key, form.values(), owner=user.id, member=member)
            open_with(user.id, view, wanted=form.cleaned_data["default"])
        if form.is_valid():
            messages.success(request, f"View “{view.name}” saved.")
            return redirect(_address(source, view))
    return _page(request, source, form, f"Save a view of {source.title.lower()}", None)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view()
def saved_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Rename a view, share it, let the list open with it, or let it show something else."""
    member, user = membership_of(request), person(request)
    view = _view(request, view_id)
    source = list_source(view.list_key)
    may = may_change(view, user.id, member)
    initial = {
        "name": view.name,
        "who": "everyone" if view.shared else "me",
        "query": request.GET.get("query", view.query),
        "default": view.is_default,  # type: ignore[attr-defined]
    }
    form = SavedViewForm(request.POST or None, may_share=source.may_share(member), initial=initial)
    if not may:
        form.fields = {"default": form.fields["default"]}
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            if may:
                view = change_view(view, _values(form, view), member=member)
            open_with(user.id, view, wanted=form.cleaned_data["default"])
        if form.is_valid():
            messages.success(request, f"View “{view.name}” saved.")
            return redirect(_address(source, view))
    return _page(request, source, form, view.name, view if may else None)


@require_POST
@tenant_view()
def remove_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Delete a view."""
    view = _view(request, view_id)
    if not may_change(view, person(request).id, membership_of(request)):
        raise PermissionDenied("Only who may edit what the list shows may delete a shared view.")
    url = list_source(view.list_key).url
    delete_view(view)
    messages.success(request, f"View “{view.name}” deleted.")
    return redirect(f"{url}?tab=all")


@require_safe
@tenant_view()
def exported(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The file of a long export, for who asked for it and may still open the list."""
    export, opened = open_export(export_id, Owner(person(request).id))
    assert export.file is not None
    answer = FileResponse(
        opened,
        as_attachment=True,
        filename=export.file.name,
        content_type=export.file.content_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]


def _view(request: HttpRequest, view_id: UUID) -> SavedView:
    """A view of a list that the person may open; raises NotFound."""
    view = view_or_404(person(request).id, view_id)
    if not list_source(view.list_key).allowed(membership_of(request)):
        raise NotFound("This view does not exist.")
    return view


def _values(form: SavedViewForm, view: SavedView) -> ViewValues:
    """What was typed; who may not share leaves that as it is."""
    typed = form.values()
    shared = typed.shared if "who" in form.fields else view.shared
    return ViewValues(typed.name, typed.query, shared)


def _address(source: ListSource, view: SavedView) -> str:
    joined = f"{view.query}&" if view.query else ""
    return f"{source.url}?{joined}view={view.id}"


def _page(
    request: HttpRequest,
    source: ListSource,
    form: SavedViewForm,
    title: str,
    deletable: SavedView | None,
) -> HttpResponse:
    context = {
        "page_title": title,
        "page_form": True,
        "breadcrumbs": [Link(source.title, source.url)],
        "form": form,
        "view": deletable,
        "save_label": "Save view",
        "cancel_url": source.url,
    }
    status = 422 if form.errors else 200
    return render(request, "tenants/saved_view.html", context, status=status)
