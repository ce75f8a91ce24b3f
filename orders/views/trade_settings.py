"""Settings → Purchases and sales."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hub.ui.components import Link
from orders.forms.trade_settings import TradeSettingsForm
from orders.services.trade_settings import change_trade_settings, trade_settings
from tenants.access import errors_to, require, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.request import membership_of
from tenants.views.settings import facts_of


@tenant_view(Area.COMPANY)
def settings(request: HttpRequest) -> HttpResponse:
    """How the organisation buys and sells; without the right to edit it is shown only."""
    member = membership_of(request)
    may_edit = member.can(Area.COMPANY, Level.EDIT)
    if request.method == "POST":
        require(member, Area.COMPANY, Level.EDIT)
    form = TradeSettingsForm(request.POST or None, row=trade_settings())
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            change_trade_settings(form.cleaned_data)
            messages.success(request, "Settings of purchases and sales saved.")
            return redirect("orders:trade-settings")
    context = {
        "page_title": "Purchases and sales",
        "page_form": True,
        "breadcrumbs": [Link("Settings", "/settings/")],
        "form": form,
        "may_edit": may_edit,
        "facts": [] if may_edit else facts_of(form),
        "save_label": "Save settings",
    }
    status = 422 if form.errors else 200
    return render(request, "orders/trade_settings.html", context, status=status)
