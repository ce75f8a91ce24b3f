"""Keyset pages: the hundredth costs what the first one does.

A cursor is opaque: direction and the last row's sort value and id, in base64. A cursor that was
tampered with, or belongs to another order, is refused with a message.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from hub.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the order asked for, and cursors to the pages around them (None at an end)."""

    rows: list[Any]
    next_cursor: str | None
    previous_cursor: str | None


def keyset_page(
    queryset: QuerySet[Any], *, order: str = "-id", limit: int = 50, cursor: str = ""
) -> Page:
    """One page of `queryset` by `order` (a field, `-` for descending) and then id.

    Raises InvalidInput for a cursor that is not one of ours.
    """
    field, descending = order.lstrip("-"), order.startswith("-")
    backwards, position = _decode(cursor, order) if cursor else (False, None)
    if position is not None:
        after = descending == backwards  # whether rows after the cursor have greater values
        try:
            queryset = queryset.filter(_beyond(field, "gt" if after else "lt", position))
        except (ValidationError, ValueError, TypeError) as error:
            raise _bad_cursor() from error
    reverse = descending != backwards
    sign = "-" if reverse else ""
    ordering = [f"{sign}{field}"] if field == "id" else [f"{sign}{field}", f"{sign}id"]
    rows = list(queryset.order_by(*ordering)[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    has_next = more if not backwards else True
    has_previous = more if backwards else position is not None
    return Page(
        rows,
        _encode(False, rows[-1], field, order) if rows and has_next else None,
        _encode(True, rows[0], field, order) if rows and has_previous else None,
    )


def _beyond(field: str, side: str, position: list[Any]) -> Q:
    if field == "id":
        return Q(**{f"id__{side}": position[0]})
    value, row_id = position
    # The first condition alone lets the index start at the right place.
    return Q(**{f"{field}__{side}e": value}) & (
        Q(**{f"{field}__{side}": value}) | Q(**{field: value, f"id__{side}": row_id})
    )


def _encode(backwards: bool, row: Any, field: str, order: str) -> str:
    position = [str(row.pk)] if field == "id" else [_printed(getattr(row, field)), str(row.pk)]
    text = json.dumps([int(backwards), order, *position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _printed(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _decode(cursor: str, order: str) -> tuple[bool, list[Any]]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        backwards, made_for, *position = json.loads(raw)
    except (ValueError, binascii.Error, TypeError) as error:
        raise _bad_cursor() from error
    if made_for != order or len(position) != (1 if order.lstrip("-") == "id" else 2):
        raise _bad_cursor()
    return bool(backwards), position


def _bad_cursor() -> InvalidInput:
    message = "This page link is not valid any more. Start from the first page."
    return InvalidInput(message, fields={"cursor": [message]}, code="invalid_cursor")
