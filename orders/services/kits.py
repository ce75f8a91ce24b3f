"""Kits on sales orders: one line for the customer, one part for each component in the warehouse.

The parts are written when the order is authorised, with what one kit held on that day, and go
when it is a draft again. Promising, picking, shipping and costing work on parts as on any line;
the kit's line only counts how many whole kits have shipped.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, Decimal
from uuid import UUID

from hub.errors import InvalidInput
from inventory.models import Product, ProductKind
from inventory.services.components import components_of
from orders.models import LineKind, SalesOrder, SalesOrderLine, Shipment

ZERO = Decimal(0)
# Parts come after whatever lines an order has.
FIRST_POSITION = 1_000_000
NOT_WHOLE = "Kits are sold whole: enter a whole number."


def is_kit(product: Product | None) -> bool:
    """Whether it is sold as a set of components."""
    return product is not None and product.kind == ProductKind.KIT


def is_whole(quantity: Decimal) -> bool:
    """Whether it is a number without decimals."""
    return quantity == quantity.to_integral_value()


def every_line(order: SalesOrder) -> list[SalesOrderLine]:
    """The lines with the parts of kits, in order; one statement."""
    rows = SalesOrderLine.with_parts.filter(order=order).select_related("product")
    return list(rows.order_by("position"))


def with_kits_opened(order: SalesOrder) -> list[SalesOrderLine]:
    """Every line of an order that is being authorised, each kit with its parts.

    Parts that are there follow their kit's quantity. Costs no statement where nothing is a kit.
    Raises InvalidInput naming the lines whose kit has no components or is not whole.
    """
    rows = every_line(order)
    kits = [row for row in rows if row.kind == LineKind.ITEM and is_kit(row.product)]
    if not kits:
        return rows
    parts = parts_by_kit(rows)
    new = [row for row in kits if row.line_id not in parts and row.quantity > 0]
    made = _parts_of(order, new, after=max(FIRST_POSITION, rows[-1].position))
    changed = [
        part
        for kit in kits
        for part in parts.get(kit.line_id, [])
        if part.quantity != kit.quantity * _per_kit(part)
    ]
    wholes = {kit.line_id: kit.quantity for kit in kits}
    for part in changed:
        part.quantity = wholes[_kit_of(part)] * _per_kit(part)
    SalesOrderLine.with_parts.bulk_create(made)
    SalesOrderLine.with_parts.bulk_update(changed, ["quantity"])
    return rows + made


def _parts_of(
    order: SalesOrder, kits: Sequence[SalesOrderLine], *, after: int
) -> list[SalesOrderLine]:
    components = components_of(row.product_id for row in kits if row.product_id)
    fields: dict[str, list[str]] = {}
    made: list[SalesOrderLine] = []
    for kit in kits:
        held = components.get(kit.product_id, []) if kit.product_id else []
        if not held:
            message = f"{kit.sku} is a kit without components. Add them on the product's page."
            fields[f"lines.{kit.position}.product"] = [message]
        elif not is_whole(kit.quantity):
            fields[f"lines.{kit.position}.quantity"] = [NOT_WHOLE]
        for one in held:
            made.append(
                SalesOrderLine(
                    order=order,
                    kind=LineKind.PART,
                    position=after + len(made) + 1,
                    product=one.component,
                    sku=one.component.sku,
                    barcode=one.component.barcode,
                    description=f"{one.component.name} (in {kit.sku})"[:255],
                    unit=one.component.unit,
                    quantity=kit.quantity * one.quantity,
                    kit_line=kit.line_id,
                    per_kit=one.quantity,
                )
            )
    if fields:
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields)
    return made


def close_kits(order: SalesOrder) -> None:
    """Forget the parts of an order that is no longer authorised; nothing of it has moved."""
    SalesOrderLine.with_parts.filter(order=order, kind=LineKind.PART).delete()


def parts_by_kit(rows: Iterable[SalesOrderLine]) -> dict[UUID, list[SalesOrderLine]]:
    """The parts among the rows by their kit's line id."""
    found: dict[UUID, list[SalesOrderLine]] = {}
    for row in rows:
        if row.kit_line is not None:
            found.setdefault(row.kit_line, []).append(row)
    return found


def _kit_of(part: SalesOrderLine) -> UUID:
    assert part.kit_line is not None
    return part.kit_line


def _per_kit(part: SalesOrderLine) -> Decimal:
    assert part.per_kit is not None
    return part.per_kit


def whole(parts: Iterable[SalesOrderLine], column: str) -> Decimal:
    """How many whole kits a quantity of their parts makes, such as `allocated` or `shipped`."""
    kits: Iterable[Decimal] = (
        Decimal(getattr(part, column)) / _per_kit(part) for part in parts if part.quantity
    )
    return min(kits, default=ZERO).to_integral_value(ROUND_FLOOR)


def count_kits(rows: Sequence[SalesOrderLine]) -> None:
    """Set how many of each kit have shipped, from its parts. Writes nothing."""
    parts = parts_by_kit(rows)
    for row in rows:
        if row.line_id in parts:
            row.shipped = whole(parts[row.line_id], "shipped")


def parts_to_move(line_ids: Iterable[UUID]) -> dict[UUID, list[SalesOrderLine]]:
    """The parts of ordered lines that are kits, by the kit's line id; one statement."""
    rows = SalesOrderLine.with_parts.filter(kit_line__in=list(line_ids))
    return parts_by_kit(rows.order_by("position"))


def ordered_quantities(shipment: Shipment) -> dict[UUID, Decimal]:
    """What is on a shipment by the customer's line: parts count as whole kits."""
    rows = list(shipment.lines.order_by("position"))
    of_order = SalesOrderLine.with_parts.filter(order_id=shipment.sales_order_id)
    parts = {part.line_id: part for part in of_order.filter(kind=LineKind.PART)}
    found: dict[UUID, Decimal] = {}
    for row in rows:
        part = parts.get(row.line_id)
        if part is None:
            found[row.line_id] = row.quantity
        else:
            found[_kit_of(part)] = row.quantity / _per_kit(part)
    return found
