"""Verbs for the ticked documents of a list."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from hub.errors import InvalidInput, WharfError
from hub.ui.components import Link
from hub.ui.toasts import say
from orders.bulk import (
    AT_ONCE,
    Asker,
    BulkVerb,
    Done,
    asker_of,
    begin_bulk,
    chosen_ids,
    do_one,
    matching_ids,
    print_together,
    refused,
)
from orders.presenters.kinds import Kind
from orders.views.common import View
from tenants.access import tenant_view
from tenants.actor import current_actor
from tenants.request import membership_of, next_address


def bulk_view(kind: Kind, verb: BulkVerb) -> View:
    """Do the verb to the ticked documents, a few at once and many as a job; ask where it leaves."""

    @tenant_view(kind.area, verb.level)
    def act(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        back = next_address(request, fallback=kind.list_url)
        asker = asker_of(current_actor())
        asker.check(kind, verb)
        try:
            ids = _ids(request, kind)
        except InvalidInput as error:
            say(request, error.message, tone="attention")
            return redirect(back)
        if _asks(verb, ids) and "sure" not in request.POST:
            return _question(request, kind, verb, ids, back)
        if len(ids) > AT_ONCE:
            return redirect("tenants:job", begin_bulk(kind, verb, ids).id)
        if verb.name == "print":
            return _pdf(kind, ids)
        for done in [_attempt(kind, verb, one, asker) for one in ids]:
            say(request, f"{done.label}: {done.text}", tone="success" if done.ok else "critical")
        return redirect(back)

    return act


def _ids(request: HttpRequest, kind: Kind) -> list[UUID]:
    if request.POST.get("every"):
        return matching_ids(kind, request.POST.get("query", ""), membership_of(request))
    return chosen_ids(kind, request.POST.getlist("selected"))


def _asks(verb: BulkVerb, ids: list[UUID]) -> bool:
    """What leaves the house is asked about, and so is a large number."""
    return verb.name == "email" or (verb.name == "authorise" and len(ids) > AT_ONCE)


def _attempt(kind: Kind, verb: BulkVerb, document_id: UUID, asker: Asker) -> Done:
    try:
        with transaction.atomic():
            return do_one(kind, verb, document_id, asker)
    except WharfError as error:
        return refused(kind, document_id, error)


def _pdf(kind: Kind, ids: list[UUID]) -> HttpResponse:
    answer = HttpResponse(
        print_together([kind.find(one) for one in ids]), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="{kind.list_name}.pdf"'
    return answer


TEXTS = {
    "email": "Each goes with its PDF to the mailing list of its contact, in the words of your "
    "template, and over the network where the contact is connected. What is not authorised, and "
    "who has no address, is left out and named.",
    "authorise": "Each is checked by itself; one that cannot be authorised is left as it is and "
    "named. The others go on.",
}


def _question(
    request: HttpRequest, kind: Kind, verb: BulkVerb, ids: list[UUID], back: str
) -> HttpResponse:
    noun = kind.title.lower() if len(ids) == 1 else kind.list_title.lower()
    context: dict[str, Any] = {
        "page_title": f"{verb.label} {len(ids):,} {noun}?",
        "page_form": True,
        "breadcrumbs": [Link(kind.list_title, kind.list_url)],
        "text": TEXTS[verb.name],
        "label": f"{verb.label} {len(ids):,} {noun}",
        "icon": verb.icon,
        "ids": ids,
        "next": back,
    }
    return TemplateResponse(request, "orders/bulk_ask.html", context)
