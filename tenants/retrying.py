"""Doing a transaction again that PostgreSQL ended to untie a knot: people never see a deadlock."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
import structlog
from django.db import OperationalError

log = structlog.get_logger(__name__)
Result = TypeVar("Result")
_TRIES = 4
_KNOTS = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


def untied(work: Callable[[], Result]) -> Result:
    """Run `work`, which opens and ends its own transaction, again after a deadlock.

    What it did was rolled back whole, so doing it again is doing it once. Raises the last error
    when the knot comes back each time.
    """
    for attempt in range(1, _TRIES):
        try:
            return work()
        except OperationalError as error:
            if not isinstance(error.__cause__, _KNOTS):
                raise
            log.warning("deadlock_untied", attempt=attempt)
            # Two that met once should not meet again in step.
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311
    return work()
