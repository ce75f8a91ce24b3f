"""Choosing our product for lines that a partner wrote (N15)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from inventory.models import Product
from inventory.services.mapping import remember
from orders.models import BillLine, PurchaseOrderLine, TradeDocument
from orders.services.documents import record
from orders.services.kits import is_kit
from orders.services.lines import LineErrors


def choose_products(document: TradeDocument, choices: Mapping[UUID, UUID | None]) -> int:
    """Set our product (or none) on items of `document`, by line id; gives how many.

    Raises InvalidInput, naming each line whose product or id does not exist. It is remembered for
    the partner once the document is approved.
    """
    lines: Any = document.lines  # type: ignore[attr-defined]
    rows = {row.line_id: row for row in lines.filter(kind="item")}
    wanted = [product_id for product_id in choices.values() if product_id]
    products = {product.id: product for product in Product.objects.filter(id__in=wanted)}
    changed = []
    errors = LineErrors()
    for line_id, product_id in choices.items():
        row = rows.get(line_id)
        product = products.get(product_id) if product_id else None
        if row is None or (product_id and product is None):
            position = row.position if row else 0
            errors.add(f"lines.{position}.product", "This product does not exist.")
            continue
        if is_kit(product) and isinstance(row, PurchaseOrderLine | BillLine):
            errors.add(f"lines.{row.position}.product", f"{product} is a kit: it is not bought.")
            continue
        row.product = product
        row.sku = product.sku if product else ""
        changed.append(row)
    errors.check()
    if changed:
        type(changed[0])._default_manager.bulk_update(changed, ["product", "sku"])
        count = len(changed)
        record(document, "mapped", f"Product chosen on {count} line{'s' if count > 1 else ''}")
    return len(changed)


def remember_products(document: TradeDocument) -> None:
    """Keep what the partner's codes on this document mean, now that it is approved."""
    lines: Any = document.lines  # type: ignore[attr-defined]
    rows = lines.select_related("product").exclude(product=None)
    remember(document.contact, [(row.partner_sku, row.product) for row in rows])
