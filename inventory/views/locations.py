"""Settings → Locations."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hub.ui.components import Link
from hub.ui.listing import listing_response
from inventory.forms.locations import LocationForm
from inventory.listings.stock import LOCATIONS
from inventory.models import Location
from inventory.services.locations import location_or_404, save_location
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.request import membership_of

SETTINGS = Link("Settings", "/settings/")
BACK = Link("Locations", "/settings/locations/")


@require_safe
@tenant_view(Area.COMPANY)
def location_list(request: HttpRequest) -> HttpResponse:
    """Where stock is kept."""
    may_edit = membership_of(request).can(Area.COMPANY, Level.EDIT)
    context = {"breadcrumbs": [SETTINGS], "may_edit": may_edit}
    return listing_response(request, LOCATIONS, Location.objects.all(), context)


@tenant_view(Area.COMPANY, Level.EDIT)
def location(request: HttpRequest, location_id: UUID | None = None) -> HttpResponse:
    """Make or change a location."""
    row = location_or_404(location_id) if location_id is not None else None
    form = LocationForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            saved = save_location(location_id, form.cleaned_data)
            messages.success(request, f"Location “{saved.name}” saved.")
            return redirect("inventory:locations")
    context = {
        "page_title": row.name if row is not None else "New location",
        "page_form": True,
        "breadcrumbs": [SETTINGS, BACK],
        "form": form,
        "save_label": "Save location",
        "cancel_url": BACK.url,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "components/form_page.html", context, status=status)
