"""Attributes: up to ten values that an organisation names itself, with a type each. Pure.

A value is kept as text: a number without needless zeros, a date as 2026-05-31, a ticked box as
"yes"; an empty one is not kept.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

SLOTS = range(1, 11)
LONGEST_TEXT = 256
LONGEST_NAME = 60
MOST_CHOICES = 200
YES = "yes"
_TRUE = frozenset({"yes", "true", "1", "on", "x", "y"})
_FALSE = frozenset({"", "no", "false", "0", "off", "n"})
_LARGEST = Decimal(10) ** 15


class AttributeOwner(StrEnum):
    """What has attributes."""

    PRODUCT = "product"
    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    SALE = "sale"
    PURCHASE = "purchase"

    @property
    def label(self) -> str:
        """The set's name on the settings page."""
        return f"{self.value.capitalize()}s"


class AttributeType(StrEnum):
    """What values may be."""

    LIST = "list"
    TEXT = "text"
    CHECKBOX = "checkbox"
    NUMBER = "number"
    DATE = "date"
    UNUSED = "unused"

    @property
    def label(self) -> str:
        """As chosen on the settings page."""
        return TYPE_LABELS[self]


TYPE_LABELS = {
    AttributeType.LIST: "List",
    AttributeType.TEXT: "Text",
    AttributeType.CHECKBOX: "Check box",
    AttributeType.NUMBER: "Number",
    AttributeType.DATE: "Date",
    AttributeType.UNUSED: "Not used",
}


class BadValue(ValueError):
    """A value that its attribute cannot take; the text says what it can."""


def clean_value(kind: AttributeType, choices: Sequence[str], given: Any) -> str:
    """The text that is kept of what somebody typed or sent. Raises BadValue."""
    if kind is AttributeType.CHECKBOX:
        return _checked(given)
    text = given.isoformat() if isinstance(given, date) else " ".join(str(given or "").split())
    if given == 0 and not isinstance(given, bool):
        text = str(given)
    if not text:
        return ""
    match kind:
        case AttributeType.LIST:
            return _chosen(choices, text)
        case AttributeType.NUMBER:
            return _number(text)
        case AttributeType.DATE:
            return _day(text)
        case _:
            if len(text) > LONGEST_TEXT:
                raise BadValue(f"At most {LONGEST_TEXT} characters.")
            if not text.isprintable():
                raise BadValue("This holds letters that cannot be seen.")
            return text


def _checked(given: Any) -> str:
    text = str(given if given is not None else "").strip().lower()
    if text in _TRUE:
        return YES
    if text in _FALSE:
        return ""
    raise BadValue("Write yes or no.")


def _chosen(choices: Sequence[str], text: str) -> str:
    for choice in choices:
        if choice.casefold() == text.casefold():
            return choice
    few = ", ".join(choices[:8]) + (", …" if len(choices) > 8 else "")
    raise BadValue(f"Choose one of: {few}.")


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise BadValue("Write a number such as 12.5.") from error
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(number) >= _LARGEST:
        raise BadValue("Write a number of at most 15 digits.")
    if number != round(number, 4):
        raise BadValue("At most 4 decimals.")
    plain = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text[:10] if text[10:11] in ("T", " ") else text).isoformat()
    except ValueError as error:
        raise BadValue("Write a date such as 2026-05-31.") from error
