"""Hooks of the pages: navigation, settings, panels, lists, notifications, the timetable."""


def register() -> None:
    """Called from `AppConfig.ready`."""
