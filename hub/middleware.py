"""Request ids, and pages that no cache may keep."""

import re
from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

from hub.ids import new_id

Handler = Callable[[HttpRequest], HttpResponse]
GIVEN = re.compile(r"[A-Za-z0-9_-]{8,40}")


class RequestId:
    """Gives each request an id, or takes a good one; errors and the audit report carry it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if GIVEN.fullmatch(given) else new_id().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class NoNulCharacters:
    """Refuses addresses with a NUL character: no text column takes it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path_info:
            raise SuspiciousOperation("NUL character in the address")
        return self.get_response(request)


class PrivatePages:
    """Nothing but static files may be kept by a browser or proxy."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store, private")
        return response
