"""Hooks of what comes from there: handlers of changed objects, webhooks."""


def register() -> None:
    """Called from `AppConfig.ready`."""
