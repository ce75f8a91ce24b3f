"""What every document's pages do alike: show it, do a verb, print it, tell that it was opened."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme

from hub.errors import InvalidInput, WharfError
from hub.ui.components import Link
from hub.ui.toasts import say
from orders.models import TradeDocument
from orders.presenters.buttons import question
from orders.presenters.effects import effects_of
from orders.presenters.kinds import AnyDocument, Kind, kind_of
from orders.presenters.pages import document_context
from orders.presenters.partner import is_received
from orders.services.documents import document_or_404
from orders.services.opening import mark_opened
from orders.services.printing import pdf_of_document
from orders.verbs import Verb, verbs_of
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Level
from tenants.panels import cautions_of
from tenants.request import membership_of
from tenants.services.comments import comment

View = Callable[..., HttpResponse]


def next_page(request: HttpRequest, fallback: str) -> str:
    """Where `?next=` leads, if that is a page of this site; else `fallback`."""
    wanted = request.GET.get("next", "")
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if safe else fallback


def detail_view(kind: Kind, template: str = "orders/document.html") -> View:
    """The document's page. Changes nothing."""

    @tenant_view(kind.area)
    def detail(request: HttpRequest, document_id: UUID) -> HttpResponse:
        document = document_or_404(kind.model, document_id)
        if not kind.holds(document):
            return redirect(kind_of(document).url(document))
        context = document_context(kind, document, membership_of(request))
        return TemplateResponse(request, template, context)

    return detail


def verb_view(kind: Kind, verb: Verb) -> View:
    """Do the verb on POST; where it asks first, GET is the page that asks without JavaScript."""

    @tenant_view(kind.area, verb.level, special=verb.special)
    def act(request: HttpRequest, document_id: UUID) -> HttpResponse:
        posted = request.method == "POST"
        if not posted and not verb.asks:
            return HttpResponseNotAllowed(["POST"])
        document = kind.find(document_id)
        page = kind.url(document)
        form = verb.form(request.POST if posted else None)
        if posted and form.is_valid():
            refusal = _attempt(verb, document, form)
            if not refusal:
                _done(request, kind, verb, document)
                return redirect(next_page(request, page))
            if not verb.asks:
                say(request, refusal, tone="critical")
                return redirect(page)
        return _ask(request, kind, verb, document, form)

    return act


def _attempt(verb: Verb, document: AnyDocument, form: Any) -> str:
    """Do the verb; gives why it was refused, or "" where it was done."""
    refusal = ""
    with errors_to(form):
        try:
            _note_opened(document)
            verb.run(document.id, form.cleaned_data)
        except WharfError as error:
            refusal = error.message
            raise
    return refusal


def _note_opened(document: AnyDocument) -> None:
    """Whoever answers a document has opened it, also without JavaScript."""
    if isinstance(document, TradeDocument) and is_received(document):
        mark_opened(type(document), document.id)  # type: ignore[arg-type]


def _done(request: HttpRequest, kind: Kind, verb: Verb, document: AnyDocument) -> None:
    said = verb.done.format(number=document.number, contact=document.contact.name)
    undo = next((one for one in verbs_of(kind.model) if one.name == verb.undo), None)
    may_undo = undo is not None and undo.allowed(membership_of(request), kind.area)
    say(request, said, undo_url=kind.url(document, verb.undo) if may_undo else "")


def _ask(
    request: HttpRequest, kind: Kind, verb: Verb, document: AnyDocument, form: Any
) -> HttpResponse:
    asked = question(kind, verb, document, request.get_full_path(), form)
    context = {
        "page_title": asked.title,
        "page_form": True,
        "breadcrumbs": [
            Link(kind.list_title, kind.list_url),
            Link(document.number, kind.url(document)),
        ],
        "ask": asked,
        "effects": effects_of(document, verb.name) if verb.rehearses else None,
        "cautions": cautions_of(document._meta.model_name or "", document.id, verb.name),
        "cancel_url": next_page(request, kind.url(document)),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "orders/ask_page.html", context, status=status)


def comment_view(kind: Kind) -> View:
    """Write under a document; colleagues named with @ are told."""

    @tenant_view(kind.area, Level.EDIT)
    def write(request: HttpRequest, document_id: UUID) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        document = kind.find(document_id)
        here = kind.url(document)
        try:
            with transaction.atomic():
                told = comment(
                    document,
                    kind.key,
                    document.number,
                    request.POST.get("text", ""),
                    url=here,
                    area=kind.area,
                )
        except InvalidInput as error:
            say(request, error.message, tone="critical")
        else:
            some = f" {told} colleague{'s' if told != 1 else ''} told." if told else ""
            say(request, f"Comment added.{some}")
        return redirect(f"{here}#timeline")

    return write


def open_view(kind: Kind) -> View:
    """Tell the partner, the first time, that somebody here opened its document."""

    @tenant_view(kind.area, Level.EDIT)
    def opened(request: HttpRequest, document_id: UUID) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        mark_opened(kind.model, document_id)
        return HttpResponse(status=204)

    return opened


def pdf_view(kind: Kind) -> View:
    """The printed document, shown in the browser."""

    @tenant_view(kind.area)
    def pdf(request: HttpRequest, document_id: UUID) -> HttpResponse:
        document = kind.find(document_id)
        answer = HttpResponse(pdf_of_document(document), content_type="application/pdf")
        name = "".join(c if c.isalnum() or c in "-_" else "-" for c in document.number)
        answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
        return answer

    return pdf
