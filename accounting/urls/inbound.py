"""Addresses of what concerns the other side: webhooks, duplicate journals, replaced products."""

from django.urls import URLPattern, path

from accounting.views import decide, duplicates, replace, webhooks

HERE = "integrations/quickbooks/"

PATTERNS: list[URLPattern] = [
    path(f"{HERE}webhook/", webhooks.quickbooks_news, name="quickbooks_webhook"),
    path(f"{HERE}incoming/<uuid:change_id>/decide/", decide.decide, name="decide"),
    path(f"{HERE}duplicates/", duplicates.duplicates, name="duplicates"),
    path(f"{HERE}duplicates/delete/", duplicates.delete, name="duplicate_delete"),
    path(f"{HERE}replace/", replace.replace, name="replace_products"),
    path(f"{HERE}replace/begin/", replace.begin, name="replace_begin"),
]
