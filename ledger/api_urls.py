"""Addresses of the reference lists."""

from django.urls import path

from ledger import api

urlpatterns = [
    path("tax-rules", api.TaxRulesView.as_view()),
    path("terms", api.PaymentTermsView.as_view()),
]
