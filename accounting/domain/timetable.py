"""When automatic runs are due. Pure.

Windows follow one another from the first; whole days are counted on the organisation's own clock,
so that "daily at six" stays at six over a change of summer time.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
# Minutes between runs → how the settings page calls it.
FREQUENCIES = {
    15: "Every 15 minutes",
    30: "Every 30 minutes",
    60: "Every hour",
    120: "Every 2 hours",
    240: "Every 4 hours",
    480: "Every 8 hours",
    720: "Every 12 hours",
    1440: "Every day",
    10080: "Every week",
}


def next_window(first: datetime, every: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The first window after `now`, in UTC. `first` and `now` know their zone; minutes above 0."""
    if every <= 0:
        raise ValueError("windows need minutes between them")
    if now < first:
        return first.astimezone(UTC)
    if every % DAY:
        passed = int((now - first) / timedelta(minutes=every))
        return (first + timedelta(minutes=every) * (passed + 1)).astimezone(UTC)
    return _next_of_days(first, every // DAY, now, zone)


def _next_of_days(first: datetime, days: int, now: datetime, zone: ZoneInfo) -> datetime:
    begun = first.astimezone(zone).replace(tzinfo=None)
    gone = (now.astimezone(zone).replace(tzinfo=None) - begun).days // days * days
    while True:
        due = (begun + timedelta(days=gone)).replace(tzinfo=zone).astimezone(UTC)
        if due > now:
            return due
        gone += days


def window_key(moment: datetime) -> str:
    """What makes a window's run unique."""
    return f"auto:{moment.astimezone(UTC):%Y-%m-%dT%H:%M}"
