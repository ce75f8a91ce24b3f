"""Reports of stock."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from inventory.listings.stock import place_choices
from inventory.reports.valuation import stock_valuation, valuation_table
from inventory.stock_selectors import locations
from ledger.reports.tables import ReportChoice
from ledger.views.reports import report_page
from tenants.access import tenant_view
from tenants.domain.permissions import Area


@require_safe
@tenant_view(Area.LEDGER)
def valuation(request: HttpRequest) -> HttpResponse:
    """What was on hand at the end of a day, and what it had cost."""
    places = list(locations())
    asked = request.GET.get("location", "")
    chosen = next((place for place in places if str(place.id) == asked), None)
    choice = ReportChoice(
        "location",
        "Location",
        [("", "All"), *place_choices(places)],
        str(chosen.id) if chosen is not None else "",
    )
    return report_page(
        request,
        lambda span: valuation_table(
            stock_valuation(span.until, chosen.id if chosen is not None else None),
            span,
            places,
            whole=chosen is None,
        ),
        end="on",
        choices=[choice],
    )
