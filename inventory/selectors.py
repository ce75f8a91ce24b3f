"""Reads of products and the cross-reference."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from inventory.models import PartnerSku, Product

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
