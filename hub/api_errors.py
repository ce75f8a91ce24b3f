"""Answers where no view of the API got as far as answering: the same shape as its other errors."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.views import defaults

from hub.outages import RETRY_AFTER_SECONDS, is_outage

API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address."""
    if not request.path.startswith(API):
        return defaults.page_not_found(request, exception)
    return _told(request, 404, "not_found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke on our side; the request id finds it in the log.

    Django calls this while it handles the error, of a view or of a middleware alike.
    """
    if is_outage(sys.exception()):
        return unavailable(request)
    if not request.path.startswith(API):
        return defaults.server_error(request)
    return _told(request, 500, "unexpected", "Something went wrong on our side. Try again later.")


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database or the disk is away: 503 with the time to wait. Asks the database nothing."""
    if request.path.startswith(API):
        response: HttpResponse = _told(
            request,
            503,
            "unavailable",
            "Wharf's database cannot be used for a moment. Try again in a few seconds; with the "
            "same Idempotency-Key nothing happens twice.",
        )
    else:
        # Without the request as its second argument no context processor runs.
        page = get_template("503.html").render({"request": request})
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request itself cannot be read."""
    if not request.path.startswith(API):
        return defaults.bad_request(request, exception)
    return _told(request, 400, "bad_request", "This request cannot be read.")


def _told(request: HttpRequest, status: int, code: str, message: str) -> JsonResponse:
    body: dict[str, object] = {"code": code, "message": message, "fields": {}}
    body["request_id"] = getattr(request, "request_id", "")
    return JsonResponse(body, status=status)
