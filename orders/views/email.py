"""The e-mail window: a document goes out by e-mail with its PDF, over the network, or both."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from hub.ui.components import Attachment, ErrorPanel, Link
from hub.ui.toasts import say
from orders.forms.mail import MailForm, initial_mail
from orders.models import TradeDocument
from orders.presenters.kinds import Kind, address_or_nothing
from orders.selectors import addresses_of
from orders.services.sending import SENDABLE, send_document, suggested_letter, usable_connection
from orders.views.common import View
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Level, Special
from tenants.request import membership_of


def email_view(kind: Kind) -> View:
    """Show the window; on POST send, or say in the window why nothing was sent."""

    @tenant_view(kind.area, Level.EDIT)
    def email(request: HttpRequest, document_id: UUID) -> HttpResponse:
        document = kind.find(document_id)
        letter = suggested_letter(document, membership_of(request).organisation)
        posted = request.method == "POST"
        connection = usable_connection(document)
        form = MailForm(request.POST if posted else None, initial=initial_mail(letter, connection))
        if posted and form.is_valid():
            with errors_to(form):
                send_document(kind.model, document_id, form.sending())
            if form.is_valid():
                say(request, f"Sent: {_ways_in_words(form, document)}.")
                return redirect(kind.url(document))
        partner = connection.partner_name if connection is not None else ""
        context = _window(
            request, kind, document, form, partner=partner, attachment=letter.attachment
        )
        return TemplateResponse(
            request, "orders/email.html", context, status=422 if form.errors else 200
        )

    return email


def _ways_in_words(form: MailForm, document: TradeDocument) -> str:
    words = {"email": "by e-mail", "network": f"over the network to {document.contact.name}"}
    return f"{document.number} " + " and ".join(words[way] for way in form.ways())


def _window(
    request: HttpRequest,
    kind: Kind,
    document: TradeDocument,
    form: MailForm,
    *,
    partner: str,
    attachment: str,
) -> dict[str, Any]:
    page = kind.url(document)
    return {
        "page_title": f"E-mail {document.number}",
        "page_form": True,
        "breadcrumbs": [Link(kind.list_title, kind.list_url), Link(document.number, page)],
        "form": form,
        "people": addresses_of(document.contact),
        "files": [Attachment(attachment, f"{page}pdf/")],
        "partner": partner,
        "invite_url": "" if partner else _invite_url(request, document),
        "notice": _not_yet(kind, document),
        "action_url": f"{page}email/",
        "action_label": f"Send {kind.title.lower()}",
        "cancel_url": page,
    }


def _invite_url(request: HttpRequest, document: TradeDocument) -> str:
    url = address_or_nothing("network:invite")
    if document.contact.connected:  # what goes by e-mail only, to a partner all the same
        return ""
    if not url or not membership_of(request).has(Special.NETWORK_PAGE):
        return ""
    return f"{url}?{urlencode({'contact': document.contact_id})}"


def _not_yet(kind: Kind, document: TradeDocument) -> ErrorPanel | None:
    """Why it cannot be sent as it stands."""
    status = kind.status(document)
    if status in SENDABLE[kind.model]:
        return None
    action, words = None, status.label.lower()
    if status.value == "draft":
        words = "a draft"
        action = Link(f"Authorise {kind.short}", f"{kind.url(document)}authorise/", method="post")
    return ErrorPanel(
        f"{document.number} is {words} and cannot be sent.",
        "Only an authorised document leaves, so that both sides have the same one.",
        action,
    )
