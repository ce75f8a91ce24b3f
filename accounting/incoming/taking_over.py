"""What every taking over has in common: which row it is, who changed it last, how it is kept."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounting.domain.answers import Unready
from accounting.domain.hashing import as_taken_over
from accounting.domain.incoming import (
    Held,
    Incoming,
    IncomingItem,
    IncomingMoney,
    IncomingTrade,
)
from accounting.domain.options import read_options
from accounting.domain.outgoing import Document
from accounting.domain.states import Kind, SyncState
from accounting.engine.emptying import in_step
from accounting.engine.provider import provider_named
from accounting.engine.pulling import ahead_of_us
from accounting.engine.sheets import sealed_sheet
from accounting.models import Connection, Link, LocalChange, RemoteRecord, SyncDocument
from accounting.outgoing import build
from accounting.outgoing.frame import Frame

# Kinds → what the triggers call their rows.
TABLES = {
    Kind.CUSTOMER: "contact",
    Kind.SUPPLIER: "contact",
    Kind.PRODUCT: "product",
    Kind.INVOICE: "invoice",
    Kind.BILL: "bill",
    Kind.PAYMENT: "payment",
    Kind.BILL_PAYMENT: "payment",
}
# What their times are rounded down to.
THEIR_CLOCK = timedelta(seconds=1)
NOT_THERE = (SyncState.REMOTE_GONE, SyncState.REMOVED)


def title_of(connection: Connection) -> str:
    """What the accounting system is called."""
    return provider_named(connection.provider).title


def row_of(connection: Connection, entity: str, remote_id: str) -> SyncDocument | None:
    """The row of an object there, locked; the first where it stands for several."""
    rows = SyncDocument.objects.select_for_update(no_key=True).filter(
        connection=connection, entity=entity, remote_id=remote_id
    )
    return rows.order_by("rank", "id").first()


def row_here(connection: Connection, kind: Kind, local_id: UUID) -> SyncDocument | None:
    """The row of something here in one role, locked."""
    return (
        SyncDocument.objects.select_for_update(no_key=True)
        .filter(connection=connection, kind=kind, local_id=local_id)
        .first()
    )


def local_of(connection: Connection, kind: Kind, remote_id: str) -> UUID | None:
    """What stands here for an object there; None when it is unknown or gone."""
    rows = SyncDocument.objects.filter(
        connection=connection, kind=kind, remote_id=remote_id
    ).exclude(state__in=NOT_THERE)
    found = rows.values_list("local_id", flat=True).first()
    return UUID(str(found)) if found is not None else None


def is_known(row: SyncDocument, incoming: Incoming) -> bool:
    """Whether this version was seen already: our own write, or a repeat."""
    if row.remote_version.isdigit() and incoming.version.isdigit():
        return int(row.remote_version) >= int(incoming.version)
    return bool(row.remote_version) and row.remote_version == incoming.version


def changed_here_at(connection: Connection, row: SyncDocument) -> datetime | None:
    """When it was changed here, where that has not been sent yet; else None."""
    change = LocalChange.objects.filter(
        kind=TABLES[Kind(row.kind)], local_id=row.local_id
    ).values_list("mark", flat=True)
    mark = change.first()
    if mark is not None:
        return datetime.fromtimestamp(int.from_bytes(mark.bytes[:6], "big") / 1000, UTC)
    waits = row.state in SyncState.under_way() or row.state in SyncState.needing_someone()
    return row.not_before if waits and row.verb == "" else None


def ours_is_newer(connection: Connection, row: SyncDocument, incoming: Incoming) -> bool:
    """Last change wins (Q12), by our clock: theirs is taken for as far before or behind as it was
    when the feed was read. Theirs wins where a clock is missing, and within its second.
    """
    mine = changed_here_at(connection, row)
    theirs = incoming.changed_at
    if mine is None or theirs is None:
        return False
    return mine >= theirs - ahead_of_us(connection) + THEIR_CLOCK


def keep_ours(row: SyncDocument, incoming: Incoming) -> None:
    """Ours goes there over theirs: with their version, and whatever its payload was before."""
    row.remote_version, row.hash = incoming.version, "ours"
    row.save(update_fields=["remote_version", "hash"])


def back_in_step(row: SyncDocument) -> None:
    """What was changed there is as it was: no conflict any more, and ours is looked at again."""
    if row.state == SyncState.CONFLICT:
        row.state, row.reason, row.message, row.there_sheet = SyncState.PENDING, "", "", ""
        row.not_before = timezone.now()
        row.save(update_fields=["state", "reason", "message", "there_sheet", "not_before"])


def seen(row: SyncDocument, incoming: Incoming) -> None:
    """Nothing of it matters here; its version does, for the next write."""
    row.remote_version = incoming.version
    row.remote_number = (incoming.number or row.remote_number)[:120]
    row.save(update_fields=["remote_version", "remote_number"])


def document_of(connection: Connection, kind: Kind, local_id: UUID) -> Document:
    """Something here as it would go there; raises Held."""
    try:
        return build(kind, [local_id], Frame(read_options(connection.options)))[local_id]
    except Unready as error:
        raise Held(error.verdict.sentence, code=error.verdict.code) from error


def take_over(
    connection: Connection,
    kind: Kind,
    local_id: UUID,
    incoming: Incoming,
    *,
    row: SyncDocument | None = None,
    from_there: bool = True,
) -> SyncDocument:
    """Note that something here stands for an object there as it is now; gives the row."""
    document = document_of(connection, kind, local_id)
    row = row or row_here(connection, kind, local_id)
    if row is None:
        row = SyncDocument(connection=connection, from_there=from_there)
    row.kind, row.rank, row.local_id = kind, kind.rank, local_id
    row.number, row.happened_on = document.number[:120], document.on
    row.currency, row.total, row.tax = document.currency, document.total, document.tax
    if isinstance(incoming, IncomingTrade | IncomingMoney):
        row.remote_total = incoming.total
        row.remote_tax = incoming.tax if isinstance(incoming, IncomingTrade) else None
    if isinstance(incoming, IncomingItem) and incoming.income_account:
        row.facts = {**row.facts, "income_account": incoming.income_account}
    row.entity, row.remote_id = incoming.entity, incoming.id
    row.remote_version, row.remote_number = incoming.version, incoming.number[:120]
    row.state, row.reason, row.message, row.fix = SyncState.SYNCED, "", "", {}
    row.hash, row.sent_hash, row.verb = as_taken_over(document), "", ""
    in_step(row, document)
    row.generation, row.attempts, row.synced_at = row.generation + 1, 0, timezone.now()
    row.synced_sheet, row.there_sheet = sealed_sheet(incoming.sheet), ""
    row.save()
    return row


def refuse_unsettled(connection: Connection, kind: Kind) -> None:
    """Something of ours may just have arrived there; raises Held until that is known."""
    sending = SyncDocument.objects.filter(
        connection=connection, rank=kind.rank, state=SyncState.SENDING, remote_id=""
    )
    if sending.exists():
        raise Held(
            "Whether this is one that was just sent is found out first; then it is looked at.",
            code="settling",
        )


def mapped(connection: Connection, kind: str, remote_id: str) -> UUID | None:
    """Ours of an account, tax code or term there that is mapped."""
    found = (
        Link.objects.filter(
            connection=connection, kind=kind, remote_id=remote_id, local_id__isnull=False
        )
        .order_by("made_at", "id")
        .values_list("local_id", flat=True)
        .first()
    )
    return UUID(str(found)) if found is not None else None


def record_of(connection: Connection, kind: str, remote_id: str) -> RemoteRecord | None:
    """A row of one of their lists."""
    return RemoteRecord.objects.filter(
        connection=connection, kind=kind, remote_id=remote_id
    ).first()
