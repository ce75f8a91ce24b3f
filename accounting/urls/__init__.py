"""Addresses of the pages of accounting, by concern."""

from accounting.urls import history, inbound, overview, wizard

app_name = "accounting"
urlpatterns = [
    *wizard.PATTERNS,
    *inbound.PATTERNS,
    *overview.PATTERNS,
    *history.PATTERNS,
]
