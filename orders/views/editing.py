"""New and edit pages of all kinds: a header and the line editor; live totals; look-ups."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from hub.errors import Conflict, InvalidInput, WharfError
from hub.ui.components import Link
from hub.ui.toasts import say
from orders.forms.documents import (
    BaseLines,
    HeaderForm,
    blank_header,
    initial_header,
    lines_form,
    place_errors,
)
from orders.models import TradeDocument
from orders.presenters.editing import EDITORS
from orders.presenters.kinds import Kind
from orders.selectors import contact_options, lines_of, product_options
from orders.services.documents import header_values
from orders.services.lines import check_lines
from orders.services.previews import LINE_TYPES, preview_totals, totals_as_stored
from orders.views.common import View
from orders.views.lines import with_facts
from tenants.access import tenant_view
from tenants.domain.permissions import Area, Level

MOST_OPTIONS = 12


def new_view(kind: Kind) -> View:
    """Draft a document; `?contact=` fills the contact in."""
    editor = EDITORS[kind.key]

    @tenant_view(kind.area, Level.EDIT)
    def new(request: HttpRequest) -> HttpResponse:
        data = request.POST if request.method == "POST" else None
        initial = blank_header(request.GET.get("contact", ""), timezone.localdate())
        header, lines = (
            editor.form(data, initial=initial),
            lines_form(data, shown=editor.line_fields),
        )
        header.fields["contact"].label = kind.contact_label
        if data is not None:
            document = _save(kind, None, header, lines)
            if document is not None:
                say(request, f"{document.number} drafted.")
                return redirect(kind.url(document))
        return editor_page(request, kind, None, header, lines)

    return new


def edit_view(kind: Kind) -> View:
    """Change a draft."""

    @tenant_view(kind.area, Level.EDIT)
    def edit(request: HttpRequest, document_id: UUID) -> HttpResponse:
        return edit_page(request, kind, kind.find(document_id))

    return edit


def edit_page(request: HttpRequest, kind: Kind, document: TradeDocument) -> HttpResponse:
    """The page for changing a draft, inside a guarded view. Raises Conflict for what is none."""
    if kind.status(document).value != "draft":
        raise Conflict(f"{document.number} is no draft. Undo it first, then change it.")
    editor = EDITORS[kind.key]
    data = request.POST if request.method == "POST" else None
    initial = initial_header(document, list(editor.form.base_fields))
    header = editor.form(data, initial=initial)
    header.fields["contact"].disabled = editor.keeps_contact
    header.fields["contact"].label = kind.contact_label
    lines = lines_form(data, lines_of(document), shown=editor.line_fields)
    if data is not None and _save(kind, document, header, lines) is not None:
        say(request, f"{document.number} saved.")
        return redirect(kind.url(document))
    return editor_page(request, kind, document, header, lines)


def _save(
    kind: Kind, document: TradeDocument | None, header: HeaderForm, lines: BaseLines
) -> TradeDocument | None:
    """The saved document, or None with every message at its field, all of them at once."""
    header_is_right, lines_are_right = header.is_valid(), lines.is_valid()
    try:
        if header_is_right and lines_are_right:
            return _write(kind, document, header, lines)
        if header_is_right:
            header_values(header.values(), header.cleaned_data["contact"], document or kind.model())
    except WharfError as error:
        if error.status in (403, 404):
            raise
        place_errors(header, lines, error)
        if not isinstance(error, InvalidInput) or any("lines" in path for path in error.fields):
            return None
    if lines.non_form_errors():
        return None
    # What is wrong with the head came up before anybody looked at the lines.
    try:
        check_lines(LINE_TYPES[kind.model][0], lines.inputs(), side=EDITORS[kind.key].side)
    except InvalidInput as error:
        place_errors(header, lines, error)
    return None


def _write(
    kind: Kind, document: TradeDocument | None, header: HeaderForm, lines: BaseLines
) -> TradeDocument:
    editor, contact = EDITORS[kind.key], header.cleaned_data["contact"]
    with transaction.atomic():
        if document is None:
            return editor.create(contact.id, header.values(), lines.inputs())
        return editor.change(document.id, contact.id, header.values(), lines.inputs())


def editor_page(
    request: HttpRequest,
    kind: Kind,
    document: TradeDocument | None,
    header: HeaderForm,
    lines: BaseLines,
) -> HttpResponse:
    crumbs = [Link(kind.list_title, kind.list_url)]
    if document is not None:
        crumbs.append(Link(document.number, kind.url(document)))
    title = f"Edit {document.number}" if document is not None else f"New {kind.title.lower()}"
    with_facts(request, kind, header, lines, document)
    written = f"?document={document.id}" if document is not None else ""
    context: dict[str, Any] = {
        "page_title": title,
        "breadcrumbs": crumbs,
        "kind": kind,
        "form": header,
        "formset": lines,
        "action_url": kind.url(document, "edit") if document is not None else _new_url(kind),
        "paste_url": f"{kind.list_url}paste/{written}",
        "preview_url": f"{kind.list_url}totals/",
        "lookup_url": f"{reverse('orders:product-search')}?side={EDITORS[kind.key].side}",
        "cancel_url": kind.url(document) if document is not None else kind.list_url,
        "save_label": f"Save {kind.short}",
        "shown": totals_as_stored(document) if document is not None else None,
    }
    refused = header.is_bound
    return TemplateResponse(request, "orders/edit.html", context, status=422 if refused else 200)


def _new_url(kind: Kind) -> str:
    return f"{kind.list_url}new/"


def totals_view(kind: Kind) -> View:
    """What the lines as typed come to, for the foot of the editor; nothing is kept."""
    editor = EDITORS[kind.key]

    @tenant_view(kind.area, Level.EDIT)
    def totals(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        header, lines = (
            editor.form(request.POST),
            lines_form(request.POST, shown=editor.line_fields),
        )
        shown = None
        header.is_valid()
        contact = header.cleaned_data.get("contact")
        if contact is not None and lines.is_valid() and lines.kept():
            shown = preview_totals(
                kind.model, contact, header.values(), lines.inputs(), side=editor.side
            )
        return TemplateResponse(request, "orders/totals_preview.html", {"shown": shown})

    return totals


@tenant_view(Area.PRODUCTS)
def product_search(request: HttpRequest) -> HttpResponse:
    """Products for a text field, as options that fill the row."""
    side = "sale" if request.GET.get("side") == "sale" else "purchase"
    options = product_options(request.GET.get("q", ""), side=side, most=MOST_OPTIONS)
    template = (
        '<option value="{}" label="{}" data-description="{}" data-unit="{}"'
        ' data-unit_price="{}" data-tax_rule="{}"></option>'
    )
    return HttpResponse(format_html_join("", template, options))


@tenant_view(Area.CONTACTS)
def contact_search(request: HttpRequest) -> HttpResponse:
    """Contacts for a text field, as options."""
    names = contact_options(request.GET.get("q", ""), most=MOST_OPTIONS)
    return HttpResponse(format_html_join("", '<option value="{}"></option>', names))
