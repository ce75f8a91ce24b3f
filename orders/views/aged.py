"""Aged receivables and payables."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.errors import InvalidInput
from hub.ui.components import Link
from ledger.reports.tables import REPORTS, report_response
from ledger.spans import Span, presets, span_of
from network.services.contacts import contact_or_404
from orders.aging import aged_report
from orders.areas import MONEY
from orders.models import CreditSide
from orders.presenters.aged import NAMES, aged_contact_table, aged_table
from orders.views.common import View
from tenants.access import tenant_view
from tenants.request import membership_of


def aged_view(side: CreditSide) -> View:
    """The report of one side; `?contact=` opens one contact's documents, `?on=` a day."""

    @require_safe
    @tenant_view(MONEY)
    def report(request: HttpRequest) -> HttpResponse:
        today, problem = timezone.localdate(), ""
        try:
            on = span_of(request.GET, today, end="on").until
        except InvalidInput as error:
            on, problem = today, error.message
        contact = _contact(request)
        found = aged_report(side, on, contact)
        key, title, _first = NAMES[side]
        crumbs = [REPORTS]
        if contact is None:
            table = aged_table(found)
        else:
            name = contact_or_404(contact).name
            table = aged_contact_table(found, name, membership_of(request).organisation.date_format)
            crumbs.append(Link(title, f"/reports/{key}/?on={on.isoformat()}"))
        context = {
            "end": "on",
            "end_label": "As at",
            "asks_since": False,
            "presets": presets(today, end="on", whole=False),
            "problem": problem,
            "breadcrumbs": crumbs,
        }
        return report_response(request, table, Span(on), context)

    return report


def _contact(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("contact", ""))
    except ValueError:
        return None
