"""Partners' codes for our products (N15): under a product, and under a contact."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub.ui.components import Link
from hub.ui.listing import listing_response
from inventory.forms.products import MappingForm, PartnerCodeForm
from inventory.listings.products import MAPPINGS
from inventory.selectors import mappings
from inventory.services.mapping import forget_code, map_code
from inventory.services.products import product_or_404
from inventory.views.products import product_page
from network.services.contacts import contact_or_404
from tenants.access import errors_to, require, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.request import membership_of, next_address

CONTACTS = Link("Contacts", "/contacts/")


@require_POST
@tenant_view(Area.PRODUCTS, Level.EDIT)
def add_code(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Keep what a contact calls a product."""
    row = product_or_404(product_id)
    form = PartnerCodeForm(request.POST)
    if form.is_valid():
        with errors_to(form):
            kept = map_code(form.cleaned_data["contact"], form.cleaned_data["code"], row)
            messages.success(request, f"Code {kept.code} added.")
            return redirect("inventory:product", product_id)
    return product_page(request, row, form)


@tenant_view(Area.PRODUCTS)
def mapping(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Every code of one contact; adding one by hand."""
    contact = contact_or_404(contact_id)
    may_edit = membership_of(request).can(Area.PRODUCTS, Level.EDIT)
    if request.method == "POST":
        require(membership_of(request), Area.PRODUCTS, Level.EDIT)
    form = MappingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            kept = map_code(contact, form.cleaned_data["code"], form.cleaned_data["product"])
            messages.success(request, f"Code {kept.code} added.")
            return redirect("inventory:mapping", contact_id)
    context = {
        "breadcrumbs": [CONTACTS, Link(contact.name, f"/contacts/{contact.id}/")],
        "form": form,
        "may_edit": may_edit,
    }
    response = listing_response(request, MAPPINGS, mappings().filter(contact=contact), context)
    response.status_code = 422 if form.errors else response.status_code
    return response


@require_POST
@tenant_view(Area.PRODUCTS, Level.EDIT)
def forget(request: HttpRequest, mapping_id: UUID) -> HttpResponse:
    """Remove a code; documents that used it keep their products."""
    forget_code(mapping_id)
    messages.success(request, "Code removed.")
    return redirect(next_address(request, fallback="/products/"))
