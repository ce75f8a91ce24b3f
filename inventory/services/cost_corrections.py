"""A cost that turns out otherwise: a later bill, freight, a credit on the price.

What is left of the goods takes its part of the change; what has left bears the rest, each issue
its own. Goods that a transfer carried to another location take their part with them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from inventory.domain.costing import Issued, correct_average, correct_layer
from inventory.models import LayerEntry, MovementKind, StockLayer, StockMovement
from inventory.services.stock import StockWork


@dataclass(frozen=True, slots=True)
class CostChange:
    """The cost of `quantity` units of a layer changes by `delta`, in the base currency."""

    layer: StockLayer
    delta: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class CarriedCost:
    """A part of a corrected cost that goods no longer in stock bear.

    `movement` is the issue it belongs to; None where goods are pooled and cannot be told apart.
    """

    movement: StockMovement | None
    product: UUID
    value: Decimal


def correct(work: StockWork, changes: Sequence[CostChange]) -> list[CarriedCost]:
    """Change the cost of layers; gives what goods that have left bear. Writes it.

    The statements grow with the number of transfers in a row that goods went through, not with
    the number of changes.
    """
    work.save()  # what this work has issued itself is read like any other issue
    changes = [change for change in changes if change.delta]
    carried: list[CarriedCost] = []
    if work.average:
        for change in changes:
            carried += _correct_pool(work, change)
    else:
        while changes:
            borne, changes = _correct_round(work, changes)
            carried += borne
    work.save()
    return carried


def _correct_pool(work: StockWork, change: CostChange) -> list[CarriedCost]:
    layer = work.know_layers([change.layer])[0]
    _stays, issued = correct_average(change.delta, change.quantity, layer.remaining, work.decimals)
    work.enter(layer, Decimal(0), change.delta)
    if not issued:
        return []
    work.enter(layer, Decimal(0), -issued, is_cost_of_goods=True)
    return [CarriedCost(None, layer.product_id, issued)]


def _correct_round(
    work: StockWork, changes: Sequence[CostChange]
) -> tuple[list[CarriedCost], list[CostChange]]:
    """Correct these layers; gives what issues bear, and the changes that transfers carried on."""
    layers = {change.layer.id: work.know_layers([change.layer])[0] for change in changes}
    issued = _issued_from(list(layers))
    deltas: dict[UUID, Decimal] = defaultdict(Decimal)
    for change in changes:
        deltas[change.layer.id] += change.delta
    shares: list[tuple[UUID, UUID, Decimal]] = []
    for key, delta in deltas.items():
        found = correct_layer(delta, layers[key].remaining, issued[key], work.decimals)
        work.enter(layers[key], Decimal(0), delta)
        shares += [(key, movement, value) for movement, value in found.issued if value]
    movements = StockMovement.objects.in_bulk([movement for _layer, movement, _value in shares])
    for key, movement, value in shares:
        work.enter(layers[key], Decimal(0), -value, of_movement=movements[movement])
    return _follow(work, shares, movements)


def _issued_from(layers: Sequence[UUID]) -> dict[UUID, list[Issued[UUID]]]:
    found: dict[UUID, list[Issued[UUID]]] = {key: [] for key in layers}
    for row in (
        LayerEntry.objects.filter(layer_id__in=layers, of_movement__isnull=False)
        .values("layer_id", "of_movement_id")
        .annotate(net=-Sum("quantity"))
        .order_by("layer_id", "of_movement_id")
    ):
        found[row["layer_id"]].append(Issued(row["of_movement_id"], row["net"]))
    return found


def _follow(
    work: StockWork,
    shares: Sequence[tuple[UUID, UUID, Decimal]],
    movements: dict[UUID, StockMovement],
) -> tuple[list[CarriedCost], list[CostChange]]:
    carriers = [key for key, row in movements.items() if row.kind == MovementKind.TRANSFER_OUT]
    children = {
        (child.parent_id, child.parent_movement_id): child
        for child in (
            StockLayer.objects.filter(parent_movement_id__in=carriers) if carriers else ()
        )
    }
    # Their levels are locked before their rests are read, as for every other change.
    work.lock([(child.product_id, child.location_id) for child in children.values()])
    fresh = {
        layer.id: layer
        for layer in (
            StockLayer.objects.filter(id__in=[child.id for child in children.values()])
            if children
            else ()
        )
    }
    carried: list[CarriedCost] = []
    further: list[CostChange] = []
    for layer, movement, value in shares:
        child = children.get((layer, movement))
        if child is not None:
            row = fresh[child.id]
            further.append(CostChange(row, value, row.quantity))
        else:
            row_of = movements[movement]
            carried.append(CarriedCost(row_of, row_of.product_id, value))
    return carried, further
