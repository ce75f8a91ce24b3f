"""Periods of reports: by name (date_macro), and the columns that they are split into."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
DAY = timedelta(days=1)
Span = tuple[date, date]
MOST_COLUMNS = 200


def _week(day: date) -> Span:
    """Weeks begin on Sunday."""
    start = day - timedelta(days=(day.weekday() + 1) % 7)
    return start, start + 6 * DAY


def _month(day: date) -> Span:
    return day.replace(day=1), _month_end(day)


def _quarter(day: date) -> Span:
    start = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return start, _month_end(start.replace(month=start.month + 2))


def _year(day: date) -> Span:
    """Fiscal years begin in January."""
    return day.replace(month=1, day=1), day.replace(month=12, day=31)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _day(day: date) -> Span:
    return day, day


UNITS: dict[str, Callable[[date], Span]] = {
    "week": _week,
    "month": _month,
    "quarter": _quarter,
    "year": _year,
}


def named(macro: str, today: date) -> Span | None:
    """The period of a date_macro, or None when there is no such name."""
    words = macro.lower().replace("fiscal ", "").replace("calendar ", "").strip()
    plain = {
        "today": (today, today),
        "yesterday": (today - DAY, today - DAY),
        "all": (FIRST, LAST),
        "next 4 weeks": (_week(today)[1] + DAY, _week(today)[1] + 28 * DAY),
    }
    if words in plain:
        return plain[words]
    which, _space, unit = words.removesuffix("-to-date").partition(" ")
    if unit not in UNITS or which not in ("this", "last", "next"):
        return None
    span = UNITS[unit]
    start, end = span(today)
    if which == "last":
        into = today - start
        start, end = span(start - DAY)
        return (start, min(start + into, end)) if words.endswith("-to-date") else (start, end)
    if which == "next":
        return None if words.endswith("-to-date") else span(end + DAY)
    return (start, today) if words.endswith("-to-date") else (start, end)


def split(by: str, since: date, until: date) -> list[tuple[str, date, date]]:
    """Columns of a period by Days, Week, Month, Quarter or Year: title, first and last day.

    There are at most 200; what is left is one more by the name of Other.
    """
    span = {**UNITS, "days": _day}[by.lower()]
    found: list[tuple[str, date, date]] = []
    for start, end in _spans(span, since, until):
        if len(found) == MOST_COLUMNS:
            return [*found, ("Other", start, until)]
        found.append((_title(by.lower(), start, end, span(start)), start, end))
    return found


def _spans(span: Callable[[date], Span], since: date, until: date) -> Iterator[Span]:
    start = since
    while start <= until:
        end = min(span(start)[1], until)
        yield start, end
        if end == LAST:
            return
        start = end + DAY


def _title(by: str, start: date, end: date, whole: Span) -> str:
    if by == "days":
        return f"{start:%b} {start.day}, {start.year}"
    if by == "month" and (start, end) == whole:
        return f"{start:%b} {start.year}"
    if by in ("quarter", "year") and (start, end) == whole:
        return f"{start:%b} - {end:%b}, {end.year}"
    return f"{start:%b} {start.day} - {end:%b} {end.day}, {end.year}"
