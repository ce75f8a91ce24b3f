"""A customer's statement: on the screen, as PDF, by e-mail."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.errors import InvalidInput
from hub.ui.components import Attachment, Link
from hub.ui.toasts import say
from ledger.spans import Span, presets
from network.services.contacts import contact_or_404
from orders.areas import MONEY
from orders.forms.mail import LetterForm
from orders.presenters.payments import URLS
from orders.selectors import addresses_of
from orders.services.statements import (
    email_statement,
    file_name,
    pdf_of_statement,
    suggested_letter,
)
from orders.statements import Statement, asked_statement, statement_of, usual_start
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Level


@require_safe
@tenant_view(MONEY)
def statement(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """What happened in some days, the running balance, and what is open."""
    found, problem = _asked(request, contact_id)
    query = _query(found)
    page = reverse("orders:statement", args=[contact_id])
    today = timezone.localdate()
    context = {
        "page_title": f"Statement of {found.contact.name}",
        "breadcrumbs": _crumbs(found),
        "statement": found,
        "span": Span(found.until, found.since),
        "presets": presets(today, end="until", whole=True),
        "problem": problem,
        "lines": [(line, reverse(URLS[line.kind], args=[line.id])) for line in found.lines],
        "items": [(item, reverse(URLS[item.kind], args=[item.id])) for item in found.open_items],
        "pdf_url": f"{page}pdf/?{query}",
        "email_url": f"{page}email/?{query}",
    }
    return TemplateResponse(request, "orders/statement.html", context)


def _crumbs(found: Statement) -> list[Link]:
    return [
        Link("Contacts", reverse("network:contacts")),
        Link(found.contact.name, reverse("network:contact", args=[found.contact.id])),
    ]


def _query(found: Statement) -> str:
    days = {"since": found.since.isoformat(), "until": found.until.isoformat()}
    return urlencode({**days, "currency": found.currency})


def _asked(request: HttpRequest, contact_id: UUID) -> tuple[Statement, str]:
    """The statement that the address asks for; with what is wrong with its days, if anything."""
    contact, today = contact_or_404(contact_id), timezone.localdate()
    try:
        return asked_statement(contact, request.GET.dict(), today), ""
    except InvalidInput as error:
        usual = statement_of(contact, contact.currency, usual_start(today), today)
        return usual, error.message


@require_safe
@tenant_view(MONEY)
def pdf(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The statement, printed."""
    found, problem = _asked(request, contact_id)
    if problem:
        raise InvalidInput(problem)
    answer = HttpResponse(pdf_of_statement(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{file_name(found)}"'
    return answer


@tenant_view(MONEY, Level.EDIT)
def email(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """The e-mail window; on POST the statement is mailed as it stands."""
    found, problem = _asked(request, contact_id)
    if problem:
        raise InvalidInput(problem)
    letter = suggested_letter(found)
    initial = {"to": ", ".join(letter.to), "subject": letter.subject, "body": letter.body}
    form = LetterForm(request.POST if request.method == "POST" else None, initial=initial)
    page = f"{reverse('orders:statement', args=[contact_id])}?{_query(found)}"
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            email_statement(found, form.letter())
        if form.is_valid():
            say(request, f"Statement sent to {found.contact.name}.")
            return redirect(page)
    context = {
        "page_title": f"E-mail the statement of {found.contact.name}",
        "page_form": True,
        "breadcrumbs": _crumbs(found),
        "form": form,
        "people": addresses_of(found.contact),
        "files": [Attachment(file_name(found), page.replace("/statement/", "/statement/pdf/"))],
        "action_url": request.get_full_path(),
        "action_label": "Send statement",
        "cancel_url": page,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "orders/email.html", context, status=status)
