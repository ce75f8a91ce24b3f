"""The catalogue: GetItem, AddItem, UpdateItem with prices, and stock per warehouse."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from sandbox.common.store import Record
from sandbox.neto import prices, stock, variations
from sandbox.neto.batch import each
from sandbox.neto.envelope import Reply
from sandbox.neto.query import Where, given, selectors, simple, window
from sandbox.neto.shops import Shop
from sandbox.neto.values import (
    Problem,
    decimal,
    fixed,
    flag,
    inside,
    missing,
    plain,
    stamp,
    text,
    words,
)

Body = dict[str, Any]
WORDS = (
    *("ParentSKU", "AccountingCode", "Name", "Brand", "Model", "UPC", "PrimarySupplier"),
    *("SupplierItemCode", "IncomeAccount", "CostOfSalesAccount", "AssetAccount"),
    *("ExpenseAccount", "PurchaseTaxCode", "ShortDescription", "Description", "UnitOfMeasure"),
    *("InternalNotes", "ImageURL", "Subtitle", "Type", "SubType", "ShippingCategory"),
    *("TaxCategory", "AvailabilityDescription", "SearchKeywords", "OriginCountry"),
    *(f"Misc{number:02}" for number in range(1, 53)),
)
PRICES = ("RRP", "DefaultPrice", "PromotionPrice", "CostPrice", "DefaultPurchasePrice")
MEASURES = ("ShippingWeight", "CubicWeight", "RestockQty", "ReorderQty", "RestockWarningLevel")
FLAGS = {
    "IsActive": True,
    "Approved": True,
    "Visible": True,
    "TaxInclusive": True,
    "TaxFreeItem": False,
    "IsInventoried": True,
    "IsNetoUtility": False,
    "IsGiftVoucher": False,
    "EditableKitBundle": False,
    "AuGstExempt": False,
    "NzGstExempt": False,
    "ApprovedForPOS": True,
    "ApprovedForMobileStore": True,
    "IsBought": True,
    "IsSold": True,
    "Virtual": False,
}
ORDERS = {
    "sku": "id",
    "id": "CAST(json_extract(body, '$.ID') AS INTEGER)",
    "dateupdated": "updated",
    "name": "json_extract(body, '$.Name')",
    "parentsku": "json_extract(body, '$.ParentSKU')",
    "dateadded": "created",
    "model": "json_extract(body, '$.Model')",
    "isactive": "json_extract(body, '$.IsActive')",
}


def get_item(shop: Shop, body: Body, reply: Reply) -> None:
    """GetItem. Raises Problem."""
    filters = body.get("Filter") or {}
    if not isinstance(filters, dict):
        raise Problem("Invalid Request", "Filter is not an object")
    where = _where(shop, filters)
    order = ORDERS.get(text(filters.get("OrderBy"), "OrderBy", 50).lower(), "id")
    down = text(filters.get("OrderDirection"), "OrderDirection", 10).upper() == "DESC"
    order += " DESC" * down
    wanted = selectors(filters)

    def asked(shop: Shop, record: Record) -> dict[str, Any]:
        return view(shop, record, wanted)

    rows = simple(shop, where, filters, asked, ("SKU", "InventoryID"), order=order)
    reply.content["Item"] = rows


def _where(shop: Shop, filters: Body) -> Where:
    where = Where(shop, "item")
    skus = given(filters, "SKU")
    if skus:
        where.field("SKU", skus)
    if given(filters, "InventoryID"):
        where.key("item.id", given(filters, "InventoryID"))
    if given(filters, "CategoryID"):
        where.key("item.category", given(filters, "CategoryID"))
    if "ParentSKU" in filters:
        where.field("ParentSKU", words(filters["ParentSKU"], "ParentSKU") or [""])
    for name in ("Brand", "Model", "Name", "PrimarySupplier", "AccountingCode"):
        if given(filters, name):
            where.field(name, given(filters, name))
    for name in FLAGS:
        wanted = given(filters, name)
        if wanted:
            marks = [str(int(flag(one))) for one in wanted]
            where.sql(f"json_extract(body, '$.{name}') IN ({', '.join(marks)})")
    where.updated(*window(filters, "DateUpdated"))
    for name in ("DateAdded", "DateCreated"):
        since, until = window(filters, name)
        if since:
            where.sql("created >= ?", since.timestamp())
        if until:
            where.sql("created < ?", until.timestamp() + 1)
    return where


def view(shop: Shop, record: Record, wanted: set[str]) -> dict[str, Any]:
    """Everything of an item, as text; what takes other records only when it is wanted."""
    item, levels = record.body, stock.levels(shop, record.body["SKU"])
    added, changed = stamp(record.created), stamp(record.updated)
    row = {
        **{name: text(item.get(name)) for name in ("SKU", "ID", *WORDS)},
        **{name: fixed(item[name], 2) for name in PRICES},
        **{name: plain(item[name]) for name in MEASURES},
        **{name: text(item[name]) for name in FLAGS},
        "InventoryID": item["ID"],
        "IsVariant": text(bool(item["ParentSKU"])),
        "CommittedQuantity": plain(stock.total(levels, "held")),
        "WarehouseQuantity": [
            {"WarehouseID": warehouse, "Quantity": plain(level["hand"])}
            for warehouse, level in sorted(levels.items())
        ],
        "ItemURL": f"{shop.url}/shop/new?sku={quote(item['SKU'], safe='')}",
        **variations.dates(item, "PromotionStartDate", shop.local),
        **variations.dates(item, "PromotionExpiryDate", shop.local),
        "DateAdded": added,
        "DateAddedUTC": added,
        "DateAddedLocal": shop.local(added),
        "DateCreatedUTC": added,
        "DateCreatedLocal": shop.local(added),
        "DateUpdated": changed,
        "DateUpdatedUTC": changed,
        "DateUpdatedLocal": shop.local(changed),
        **_groups(shop, item),
    }
    if "AvailableSellQuantity" in wanted:
        row["AvailableSellQuantity"] = plain(variations.available(shop, item))
    if "VariantInventoryIDs" in wanted:
        row["VariantInventoryIDs"] = [one["ID"] for one in variations.variants(shop, item["SKU"])]
    return row


def _groups(shop: Shop, item: dict[str, Any]) -> dict[str, Any]:
    """What has one element around several: as documented, or that in a list as well."""
    found: dict[str, tuple[str, list[dict[str, Any]]]] = {
        "Categories": ("Category", [{"CategoryID": one} for one in item["Categories"]]),
        "PriceGroups": ("PriceGroup", prices.group_rows(item)),
        "KitComponents": ("KitComponent", [_texts(one) for one in item["KitComponents"]]),
        "ItemSpecifics": ("ItemSpecific", item.get("ItemSpecifics", [])),
    }
    listed = shop.switch("groups_in_lists")
    row: dict[str, Any] = {}
    for name, (inner, many) in found.items():
        row[name] = [{inner: many}] if listed else {inner: many}
    images = variations.image_rows(shop, item)
    row["Images"] = images if shop.switch("images_flat") else {"Image": images}
    row["ImageURL"] = images[0]["URL"] if images else item["ImageURL"]
    return row


def _texts(one: dict[str, Any]) -> dict[str, str]:
    return {name: text(value) for name, value in one.items()}


def add_item(shop: Shop, body: Body, reply: Reply) -> None:
    """AddItem. Raises Problem."""

    def write(sent: Body) -> dict[str, Any]:
        sku = text(sent.get("SKU"), "SKU", 25).strip()
        if not sku:
            raise Problem("Request Error", "SKU is required")
        if shop.record("item", sku) is not None:
            raise Problem("Invalid Request", f"Item {sku} exists already")
        item = blank(shop, sku)
        _change(shop, item, sent)
        return {"SKU": sku, "InventoryID": item["ID"]}

    each(shop, body, "Item", reply, write)


def update_item(shop: Shop, body: Body, reply: Reply) -> None:
    """UpdateItem: an unknown SKU is a warning, the others are written. Raises Problem."""

    def write(sent: Body) -> dict[str, Any]:
        sku = text(sent.get("SKU"), "SKU", 25).strip()
        if not sku and sent.get("InventoryID"):
            number = text(sent["InventoryID"], "InventoryID", 20)
            found = shop.store.found(shop.name, "item.id", number)
            sku = found[0][1] if found else number
        item = shop.get("item", sku)
        if item is None:
            raise missing("Item", sku)
        _change(shop, item, sent)
        return {"SKU": sku}

    each(shop, body, "Item", reply, write)


def blank(shop: Shop, sku: str) -> dict[str, Any]:
    """An item with nothing but its SKU."""
    return {
        **dict.fromkeys(WORDS, ""),
        **dict.fromkeys((*PRICES, *MEASURES), Decimal(0)),
        **FLAGS,
        "SKU": sku,
        "ID": str(shop.next("item", 101)),
        "KitComponents": [],
        "PriceGroups": [],
        "Categories": [],
        "Images": [],
        "ItemSpecifics": [],
        **dict.fromkeys(prices.PROMOTION, ""),
        "TaxInclusive": shop.profile["tax_inclusive"],
    }


def _change(shop: Shop, item: dict[str, Any], sent: Body) -> None:
    item |= {name: text(sent[name], name, 5000) for name in WORDS if name in sent}
    item |= {name: decimal(sent[name], name) for name in (*PRICES, *MEASURES) if name in sent}
    item |= {name: flag(sent[name]) for name in FLAGS if name in sent}
    if any(item[name] < 0 for name in PRICES):
        raise Problem("Invalid Request", "Prices are not negative")
    if "Active" in sent:
        item["IsActive"] = flag(sent["Active"])
    if "KitComponents" in sent:
        item["KitComponents"] = _kit(sent["KitComponents"])
    if "PriceGroups" in sent:
        item["PriceGroups"] = prices.read_groups(sent["PriceGroups"])
    item |= prices.read_dates(sent)
    if "Images" in sent:
        item["Images"] = variations.read_images(sent["Images"], item.get("Images", []), shop.now)
    if "ItemSpecifics" in sent:
        item["ItemSpecifics"] = variations.read_specifics(sent["ItemSpecifics"])
    if item["ParentSKU"] and item["ParentSKU"] == item["SKU"]:
        raise Problem("Invalid Request", "An item is not its own parent")
    if "Categories" in sent:
        found = inside(sent["Categories"], "Category")
        item["Categories"] = [text(one.get("CategoryID"), "CategoryID", 20) for one in found]
    shop.put("item", item["SKU"], item, stock.item_keys(item))
    for one in inside(sent.get("WarehouseQuantity"), "WarehouseQuantity"):
        warehouse = text(one.get("WarehouseID"), "WarehouseID", 20)
        if shop.record("warehouse", warehouse) is None:
            raise missing("Warehouse", warehouse)
        quantity = decimal(one.get("Quantity"), "Quantity")
        action = text(one.get("Action"), "Action", 20)
        stock.set_level(shop, item["SKU"], warehouse, quantity, action)


def _kit(sent: Any) -> list[dict[str, Any]]:
    return [
        {
            "ComponentSKU": text(one.get("ComponentSKU"), "ComponentSKU", 25),
            "ComponentValue": decimal(one.get("ComponentValue"), "ComponentValue"),
            "AssembleQuantity": _assembled(one),
            **{name: text(one.get(name), name, 10) for name in ("MinimumQuantity", "SortOrder")},
            "MaximumQuantity": text(one.get("MaximumQuantity"), "MaximumQuantity", 10),
        }
        for one in inside(sent, "KitComponent")
    ]


def _assembled(sent: Body) -> Decimal:
    found = decimal(sent.get("AssembleQuantity"), "AssembleQuantity", Decimal(1))
    if found < 0:
        raise Problem("Invalid Request", "AssembleQuantity is not negative")
    return found
