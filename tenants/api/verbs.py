"""Verbs of the API: one POST below a resource, declared in a line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hub.errors import WharfError
from tenants.api.views import TenantAPIView, in_tenant, validated

# The API's short names for fields whose columns say more.
API_NAMES = {"unit_price": "price", "contact_id": "contact"}


@contextmanager
def api_field_names() -> Iterator[None]:
    """Errors of services name columns; the API's callers read the names that they sent."""
    try:
        yield
    except WharfError as error:
        error.fields = {
            ".".join(API_NAMES.get(part, part) for part in path.split(".")): texts
            for path, texts in error.fields.items()
        }
        raise


def verb_view(
    name: str,
    *,
    area: str,
    run: Callable[..., Any],
    answer: Callable[[Any], Any],
    summary: str,
    request: type[serializers.Serializer[Any]] | None = None,
    response: Any = None,
    status: int = 200,
) -> Callable[..., Any]:
    """A view for `POST …/{id}/<name>`: `run(id, **validated)` inside the organisation."""

    class Verb(TenantAPIView):
        scope_area = area

        @extend_schema(
            operation_id=name, summary=summary, request=request, responses={status: response}
        )
        @in_tenant
        def post(self, http: Request, id: UUID) -> Response:  # noqa: A002 - the address names it
            values = validated(request(data=http.data)) if request is not None else {}
            with api_field_names():
                return Response(answer(run(id, **values)), status=status)

    Verb.__name__ = f"{name.title().replace('_', '')}View"
    return Verb.as_view()
