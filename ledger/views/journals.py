"""Journals: the list, one journal, writing one by hand, reversing it."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from hub.errors import WharfError
from hub.ui.components import Fact, Link
from hub.ui.formatting import date_text, quantity_text
from hub.ui.listing import listing_response, without_action
from ledger.domain.postings import JournalEvent
from ledger.forms.journals import (
    JournalForm,
    JournalLines,
    ReversalForm,
    line_forms,
    place_journal_errors,
    typed_rows,
)
from ledger.listings.books import JOURNALS
from ledger.models import Journal
from ledger.selectors import (
    chart,
    journal_or_404,
    journals,
    lines_of_journal,
    reversal_of,
)
from ledger.services.manual_journals import (
    post_typed,
    reverse_manual,
    typed_totals,
    why_not_reversed,
)
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.links import object_url
from tenants.request import membership_of

BACK = Link("Journals", "/journals/")


@require_safe
@tenant_view(Area.LEDGER)
def journal_list(request: HttpRequest) -> HttpResponse:
    """Everything that was written to the book, newest first."""
    may_edit = membership_of(request).can(Area.LEDGER, Level.EDIT)
    listing = JOURNALS if may_edit else without_action(JOURNALS)
    return listing_response(request, listing, journals(), {"may_edit": may_edit})


@require_safe
@tenant_view(Area.LEDGER)
def journal(request: HttpRequest, journal_id: UUID) -> HttpResponse:
    """One journal: debits and credits, where it comes from, what reverses it."""
    row = journal_or_404(journal_id)
    membership = membership_of(request)
    reversal = reversal_of(row)
    may_reverse = (
        membership.can(Area.LEDGER, Level.EDIT)
        and reversal is None
        and row.event == JournalEvent.MANUAL
        and row.reverses_id is None
    )
    context = {
        "page_title": str(row),
        "page_lead": row.memo,
        "breadcrumbs": [BACK],
        "journal": row,
        "reversal": reversal,
        "facts": _facts(row, reversal, membership.organisation.date_format),
        "may_reverse": may_reverse,
        **_lines_context(row, membership.organisation.base_currency),
    }
    return render(request, "ledger/journal.html", context)


def _lines_context(row: Journal, base_currency: str, sign: int = 1) -> dict[str, object]:
    """The lines as debits and credits; with `sign` -1 those of the reversal."""
    lines = lines_of_journal(row)
    amounts = [sign * line.amount for line in lines]
    return {
        "lines": [
            (
                line,
                amount if amount > 0 else None,
                -amount if amount < 0 else None,
                sign * line.foreign,
            )
            for line, amount in zip(lines, amounts, strict=True)
        ],
        "foreign": row.currency if row.currency != base_currency else "",
        "total": sum(amount for amount in amounts if amount > 0),
    }


def _facts(row: Journal, reversal: Journal | None, date_format: str) -> list[Fact]:
    facts = [
        Fact("Date", date_text(row.posted_on, date_format)),
        Fact("Event", JournalEvent(row.event).label),
        Fact("Document", _link(object_url(row.source_kind, row.source_id), row.source_number)),
    ]
    if row.rate != 1:
        facts.append(Fact("Rate", f"1 {row.currency} = {quantity_text(row.rate)}"))
    for label, other in (("Reverses", row.reverses), ("Reversed by", reversal)):
        if other is not None:
            facts.append(Fact(label, _link(f"/journals/{other.pk}/", str(other))))
    return [*facts, Fact("Written by", row.created_by_name)]


def _link(url: str, text: str) -> str:
    return format_html('<a href="{}">{}</a>', url, text) if url and text else text


@tenant_view(Area.LEDGER, Level.EDIT)
def create(request: HttpRequest) -> HttpResponse:
    """A journal by hand; "More rows" gives the same form with blank rows below."""
    accounts = chart(active_only=True)
    if request.method == "POST" and "more" in request.POST:
        header = JournalForm(initial=request.POST.dict())
        lines = line_forms(None, accounts, typed_rows(request.POST))
        return _form_page(request, header, lines)
    data = request.POST if request.method == "POST" else None
    header = JournalForm(data, initial={"posted_on": timezone.localdate()})
    lines = line_forms(data, accounts)
    if data is not None:
        posted = _post(request, header, lines)
        if posted is not None:
            messages.success(request, f"Journal {posted} posted.")
            return redirect("ledger:journal", posted.id)
    return _form_page(request, header, lines)


def _post(request: HttpRequest, header: JournalForm, lines: JournalLines) -> Journal | None:
    header_is_right, lines_are_right = header.is_valid(), lines.is_valid()
    if not (header_is_right and lines_are_right):
        return None
    base = membership_of(request).organisation.base_currency
    data = header.cleaned_data
    try:
        with transaction.atomic():
            return post_typed(data["posted_on"], lines.typed(), data["memo"], base)
    except WharfError as error:
        place_journal_errors(header, lines, error)
    return None


def _form_page(request: HttpRequest, header: JournalForm, lines: JournalLines) -> HttpResponse:
    context = {
        "page_title": "New journal",
        "page_lead": "For what no document writes. Customers, suppliers and stock have documents.",
        "breadcrumbs": [BACK],
        "form": header,
        "formset": lines,
        "save_label": "Post journal",
        "cancel_url": BACK.url,
        "totals": None,
    }
    status = 422 if header.is_bound else 200
    return render(request, "ledger/journal_form.html", context, status=status)


@require_POST
@tenant_view(Area.LEDGER, Level.EDIT)
def totals(request: HttpRequest) -> HttpResponse:
    """What the rows as typed come to, for the foot of the form; nothing is kept."""
    base = membership_of(request).organisation.base_currency
    lines = line_forms(request.POST, chart(active_only=True))
    lines.is_valid()
    debit, credit = typed_totals(lines.readable(), base)
    context = {"debit": debit, "credit": credit, "difference": abs(debit - credit)}
    return render(request, "ledger/journal_totals.html", context)


@tenant_view(Area.LEDGER, Level.EDIT)
def reverse_journal(request: HttpRequest, journal_id: UUID) -> HttpResponse:
    """Shows what the reversal posts, then posts it."""
    row = journal_or_404(journal_id)
    refusal = why_not_reversed(row)
    if refusal is not None:
        raise refusal
    form = ReversalForm(request.POST or None, initial={"posted_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            made = reverse_manual(journal_id, on=form.cleaned_data["posted_on"])
            messages.success(request, f"Journal {row} reversed by {made}.")
            return redirect("ledger:journal", made.id)
    context = {
        "page_title": f"Reverse {row}",
        "page_form": True,
        "page_lead": "Nothing is deleted: the opposite is posted, and both stay in the book.",
        "breadcrumbs": [BACK, Link(str(row), f"/journals/{row.id}/")],
        "form": form,
        "journal": row,
        "save_label": "Reverse this journal",
        "cancel_url": f"/journals/{row.id}/",
        **_lines_context(row, membership_of(request).organisation.base_currency, sign=-1),
    }
    status = 422 if form.errors else 200
    return render(request, "ledger/reverse.html", context, status=status)
