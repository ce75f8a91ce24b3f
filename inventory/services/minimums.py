"""How much of a product each location should have."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from hub.errors import InvalidInput
from hub.money import QUANTITY, plain
from inventory.models import Location, MinimumStock
from inventory.services.products import product_or_404
from tenants.services.activity import log_activity


def set_minimums(product_id: UUID, wanted: Mapping[UUID, str | Decimal | None]) -> None:
    """Set the minimum stock by location; nothing or 0 takes it away, others stay.

    Raises NotFound, InvalidInput with every bad field (`minimums.<location>`).
    """
    product = product_or_404(product_id)
    names = {location.id: location.name for location in Location.objects.filter(id__in=wanted)}
    fields: dict[str, list[str]] = {}
    numbers: dict[UUID, Decimal] = {}
    for location, typed in wanted.items():
        path = f"minimums.{location}"
        if location not in names:
            fields[path] = ["This location does not exist."]
        elif typed not in (None, ""):
            try:
                numbers[location] = QUANTITY.parse(typed, field=path, minimum=Decimal(0))
            except InvalidInput as error:
                fields.update(error.fields)
    if fields:
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields)
    before = {
        row.location_id: row
        for row in MinimumStock.objects.filter(product=product, location_id__in=list(wanted))
    }
    changes: dict[str, tuple[str, str]] = {}
    for location in wanted:
        row, number = before.get(location), numbers.get(location) or None
        if (row.quantity if row is not None else None) == number:
            continue
        old = plain(row.quantity) if row is not None else ""
        changes[f"Minimum at {names[location]}"] = (old, plain(number) if number else "")
        MinimumStock.objects.filter(product=product, location_id=location).delete()
        if number:
            MinimumStock(product=product, location_id=location, quantity=number).save(
                force_insert=True
            )
    if changes:
        summary = f"Minimum stock of {product.sku} changed"
        log_activity("product.changed", summary, about=product, changes=changes)
