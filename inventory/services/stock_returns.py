"""Goods that come back: returned by a customer, or because a document is undone."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from hub.errors import Conflict
from inventory.domain.costing import Taken, part_of
from inventory.models import LayerEntry, MovementKind, Product, StockLayer, StockMovement
from inventory.services.stock import StockWork

# layer, day, quantity, value
DatedPart = tuple[UUID, date, Decimal, Decimal]


def give_back(
    work: StockWork,
    wanted: Sequence[tuple[StockMovement, Decimal]],
    *,
    kind: MovementKind | None = None,
    into: UUID | None = None,
) -> dict[UUID, Decimal]:
    """Part of each issue comes back into the layers it left, at the cost it bears now.

    With `into` it is carried on to that location at once, as old as it was and at the same cost.

    The newest goods of an issue return first. Without `kind` it is the undo of the whole issue:
    each day's entries are taken back on that day, like the journals that they belong to. Gives
    the value by issue. Raises Conflict when more would come back than went out.
    """
    issues = {movement.id: movement for movement, _quantity in wanted}
    held: dict[UUID, dict[UUID, tuple[Decimal, Decimal]]] = {key: {} for key in issues}
    dated: dict[UUID, list[DatedPart]] = {key: [] for key in issues}
    for row in (
        LayerEntry.objects.filter(of_movement_id__in=list(issues))
        .values("of_movement_id", "layer_id", "posted_on")
        .annotate(q=-Sum("quantity"), v=-Sum("value"))
        .order_by("of_movement_id", "posted_on", "layer_id")
    ):
        of, layer_id = row["of_movement_id"], row["layer_id"]
        before = held[of].get(layer_id, (Decimal(0), Decimal(0)))
        held[of][layer_id] = (before[0] + row["q"], before[1] + row["v"])
        dated[of].append((layer_id, row["posted_on"], row["q"], row["v"]))
    layers = {
        layer.id: layer
        for layer in work.know_layers(
            StockLayer.objects.filter(id__in={key for found in held.values() for key in found})
        )
    }
    values: dict[UUID, Decimal] = {}
    for movement, quantity in wanted:
        parts = _parts(layers, held[movement.id], quantity, work.decimals)
        value = sum((part.value for part in parts), Decimal(0))
        back = work.move(
            (movement.product_id, movement.location_id),
            quantity,
            value,
            kind or MovementKind(movement.kind),
            line_id=movement.line_id,
            reverses=None if kind else movement,
        )
        if kind is None:
            _enter_dated(work, layers, dated[movement.id], back, movement)
        else:
            for part in parts:
                work.enter(part.key, part.quantity, part.value, movement=back, of_movement=movement)
                if into is not None and into != movement.location_id:
                    _carry_on(work, part, into, line_id=movement.line_id)
        values[movement.id] = values.get(movement.id, Decimal(0)) + value
    return values


def _carry_on(
    work: StockWork, part: Taken[StockLayer], into: UUID, *, line_id: UUID | None
) -> None:
    """These very units go from where they came back to where they are kept."""
    layer = part.key
    place = (layer.product_id, layer.location_id)
    out = work.move(place, -part.quantity, -part.value, MovementKind.TRANSFER_OUT, line_id=line_id)
    work.enter(layer, -part.quantity, -part.value, movement=out, of_movement=out)
    work.receive(
        layer.product_id,
        into,
        part.quantity,
        part.value,
        kind=MovementKind.TRANSFER_IN,
        line_id=line_id,
        received_on=layer.received_on,
        parent=(layer, out),
    )


def carry_back(work: StockWork, movements: Sequence[StockMovement]) -> Decimal:
    """Undo what `give_back` carried on; gives by how much pools changed its value meanwhile.

    Raises Conflict when the goods were used where they were carried to.
    """
    came = [one for one in movements if one.kind == MovementKind.TRANSFER_IN]
    went = [one for one in movements if one.kind == MovementKind.TRANSFER_OUT]
    if not came:
        return Decimal(0)
    taken = take_back(work, came)
    values = give_back(work, [(one, -one.quantity) for one in went])
    return sum(values.values(), Decimal(0)) - sum(taken.values(), Decimal(0))


def _enter_dated(
    work: StockWork,
    layers: dict[UUID, StockLayer],
    parts: Sequence[DatedPart],
    back: StockMovement,
    of_movement: StockMovement | None = None,
) -> None:
    for layer_id, day, quantity, value in parts:
        if quantity or value:
            layer = layers[layer_id]
            work.enter(
                layer, quantity, value, movement=back, of_movement=of_movement, posted_on=day
            )


def _parts(
    layers: dict[UUID, StockLayer],
    held: dict[UUID, tuple[Decimal, Decimal]],
    quantity: Decimal,
    decimals: int,
) -> list[Taken[StockLayer]]:
    newest_first = sorted(
        (layers[key] for key, (out, _value) in held.items() if out > 0),
        key=lambda layer: (layer.received_on, layer.id),
        reverse=True,
    )
    parts: list[Taken[StockLayer]] = []
    missing = quantity
    for layer in newest_first:
        out, value = held[layer.id]
        part = min(out, missing)
        if part > 0:
            parts.append(Taken(layer, part, part_of(value, part, out, decimals)))
            missing -= part
    if missing > 0:
        raise Conflict("More would come back than went out.", code="more_than_issued")
    return parts


def take_back(work: StockWork, movements: Sequence[StockMovement]) -> dict[UUID, Decimal]:
    """Undo receipts: their goods leave as they came. Raises Conflict when they were used.

    Gives the value that left by movement; it differs from what came in where the cost was
    corrected since, and the caller posts the difference.
    """
    taken: dict[UUID, Decimal] = {}
    entries = list(
        LayerEntry.objects.filter(movement__in=[m.id for m in movements])
        .select_related("layer", "movement")
        .order_by("id")
    )
    own = {} if work.average else _days_of([entry.layer_id for entry in entries])
    for entry in entries:
        layer = work.know_layers([entry.layer])[0]
        movement = entry.movement
        if layer.remaining < entry.quantity or (
            not work.average and layer.remaining != layer.quantity
        ):
            raise _used(layer, movement)
        # A layer of its own leaves with all that was corrected on it since; so does the last unit
        # of a pool.
        value = layer.remaining_value
        if layer.remaining != entry.quantity:
            value = min(entry.value, value)
        back = work.move(
            (movement.product_id, movement.location_id),
            -entry.quantity,
            -value,
            MovementKind(movement.kind),
            line_id=movement.line_id,
            reverses=movement,
        )
        layer.quantity -= entry.quantity
        if work.average:
            work.enter(layer, -entry.quantity, -value, movement=back)
        else:
            _enter_dated(work, {layer.id: layer}, own[layer.id], back)
        taken[movement.id] = value
    return taken


def _days_of(layers: Sequence[UUID]) -> dict[UUID, list[DatedPart]]:
    """What would empty layers of their own, day by day."""
    found: dict[UUID, list[DatedPart]] = {key: [] for key in layers}
    for row in (
        LayerEntry.objects.filter(layer_id__in=layers)
        .values("layer_id", "posted_on")
        .annotate(q=-Sum("quantity"), v=-Sum("value"))
        .order_by("layer_id", "posted_on")
    ):
        found[row["layer_id"]].append((row["layer_id"], row["posted_on"], row["q"], row["v"]))
    return found


def take_again(work: StockWork, movements: Sequence[StockMovement]) -> dict[UUID, Decimal]:
    """Undo returns: what came back into layers leaves them again for the issues it was of.

    Gives the value that left by movement; it differs from what came back where the cost was
    corrected since. Raises Conflict (`stock_used`) when the goods were used.
    """
    entries = list(
        LayerEntry.objects.filter(movement__in=[m.id for m in movements])
        .select_related("layer", "movement", "of_movement")
        .order_by("id")
    )
    corrected = {} if work.average else _last_corrections([entry.layer_id for entry in entries])
    leaving: dict[UUID, list[tuple[LayerEntry, Decimal]]] = {m.id: [] for m in movements}
    for entry in entries:
        layer = work.know_layers([entry.layer])[0]
        if layer.remaining < entry.quantity:
            raise _used(layer, entry.movement)
        value = layer.remaining_value
        if corrected.get(layer.id, entry.id) > entry.id:
            value = part_of(value, entry.quantity, layer.remaining, work.decimals)
        elif layer.remaining != entry.quantity:
            value = min(entry.value, value)
        leaving[entry.movement.id].append((entry, value))
        # The layer is less at once, so that the next entry on it sees what is left.
        layer.remaining -= entry.quantity
        layer.remaining_value -= value
    taken: dict[UUID, Decimal] = {}
    for movement in movements:
        taken[movement.id] = sum((value for _entry, value in leaving[movement.id]), Decimal(0))
        again = work.move(
            (movement.product_id, movement.location_id),
            -movement.quantity,
            -taken[movement.id],
            MovementKind(movement.kind),
            line_id=movement.line_id,
            reverses=movement,
        )
        for entry, value in leaving[movement.id]:
            layer = work.know_layers([entry.layer])[0]
            layer.remaining += entry.quantity
            layer.remaining_value += value
            work.enter(
                layer, -entry.quantity, -value, movement=again, of_movement=entry.of_movement
            )
    return taken


def _last_corrections(layers: Sequence[UUID]) -> dict[UUID, UUID]:
    """The last entry by which a bill changed the cost of each layer, where one did."""
    rows = LayerEntry.objects.filter(layer_id__in=layers, quantity=0).order_by("id")
    return dict(rows.values_list("layer_id", "id"))


def _used(layer: StockLayer, movement: StockMovement) -> Conflict:
    users = (
        LayerEntry.objects.filter(layer=layer, of_movement__isnull=False)
        .values("of_movement__source_number")
        .annotate(net=Sum("quantity"))
        .filter(net__lt=0)
        .order_by("of_movement__source_number")[:5]
    )
    numbers = ", ".join(str(row["of_movement__source_number"]) for row in users)
    product = Product.objects.get(id=movement.product_id)
    return Conflict(
        f"Goods of {product.sku} from {movement.source_number} have been used by "
        f"{numbers or 'later documents'}. Undo those first.",
        code="stock_used",
    )
