"""Stock on hand: what is tracked there comes into one location, and its items there become services
(Q7, Q18).

Quantities come in within one transaction, once. Then each tracked item there gives up its name and
is made inactive, and the product is due to be made anew: a job that begins again finds what is done.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounting.domain.answers import Order, There
from accounting.domain.incoming import IncomingItem
from accounting.domain.states import Kind, Mode, SyncState, Verb
from accounting.domain.wizard import Answers
from accounting.engine.pushing import push_kind
from accounting.engine.work import Work
from accounting.models import Connection, SyncDocument
from accounting.services.absorb_common import local_of
from accounting.services.opening import note_brought_in
from hub.errors import InvalidInput
from hub.faults import fault
from inventory.models import Location, Product, ProductKind
from inventory.services.opening_stock import receive_opening_stock
from inventory.services.stock import StockSource

ZERO = Decimal(0)


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
    for place, (row, item) in enumerate(tracked):
        work.progress(place, len(tracked), f"Making {item.name} anew as a service")
        _retire(work, row)
    push_kind(work, Kind.PRODUCT)


def _receive(work: Work, answers: Answers, items: Sequence[IncomingItem]) -> None:
    """Every quantity into the chosen location, once, in one transaction."""
    with work.transaction() as connection:
        if "stock" in connection.wizard.get("brought_in", {}):
            return
        location = _location(answers)
        rows = [
            row for item in items if (row := _row(connection, item, location)) is not None
        ]
        if rows:
            source = StockSource("accounting", connection.id, str(connection)[:40])
            receive_opening_stock(rows, timezone.localdate(), source)
        work.counts["stock"] += len(rows)
        fault("migration.before_stock_saved")
        note_brought_in(connection, "stock")
    fault("migration.stock_saved")


def _location(answers: Answers) -> UUID:
    rows = Location.objects.filter(is_active=True)
    chosen = rows.filter(id=answers.location or None).first() or rows.filter(is_default=True).first()
    if chosen is None:
        raise InvalidInput("The location that the stock should go to is archived. Choose another.")
    return UUID(str(chosen.id))


def _row(connection: Connection, item: IncomingItem, location: UUID) -> dict[str, str] | None:
    product_id = local_of(connection, Kind.PRODUCT, item.entity, item.id)
    product = Product.objects.filter(id=product_id, kind=ProductKind.STOCK).first()
    if product is None or item.on_hand <= 0:
        return None
    return {
        "product": str(product.id),
        "location": str(location),
        "quantity": str(item.on_hand),
        "unit_cost": str(item.cost or ZERO),
    }


def _retire(work: Work, row: There) -> None:
    """Free its name, make it inactive, and let the product be made anew."""
    with work.transaction() as connection:
        document = SyncDocument.objects.filter(
            connection=connection, kind=Kind.PRODUCT, entity=row.entity, remote_id=row.id
        ).first()
    if document is None:
        return
    payload: dict[str, Any] = dict(work.provider.retirement(row))
    order = Order(
        Verb.UPDATE, row.entity, payload, f"retire-{row.id}-{row.version}", row.id, row.version
    )
    outcome = work.call(work.session.send, [order])[0]
    fault("migration.retired")
    if outcome.verdict is not None:
        now: There | None = work.call(work.session.read, row.entity, row.id)
        if now is not None and now.is_active:
            work.counts["left"] += 1
            with work.transaction():
                work.run.note(f"{row.number}: {outcome.verdict.sentence}", "warning")
            return
    with work.transaction() as connection:
        SyncDocument.objects.filter(
            id=document.id, entity=row.entity, remote_id=row.id
        ).update(
            state=SyncState.PENDING,
            remote_id="",
            remote_version="",
            hash="",
            sent_hash="",
            generation=document.generation + 1,
            reason="",
            message="",
            facts={**document.facts, "replaces": row.id, "tracked": False},
        )
    fault("migration.replaced")
