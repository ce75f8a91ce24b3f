"""Products, what partners call them, and the stock of them: levels, movements, cost layers."""

from inventory.models.locations import Location
from inventory.models.products import PartnerSku, Product, ProductKind
from inventory.models.stock import LayerEntry, MovementKind, StockLayer, StockLevel, StockMovement

__all__ = [
    "LayerEntry",
    "Location",
    "MovementKind",
    "PartnerSku",
    "Product",
    "ProductKind",
    "StockLayer",
    "StockLevel",
    "StockMovement",
]
