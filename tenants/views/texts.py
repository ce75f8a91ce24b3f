"""Settings → E-mail texts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from hub.ui.components import Fact, Link, Tab
from tenants.access import errors_to, require, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.forms.texts import MailTemplateForm
from tenants.request import membership_of
from tenants.services.mail_templates import (
    has_own_text,
    reset_template,
    save_template,
    template_kind,
    template_kinds,
    template_of,
)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Area.COMPANY, Level.VIEW)
def mail_texts(request: HttpRequest) -> HttpResponse:
    """The text that each e-mail window starts with; `?kind=` says which."""
    here = reverse("tenants:mail_texts")
    kind = template_kind(request.GET.get("kind", template_kinds()[0].name))
    address = f"{here}?kind={kind.name}"
    if request.method == "POST":
        require(membership_of(request), Area.COMPANY, Level.EDIT)
        if "reset" in request.POST:
            reset_template(kind.name)
            messages.success(request, "Wharf's own text is back.")
            return redirect(address)
    text = template_of(kind.name)
    form = MailTemplateForm(
        request.POST or None, initial={"subject": text.subject, "body": text.body}
    )
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            save_template(kind.name, form.cleaned_data["subject"], form.cleaned_data["body"])
        if form.is_valid():
            messages.success(request, "E-mail text saved.")
            return redirect(address)
    context = {
        "page_title": "E-mail texts",
        "page_lead": "What each e-mail window starts with. It can be changed before each sending.",
        "page_form": True,
        "breadcrumbs": [Link("Settings", "/settings/")],
        "page_tabs": [
            Tab(other.label, f"{here}?kind={other.name}", active=other.name == kind.name)
            for other in template_kinds()
        ],
        "form": form,
        "facts": [Fact(f"{{{name}}}", meaning) for name, meaning in kind.fields.items()],
        "save_label": "Save text",
        "is_own": has_own_text(kind.name),
    }
    return render(request, "tenants/mail_texts.html", context, status=422 if form.errors else 200)
