"""Settings → Automations (K1 to K4)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from hub.errors import NotFound
from hub.ui.components import Link
from hub.ui.listing import listing_response
from network.automation_list import automation_listing, switch_badge
from network.domain.states import ConnectionStatus
from network.forms.automations import (
    AutomationsForm,
    OverrideForm,
    SupplierFormSet,
    suppliers_of,
)
from network.listings import name_of
from network.models import AutomationSettings, Connection
from network.selectors import connection_or_404, connections
from network.services.automations import (
    Half,
    ask_partner,
    half_of,
    save_override,
    save_settings,
    settings_row,
)
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Special

SETTINGS = Link("Settings", "/settings/")
HERE = Link("Automations", "/settings/automations/")
FIELDS = (
    "send_invoices",
    "take_in_invoices",
    "draft_ecommerce_purchases",
    "separate_ecommerce_orders",
    "consolidate_by",
)


@tenant_view(special=Special.AUTOMATIONS)
def automations(request: HttpRequest) -> HttpResponse:
    """The company's switches with Save, and how they stand with each partner (K4)."""
    row = settings_row()
    data = request.POST or None
    form = AutomationsForm(data, initial={name: getattr(row, name) for name in FIELDS})
    suppliers = SupplierFormSet(data, initial=suppliers_of(row), prefix="suppliers")
    if request.method == "POST" and form.is_valid() and suppliers.is_valid():
        with errors_to(form):
            save_settings({**form.cleaned_data, "consolidate_per_supplier": _chosen(suppliers)})
            messages.success(request, "Automations saved.")
            return redirect("network:automations")
    return _page(request, row, form, suppliers)


def _page(
    request: HttpRequest,
    row: AutomationSettings,
    form: AutomationsForm,
    suppliers: "BaseFormSet[Any]",
) -> HttpResponse:
    context = {"breadcrumbs": [SETTINGS], "form": form, "formset": suppliers}
    rows = connections().filter(status=ConnectionStatus.CONNECTED)
    response = listing_response(request, automation_listing(row), rows, context)
    response.status_code = 422 if request.method == "POST" else 200
    return response


def _chosen(suppliers: "BaseFormSet[Any]") -> dict[str, str]:
    rows = [form.cleaned_data for form in suppliers.forms]
    return {
        str(row["supplier"].id): row["by"] or "order"
        for row in rows
        if row.get("supplier") and not row.get("DELETE")
    }


@tenant_view(special=Special.AUTOMATIONS)
def override(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """One partner's own switches, beside what the partner has on."""
    row = connection_or_404(connection_id)
    if row.status != ConnectionStatus.CONNECTED:
        raise NotFound("This partner is not connected.")
    settings = settings_row()
    half = half_of(row, settings)
    company = bool(getattr(settings, half.switch))
    form = OverrideForm(request.POST or None, connection=row, company=company)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            save_override(connection_id, form.values)
            messages.success(request, f"Automations with {row.partner_name} saved.")
            return redirect("network:automations")
    return _override_page(request, row, half, form)


def _override_page(
    request: HttpRequest, row: Connection, half: Half, form: OverrideForm
) -> HttpResponse:
    context = {
        "page_title": name_of(row),
        "page_form": True,
        "breadcrumbs": [SETTINGS, HERE],
        "row": row,
        "half": half,
        "theirs": switch_badge(half.partners),
        "form": form,
        "save_label": "Save automations",
        "cancel_url": HERE.url,
    }
    return render(request, "network/override.html", context, status=422 if form.errors else 200)


@require_POST
@tenant_view(special=Special.AUTOMATIONS)
def ask(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Ask a partner to switch its half on."""
    ask_partner(connection_id)
    row = connection_or_404(connection_id)
    messages.success(request, f"Asked {row.partner_name} to switch its half on.")
    return redirect("network:automations")
