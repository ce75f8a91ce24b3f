"""What adjustments, transfers and stocktakes have in common; and their lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone

from hub.choices import Moves
from hub.errors import Conflict, InvalidInput, NotFound
from hub.money import QUANTITY, divide, parse_unit_price, round_half_up
from inventory.domain.states import (
    ADJUSTMENT_MOVES,
    STOCKTAKE_MOVES,
    TRANSFER_MOVES,
    StockTaskStatus,
)
from inventory.models import (
    Product,
    StockAdjustment,
    StockLayer,
    Stocktake,
    StockTask,
    StockTransfer,
)
from inventory.services.books import is_stock
from network.domain.payload_base import clean_line, clean_note
from tenants.actor import current_actor
from tenants.services.activity import log_activity

Task = TypeVar("Task", bound=StockTask)

MOVES: dict[type[StockTask], Moves[Any]] = {
    StockAdjustment: ADJUSTMENT_MOVES,
    StockTransfer: TRANSFER_MOVES,
    Stocktake: STOCKTAKE_MOVES,
}
KINDS: dict[type[StockTask], str] = {
    StockAdjustment: "adjustment",
    StockTransfer: "transfer",
    Stocktake: "stocktake",
}
MOST_LINES = 2000


@dataclass(frozen=True, slots=True)
class TaskHeader:
    """What a task says besides its lines; None follows from the default location or today."""

    location: UUID | None = None
    happened_on: date | None = None
    reference: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A product and a quantity (more or less, moved, or counted); numbers may be text."""

    product: UUID
    quantity: str | Decimal | None
    unit_cost: str | Decimal | None = None
    note: str = ""


def task_or_404(model: type[Task], task_id: UUID) -> Task:
    """The only door from an id to a task; raises NotFound."""
    task = _rows(model).filter(id=task_id).first()
    if task is None:
        raise NotFound(f"This {KINDS[model]} does not exist.")
    return task


def lock_task(model: type[Task], task_id: UUID) -> Task:
    """The row locked until the transaction ends; raises NotFound."""
    rows = _rows(model).select_for_update(of=("self",), no_key=True)
    task = rows.filter(id=task_id).first()
    if task is None:
        raise NotFound(f"This {KINDS[model]} does not exist.")
    return task


def lock_draft(model: type[Task], task_id: UUID) -> Task:
    """The row locked, a draft; raises NotFound, Conflict (`not_a_draft`)."""
    task = lock_task(model, task_id)
    if task.status != StockTaskStatus.DRAFT:
        raise Conflict(
            f"{task.number} is no draft. Undo it first, then change it.", code="not_a_draft"
        )
    return task


def set_header(task: StockTask, header: TaskHeader, **more: Any) -> None:
    """Write the checked header on a draft."""
    for name, value in {**header_of(header), **more}.items():
        setattr(task, name, value)
    task.save()


def _rows(model: type[Task]) -> QuerySet[Task]:
    return cast("QuerySet[Task]", model._default_manager.select_related("location"))


def move_task(task: StockTask, verb: str, **changes: Any) -> None:
    """Do `verb`'s move by compare-and-swap; raises Conflict (`move_not_allowed`)."""
    model = type(task)
    moves = MOVES[model]
    target = moves.check_move(StockTaskStatus(task.status), verb)
    changed = model._default_manager.filter(id=task.id, status__in=moves.sources(verb)).update(
        status=target, **changes
    )
    if changed != 1:
        raise Conflict(
            f"Somebody else changed this {KINDS[model]}. Reload the page to see it.",
            code="move_not_allowed",
        )
    for name, value in {"status": target, **changes}.items():
        setattr(task, name, value)


def authorised() -> dict[str, Any]:
    """Who authorises, and when."""
    return {
        "authorised_at": timezone.now(),
        "authorised_by_name": current_actor().name[:160],
    }


def record_task(task: StockTask, verb: str, summary: str) -> None:
    """A line in the audit report and on the task's timeline."""
    log_activity(f"{KINDS[type(task)]}.{verb}", summary, about=task, label=task.number)


def header_of(header: TaskHeader) -> dict[str, Any]:
    """The checked header."""
    return {
        "happened_on": header.happened_on or timezone.localdate(),
        "reference": clean_line(header.reference, longest=80),
        "note": clean_note(header.note),
    }


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A line whose product exists and whose numbers are numbers."""

    product: Product
    quantity: Decimal | None
    unit_cost: Decimal | None
    note: str


def check_lines(
    lines: Sequence[TaskLine], *, minimum: Decimal | None, empty_allowed: bool = False
) -> list[CheckedLine]:
    """Lines with their products, fetched once. Raises InvalidInput with every bad field.

    `minimum` None allows negative quantities. No quantity may be 0 unless it is a count.
    """
    fields: dict[str, list[str]] = {}
    if not lines:
        fields["lines"] = ["Enter at least one line."]
    if len(lines) > MOST_LINES:
        fields["lines"] = [f"At most {MOST_LINES:,} lines; split the work."]
    products = Product.objects.in_bulk([line.product for line in lines[:MOST_LINES]])
    checked: list[CheckedLine] = []
    seen: set[UUID] = set()
    for index, line in enumerate(lines[:MOST_LINES]):
        path = f"lines.{index}"
        product = products.get(line.product)
        if product is None or not is_stock(product):
            fields[f"{path}.product"] = ["Choose a product of which stock is kept."]
            continue
        if product.id in seen:
            fields[f"{path}.product"] = [f"{product.sku} is on two lines; put them together."]
        seen.add(product.id)
        try:
            quantity = _quantity(line, path, minimum=minimum, empty_allowed=empty_allowed)
            cost = None
            if line.unit_cost not in (None, ""):
                cost = parse_unit_price(line.unit_cost, field=f"{path}.unit_cost")
        except InvalidInput as error:
            fields.update(error.fields)
            continue
        checked.append(CheckedLine(product, quantity, cost, clean_line(line.note, longest=255)))
    if fields:
        raise InvalidInput("Some fields cannot be used; see below.", fields=fields)
    return checked


def _quantity(
    line: TaskLine, path: str, *, minimum: Decimal | None, empty_allowed: bool
) -> Decimal | None:
    name = f"{path}.quantity"
    if line.quantity in (None, ""):
        if empty_allowed:
            return None
        raise InvalidInput("Enter a quantity.", fields={name: ["Enter a quantity."]})
    number = QUANTITY.parse(line.quantity, field=name, minimum=minimum)
    if number == 0 and not empty_allowed:
        raise InvalidInput("Must not be 0.", fields={name: ["Must not be 0."]})
    return number


def unit_costs(products: Sequence[Product], location: UUID) -> dict[UUID, Decimal]:
    """What one unit is taken to cost: the average of what is there, else the purchase price."""
    rows = (
        StockLayer.objects.filter(
            product_id__in=[product.id for product in products],
            location_id=location,
            remaining__gt=0,
        )
        .values("product_id")
        .annotate(q=Sum("remaining"), v=Sum("remaining_value"))
    )
    found = {row["product_id"]: round_half_up(divide(row["v"], row["q"]), 6) for row in rows}
    return {
        product.id: found.get(product.id, product.purchase_price or Decimal(0))
        for product in products
    }
