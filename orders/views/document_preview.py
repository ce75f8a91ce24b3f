"""Settings: an example document in the style that is being typed; nothing is saved."""

import base64
import copy

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from hub.errors import InvalidInput
from hub.ui.components import Link
from orders.services.example_documents import KINDS, example_pages
from tenants.access import tenant_view
from tenants.domain.permissions import Area, Level
from tenants.forms.files import LogoForm
from tenants.forms.organisation import CompanyForm
from tenants.models import Organisation
from tenants.services.files import read_logo, safe_picture
from tenants.services.organisations import current_organisation


@tenant_view(Area.COMPANY, Level.EDIT)
def preview(request: HttpRequest) -> HttpResponse:
    """The pages as pictures: for htmx the pictures alone, else on a page of their own."""
    me, notes = _as_typed(request)
    logo = read_logo(me)
    if request.FILES:
        logo, problem = _typed_logo(request, logo)
        notes += [problem] if problem else []
    kind = request.POST.get("preview_kind", "")
    label = KINDS.get(kind, KINDS["invoice"])
    pages = [base64.b64encode(page).decode() for page in example_pages(kind, me, logo)]
    context = {
        "page_title": f"Preview: {label.lower()}",
        "breadcrumbs": [Link("Settings", "/settings/"), Link("Company", "/settings/company/")],
        "label": label,
        "pages": pages,
        "notes": notes,
    }
    part = bool(request.headers.get("HX-Request"))
    template = "orders/preview_pages.html" if part else "orders/preview.html"
    return TemplateResponse(request, template, context)


def _as_typed(request: HttpRequest) -> tuple[Organisation, list[str]]:
    """The organisation with what was typed and can be used; what cannot, in words."""
    me = copy.copy(current_organisation())
    if "document_footer" not in request.POST:
        return me, []
    form = CompanyForm(request.POST, instance=me)
    if form.is_valid():
        return me, []
    stored, notes = current_organisation(), []
    for name, messages in form.errors.items():
        if name in form.fields:
            setattr(me, name, getattr(stored, name))
            notes.append(f"{form[name].label}: {messages[0]} The saved one is shown.")
    return me, notes


def _typed_logo(request: HttpRequest, stored: bytes | None) -> tuple[bytes | None, str]:
    form = LogoForm({}, request.FILES)
    if not form.is_valid():
        return stored, str(form.errors["logo"][0])
    try:
        return safe_picture(form.cleaned_data["logo"]), ""
    except InvalidInput as error:
        return stored, error.message
