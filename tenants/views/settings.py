"""The settings' home, the company's settings, the search."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hub.ui.components import Fact, Link
from tenants.access import errors_to, require, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.forms.organisation import CompanyForm
from tenants.request import membership_of
from tenants.search import search_everything
from tenants.services.organisations import change_settings, current_organisation
from tenants.shell import settings_groups

SETTINGS = Link("Settings", "/settings/")


@require_safe
@tenant_view()
def settings_home(request: HttpRequest) -> HttpResponse:
    """Every settings page that the person may open."""
    groups = settings_groups(request, membership_of(request))
    return render(request, "tenants/settings.html", {"page_title": "Settings", "groups": groups})


@tenant_view(Area.COMPANY, Level.VIEW)
def company(request: HttpRequest) -> HttpResponse:
    """The company's own settings; without the right to edit they are shown only."""
    may_edit = membership_of(request).can(Area.COMPANY, Level.EDIT)
    if request.method == "POST":
        require(membership_of(request), Area.COMPANY, Level.EDIT)
    form = CompanyForm(request.POST or None, instance=current_organisation())
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            change_settings(form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Company settings saved.")
            return redirect("tenants:company")
    context = {
        "page_title": "Company settings",
        "page_form": True,
        "breadcrumbs": [SETTINGS],
        "form": form,
        "may_edit": may_edit,
        "facts": [] if may_edit else facts_of(form),
        "save_label": "Save settings",
    }
    return render(request, "tenants/company.html", context, status=422 if form.errors else 200)


def facts_of(form: BaseForm) -> list[Fact]:
    """The settings in words, for people who may look at them only."""
    facts = []
    for field in form:
        value = field.value()
        choices = dict(getattr(field.field, "choices", ()) or ())
        shown = ("Yes" if value else "No") if isinstance(value, bool) else choices.get(value, value)
        facts.append(Fact(str(field.label), shown))
    return facts


@require_safe
@tenant_view()
def search(request: HttpRequest) -> HttpResponse:
    """Contacts, products and documents that match, at most ten of each."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    context = {
        "page_title": f"Search: {text}" if text else "Search",
        "search_text": text,
        "found": search_everything(text, membership_of(request)),
    }
    return render(request, "tenants/search.html", context)
