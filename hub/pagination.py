"""Keyset pages: the hundredth costs what the first one does.

A page is ordered by one column that an index serves, then by id. A cursor names the last row seen
and is signed: one that was altered, or belongs to another order, is refused with a message.
The comparison is PostgreSQL's own of rows, `(created_at, id) < (…)`, which an index on
(tenant, created_at, id) answers from the right place even where many rows share a value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from hub.errors import InvalidInput

PAGE_SIZE = 50
SALT = "wharf.cursor"
_READERS: dict[str, Callable[[str], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
    "u": UUID,
}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the order asked for, and cursors to the pages around them (None at an end)."""

    rows: list[Any]
    next_cursor: str | None
    previous_cursor: str | None


def keyset_page(
    queryset: QuerySet[Any], *, order: str = "-id", limit: int = PAGE_SIZE, cursor: str = ""
) -> Page:
    """One page of `queryset` by `order` (a NOT NULL column, `-` for descending) and then id.

    One statement. Raises InvalidInput for a cursor that is not one of ours.
    """
    backward, position = decode_cursor(cursor, order) if cursor else (False, ())
    falling = order.startswith("-") != backward
    columns = order_columns(order)
    if position:
        compare = TupleLessThan if falling else TupleGreaterThan
        queryset = queryset.filter(compare(tuple(F(name) for name in columns), position))
    sign = "-" if falling else ""
    rows = list(queryset.order_by(*(sign + name for name in columns))[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    if backward:
        rows.reverse()
    has_next = bool(rows) and (more or backward)
    has_previous = bool(rows) and (more if backward else bool(position))
    return Page(
        rows,
        encode_cursor(rows[-1], order, backward=False) if has_next else None,
        encode_cursor(rows[0], order, backward=True) if has_previous else None,
    )


def order_columns(order: str) -> tuple[str, ...]:
    """The columns that a page by `order` is sorted by: the id makes each place unique."""
    name = order.removeprefix("-")
    return (name,) if name == "id" else (name, "id")


def encode_cursor(row: Any, order: str, *, backward: bool) -> str:
    """The page after `row`, or before it, as an opaque, signed text for an address."""
    position = [_pack(getattr(row, name)) for name in order_columns(order)]
    return signing.Signer(salt=SALT).sign_object([order, int(backward), *position])


def decode_cursor(cursor: str, order: str) -> tuple[bool, tuple[Any, ...]]:
    """Whether the cursor goes back, and from which values; InvalidInput if it is not for here."""
    try:
        made_for, backward, *position = signing.Signer(salt=SALT).unsign_object(cursor)
    except (signing.BadSignature, ValueError, TypeError):
        raise _bad_cursor() from None
    if made_for != order or len(position) != len(order_columns(order)):
        raise _bad_cursor()
    return bool(backward), tuple(_unpack(value) for value in position)


def _bad_cursor() -> InvalidInput:
    message = "This page link is not valid any more. Start from the first page."
    return InvalidInput(message, fields={"cursor": [message]}, code="invalid_cursor")


def _pack(value: Any) -> list[str] | str | int:
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, Decimal):
        return ["n", str(value)]
    if isinstance(value, UUID):
        return ["u", value.hex]
    return value if isinstance(value, int) else str(value)


def _unpack(packed: Any) -> Any:
    if not isinstance(packed, list):
        return packed
    kind, text = packed
    return _READERS[kind](text)
