"""The lists of products and of partners' codes, and products in the search."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from hub.ui.components import EmptyState, Link
from hub.ui.listing import Column, Listing, ListTab
from inventory.models import ProductKind
from inventory.selectors import products_matching, search_products
from tenants.search import Hit

PRODUCTS = Listing(
    key="products",
    title="Products",
    noun="product",
    columns=(
        Column("sku", "SKU", primary=True, sort="sku_key"),
        Column("name", "Name"),
        Column("kind", "Kind", value=lambda row: ProductKind(row.kind).label, hide_below="md"),
        Column("category", "Category", hide_below="lg"),
        Column("barcode", "Barcode", hide_below="lg"),
        Column("unit", "Unit", hide_below="md"),
        Column("purchase_price", "Purchase price", "price"),
        Column("sale_price", "Sale price", "price"),
    ),
    tabs=(
        ListTab("active", "Active", {"is_active": True}),
        ListTab("archived", "Archived", {"is_active": False}),
    ),
    sort="sku_key",
    search=search_products,
    search_hint="Search SKU, name or barcode",
    row_url=lambda row: reverse("inventory:product", args=[row.pk]),
    template="inventory/products.html",
    empty=EmptyState(
        "No products here",
        "What you buy and sell, with the codes that partners use for it.",
        icon="package",
        action=Link("New product", "/products/new/", icon="plus"),
        learn=Link("How partners' codes are matched", "/help/"),
    ),
)


def _search_codes(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(
        Q(code__icontains=text) | Q(product__sku__icontains=text) | Q(product__name__icontains=text)
    )


MAPPINGS = Listing(
    key="product-codes",
    title="Product codes",
    noun="code",
    columns=(
        Column("code", "Their code", primary=True, sort="code_key"),
        Column("sku", "Our SKU", value="product.sku"),
        Column("name", "Product", value="product.name"),
        Column("confirmed_by", "Confirmed by", hide_below="md"),
        Column("created_at", "Since", "date", hide_below="md"),
        Column("verbs", "Change", value=lambda row: "", template="inventory/cells/forget.html"),
    ),
    sort="code_key",
    search=_search_codes,
    search_hint="Search code, SKU or name",
    row_url=lambda row: reverse("inventory:product", args=[row.product_id]),
    template="inventory/mapping.html",
    empty=EmptyState(
        "No codes yet",
        "Codes are remembered when you map a line of this partner's documents, or added here.",
        icon="barcode",
    ),
)


def find_products(text: str, most: int) -> Sequence[Hit]:
    """Products for the search over everything."""
    rows = products_matching(text).order_by("sku_key")[:most]
    return [
        Hit(f"{row.sku} {row.name}", reverse("inventory:product", args=[row.pk]), row.barcode)
        for row in rows
    ]
