"""Importing products and prices: a file of 100,000 becomes rows in a handful of statements."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection

from hub.money import QUANTITY, UNIT_PRICE
from inventory.models import Product, ProductKind
from ledger.models import Account, TaxRule
from tenants.boundary import current_tenant
from tenants.domain.attributes import AttributeOwner
from tenants.domain.permissions import Area
from tenants.imports.attributes import AttributeReader, columns_of, has_attributes, merged_sql
from tenants.imports.kinds import Cells, Checked, ImportColumn, ImportKind, Staged
from tenants.imports.values import RowReader, amount_text, by_name

COLUMNS = (
    ImportColumn("sku", "SKU", True, ("code", "itemcode", "productcode", "item")),
    ImportColumn("name", "Name", True, ("product", "productname", "title", "itemname")),
    ImportColumn("description", "Description", False, ("details",)),
    ImportColumn("kind", "Kind", False, ("type",), "stock, service or kit"),
    ImportColumn("unit", "Unit", False, ("uom", "unitofmeasure")),
    ImportColumn("barcode", "Barcode", False, ("ean", "gtin", "upc")),
    ImportColumn("category", "Category", False, ("productcategory",)),
    ImportColumn("brand", "Brand"),
    ImportColumn("sale_price", "Sale price", False, ("price", "sellprice", "retailprice")),
    ImportColumn("purchase_price", "Purchase price", False, ("cost", "costprice", "buyprice")),
    ImportColumn("sale_tax_rule", "Tax rule on sales", False, ("salestax", "saletax")),
    ImportColumn("purchase_tax_rule", "Tax rule on purchases", False, ("purchasetax",)),
    ImportColumn("sale_account", "Sales account", False, ("revenueaccount",), "its code"),
    ImportColumn("purchase_account", "Purchase account", False, ("expenseaccount",), "its code"),
    ImportColumn("weight", "Weight in kg", False, ("weight",)),
)
PRICE_COLUMNS = (
    ImportColumn("sku", "SKU", True, ("code", "itemcode", "productcode", "item")),
    ImportColumn("sale_price", "Sale price", False, ("price", "sellprice", "retailprice")),
    ImportColumn("purchase_price", "Purchase price", False, ("cost", "costprice", "buyprice")),
)
# Texts that a row without the cell starts with.
DEFAULTS = {"unit": "each", "kind": ProductKind.STOCK.value}

# Column of the file → column of the table and the type that its staged text is cast to.
TARGETS = {
    "name": ("name", "text"),
    "description": ("description", "text"),
    "kind": ("kind", "text"),
    "unit": ("unit", "text"),
    "barcode": ("barcode", "text"),
    "category": ("category", "text"),
    "brand": ("brand", "text"),
    "sale_price": ("sale_price", "numeric"),
    "purchase_price": ("purchase_price", "numeric"),
    "sale_tax_rule": ("sale_tax_rule_id", "uuid"),
    "purchase_tax_rule": ("purchase_tax_rule_id", "uuid"),
    "sale_account": ("sale_account_id", "uuid"),
    "purchase_account": ("purchase_account_id", "uuid"),
    "weight": ("weight", "numeric"),
}
# What a column holds in a new product when the file says nothing of it.
EMPTY = {
    "description": "''",
    "kind": "'stock'",
    "unit": "'each'",
    "barcode": "''",
    "category": "''",
    "brand": "''",
}


class _References:
    """What rows may name, read once."""

    def __init__(self) -> None:
        self.skus = set(Product.objects.values_list("sku_key", flat=True).iterator(20_000))
        self.tax_rules = {
            rule.name.casefold(): str(rule.id) for rule in TaxRule.objects.filter(is_active=True)
        }
        self.accounts = {
            account.code.casefold(): str(account.id)
            for account in Account.objects.filter(is_active=True)
        }
        kits = Product.objects.filter(kind=ProductKind.KIT)
        self.kits = set(kits.values_list("sku_key", flat=True))
        self.kinds = {kind.value: kind.value for kind in ProductKind}


class ProductChecker:
    """Looks at rows of products."""

    def __init__(
        self,
        columns: Mapping[str, ImportColumn],
        *,
        must_exist: bool,
        given: frozenset[str] = frozenset(),
    ) -> None:
        self._columns = dict(columns)
        self._known = _References()
        self._must_exist = must_exist
        self._attributes = AttributeReader(AttributeOwner.PRODUCT, given)
        self._seen: set[str] = set()

    def check(self, cells: Cells) -> Checked:
        """One row."""
        row = RowReader(self._columns, cells)
        sku = row.text("sku", 60)
        key = sku.casefold()
        self._check_key(row, sku, key)
        values: dict[str, Any] = {"sku": sku, "sku_key": key}
        for name, longest in (
            ("name", 255),
            ("description", 4000),
            ("unit", 20),
            ("barcode", 60),
            ("category", 80),
            ("brand", 80),
        ):
            if row.has(name):
                text = row.text(name, longest, lines=name == "description")
                values[name] = text or DEFAULTS.get(name, "")
        self._numbers(row, values)
        self._names(row, values)
        attributes = self._attributes.read(row)
        if attributes is not None:
            values["attributes"] = json.dumps(attributes)
        row.checked.values = values
        row.checked.changes = key in self._known.skus
        return row.checked

    def _check_key(self, row: RowReader, sku: str, key: str) -> None:
        if key in self._seen:
            row.fault("sku", f"“{sku}” stands in another row too.")
        self._seen.add(key)
        if self._must_exist and sku and key not in self._known.skus:
            row.fault("sku", f"There is no product “{sku[:60]}”.")

    @staticmethod
    def _numbers(row: RowReader, values: dict[str, Any]) -> None:
        for name in ("sale_price", "purchase_price"):
            if row.has(name):
                values[name] = amount_text(row.number(name, UNIT_PRICE))
        if row.has("weight"):
            values["weight"] = amount_text(row.number("weight", QUANTITY))

    def _names(self, row: RowReader, values: dict[str, Any]) -> None:
        known = self._known
        if row.has("kind"):
            kind = row.one_of("kind", known.kinds, "kind") or DEFAULTS["kind"]
            key = values["sku_key"]
            if key in known.skus and (kind == ProductKind.KIT) != (key in known.kits):
                row.fault("kind", "A kit is one from the start and stays one.")
            values["kind"] = kind
        for name in ("sale_tax_rule", "purchase_tax_rule"):
            if row.has(name):
                values[name] = row.one_of(name, known.tax_rules, "tax rule")
        for name in ("sale_account", "purchase_account"):
            if row.has(name):
                values[name] = row.one_of(name, known.accounts, "account with the code")


def apply_products(staged: Staged) -> str:
    """Insert new products, change those that are there; columns the file lacks stay."""
    names = [name for name in TARGETS if name in staged.columns]
    targets = [TARGETS[name] for name in names]
    own = has_attributes(staged.columns, AttributeOwner.PRODUCT)
    texts = {**EMPTY, **{n: f"(row.values ->> '{n}')::{TARGETS[n][1]}" for n in names}}
    inserted = [name for name in TARGETS if name in texts]
    columns = ", ".join(TARGETS[name][0] for name in inserted)
    sets = [f"{column} = excluded.{column}" for column, _type in targets]
    if own:
        sets.append(merged_sql("inventory_product", "attributes"))
        columns += ", attributes"
    changes = ", ".join(sets)
    filled = [texts[name] for name in inserted] + ["(row.values ->> 'attributes')::jsonb"] * own
    # The names are this module's own; everything from the file is data in the staged rows.
    sql = f"""
        INSERT INTO inventory_product
            (id, tenant_id, sku, sku_key, is_active, {columns})
        SELECT uuidv7(), row.tenant_id, row.values ->> 'sku', row.values ->> 'sku_key', true,
            {", ".join(filled)}
        FROM tenants_importrow AS row
        WHERE row.tenant_id = %s AND row.of_import_id = %s
        ORDER BY row.number
        ON CONFLICT (tenant_id, sku_key) DO UPDATE SET {changes or "sku = excluded.sku"}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [current_tenant(), staged.import_id])
        return f"{cursor.rowcount:,} products imported."


def apply_prices(staged: Staged) -> str:
    """Change the prices of products that are there; an empty cell leaves a price as it is."""
    sets = ", ".join(
        f"{name} = coalesce((row.values ->> '{name}')::numeric, product.{name})"
        for name in ("sale_price", "purchase_price")
        if name in staged.columns
    )
    sql = f"""
        UPDATE inventory_product AS product SET {sets or "sku = product.sku"}
        FROM tenants_importrow AS row
        WHERE row.tenant_id = %s AND row.of_import_id = %s
          AND product.tenant_id = row.tenant_id AND product.sku_key = row.values ->> 'sku_key'
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [current_tenant(), staged.import_id])
        return f"Prices of {cursor.rowcount:,} products changed."


def _product_checker(given: frozenset[str]) -> ProductChecker:
    return ProductChecker(by_name(columns_of(PRODUCTS)), must_exist=False, given=given)


PRODUCTS: ImportKind = ImportKind(
    "products",
    "Products",
    "products",
    Area.PRODUCTS,
    COLUMNS,
    _product_checker,
    apply_products,
    help="A row whose SKU is there already changes that product; columns left out stay.",
    attributes=(AttributeOwner.PRODUCT,),
)
PRICES = ImportKind(
    "prices",
    "Prices",
    "prices",
    Area.PRODUCTS,
    PRICE_COLUMNS,
    lambda _columns: ProductChecker(by_name(PRICE_COLUMNS), must_exist=True),
    apply_prices,
    help="Changes the prices of products by their SKU.",
)
