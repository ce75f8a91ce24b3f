"""Settings → API keys, audit report, mailing lists."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub.ui.components import Link
from hub.ui.listing import listing_response
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.forms.access import ApiKeyForm, MailingListForm
from tenants.listings import ACTIVITY, API_KEYS
from tenants.models import Activity, ApiKey, MailingList
from tenants.request import membership_of, person
from tenants.services.api_keys import MadeKey, make_api_key, revoke_api_key
from tenants.services.mailing_lists import (
    delete_mailing_list,
    mailing_list_or_404,
    save_mailing_list,
)

SETTINGS = Link("Settings", "/settings/")
KEYS = Link("API keys", "/settings/api-keys/")
LISTS = Link("Mailing lists", "/settings/mailing-lists/")


@require_safe
@tenant_view(Area.USERS, Level.APPROVE)
def api_keys(request: HttpRequest) -> HttpResponse:
    """The keys of the organisation's own programs."""
    return listing_response(request, API_KEYS, ApiKey.objects.all(), {"breadcrumbs": [SETTINGS]})


@tenant_view(Area.USERS, Level.APPROVE)
def make_key(request: HttpRequest) -> HttpResponse:
    """Make a key; its value is in this one answer and nowhere else."""
    form = ApiKeyForm(request.POST or None, member=membership_of(request))
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            made = make_api_key(
                form.cleaned_data["name"],
                form.cleaned_data["scopes"],
                created_by=person(request).id,
            )
            return _made_page(request, made)
    context = {
        "page_title": "Make an API key",
        "page_form": True,
        "breadcrumbs": [SETTINGS, KEYS],
        "form": form,
        "save_label": "Make key",
        "cancel_url": KEYS.url,
    }
    status = 422 if form.errors else 200
    return render(request, "components/form_page.html", context, status=status)


def _made_page(request: HttpRequest, made: MadeKey) -> HttpResponse:
    context = {
        "page_title": f"Key “{made.key.name}”",
        "breadcrumbs": [SETTINGS, KEYS],
        "value": made.value,
    }
    return render(request, "tenants/api_key_made.html", context)


@require_POST
@tenant_view(Area.USERS, Level.APPROVE)
def end_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """End a key at once."""
    revoke_api_key(key_id)
    messages.success(request, "Key ended.")
    return redirect("tenants:api_keys")


@require_safe
@tenant_view(Area.ACTIVITY)
def activity(request: HttpRequest) -> HttpResponse:
    """Who did what, when, from what to what (A3); also as CSV."""
    context = {"breadcrumbs": [SETTINGS]}
    return listing_response(request, ACTIVITY, Activity.objects.all(), context)


@require_safe
@tenant_view(Area.COMPANY)
def mailing_lists(request: HttpRequest) -> HttpResponse:
    """Who is told by e-mail besides the people themselves (A2)."""
    context = {
        "page_title": "Mailing lists",
        "breadcrumbs": [SETTINGS],
        "lists": MailingList.objects.order_by("name")[:200],
        "may_edit": membership_of(request).can(Area.COMPANY, Level.EDIT),
    }
    return render(request, "tenants/mailing_lists.html", context)


@tenant_view(Area.COMPANY, Level.EDIT)
def mailing_list(request: HttpRequest, list_id: UUID | None = None) -> HttpResponse:
    """Make or change a list."""
    row = mailing_list_or_404(list_id) if list_id is not None else None
    form = MailingListForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            saved = save_mailing_list(
                list_id,
                name=form.cleaned_data["name"],
                addresses=form.addresses_list,
                kinds=form.cleaned_data["kinds"],
            )
            messages.success(request, f"List “{saved.name}” saved.")
            return redirect("tenants:mailing_lists")
    return _list_page(request, row, form)


def _list_page(
    request: HttpRequest, row: MailingList | None, form: MailingListForm
) -> HttpResponse:
    context = {
        "page_title": row.name if row is not None else "New mailing list",
        "page_form": True,
        "breadcrumbs": [SETTINGS, LISTS],
        "row": row,
        "form": form,
        "save_label": "Save list",
        "cancel_url": LISTS.url,
    }
    status = 422 if form.errors else 200
    return render(request, "tenants/mailing_list.html", context, status=status)


@require_POST
@tenant_view(Area.COMPANY, Level.EDIT)
def remove_mailing_list(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Delete a list."""
    delete_mailing_list(list_id)
    messages.success(request, "List deleted.")
    return redirect("tenants:mailing_lists")
