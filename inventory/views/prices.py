"""Prices of a product by tier and by supplier: below its page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from inventory.forms.products import PartnerCodeForm, SupplierPriceForm
from inventory.services.prices import (
    SupplierPriceInput,
    add_supplier_price,
    remove_supplier_price,
    set_tier_prices,
)
from inventory.services.products import product_or_404
from inventory.views.products import product_page, tier_form
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level


@require_POST
@tenant_view(Area.PRODUCTS, Level.EDIT)
def tier_prices(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Set the price in each tier."""
    row = product_or_404(product_id)
    form = tier_form(row, request.POST)
    if form.is_valid():
        with errors_to(form):
            set_tier_prices(product_id, form.wanted())
            messages.success(request, f"Prices of {row.sku} saved.")
            return redirect("inventory:product", product_id)
    return product_page(request, row, PartnerCodeForm(), tiers=form)


@require_POST
@tenant_view(Area.PRODUCTS, Level.EDIT)
def add_price(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Keep what a supplier asks."""
    row = product_or_404(product_id)
    form = SupplierPriceForm(request.POST, prefix="supplier")
    if form.is_valid():
        data = form.cleaned_data
        wanted = SupplierPriceInput(
            data["contact"].id, data["price"], data["minimum_quantity"], data["lead_days"]
        )
        with errors_to(form):
            made = add_supplier_price(product_id, wanted)
            messages.success(request, f"Price of {made.contact.name} added.")
            return redirect("inventory:product", product_id)
    return product_page(request, row, PartnerCodeForm(), asked=form)


@require_POST
@tenant_view(Area.PRODUCTS, Level.EDIT)
def remove_price(request: HttpRequest, price_id: UUID) -> HttpResponse:
    """Forget what a supplier asks; documents keep their prices."""
    gone = remove_supplier_price(price_id)
    messages.success(request, f"Price of {gone.contact.name} removed.")
    return redirect("inventory:product", gone.product_id)
