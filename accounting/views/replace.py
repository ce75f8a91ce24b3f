"""Replacing products there by those of here (Q19)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounting.presenters.frame import frame
from accounting.selectors import known_connection
from accounting.services.replacing import (
    MOST_SHOWN,
    clashing_names,
    latest_replacing,
    start_replacing,
)
from accounting.services.runs import living_connection
from hub.errors import WharfError
from hub.ui.components import Link
from tenants.access import tenant_view
from tenants.domain.permissions import Special
from tenants.views.news import card_of

HERE = "accounting:replace_products"


@require_safe
@tenant_view(special=Special.QUICKBOOKS)
def replace(request: HttpRequest) -> HttpResponse:
    """What it does, what stands in its way, and how far it is."""
    connection = known_connection()
    context = frame(request, connection, "Replace products", "accounting:advanced")
    context["breadcrumbs"].append(Link("Advanced settings", reverse("accounting:advanced")))
    job = latest_replacing()
    clashes = clashing_names()
    context |= {
        "job": card_of(job) if job is not None else None,
        "under_way": job is not None and job.finished_at is None,
        "clashes": clashes[:MOST_SHOWN],
        "more": max(0, len(clashes) - MOST_SHOWN),
    }
    return render(request, "accounting/replace.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(special=Special.QUICKBOOKS)
def begin(request: HttpRequest) -> HttpResponse:
    """Asks first; then begins. Refused while names clash."""
    if request.method != "POST":
        context = frame(request, known_connection(), "Replace all products?", HERE)
        context |= {
            "text": "What is put aside there stays there, inactive and under another name.",
            "consequences": [
                "Every product that stands there is renamed and made inactive.",
                "Each is made anew as a service, from what is here.",
                "Meanwhile no sync runs.",
            ],
            "action_url": request.path,
            "action_label": "Replace products",
            "cancel_url": reverse(HERE),
        }
        return render(request, "components/confirm_page.html", context)
    try:
        start_replacing(living_connection())
    except WharfError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Products are being replaced. You can leave this page.")
    return redirect(HERE)
