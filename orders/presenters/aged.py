"""Aged receivables and payables as a report: by contact, and one contact's documents."""

from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from hub.ui.components import EmptyState
from hub.ui.formatting import date_text
from ledger.reports.tables import ReportRow, ReportTable
from orders.aging import AgedContact, AgedItem, AgedReport
from orders.domain.aging import BUCKETS, LABELS
from orders.models import CreditSide

NAMES = {
    CreditSide.SALE: ("aged-receivables", "Aged receivables", "Customer"),
    CreditSide.PURCHASE: ("aged-payables", "Aged payables", "Supplier"),
}
PAGES = {
    "invoice": "orders:invoice",
    "bill": "orders:bill",
    "credit_note": "orders:credit-note",
}
NOTE = {
    CreditSide.SALE: "By due date. Credit notes count against what is owed; money that is kept as "
    "credit is in the account Customer credits, not here.",
    CreditSide.PURCHASE: "By due date. Credits of suppliers count against what is owed; deposits "
    "are in the account Supplier deposits, not here.",
}
COLUMNS = (*LABELS, "Total")


def aged_table(report: AgedReport) -> ReportTable:
    """One row for each contact, which opens its documents."""
    key, title, first = NAMES[report.side]
    page = reverse(f"orders:{key}")
    rows = [
        ReportRow(
            one.name,
            (*one.aged.amounts, one.aged.total),
            url=f"{page}?{urlencode({'on': report.on.isoformat(), 'contact': one.id})}",
        )
        for one in report.contacts
    ]
    if rows or report.difference:
        rows.append(ReportRow("Total", (*report.total.amounts, report.total.total), kind="grand"))
    if report.difference:
        blank: list[Decimal | None] = [None] * len(BUCKETS)
        rows += [
            ReportRow("Not from documents", (*blank, report.difference)),
            ReportRow("Balance of the account", (*blank, report.account), kind="grand"),
        ]
    return ReportTable(
        key, title, COLUMNS, rows, first, NOTE[report.side], empty=_empty(report.side)
    )


def aged_contact_table(report: AgedReport, name: str, date_format: str) -> ReportTable:
    """One contact's documents, each in its bucket."""
    key, title, _first = NAMES[report.side]
    found = report.contacts[0] if report.contacts else None
    rows = [_document(item, date_format) for item in found.items] if found else []
    if found is not None:
        rows.append(_sum(found))
    note = "Documents in another currency are shown at the rate that they have in the book."
    return ReportTable(
        key, f"{title}: {name}", COLUMNS, rows, "Document", note, empty=_empty(report.side)
    )


def _document(item: AgedItem, date_format: str) -> ReportRow:
    amounts: list[Decimal | None] = [None] * len(BUCKETS)
    amounts[item.bucket] = item.base
    return ReportRow(
        f"{item.number}, {'of' if item.kind == 'credit_note' else 'due'} "
        f"{date_text(item.due_on, date_format)}",
        (*amounts, item.base),
        url=reverse(PAGES[item.kind], args=[item.id]),
    )


def _sum(contact: AgedContact) -> ReportRow:
    return ReportRow("Total", (*contact.aged.amounts, contact.aged.total), kind="grand")


def _empty(side: CreditSide) -> EmptyState:
    if side == CreditSide.SALE:
        return EmptyState("Nobody owes you anything on this day", "", "report")
    return EmptyState("You owe nothing on this day", "", "report")
