"""What every envelope's payload has in common: strict reading and one canonical text.

Payloads come from other organisations and are hostile until they are read: unknown fields,
control characters, floats, and anything beyond its bounds are refused, with the path and reason.
"""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    ValidationError,
)

from hub.errors import InvalidInput
from hub.money import (
    AMOUNT,
    PERCENT,
    QUANTITY,
    UNIT_PRICE,
    NumberColumn,
    is_currency,
    plain,
)

LONGEST_NAME = 255
LONGEST_NOTE = 4_000
LARGEST_PAYLOAD_BYTES = 16 * 1024 * 1024
_MOST_ERRORS = 50
_LONGEST_NUMBER = 40

# Invisible characters that reorder the text around them, so that a name reads as another.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Payload(BaseModel):
    """The base of every payload: strict, frozen, and closed to unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


AnyPayload = TypeVar("AnyPayload", bound=Payload)


# --- Text ----------------------------------------------------------------------------------
def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _REORDERING


def _one_line(text: str) -> str:
    if any(_is_hidden(letter) for letter in text):
        raise ValueError("Control characters are not allowed here.")
    return text


def _many_lines(text: str) -> str:
    if any(_is_hidden(letter) for letter in text if letter != "\n"):
        raise ValueError("Control characters other than line breaks are not allowed here.")
    return text


def clean_line(text: str, longest: int = LONGEST_NAME) -> str:
    """`text` on one line, without control characters, cut to fit a payload's name."""
    spaced = "".join(" " if letter in "\n\r\t\u2028\u2029" else letter for letter in text)
    kept = "".join(letter for letter in spaced if not _is_hidden(letter))
    return " ".join(kept.split())[:longest].rstrip()


def clean_note(text: str, longest: int = LONGEST_NOTE) -> str:
    """`text` with plain line breaks, without control characters, cut to fit a note."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    lines = lines.replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(letter for letter in lines if letter == "\n" or not _is_hidden(letter))
    return kept.strip()[:longest].rstrip()


def _currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError("This is not a current ISO 4217 currency code.")
    return code


def _email(address: str) -> str:
    name, at, domain = address.rpartition("@")
    if not (name and at and "." in domain.strip(".")) or any(
        letter.isspace() or letter in '<>,;:"\\' for letter in address
    ):
        raise ValueError("This is not an e-mail address.")
    return address


def _text_of(longest: int, *, shortest: int = 0) -> tuple[StringConstraints, AfterValidator]:
    pattern = r"\S" if shortest else None
    constraints = StringConstraints(min_length=shortest, max_length=longest, pattern=pattern)
    return constraints, AfterValidator(_one_line)


# The bounds are those of the columns that keep the texts at the other side.
Text = Annotated[str, *_text_of(LONGEST_NAME)]
Name = Annotated[str, *_text_of(LONGEST_NAME, shortest=1)]
Code = Annotated[str, *_text_of(64)]
Number = Annotated[str, *_text_of(40)]
Reference = Annotated[str, *_text_of(80)]
Sku = Annotated[str, *_text_of(60)]
Unit = Annotated[str, *_text_of(20)]
TaxName = Annotated[str, *_text_of(60, shortest=1)]
Note = Annotated[str, StringConstraints(max_length=LONGEST_NOTE), AfterValidator(_many_lines)]
Description = Annotated[
    str, StringConstraints(max_length=LONGEST_NAME), AfterValidator(_many_lines)
]
Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(_many_lines)]
Currency = Annotated[str, StringConstraints(max_length=3), AfterValidator(_currency)]
Email = Annotated[
    str, StringConstraints(max_length=254), AfterValidator(_one_line), AfterValidator(_email)
]


# --- Numbers: they travel as text, in the one shortest form ----------------------------------
def _number(
    column: NumberColumn,
    *,
    minimum: int | None = None,
    above: int | None = None,
    maximum: int | None = None,
) -> Callable[[object], Decimal]:
    def read(value: object) -> Decimal:
        if not isinstance(value, str | Decimal) or (
            isinstance(value, str) and (len(value) > _LONGEST_NUMBER or not _is_plain_number(value))
        ):
            raise ValueError('Write the number as text, for example "12.5".')
        try:
            return column.parse(value, minimum=minimum, above=above, maximum=maximum)
        except InvalidInput as error:
            raise ValueError(error.message) from error

    return read


def _is_plain_number(text: str) -> bool:
    whole, point, decimals = text.removeprefix("-").partition(".")
    return text.isascii() and whole.isdigit() and (decimals.isdigit() if point else decimals == "")


_AS_TEXT = PlainSerializer(plain, return_type=str)
Amount = Annotated[Decimal, BeforeValidator(_number(AMOUNT)), _AS_TEXT]
UnitPrice = Annotated[Decimal, BeforeValidator(_number(UNIT_PRICE, minimum=0)), _AS_TEXT]
Quantity = Annotated[Decimal, BeforeValidator(_number(QUANTITY, above=0)), _AS_TEXT]
# In an answer a line that cannot be supplied stays, with the quantity 0.
AnsweredQuantity = Annotated[Decimal, BeforeValidator(_number(QUANTITY, minimum=0)), _AS_TEXT]
Percent = Annotated[Decimal, BeforeValidator(_number(PERCENT, minimum=0, maximum=1000)), _AS_TEXT]


# --- Reading and writing -------------------------------------------------------------------
def canonical_json(payload: Payload) -> str:
    """The one text of a payload: sorted keys, no spaces, decimals as shortest text."""
    return json.dumps(
        payload.model_dump(mode="json"),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def sha256_hex(payload: Payload | str) -> str:
    """The SHA-256 of the canonical text, in hexadecimal."""
    text = payload if isinstance(payload, str) else canonical_json(payload)
    return hashlib.sha256(text.encode()).hexdigest()


def read_payload(model: type[AnyPayload], raw: str | bytes | Mapping[str, Any]) -> AnyPayload:
    """The payload in `raw` (JSON text, or what JSON text was loaded into).

    InvalidInput names every path that cannot be used, at most 50 of them, and why.
    """
    text = json.dumps(raw) if isinstance(raw, Mapping) else raw
    if len(text) > LARGEST_PAYLOAD_BYTES:
        raise InvalidInput("The document is too large.", code="payload_too_large")
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise _refusal(error) from error


def _refusal(error: ValidationError) -> InvalidInput:
    fields: dict[str, list[str]] = {}
    for item in error.errors(include_url=False, include_input=False)[:_MOST_ERRORS]:
        path = ".".join(str(part) for part in item["loc"])
        fields.setdefault(path, []).append(_sentence(item["type"], item["msg"], item.get("ctx")))
    path, messages = next(iter(fields.items()))
    where = f"{path}: " if path else ""
    return InvalidInput(
        f"The document cannot be read. {where}{messages[0]}", fields=fields, code="bad_payload"
    )


def _sentence(kind: str, message: str, context: Mapping[str, Any] | None) -> str:
    details = context or {}
    match kind:
        case "missing":
            return "This is missing."
        case "extra_forbidden":
            return "This field is not known."
        case "string_too_long":
            return f"At most {details['max_length']:,} characters."
        case "string_too_short" | "string_pattern_mismatch":
            return "This cannot be empty."
        case "too_long":
            return f"At most {details['max_length']:,} are allowed here."
        case "too_short":
            return f"At least {details['min_length']:,} are needed here."
        case "value_error":
            return str(details["error"])
        case _:
            return f"{message}."
