"""`manage.py work_off TENANT JOB`: a job and what follows it, as a worker would; prints JSON."""

import json
import resource
import time
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from tenants.boundary import tenant_context
from tenants.jobs import run_job
from tenants.models import Job, JobState


class Command(BaseCommand):
    """Works until nothing of the job's kind is due."""

    help = "Run one organisation's jobs of a kind to their end, and say what it took"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", type=UUID)
        parser.add_argument("job", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        tenant, job_id = options["tenant"], options["job"]
        began, before = time.monotonic(), time.process_time()
        with tenant_context(tenant):
            kind = Job.objects.values_list("kind", flat=True).get(id=job_id)
        while True:
            with tenant_context(tenant):
                due = Job.objects.filter(kind=kind, state=JobState.QUEUED).order_by("not_before")
                waiting = due.values_list("id", flat=True).first()
            if waiting is None:
                break
            if not run_job(tenant, waiting):
                time.sleep(0.2)
        used = {
            "seconds": time.monotonic() - began,
            "processor": time.process_time() - before,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        self.stdout.write(json.dumps(used))
