"""Reports of sales."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ledger.reports.tables import ReportChoice
from ledger.views.reports import report_page
from orders.reports.gross_margin import WAYS, gross_margin, gross_margin_table, narrowing
from tenants.access import tenant_view
from tenants.domain.permissions import Area


@require_safe
@tenant_view(Area.LEDGER)
def margin(request: HttpRequest) -> HttpResponse:
    """What sales earned after what the goods had cost."""
    by = request.GET.get("by", "")
    by = by if by in dict(WAYS) else "product"
    only = narrowing(request.GET)
    return report_page(
        request,
        lambda span: gross_margin_table(gross_margin(span, by, only), span, by, only),
        first_day="needed",
        choices=[ReportChoice("by", "By", WAYS, by)],
        kept=only,
    )
