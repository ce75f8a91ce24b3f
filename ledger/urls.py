"""Addresses of the book: accounts, journals, reports, settings and reference lists."""

from django.urls import path

from ledger.views import accounts, books, journals, reports
from ledger.views import reference_lists as lists

app_name = "ledger"
urlpatterns = [
    path("settings/tax-rules/", lists.tax_rules, name="tax_rules"),
    path("settings/tax-rules/new/", lists.tax_rule, name="tax_rule_new"),
    path("settings/tax-rules/<uuid:rule_id>/", lists.tax_rule, name="tax_rule"),
    path("settings/payment-terms/", lists.payment_terms, name="payment_terms"),
    path("settings/payment-terms/new/", lists.payment_term, name="payment_term_new"),
    path("settings/payment-terms/<uuid:term_id>/", lists.payment_term, name="payment_term"),
    path("settings/price-tiers/", lists.price_tiers, name="price_tiers"),
    path("settings/price-tiers/new/", lists.price_tier, name="price_tier_new"),
    path("settings/price-tiers/<uuid:tier_id>/", lists.price_tier, name="price_tier"),
    path("settings/accounts/", accounts.accounts, name="accounts"),
    path("settings/accounts/new/", accounts.create, name="account_new"),
    path("settings/accounts/uses/", accounts.uses, name="uses"),
    path("settings/accounts/uses/change/", accounts.use_change, name="use_change"),
    path("settings/accounts/<uuid:account_id>/", accounts.account, name="account"),
    path("settings/accounts/<uuid:account_id>/edit/", accounts.change, name="account_change"),
    path("settings/accounts/<uuid:account_id>/archive/", accounts.archive, name="account_archive"),
    path("settings/book/", books.book, name="book"),
    path("settings/exchange-rates/", books.rates, name="rates"),
    path("settings/exchange-rates/<uuid:rate_id>/remove/", books.rate_remove, name="rate_remove"),
    path("journals/", journals.journal_list, name="journals"),
    path("journals/new/", journals.create, name="journal_new"),
    path("journals/totals/", journals.totals, name="journal_totals"),
    path("journals/<uuid:journal_id>/", journals.journal, name="journal"),
    path("journals/<uuid:journal_id>/reverse/", journals.reverse_journal, name="journal_reverse"),
    path("reports/", reports.reports, name="reports"),
    path("reports/trial-balance/", reports.trial_balance, name="trial_balance"),
    path("reports/general-ledger/", reports.general_ledger, name="general_ledger"),
    path("reports/profit-and-loss/", reports.profit_and_loss, name="profit_and_loss"),
    path("reports/balance-sheet/", reports.balance_sheet, name="balance_sheet"),
]
