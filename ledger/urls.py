"""Addresses of the reference lists."""

from django.urls import path

from ledger.views import reference_lists as lists

app_name = "ledger"
urlpatterns = [
    path("settings/tax-rules/", lists.tax_rules, name="tax_rules"),
    path("settings/tax-rules/new/", lists.tax_rule, name="tax_rule_new"),
    path("settings/tax-rules/<uuid:rule_id>/", lists.tax_rule, name="tax_rule"),
    path("settings/payment-terms/", lists.payment_terms, name="payment_terms"),
    path("settings/payment-terms/new/", lists.payment_term, name="payment_term_new"),
    path("settings/payment-terms/<uuid:term_id>/", lists.payment_term, name="payment_term"),
]
