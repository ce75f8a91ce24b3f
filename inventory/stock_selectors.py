"""Reads of stock: what there is, what it is worth, what moved. Each is one statement."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import DecimalField, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from inventory.models import Location, MinimumStock, Product, StockLayer, StockLevel, StockMovement

COUNTS = ("on_hand", "allocated", "on_order", "in_transit")
_QUANTITY: "DecimalField[Any, Any]" = DecimalField(max_digits=19, decimal_places=5)
_VALUE: "DecimalField[Any, Any]" = DecimalField(max_digits=19, decimal_places=4)
NOTHING = Decimal(0)


def locations(*, active_only: bool = False) -> QuerySet[Location]:
    """Locations by name, the default first."""
    rows = Location.objects.order_by("-is_default", "name", "id")
    return rows.filter(is_active=True) if active_only else rows


def stock_of_products(location: UUID | None = None) -> QuerySet[Product]:
    """Stock products with their sums over all locations, or at one.

    Each row carries `on_hand`, `allocated`, `available`, `on_order`, `in_transit`, `minimum` and
    `value` (in the base currency). Filters: `in_stock`, `below_minimum`.
    """
    levels = StockLevel.objects.filter(product=OuterRef("pk"))
    minimums = MinimumStock.objects.filter(product=OuterRef("pk"))
    layers = StockLayer.objects.filter(product=OuterRef("pk"), remaining__gt=0)
    rows = Product.objects.filter(kind="stock")
    if location is not None:
        levels = levels.filter(location_id=location)
        minimums = minimums.filter(location_id=location)
        layers = layers.filter(location_id=location)
        rows = rows.filter(Exists(levels))
    rows = rows.annotate(
        **{name: _sum(levels, name, _QUANTITY) for name in COUNTS},
        minimum=_sum(minimums, "quantity", _QUANTITY),
        value=_sum(layers, "remaining_value", _VALUE),
    )
    return rows.annotate(available=F("on_hand") - F("allocated")).alias(
        in_stock=Exists(levels.filter(on_hand__gt=0)),
        below_minimum=Exists(_missing(minimums)),
    )


def _sum(
    rows: QuerySet[StockLevel] | QuerySet[MinimumStock] | QuerySet[StockLayer],
    column: str,
    output: "DecimalField[Any, Any]",
) -> Coalesce:
    sums = rows.order_by().values("product").annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(sums), Value(NOTHING), output_field=output)


def _missing(minimums: QuerySet[MinimumStock]) -> QuerySet[MinimumStock]:
    """Minimums that what is available and expected at the place does not reach."""
    level = StockLevel.objects.filter(
        product=OuterRef("product"), location=OuterRef("location")
    ).values(
        there=F("on_hand") - F("allocated") + F("on_order") + F("in_transit"),
    )
    there = Coalesce(Subquery(level), Value(NOTHING), output_field=_QUANTITY)
    return minimums.alias(there=there).filter(there__lt=F("quantity"))


def stock_levels() -> QuerySet[StockLevel]:
    """Levels by product and location, each with `available`, `minimum` and `value`."""
    layers = StockLayer.objects.filter(
        product=OuterRef("product"), location=OuterRef("location"), remaining__gt=0
    )
    minimum = MinimumStock.objects.filter(
        product=OuterRef("product"), location=OuterRef("location")
    ).values("quantity")
    return StockLevel.objects.select_related("product", "location").annotate(
        available=F("on_hand") - F("allocated"),
        minimum=Subquery(minimum),
        value=_sum(layers, "remaining_value", _VALUE),
    )


@dataclass(frozen=True, slots=True)
class StockAtLocation:
    """What a location has of a product; `minimum` is None where none is set."""

    location: Location
    on_hand: Decimal = NOTHING
    allocated: Decimal = NOTHING
    available: Decimal = NOTHING
    on_order: Decimal = NOTHING
    in_transit: Decimal = NOTHING
    value: Decimal = NOTHING
    minimum: Decimal | None = None

    @property
    def is_short(self) -> bool:
        """Whether what is available and expected does not reach the minimum."""
        there = self.available + self.on_order + self.in_transit
        return self.minimum is not None and there < self.minimum


def stock_by_location(product: Product) -> list[StockAtLocation]:
    """Every location in use, and archived ones that still have some; three statements."""
    levels = {row.location_id: row for row in stock_levels().filter(product=product)}
    minimums = dict(
        MinimumStock.objects.filter(product=product).values_list("location_id", "quantity")
    )
    return [
        _at(location, levels.get(location.id), minimums.get(location.id))
        for location in locations()
        if location.is_active or location.id in levels
    ]


def _at(location: Location, level: StockLevel | None, minimum: Decimal | None) -> StockAtLocation:
    if level is None:
        return StockAtLocation(location, minimum=minimum)
    return StockAtLocation(
        location,
        level.on_hand,
        level.allocated,
        level.on_hand - level.allocated,
        level.on_order,
        level.in_transit,
        level.value,  # type: ignore[attr-defined]
        minimum,
    )


def movements() -> QuerySet[StockMovement]:
    """What moved, with product and location."""
    return StockMovement.objects.select_related("product", "location")
