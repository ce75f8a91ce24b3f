"""Moving stock: one unit of work that locks levels, takes from layers, and writes it all at once.

A verb opens `StockWork` for the products and locations that it touches, says what moves, and
calls `save()`. The rows of levels are locked in one order (product, location) before anything
is read, so two issues never take the same unit and never wait for each other in a circle. How
many statements that takes does not depend on how many lines move or how long the history is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Sum, Window

from hub.errors import Conflict
from hub.money import minor_units, plain
from inventory.domain.costing import (
    OpenLayer,
    ShortOfStock,
    Taken,
    take_oldest,
)
from inventory.models import (
    LayerEntry,
    Location,
    MovementKind,
    Product,
    StockLayer,
    StockLevel,
    StockMovement,
)
from ledger.models import Book, CostingMethod
from tenants.actor import current_actor
from tenants.boundary import current_tenant
from tenants.models import Organisation

Place = tuple[UUID, UUID]  # product, location

ADD_LEVELS = """
INSERT INTO inventory_stocklevel
    (id, tenant_id, product_id, location_id, on_hand, allocated, on_order, in_transit)
SELECT uuidv7(), %s, product, location, 0, 0, 0, 0
FROM unnest(%s::uuid[], %s::uuid[]) AS wanted (product, location)
ON CONFLICT (tenant_id, product_id, location_id) DO NOTHING
"""

SAVE_LEVELS = """
UPDATE inventory_stocklevel AS level SET
    on_hand = new.on_hand, allocated = new.allocated,
    on_order = new.on_order, in_transit = new.in_transit
FROM unnest(%s::uuid[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])
    AS new (id, on_hand, allocated, on_order, in_transit)
WHERE level.tenant_id = %s AND level.id = new.id
"""

SAVE_LAYERS = """
UPDATE inventory_stocklayer AS layer SET
    quantity = new.quantity, remaining = new.remaining, remaining_value = new.value
FROM unnest(%s::uuid[], %s::numeric[], %s::numeric[], %s::numeric[])
    AS new (id, quantity, remaining, value)
WHERE layer.tenant_id = %s AND layer.id = new.id
"""


@dataclass(frozen=True, slots=True)
class StockSource:
    """The document that moves stock."""

    kind: str
    id: UUID
    number: str


@dataclass
class StockWork:
    """One piece of work on stock; see the module. `decimals` are the base currency's."""

    organisation: Organisation
    book: Book
    moved_on: date
    source: StockSource
    places: Sequence[Place]
    levels: dict[Place, StockLevel] = field(default_factory=dict)
    _layers: dict[UUID, StockLayer] = field(default_factory=dict)
    _open: dict[Place, list[StockLayer]] = field(default_factory=dict)
    _pools_known: bool = False
    _new_layers: list[StockLayer] = field(default_factory=list)
    _changed_layers: set[UUID] = field(default_factory=set)
    _changed_levels: set[Place] = field(default_factory=set)
    _movements: list[StockMovement] = field(default_factory=list)
    _entries: list[LayerEntry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.decimals = minor_units(self.organisation.base_currency)
        self.lock(self.places)

    @property
    def average(self) -> bool:
        """Whether goods are pooled."""
        return self.book.costing == CostingMethod.AVERAGE

    # --- Reading and locking ---------------------------------------------------------------
    def lock(self, places: Iterable[Place]) -> None:
        """Lock the levels of `places`, making those that are missing."""
        wanted = sorted(set(places) - set(self.levels), key=lambda p: (p[0].bytes, p[1].bytes))
        if not wanted:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                ADD_LEVELS, [current_tenant(), [p for p, _ in wanted], [x for _, x in wanted]]
            )
        rows = (
            StockLevel.objects.filter(
                product_id__in={p for p, _ in wanted}, location_id__in={x for _, x in wanted}
            )
            .order_by("product_id", "location_id")
            .select_for_update(no_key=True)
        )
        for row in rows:
            self.levels.setdefault((row.product_id, row.location_id), row)

    def read_layers(self, needs: dict[Place, Decimal]) -> None:
        """Fetch the oldest open layers that cover `needs`; one statement."""
        needs = {place: need for place, need in needs.items() if place not in self._open}
        if not needs:
            return
        rows = (
            StockLayer.objects.filter(
                product_id__in={p for p, _ in needs},
                location_id__in={x for _, x in needs},
                remaining__gt=0,
            )
            .annotate(
                reached=Window(
                    Sum("remaining"),
                    partition_by=[F("product_id"), F("location_id")],
                    order_by=[F("received_on").asc(), F("id").asc()],
                )
            )
            .order_by("received_on", "id")
        )
        for place in needs:
            self._open[place] = []
        for row in rows:
            place = (row.product_id, row.location_id)
            if place in needs and row.reached - row.remaining < needs[place]:
                self._open[place].append(self._layers.setdefault(row.id, row))

    def know_layers(self, layers: Iterable[StockLayer]) -> list[StockLayer]:
        """The given rows, each as the one object that this work changes."""
        return [self._layers.setdefault(layer.id, layer) for layer in layers]

    def level(self, product: UUID, location: UUID) -> StockLevel:
        """The locked level of a product at a location, about to be changed."""
        self._changed_levels.add((product, location))
        return self.levels[(product, location)]

    # --- Goods in ----------------------------------------------------------------------------
    def receive(
        self,
        product: UUID,
        location: UUID,
        quantity: Decimal,
        value: Decimal,
        *,
        kind: MovementKind,
        line_id: UUID | None = None,
        received_on: date | None = None,
        parent: tuple[StockLayer, StockMovement] | None = None,
    ) -> StockLayer:
        """Goods come in as a layer worth `value`; pooled where the cost is an average."""
        movement = self.move((product, location), quantity, value, kind, line_id=line_id)
        layer = self._pool(product, location) if self.average else None
        if layer is None:
            layer = StockLayer(
                product_id=product,
                location_id=location,
                received_on=received_on or self.moved_on,
                quantity=Decimal(0),
                remaining=Decimal(0),
                remaining_value=Decimal(0),
                source_kind=self.source.kind,
                source_id=self.source.id,
                line_id=line_id,
                parent=parent[0] if parent else None,
                parent_movement=parent[1] if parent else None,
            )
            self._new_layers.append(layer)
            self._layers[layer.id] = layer
            if (product, location) in self._open:
                self._open[(product, location)].append(layer)
        layer.quantity += quantity
        self.enter(layer, quantity, value, movement=movement)
        return layer

    def _pool(self, product: UUID, location: UUID) -> StockLayer | None:
        if not self._pools_known:
            self._pools_known = True
            rows = StockLayer.objects.filter(
                product_id__in={p for p, _ in self.levels},
                location_id__in={x for _, x in self.levels},
            )
            self.know_layers(rows)
        for layer in self._layers.values():
            if (layer.product_id, layer.location_id) == (product, location):
                return layer
        return None

    # --- Goods out ---------------------------------------------------------------------------
    def issue(
        self,
        product: Product,
        location: UUID,
        quantity: Decimal,
        *,
        kind: MovementKind,
        line_id: UUID | None = None,
        prefer: Sequence[StockLayer] = (),
    ) -> tuple[StockMovement, list[Taken[StockLayer]]]:
        """Goods leave, oldest layers first (after those in `prefer`); gives what they cost.

        Raises Conflict (`short_of_stock`) when there is less than that on hand. The caller has
        released what was allocated to this line, and answers for what is allocated to others.
        """
        place = (product.id, location)
        self.read_layers({place: quantity})
        layers = [layer for layer in prefer if layer.location_id == location]
        layers += [layer for layer in self._open[place] if layer not in layers]
        rows = [OpenLayer(layer, layer.remaining, layer.remaining_value) for layer in layers]
        try:
            taken = take_oldest(rows, quantity, self.decimals)
        except ShortOfStock as short:
            raise self._short(product, location, quantity, short.missing) from short
        value = sum((part.value for part in taken), Decimal(0))
        movement = self.move(place, -quantity, -value, kind, line_id=line_id)
        for part in taken:
            self.enter(
                part.key, -part.quantity, -part.value, movement=movement, of_movement=movement
            )
        return movement, taken

    def _short(
        self, product: Product, location: UUID, quantity: Decimal, missing: Decimal
    ) -> Conflict:
        where = Location.objects.get(id=location)
        there = plain(quantity - missing)
        return Conflict(
            f"{product.sku} {product.name}: {plain(quantity)} wanted, {there} on hand at "
            f"{where.name}. Receive or transfer the rest first, or take fewer.",
            code="short_of_stock",
            product=str(product.id),
        )

    # --- Writing ---------------------------------------------------------------------------
    def move(
        self,
        place: Place,
        quantity: Decimal,
        value: Decimal,
        kind: MovementKind,
        *,
        line_id: UUID | None = None,
        reverses: StockMovement | None = None,
    ) -> StockMovement:
        """Note a movement; the level follows. The caller enters what it does to layers."""
        product, location = place
        movement = StockMovement(
            product_id=product,
            location_id=location,
            kind=kind,
            # An undo is dated as what it undoes, like the reversal of its journal.
            moved_on=self.moved_on if reverses is None else reverses.moved_on,
            quantity=quantity,
            value=value,
            source_kind=self.source.kind,
            source_id=self.source.id,
            source_number=self.source.number,
            line_id=line_id,
            reverses=reverses,
            created_by_name=current_actor().name[:160],
        )
        self._movements.append(movement)
        self.level(product, location).on_hand += quantity
        return movement

    def enter(
        self,
        layer: StockLayer,
        quantity: Decimal,
        value: Decimal,
        *,
        movement: StockMovement | None = None,
        of_movement: StockMovement | None = None,
        posted_on: date | None = None,
        is_cost_of_goods: bool = False,
    ) -> None:
        """Note what goes into (or out of) a layer, on `posted_on` or the movement's day.

        What is of a shipment is cost of goods sold; `is_cost_of_goods` says so without one.
        """
        shipped = of_movement is not None and of_movement.kind == MovementKind.SHIPMENT
        layer.remaining += quantity
        layer.remaining_value += value
        self._changed_layers.add(layer.id)
        self._entries.append(
            LayerEntry(
                layer=layer,
                product_id=layer.product_id,
                location_id=layer.location_id,
                movement=movement,
                of_movement=of_movement,
                is_cost_of_goods=is_cost_of_goods or shipped,
                posted_on=posted_on or (self.moved_on if movement is None else movement.moved_on),
                quantity=quantity,
                value=value,
                source_kind=self.source.kind,
                source_id=self.source.id,
            )
        )

    def save(self) -> None:
        """Write levels, movements, layers and entries: at most five statements.

        Raises Conflict (`promised`) when less would be left than is allocated to sales.
        """
        for place in self._changed_levels:
            if self.levels[place].allocated > self.levels[place].on_hand:
                raise self._promised(self.levels[place])
        StockMovement.objects.bulk_create(self._movements)
        StockLayer.objects.bulk_create(self._new_layers)
        made = {layer.id for layer in self._new_layers}
        layers = [self._layers[key] for key in sorted(self._changed_layers - made)]
        if layers:
            _execute(
                SAVE_LAYERS,
                [layer.id for layer in layers],
                [layer.quantity for layer in layers],
                [layer.remaining for layer in layers],
                [layer.remaining_value for layer in layers],
            )
        LayerEntry.objects.bulk_create(self._entries)
        levels = [self.levels[place] for place in self._changed_levels]
        if levels:
            _execute(
                SAVE_LEVELS,
                [level.id for level in levels],
                [level.on_hand for level in levels],
                [level.allocated for level in levels],
                [level.on_order for level in levels],
                [level.in_transit for level in levels],
            )
        self._new_layers, self._movements, self._entries = [], [], []
        self._changed_layers, self._changed_levels = set(), set()

    def _promised(self, level: StockLevel) -> Conflict:
        product = Product.objects.get(id=level.product_id)
        return Conflict(
            f"{product.sku} {product.name}: {plain(level.allocated)} are promised to other sales, "
            f"and {plain(level.on_hand)} would be left. Undo those sales, or void their shipments, "
            "first.",
            code="promised",
            product=str(product.id),
        )


def _execute(sql: str, *columns: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [*columns, current_tenant()])
