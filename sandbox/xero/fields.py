"""What each resource takes: its fields, their types and lengths. Others are ignored, as Xero does.

A table is {field: reader}; a reader turns what was sent into what is kept or raises WrongData.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.xero.problems import Invalid, WrongData
from sandbox.xero.wire import read_day

Reader = Callable[[Any, str], Any]
Table = Mapping[str, Reader]
GUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LARGEST = Decimal(10) ** 12
MOST_IN_A_LIST = 2_000


def text(longest: int = 4_000) -> Reader:
    """Text; numbers and booleans are taken as text."""

    def read(value: Any, name: str) -> str:
        if isinstance(value, bool):
            value = str(value).lower()
        if isinstance(value, int | Decimal):
            value = str(value)
        if not isinstance(value, str) or UNSTORABLE.search(value):
            raise WrongData(f"Could not convert the value of {name} to text")
        if len(value) > longest:
            raise Invalid(f"{name} must not be more than {longest} characters long.")
        return value

    return read


def number(value: Any, name: str) -> Decimal:
    """A number that money can be reckoned with."""
    if isinstance(value, str) and len(value) < 40:
        try:
            value = Decimal(value)
        except InvalidOperation as error:
            raise WrongData(f"Could not convert the value of {name} to a number") from error
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise WrongData(f"Could not convert the value of {name} to a number")
    found = Decimal(value)
    if not found.is_finite() or abs(found) >= LARGEST:
        raise WrongData(f"The value of {name} is too large or too small")
    exponent = found.as_tuple().exponent
    return round(found, 10) if isinstance(exponent, int) and exponent < -10 else found


def boolean(value: Any, name: str) -> bool:
    """true, false, and the words for them."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise WrongData(f"Could not convert the value of {name} to a boolean")
    return value


def day(value: Any, name: str) -> str:
    """A day, kept as 2026-11-20."""
    if isinstance(value, str):
        try:
            return read_day(value)
        except ValueError as error:
            raise WrongData(f"Could not convert the value of {name} to a date") from error
    raise WrongData(f"Could not convert the value of {name} to a date")


def guid(value: Any, name: str) -> str:
    """An id, in small letters with its four dashes."""
    found = str(value).lower() if isinstance(value, str) else ""
    if not GUID.fullmatch(found):
        raise WrongData(
            "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
        )
    plain = found.replace("-", "")
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def word(*words: str) -> Reader:
    """One of some words."""

    def read(value: Any, name: str) -> str:
        if not isinstance(value, str) or value not in words:
            shown = value[:60] if isinstance(value, str) else type(value).__name__
            raise WrongData(f"Error converting value '{shown}' to {name}")
        return value

    return read


def one(table: Table) -> Reader:
    """An object."""
    return lambda value, name: read_object(table, value, name)


def many(table: Table) -> Reader:
    """A list of objects."""

    def read(value: Any, name: str) -> list[dict[str, Any]]:
        if not isinstance(value, list) or len(value) > MOST_IN_A_LIST:
            raise WrongData(f"{name} must be a list")
        return [read_object(table, item, name) for item in value]

    return read


def read_object(table: Table, value: Any, name: str) -> dict[str, Any]:
    """What an object has of a table; null is as if it were not there."""
    if not isinstance(value, dict):
        raise WrongData(f"{name} must be an object")
    problems: list[str] = []
    found: dict[str, Any] = {}
    for field, reader in table.items():
        given = value.get(field)
        if given is None:
            continue
        try:
            found[field] = reader(given, field)
        except Invalid as error:
            problems += error.messages
    if problems:
        raise Invalid(*problems)
    return found
