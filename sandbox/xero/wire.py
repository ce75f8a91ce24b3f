"""How Xero writes and reads days, moments and money."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MS_DATE = re.compile(r"/Date\((-?\d{1,16})(?:[+-]\d{2,4})?\)/")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EPOCH = date(1970, 1, 1)
NO_ID = "00000000-0000-0000-0000-000000000000"


def new_id() -> str:
    """An id as Xero makes them."""
    return str(uuid.uuid4())


def rounded(amount: Decimal, places: int) -> Decimal:
    """Half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def cents(amount: Decimal) -> Decimal:
    """Half away from zero to two places."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def money_text(amount: Decimal) -> str:
    """As reports write it."""
    return f"{cents(amount) + 0:.2f}"  # never -0.00


def ms_day(day: str) -> str:
    """2026-11-20 as midnight UTC of that day."""
    return f"/Date({(date.fromisoformat(day) - EPOCH).days * 86_400_000}+0000)/"


def ms_moment(at: float) -> str:
    """Seconds since 1970."""
    return f"/Date({round(at * 1000)}+0000)/"


def moment_text(at: float, style: str = "%Y-%m-%dT%H:%M:%S") -> str:
    """Seconds since 1970 as text in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime(style)


def read_moment(text: str) -> datetime:
    """A moment as callers write it; without an offset it is UTC. Raises ValueError."""
    found = MS_DATE.fullmatch(text)
    if found:
        try:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))
        except OverflowError as error:
            raise ValueError("out of range") from error
    moment = datetime.fromisoformat(text)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("out of range") from error


def read_day(text: str) -> str:
    """A day as callers write it; a time with an offset may shift it. Raises ValueError."""
    if ISO_DAY.fullmatch(text):
        return date.fromisoformat(text).isoformat()
    day = read_moment(text).date()
    if not 1753 <= day.year <= 2200:
        raise ValueError("out of range")
    return day.isoformat()
