"""Journals there between two days: ours, not ours, likely duplicates; deleting one (Q22)."""

from datetime import date
from uuid import UUID

from accounting.domain.answers import Order, There
from accounting.domain.duplicates import FoundJournal, find_duplicates
from accounting.domain.incoming import IncomingEntry
from accounting.domain.states import Kind, Verb
from accounting.engine.provider import Provider
from accounting.engine.talking import ProviderRefused, Talk, talking
from accounting.engine.work import may_write
from accounting.incoming.taking_over import NOT_THERE
from accounting.models import Connection, RemoteRecord, SyncDocument
from hub.errors import Conflict, InvalidInput, NotFound
from tenants.boundary import tenant_context
from tenants.services.activity import log_activity

LONGEST_DAYS = 366


def check_period(since: date, until: date) -> None:
    """Raises InvalidInput naming `until` for a period that is none or longer than a year."""
    if until < since:
        message = "The last day is before the first."
    elif (until - since).days > LONGEST_DAYS:
        message = "Choose at most a year."
    else:
        return
    raise InvalidInput(message, fields={"until": [message]})


def journals_there(
    tenant_id: UUID, connection_id: UUID, since: date, until: date
) -> list[FoundJournal]:
    """Read the period there and look for duplicates. Opens transactions; call outside of any.

    Raises InvalidInput (`until`), ProviderRefused.
    """
    check_period(since, until)
    with talking(tenant_id, connection_id) as talk:
        rows: list[There] = talk.call(lambda: list(talk.session.journals(since, until)))
    with tenant_context(tenant_id):
        return compared(Connection.objects.get(id=connection_id), talk.provider, rows)


def compared(connection: Connection, provider: Provider, rows: list[There]) -> list[FoundJournal]:
    """What was read, held against what is ours."""
    entries = [
        entry
        for row in rows
        if isinstance(entry := provider.read_incoming(row.entity, row.body), IncomingEntry)
    ]
    mine = SyncDocument.objects.filter(
        connection=connection, remote_id__in=[entry.id for entry in entries]
    ).exclude(state__in=NOT_THERE)
    entities = {row.id: row.entity for row in rows}
    ours = {
        row.remote_id: f"{Kind(row.kind).label} {row.number}".strip()
        for row in mine
        if entities.get(row.remote_id) == row.entity
    }
    return find_duplicates(entries, ours)


def account_names(connection: Connection) -> dict[str, str]:
    """What accounts there are called, for showing a journal's sides."""
    rows = RemoteRecord.objects.filter(connection=connection, kind="account")
    return dict(rows.values_list("remote_id", "name"))


def delete_journal(tenant_id: UUID, connection_id: UUID, remote_id: str) -> str:
    """Delete a journal there that is not ours; gives its number. Call outside a transaction.

    Raises Conflict (`ours`, `not_connected`), NotFound, ProviderRefused.
    """
    with tenant_context(tenant_id):
        connection = Connection.objects.get(id=connection_id)
        if not may_write(connection):
            raise Conflict(
                connection.pause_message or "This connection only reads. Delete it there.",
                code="not_connected",
            )
    with talking(tenant_id, connection_id) as talk:
        entity = talk.provider.entities[Kind.JOURNAL]
        with tenant_context(tenant_id):
            _refuse_ours(connection_id, entity, remote_id)
        there = talk.call(talk.session.read, entity, remote_id)
        if there is None:
            raise NotFound("This journal is not there any more.")
        number = there.number or remote_id
        _delete(talk, there)
    with tenant_context(tenant_id):
        log_activity(
            "journal.deleted_there",
            f"Duplicate journal {number} deleted in {talk.provider.title}",
            about=Connection.objects.get(id=connection_id),
        )
    return number


def _delete(talk: Talk, there: There) -> None:
    """With a key of its own; where the answer is lost, it is looked up."""
    key = f"duplicate-{there.id}-{there.version}"
    order = Order(Verb.DELETE, there.entity, {}, key, there.id, there.version)
    (outcome,) = talk.call(talk.session.send, [order])
    if outcome.there is not None or outcome.verdict is None:
        return
    if outcome.is_unknown and talk.call(talk.session.read, there.entity, there.id) is None:
        return
    raise ProviderRefused(outcome.verdict)


def _refuse_ours(connection_id: UUID, entity: str, remote_id: str) -> None:
    row = (
        SyncDocument.objects.filter(connection_id=connection_id, entity=entity, remote_id=remote_id)
        .exclude(state__in=NOT_THERE)
        .first()
    )
    if row is not None:
        raise Conflict(
            f"This is {row.number}, which Wharf made. Take it back here, then it goes there too.",
            code="ours",
        )
