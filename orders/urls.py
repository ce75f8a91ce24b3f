"""Addresses of the orders pages."""

from django.urls import URLPattern, path

from orders.actions import VERBS
from orders.presenters.kinds import BILL, INVOICE, PURCHASE, SALE, Kind
from orders.views import (
    bills,
    common,
    editing,
    email,
    inbox,
    invoices,
    lists,
    purchases,
    reports,
    review,
    sales,
)

app_name = "orders"


def _pages(kind: Kind, detail: common.View) -> list[URLPattern]:
    """The pages of one document of a kind, its verbs below them."""
    one = f"{kind.path}/<uuid:document_id>/"
    pages = [
        path(f"{kind.path}/", lists.list_view(kind), name=kind.list_name),
        path(f"{kind.path}/new/", editing.new_view(kind), name=f"{kind.name}-new"),
        path(f"{kind.path}/totals/", editing.totals_view(kind), name=f"{kind.name}-totals"),
        path(one, detail, name=kind.name),
        path(f"{one}edit/", editing.edit_view(kind), name=f"{kind.name}-edit"),
    ]
    if kind is not INVOICE:
        pages.append(path(f"{one}open/", common.open_view(kind), name=f"{kind.name}-open"))
    if kind.sendable:
        pages.append(path(f"{one}pdf/", common.pdf_view(kind), name=f"{kind.name}-pdf"))
        pages.append(path(f"{one}email/", email.email_view(kind), name=f"{kind.name}-email"))
    for verb in VERBS[kind.model]:
        view = common.verb_view(kind, verb)
        pages.append(path(f"{one}{verb.name}/", view, name=f"{kind.name}-{verb.name}"))
    return pages


urlpatterns: list[URLPattern] = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/approve/", inbox.approve_selected, name="inbox-approve"),
    path("reports/gross-margin/", reports.margin, name="gross-margin"),
    path("lookup/products/", editing.product_search, name="product-search"),
    path("lookup/contacts/", editing.contact_search, name="contact-search"),
    path("purchases/<uuid:document_id>/map/", review.map_view(PURCHASE), name="purchase-map"),
    path("sales/<uuid:document_id>/map/", review.map_view(SALE), name="sale-map"),
    path(
        "sales/<uuid:document_id>/approve-with-changes/",
        review.approve_with_changes,
        name="sale-approve-with-changes",
    ),
    path("sales/<uuid:document_id>/assign/", review.assign, name="sale-assign"),
    path("sales/<uuid:document_id>/invoice/", sales.invoice, name="sale-invoice"),
    *_pages(PURCHASE, purchases.detail),
    *_pages(SALE, sales.detail),
    *_pages(INVOICE, invoices.detail),
    *_pages(BILL, bills.detail),
]
