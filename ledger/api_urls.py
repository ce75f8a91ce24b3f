"""Addresses of the book's resources."""

from django.urls import path

from ledger.api import accounts, journals, reference_lists, reports

urlpatterns = [
    path("tax-rules", reference_lists.TaxRulesView.as_view()),
    path("tax-rules/<uuid:id>", reference_lists.TaxRuleView.as_view()),
    path("terms", reference_lists.PaymentTermsView.as_view()),
    path("price-tiers", reference_lists.PriceTiersView.as_view()),
    path("price-tiers/<uuid:id>", reference_lists.PriceTierView.as_view()),
    path("accounts", accounts.AccountsView.as_view()),
    path("accounts/<uuid:id>", accounts.AccountView.as_view()),
    path("accounts/<uuid:id>/lines", accounts.AccountLinesView.as_view()),
    path("book", accounts.BookView.as_view()),
    path("exchange-rates", accounts.RatesView.as_view()),
    path("exchange-rates/<uuid:id>", accounts.RateView.as_view()),
    path("journals", journals.JournalsView.as_view()),
    path("journals/<uuid:id>", journals.JournalView.as_view()),
    path("journals/<uuid:id>/reverse", journals.journal_reverse),
    path("reports/trial-balance", reports.TrialBalanceView.as_view()),
    path("reports/general-ledger", reports.GeneralLedgerView.as_view()),
    path("reports/profit-and-loss", reports.ProfitAndLossView.as_view()),
    path("reports/balance-sheet", reports.BalanceSheetView.as_view()),
]
