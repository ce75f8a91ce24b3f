"""The cache: Valkey, and this process's own memory while Valkey cannot be reached.

What is kept here (limits against guessing, short-lived copies) may be forgotten; a page or a call
must not fail for it. While Valkey is away each process counts guesses for itself, so a limit is
at most as many times too generous as there are web processes, and never off.
"""

from collections.abc import Callable
from typing import Any

import redis
import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

log = structlog.get_logger(__name__)


def _either(name: str) -> Callable[..., Any]:
    def call(self: "ForgivingCache", *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(super(ForgivingCache, self), name)(*args, **kwargs)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            log.warning("cache_away", call=name, reason=type(error).__name__)
            return getattr(self.standby, name)(*args, **kwargs)

    call.__name__ = name
    return call


class ForgivingCache(RedisCache):
    """Django's Redis cache that does not fail when its server does."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.standby = LocMemCache("standby", {**params, "OPTIONS": {}})

    add = _either("add")
    get = _either("get")
    set = _either("set")
    touch = _either("touch")
    delete = _either("delete")
    get_many = _either("get_many")
    has_key = _either("has_key")
    incr = _either("incr")
    set_many = _either("set_many")
    delete_many = _either("delete_many")
    clear = _either("clear")
