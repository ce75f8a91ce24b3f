"""Makes Django find the template tags of the interface."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, tags and example pages; no models."""

    name = "hub.ui"
    label = "ui"
