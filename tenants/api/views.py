"""The base of every API view: the organisation's transaction, idempotency, keyset pages."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from hub.errors import Conflict, InvalidInput, WharfError
from hub.ids import new_id
from hub.pagination import Page, keyset_page
from tenants.actor import Actor, acting_as
from tenants.api.authentication import ApiCaller
from tenants.boundary import current_tenant, tenant_context
from tenants.lock import SAFE_METHODS, refuse_change
from tenants.models import Organisation
from tenants.request import client_address
from tenants.retrying import untied

MAX_PAGE = 200
MAX_KEY = 255
LARGEST_BODY_MB = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 2**20

Handler = Callable[..., Response]


class BodyTooLarge(WharfError):
    """More bytes than a request may carry."""

    code = "body_too_large"
    status = 413


class TenantAPIView(APIView):
    """A view of one organisation's things. `scope_area` names the scope that its methods need.

    `while_locked`: it may change something while the organisation is read-only.
    """

    scope_area: ClassVar[str] = ""
    while_locked: ClassVar[bool] = False
    body_too_large = False

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # Read whole before DRF streams it, since an Idempotency-Key needs its hash.
        try:
            request.body  # noqa: B018
        except RequestDataTooBig:
            self.body_too_large = True
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuses a body that is too large before anything looks at it."""
        if self.body_too_large:
            raise BodyTooLarge(f"At most {LARGEST_BODY_MB} MB in one request.")
        super().initial(request, *args, **kwargs)


def in_tenant(handler: Handler) -> Handler:
    """Run a method inside the organisation's transaction, as the calling key.

    POST honours `Idempotency-Key`: the first answer is stored with its effect and given again;
    another body under the same key is refused with `idempotency_mismatch`.
    """

    @wraps(handler)
    def wrapped(view: TenantAPIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        def inside() -> Response:
            with _entered(request, while_locked=view.while_locked):
                key = _checked_key(request)
                if not key:
                    return handler(view, request, *args, **kwargs)
                return _once(key, request, lambda: handler(view, request, *args, **kwargs))

        return untied(inside)

    return wrapped


@contextmanager
def _entered(request: Request, *, while_locked: bool = False) -> Iterator[None]:
    asks = request.method not in SAFE_METHODS and not while_locked
    tenant = caller_of(request).tenant_id
    with acting_as(actor_of(request)), tenant_context(tenant, ask_lock=asks) as locked_because:
        refuse_change(locked_because, request.method)
        yield


def refuse_while_locked() -> None:
    """Raise Locked while the organisation is read-only; for views outside `in_tenant`."""
    rows = Organisation.objects.filter(id=current_tenant())
    refuse_change(rows.values_list("locked_because", flat=True).first() or "", "POST")


def caller_of(request: Request) -> ApiCaller:
    """The key that authenticated the request."""
    caller: Any = request.user
    assert isinstance(caller, ApiCaller)
    return caller


def actor_of(request: Request) -> Actor:
    """The key that calls, for the audit report."""
    caller = caller_of(request)
    return Actor(
        kind="api_key",
        id=caller.key_id,
        name=caller.name,
        via="api",
        ip=client_address(request._request),
        request_id=getattr(request._request, "request_id", ""),
    )


RESERVE = """
INSERT INTO tenants_idempotencyrecord (id, tenant_id, key, fingerprint, body)
VALUES (%s, %s, %s, %s, '') ON CONFLICT (tenant_id, key) DO NOTHING
"""
STORE = """
UPDATE tenants_idempotencyrecord SET status = %s, body = %s WHERE tenant_id = %s AND key = %s
"""
# A view in several transactions reserves its key in one of their own; a reservation whose process
# died gives way after a minute.
TAKE_OVER = """
UPDATE tenants_idempotencyrecord SET created_at = clock_timestamp(), fingerprint = %s
WHERE tenant_id = %s AND key = %s AND status IS NULL
  AND created_at < clock_timestamp() - interval '1 minute'
"""
FREE = """
DELETE FROM tenants_idempotencyrecord WHERE tenant_id = %s AND key = %s AND status IS NULL
"""
RECALL = """
SELECT fingerprint, status, body FROM tenants_idempotencyrecord WHERE tenant_id = %s AND key = %s
"""


def _once(key: str, request: Request, act: Callable[[], Response]) -> Response:
    """A second call with the same key waits for the first one's commit, then gets its answer."""
    fingerprint = _fingerprint(request)
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, [new_id(), current_tenant(), key, fingerprint])
        if cursor.rowcount == 0:
            stored = _recall(cursor, key, fingerprint)
            assert stored is not None, "the row that stood in the way is there"
            return stored
        response = act()
        body = JSONRenderer().render(response.data).decode()
        cursor.execute(STORE, [response.status_code, body, current_tenant(), key])
    return response


@dataclass(slots=True)
class Once:
    """An Idempotency-Key for a view that works in several transactions."""

    key: str
    fingerprint: str
    tenant_id: UUID
    replay: Response | None = None
    reserved: bool = False

    def reserve(self) -> None:
        """Take the key, or the answer that is stored under it; Conflict while another call runs."""
        with tenant_context(self.tenant_id), connection.cursor() as cursor:
            cursor.execute(RESERVE, [new_id(), self.tenant_id, self.key, self.fingerprint])
            if cursor.rowcount == 0:
                cursor.execute(TAKE_OVER, [self.fingerprint, self.tenant_id, self.key])
            self.reserved = cursor.rowcount == 1
            if not self.reserved:
                self.replay = _recall(cursor, self.key, self.fingerprint)

    def keep(self, response: Response) -> Response:
        """Store the answer in the current (last) transaction of the view."""
        if self.reserved:
            body = JSONRenderer().render(response.data).decode()
            with connection.cursor() as cursor:
                cursor.execute(STORE, [response.status_code, body, self.tenant_id, self.key])
            self.reserved = False
        return response

    def free(self) -> None:
        """Give the key back: the call failed, so nothing was done under it."""
        if self.reserved:
            with tenant_context(self.tenant_id), connection.cursor() as cursor:
                cursor.execute(FREE, [self.tenant_id, self.key])


@contextmanager
def once_outside(request: Request, tenant_id: UUID) -> Iterator[Once]:
    """For views outside `in_tenant`: gives the stored answer as `replay`, or takes a new one."""
    once = Once(_checked_key(request), _fingerprint(request), tenant_id)
    if once.key:
        once.reserve()
    try:
        yield once
    finally:
        once.free()


def _recall(cursor: Any, key: str, fingerprint: str) -> Response | None:
    cursor.execute(RECALL, [current_tenant(), key])
    row = cursor.fetchone()
    if row is None:
        return None
    stored, status, body = row
    if stored != fingerprint:
        raise Conflict(
            "This Idempotency-Key was used with another request. Take a new key.",
            code="idempotency_mismatch",
        )
    if status is None:
        raise Conflict(
            "A call with this Idempotency-Key is still being worked on. Try again in a moment.",
            code="idempotency_in_progress",
        )
    return Response(json.loads(body), status=status, headers={"Idempotency-Replayed": "true"})


def _checked_key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
    if len(key) > MAX_KEY:
        message = f"Idempotency-Key: at most {MAX_KEY} characters."
        raise InvalidInput(message, fields={"Idempotency-Key": [message]})
    return key


def _fingerprint(request: Request) -> str:
    text = f"{request.method} {request.get_full_path()}\n".encode() + request._request.body
    return hashlib.sha256(text).hexdigest()


def page_of(
    request: Request,
    queryset: QuerySet[Any],
    serializer: Callable[[list[Any]], Any],
    *,
    order: str = "-id",
) -> Response:
    """One keyset page: `?limit=&cursor=` → `results`, `next`, `previous` (addresses or null)."""
    page: Page = keyset_page(
        queryset,
        order=order,
        limit=_limit(request),
        cursor=request.query_params.get("cursor", ""),
    )
    return Response(
        {
            "results": serializer(page.rows),
            "next": _link(request, page.next_cursor),
            "previous": _link(request, page.previous_cursor),
        }
    )


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "50")
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_PAGE):
        message = f"Give a whole number from 1 to {MAX_PAGE}."
        raise InvalidInput(message, fields={"limit": [message]})
    return int(text)


def _link(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request._request.GET.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def validated(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    """The serializer's data; raises with every bad field named."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
