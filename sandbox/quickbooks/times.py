"""Moments as QuickBooks writes them: Pacific time with its offset."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")


def stamp(moment: float) -> str:
    """2026-11-22T00:05:14.123-08:00, for the time of an answer."""
    return datetime.fromtimestamp(moment, PACIFIC).isoformat(timespec="milliseconds")


@lru_cache(maxsize=4096)
def _whole(second: int) -> str:
    return datetime.fromtimestamp(second, PACIFIC).isoformat(timespec="seconds")


def whole(moment: float) -> str:
    """2026-11-22T00:05:14-08:00, for the times of an object."""
    return _whole(int(moment))


def today(moment: float) -> str:
    """The day there."""
    return datetime.fromtimestamp(moment, PACIFIC).date().isoformat()


def instant(text: str) -> float:
    """Seconds since 1970 of a date or a date and time; without an offset it is Pacific time.

    Raises ValueError.
    """
    if len(text) == 10:
        found = datetime.combine(date.fromisoformat(text), datetime.min.time(), PACIFIC)
    else:
        found = datetime.fromisoformat(text)
    found = found if found.tzinfo else found.replace(tzinfo=PACIFIC)
    try:
        return found.astimezone(UTC).timestamp()
    except OverflowError as error:
        raise ValueError(text) from error
