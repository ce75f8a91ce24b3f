"""The lists of documents, those that belong together as tabs of one page."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from hub.ui.listing import BulkAction, listing_response
from orders.bulk import MOST, bulk_verbs
from orders.presenters.kinds import BILL, Kind
from orders.presenters.list_sources import open_documents
from orders.presenters.sections import SECTIONS, section_tabs
from orders.views.common import View
from tenants.access import tenant_view
from tenants.domain.permissions import Level
from tenants.request import membership_of
from tenants.selectors import MembershipInForce


def _bulk(kind: Kind, member: MembershipInForce) -> list[BulkAction]:
    """What this person may do to many at once."""
    return [
        BulkAction(
            "Approve" if kind is BILL else verb.label,
            f"{kind.list_url}bulk/{verb.name}/",
            icon=verb.icon,
        )
        for verb in bulk_verbs(kind)
        if member.can(kind.area, verb.level)
    ]


def list_view(kind: Kind) -> View:
    """The list of one kind: the page, its table for htmx, or a file."""

    @tenant_view(kind.area)
    def listing(request: HttpRequest) -> HttpResponse:
        member = membership_of(request)
        side = "sale" if kind in SECTIONS["sale"] else "purchase"
        context = {
            "kind": kind,
            "new_url": f"{kind.list_url}new/" if member.can(kind.area, Level.EDIT) else "",
            "page_tabs": section_tabs(member, kind.key, side),
        }
        shown, rows = open_documents(kind)
        shown = replace(shown, bulk=_bulk(kind, member), bulk_limit=MOST)
        return listing_response(request, shown, rows, context)

    return listing
