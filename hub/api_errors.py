"""Answers where no view of the API got as far as answering: the same shape as its other errors."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address."""
    if not request.path.startswith(API):
        return defaults.page_not_found(request, exception)
    return _told(request, 404, "not_found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke on our side; the request id finds it in the log."""
    if not request.path.startswith(API):
        return defaults.server_error(request)
    return _told(request, 500, "unexpected", "Something went wrong on our side. Try again later.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request itself cannot be read."""
    if not request.path.startswith(API):
        return defaults.bad_request(request, exception)
    return _told(request, 400, "bad_request", "This request cannot be read.")


def _told(request: HttpRequest, status: int, code: str, message: str) -> JsonResponse:
    request_id = getattr(request, "request_id", "")
    body = {"code": code, "message": message, "fields": {}, "request_id": request_id}
    return JsonResponse(body, status=status)
