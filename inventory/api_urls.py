"""Addresses of products, the cross-reference, locations, stock and stock work."""

from django.urls import path

from inventory.api import components, locations, prices, products, reports, stock, tasks

urlpatterns = [
    path("products", products.ProductsView.as_view()),
    path("products/<uuid:id>", products.ProductView.as_view()),
    path("products/<uuid:id>/tier-prices", prices.TierPricesView.as_view()),
    path("products/<uuid:id>/components", components.ComponentsView.as_view()),
    path("products/<uuid:id>/minimums", stock.MinimumsView.as_view()),
    path("product-codes", products.MappingsView.as_view()),
    path("product-codes/<uuid:id>", products.MappingView.as_view()),
    path("supplier-prices", prices.SupplierPricesView.as_view()),
    path("supplier-prices/<uuid:id>", prices.SupplierPriceView.as_view()),
    path("latest-prices", prices.LatestPricesView.as_view()),
    path("locations", locations.LocationsView.as_view()),
    path("locations/<uuid:id>", locations.LocationView.as_view()),
    path("stock", stock.StockView.as_view()),
    path("stock/movements", stock.MovementsView.as_view()),
    path("reports/stock-valuation", reports.ValuationView.as_view()),
    path("reports/cost-of-goods-sold", reports.CostOfGoodsView.as_view()),
    path("adjustments", tasks.adjustment_list),
    path("adjustments/<uuid:id>", tasks.adjustment),
    path("transfers", tasks.transfer_list),
    path("transfers/<uuid:id>", tasks.transfer),
    path("stocktakes", tasks.stocktake_list),
    path("stocktakes/<uuid:id>", tasks.stocktake),
    *(
        path(f"{resource}/<uuid:id>/{verb}", view)
        for resource, verbs in tasks.VERBS.items()
        for verb, view in verbs.items()
    ),
]
