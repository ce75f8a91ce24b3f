"""API keys: `Authorization: Bearer wharf_…` names a key of one organisation with scopes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tenants.request import client_address
from tenants.services.api_keys import hash_of

FAILURES_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who calls: one key of one organisation."""

    key_id: UUID
    tenant_id: UUID
    name: str
    scopes: frozenset[str]
    is_authenticated: bool = True

    @property
    def pk(self) -> UUID:
        """The key's id; DRF asks for one."""
        return self.key_id


class ApiKeyAuthentication(BaseAuthentication):
    """Finds the organisation by the key's hash, through the one door that may."""

    def authenticate(self, request: Request) -> tuple[ApiCaller, None] | None:
        header = request.headers.get("Authorization", "")
        scheme, _, key = header.partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            return None
        counter = f"api-failures:{client_address(request._request)}"
        if int(cache.get(counter, 0)) >= FAILURES_PER_MINUTE:
            raise Throttled(detail="Too many wrong keys from this address. Wait a minute.")
        caller = _caller(key.strip())
        if caller is None:
            cache.add(counter, 0, 60)
            _count_failure(counter)
            raise AuthenticationFailed(
                "This API key is not valid. Make one under Settings → API keys."
            )
        return caller, None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="wharf"'


def _count_failure(counter: str) -> None:
    try:
        cache.incr(counter)
    except ValueError:  # it ran out between the two calls
        cache.add(counter, 1, 60)


def _caller(key: str) -> ApiCaller | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id, name, scopes FROM door_api_key(%s)", [hash_of(key)])
        row = cursor.fetchone()
    return ApiCaller(row[1], row[0], row[2], frozenset(row[3])) if row else None


class HasScope(BasePermission):
    """The scope that the view names for the method: `purchases:read`, `purchases:write`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, ApiCaller):
            return False
        area = view.scope_area
        needed = f"{area}:{'read' if request.method in ('GET', 'HEAD', 'OPTIONS') else 'write'}"
        if needed not in request.user.scopes:
            raise PermissionDenied(f"This key lacks the scope “{needed}”.")
        return True
