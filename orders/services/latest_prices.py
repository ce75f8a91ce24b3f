"""What suppliers billed last, kept by supplier and product for lines that are written next."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from inventory.models import LatestPrice
from orders.domain.states import BillStatus
from orders.models import Bill, BillLine, SupplierPricing
from orders.services.trade_settings import trade_settings

_PRICE = Decimal("0.000001")


def remember_latest(bill: Bill) -> None:
    """Keep what an approved bill says, where no later bill said something else."""
    rows = _priced(bill.lines.exclude(product=None).filter(kind="item", quantity__gt=0))
    known = {
        row.product_id: row.billed_on
        for row in LatestPrice.objects.filter(contact=bill.contact_id, product_id__in=list(rows))
    }
    _write(
        [
            _latest(bill, product, price)
            for product, price in rows.items()
            if product not in known or known[product] <= bill.issued_on
        ]
    )


def forget_latest(bill: Bill) -> None:
    """A bill counts no longer: the supplier's bill before it does again."""
    gone = LatestPrice.objects.filter(bill=bill.id)
    products = list(gone.values_list("product_id", flat=True))
    if not products:
        return
    gone.delete()
    others = (
        BillLine.objects.filter(
            bill__contact=bill.contact_id,
            bill__status__in=[BillStatus.APPROVED, BillStatus.PAID],
            product_id__in=products,
            quantity__gt=0,
        )
        .exclude(bill=bill)
        .select_related("bill")
        .order_by("product_id", "-bill__issued_on", "-bill_id", "-position")
        .distinct("product_id")
    )
    _write([_latest(row.bill, row.product_id, _price(row)) for row in others if row.product_id])


def _priced(lines: Iterable[BillLine]) -> dict[UUID, Decimal]:
    """The price of one by product; the last line of a product counts."""
    return {row.product_id: _price(row) for row in lines if row.product_id is not None}


def _price(row: BillLine) -> Decimal:
    return (row.net / row.quantity).quantize(_PRICE)


def _latest(bill: Bill, product: UUID, price: Decimal) -> LatestPrice:
    return LatestPrice(
        contact_id=bill.contact_id,
        product_id=product,
        price=max(price, Decimal(0)),
        currency=bill.currency,
        billed_on=bill.issued_on,
        bill=bill.id,
        bill_number=bill.number,
    )


def _write(rows: list[LatestPrice]) -> None:
    LatestPrice.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["tenant", "product", "contact"],
        update_fields=["price", "currency", "billed_on", "bill", "bill_number"],
    )


def latest_prices_for(
    contact_id: UUID, product_ids: list[UUID], currency: str
) -> Mapping[UUID, Decimal]:
    """The supplier's latest price by product, where the settings want it; two statements."""
    if trade_settings().supplier_pricing != SupplierPricing.LATEST:
        return {}
    rows = LatestPrice.objects.filter(
        contact_id=contact_id, currency=currency, product_id__in=product_ids
    )
    return dict(rows.values_list("product_id", "price"))
