"""Reads of products, the cross-reference, and what stock did."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.db.models.expressions import RawSQL

from inventory.models import LayerEntry, PartnerSku, Product, StockMovement

MOST_FOUND = 500


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
