"""News that a provider pushes: kept once, and answered by one run that reads the feed.

News are a wake-up only: what changed is read by the feed, so late, repeated and unordered ones do
no harm. A merge is the exception: only its news says what was merged into what.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from accounting.domain.incoming import Told
from accounting.domain.options import read_options
from accounting.domain.states import ConnectionState, RunState
from accounting.engine.provider import provider_named
from accounting.engine.pulling import FIELD
from accounting.models import Connection, RemoteChange, RemoteEvent, SyncRun
from accounting.services.connecting import companies_of
from accounting.services.runs import start_later
from hub.secrets import encrypt
from tenants.actor import Actor, acting_as
from tenants.boundary import current_tenant, tenant_context
from tenants.models import Job, JobState
from tenants.services.jobs import wake

# Changes come in bursts: one run takes a burst along.
GATHER = timedelta(seconds=5)
CHUNK = 1_000


def take_news(provider: str, news: Sequence[Told]) -> int:
    """Keep what is new of every company that is connected; gives how many. Opens transactions."""
    by_realm: dict[str, dict[str, Told]] = defaultdict(dict)
    for one in news:
        by_realm[one.realm][one.key] = one
    kept = 0
    for realm, told in by_realm.items():
        for tenant, connection_id in companies_of(provider, realm):
            with (
                tenant_context(tenant),
                acting_as(Actor("system", None, provider_named(provider).title, "webhook")),
            ):
                kept += _keep(connection_id, list(told.values()))
    return kept


def _keep(connection_id: UUID, news: Sequence[Told]) -> int:
    connection = Connection.objects.get(id=connection_id)
    known = set(
        RemoteEvent.objects.filter(
            connection=connection, key__in=[one.key for one in news]
        ).values_list("key", flat=True)
    )
    fresh = [one for one in news if one.key not in known]
    RemoteEvent.objects.bulk_create(
        [
            RemoteEvent(connection=connection, key=one.key, entity=one.entity, remote_id=one.id)
            for one in fresh
        ],
        ignore_conflicts=True,
        batch_size=CHUNK,
    )
    _keep_merges(connection, [one for one in fresh if one.merged and one.merged != one.id])
    if fresh:
        ask_for_run(connection)
    return len(fresh)


def _keep_merges(connection: Connection, merges: Sequence[Told]) -> None:
    names = {name.lower(): name for name in provider_named(connection.provider).feeds}
    RemoteChange.objects.bulk_create(
        [
            RemoteChange(
                connection=connection,
                entity=names[one.entity],
                remote_id=one.merged,
                deleted=True,
                body=encrypt(
                    json.dumps({"merged_into": one.id}), tenant_id=current_tenant(), field=FIELD
                ),
            )
            for one in merges
            if one.entity in names
        ],
        update_conflicts=True,
        unique_fields=["tenant", "connection", "entity", "remote_id"],
        update_fields=["deleted", "body"],
    )


def ask_for_run(connection: Connection) -> None:
    """One run soon. A run that waits is brought forward; one that works is followed by another.

    Where autosync is off nothing runs by itself: what was told waits for the next sync.
    """
    if connection.state != ConnectionState.ACTIVE or not _runs_by_itself(connection):
        return
    soon = timezone.now() + GATHER
    if connection.cooled_until is not None and connection.cooled_until > soon:
        soon = connection.cooled_until
    run = SyncRun.objects.filter(connection=connection, state__in=sorted(RunState.open())).first()
    if run is None:
        start_later(connection, soon)
        return
    moved = Job.objects.filter(id=str(run.job), state=JobState.QUEUED, not_before__gt=soon).update(
        not_before=soon
    )
    if moved:
        wake(UUID(str(run.job)), lane="sync")


def _runs_by_itself(connection: Connection) -> bool:
    return read_options(connection.options).autosync.on


def news_since(connection: Connection, begun: datetime | None) -> bool:
    """Whether something was told while a run worked, which another run has to look at."""
    if begun is None or not _runs_by_itself(connection):
        return False
    rows = RemoteEvent.objects.filter(connection=connection)
    return rows.filter(received_at__gte=begun).exists()


def forget_old_news(connection: Connection, days: int = 30) -> int:
    """Drop what nobody repeats any more."""
    old = RemoteEvent.objects.filter(
        connection=connection, received_at__lt=Now() - timedelta(days=days)
    )
    return old.delete()[0]
