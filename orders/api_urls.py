"""Addresses of the documents' resources."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import URLPattern, path

from orders.api import (
    aged,
    approvals,
    bulk,
    buying,
    goods,
    money,
    papers,
    reports,
    statements,
    trade_settings,
    views,
)
from orders.models import CreditSide
from orders.presenters.kinds import (
    BILL,
    CREDIT_NOTE,
    INVOICE,
    PURCHASE,
    QUOTE,
    SALE,
    SUPPLIER_CREDIT,
)


def _below(resource: str, verbs: Mapping[str, Callable[..., Any]]) -> list[URLPattern]:
    return [path(f"{resource}/<uuid:id>/{verb}", view) for verb, view in verbs.items()]


BULK = (
    ("purchase-orders", PURCHASE, "purchases"),
    ("sales-orders", SALE, "sales"),
    ("invoices", INVOICE, "invoices"),
    ("bills", BILL, "bills"),
    ("quotes", QUOTE, "sales"),
    ("credit-notes", CREDIT_NOTE, "payments"),
    ("supplier-credits", SUPPLIER_CREDIT, "payments"),
)
urlpatterns = [
    *(path(f"{name}/bulk", bulk.bulk_api(kind, area)) for name, kind, area in BULK),
    path("purchase-orders", views.PurchaseOrdersView.as_view()),
    path("purchase-orders/<uuid:id>", views.PurchaseOrderView.as_view()),
    *_below("purchase-orders", {**views.PURCHASE_VERBS, **goods.PURCHASE_VERBS}),
    path("sales-orders", views.SalesOrdersView.as_view()),
    path("sales-orders/<uuid:id>", views.SalesOrderView.as_view()),
    *_below("sales-orders", {**views.SALES_VERBS, **goods.SALES_VERBS}),
    path("sales-orders/<uuid:id>/buy", buying.BUY),
    path("purchase-orders/<uuid:id>/supplier-shipped", buying.SUPPLIER_SHIPPED),
    path("sales-orders/<uuid:id>/pick-list", papers.SALE_PICK_LIST),
    path("shipments/pick-list", papers.PickListView.as_view()),
    path("shipments/<uuid:id>/pick-list", papers.SHIPMENT_PICK_LIST),
    path("shipments/<uuid:id>/delivery-note", papers.DELIVERY_NOTE),
    path("demand", buying.DemandView.as_view()),
    path("demand/order", buying.OrderDemandView.as_view()),
    path("invoices", views.InvoicesView.as_view()),
    path("invoices/<uuid:id>", views.InvoiceView.as_view()),
    *_below("invoices", {**views.INVOICE_VERBS, **goods.INVOICE_PREVIEWS}),
    path("bills", views.BillsView.as_view()),
    path("bills/<uuid:id>", views.BillView.as_view()),
    *_below("bills", {**views.BILL_VERBS, **goods.BILL_PREVIEWS}),
    path("receipts", goods.ReceiptsView.as_view()),
    path("receipts/<uuid:id>", goods.ReceiptView.as_view()),
    *_below("receipts", goods.RECEIPT_VERBS),
    path("shipments", goods.ShipmentsView.as_view()),
    path("shipments/<uuid:id>", goods.ShipmentView.as_view()),
    *_below("shipments", goods.SHIPMENT_VERBS),
    path("sales-orders/<uuid:id>/deposit", money.SALES_DEPOSIT),
    path("purchase-orders/<uuid:id>/deposit", money.PURCHASE_DEPOSIT),
    path("invoices/<uuid:id>/pay", money.PAY_INVOICE),
    path("bills/<uuid:id>/pay", money.PAY_BILL),
    path("quotes", money.QuotesView.as_view()),
    path("quotes/<uuid:id>", money.QuoteView.as_view()),
    *_below("quotes", money.QUOTE_VERBS),
    path("credit-notes", money.CreditNotesView.as_view()),
    path("credit-notes/<uuid:id>", money.CreditNoteView.as_view()),
    *_below("credit-notes", {**money.CREDIT_NOTE_VERBS, **goods.CREDIT_NOTE_PREVIEWS}),
    path("payments", money.PaymentsView.as_view()),
    path("payments/<uuid:id>", money.PaymentView.as_view()),
    *_below("payments", money.PAYMENT_VERBS),
    path("approval-requests", approvals.ApprovalRequestsView.as_view()),
    *(
        one
        for resource, verbs in approvals.APPROVAL_VERBS.items()
        for one in _below(resource, verbs)
    ),
    path("reports/aged-receivables", aged.aged_api(CreditSide.SALE, "Aged receivables")),
    path("reports/aged-payables", aged.aged_api(CreditSide.PURCHASE, "Aged payables")),
    path("contacts/<uuid:id>/statement", statements.StatementView.as_view()),
    path("contacts/<uuid:id>/statement/pdf", statements.StatementPdfView.as_view()),
    path("contacts/<uuid:id>/statement/send", statements.StatementSendView.as_view()),
    path("settlements/<uuid:id>/take-back", money.take_back),
    path("trade-settings", trade_settings.TradeSettingsView.as_view()),
    path("reports/gross-margin", reports.GrossMarginView.as_view()),
]
