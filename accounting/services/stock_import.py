"""Stock on hand: what is tracked there comes into one location, and its items there become services
(Q7, Q18).

Quantities come in within one transaction, once. Then each tracked item there gives up its name
and is made inactive, and the product is due to be made anew; a job that begins again finds what is
done.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from accounting.domain.answers import Order, There
from accounting.domain.incoming import IncomingItem
from accounting.domain.states import Kind, Mode, SyncState, Verb
from accounting.domain.wizard import Answers
from accounting.engine.pushing import push_kind
from accounting.engine.work import Work
from accounting.incoming.taking_over import local_of
from accounting.models import Connection, SyncDocument
from accounting.services.opening import note_brought_in
from hub.errors import Conflict, InvalidInput
from hub.faults import fault
from inventory.models import Location, Product, ProductKind
from inventory.services.opening_stock import receive_opening_stock
from inventory.services.stock import StockSource

ZERO = Decimal(0)
RETIRING = "retiring"


def bring_in_stock(work: Work, answers: Answers) -> None:
    """The migration's step; nothing when it was left out."""
    if not answers.stock:
        return
    entity = work.provider.entities[Kind.PRODUCT]
    rows: list[There] = work.call(lambda: list(work.session.all(entity)))
    tracked = [
        (row, item)
        for row in rows
        if isinstance(item := work.provider.read_incoming(entity, row.body), IncomingItem)
        and item.tracked
        and item.is_active
        and item.sku
    ]
    _receive(work, answers, [item for _row, item in tracked])
    with work.transaction() as connection:
        writes = connection.mode == Mode.BOTH_WAYS
    if not writes:
        return
    _replace_all(work, entity, {row.id: row for row, _item in tracked})
    push_kind(work, Kind.PRODUCT)


def _replace_all(work: Work, entity: str, tracked: Mapping[str, There]) -> None:
    """Note first what is to be replaced, so that nothing is lost half way; then one by one."""
    with work.transaction() as connection:
        rows = SyncDocument.objects.filter(
            connection=connection, kind=Kind.PRODUCT, entity=entity, remote_id__in=tracked
        )
        for row in rows:
            row.facts = {**row.facts, RETIRING: True}
            row.save(update_fields=["facts"])
        waiting = list(
            SyncDocument.objects.filter(
                connection=connection, kind=Kind.PRODUCT, facts__has_key=RETIRING
            ).order_by("id")
        )
    fault("migration.retiring_noted")
    for place, document in enumerate(waiting):
        work.progress(place, len(waiting), f"Making {document.number} anew as a service")
        retire(work, document, tracked.get(document.remote_id))


def check_stock_once(connection: Connection) -> None:
    """Stock on hand comes in once; raises Conflict (`stock_done`)."""
    when = connection.wizard.get("brought_in", {}).get("stock", "")
    if when:
        raise Conflict(
            f"Stock on hand came in on {when[:10]}. It can come in once only; a second time would "
            "count it twice.",
            code="stock_done",
        )


def _receive(work: Work, answers: Answers, items: Sequence[IncomingItem]) -> None:
    """Every quantity into the chosen location, once, in one transaction."""
    with work.transaction() as connection:
        if "stock" in connection.wizard.get("brought_in", {}):
            return
        location = _location(answers)
        rows = [row for item in items if (row := _row(connection, item, location)) is not None]
        if rows:
            source = StockSource("accounting", connection.id, str(connection)[:40])
            receive_opening_stock(rows, timezone.localdate(), source)
        work.counts["stock"] += len(rows)
        fault("migration.before_stock_saved")
        note_brought_in(connection, "stock")
    fault("migration.stock_saved")


def _location(answers: Answers) -> UUID:
    rows = Location.objects.filter(is_active=True)
    chosen = rows.filter(id=answers.location).first() if answers.location else None
    chosen = chosen or rows.filter(is_default=True).first()
    if chosen is None:
        raise InvalidInput("The location that the stock should go to is archived. Choose another.")
    return UUID(str(chosen.id))


def _row(connection: Connection, item: IncomingItem, location: UUID) -> dict[str, str] | None:
    product_id = local_of(connection, Kind.PRODUCT, item.id)
    if product_id is None or item.on_hand <= 0:
        return None
    product = Product.objects.filter(id=product_id, kind=ProductKind.STOCK).first()
    if product is None:
        return None
    return {
        "product": str(product.id),
        "location": str(location),
        "quantity": str(item.on_hand),
        "unit_cost": str(item.cost or ZERO),
    }


def retire(work: Work, document: SyncDocument, item: There | None) -> None:
    """Free its name, make it inactive, and let the product be made anew."""
    entity, remote_id = document.entity, document.remote_id
    item = item or work.call(work.session.read, entity, remote_id)
    if item is not None and item.is_active:
        payload = dict(work.provider.retirement(item))
        key = f"retire-{item.id}-{item.version}"
        order = Order(Verb.UPDATE, entity, payload, key, item.id, item.version)
        outcome = work.call(work.session.send, [order])[0]
        fault("migration.retired")
        if outcome.verdict is not None and not _is_gone(work, entity, remote_id):
            work.counts["left"] += 1
            with work.transaction():
                work.run.note(f"{document.number}: {outcome.verdict.sentence}", "warning")
            return
    facts = {key: value for key, value in document.facts.items() if key != RETIRING}
    with work.transaction():
        SyncDocument.objects.filter(id=document.id, remote_id=remote_id).update(
            state=SyncState.PENDING,
            remote_id="",
            remote_version="",
            hash="",
            sent_hash="",
            generation=document.generation + 1,
            reason="",
            message="",
            facts={**facts, "replaces": remote_id, "tracked": False},
        )
    fault("migration.replaced")


def _is_gone(work: Work, entity: str, remote_id: str) -> bool:
    """Whether an order whose answer was lost, or that came twice, was done."""
    now: There | None = work.call(work.session.read, entity, remote_id)
    return now is None or not now.is_active
