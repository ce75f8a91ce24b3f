"""What each stock list shows to whom: for its page, and for the job that exports it."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from hub.ui.listing import Listing
from inventory.listings.products import PRODUCTS
from inventory.listings.stock import MOVEMENTS, STOCK, PlaceFilter, as_seen_by, place_choices
from inventory.listings.tasks import LISTINGS
from inventory.models import Product, StockAdjustment, Stocktake, StockTask, StockTransfer
from inventory.stock_selectors import locations, movements, stock_of_products
from tenants.attribute_columns import with_attributes
from tenants.domain.attributes import AttributeOwner
from tenants.domain.permissions import Area
from tenants.lists import ListSource
from tenants.selectors import MembershipInForce

Opened = tuple[Listing, QuerySet[Any]]


def open_stock(member: MembershipInForce, params: QueryDict) -> Opened:
    """Stock of each product, everywhere or at the location that the address names."""
    places = list(locations())
    chosen = {str(place.id): place for place in places}.get(params.get("location", ""))
    by_place = PlaceFilter("location", "Location", place_choices(places))
    listing = replace(STOCK, filters=[by_place])
    rows = stock_of_products(chosen.id if chosen is not None else None)
    return as_seen_by(listing, sees_value=member.can(Area.LEDGER)), rows


def open_movements(member: MembershipInForce, _params: QueryDict) -> Opened:
    """Everything that moved."""
    return as_seen_by(MOVEMENTS, sees_value=member.can(Area.LEDGER)), movements()


def open_products(_member: MembershipInForce, _params: QueryDict) -> Opened:
    """Everything that is bought and sold."""
    listing = with_attributes(PRODUCTS, {AttributeOwner.PRODUCT: "attributes"})
    return listing, Product.objects.all()


def open_tasks(model: type[StockTask]) -> Opened:
    """All stock work of one kind."""
    places = ["location", "destination"] if model is StockTransfer else ["location"]
    return LISTINGS[model], model._default_manager.select_related(*places)


def list_sources() -> list[ListSource]:
    """The lists of products and stock."""
    return [
        ListSource("products", "Products", "inventory:products", open_products, Area.PRODUCTS),
        ListSource("stock", "Stock", "inventory:stock", open_stock, Area.STOCK),
        ListSource(
            "stock-movements", "Movements", "inventory:movements", open_movements, Area.STOCK
        ),
        *(
            ListSource(
                name,
                name.capitalize(),
                f"inventory:{name}",
                lambda _member, _params, model=model: open_tasks(model),  # type: ignore[misc]
                Area.STOCK,
            )
            for name, model in (
                ("adjustments", StockAdjustment),
                ("transfers", StockTransfer),
                ("stocktakes", Stocktake),
            )
        ),
    ]
