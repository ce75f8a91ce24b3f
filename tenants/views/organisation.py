"""Founding an organisation, changing between them, the way home, and a person's own choices."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from tenants.access import tenant_view
from tenants.beginnings import SESSION_KEY, beginning_named
from tenants.domain.permissions import Area
from tenants.forms.organisation import FoundForm
from tenants.middleware import choose
from tenants.models import Appearance, User
from tenants.request import membership_of, next_address, person
from tenants.services.organisations import NewOrganisation, found_organisation
from tenants.shell import navigation
from tenants.views.joining import WAITING

# A bound on what one person can set up; nobody trades under more names.
MOST_ORGANISATIONS = 50
TRADE = (Area.SALES, Area.PURCHASES, Area.BILLS, Area.INVOICES)


@login_required
def found(request: HttpRequest) -> HttpResponse:
    """Set up an organisation: the first one after signing up, or a further one."""
    places = list(request.places)  # type: ignore[attr-defined]
    if invitation := request.session.pop(WAITING, ""):
        return redirect(invitation)
    initial = {"begin_with": request.session.get(SESSION_KEY, "")}
    form = FoundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if len(places) >= MOST_ORGANISATIONS:
            form.add_error(None, f"You belong to {len(places)} organisations; that is the most.")
        else:
            values = dict(form.cleaned_data)
            beginning = beginning_named(values.pop("begin_with"))
            tenant_id = found_organisation(NewOrganisation(**values), owner=person(request))
            choose(request, tenant_id)
            request.session.pop(SESSION_KEY, "")
            messages.success(request, f"{values['name']} was set up.")
            return redirect(beginning.url_name if beginning is not None else "tenants:home")
    context = {"page_title": "Set up your organisation", "form": form, "places": places}
    return render(request, "tenants/found.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Work in another of the person's organisations."""
    wanted = request.POST.get("organisation", "")
    places = {str(place.tenant_id): place for place in request.places}  # type: ignore[attr-defined]
    if wanted not in places:
        raise Http404
    choose(request, UUID(wanted))
    messages.success(request, f"You now work in {places[wanted].name}.")
    return redirect("tenants:home")


@login_required
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keep the person's theme, and whether single keys are shortcuts."""
    changes: dict[str, object] = {}
    if request.POST.get("theme") in Appearance.values:
        changes["appearance"] = request.POST["theme"]
    if request.POST.get("shortcuts") in ("on", "off"):
        changes["shortcuts"] = request.POST["shortcuts"] == "on"
    if changes:
        User.objects.filter(pk=person(request).id).update(**changes)
    return redirect(next_address(request, fallback="/"))


@require_safe
@tenant_view()
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the person: the inbox, else the first page that the person may open."""
    membership = membership_of(request)
    if any(membership.can(area) for area in TRADE):
        try:
            return redirect(reverse("orders:inbox"))
        except NoReverseMatch:
            pass
    pages = navigation(request, membership)
    return redirect(pages[0].url if pages else reverse("tenants:help"))


@require_safe
@tenant_view()
def help_page(request: HttpRequest) -> HttpResponse:
    """How to connect, send and approve; the keys."""
    return render(request, "tenants/help.html", {"page_title": "Help"})
