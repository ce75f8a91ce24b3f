"""Products, what partners call them, and the stock of them: levels, movements, cost layers."""

from inventory.models.components import ProductComponent
from inventory.models.documents import (
    StockAdjustment,
    StockAdjustmentLine,
    Stocktake,
    StocktakeLine,
    StockTask,
    StockTransfer,
    StockTransferLine,
)
from inventory.models.locations import Location
from inventory.models.minimums import MinimumStock
from inventory.models.prices import LatestPrice, SupplierPrice, TierPrice
from inventory.models.products import PartnerSku, Product, ProductKind
from inventory.models.stock import LayerEntry, MovementKind, StockLayer, StockLevel, StockMovement

__all__ = [
    "LatestPrice",
    "LayerEntry",
    "Location",
    "MinimumStock",
    "MovementKind",
    "PartnerSku",
    "Product",
    "ProductComponent",
    "ProductKind",
    "StockAdjustment",
    "StockAdjustmentLine",
    "StockLayer",
    "StockLevel",
    "StockMovement",
    "StockTask",
    "StockTransfer",
    "StockTransferLine",
    "Stocktake",
    "StocktakeLine",
    "SupplierPrice",
    "TierPrice",
]
