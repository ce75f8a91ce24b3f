"""Purchase orders from demand, raised by a test channel."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from hub.ids import new_id
from network.services.automations import save_settings
from orders.domain.demand import DemandLine
from orders.models import PurchaseOrder
from orders.services.demand import draft_purchases
from tests.cast import Company, make_company

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 17, 9, tzinfo=UTC)


class Channel:
    """A sales channel for tests: each sale raises demand of one product."""

    def __init__(self, company: Company, supplier: UUID, *, is_ecommerce: bool) -> None:
        self.id, self.company, self.supplier = new_id(), company, supplier
        self.is_ecommerce = is_ecommerce
        self.product = company.product(f"SKU-{self.id.hex[-6:]}").id

    def sale(self, quantity: str, at: datetime) -> DemandLine:
        return DemandLine(
            self.supplier,
            self.product,
            Decimal(quantity),
            at,
            source_order_id=new_id(),
            sales_channel_id=self.id,
            is_ecommerce=self.is_ecommerce,
        )


@pytest.mark.parametrize(
    ("consolidate_by", "orders"),
    [("order", [1, 2, 3]), ("day", [3, 3]), ("week", [6])],
)
def test_demand_is_collected_as_the_settings_say(consolidate_by: str, orders: list[int]) -> None:
    """K3: by order, by day, or by week, per supplier."""
    company = make_company()
    supplier = company.contact("Supplier").id
    shop = Channel(company, supplier, is_ecommerce=False)
    demand = [shop.sale("1", MONDAY), shop.sale("2", MONDAY), shop.sale("3", TUESDAY)]
    with company.inside():
        save_settings({"consolidate_by": consolidate_by})
        made = draft_purchases(demand)

        quantities = Counter(int(order.lines.get().quantity) for order in made)
        assert quantities == Counter(orders)
        assert {order.status for order in made} == {"draft"}


def test_ecommerce_orders_stand_apart_whatever_the_consolidation_says() -> None:
    """K3: the automation overrides the consolidation for orders of a sales channel."""
    company = make_company()
    supplier = company.contact("Supplier").id
    web = Channel(company, supplier, is_ecommerce=True)
    counter = Channel(company, supplier, is_ecommerce=False)
    demand = [
        web.sale("1", MONDAY),
        web.sale("2", MONDAY),
        counter.sale("3", MONDAY),
        counter.sale("4", TUESDAY),
    ]
    with company.inside():
        save_settings({"consolidate_by": "week", "separate_ecommerce_orders": True})
        made = draft_purchases(demand)

        totals = sorted(int(order.lines.get().quantity) for order in made)
        assert totals == [1, 2, 7]


def test_a_supplier_of_its_own_rhythm_overrides_the_company() -> None:
    """K3: consolidation per supplier."""
    company = make_company()
    slow, fast = company.contact("Slow").id, company.contact("Fast").id
    one, two = (Channel(company, supplier, is_ecommerce=False) for supplier in (slow, fast))
    with company.inside():
        save_settings({"consolidate_by": "week", "consolidate_per_supplier": {str(fast): "order"}})
        draft_purchases(
            [
                one.sale("1", MONDAY),
                one.sale("1", TUESDAY),
                two.sale("1", MONDAY),
                two.sale("1", TUESDAY),
            ]
        )
        assert PurchaseOrder.objects.filter(contact_id=slow).count() == 1
        assert PurchaseOrder.objects.filter(contact_id=fast).count() == 2
