"""Runs of the engine, events that providers push, and what was posted of cost of goods sold."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from accounting.domain.states import RunKind, RunState
from accounting.models.connections import Connection
from tenants.models import TenantForeignKey, TenantModel


class SyncRun(TenantModel):
    """One run. `window` is what makes an automatic run unique: its place in the timetable."""

    connection = TenantForeignKey(Connection)
    kind = models.CharField(max_length=12, choices=RunKind.choices)
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.QUEUED)
    window = models.CharField(max_length=40, blank=True)
    job = models.UUIDField(null=True)
    phase = models.CharField(max_length=24, blank=True)
    payload = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)  # {"sent": 3, "taken": 1, "attention": 1, "calls": 4}
    error = models.TextField(blank=True)
    started_by_name = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "connection"],
                condition=models.Q(state__in=sorted(RunState.open())),
                name="one_open_run",
            ),
            models.UniqueConstraint(
                fields=["tenant", "connection", "window"],
                condition=~models.Q(window=""),
                name="one_run_per_window",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="sync_runs_newest")]


class RemoteEvent(TenantModel):
    """A webhook that arrived: kept so that a repeat is known, and a sync is asked for once."""

    connection = TenantForeignKey(Connection)
    key = models.CharField(max_length=80)
    entity = models.CharField(max_length=24, blank=True)
    remote_id = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "connection", "key"], name="remote_event_once"
            )
        ]


class CogsEntry(TenantModel):
    """A journal of cost of goods sold as it was worked out for one day, channel and class.

    `amounts` maps an account's id to debits less credits in base currency. A later change of cost
    is another entry of the same day with the difference; a voided one no longer counts.
    """

    connection = TenantForeignKey(Connection)
    day = models.DateField()
    channel = models.CharField(max_length=40)
    class_key = models.CharField(max_length=120, blank=True)
    sequence = models.SmallIntegerField(default=1)
    amounts = models.JSONField()
    is_void = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "connection", "day", "channel", "class_key", "sequence"],
                name="cogs_entry_once",
            )
        ]
