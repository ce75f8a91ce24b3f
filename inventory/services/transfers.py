"""Transfers between locations: goods keep their cost and their age on the way."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from hub.errors import InvalidInput
from inventory.models import (
    LayerEntry,
    Location,
    MovementKind,
    StockLayer,
    StockTransfer,
    StockTransferLine,
)
from inventory.selectors import standing_movements
from inventory.services.books import Books, open_books
from inventory.services.locations import location_or_default
from inventory.services.stock import StockSource, StockWork
from inventory.services.stock_returns import give_back, take_back
from inventory.services.stock_tasks import (
    CheckedLine,
    TaskHeader,
    TaskLine,
    authorised,
    check_lines,
    header_of,
    lock_draft,
    lock_task,
    move_task,
    record_task,
    set_header,
)
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.services.journals import reverse_source
from tenants.actor import current_actor
from tenants.services.numbers import take_number

ZERO = Decimal(0)


def draft_transfer(
    header: TaskHeader, destination: UUID, lines: Sequence[TaskLine]
) -> StockTransfer:
    """Draft a transfer. Raises InvalidInput with every bad field."""
    source, target = _ends(header, destination)
    checked = check_lines(lines, minimum=ZERO)
    task = StockTransfer(
        location=source,
        destination=target,
        created_by_name=current_actor().name[:160],
        **header_of(header),
    )
    task.number = take_number("transfer")
    task.save(force_insert=True)
    _write_lines(task, checked)
    record_task(task, "created", f"{task.number} drafted to {target.name}")
    return task


def change_transfer(
    task_id: UUID, header: TaskHeader, destination: UUID, lines: Sequence[TaskLine]
) -> StockTransfer:
    """Replace what a draft says. Raises Conflict (`not_a_draft`), InvalidInput."""
    task = lock_draft(StockTransfer, task_id)
    source, target = _ends(header, destination)
    checked = check_lines(lines, minimum=ZERO)
    set_header(task, header, location=source, destination=target)
    task.lines.all().delete()
    _write_lines(task, checked)
    record_task(task, "changed", f"{task.number} changed")
    return task


def _ends(header: TaskHeader, destination: UUID) -> tuple[Location, Location]:
    source = location_or_default(header.location)
    target = location_or_default(destination, field="destination")
    if source.id == target.id:
        message = "Choose two different locations."
        raise InvalidInput(message, fields={"destination": [message]})
    return source, target


def _write_lines(task: StockTransfer, checked: Sequence[CheckedLine]) -> None:
    StockTransferLine.objects.bulk_create(
        StockTransferLine(
            transfer=task, position=position, product=line.product, quantity=line.quantity or ZERO
        )
        for position, line in enumerate(checked, start=1)
    )


def send_transfer(task_id: UUID) -> StockTransfer:
    """The goods leave; until they are received they are in transit. Raises Conflict."""
    task = lock_task(StockTransfer, task_id)
    books = open_books(task.happened_on, field="happened_on")
    move_task(task, "send", **authorised())
    lines = list(task.lines.select_related("product").order_by("position"))
    work = _work(books, task, task.happened_on, [line.product_id for line in lines])
    work.read_layers({(line.product_id, task.location_id): line.quantity for line in lines})
    entries: list[Entry] = []
    for line in lines:
        _movement, taken = work.issue(
            line.product, task.location_id, line.quantity, kind=MovementKind.TRANSFER_OUT
        )
        work.level(line.product_id, task.destination_id).in_transit += line.quantity
        value = sum((part.value for part in taken), ZERO)
        entries.append(Entry(AccountRole.IN_TRANSIT, value, product=line.product_id))
        entries.append(Entry(AccountRole.INVENTORY, -value, product=line.product_id))
    work.save()
    books.post([_posting(books, task, task.happened_on, entries)])
    record_task(task, "sent", f"{task.number} left {task.location.name}")
    return task


def receive_transfer(task_id: UUID, *, received_on: date | None = None) -> StockTransfer:
    """The goods arrive, as old as they were and at what they cost. Raises Conflict."""
    task = lock_task(StockTransfer, task_id)
    on = received_on or max(task.happened_on, timezone.localdate())
    if on < task.happened_on:
        message = "This is before the goods left."
        raise InvalidInput(message, fields={"received_on": [message]})
    books = open_books(on, field="received_on")
    move_task(task, "receive", received_on=on)
    movements = {m.id: m for m in standing_movements([task.id])}
    work = _work(books, task, on, [m.product_id for m in movements.values()])
    parts = list(
        LayerEntry.objects.filter(of_movement_id__in=list(movements))
        .values("of_movement_id", "layer_id")
        .annotate(q=-Sum("quantity"), v=-Sum("value"))
        .order_by("of_movement_id", "layer_id")
    )
    layers = StockLayer.objects.in_bulk([part["layer_id"] for part in parts])
    entries: list[Entry] = []
    for part in parts:
        movement, layer = movements[part["of_movement_id"]], layers[part["layer_id"]]
        work.receive(
            movement.product_id,
            task.destination_id,
            part["q"],
            part["v"],
            kind=MovementKind.TRANSFER_IN,
            received_on=layer.received_on,
            parent=(layer, movement),
        )
        level = work.level(movement.product_id, task.destination_id)
        level.in_transit = max(ZERO, level.in_transit - part["q"])
        entries.append(Entry(AccountRole.INVENTORY, part["v"], product=movement.product_id))
        entries.append(Entry(AccountRole.IN_TRANSIT, -part["v"], product=movement.product_id))
    work.save()
    books.post([_posting(books, task, on, entries)])
    record_task(task, "received", f"{task.number} arrived at {task.destination.name}")
    return task


def _work(books: Books, task: StockTransfer, on: date, products: Sequence[UUID]) -> StockWork:
    return books.work(
        on,
        StockSource("transfer", task.id, task.number),
        [
            (product, location)
            for product in products
            for location in (task.location_id, task.destination_id)
        ],
    )


def _posting(books: Books, task: StockTransfer, on: date, entries: Sequence[Entry]) -> Posting:
    return Posting(
        JournalEvent.TRANSFER,
        on,
        Source("transfer", task.id, task.number),
        entries,
        books.base,
        memo=f"{task.location.name} to {task.destination.name}",
    )


def undo_transfer(task_id: UUID) -> StockTransfer:
    """Back to draft: the goods are where they came from. Raises Conflict when they were used."""
    task = lock_task(StockTransfer, task_id)
    on = task.received_on or task.happened_on
    books = open_books(task.happened_on, field="happened_on")
    move_task(task, "undo", authorised_at=None, received_on=None)
    movements = standing_movements([task.id])
    work = _work(books, task, on, [m.product_id for m in movements])
    came = [m for m in movements if m.kind == MovementKind.TRANSFER_IN]
    taken = take_back(work, came)
    went = [m for m in movements if m.kind == MovementKind.TRANSFER_OUT]
    values = give_back(work, [(m, -m.quantity) for m in went])
    if not came:
        for movement in went:
            level = work.level(movement.product_id, task.destination_id)
            level.in_transit = max(ZERO, level.in_transit + movement.quantity)
    work.save()
    reverse_source(task.id)
    # Pools on either side may have changed what the goods are worth meanwhile.
    change = sum(values.values(), ZERO) - sum(taken.values(), ZERO) if came else ZERO
    entries = [Entry(AccountRole.INVENTORY, change), Entry(AccountRole.DISCREPANCY, -change)]
    books.post([_posting(books, task, on, entries)])
    record_task(task, "undone", f"{task.number} is a draft again")
    return task


def void_transfer(task_id: UUID) -> StockTransfer:
    """Void a draft; its number stays taken."""
    task = lock_task(StockTransfer, task_id)
    move_task(task, "void")
    record_task(task, "voided", f"{task.number} voided")
    return task
