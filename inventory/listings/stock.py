"""Locations, stock by product, and movements as lists."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from hub.ui.components import EmptyState, Link, PlainBadge, Tab
from hub.ui.filters import ChoiceFilter
from hub.ui.listing import Column, Listing, ListTab
from inventory.models import Location, MovementKind, Product
from inventory.selectors import search_products
from tenants.links import object_url


def _default(row: Any) -> PlainBadge | None:
    return PlainBadge("Filled in", "info", "star") if row.is_default else None


LOCATIONS = Listing(
    key="locations",
    title="Locations",
    noun="location",
    columns=(
        Column("name", "Name", primary=True, sub="address"),
        Column("code", "Code"),
        Column("default", "New documents", "status", _default),
    ),
    tabs=(
        ListTab("active", "In use", {"is_active": True}),
        ListTab("archived", "Archived", {"is_active": False}),
    ),
    sort="id",
    row_url=lambda row: reverse("inventory:location", args=[row.pk]),
    template="inventory/locations.html",
    empty=EmptyState("No locations here", "Where stock is kept.", icon="building-warehouse"),
)


@dataclass(frozen=True, slots=True)
class PlaceFilter(ChoiceFilter):
    """The location that the sums of the rows are of: the page has narrowed them already."""

    def apply(self, rows: QuerySet[Any], params: QueryDict) -> QuerySet[Any]:
        """The rows as they are."""
        return rows


def place_choices(places: Sequence[Location]) -> list[tuple[str, str]]:
    """Locations to choose from."""
    return [(str(place.id), place.name) for place in places]


def _available(row: Any) -> Any:
    return row.on_hand - row.allocated


def _minimum(row: Any) -> Any:
    return row.minimum or None


STOCK = Listing(
    key="stock",
    title="Stock",
    noun="product",
    columns=(
        Column("sku", "SKU", primary=True, sort="sku_key"),
        Column("name", "Name"),
        Column("on_hand", "On hand", "quantity"),
        Column("allocated", "Allocated", "quantity"),
        Column("available", "Available", "quantity", _available),
        Column("on_order", "On order", "quantity"),
        Column("in_transit", "In transit", "quantity", hide_below="md"),
        Column("minimum", "Minimum", "quantity", _minimum, hide_below="lg"),
        Column("unit", "Unit", hide_below="lg"),
        Column("value", "Value", "money"),
    ),
    tabs=(
        ListTab("all", "All products", {"is_active": True}, counted=False),
        ListTab("in_stock", "In stock", {"in_stock": True}, counted=False),
        ListTab("below", "Below minimum", {"below_minimum": True, "is_active": True}),
    ),
    sort="sku_key",
    search=search_products,
    search_hint="Search SKU, name or barcode",
    row_url=lambda row: reverse("inventory:product", args=[row.pk]) + "#stock",
    empty=EmptyState(
        "No stock here",
        "Products appear here with what is on hand, promised and expected.",
        icon="packages",
        learn=Link("Products", "/products/"),
    ),
)


def _search_movements(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(product__in=search_products(Product.objects.all(), text).values("id"))


def _what(row: Any) -> str:
    label = MovementKind(row.kind).label
    return f"{label}, undone" if row.reverses_id else label


MOVEMENTS = Listing(
    key="stock-movements",
    title="Stock movements",
    noun="movement",
    columns=(
        Column("source_number", "Document", primary=True),
        Column("moved_on", "Date", "date"),
        Column("kind", "What", value=_what),
        Column("sku", "SKU", value="product.sku"),
        Column("product", "Product", value="product.name", hide_below="lg"),
        Column("location", "Location", value="location.name"),
        Column("quantity", "Quantity", "quantity"),
        Column("value", "Value", "money"),
        Column("created_by_name", "By", hide_below="lg"),
    ),
    sort="-id",
    search=_search_movements,
    search_hint="Search SKU, name or barcode",
    row_url=lambda row: object_url(row.source_kind, row.source_id),
    empty=EmptyState(
        "Nothing has moved yet",
        "Receipts, shipments, adjustments, transfers and stocktakes move stock.",
        icon="arrows-exchange",
    ),
)


def as_seen_by(listing: Listing, *, sees_value: bool) -> Listing:
    """Without its value for who may not see the books."""
    if sees_value:
        return listing
    return replace(listing, columns=[one for one in listing.columns if one.key != "value"])


def without_products(listing: Listing) -> Listing:
    """The movements of one product: its name stands above them."""
    columns = [one for one in listing.columns if one.key not in ("sku", "product")]
    return replace(listing, columns=columns, search=None)


SECTIONS = (
    ("Stock", "inventory:stock"),
    ("Movements", "inventory:movements"),
    ("Adjustments", "inventory:adjustments"),
    ("Transfers", "inventory:transfers"),
    ("Stocktakes", "inventory:stocktakes"),
)


def sections(active: str) -> list[Tab]:
    """The pages of stock, as tabs below the heading."""
    return [Tab(label, reverse(name), name == active) for label, name in SECTIONS]
