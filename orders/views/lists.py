"""The lists of documents, those that belong together as tabs of one page."""

from django.http import HttpRequest, HttpResponse

from hub.ui.listing import listing_response
from orders.models import TradeOrder
from orders.presenters.fulfilment import Rows, with_receiving, with_shipping
from orders.presenters.kinds import PURCHASE, SALE, Kind
from orders.presenters.listings import LISTINGS
from orders.presenters.sections import SECTIONS, section_tabs
from orders.services.documents import attributes_of
from orders.views.common import View
from tenants.access import tenant_view
from tenants.attribute_columns import with_attributes
from tenants.domain.permissions import Level
from tenants.request import membership_of

ANNOTATED = {SALE: with_shipping, PURCHASE: with_receiving}


def _as_it_is(rows: Rows) -> Rows:
    return rows


def list_view(kind: Kind) -> View:
    """The list of one kind: the page, its table for htmx, or CSV."""

    @tenant_view(kind.area)
    def listing(request: HttpRequest) -> HttpResponse:
        member = membership_of(request)
        side = "sale" if kind in SECTIONS["sale"] else "purchase"
        context = {
            "kind": kind,
            "new_url": f"{kind.list_url}new/" if member.can(kind.area, Level.EDIT) else "",
            "page_tabs": section_tabs(member, kind.key, side),
        }
        rows = ANNOTATED.get(kind, _as_it_is)(kind.rows())
        shown = LISTINGS[kind.key]
        if issubclass(kind.model, TradeOrder):
            shown = with_attributes(shown, {attributes_of(kind.model()): "attributes"})
        return listing_response(request, shown, rows, context)

    return listing
