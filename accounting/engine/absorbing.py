"""What an object there means here: handlers by kind, in the order of dependency.

A handler works in the caller's transaction and gives True when the object is dealt with; False
leaves it to be looked at again, with the reason on its row.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.db import IntegrityError, transaction

from accounting.domain.states import SyncState
from accounting.engine.provider import Provider
from accounting.engine.work import Work
from accounting.models import Connection, RemoteChange, SyncDocument
from hub.errors import WharfError
from tenants.services.activity import log_activity

log = structlog.get_logger(__name__)

Handler = Callable[[Work, Connection, RemoteChange, Mapping[str, Any]], bool]
_handlers: dict[str, Handler] = {}
_readers: list[Callable[[Connection], int]] = []
_removals: list[Callable[[Connection, SyncDocument], bool]] = []


def register_handler(kind: str, handler: Handler) -> None:
    """Called from `AppConfig.ready`; `kind` is a value of `Provider.feeds`."""
    _handlers[kind] = handler


def register_reader(reader: Callable[[Connection], int]) -> None:
    """Called from `AppConfig.ready`: looks at lists that were read whole; gives what changed."""
    _readers.append(reader)


def lists_read(connection: Connection) -> int:
    """Look at the lists as they are now; gives how many rows changed here."""
    return sum(reader(connection) for reader in _readers)


def entities(provider: Provider) -> list[str]:
    """The entities of the feed, in the order in which they are taken over."""
    return list(provider.feeds)


def register_removal(handler: Callable[[Connection, SyncDocument], bool]) -> None:
    """Called from `AppConfig.ready`: what is gone there is taken back here; False asks somebody."""
    _removals.append(handler)


def absorb(
    work: Work, connection: Connection, change: RemoteChange, body: Mapping[str, Any]
) -> bool:
    """Take one object over; False when it stays, with the reason on its row."""
    try:
        with transaction.atomic():
            if change.deleted:
                return _gone(connection, change, str(body.get("merged_into", "")))
            handler = _handlers.get(work.provider.feeds.get(change.entity, ""))
            return handler(work, connection, change, body) if handler is not None else True
    except WharfError as error:
        reason, message = error.code[:40], error.message
    except IntegrityError:
        # A rule of the tables that no verb foresaw: one object must not stop the others.
        log.warning("sync_object_refused", entity=change.entity, id=change.remote_id, exc_info=True)
        reason = "contradicts"
        message = (
            "It contradicts what is written here and cannot be taken over. Enter here what it says "
            "and match the two, or leave it out; and tell Wharf's support what it is."
        )
    RemoteChange.objects.filter(id=change.id).update(reason=reason, message=message)
    return False


def _gone(connection: Connection, change: RemoteChange, merged_into: str = "") -> bool:
    """It was deleted there: never made anew by itself; somebody decides, but for payments."""
    rows = SyncDocument.objects.filter(
        connection=connection, entity=change.entity, remote_id=change.remote_id
    ).exclude(state__in=[SyncState.REMOVED, SyncState.REMOTE_GONE])
    for row in rows:
        if merged_into:
            _merged(connection, row, merged_into)
            continue
        if any(removal(connection, row) for removal in _removals):
            continue
        row.state, row.reason = SyncState.REMOTE_GONE, "deleted_there"
        row.message = "It was deleted there. Send it again as a new one, or skip it."
        row.save(update_fields=["state", "reason", "message"])
        log_activity(
            "sync.deleted_there", f"{row.number} was deleted in {connection}", about=connection
        )
    return True


def _merged(connection: Connection, row: SyncDocument, survivor: str) -> None:
    """Two became one there: ours stands for what is left, unless another of ours does already."""
    other = SyncDocument.objects.filter(
        connection=connection, kind=row.kind, entity=row.entity, remote_id=survivor
    ).first()
    if other is None:
        row.remote_id, row.remote_version = survivor, ""
        row.save(update_fields=["remote_id", "remote_version"])
    else:
        row.state, row.reason = SyncState.REMOTE_GONE, "merged_there"
        row.message = (
            f"It was merged into “{other.remote_number or other.number}” there, which “"
            f"{other.number}” stands for here. Use that one from now on and archive this one, or "
            "send this one again as a new one."
        )
        row.save(update_fields=["state", "reason", "message"])
    log_activity("sync.merged_there", f"{row.number} was merged in {connection}", about=connection)
