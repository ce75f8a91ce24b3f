"""Hooks of the connect wizard: its jobs, and the lock while a migration runs."""


def register() -> None:
    """Called from `AppConfig.ready`."""
