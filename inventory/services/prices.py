"""Prices of products by tier."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from hub.errors import InvalidInput
from hub.money import parse_unit_price, plain
from inventory.models import TierPrice
from inventory.services.products import product_or_404
from ledger.models import PriceTier
from network.models import Contact
from tenants.services.activity import log_activity


def set_tier_prices(product_id: UUID, wanted: Mapping[UUID, str | Decimal | None]) -> None:
    """Set a product's price in each tier; nothing takes it away, other tiers stay.

    Raises NotFound, InvalidInput with every bad field (`tiers.<tier>`).
    """
    product = product_or_404(product_id)
    names = {tier.id: tier.name for tier in PriceTier.objects.filter(id__in=wanted)}
    fields: dict[str, list[str]] = {}
    prices: dict[UUID, Decimal] = {}
    for tier, typed in wanted.items():
        path = f"tiers.{tier}"
        if tier not in names:
            fields[path] = ["This price tier does not exist."]
        elif typed not in (None, ""):
            try:
                prices[tier] = parse_unit_price(typed, field=path)
            except InvalidInput as error:
                fields.update(error.fields)
    if fields:
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields)
    rows = TierPrice.objects.filter(product=product, tier_id__in=list(wanted))
    before = {row.tier_id: row.price for row in rows}
    changes = {
        f"Price for {names[tier]}": (_text(before.get(tier)), _text(prices.get(tier)))
        for tier in wanted
        if before.get(tier) != prices.get(tier)
    }
    if not changes:
        return
    rows.delete()
    TierPrice.objects.bulk_create(
        TierPrice(product=product, tier_id=tier, price=price) for tier, price in prices.items()
    )
    summary = f"Prices of {product.sku} changed"
    log_activity("product.changed", summary, about=product, changes=changes)


def _text(price: Decimal | None) -> str:
    return plain(price) if price is not None else ""


def tier_prices_for(contact_id: UUID, product_ids: list[UUID]) -> dict[UUID, Decimal]:
    """What a contact on a tier pays, by product; one statement, empty without a tier."""
    tier = Contact.objects.filter(id=contact_id).values("price_tier_id")
    rows = TierPrice.objects.filter(product_id__in=product_ids, tier_id__in=tier)
    return dict(rows.values_list("product_id", "price"))
