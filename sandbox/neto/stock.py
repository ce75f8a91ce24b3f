"""What is on hand in each warehouse, and how much of it orders hold.

New, On Hold, back orders and Pick reserve; Pack and everything behind it removes.
"""

from decimal import Decimal
from typing import Any

from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem

RESERVES = frozenset({"New", "On Hold", "New Backorder", "Backorder Approved", "Pick"})
REMOVES = frozenset({"Pack", "Pending Pickup", "Pending Dispatch", "Dispatched"})


def levels(shop: Shop, sku: str) -> dict[str, dict[str, Decimal]]:
    """{warehouse id: {hand, held}} of an item."""
    return shop.get("stock", sku) or {}


def effect(order: dict[str, Any]) -> str:
    """What an order does to stock: "", held or hand."""
    status = order["OrderStatus"]
    return "held" if status in RESERVES else "hand" if status in REMOVES else ""


def apply_order(shop: Shop, order: dict[str, Any], *, undo: bool = False) -> None:
    """Book what an order holds or has taken; `undo` takes that back before it is changed."""
    where = effect(order)
    if not where:
        return
    sign = -1 if undo else 1
    if where == "hand":
        sign = -sign
    for line in order["OrderLine"]:
        _move(shop, line, where, Decimal(line["Quantity"]) * sign)


def put_back(shop: Shop, line: dict[str, Any], quantity: Decimal) -> None:
    """Returned goods are on hand again, the parts of kits too."""
    _move(shop, line, "hand", quantity)


def _move(shop: Shop, line: dict[str, Any], column: str, quantity: Decimal) -> None:
    for part in line["Components"] or [{"SKU": line["SKU"], "Quantity": 1}]:
        _add(shop, part["SKU"], line["WarehouseID"], column, quantity * Decimal(part["Quantity"]))


def _add(shop: Shop, sku: str, warehouse: str, column: str, quantity: Decimal) -> None:
    item = shop.get("item", sku)
    if item is None or not item["IsInventoried"]:
        return
    found = levels(shop, sku)
    level = found.setdefault(warehouse, {"hand": Decimal(0), "held": Decimal(0)})
    level[column] = Decimal(level[column]) + quantity
    shop.put("stock", sku, found)
    if shop.switch("stock_dates_items"):
        shop.put("item", sku, item, item_keys(item))


def set_level(shop: Shop, sku: str, warehouse: str, quantity: Decimal, action: str) -> None:
    """What UpdateItem and a stocktake do. Raises Problem."""
    found = levels(shop, sku)
    level = found.setdefault(warehouse, {"hand": Decimal(0), "held": Decimal(0)})
    match (action or "set").lower():
        case "set":
            level["hand"] = quantity
        case "increment":
            level["hand"] = Decimal(level["hand"]) + quantity
        case "decrement":
            level["hand"] = Decimal(level["hand"]) - quantity
        case _:
            raise Problem("Invalid Request", "Action is set, increment or decrement")
    shop.put("stock", sku, found)


def total(found: dict[str, dict[str, Decimal]], column: str) -> Decimal:
    """Over all warehouses."""
    return sum((Decimal(level[column]) for level in found.values()), Decimal(0))


def item_keys(item: dict[str, Any]) -> list[tuple[str, str]]:
    """What an item is found by."""
    keys = [("item.id", item["ID"]), ("item.parent", item["ParentSKU"])]
    keys += [("item.category", one) for one in item["Categories"]]
    return keys
