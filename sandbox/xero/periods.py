"""Days and stretches of reports, and the financial year."""

from collections.abc import Mapping
from datetime import date, timedelta

from sandbox.xero.books import Books
from sandbox.xero.problems import WrongQuery

MOST_PERIODS = 12
MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


def whole_number(query: Mapping[str, str], name: str, default: int) -> int:
    """A number in a parameter. Raises WrongQuery."""
    try:
        return int(query.get(name) or default)
    except ValueError as error:
        raise WrongQuery(f"{name} is a number") from error


def stretches(since: str, until: str, query: Mapping[str, str]) -> list[tuple[str, str]]:
    """The asked stretch, then `periods` before it, each a `timeframe` earlier."""
    periods = max(0, min(MOST_PERIODS, whole_number(query, "periods", 0)))
    months = MONTHS.get((query.get("timeframe") or "MONTH").upper())
    if months is None:
        raise WrongQuery("timeframe is MONTH, QUARTER or YEAR")
    found = [(since, until)]
    for number in range(1, periods + 1):
        back = months * number
        found.append((moved(since, -back), moved(until, -back, end=is_last(until))))
    return found


def is_last(day: str) -> bool:
    """Whether a day is the last of its month."""
    return (date.fromisoformat(day) + timedelta(days=1)).day == 1


def moved(day: str, months: int, *, end: bool = False) -> str:
    """The same day of another month, or with `end` its last; never past the end of it."""
    found = date.fromisoformat(day)
    count = found.year * 12 + found.month - 1 + months
    try:
        first = date(count // 12, count % 12 + 1, 1)
    except ValueError as error:
        raise WrongQuery("The date is out of range") from error
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return (last if end else first.replace(day=min(found.day, last.day))).isoformat()


def day_before(day: str) -> str:
    """The eve of a day."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def year_start(books: Books, day: str) -> str:
    """The first day of the financial year of `day`."""
    month = int(books.organisation.get("FinancialYearEndMonth", 12)) % 12 + 1
    year = int(day[:4]) - (int(day[5:7]) < month)
    return date(year, month, 1).isoformat()


def long_day(day: str) -> str:
    """5 May 2026."""
    found = date.fromisoformat(day)
    return f"{found.day} {found:%B %Y}"


def short_day(day: str) -> str:
    """5 May 2026, with the month cut short."""
    found = date.fromisoformat(day)
    return f"{found.day} {found:%b %Y}"
