"""Addresses of the orders pages."""

from django.urls import URLPattern, path

from orders.bulk import bulk_verbs
from orders.presenters.aged import NAMES
from orders.presenters.kinds import (
    BILL,
    CREDIT_NOTE,
    INVOICE,
    PURCHASE,
    QUOTE,
    RECEIPT,
    SALE,
    SHIPMENT,
    SUPPLIER_CREDIT,
    Kind,
)
from orders.presenters.payments import PAYMENT
from orders.verbs import verbs_of
from orders.views import (
    aged,
    bills,
    bulk,
    buying,
    changes,
    common,
    crediting,
    document_preview,
    editing,
    email,
    goods,
    inbox,
    invoices,
    lines,
    lists,
    money,
    papers,
    parts,
    payments,
    purchases,
    reports,
    review,
    sales,
    statements,
    trade_settings,
)

app_name = "orders"


def _pages(kind: Kind, detail: common.View) -> list[URLPattern]:
    """The pages of one document of a kind, its verbs below them."""
    one = f"{kind.path}/<uuid:document_id>/"
    pages = [
        path(f"{kind.path}/", lists.list_view(kind), name=kind.list_name),
        path(f"{kind.path}/new/", editing.new_view(kind), name=f"{kind.name}-new"),
        *_bulk_pages(kind),
        path(f"{kind.path}/line-facts/", lines.facts_view(kind), name=f"{kind.name}-line-facts"),
        path(
            f"{kind.path}/paste/",
            lines.paste_view(kind, editing.editor_page),
            name=f"{kind.name}-paste",
        ),
        path(f"{kind.path}/totals/", editing.totals_view(kind), name=f"{kind.name}-totals"),
        path(one, detail, name=kind.name),
        path(f"{one}edit/", _edit_view(kind), name=f"{kind.name}-edit"),
    ]
    if kind in (PURCHASE, SALE, BILL):
        pages.append(path(f"{one}open/", common.open_view(kind), name=f"{kind.name}-open"))
    if kind.sendable:
        pages.append(path(f"{one}pdf/", common.pdf_view(kind), name=f"{kind.name}-pdf"))
        pages.append(path(f"{one}email/", email.email_view(kind), name=f"{kind.name}-email"))
    pages.append(path(f"{one}comment/", common.comment_view(kind), name=f"{kind.name}-comment"))
    return [*pages, *_verbs(kind)]


def _bulk_pages(kind: Kind) -> list[URLPattern]:
    """Verbs for the ticked rows of its list."""
    return [
        path(
            f"{kind.path}/bulk/{verb.name}/",
            bulk.bulk_view(kind, verb),
            name=f"{kind.list_name}-bulk-{verb.name}",
        )
        for verb in bulk_verbs(kind)
    ]


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
        path(f"{one}comment/", common.comment_view(kind), name=f"{kind.name}-comment"),
        *_verbs(kind),
    ]


def _edit_view(kind: Kind) -> common.View:
    if kind in (CREDIT_NOTE, SUPPLIER_CREDIT):
        return crediting.edit_credit_view(kind)
    return editing.edit_view(kind)


def _money_pages() -> list[URLPattern]:
    """Paying, refunding, crediting and using credit, below what it is about."""
    folders = {
        page.kind: f"{getattr(page.kind, 'path', 'payments')}/<uuid:document_id>/"
        for page in money.MONEY_PAGES
    }
    pages = [
        path(
            f"{folders[page.kind]}{page.name}/",
            money.money_view(page),
            name=f"{getattr(page.kind, 'name', 'payment')}-{page.name}",
        )
        for page in money.MONEY_PAGES
    ]
    for kind in (INVOICE, BILL, CREDIT_NOTE, SUPPLIER_CREDIT):
        view = money.settle_view(kind)
        pages.append(path(f"{folders[kind]}settle/", view, name=f"{kind.name}-settle"))
    for kind in (INVOICE, BILL):
        view = crediting.credit_view(kind)
        pages.append(path(f"{folders[kind]}credit/", view, name=f"{kind.name}-credit"))
    one = "payments/<uuid:document_id>/"
    return [
        *pages,
        *(
            path(f"reports/{name}/", aged.aged_view(side), name=name)
            for side, (name, _title, _first) in NAMES.items()
        ),
        path("contacts/<uuid:contact_id>/statement/", statements.statement, name="statement"),
        path("contacts/<uuid:contact_id>/statement/pdf/", statements.pdf, name="statement-pdf"),
        path(
            "contacts/<uuid:contact_id>/statement/email/", statements.email, name="statement-email"
        ),
        path("payments/", payments.payments, name="payments"),
        path("payments/new/", payments.new, name="payment-new"),
        path(one, payments.payment, name="payment"),
        path(f"{one}void/", payments.void, name="payment-void"),
        path(f"{one}settle/", money.settle_view(PAYMENT), name="payment-settle"),
        path(
            "settlements/<uuid:settlement_id>/take-back/",
            money.take_back,
            name="settlement-take-back",
        ),
    ]


urlpatterns: list[URLPattern] = [
    path("settings/company/preview/", document_preview.preview, name="document-preview"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/approve/", inbox.approve_selected, name="inbox-approve"),
    path("settings/trading/", trade_settings.settings, name="trade-settings"),
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
    path(
        "purchases/<uuid:document_id>/change/",
        changes.change_view(PURCHASE),
        name="purchase-change",
    ),
    path(
        "purchases/<uuid:document_id>/accept-some/",
        changes.accept_some,
        name="purchase-accept-some",
    ),
    path("sales/<uuid:document_id>/change/", changes.change_view(SALE), name="sale-change"),
    path("sales/<uuid:document_id>/assign/", review.assign, name="sale-assign"),
    path("sales/<uuid:document_id>/invoice/", sales.invoice, name="sale-invoice"),
    path("sales/<uuid:document_id>/invoice-part/", parts.invoice_part, name="sale-invoice-part"),
    path("sales/<uuid:document_id>/ship/", parts.ship_order, name="sale-ship"),
    path("sales/<uuid:document_id>/pick-list/", papers.sale_pick_list, name="sale-pick-list"),
    path("shipments/pick-list/", papers.pick_list, name="pick-list"),
    path(
        "shipments/<uuid:document_id>/pick-list/",
        papers.shipment_pick_list,
        name="shipment-pick-list",
    ),
    path(
        "shipments/<uuid:document_id>/delivery-note/",
        papers.shipment_delivery_note,
        name="shipment-delivery-note",
    ),
    path("sales/<uuid:document_id>/buy/", buying.buy, name="sale-buy"),
    path("purchases/demand/", buying.demand, name="demand"),
    path(
        "purchases/<uuid:document_id>/supplier-shipped/",
        buying.shipped,
        name="purchase-supplier-shipped",
    ),
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
    *_pages(QUOTE, common.detail_view(QUOTE)),
    *_pages(CREDIT_NOTE, common.detail_view(CREDIT_NOTE)),
    *_pages(SUPPLIER_CREDIT, common.detail_view(SUPPLIER_CREDIT)),
    *_money_pages(),
]
