"""How much, how often and how many at once."""

from collections import Counter
from typing import Any

PAGE, MOST_ON_A_PAGE = 100, 1_000
LARGEST_BODY = 3_670_016
LONGEST_KEY = 128
MINUTE, DAY = 60, 86_400
TIERS: dict[str, dict[str, Any]] = {
    "Starter": {"connections": 5, "day": 1_000},
    "Core": {"connections": 50, "day": 5_000},
    "Plus": {"connections": 1_000, "day": 5_000},
    "Advanced": {"connections": 10_000, "day": 5_000},
    "Enterprise": {"connections": 1_000_000, "day": 5_000},
}


class Fixed:
    """At most so many in each stretch of `seconds`, which starts at a multiple of it."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._stretch: dict[str, int] = {}
        self._taken: Counter[str] = Counter()

    def _fresh(self, key: str, now: float) -> int:
        stretch = int(now // self.seconds)
        if self._stretch.get(key) != stretch:
            self._stretch[key], self._taken[key] = stretch, 0
        return self._taken[key]

    def left(self, key: str, most: int, now: float) -> int:
        """How many more now."""
        return max(0, most - self._fresh(key, now))

    def take(self, key: str, now: float) -> None:
        """Count one."""
        self._fresh(key, now)
        self._taken[key] += 1

    def wait(self, now: float) -> int:
        """Whole seconds until the next stretch."""
        return int(self.seconds - now % self.seconds) + 1

    def clear(self) -> None:
        """Forget what was taken."""
        self._taken.clear()


class Limits:
    """The counters of all organisations and apps; in memory, so a restart forgets them."""

    def __init__(self) -> None:
        self.minute, self.day, self.app = Fixed(MINUTE), Fixed(DAY), Fixed(MINUTE)
        self.running: Counter[str] = Counter()

    def problem(self, pair: str, client: str, most: dict[str, int], now: float) -> tuple[str, int]:
        """Which limit refuses a request, and the seconds to wait; ("", 0) counts it."""
        if self.running[pair] >= most["concurrent"]:
            return "concurrent", 0
        if not self.day.left(pair, most["day"], now):
            return "day", self.day.wait(now)
        if not self.minute.left(pair, most["minute"], now):
            return "minute", self.minute.wait(now)
        if not self.app.left(client, most["app_minute"], now):
            return "appminute", 0
        self.running[pair] += 1
        self.day.take(pair, now)
        self.minute.take(pair, now)
        self.app.take(client, now)
        return "", 0

    def clear(self) -> None:
        """Start over."""
        for one in (self.minute, self.day, self.app):
            one.clear()
