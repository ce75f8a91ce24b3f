"""What authorised sales lack: neither shipped nor promised nor on its way for them (K3, O4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from hub.money import multiply
from inventory.models import ProductKind, SupplierPrice
from ledger.models import ExchangeRate
from network.models import Contact
from orders.domain.states import PurchaseOrderStatus, SalesOrderStatus
from orders.models import PurchaseOrderLine, SalesOrder, SalesOrderLine
from orders.services.allocation import short_quantity
from orders.services.documents import OWN_CHANNEL

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SupplierOption:
    """Who may be asked for a product: at what price in the base currency, from which quantity on.

    Without a price it is only known that the product was bought there last.
    """

    contact: Contact
    price: Decimal | None = None
    minimum: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Short:
    """A line of a sale, how much of it nobody brings yet, and who could; the best first."""

    line: SalesOrderLine
    quantity: Decimal
    suppliers: Sequence[SupplierOption]

    @property
    def order(self) -> SalesOrder:
        """The sale, read with its contact."""
        order: SalesOrder = self.line.order
        return order

    @property
    def supplier(self) -> Contact | None:
        """The preferred supplier: the cheapest at this quantity, else who was asked last."""
        return self.suppliers[0].contact if self.suppliers else None


def is_ecommerce(order: SalesOrder) -> bool:
    """Whether a sales channel raised it; our own pages, the API and partners sell as Wharf."""
    return bool(order.channel) and order.channel.casefold() != OWN_CHANNEL.casefold()


def lines_short(orders: Iterable[UUID] | None = None) -> QuerySet[SalesOrderLine]:
    """Lines of authorised sales that lack goods, of some sales or of all."""
    rows = SalesOrderLine.with_parts.filter(
        order__status=SalesOrderStatus.AUTHORISED,
        product__kind=ProductKind.STOCK,
        quantity__gt=F("shipped") + F("allocated") + F("bought"),
    ).select_related("product", "order__contact", "order__location")
    return rows if orders is None else rows.filter(order_id__in=list(orders))


def with_suppliers(lines: Sequence[SalesOrderLine]) -> list[Short]:
    """The lines with what they lack and who sells it; four statements however many there are."""
    needs = {line.product_id: short_quantity(line) for line in lines if line.product_id}
    options = supplier_options(list(needs))
    return [
        Short(
            line,
            short_quantity(line),
            _by_price(options.get(line.product_id, ()), short_quantity(line)),
        )
        for line in lines
        if line.product_id
    ]


def _by_price(options: Sequence[SupplierOption], quantity: Decimal) -> list[SupplierOption]:
    """Each supplier once, at the price that holds for the quantity; the cheapest first."""
    found: dict[UUID, SupplierOption] = {}
    for option in sorted(options, key=lambda one: one.minimum):
        if option.minimum <= quantity or option.contact.id not in found:
            found[option.contact.id] = option
    return sorted(
        found.values(),
        key=lambda one: (one.price is None, one.minimum > quantity, one.price or ZERO),
    )


def supplier_options(products: Sequence[UUID]) -> dict[UUID, list[SupplierOption]]:
    """Agreed prices by product; for a product without any, who sold it last."""
    found: dict[UUID, list[SupplierOption]] = {}
    prices = list(
        SupplierPrice.objects.filter(product_id__in=products, contact__is_active=True)
        .select_related("contact")
        .order_by("id")
    )
    rates = _rates({row.contact.currency for row in prices})
    for row in prices:
        rate = rates.get(row.contact.currency, Decimal(1))
        option = SupplierOption(row.contact, multiply(row.price, rate), row.minimum_quantity)
        found.setdefault(row.product_id, []).append(option)
    missing = [key for key in products if key not in found]
    last = (
        PurchaseOrderLine.objects.filter(
            product_id__in=missing, order__contact__is_active=True, order__contact__is_supplier=True
        )
        .exclude(order__status__in=[PurchaseOrderStatus.VOID, PurchaseOrderStatus.DECLINED])
        .order_by("product_id", "-id")
        .distinct("product_id")
        .select_related("order__contact")
        if missing
        else ()
    )
    for line in last:
        assert line.product_id is not None
        found[line.product_id] = [SupplierOption(line.order.contact)]
    return found


def _rates(currencies: set[str]) -> Mapping[str, Decimal]:
    """Today's rate of each currency that has one."""
    rows = ExchangeRate.objects.filter(
        currency__in=currencies, valid_from__lte=timezone.localdate()
    ).order_by("valid_from")
    return {row.currency: row.rate for row in rows}
