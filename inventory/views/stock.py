"""Stock: by product, what moved, minimums."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from hub.ui.components import Link
from hub.ui.listing import listing_response
from inventory.forms.products import MinimumsForm, PartnerCodeForm
from inventory.listings.opened import open_movements, open_stock
from inventory.listings.stock import MOVEMENTS, as_seen_by, sections, without_products
from inventory.services.minimums import set_minimums
from inventory.services.products import product_or_404
from inventory.stock_selectors import locations, movements
from inventory.views.products import product_page
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.request import membership_of


@require_safe
@tenant_view(Area.STOCK)
def stock(request: HttpRequest) -> HttpResponse:
    """What there is of each product, everywhere or at one location."""
    listing, rows = open_stock(membership_of(request), request.GET)
    context = {"page_tabs": sections("inventory:stock")}
    return listing_response(request, listing, rows, context)


@require_safe
@tenant_view(Area.STOCK)
def movement_list(request: HttpRequest) -> HttpResponse:
    """Everything that moved, the latest first."""
    listing, rows = open_movements(membership_of(request), request.GET)
    context = {"page_tabs": sections("inventory:movements")}
    return listing_response(request, listing, rows, context)


@require_safe
@tenant_view(Area.STOCK)
def movements_of_product(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """What moved of one product."""
    row = product_or_404(product_id)
    listing = as_seen_by(MOVEMENTS, sees_value=membership_of(request).can(Area.LEDGER))
    context = {
        "page_lead": f"{row.sku} {row.name}",
        "breadcrumbs": [
            Link("Products", "/products/"),
            Link(row.name, f"/products/{row.id}/"),
        ],
    }
    rows = movements().filter(product=row)
    return listing_response(request, without_products(listing), rows, context)


@require_POST
@tenant_view(Area.PRODUCTS, Level.EDIT)
def minimums(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Set the minimum stock of each location."""
    row = product_or_404(product_id)
    form = MinimumsForm(request.POST, places=locations(active_only=True))
    if form.is_valid():
        with errors_to(form):
            set_minimums(product_id, form.wanted())
            messages.success(request, f"Minimum stock of {row.sku} saved.")
            return redirect(f"/products/{product_id}/#stock")
    return product_page(request, row, PartnerCodeForm(), minimums=form)
