"""Which class and which location a document and its lines get there (Q16)."""

from typing import Any

from inventory.models import Location, Product
from network.models import Contact
from orders.models import TradeOrder


def _attribute(source: str, values: Any) -> str:
    slot = source.partition(":")[2]
    return str((values or {}).get(slot, "") or "")


def key_of(
    source: str,
    *,
    order: TradeOrder | None = None,
    location: Location | None = None,
    contact: Contact | None = None,
    product: Product | None = None,
) -> str:
    """The text that the chosen source has for a document or line; "" where it has none."""
    if not source:
        return ""
    owner = source.partition(":")[0]
    if source == "location":
        return location.name if location is not None else ""
    if source in ("sales_rep", "job"):
        return str(getattr(order, source, "") or "") if order is not None else ""
    if source in ("category", "brand", "family"):
        return str(getattr(product, source, "") or "") if product is not None else ""
    if owner == "product" and product is not None:
        return _attribute(source, product.attributes)
    if owner == "customer" and contact is not None:
        return _attribute(source, contact.customer_attributes)
    if owner == "supplier" and contact is not None:
        return _attribute(source, contact.supplier_attributes)
    return ""
