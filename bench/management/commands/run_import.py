"""Check and write one import in a process of its own, and say what it took."""

import json
import resource
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files import File
from django.core.management.base import BaseCommand, CommandParser

from tenants.boundary import tenant_context
from tenants.jobs import run_job
from tenants.models import Import
from tenants.services.imports import begin_import, map_columns, start_import


class Command(BaseCommand):
    """Prints {"seconds", "megabytes", "rows"}: the time of both jobs, the process's peak."""

    help = "One import of products, measured"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", type=UUID)
        parser.add_argument("path")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant: UUID = options["tenant"]
        with Path(options["path"]).open("rb") as source, tenant_context(tenant):
            row = begin_import("products", File(source, name="products.csv"))
            map_columns(row.id, row.mapping)
        started = time.perf_counter()
        self._run(tenant, row)
        with tenant_context(tenant):
            start_import(row.id)
        self._run(tenant, row)
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak, "rows": row.rows}))

    def _run(self, tenant: UUID, row: Import) -> None:
        with tenant_context(tenant):
            row.refresh_from_db()
            assert row.job is not None
        assert run_job(tenant, row.job)
        with tenant_context(tenant):
            row.refresh_from_db()
            assert row.state in ("checked", "done"), row.faults
