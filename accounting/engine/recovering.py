"""Finding out what became of documents that were sent and never recorded."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounting.domain.answers import Order, There, Unready
from accounting.domain.hashing import fingerprint
from accounting.domain.states import RANKS, Kind, SyncState, Verb
from accounting.engine.deciding import resolver_of
from accounting.engine.provider import Rendered
from accounting.engine.recording import succeed
from accounting.engine.rows import RECORDED, write_rows
from accounting.engine.work import Work
from accounting.models import Connection, SyncDocument
from accounting.outgoing import build
from accounting.outgoing.frame import Frame


def recover(work: Work) -> None:
    """Find out what became of documents that were sent and never recorded."""
    with work.transaction() as connection:
        ranks = set(_unsettled(connection).values_list("rank", flat=True).distinct())
    for kind in RANKS:
        while kind.rank in ranks and _recover_some(work, kind):
            pass


def _unsettled(connection: Connection) -> QuerySet[SyncDocument]:
    """What was sent, and nobody has written down what came of it."""
    return SyncDocument.objects.filter(
        connection=connection, state=SyncState.SENDING, not_before__lte=timezone.now()
    )


def _recover_some(work: Work, kind: Kind) -> bool:
    with work.transaction() as connection:
        unsettled = _unsettled(connection).filter(rank=kind.rank)
        rows = list(unsettled.order_by("id")[: work.provider.batch])
        if not rows:
            return False
        orders = _orders_again(work, connection, kind, rows)
    found = work.call(work.session.find, [order for order, _print in orders.values()])
    with work.transaction():
        fresh = SyncDocument.objects.in_bulk([row.id for row in rows])
        for row_id, (there, (_order, print_)) in zip(
            orders, zip(found, orders.values(), strict=True), strict=True
        ):
            _resolve(work, fresh[row_id], there, print_)
        write_rows(fresh.values(), RECORDED)
    return True


def _orders_again(
    work: Work, connection: Connection, kind: Kind, rows: Sequence[SyncDocument]
) -> Mapping[UUID, tuple[Order, str]]:
    frame = Frame(work.options(connection))
    resolver = resolver_of(work, connection)
    documents = build(kind, [row.local_id for row in rows], frame)
    orders: dict[UUID, tuple[Order, str]] = {}
    for row in rows:
        document = documents.get(row.local_id)
        try:
            if document is None or row.verb == Verb.VOID:
                rendered, print_ = Rendered(row.entity, {}), row.sent_hash
            else:
                rendered = work.provider.render(document, resolver)
                print_ = fingerprint(rendered.payload, rendered.entity)
        except Unready:
            rendered, print_ = Rendered(row.entity, {"DocNumber": row.number}), ""
        orders[row.id] = (
            Order(
                Verb(row.verb), row.entity, rendered.payload, "", row.remote_id, row.remote_version
            ),
            print_,
        )
    return orders


def _resolve(work: Work, row: SyncDocument, there: There | None, print_: str) -> None:
    if there is not None:
        succeed(row, there, work.provider)
        work.counts["found"] += 1
        if print_ != row.sent_hash and row.verb != Verb.VOID:
            row.state = SyncState.PENDING  # it has been changed here since
        return
    assert row.sent_at is not None
    settled_at = row.sent_at + timedelta(
        seconds=work.provider.settles_after / float(settings.ACCOUNTING_SPEED)
    )
    if timezone.now() >= settled_at:
        row.state, row.not_before = SyncState.PENDING, timezone.now()
        return
    # It may still be on its way there: nothing is sent before that cannot be any more.
    row.not_before, row.reason = settled_at, "answer_lost"
    row.message = "The answer was lost. It is looked up before it is sent again."
