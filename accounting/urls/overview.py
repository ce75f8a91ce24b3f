"""Addresses of the gallery, the integration page and its settings."""

from django.urls import URLPattern, path

from accounting.views import advanced, overview, settings

HERE = "integrations/quickbooks/"

PATTERNS: list[URLPattern] = [
    path("integrations/", overview.gallery, name="gallery"),
    path(HERE, overview.integration, name="overview"),
    path(f"{HERE}sync/", overview.sync, name="sync"),
    path(f"{HERE}pause/", overview.pause, name="pause"),
    path(f"{HERE}resume/", overview.resume, name="resume"),
    path(f"{HERE}settings/", settings.general, name="settings"),
    path(f"{HERE}settings/sync/", settings.sync_options, name="settings_sync"),
    path(f"{HERE}settings/channels/", settings.channels, name="channels"),
    path(f"{HERE}settings/tracking/", settings.tracking, name="settings_tracking"),
    path(f"{HERE}settings/advanced/", advanced.advanced, name="advanced"),
    path(f"{HERE}cogs/", advanced.cogs, name="cogs"),
    path(f"{HERE}cogs/export/", advanced.cogs_export, name="cogs_export"),
    path(f"{HERE}cogs/void/", advanced.cogs_void, name="cogs_void"),
    path(f"{HERE}history-export/", advanced.history_start, name="history_export"),
    path(f"{HERE}history-export/stop/", advanced.history_stop, name="history_stop"),
    path(f"{HERE}history-export/go-on/", advanced.history_go_on, name="history_go_on"),
]
