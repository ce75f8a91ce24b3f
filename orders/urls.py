"""Addresses of the orders pages."""

from django.urls import URLPattern, path

from orders.goods_actions import verbs_of
from orders.presenters.kinds import BILL, INVOICE, PURCHASE, RECEIPT, SALE, SHIPMENT, Kind
from orders.views import (
    bills,
    common,
    editing,
    email,
    goods,
    inbox,
    invoices,
    lists,
    parts,
    purchases,
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
    return [*pages, *_verbs(kind)]


def _verbs(kind: Kind) -> list[URLPattern]:
    one = f"{kind.path}/<uuid:document_id>/"
    return [
        path(f"{one}{verb.name}/", common.verb_view(kind, verb), name=f"{kind.name}-{verb.name}")
        for verb in verbs_of(kind.model)
    ]


def _goods_pages(kind: Kind, edit: common.View) -> list[URLPattern]:
    """The pages of receipts or of shipments."""
    one = f"{kind.path}/<uuid:document_id>/"
    return [
        path(f"{kind.path}/", goods.list_view(kind), name=kind.list_name),
        path(one, goods.detail_view(kind), name=kind.name),
        path(f"{one}edit/", edit, name=f"{kind.name}-edit"),
        *_verbs(kind),
    ]


urlpatterns: list[URLPattern] = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/approve/", inbox.approve_selected, name="inbox-approve"),
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
    path("sales/<uuid:document_id>/invoice-part/", parts.invoice_part, name="sale-invoice-part"),
    path("sales/<uuid:document_id>/ship/", parts.ship_order, name="sale-ship"),
    path("purchases/<uuid:document_id>/receive/", parts.receive, name="purchase-receive"),
    path("purchases/<uuid:document_id>/bill/", parts.bill, name="purchase-bill"),
    path("bills/<uuid:document_id>/receive/", bills.receive, name="bill-receive"),
    path("receipts/new/", goods.new_receipt, name="receipt-new"),
    *_pages(PURCHASE, purchases.detail),
    *_pages(SALE, sales.detail),
    *_pages(INVOICE, invoices.detail),
    *_pages(BILL, bills.detail),
    *_goods_pages(RECEIPT, goods.edit_receipt),
    *_goods_pages(SHIPMENT, goods.edit_shipment),
]
