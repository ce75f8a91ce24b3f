"""What every page of a connected accounting system has in common: where it belongs, its tabs."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounting.engine.provider import Provider, provider_named, providers
from accounting.models import Connection
from hub.ui.components import Link, Tab

GALLERY = Link("Integrations", "/integrations/")
SECTIONS = (
    ("Overview", "accounting:overview"),
    ("Sync history", "accounting:history"),
    ("Runs", "accounting:runs"),
    ("Settings", "accounting:settings"),
    ("Preview", "accounting:preview"),
    ("Reconciliation", "accounting:reconciliation"),
)
SETTINGS = (
    ("General", "accounting:settings"),
    ("Sync options", "accounting:settings_sync"),
    ("Class and location", "accounting:settings_tracking"),
    ("Advanced", "accounting:advanced"),
)
SETTINGS_NAMES = frozenset(name for _label, name in SETTINGS)


def provider_of(connection: Connection | None) -> Provider:
    """The system that is connected; without one the first that there is."""
    return provider_named(connection.provider) if connection else providers()[0]


def overview_link(connection: Connection | None) -> Link:
    """The integration's own page."""
    return Link(provider_of(connection).title, reverse("accounting:overview"))


def tabs(current: str) -> Sequence[Tab]:
    """The sections of the integration; settings pages share one."""
    active = "accounting:settings" if current in SETTINGS_NAMES else current
    return [Tab(label, reverse(name), name == active) for label, name in SECTIONS]


def settings_tabs(current: str) -> Sequence[Tab]:
    """The pages of the settings."""
    return [Tab(label, reverse(name), name == current) for label, name in SETTINGS]


def frame(
    request: HttpRequest, connection: Connection | None, title: str, current: str, **more: Any
) -> dict[str, Any]:
    """The context that `base.html` and the pages of accounting need."""
    provider = provider_of(connection)
    crumbs = [GALLERY] if current == "accounting:overview" else [GALLERY, overview_link(connection)]
    return {
        "page_title": title,
        "breadcrumbs": crumbs,
        "page_tabs": tabs(current),
        "connection": connection,
        "title": provider.title,
        **more,
    }
