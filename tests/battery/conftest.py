"""The long trials run real workers on the database of the test process itself."""

import os
from collections.abc import Iterator

import psycopg
import pytest
import redis

from tests.support.processes import Processes


def forget_old_work() -> None:
    """Jobs that other tests left behind would keep the workers busy."""
    with psycopg.connect(os.environ["MIGRATOR_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "UPDATE tenants_job SET state = 'cancelled' WHERE state IN ('queued', 'running')"
        )
    flush_broker()


def flush_broker() -> None:
    """Every wake-up is lost."""
    with redis.Redis.from_url(os.environ["CELERY_BROKER_URL"]) as client:
        client.flushdb()


@pytest.fixture
def workers() -> Iterator[Processes]:
    """Starts workers, beat and web on this process's database, with nothing waiting in it."""
    forget_old_work()
    with Processes(os.environ) as started:
        yield started
