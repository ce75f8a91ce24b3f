"""Addresses of the pages of products, partners' codes, locations and stock."""

from django.urls import URLPattern, path

from inventory.presenters.tasks import ADJUSTMENT, TASK_KINDS, TRANSFER, TaskKind
from inventory.views import (
    codes,
    components,
    counting,
    locations,
    prices,
    products,
    reports,
    stock,
    tasks,
)


def _pages_of(kind: TaskKind) -> list[URLPattern]:
    """List, page and verbs of one kind of stock work."""
    base, one = f"stock/{kind.path}/", f"stock/{kind.path}/<uuid:task_id>/"
    return [
        path(base, tasks.list_view(kind), name=kind.path),
        path(one, tasks.detail_view(kind), name=kind.name),
        *(
            path(f"{one}{verb.name}/", tasks.verb_view(kind, verb), name=f"{kind.name}_{verb.name}")
            for verb in kind.verbs
        ),
    ]


def _forms_of(kind: TaskKind) -> list[URLPattern]:
    base = f"stock/{kind.path}/"
    return [
        path(f"{base}new/", tasks.new_view(kind), name=f"{kind.name}_new"),
        path(f"{base}<uuid:task_id>/edit/", tasks.edit_view(kind), name=f"{kind.name}_edit"),
    ]


app_name = "inventory"
urlpatterns = [
    path("products/", products.product_list, name="products"),
    path("products/lookup/", products.product_lookup, name="product_lookup"),
    path("products/new/", products.create, name="product_new"),
    path("products/<uuid:product_id>/", products.product, name="product"),
    path("products/<uuid:product_id>/edit/", products.change, name="product_change"),
    path("products/<uuid:product_id>/archive/", products.archive, name="product_archive"),
    path("products/<uuid:product_id>/components/", components.components, name="components"),
    path("products/<uuid:product_id>/codes/", codes.add_code, name="code_add"),
    path("products/<uuid:product_id>/prices/", prices.tier_prices, name="tier_prices"),
    path(
        "products/<uuid:product_id>/supplier-prices/",
        prices.add_price,
        name="supplier_price_add",
    ),
    path(
        "products/supplier-prices/<uuid:price_id>/remove/",
        prices.remove_price,
        name="supplier_price_remove",
    ),
    path("products/<uuid:product_id>/minimums/", stock.minimums, name="minimums"),
    path(
        "products/<uuid:product_id>/movements/",
        stock.movements_of_product,
        name="product_movements",
    ),
    path("products/codes/<uuid:mapping_id>/remove/", codes.forget, name="code_forget"),
    path("contacts/<uuid:contact_id>/products/", codes.mapping, name="mapping"),
    path("settings/locations/", locations.location_list, name="locations"),
    path("settings/locations/new/", locations.location, name="location_new"),
    path("settings/locations/<uuid:location_id>/", locations.location, name="location"),
    path("reports/stock-valuation/", reports.valuation, name="stock_valuation"),
    path("reports/cost-of-goods-sold/", reports.cost_of_goods_sold, name="cost_of_goods_sold"),
    path("stock/", stock.stock, name="stock"),
    path("stock/movements/", stock.movement_list, name="movements"),
    path("stock/stocktakes/new/", counting.begin, name="stocktake_new"),
    path("stock/stocktakes/<uuid:task_id>/count/", counting.count, name="stocktake_count"),
    *_forms_of(ADJUSTMENT),
    *_forms_of(TRANSFER),
    *(page for kind in TASK_KINDS for page in _pages_of(kind)),
]
