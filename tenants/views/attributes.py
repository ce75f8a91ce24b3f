"""Settings → Attributes: what the organisation keeps of its products, contacts and orders."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hub.ui.components import Link
from tenants.access import errors_to, require, tenant_view
from tenants.domain.attributes import AttributeOwner
from tenants.domain.permissions import Area, Level
from tenants.forms.attributes import AttributeSetForm
from tenants.request import membership_of
from tenants.services.attributes import attribute_set, attributes_in_use, save_attributes

SETTINGS = Link("Settings", "/settings/")
ATTRIBUTES = Link("Attributes", "/settings/attributes/")
View = Callable[..., HttpResponse]


@require_safe
@tenant_view(Area.COMPANY)
def attributes(request: HttpRequest) -> HttpResponse:
    """The five sets with what they hold."""
    rows = attributes_in_use(*AttributeOwner)
    context = {
        "page_title": "Attributes",
        "page_lead": "Up to ten details of your own for each kind of record. They never travel.",
        "breadcrumbs": [SETTINGS],
        "sets": [
            (owner, f"/settings/attributes/{owner}s/", [row for row in rows if row.owner == owner])
            for owner in AttributeOwner
        ],
    }
    return render(request, "tenants/attributes.html", context)


def set_view(owner: AttributeOwner) -> View:
    """The page of one set; without the right to edit it is shown only."""

    @tenant_view(Area.COMPANY)
    def one_set(request: HttpRequest) -> HttpResponse:
        member = membership_of(request)
        if request.method == "POST":
            require(member, Area.COMPANY, Level.EDIT)
        form = AttributeSetForm(request.POST or None, rows=attribute_set(owner))
        if request.method == "POST" and form.is_valid():
            with errors_to(form):
                save_attributes(owner, form.wanted())
                messages.success(request, f"Attributes of {owner.label.lower()} saved.")
                return redirect("tenants:attributes")
        return _page(request, owner, form, may_edit=member.can(Area.COMPANY, Level.EDIT))

    return one_set


def _page(
    request: HttpRequest, owner: AttributeOwner, form: AttributeSetForm, *, may_edit: bool
) -> HttpResponse:
    for field in () if may_edit else form.fields.values():
        field.disabled = True
    context = {
        "page_title": f"Attributes of {owner.label.lower()}",
        "breadcrumbs": [SETTINGS, ATTRIBUTES],
        "form": form,
        "may_edit": may_edit,
    }
    status = 422 if form.errors else 200
    return render(request, "tenants/attribute_set.html", context, status=status)
