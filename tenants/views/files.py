"""Private files, and the logo."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hub.errors import NotFound
from hub.ui.components import Link
from tenants.access import errors_to, require, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.forms.files import LogoForm
from tenants.request import membership_of
from tenants.services.files import file_or_404, read_file, remove_logo, set_logo

# What people imported and exported has doors of its own, which ask for the right.
FOR_EVERYBODY = frozenset({"logo"})


@require_safe
@tenant_view()
def stored_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """A file of the organisation, as a download that no browser takes for a page."""
    stored = file_or_404(file_id)
    if stored.purpose not in FOR_EVERYBODY:
        raise NotFound("This file does not exist.")
    response = HttpResponse(read_file(stored), content_type=stored.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = f'inline; filename="{stored.name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Area.COMPANY, Level.VIEW)
def logo(request: HttpRequest) -> HttpResponse:
    """Show, change or remove the logo."""
    if request.method == "POST":
        require(membership_of(request), Area.COMPANY, Level.EDIT)
        if "remove" in request.POST:
            remove_logo()
            messages.success(request, "Logo removed.")
            return redirect("tenants:logo")
    form = LogoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            set_logo(form.cleaned_data["logo"])
        if form.is_valid():
            messages.success(request, "Logo saved.")
            return redirect("tenants:logo")
    context = {
        "page_title": "Logo on documents",
        "page_form": True,
        "breadcrumbs": [
            Link("Settings", "/settings/"),
            Link("Company settings", "/settings/company/"),
        ],
        "form": form,
        "save_label": "Save logo",
    }
    return render(request, "tenants/logo.html", context, status=422 if form.errors else 200)
