"""Reports of stock."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from inventory.listings.stock import place_choices
from inventory.reports.cost_of_goods import cost_accounts, cost_of_goods, cost_of_goods_table
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


@require_safe
@tenant_view(Area.LEDGER)
def cost_of_goods_sold(request: HttpRequest) -> HttpResponse:
    """What the goods that left with sales in the days had cost."""
    return report_page(
        request,
        lambda span: cost_of_goods_table(cost_of_goods(span), cost_accounts(span), span),
        first_day="needed",
    )
