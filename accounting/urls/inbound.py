"""Addresses of what providers call: webhooks."""

from django.urls import URLPattern, path

from accounting.views import webhooks

PATTERNS: list[URLPattern] = [
    path("integrations/quickbooks/webhook/", webhooks.quickbooks_news, name="quickbooks_webhook"),
]
