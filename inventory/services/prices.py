"""Prices of products by tier, and by supplier."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from hub.errors import InvalidInput, NotFound
from hub.money import QUANTITY, parse_unit_price, plain
from inventory.models import SupplierPrice, TierPrice
from inventory.services.products import product_or_404
from ledger.models import PriceTier
from network.models import Contact
from network.services.contacts import contact_or_404
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


@dataclass(frozen=True, slots=True)
class SupplierPriceInput:
    """What a supplier asks; numbers may be text as typed, an empty minimum is 0."""

    contact: UUID
    price: str | Decimal
    minimum_quantity: str | Decimal | None = None
    lead_days: int | None = None


def add_supplier_price(product_id: UUID, wanted: SupplierPriceInput) -> SupplierPrice:
    """Keep what a supplier asks for a product. Raises NotFound, InvalidInput."""
    product, contact = product_or_404(product_id), contact_or_404(wanted.contact)
    if not contact.is_supplier:
        message = f"{contact.name} is no supplier."
        raise InvalidInput(message, fields={"contact": [message]})
    minimum = Decimal(0)
    if wanted.minimum_quantity not in (None, ""):
        minimum = QUANTITY.parse(
            wanted.minimum_quantity, field="minimum_quantity", minimum=Decimal(0)
        )
    row = SupplierPrice(
        product=product,
        contact=contact,
        price=parse_unit_price(wanted.price, field="price"),
        minimum_quantity=minimum,
        lead_days=wanted.lead_days,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        message = f"There is a price of {contact.name} from {plain(minimum)} on. Remove it first."
        raise InvalidInput(message, fields={"minimum_quantity": [message]}) from error
    summary = f"Price of {contact.name} for {product.sku} added"
    change = {"Supplier price": ("", f"{contact.currency} {plain(row.price)}")}
    log_activity("product.changed", summary, about=product, changes=change)
    return row


def remove_supplier_price(price_id: UUID) -> SupplierPrice:
    """Forget a supplier's price; documents keep theirs. Raises NotFound."""
    rows = SupplierPrice.objects.select_related("product", "contact")
    row: SupplierPrice | None = rows.filter(id=price_id).first()
    if row is None:
        raise NotFound("This price does not exist.")
    row.delete()
    summary = f"Price of {row.contact.name} for {row.product.sku} removed"
    change = {"Supplier price": (f"{row.contact.currency} {plain(row.price)}", "")}
    log_activity("product.changed", summary, about=row.product, changes=change)
    return row


def supplier_prices_for(
    contact_id: UUID, product_ids: list[UUID], currency: str
) -> dict[UUID, list[tuple[Decimal, Decimal]]]:
    """(from this quantity on, price) by product, the largest quantity first; one statement.

    Empty where the document is not in the supplier's currency.
    """
    found: dict[UUID, list[tuple[Decimal, Decimal]]] = {}
    rows = SupplierPrice.objects.filter(
        contact_id=contact_id, contact__currency=currency, product_id__in=product_ids
    ).order_by("-minimum_quantity")
    for row in rows:
        found.setdefault(row.product_id, []).append((row.minimum_quantity, row.price))
    return found


def tier_prices_for(contact_id: UUID, product_ids: list[UUID]) -> dict[UUID, Decimal]:
    """What a contact on a tier pays, by product; one statement, empty without a tier."""
    tier = Contact.objects.filter(id=contact_id).values("price_tier_id")
    rows = TierPrice.objects.filter(product_id__in=product_ids, tier_id__in=tier)
    return dict(rows.values_list("product_id", "price"))
