"""Addresses of the API of the integration and its settings."""

from django.urls import URLPattern, path

from accounting.api import overview, settings

HERE = "integrations/quickbooks"

PATTERNS: list[URLPattern] = [
    path("integrations", overview.IntegrationsView.as_view()),
    path(f"{HERE}/sync", overview.sync),
    path(f"{HERE}/pause", overview.pause),
    path(f"{HERE}/resume", overview.resume),
    path(f"{HERE}/preview", overview.preview),
    path(f"{HERE}/cogs/preview", overview.cogs_preview),
    path(f"{HERE}/cogs/export", overview.cogs_export),
    path(f"{HERE}/cogs/void", overview.cogs_void),
    path(f"{HERE}/history/export", overview.history_export),
    path(f"{HERE}/history/stop", overview.history_stop),
    path(f"{HERE}/history/go-on", overview.history_go_on),
    path(f"{HERE}/reconciliation", overview.ReconciliationView.as_view()),
    path(f"{HERE}/options", settings.OptionsView.as_view()),
    path(f"{HERE}/channels", settings.ChannelsView.as_view()),
]
