"""Addresses of the API of accounting, by concern."""

from django.urls import URLPattern

from accounting.api.urls import history, inbound, overview, wizard

urlpatterns: list[URLPattern] = [
    *wizard.PATTERNS,
    *inbound.PATTERNS,
    *overview.PATTERNS,
    *history.PATTERNS,
]
