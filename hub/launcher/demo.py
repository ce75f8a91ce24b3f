"""The demo: everything that Wharf is, in one terminal."""

from hub.launcher.places import Instance


def run_demo(instance: Instance) -> int:
    """Start everything, print where it is, and stay until told to stop."""
    raise NotImplementedError
