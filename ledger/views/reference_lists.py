"""Settings → Tax rules, payment terms."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hub.errors import NotFound
from hub.ui.components import Link
from hub.ui.listing import listing_response
from ledger.forms.reference_lists import (
    PaymentTermForm,
    PriceTierForm,
    TaxComponentFormSet,
    TaxRuleForm,
    components_of,
    typed_components,
)
from ledger.keeper import kept_by, refuse_kept, refuse_new_tax_rule
from ledger.listings.reference_lists import PAYMENT_TERMS, PRICE_TIERS, TAX_RULES
from ledger.models import PaymentTerm, PriceTier, TaxRule
from ledger.services.reference_lists import save_payment_term, save_price_tier, save_tax_rule
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.request import membership_of

SETTINGS = Link("Settings", "/settings/")
RULES = Link("Tax rules", "/settings/tax-rules/")
TIERS = Link("Price tiers", "/settings/price-tiers/")
TERMS = Link("Payment terms", "/settings/payment-terms/")


@require_safe
@tenant_view(Area.COMPANY)
def tax_rules(request: HttpRequest) -> HttpResponse:
    """The taxes that lines may be charged."""
    frame = _frame(request)
    return listing_response(
        request, TAX_RULES, TaxRule.objects.all(), {**frame, "may_make": not kept_by()}
    )


@require_safe
@tenant_view(Area.COMPANY)
def payment_terms(request: HttpRequest) -> HttpResponse:
    """When documents are due."""
    name = kept_by()
    frame = {**_frame(request), **kept_note(name, "payment terms")}
    frame["may_edit"] = frame["may_edit"] and not name
    return listing_response(request, PAYMENT_TERMS, PaymentTerm.objects.all(), frame)


def kept_note(name: str, what: str) -> dict[str, str]:
    """A line under the heading of a list that another system (`name`) keeps; {} when none does."""
    return {"page_lead": f"{name} keeps the {what}; here they can be read."} if name else {}


def _frame(request: HttpRequest) -> dict[str, Any]:
    may_edit = membership_of(request).can(Area.COMPANY, Level.EDIT)
    return {"breadcrumbs": [SETTINGS], "may_edit": may_edit}


@tenant_view(Area.COMPANY, Level.EDIT)
def tax_rule(request: HttpRequest, rule_id: UUID | None = None) -> HttpResponse:
    """Make or change a tax rule; its rate follows from the taxes that it is made of."""
    if rule_id is None:
        refuse_new_tax_rule()
    row = _row(TaxRule, rule_id)
    form = TaxRuleForm(request.POST or None, row=row)
    parts = TaxComponentFormSet(request.POST or None, initial=components_of(row), prefix="parts")
    if request.method == "POST" and form.is_valid() and parts.is_valid():
        with errors_to(form):
            saved = save_tax_rule(
                rule_id, {**form.cleaned_data, "components": typed_components(parts)}
            )
            messages.success(request, f"Tax rule “{saved.name}” saved.")
            return redirect("ledger:tax_rules")
    title = row.name if row is not None else "New tax rule"
    return _form_page(request, form, title, RULES, "Save tax rule", formset=parts)


@tenant_view(Area.COMPANY, Level.EDIT)
def payment_term(request: HttpRequest, term_id: UUID | None = None) -> HttpResponse:
    """Make or change a payment term."""
    row = _row(PaymentTerm, term_id)
    refuse_kept("payment terms")
    form = PaymentTermForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            saved = save_payment_term(term_id, form.cleaned_data)
            messages.success(request, f"Payment term “{saved.name}” saved.")
            return redirect("ledger:payment_terms")
    title = row.name if row is not None else "New payment term"
    return _form_page(request, form, title, TERMS, "Save payment term")


@require_safe
@tenant_view(Area.COMPANY)
def price_tiers(request: HttpRequest) -> HttpResponse:
    """Lists of sale prices."""
    return listing_response(request, PRICE_TIERS, PriceTier.objects.all(), _frame(request))


@tenant_view(Area.COMPANY, Level.EDIT)
def price_tier(request: HttpRequest, tier_id: UUID | None = None) -> HttpResponse:
    """Make or change a price tier."""
    row = _row(PriceTier, tier_id)
    form = PriceTierForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            saved = save_price_tier(tier_id, form.cleaned_data)
            messages.success(request, f"Price tier “{saved.name}” saved.")
            return redirect("ledger:price_tiers")
    title = row.name if row is not None else "New price tier"
    return _form_page(request, form, title, TIERS, "Save price tier")


def _row(model: Any, row_id: UUID | None) -> Any:
    row = model.objects.filter(id=row_id).first() if row_id is not None else None
    if row is None and row_id is not None:
        raise NotFound
    return row


def _form_page(
    request: HttpRequest, form: BaseForm, title: str, back: Link, save: str, **more: object
) -> HttpResponse:
    context = {
        "page_title": title,
        "page_form": True,
        "breadcrumbs": [SETTINGS, back],
        "form": form,
        "save_label": save,
        "cancel_url": back.url,
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "ledger/form.html", context, status=status)
