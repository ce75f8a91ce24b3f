"""One shape for every error: `{"code", "message", "fields", "request_id"}`."""

from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from hub.errors import NotFound, WharfError


def render_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None lets an unexpected error become a logged 500."""
    request_id = getattr(context["request"]._request, "request_id", "")
    headers: dict[str, str] = {}
    if isinstance(error, Http404):
        error = NotFound()
    if isinstance(error, DjangoPermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, WharfError):
        status, code, message, fields = (
            error.status,
            error.code,
            error.message,
            error.fields,
        )
    elif isinstance(error, exceptions.ValidationError):
        status, code, fields = 400, "invalid", flatten(error.detail)
        message = "Some fields cannot be used; see fields."
    elif isinstance(error, exceptions.APIException):
        status, code, fields = error.status_code, str(error.default_code), {}
        message = str(error.detail)
        challenge = getattr(error, "auth_header", None)
        if challenge:
            headers["WWW-Authenticate"] = challenge
    else:
        return None
    body = {
        "code": code,
        "message": message,
        "fields": fields,
        "request_id": request_id,
    }
    return Response(body, status=status, headers=headers)


def flatten(detail: Any, path: str = "") -> dict[str, list[str]]:
    """DRF's nested details as {"lines.3.quantity": [messages]}."""
    if isinstance(detail, dict):
        items = detail.items()
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        items = enumerate(detail)  # type: ignore[assignment]
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return {path or "non_field_errors": [str(text) for text in texts]}
    flat: dict[str, list[str]] = {}
    for key, value in items:
        flat.update(flatten(value, f"{path}.{key}" if path else str(key)))
    return {key: texts for key, texts in flat.items() if texts}
