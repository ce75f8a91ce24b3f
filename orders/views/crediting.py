"""Crediting an invoice or a bill, and changing the draft that came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from hub.errors import Conflict, WharfError
from hub.ui.components import Link
from hub.ui.toasts import say
from orders.areas import MONEY
from orders.forms.credits import (
    BaseCreditLines,
    CreditHeadForm,
    credit_lines,
    only_what_went_back,
    place_credit_errors,
)
from orders.models import Bill, CreditNote, Invoice, TradeLine
from orders.presenters.kinds import BILL, CREDIT_NOTE, INVOICE, Kind, kind_of
from orders.services.booking import ships
from orders.services.credit_notes import (
    change_credit_of,
    credit_bill,
    credit_invoice,
    creditable_lines,
)
from orders.views.common import View
from orders.views.editing import edit_page
from tenants.access import tenant_view
from tenants.domain.permissions import Level

SERVICES: dict[str, Any] = {INVOICE.key: credit_invoice, BILL.key: credit_bill}


@dataclass(frozen=True, slots=True)
class Written:
    """The form: head, one row for each line, and what of each line is left to credit."""

    head: CreditHeadForm
    rows: BaseCreditLines
    lines: list[TradeLine]
    left: dict[UUID, Decimal]

    def is_valid(self) -> bool:
        """Whether both halves can be used."""
        return all([self.head.is_valid(), self.rows.is_valid()])

    def save(self, service: Callable[..., CreditNote], key: UUID) -> CreditNote | None:
        """The credit note, or None with every message at its field."""
        try:
            with transaction.atomic():
                return service(key, self.rows.inputs(), values=self.head.values())
        except WharfError as error:
            if error.status in (403, 404):
                raise
            place_credit_errors(self.head, self.rows, error)
        return None


def credit_view(kind: Kind) -> View:
    """Draft a credit note on an invoice or bill."""
    side = "sale" if kind is INVOICE else "purchase"

    @tenant_view(MONEY, Level.EDIT)
    def credit(request: HttpRequest, document_id: UUID) -> HttpResponse:
        document: Any = kind.find(document_id)
        if document.status not in ("authorised", "approved", "paid"):
            raise Conflict(f"{document.number} is not open; change it instead.", code="not_open")
        data = request.POST if request.method == "POST" else None
        left = creditable_lines(document)
        lines = [line for line in _items(document) if left[line.line_id] > 0]
        if not lines:
            raise Conflict(f"{document.number} is credited in full.", code="credited")
        head = CreditHeadForm(data, initial={"issued_on": timezone.localdate()}, side=side)
        rows = credit_lines(data, lines, left)
        written = Written(head, rows, lines, left)
        if data is not None and written.is_valid():
            note = written.save(SERVICES[kind.key], document.id)
            if note is not None:
                say(request, f"{note.number} drafted on {document.number}.")
                return redirect(kind_of(note).url(note))
        return _page(request, kind, document, f"Credit {document.number}", written)

    return credit


def _items(document: Invoice | Bill) -> list[TradeLine]:
    rows = document.lines.select_related("product").filter(kind="item").order_by("position")
    return list(rows)


def edit_credit_view(kind: Kind) -> View:
    """Change a draft: with the line editor, or the lines of its document where it has one."""

    @tenant_view(kind.area, Level.EDIT)
    def edit(request: HttpRequest, document_id: UUID) -> HttpResponse:
        note: Any = kind.find(document_id)
        assert isinstance(note, CreditNote)
        document = note.invoice or note.bill
        if document is None:
            return edit_page(request, kind, note)
        if note.status != "draft":
            raise Conflict(f"{note.number} is no draft. Undo it first, then change it.")
        written = _as_drafted(request, note, document)
        posted = request.method == "POST" and written.is_valid()
        if posted and written.save(change_credit_of, note.id) is not None:
            say(request, f"{note.number} saved.")
            return redirect(kind.url(note))
        return _page(request, kind, note, f"Edit {note.number}", written)

    return edit


def _as_drafted(request: HttpRequest, note: CreditNote, document: Invoice | Bill) -> Written:
    data = request.POST if request.method == "POST" else None
    drafted = {row.line_id: row for row in note.lines.select_related("product")}
    lines = _items(document)
    left = creditable_lines(document, besides=note.id)
    if note.from_network:
        lines = [row for row in drafted.values() if row.kind == "item"]
        left = {row.line_id: row.quantity for row in lines}
    initial = {name: getattr(note, name) for name in ("issued_on", "reason", "reference", "note")}
    initial["location"] = str(note.location_id or "")
    head = CreditHeadForm(data, initial=initial, side=note.side)
    rows = credit_lines(data, lines, left, drafted)
    if note.from_network:
        only_what_went_back(head, rows)
    return Written(head, rows, lines, left)


def _page(
    request: HttpRequest, kind: Kind, document: Any, title: str, written: Written
) -> HttpResponse:
    rows = zip(written.lines, written.rows.forms, strict=False)
    context = {
        "page_title": title,
        "breadcrumbs": [
            Link(kind.list_title, kind.list_url),
            Link(document.number, kind.url(document)),
        ],
        "document": document,
        "form": written.head,
        "formset": written.rows,
        "pairs": [
            (line, written.left[line.line_id], ships(line.product), form) for line, form in rows
        ],
        "stocked": any(ships(line.product) for line in written.lines),
        "returned_label": "Returned to stock" if _is_sale(kind) else "Sent back",
        "cancel_url": kind.url(document),
    }
    status = 422 if written.head.is_bound else 200
    return TemplateResponse(request, "orders/credit_form.html", context, status=status)


def _is_sale(kind: Kind) -> bool:
    return kind in (INVOICE, CREDIT_NOTE)
