"""What a request says about who sent it."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from tenants.models import User
    from tenants.selectors import MembershipInForce


def client_address(request: HttpRequest) -> str:
    """The caller's address as the web server saw it; headers anybody can write do not count."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def membership_of(request: HttpRequest) -> "MembershipInForce":
    """The membership that `tenant_view` has put there: only for views behind it."""
    return cast("MembershipInForce", request.membership)  # type: ignore[attr-defined]


def person(request: HttpRequest) -> "User":
    """Who is signed in: only for views behind a guard."""
    return cast("User", request.user)


def next_address(request: HttpRequest, *, fallback: str) -> str:
    """Where the form wants to go afterwards, if that is a page of this site."""
    wanted = request.POST.get("next", "")
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=request.is_secure()
    )
    return wanted if safe else fallback
