"""The migration's lists: customers, suppliers and products come in or are linked by their name.

Each is taken over in a transaction of its own size, and what is linked is known the next time: a
job that begins again repeats nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from django.db import transaction

from accounting.domain.answers import There
from accounting.domain.incoming import Incoming, IncomingItem, IncomingParty
from accounting.domain.states import Kind
from accounting.domain.wizard import Answers
from accounting.engine.work import Work
from accounting.incoming.items import absorb_item, link_item
from accounting.incoming.parties import absorb_party
from accounting.models import Connection, SyncDocument
from hub.errors import WharfError
from hub.faults import fault
from inventory.models import Product

CHUNK = 50


def bring_in_parties(work: Work, _answers: Answers) -> None:
    """Customers and suppliers; those with a name that is here already are linked to it."""
    for kind in (Kind.CUSTOMER, Kind.SUPPLIER):
        _bring_in(work, kind, _party)


def bring_in_products(work: Work, _answers: Answers) -> None:
    """Products; one of the same name, else of the same SKU, is the same."""
    _bring_in(work, Kind.PRODUCT, _item)


def _bring_in(work: Work, kind: Kind, take: Callable[[Connection, Incoming], None]) -> None:
    entity = work.provider.entities[kind]
    rows: list[There] = work.call(lambda: list(work.session.all(entity)))
    waiting, done = iter(rows), 0
    while chunk := list(islice(waiting, CHUNK)):
        with work.transaction() as connection:
            for incoming in _unknown(work, connection, entity, chunk):
                _try(work, connection, incoming, take)
            fault("migration.before_chunk_saved")
        fault("migration.chunk_saved")
        done += len(chunk)
        work.progress(done, len(rows), f"{kind.label}s: {done} of {len(rows)}")


def _unknown(
    work: Work, connection: Connection, entity: str, rows: Sequence[There]
) -> Iterator[Incoming]:
    known = set(
        SyncDocument.objects.filter(
            connection=connection, entity=entity, remote_id__in=[row.id for row in rows]
        ).values_list("remote_id", flat=True)
    )
    for row in rows:
        incoming = work.provider.read_incoming(entity, row.body)
        if incoming is not None and row.id not in known:
            yield incoming


def _try(
    work: Work,
    connection: Connection,
    incoming: Incoming,
    take: Callable[[Connection, Incoming], None],
) -> None:
    """What cannot come in is counted and said in the job's log; it holds nothing up."""
    try:
        with transaction.atomic():
            take(connection, incoming)
        work.counts["taken"] += 1
    except WharfError as error:
        work.counts["left"] += 1
        work.run.note(f"{incoming.number}: {error.message}", level="warning")


def _party(connection: Connection, incoming: Incoming) -> None:
    assert isinstance(incoming, IncomingParty)
    absorb_party(connection, incoming, link_by_name=True)


def _item(connection: Connection, incoming: Incoming) -> None:
    assert isinstance(incoming, IncomingItem)
    if not incoming.is_product:
        return
    same = Product.objects.filter(name=incoming.name, is_active=True)[:2]
    linked = SyncDocument.objects.filter(
        connection=connection, kind=Kind.PRODUCT, local_id__in=[row.id for row in same]
    ).exclude(remote_id="")
    if len(same) == 1 and not linked.exists():
        link_item(connection, incoming, same[0].id)
        return
    absorb_item(connection, incoming, link_by_sku=True)
