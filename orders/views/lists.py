"""The lists of purchase orders, sales orders, invoices and bills."""

from django.http import HttpRequest, HttpResponse

from hub.ui.components import Tab
from hub.ui.listing import listing_response
from orders.presenters.fulfilment import Rows, with_receiving, with_shipping
from orders.presenters.kinds import BILL, INVOICE, PURCHASE, RECEIPT, SALE, SHIPMENT, Kind
from orders.presenters.listings import LISTINGS
from orders.selectors import documents
from orders.views.common import View
from tenants.access import tenant_view
from tenants.domain.permissions import Level
from tenants.request import membership_of
from tenants.selectors import MembershipInForce

ANNOTATED = {SALE: with_shipping, PURCHASE: with_receiving}
GROUPS = ((PURCHASE, RECEIPT, BILL), (SALE, SHIPMENT, INVOICE))


def _as_it_is(rows: Rows) -> Rows:
    return rows


def neighbours(kind: Kind, member: MembershipInForce) -> list[Tab]:
    """The lists beside this one that the person may open; none where there is only this one."""
    group = next(group for group in GROUPS if kind in group)
    tabs = [
        Tab(one.list_title, one.list_url, active=one is kind)
        for one in group
        if member.can(one.area)
    ]
    return tabs if len(tabs) > 1 else []


def list_view(kind: Kind) -> View:
    """The list of one kind: the page, its table for htmx, or CSV."""

    @tenant_view(kind.area)
    def listing(request: HttpRequest) -> HttpResponse:
        member = membership_of(request)
        context = {
            "kind": kind,
            "new_url": f"{kind.list_url}new/" if member.can(kind.area, Level.EDIT) else "",
            "page_tabs": neighbours(kind, member),
        }
        rows = ANNOTATED.get(kind, _as_it_is)(documents(kind.model))
        return listing_response(request, LISTINGS[kind.key], rows, context)

    return listing
