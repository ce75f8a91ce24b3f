"""What the app shell shows on every page."""

from typing import Any

from django.http import HttpRequest

from tenants.shell import build_shell


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for a signed-in member (organisation, switcher, menus, counts), else nothing."""
    membership = getattr(request, "membership", None)
    return {"shell": build_shell(request, membership) if membership is not None else None}
