"""Finding due jobs across organisations, as a role that can see nothing else.

`wharf_dispatch` may read six columns of tenants_job. Lists are fair: the first due job of every
organisation comes before anybody's second one.
"""

from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.conf import settings

from hub.celery import LANES, poke

# More than two workers finish between ticks; what is left over is found by the next tick.
PER_LANE = 200

DUE = """
SELECT id, tenant_id FROM (
    SELECT id, tenant_id, not_before,
           row_number() OVER (PARTITION BY tenant_id ORDER BY not_before, id) AS turn
    FROM tenants_job
    WHERE lane = %(lane)s AND not_before <= clock_timestamp()
      AND (state = 'queued' OR (state = 'running' AND leased_until < clock_timestamp()))
) AS due
ORDER BY turn, not_before LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class DueJob:
    """Where a job is; nothing of what it says."""

    id: UUID
    tenant_id: UUID


def due_jobs(lane: str, limit: int = PER_LANE) -> list[DueJob]:
    """Due jobs of a lane in fair order, also those whose claim ran out."""
    with psycopg.connect(settings.DISPATCH_DATABASE_URL, autocommit=True) as connection:
        rows = connection.execute(DUE, {"lane": lane, "limit": limit}).fetchall()
    return [DueJob(job_id, tenant_id) for job_id, tenant_id in rows]


def dispatch_due_jobs() -> int:
    """Wake workers for every due job; gives how many. A second wake-up finds nothing."""
    count = 0
    for lane in LANES:
        for job in due_jobs(lane):
            poke("tenants.run_job", str(job.tenant_id), str(job.id), lane=lane, expires=5)
            count += 1
    return count
