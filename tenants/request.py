"""What a request says about who sent it."""

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The caller's address as the web server saw it; headers anybody can write do not count."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
