"""Hooks of the connect wizard: its jobs, and the pages that Settings lists."""

from accounting.engine.running import give_up
from accounting.services.bringing_in import BRING_IN_JOB, run_bring_in
from accounting.services.erasing import ERASE_JOB, run_erasing
from accounting.services.keeper import keeper_now
from accounting.services.migrating import MIGRATION_JOB, gave_up, run_migration
from ledger.keeper import Keeper, register_keeper
from tenants.beginnings import Beginning, register_beginning
from tenants.domain.permissions import Special
from tenants.jobs import JobKind, register_job_kind
from tenants.shell import MenuEntry, register_settings


def register() -> None:
    """Called from `AppConfig.ready`."""
    register_job_kind(JobKind(MIGRATION_JOB, "sync", run_migration, exhausted=gave_up))
    register_job_kind(JobKind(ERASE_JOB, "sync", run_erasing))
    register_job_kind(JobKind(BRING_IN_JOB, "sync", run_bring_in, exhausted=give_up))
    register_keeper(Keeper(keeper_now))
    register_beginning(Beginning("quickbooks", "QuickBooks Online", "accounting:connect"))
    register_settings(
        "Trade",
        MenuEntry(
            "Account mapping",
            "accounting:mapping",
            "arrows-exchange",
            lambda member: member.has(Special.QUICKBOOKS),
            135,
        ),
    )
