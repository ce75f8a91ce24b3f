"""The days that a report is about, from an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from hub.errors import InvalidInput
from hub.ui.components import Link
from hub.ui.formatting import date_text

EARLIEST = date(1900, 1, 1)  # a report from before the first year of dates cannot be opened


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `since` (None: the beginning) to `until`, both included."""

    until: date
    since: date | None = None

    def words(self, date_format: str) -> str:
        """The span in words, for headings."""
        last = date_text(self.until, date_format)
        return f"{date_text(self.since, date_format)} to {last}" if self.since else f"As at {last}"

    @property
    def account_query(self) -> str:
        """The same days for the address of an account's page."""
        days = {"posted_from": self.since, "posted_to": self.until}
        return urlencode({name: day.isoformat() for name, day in days.items() if day})


def day_of(text: str, field: str = "") -> date | None:
    """The day that was typed, None for none; InvalidInput (at `field`) when it is no date."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day < EARLIEST:
        message = "Write a date such as 2026-11-30."
        raise InvalidInput(message, fields={field: [message]} if field else None)
    return day


def span_of(
    params: Mapping[str, str], today: date, *, end: str = "until", from_new_year: bool = False
) -> Span:
    """The span that `?since=` and `?<end>=` ask for; InvalidInput names the one that is wrong.

    Without `since` it begins with the year (`from_new_year`), or with the book.
    """
    last = day_of(params.get(end, ""), end) or today
    first = day_of(params.get("since", ""), "since")
    if first is None and from_new_year:
        first = first_of_year(last)
    if first is not None and first > last:
        message = "The first day is after the last day."
        raise InvalidInput(message, fields={"since": [message]})
    return Span(last, first)


def first_of_year(day: date) -> date:
    """New Year's Day of its year."""
    return day.replace(month=1, day=1)


def presets(
    today: date, *, end: str, whole: bool, kept: Mapping[str, str] | None = None
) -> list[Link]:
    """Usual spans as links; `whole`: with a first day, else only days to stand at.

    `kept` are further parameters that the links carry along.
    """
    more = dict(kept or {})
    month, year = today.replace(day=1), first_of_year(today)
    last_month_end, last_year_end = month - timedelta(days=1), year - timedelta(days=1)
    if not whole:
        days = (
            ("Today", today),
            ("End of last month", last_month_end),
            ("End of last year", last_year_end),
        )
        return [Link(label, f"?{urlencode({end: day.isoformat(), **more})}") for label, day in days]
    spans = (
        ("This month", month, today),
        ("Last month", last_month_end.replace(day=1), last_month_end),
        ("This year", year, today),
        ("Last year", first_of_year(last_year_end), last_year_end),
    )
    return [
        Link(label, f"?{urlencode({'since': first.isoformat(), end: last.isoformat(), **more})}")
        for label, first, last in spans
    ]
