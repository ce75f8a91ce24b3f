"""Adjustments and stocktakes: stock is what was found, and the difference is explained."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from hub.errors import Conflict, InvalidInput
from hub.money import multiply, round_half_up
from inventory.domain.states import StockTaskStatus
from inventory.models import (
    MovementKind,
    Product,
    StockAdjustment,
    StockAdjustmentLine,
    StockLevel,
    Stocktake,
    StocktakeLine,
    StockTask,
)
from inventory.selectors import standing_movements
from inventory.services.books import Books, open_books
from inventory.services.locations import location_or_default
from inventory.services.stock import StockSource
from inventory.services.stock_returns import give_back, take_back
from inventory.services.stock_tasks import (
    KINDS,
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
    unit_costs,
)
from ledger.domain.accounts import CONTROL_ROLES, AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.models import Account
from ledger.services.journals import reverse_source
from tenants.actor import current_actor
from tenants.services.numbers import take_number

ZERO = Decimal(0)


def draft_adjustment(
    header: TaskHeader, lines: Sequence[TaskLine], *, account: UUID | None = None
) -> StockAdjustment:
    """Draft an adjustment. Raises InvalidInput with every bad field."""
    location = location_or_default(header.location)
    checked = check_lines(lines, minimum=None)
    _check_account(account)
    task = StockAdjustment(
        location=location,
        account_id=account,
        created_by_name=current_actor().name[:160],
        **header_of(header),
    )
    task.number = take_number("adjustment")
    task.save(force_insert=True)
    _write_lines(task, checked)
    record_task(task, "created", f"{task.number} drafted for {location.name}")
    return task


def change_adjustment(
    task_id: UUID,
    header: TaskHeader,
    lines: Sequence[TaskLine],
    *,
    account: UUID | None = None,
) -> StockAdjustment:
    """Replace what a draft says. Raises Conflict (`not_a_draft`), InvalidInput."""
    task = lock_draft(StockAdjustment, task_id)
    location = location_or_default(header.location)
    checked = check_lines(lines, minimum=None)
    _check_account(account)
    set_header(task, header, location=location, account_id=account)
    task.lines.all().delete()
    _write_lines(task, checked)
    record_task(task, "changed", f"{task.number} changed")
    return task


def _check_account(account: UUID | None) -> None:
    """What bears the difference: no account that must equal something else than its postings."""
    if account is None:
        return
    found = Account.objects.filter(id=account, is_active=True).first()
    message = ""
    if found is None:
        message = "This account does not exist."
    elif found.role in CONTROL_ROLES:
        message = f"{found.name} follows documents. Choose an account of costs or income."
    if message:
        raise InvalidInput(message, fields={"account": [message]})


def _write_lines(task: StockAdjustment, checked: Sequence[CheckedLine]) -> None:
    StockAdjustmentLine.objects.bulk_create(
        StockAdjustmentLine(
            adjustment=task,
            position=position,
            product=line.product,
            quantity=line.quantity or ZERO,
            unit_cost=line.unit_cost,
            note=line.note,
        )
        for position, line in enumerate(checked, start=1)
    )


def authorise_adjustment(task_id: UUID) -> StockAdjustment:
    """Stock changes and the difference is posted. Raises Conflict, InvalidInput."""
    task = lock_task(StockAdjustment, task_id)
    books = open_books(task.happened_on, field="happened_on")
    move_task(task, "authorise", **authorised())
    lines = list(task.lines.select_related("product").order_by("position"))
    _apply(
        books,
        task,
        [(line.product, line.quantity, line.unit_cost) for line in lines],
        MovementKind.ADJUSTMENT,
        task.account_id or AccountRole.DISCREPANCY,
    )
    record_task(task, "authorised", f"{task.number} authorised")
    return task


def _apply(
    books: Books,
    task: StockTask,
    changes: Sequence[tuple[Product, Decimal, Decimal | None]],
    kind: MovementKind,
    bearer: AccountRole | UUID,
) -> None:
    location = task.location_id
    source = StockSource(KINDS[type(task)], task.id, task.number)
    work = books.work(task.happened_on, source, [(p.id, location) for p, _q, _c in changes])
    work.read_layers({(p.id, location): -q for p, q, _cost in changes if q < 0})
    costs = unit_costs([p for p, q, cost in changes if q > 0 and cost is None], location)
    entries: list[Entry] = []
    for product, quantity, given in changes:
        if quantity > 0:
            cost = given if given is not None else costs[product.id]
            value = round_half_up(multiply(quantity, cost), books.decimals)
            work.receive(product.id, location, quantity, value, kind=kind)
        elif quantity < 0:
            _movement, taken = work.issue(product, location, -quantity, kind=kind)
            value = -sum((part.value for part in taken), ZERO)
        else:
            continue
        entries.append(Entry(AccountRole.INVENTORY, value, product=product.id))
        entries.append(Entry(bearer, -value, product=product.id))
    work.save()
    event = JournalEvent.STOCKTAKE if kind == MovementKind.STOCKTAKE else JournalEvent.ADJUSTMENT
    books.post(
        [
            Posting(
                event,
                task.happened_on,
                Source(source.kind, task.id, task.number),
                entries,
                books.base,
                memo=task.reference,
            )
        ]
    )


def undo_adjustment(task_id: UUID) -> StockAdjustment:
    """Back to draft. Raises Conflict when what came in was used since."""
    task = lock_task(StockAdjustment, task_id)
    _take_back(task)
    record_task(task, "undone", f"{task.number} is a draft again")
    return task


def _take_back(task: StockTask) -> None:
    books = open_books(task.happened_on, field="happened_on")
    move_task(task, "undo", authorised_at=None)
    movements = standing_movements([task.id])
    work = books.work(
        task.happened_on,
        StockSource(KINDS[type(task)], task.id, task.number),
        [(m.product_id, m.location_id) for m in movements],
    )
    came = [movement for movement in movements if movement.quantity > 0]
    taken = take_back(work, came)
    give_back(work, [(m, -m.quantity) for m in movements if m.quantity < 0])
    work.save()
    reverse_source(task.id)
    # What was pooled may leave at another value than it came.
    difference = sum((taken[m.id] - m.value for m in came), ZERO)
    books.post(
        [
            Posting(
                JournalEvent.ADJUSTMENT,
                task.happened_on,
                Source(KINDS[type(task)], task.id, task.number),
                [
                    Entry(AccountRole.DISCREPANCY, difference),
                    Entry(AccountRole.INVENTORY, -difference),
                ],
                books.base,
            )
        ]
    )


def void_adjustment(task_id: UUID) -> StockAdjustment:
    """Void a draft; its number stays taken."""
    task = lock_task(StockAdjustment, task_id)
    move_task(task, "void")
    record_task(task, "voided", f"{task.number} voided")
    return task


# --- Stocktakes --------------------------------------------------------------------------------
def begin_stocktake(header: TaskHeader, products: Sequence[UUID] | None = None) -> Stocktake:
    """Begin to count a location: everything that is or was there, or the given products."""
    location = location_or_default(header.location)
    levels = StockLevel.objects.filter(location=location, product__is_active=True)
    if products is not None:
        levels = levels.filter(product_id__in=products)
    rows = list(levels.select_related("product").order_by("product__sku_key"))
    if products is not None:
        there = {row.product_id for row in rows}
        known = Product.objects.filter(id__in=products, kind="stock").exclude(id__in=there)
        rows += [StockLevel(product=p, location=location, on_hand=ZERO) for p in known]
    if not rows:
        raise Conflict("There is nothing to count here. Choose products to count.", code="empty")
    task = Stocktake(
        location=location, created_by_name=current_actor().name[:160], **header_of(header)
    )
    task.number = take_number("stocktake")
    task.save(force_insert=True)
    StocktakeLine.objects.bulk_create(
        StocktakeLine(stocktake=task, position=position, product=row.product, expected=row.on_hand)
        for position, row in enumerate(rows, start=1)
    )
    record_task(task, "created", f"{task.number} begun at {location.name}")
    return task


def write_counts(task_id: UUID, lines: Sequence[TaskLine]) -> Stocktake:
    """Write what was counted; a product that is not named keeps its count, empty clears it."""
    task = lock_task(Stocktake, task_id)
    if task.status != StockTaskStatus.DRAFT:
        raise Conflict(f"{task.number} is authorised; undo it first.", code="not_a_draft")
    checked = check_lines(lines, minimum=ZERO, empty_allowed=True)
    rows = {row.product_id: row for row in task.lines.all()}
    new: list[StocktakeLine] = []
    changed: list[StocktakeLine] = []
    for line in checked:
        row = rows.get(line.product.id)
        if row is None:
            level = StockLevel.objects.filter(product=line.product, location=task.location).first()
            row = StocktakeLine(
                stocktake=task,
                position=len(rows) + len(new) + 1,
                product=line.product,
                expected=level.on_hand if level else ZERO,
            )
            new.append(row)
        else:
            changed.append(row)
        row.counted, row.unit_cost = line.quantity, line.unit_cost
    StocktakeLine.objects.bulk_create(new)
    StocktakeLine.objects.bulk_update(changed, ["counted", "unit_cost"])
    record_task(task, "counted", f"{len(checked)} products counted")
    return task


def authorise_stocktake(task_id: UUID) -> Stocktake:
    """Stock becomes what was counted, plus what has moved since; raises Conflict.

    Products that nobody counted stay as they are.
    """
    task = lock_task(Stocktake, task_id)
    books = open_books(task.happened_on, field="happened_on")
    lines = list(task.lines.select_related("product").order_by("position"))
    counted = [line for line in lines if line.counted is not None]
    if not counted:
        raise Conflict(f"Nothing is counted on {task.number} yet.", code="nothing_counted")
    move_task(task, "authorise", **authorised())
    changes = [
        (line.product, line.counted - line.expected, line.unit_cost)
        for line in counted
        if line.counted is not None and line.counted != line.expected
    ]
    _apply(books, task, changes, MovementKind.STOCKTAKE, AccountRole.DISCREPANCY)
    record_task(task, "authorised", f"{task.number} authorised: {len(changes)} differences")
    return task


def undo_stocktake(task_id: UUID) -> Stocktake:
    """Back to counting. Raises Conflict when what was found was used since."""
    task = lock_task(Stocktake, task_id)
    _take_back(task)
    record_task(task, "undone", f"{task.number} is open again")
    return task


def void_stocktake(task_id: UUID) -> Stocktake:
    """Void a count; its number stays taken."""
    task = lock_task(Stocktake, task_id)
    move_task(task, "void")
    record_task(task, "voided", f"{task.number} voided")
    return task
