"""Addresses of the gallery, the integration page and its settings."""

from django.urls import URLPattern, path

from accounting.views import overview, settings

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
]
