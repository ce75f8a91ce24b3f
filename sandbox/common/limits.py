"""Rates and how many at once, on the sandbox's clock."""

from collections import deque


class Window:
    """At most `most` in any `seconds`; each key has its own."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self._taken: dict[str, deque[float]] = {}

    def _fresh(self, key: str, now: float) -> deque[float]:
        taken = self._taken.setdefault(key, deque())
        while taken and taken[0] <= now - self.seconds:
            taken.popleft()
        return taken

    def left(self, key: str, now: float) -> int:
        """How many more now."""
        return max(0, self.most - len(self._fresh(key, now)))

    def wait(self, key: str, now: float) -> float:
        """Seconds until one more is allowed; 0 when it is."""
        taken = self._fresh(key, now)
        if len(taken) < self.most:
            return 0.0
        return taken[0] + self.seconds - now if taken else self.seconds

    def take(self, key: str, now: float) -> bool:
        """Count one; False, and nothing is counted, when there are too many."""
        taken = self._fresh(key, now)
        if len(taken) >= self.most:
            return False
        taken.append(now)
        return True

    def clear(self) -> None:
        """Forget what was taken."""
        self._taken.clear()
