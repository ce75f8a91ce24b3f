"""Reads of products, the cross-reference, and what stock did."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum
from django.db.models.expressions import RawSQL

from inventory.models import LayerEntry, PartnerSku, Product, StockMovement
from tenants.boundary import current_tenant

MOST_FOUND = 500
MOST_NAMES = 300
# From one name to the next along its index, however many products share each.
NAMES = """
WITH RECURSIVE names (name) AS (
    (SELECT {column} FROM inventory_product
     WHERE tenant_id = %(tenant)s AND {column} > '' ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (SELECT {column} FROM inventory_product
            WHERE tenant_id = %(tenant)s AND {column} > '' AND {column} > names.name
            ORDER BY {column} LIMIT 1)
    FROM names WHERE names.name IS NOT NULL
)
SELECT name FROM names WHERE name IS NOT NULL LIMIT %(most)s
"""


def products_matching(wanted: str = "", *, archived: bool = False) -> QuerySet[Product]:
    """Products narrowed by part of the name, start of the SKU, or the barcode."""
    rows = Product.objects.filter(is_active=not archived)
    if not wanted.strip():
        return rows
    found = RawSQL("SELECT search_products(%s, %s)", [wanted.strip()[:100], MOST_FOUND])
    return rows.filter(id__in=found)


def mappings() -> QuerySet[PartnerSku]:
    """Partners' codes with their product and contact."""
    return PartnerSku.objects.select_related("product", "contact")


def search_products(rows: QuerySet[Product], wanted: str) -> QuerySet[Product]:
    """The rows that the search door finds for the text."""
    return rows.filter(
        id__in=RawSQL("SELECT search_products(%s, %s)", [wanted.strip()[:100], MOST_FOUND])
    )


def standing_movements(source_ids: Iterable[UUID]) -> list[StockMovement]:
    """What documents moved and did not take back, oldest first."""
    rows = list(
        StockMovement.objects.filter(source_id__in=list(source_ids))
        .select_related("product")
        .order_by("id")
    )
    undone = {row.reverses_id for row in rows if row.reverses_id}
    return [row for row in rows if not row.reverses_id and row.id not in undone]


def cost_of_sources(source_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    """The cost that each document's issues bear today, corrections and returns included."""
    rows = (
        LayerEntry.objects.filter(of_movement__source_id__in=list(source_ids))
        .values("of_movement__source_id")
        .annotate(cost=-Sum("value"))
    )
    return {row["of_movement__source_id"]: row["cost"] for row in rows}


def names_in_use() -> dict[str, list[str]]:
    """Categories, brands and families that products have, for fields that offer them."""
    found: dict[str, list[str]] = {}
    columns = (("categories", "category"), ("brands", "brand"), ("families", "family"))
    for key, column in columns:
        with connection.cursor() as cursor:
            cursor.execute(
                NAMES.format(column=column), {"tenant": current_tenant(), "most": MOST_NAMES}
            )
            found[key] = [name for (name,) in cursor.fetchall()]
    return found
