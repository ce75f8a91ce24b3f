"""Keeping under the provider's limits: GCRA in Valkey, shared by every worker.

Calls are evenly spaced, and one that is late lets the next go up to half an interval early, so a
429 is not met in normal work and a run that is kept waiting now and then loses nothing. While
Valkey is away each process spaces its own calls. `speed` makes hours pass faster, as the
sandbox's does.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

EARLY = 0.5  # of an interval
# Atomic: the next moment at which a call may go is moved on by one interval, and the wait is
# answered in milliseconds. The server's own clock is the only one that counts.
SCRIPT = """
local now = redis.call('TIME')
local at = now[1] * 1000 + now[2] / 1000
local interval, slack = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = tonumber(redis.call('GET', KEYS[1]) or at)
if due < at then due = at end
local wait = due - slack - at
local keep = math.ceil(due - at + interval + slack + 60000)
redis.call('SET', KEYS[1], string.format('%.3f', due + interval), 'PX', keep)
if wait < 0 then wait = 0 end
return tostring(wait)
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Calls per minute in each lane of one company there: {"request": 480, "batch": 39}."""

    per_minute: Mapping[str, float]


class Limiter:
    """Spaces the calls to one company. One per run; the times are shared through Valkey."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._speed = float(settings.ACCOUNTING_SPEED)
        self._client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=0.5
        )
        self._script = self._client.register_script(SCRIPT)
        self._own: dict[str, float] = {}
        self.waited = 0.0

    def wait(self, lane: str) -> None:
        """Return when one more call of the lane is allowed; seconds, never minutes."""
        interval = 60_000 / self._limits.per_minute[lane] / self._speed
        seconds = self._reserve(lane, interval) / 1000
        if seconds > 0:
            self.waited += seconds
            time.sleep(seconds)

    def _reserve(self, lane: str, interval: float) -> float:
        slack = interval * EARLY
        try:
            key = f"wharf:pace:{self._name}:{lane}"
            return float(self._script(keys=[key], args=[interval, slack]))
        except (redis.ConnectionError, redis.TimeoutError) as error:
            log.warning("limiter_alone", reason=type(error).__name__)
            now = time.monotonic() * 1000
            due = max(self._own.get(lane, now), now)
            self._own[lane] = due + interval
            return max(0.0, due - slack - now)
