"""Kits: products that are sold as a set of others. No stock is kept of a kit itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from uuid import UUID

from django.db.models import F, Sum

from hub.errors import InvalidInput
from hub.money import parse_quantity, plain
from inventory.domain.matching import normalise_sku
from inventory.models import Product, ProductComponent, ProductKind, StockLevel
from inventory.services.products import product_or_404
from tenants.services.activity import log_activity

MOST_COMPONENTS = 100
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ComponentInput:
    """So many of a product in one kit; by id or SKU, the quantity may be text as typed."""

    product: UUID | None = None
    sku: str = ""
    quantity: str | Decimal = "1"


def components_of(product_ids: Iterable[UUID]) -> dict[UUID, list[ProductComponent]]:
    """The components of each product that has some, in order; one statement."""
    found: dict[UUID, list[ProductComponent]] = {}
    rows = ProductComponent.objects.filter(product_id__in=set(product_ids))
    for row in rows.select_related("component").order_by("product_id", "position"):
        found.setdefault(row.product_id, []).append(row)
    return found


def set_components(product_id: UUID, wanted: Sequence[ComponentInput]) -> list[ProductComponent]:
    """Say what a kit holds; replaces what was said. Authorised sales keep what they were sold with.

    Raises NotFound, InvalidInput naming `components.<row>.product` or `.quantity`: a product that
    is no kit, kits in kits, a component twice or without stock.
    """
    kit = product_or_404(product_id)
    if kit.kind != ProductKind.KIT:
        raise InvalidInput(f"{kit.sku} is no kit, so it has no components.")
    rows = _checked(kit, wanted)
    before = _text(components_of([kit.id]).get(kit.id, []))
    after = _text(rows)
    if before != after:
        ProductComponent.objects.filter(product=kit).delete()
        ProductComponent.objects.bulk_create(rows)
        changes = {"Components": (before, after)}
        summary = f"Components of {kit.sku} changed"
        log_activity("product.changed", summary, about=kit, changes=changes)
    return rows


def _checked(kit: Product, wanted: Sequence[ComponentInput]) -> list[ProductComponent]:
    if len(wanted) > MOST_COMPONENTS:
        message = f"At most {MOST_COMPONENTS} components; these are {len(wanted)}."
        raise InvalidInput(message, fields={"components": [message]})
    products = _named(wanted)
    fields: dict[str, list[str]] = {}
    rows: list[ProductComponent] = []
    for index, line in enumerate(wanted):
        path = f"components.{index}"
        product = products.get(line.product or normalise_sku(line.sku))
        refused = _refusal(product, line, rows)
        if refused:
            fields[f"{path}.product"] = [refused]
        try:
            quantity = parse_quantity(line.quantity, field=f"{path}.quantity")
        except InvalidInput as error:
            fields.update(error.fields)
            continue
        if not refused:
            rows.append(
                ProductComponent(
                    product=kit, component=product, quantity=quantity, position=len(rows) + 1
                )
            )
    if fields:
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields)
    return rows


def _named(wanted: Sequence[ComponentInput]) -> Mapping[UUID | str, Product]:
    ids = {line.product for line in wanted if line.product is not None}
    skus = {normalise_sku(line.sku) for line in wanted if line.product is None}
    rows = Product.objects.filter(id__in=ids) | Product.objects.filter(sku_key__in=skus)
    found: dict[UUID | str, Product] = {}
    for row in rows:
        found[row.id] = found[row.sku_key] = row
    return found


def _refusal(
    product: Product | None, line: ComponentInput, rows: Sequence[ProductComponent]
) -> str:
    if product is None:
        named = f"You have no product with the SKU “{line.sku[:60]}”."
        return named if line.sku else "This product does not exist."
    if product.kind == ProductKind.KIT:
        return f"{product.sku} is a kit. A kit cannot hold another: add its components instead."
    if product.kind != ProductKind.STOCK:
        return f"No stock is kept of {product.sku}. A kit holds stock products."
    if any(row.component_id == product.id for row in rows):
        return f"{product.sku} is there twice; put the two together."
    return ""


def _text(rows: Iterable[ProductComponent]) -> str:
    return ", ".join(f"{plain(row.quantity)} of {row.component.sku}" for row in rows)


def whole_kits(rows: Sequence[ProductComponent], available: Mapping[UUID, Decimal]) -> Decimal:
    """How many whole kits can be made of what is available of each component."""
    if not rows:
        return ZERO
    kits = min(available.get(row.component_id, ZERO) / row.quantity for row in rows)
    return max(ZERO, kits.to_integral_value(ROUND_FLOOR))


def available_of(product_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What is on hand and not promised, over all locations; one statement."""
    rows = StockLevel.objects.filter(product_id__in=set(product_ids)).values("product_id")
    found = rows.annotate(free=Sum(F("on_hand") - F("allocated")))
    return {row["product_id"]: row["free"] for row in found}


def available_kits(
    components: Mapping[UUID, Sequence[ProductComponent]], location: UUID | None = None
) -> dict[UUID, Decimal]:
    """Whole kits by kit: the scarcest component decides at each location; one statement.

    Without a location the sum over all: what lies at two places makes no kit.
    """
    wanted = {row.component_id for rows in components.values() for row in rows}
    levels = StockLevel.objects.filter(product_id__in=wanted)
    if location is not None:
        levels = levels.filter(location_id=location)
    free: dict[UUID, dict[UUID, Decimal]] = {}
    for level in levels:
        free.setdefault(level.location_id, {})[level.product_id] = level.on_hand - level.allocated
    return {
        kit: sum((whole_kits(rows, there) for there in free.values()), ZERO)
        for kit, rows in components.items()
    }
