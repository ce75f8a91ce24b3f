"""Payments: the list, one payment, voiding it, and a new one for several documents."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.errors import WharfError
from hub.money import Money
from hub.ui.components import Link
from hub.ui.listing import listing_response, without_action
from hub.ui.toasts import say
from network.models import Contact
from orders.areas import MONEY
from orders.forms.payments import PickForm, WhoForm
from orders.models import CreditSide, Direction, Payment
from orders.open_items import open_documents
from orders.presenters.list_sources import open_payments
from orders.presenters.payments import PAYMENT, payment_context, void_effects
from orders.presenters.sections import section_tabs
from orders.services.paying import pay_many
from orders.services.payments import payment_or_404, void_payment
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Level, Special
from tenants.request import membership_of

SIDES = {"in": (CreditSide.SALE, Direction.IN), "out": (CreditSide.PURCHASE, Direction.OUT)}


@require_safe
@tenant_view(MONEY)
def payments(request: HttpRequest) -> HttpResponse:
    """Everything that was paid, both ways."""
    member = membership_of(request)
    may_edit = member.can(MONEY, Level.EDIT)
    side = "purchase" if request.GET.get("side") == "purchase" else "sale"
    context = {
        "new_url": f"{PAYMENT.list_url}new/" if may_edit else "",
        "page_tabs": section_tabs(member, "payments", side),
    }
    shown, rows = open_payments()
    listing = shown if may_edit else without_action(shown)
    return listing_response(request, listing, rows, context)


@require_safe
@tenant_view(MONEY)
def payment(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One payment: what it was used for, what is left, its journal."""
    found = payment_or_404(document_id)
    context = payment_context(found, membership_of(request))
    return TemplateResponse(request, "orders/payment.html", context)


@tenant_view(MONEY, Level.APPROVE, special=Special.VOID)
def void(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Void a payment; GET names the effects."""
    found = payment_or_404(document_id)
    page = PAYMENT.url(found)
    if request.method == "POST":
        try:
            void_payment(found.id)
        except WharfError as error:
            say(request, error.message, tone="critical")
            return redirect(page)
        say(request, f"{found.number} voided.")
        return redirect(page)
    context = {
        "page_title": f"Void {found.number}",
        "page_form": True,
        "breadcrumbs": [Link(PAYMENT.list_title, PAYMENT.list_url), Link(found.number, page)],
        "text": "Voiding cannot be undone.",
        "consequences": void_effects(found),
        "action_url": f"{page}void/",
        "action_label": "Void payment",
        "cancel_url": page,
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


@tenant_view(MONEY, Level.EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """First whose money it is; then how much, and which documents it is for."""
    asked = "contact" in request.GET
    who = WhoForm(_named(request) if asked else None, initial={"way": request.GET.get("way", "in")})
    form = None
    if asked and who.is_valid():
        form = _pick_form(request, who)
        if request.method == "POST" and form.is_valid():
            made = None
            with errors_to(form):
                made = _record(who, form)
            if made is not None:
                say(request, f"{Money(made.amount, made.currency)} recorded as {made.number}.")
                return redirect(PAYMENT.url(made))
    context: dict[str, Any] = {
        "page_title": "New payment",
        "page_form": True,
        "breadcrumbs": [Link(PAYMENT.list_title, PAYMENT.list_url)],
        "who": who,
        "form": form,
        "cancel_url": PAYMENT.list_url,
    }
    refused = who.errors or (form is not None and form.is_bound)
    return TemplateResponse(
        request, "orders/payment_new.html", context, status=422 if refused else 200
    )


def _named(request: HttpRequest) -> dict[str, str]:
    """What the address says; a contact may be named by its id, as links do."""
    values = {name: request.GET.get(name, "") for name in ("contact", "way", "currency")}
    values["way"] = values["way"] or "in"
    try:
        contact = Contact.objects.filter(id=UUID(values["contact"])).first()
    except ValueError:
        return values
    return {**values, "contact": contact.name if contact is not None else ""}


def _pick_form(request: HttpRequest, who: WhoForm) -> PickForm:
    contact, side = who.cleaned_data["contact"], SIDES[who.cleaned_data["way"]][0]
    currency = who.cleaned_data["currency"] or contact.currency
    return PickForm(
        request.POST if request.method == "POST" else None,
        initial={"paid_on": timezone.localdate()},
        items=open_documents(contact.id, side, currency),
        currency=currency,
        base=str(membership_of(request).organisation.base_currency),
    )


def _record(who: WhoForm, form: PickForm) -> Payment:
    side, direction = SIDES[who.cleaned_data["way"]]
    contact = who.cleaned_data["contact"]
    currency = who.cleaned_data["currency"] or contact.currency
    wanted = form.moved().wanted(side, direction, contact.id, currency)
    return pay_many(wanted, [(item.key, item.open) for item in form.chosen()])
