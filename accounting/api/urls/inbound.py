"""Addresses of the API of what comes in, replaced products and duplicate journals."""

from django.urls import URLPattern, path

from accounting.api import inbound

HERE = "integrations/quickbooks"

PATTERNS: list[URLPattern] = [
    path(f"{HERE}/replace-products", inbound.ReplaceView.as_view()),
    path(f"{HERE}/duplicate-journals", inbound.DuplicatesView.as_view()),
    path(f"{HERE}/duplicate-journals/delete", inbound.DeleteDuplicateView.as_view()),
    path(f"{HERE}/incoming", inbound.WaitingView.as_view()),
    path(f"{HERE}/incoming/<uuid:change_id>/decide", inbound.DecideView.as_view()),
]
