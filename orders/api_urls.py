"""Addresses of the documents' resources."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import URLPattern, path

from orders.api import reports, views


def _below(resource: str, verbs: Mapping[str, Callable[..., Any]]) -> list[URLPattern]:
    return [path(f"{resource}/<uuid:id>/{verb}", view) for verb, view in verbs.items()]


urlpatterns = [
    path("purchase-orders", views.PurchaseOrdersView.as_view()),
    path("purchase-orders/<uuid:id>", views.PurchaseOrderView.as_view()),
    *_below("purchase-orders", views.PURCHASE_VERBS),
    path("sales-orders", views.SalesOrdersView.as_view()),
    path("sales-orders/<uuid:id>", views.SalesOrderView.as_view()),
    *_below("sales-orders", views.SALES_VERBS),
    path("invoices", views.InvoicesView.as_view()),
    path("invoices/<uuid:id>", views.InvoiceView.as_view()),
    *_below("invoices", views.INVOICE_VERBS),
    path("bills", views.BillsView.as_view()),
    path("bills/<uuid:id>", views.BillView.as_view()),
    *_below("bills", views.BILL_VERBS),
    path("reports/gross-margin", reports.GrossMarginView.as_view()),
]
