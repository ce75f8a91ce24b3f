"""The components of a kit: a panel on its page and the form behind it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from hub.errors import WharfError
from inventory.forms.components import component_rows
from inventory.forms.products import PartnerCodeForm
from inventory.services.components import set_components
from inventory.services.products import product_or_404
from inventory.views.products import product_page
from tenants.access import tenant_view
from tenants.domain.permissions import Area, Level


@require_POST
@tenant_view(Area.PRODUCTS, Level.EDIT)
def components(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Say what the kit holds."""
    row = product_or_404(product_id)
    rows = component_rows(request.POST)
    if rows.is_valid():
        try:
            set_components(product_id, rows.wanted())
            messages.success(request, f"Components of {row.sku} saved.")
            return redirect("inventory:product", product_id)
        except WharfError as error:
            rows.place_errors(error)
    return product_page(request, row, PartnerCodeForm(), components=rows)
