"""The time of a sandbox: real, sped up, moved or stopped."""

import time
from datetime import UTC, datetime

from sandbox.common.store import Store

NAME = "clock"


class Clock:
    """Seconds since 1970. Its settings are kept in the store; `speed` is given at start."""

    def __init__(self, store: Store, speed: float = 1.0) -> None:
        self.store, self.speed = store, speed
        self._started = time.time()

    def now(self) -> float:
        """The time there."""
        kept = self.store.setting("", NAME, {})
        if kept.get("stopped") is not None:
            return float(kept["stopped"])
        real = time.time()
        return real + (real - self._started) * (self.speed - 1) + float(kept.get("ahead", 0))

    def today(self) -> str:
        """The day there, in UTC, as 2026-11-30."""
        return datetime.fromtimestamp(self.now(), UTC).date().isoformat()

    def set(self, moment: float, *, stop: bool = False) -> None:
        """It is `moment` now; `stop` keeps it there."""
        kept = {"stopped": moment} if stop else {"ahead": moment - self._unmoved()}
        self.store.set("", NAME, kept)

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once."""
        kept = self.store.setting("", NAME, {})
        if kept.get("stopped") is not None:
            self.set(float(kept["stopped"]) + seconds, stop=True)
        else:
            self.set(self.now() + seconds)

    def _unmoved(self) -> float:
        real = time.time()
        return real + (real - self._started) * (self.speed - 1)
