"""Taking over what changed there: the feed is kept first, then each object is looked at.

The feed's place moves on in the same transaction that keeps what it brought, so nothing is lost
between the two; an object that cannot be taken over now stays, with the reason.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.utils import timezone

from accounting.domain.answers import Changes, There
from accounting.domain.states import SyncState
from accounting.engine.absorbing import absorb, entities, lists_read
from accounting.engine.recovering import recover
from accounting.engine.work import Work
from accounting.models import Connection, RemoteChange, SyncDocument
from hub.faults import fault
from hub.secrets import decrypt, encrypt
from tenants.boundary import current_tenant

FIELD = "accounting.change"
FEED = "changes"
LISTS = "lists"
LEFT_OUT = "left_out"
SEEN = "seen"
# Answers overlap: of so many objects it is known that the answer before brought them already.
MOST_SEEN = 300
LIST_ROWS = 200
AHEAD = "ahead"


def pull(work: Work) -> None:
    """Read the feed, then take over what it brought.

    What was sent and not recorded is found out first, so that it does not come in as new.
    """
    recover(work)
    with work.transaction() as connection:
        since = connection.cursor.get(FEED, "")
    if not since:
        with work.transaction() as connection:
            _move_on(connection, timezone.now().isoformat())
        return
    changes = work.call(
        work.session.changes, since, entities(work.provider), partial(_versions, work)
    )
    gone = _sweep(work, changes.unsure)
    with work.transaction() as connection:
        _keep(connection, changes, gone)
        fault("sync.changes_kept")
        _move_on(connection, changes.cursor, changes.ahead)
    fault("sync.changes_read")
    _take_lists(work)
    absorb_all(work)


def _take_lists(work: Work) -> None:
    """Lists that were read whole since the last time: what no feed tells of comes in."""
    with work.transaction() as connection:
        read_at = connection.lists_read_at.isoformat() if connection.lists_read_at else ""
        if read_at and connection.cursor.get(LISTS) != read_at:
            work.counts["taken"] += lists_read(connection)
            cursor = {**connection.cursor, LISTS: read_at}
            Connection.objects.filter(id=connection.id).update(cursor=cursor)


def _sweep(work: Work, unsure: Sequence[str]) -> list[tuple[str, str]]:
    """Where the feed cannot tell what was deleted, what we know of is asked for."""
    gone: list[tuple[str, str]] = []
    for entity in unsure:
        with work.transaction() as connection:
            rows = SyncDocument.objects.filter(connection=connection, entity=entity)
            known = rows.exclude(remote_id="").exclude(
                state__in=[SyncState.REMOVED, SyncState.REMOTE_GONE]
            )
            ids = sorted(set(known.values_list("remote_id", flat=True)))
        if ids:
            missing = work.call(work.session.missing, entity, ids)
            gone += [(entity, remote_id) for remote_id in missing]
    return gone


def _move_on(connection: Connection, cursor: str, ahead: int | None = None) -> None:
    kept = {**connection.cursor, FEED: cursor}
    if ahead is not None:
        kept[AHEAD] = ahead
    Connection.objects.filter(id=connection.id).update(cursor=kept)


def ahead_of_us(connection: Connection) -> timedelta:
    """How far the provider's clock was before ours when it last answered."""
    return timedelta(seconds=int(connection.cursor.get(AHEAD, 0)))


def _keep(connection: Connection, changes: Changes, gone: Sequence[tuple[str, str]] = ()) -> None:
    known = _known(connection, changes)
    left_out, seen = connection.cursor.get(LEFT_OUT, {}), connection.cursor.get(SEEN, {})
    news = [
        each
        for each in changes.objects
        if not _is_echo(each, known)
        and each.version not in (left_out.get(_key(each), None), seen.get(_key(each), None))
    ]
    versions = [(_key(each), each.version) for each in changes.objects if each.version]
    connection.cursor = {**connection.cursor, SEEN: dict(versions[-MOST_SEEN:])}
    rows = [_row(connection, each) for each in news]
    rows += [
        RemoteChange(connection=connection, entity=entity, remote_id=remote_id, deleted=True)
        for entity, remote_id in (*changes.deleted, *gone)
    ]
    # The same object twice in one answer: the last one counts.
    latest = {(row.entity, row.remote_id): row for row in rows}
    RemoteChange.objects.bulk_create(
        latest.values(),
        update_conflicts=True,
        unique_fields=["tenant", "connection", "entity", "remote_id"],
        update_fields=["deleted", "body", "reason", "message", "seen_at"],
    )


def leave_out(connection: Connection, entity: str, remote_id: str, version: str) -> None:
    """Somebody left it out as it stands there; the feed, whose answers overlap, brings it again
    only once it was changed there. The last hundred are remembered.
    """
    known = {**connection.cursor.get(LEFT_OUT, {}), f"{entity}:{remote_id}": version}
    connection.cursor = {**connection.cursor, LEFT_OUT: dict(list(known.items())[-100:])}
    connection.save(update_fields=["cursor"])


def _versions(work: Work, entity: str, remote_ids: Sequence[str]) -> dict[str, str]:
    """The versions that are known of objects there."""
    with work.transaction() as connection:
        rows = SyncDocument.objects.filter(
            connection=connection, entity=entity, remote_id__in=remote_ids
        )
        return dict(rows.values_list("remote_id", "remote_version"))


def _known(connection: Connection, changes: Changes) -> dict[tuple[str, str], str]:
    ids = [each.id for each in changes.objects]
    rows = SyncDocument.objects.filter(connection=connection, remote_id__in=ids)
    return {
        (entity, remote_id): version
        for entity, remote_id, version in rows.values_list("entity", "remote_id", "remote_version")
    }


def _key(each: There) -> str:
    return f"{each.entity}:{each.id}"


def _is_echo(each: There, known: dict[tuple[str, str], str]) -> bool:
    """Our own write coming back: the version is the one that we know."""
    version = known.get((each.entity, each.id))
    if version is None:
        return False
    if version.isdigit() and each.version.isdigit():
        return int(version) >= int(each.version)
    return version == each.version


def _row(connection: Connection, each: There) -> RemoteChange:
    text = json.dumps(each.body, default=_plain)
    return RemoteChange(
        connection=connection,
        entity=each.entity,
        remote_id=each.id,
        body=encrypt(text, tenant_id=current_tenant(), field=FIELD),
        seen_at=timezone.now(),
    )


def _plain(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def body_of(change: RemoteChange) -> dict[str, object]:
    """The object as it was read."""
    if not change.body:
        return {}
    text = decrypt(change.body, tenant_id=current_tenant(), field=FIELD)
    return dict(json.loads(text, parse_float=Decimal))


def absorb_all(work: Work) -> None:
    """Take over everything that was kept, lists before parties before documents before money."""
    with work.transaction() as connection:
        kept = RemoteChange.objects.filter(connection=connection)
        changed = set(kept.values_list("entity", flat=True).distinct())
    for entity in (each for each in entities(work.provider) if each in changed):
        # Documents one by one, each whole or not at all; rows of lists touch nothing else.
        most = LIST_ROWS if work.provider.feeds.get(entity) == "list" else 1
        last = UUID(int=0)
        while True:
            with work.transaction() as connection:
                rows = RemoteChange.objects.filter(connection=connection, entity=entity)
                some = list(rows.filter(id__gt=last).order_by("id")[:most])
                if not some:
                    break
                last = some[-1].id
                done = [each.id for each in some if absorb(work, connection, each, body_of(each))]
                RemoteChange.objects.filter(id__in=done).delete()
                work.counts["taken"] += len(done)
            fault("sync.absorbed")
