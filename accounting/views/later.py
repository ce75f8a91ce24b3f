"""Opening balances and stock on hand, later, under Advanced settings (Q18)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounting.domain.wizard import read_answers
from accounting.forms.wizard import LocationForm
from accounting.models import Connection
from accounting.services.bringing_in import TITLES, begin_bringing_in, latest_of
from accounting.services.runs import living_connection
from accounting.views.wizard_frame import GALLERY, PROVIDER, overview_link
from hub.ui.components import Link
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Special
from tenants.models import Job
from tenants.views.news import card_of

ADVANCED = Link("Advanced", "/integrations/quickbooks/settings/advanced/")
TEXTS = {
    "opening": "Every invoice and bill that is unpaid or paid in part comes in with what is open "
    "of it, dated today, against Opening balances. Paid ones do not. Once only.",
    "stock": "Active products with a SKU come in with quantity and cost, into one location, once. "
    "In QuickBooks they are then made inactive and made anew as services.",
}  # fmt: skip


def later_view(what: str) -> Any:
    """The page of one of the two."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @tenant_view(special=Special.QUICKBOOKS)
    def view(request: HttpRequest) -> HttpResponse:
        connection = living_connection(PROVIDER, lock=request.method == "POST")
        form = LocationForm(request.POST if request.method == "POST" else None, what=what)
        if request.method == "POST" and form.is_valid():
            with errors_to(form):
                begin_bringing_in(connection, what, form.location_id())
                return redirect(request.path)
        return _page(request, connection, form, what)

    return view


def _page(
    request: HttpRequest, connection: Connection, form: LocationForm, what: str
) -> HttpResponse:
    run = latest_of(connection, what)
    job = Job.objects.filter(id=str(run.job)).first() if run is not None and run.job else None
    context = {
        "page_title": f"Import {TITLES[what].lower()}",
        "page_form": True,
        "breadcrumbs": [GALLERY, overview_link(), ADVANCED],
        "form": form,
        "text": TEXTS[what],
        "job": card_of(job) if job is not None else None,
        "when": read_answers(connection.wizard).brought_in.get(what, ""),
    }
    status = 422 if form.errors else 200
    return render(request, "accounting/wizard/later.html", context, status=status)
