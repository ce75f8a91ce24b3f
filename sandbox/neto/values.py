"""Reading what callers send: every scalar may be a number or text, dates come in several ways."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

CENT = Decimal("0.01")
LARGEST = Decimal(1000000000)
LONGEST = 20_000
STAMP = "%Y-%m-%d %H:%M:%S"


class Problem(Exception):
    """What is wrong with a request or with one object of it, in the vendor's words."""

    def __init__(self, message: str, description: str = "", severity: str = "Error") -> None:
        super().__init__(message)
        self.message, self.description, self.severity = message, description, severity


def missing(kind: str, key: str) -> Problem:
    """The warning for an object that is not there."""
    return Problem(f"Cannot find {kind} {key}", severity="Warning")


def cents(amount: Decimal) -> Decimal:
    """To the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def decimal(value: Any, field: str, default: Decimal = Decimal(0)) -> Decimal:
    """A number of at most nine digits before the point and eight after. Raises Problem."""
    if value is None or value == "":
        return default
    try:
        number = Decimal(str(value).strip()) if not isinstance(value, (dict, list)) else None
    except InvalidOperation:
        number = None
    if number is None or isinstance(value, bool) or not number.is_finite():
        raise Problem("Invalid Request", f"{field} is not a number")
    if abs(number) >= LARGEST:
        raise Problem("Invalid Request", f"{field} is too large")
    return number.quantize(Decimal("1E-8"), ROUND_HALF_UP).normalize() + 0


def whole(value: Any, field: str, default: int = 0) -> int:
    """A whole number. Raises Problem."""
    number = decimal(value, field, Decimal(default))
    if number != int(number):
        raise Problem("Invalid Request", f"{field} is not a whole number")
    return int(number)


def flag(value: Any, default: bool = False) -> bool:
    """True or False, in any of their spellings."""
    if value is None or value == "":
        return default
    return str(value).strip().lower() in ("true", "1", "y", "yes")


def text(value: Any, field: str = "text", most: int = LONGEST) -> str:
    """Text; numbers are text too. Raises Problem."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        if not value:
            return ""
        raise Problem("Invalid Request", f"{field} is not a value")
    if isinstance(value, bool):
        return "True" if value else "False"
    found = str(value)
    if len(found) > most:
        raise Problem("Invalid Request", f"{field} is longer than {most}")
    return found


def moment(value: Any, field: str) -> datetime | None:
    """A point of time; without an offset it is UTC. Raises Problem."""
    given = text(value, field, 40).strip()
    if not given or given.startswith("0000-00-00"):
        return None
    try:
        found = datetime.fromisoformat(given)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Problem("Invalid Request", f"{field} is not a date") from error


def stamp(value: datetime | float | None) -> str:
    """As answers write it, in UTC."""
    if value is None:
        return ""
    when = value if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)
    return when.astimezone(UTC).strftime(STAMP)


def listed(value: Any) -> list[Any]:
    """A repeated field: a list, one object instead of a list, or nothing."""
    if value is None or value in ("", {}):
        return []
    return value if isinstance(value, list) else [value]


def inside(value: Any, name: str) -> list[dict[str, Any]]:
    """The objects of {"StickyNote": [...]} or of a bare list; what is no object is left out."""
    found: list[dict[str, Any]] = []
    for one in listed(value):
        if isinstance(one, dict):
            found += [it for it in listed(one.get(name, one)) if isinstance(it, dict)]
    return found


def words(value: Any, field: str) -> list[str]:
    """A repeated field of words."""
    return [text(one, field, 500).strip() for one in listed(value)[:10_000]]


def fixed(number: Any, places: int) -> str:
    """A number as text with so many decimals; empty stays empty."""
    if number in (None, ""):
        return ""
    return f"{Decimal(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def plain(number: Any) -> str:
    """A number as text, without zeros behind it."""
    return f"{Decimal(number).normalize():f}" if number not in (None, "") else ""
