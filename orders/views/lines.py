"""What the line editor asks while a document is written: facts of products, pasted rows."""

import re
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse

from hub.ui.toasts import say
from inventory.domain.matching import normalise_sku
from network.models import Contact
from network.services.contacts import name_key
from orders.domain.pasting import parse_pasted
from orders.forms.documents import BaseLines, HeaderForm
from orders.forms.pasting import LONGEST_PASTE, Pasted, paste_into
from orders.line_facts import Asked, line_facts
from orders.models import TradeDocument
from orders.presenters.editing import EDITORS
from orders.presenters.kinds import Kind
from orders.views.common import View
from tenants.access import tenant_view
from tenants.domain.permissions import Level
from tenants.request import membership_of

SKU = re.compile(r"(lines-\d{1,4})-sku")
MOST_ASKED = 2000


def asked_of(
    request: HttpRequest,
    kind: Kind,
    contact: Contact | None,
    location: str,
    document: TradeDocument | None,
) -> Asked:
    """For whom and where the document is written."""
    return Asked(
        EDITORS[kind.key].side,
        membership_of(request).organisation.base_currency,
        contact.id if contact is not None else None,
        _uuid(location),
        document.id if document is not None else None,
    )


def with_facts(
    request: HttpRequest,
    kind: Kind,
    header: HeaderForm,
    lines: BaseLines,
    document: TradeDocument | None,
) -> None:
    """Put to each line of the page what there is of its product; one statement for all."""
    lines.facts_url = f"{kind.list_url}line-facts/"
    if document is not None:
        lines.facts_url += f"?document={document.id}"
    skus = {form.prefix: str(form["sku"].value() or "") for form in lines.forms}
    if not any(skus.values()):
        return
    location = str(header["location"].value() or "") if "location" in header.fields else ""
    typed = str(header["contact"].value() or "")
    same = document is not None and document.contact.name == typed
    contact = document.contact if document is not None and same else _contact(typed)
    found = line_facts(skus.values(), asked_of(request, kind, contact, location, document))
    for form in lines.forms:
        form.facts = found.get(normalise_sku(skus[form.prefix]))


def facts_view(kind: Kind) -> View:
    """The facts of the lines that were sent, each to be put under its product."""

    @tenant_view(kind.area, Level.EDIT)
    def facts(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        given = {
            match[1]: str(value)[:60]
            for name, value in list(request.POST.items())[: MOST_ASKED * 20]
            if (match := SKU.fullmatch(name))
        }
        document = _document(request, kind)
        # A contact that cannot be changed is not sent.
        contact = _contact(request.POST.get("contact", ""))
        if contact is None and document is not None:
            contact = document.contact
        asked = asked_of(request, kind, contact, request.POST.get("location", ""), document)
        found = line_facts(given.values(), asked)
        lines = [(prefix, found.get(normalise_sku(sku))) for prefix, sku in given.items()]
        return TemplateResponse(request, "orders/line_facts_all.html", {"lines": lines})

    return facts


def _contact(name: str) -> Contact | None:
    return Contact.objects.filter(name_key=name_key(name[:160])).first() if name.strip() else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _document(request: HttpRequest, kind: Kind) -> TradeDocument | None:
    """The document that is being changed; raises NotFound. None for a new one."""
    document_id = _uuid(request.GET.get("document", ""))
    if document_id is None:
        return None
    found: TradeDocument = kind.find(document_id)
    return found


def paste_view(kind: Kind, page: Any) -> View:
    """The editor with rows from a spreadsheet in it; nothing is saved.

    `page` shows the editor: (request, kind, document, header, lines) → answer.
    """
    editor = EDITORS[kind.key]

    @tenant_view(kind.area, Level.EDIT)
    def paste(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        document = _document(request, kind)
        text = request.POST.get("pasted", "")[:LONGEST_PASTE]
        pasted = paste_into(
            request.POST, parse_pasted(text), side=editor.side, shown=editor.line_fields
        )
        words, tone = _words(pasted)
        say(request, words, tone=tone)
        typed = {name: request.POST.get(name, "") for name in editor.form.base_fields}
        header = editor.form(initial=typed)
        if document is not None:
            header.fields["contact"].disabled = editor.keeps_contact
            header.initial["contact"] = document.contact.name
        header.fields["contact"].label = kind.contact_label
        return cast("HttpResponse", page(request, kind, document, header, pasted.lines))

    return paste


def _words(pasted: Pasted) -> tuple[str, str]:
    if not pasted.added and not pasted.left_out:
        return "Copy rows from a spreadsheet and paste them into the box first.", "attention"
    said = f"{pasted.added} line{'' if pasted.added == 1 else 's'} added."
    if pasted.unknown:
        said += f" {pasted.unknown} with an unknown SKU."
    if pasted.left_out:
        said += f" {pasted.left_out} left out: a document has no room for more."
    return said, "attention" if pasted.unknown or pasted.left_out else "success"
