"""Stock valuation: what was on hand at the end of a day, and what it had cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from hub.money import divide, round_half_up
from hub.ui.components import EmptyState
from inventory.models import Location
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from ledger.reports.books import account_url
from ledger.reports.tables import ReportRow, ReportTable
from ledger.selectors import balance_on
from ledger.spans import Span
from tenants.boundary import current_tenant

# What is there now, less what came and went since the day: open layers are few, and an older day
# reads the entries after it. Names are read for what is left of that.
VALUATION = """
SELECT sums.location_id, product.id, product.sku, product.name, product.unit, sums.q, sums.v
FROM (
    SELECT product_id, location_id, sum(q) AS q, sum(v) AS v FROM (
        SELECT product_id, location_id, remaining AS q, remaining_value AS v
        FROM inventory_stocklayer WHERE tenant_id = %(tenant)s AND remaining > 0
      UNION ALL
        SELECT product_id, location_id, -quantity, -value
        FROM inventory_layerentry WHERE tenant_id = %(tenant)s AND posted_on > %(until)s
    ) AS parts
    WHERE %(location)s::uuid IS NULL OR location_id = %(location)s
    GROUP BY product_id, location_id HAVING sum(q) <> 0 OR sum(v) <> 0
) AS sums
JOIN inventory_product AS product
    ON product.tenant_id = %(tenant)s AND product.id = sums.product_id
ORDER BY product.sku_key, sums.location_id
"""


@dataclass(frozen=True, slots=True)
class ValuedStock:
    """Units of a product at a location and what they cost, in the base currency."""

    location: UUID
    product: UUID
    sku: str
    name: str
    unit: str
    quantity: Decimal
    value: Decimal

    @property
    def unit_cost(self) -> Decimal | None:
        """What one unit costs on average; None where there are no units."""
        return round_half_up(divide(self.value, self.quantity), 6) if self.quantity else None


def stock_valuation(until: date, location: UUID | None = None) -> list[ValuedStock]:
    """What was on hand at the end of the day, by SKU; one statement."""
    values: dict[str, Any] = {"tenant": current_tenant(), "until": until, "location": location}
    with connection.cursor() as cursor:
        cursor.execute(VALUATION, values)
        return [ValuedStock(*row) for row in cursor.fetchall()]


def inventory_account() -> Account | None:
    """The account that stock is kept on."""
    return Account.objects.filter(role=AccountRole.INVENTORY).first()


def inventory_balance(until: date) -> Decimal:
    """The balance of the inventory account at the end of the day."""
    account = inventory_account()
    return balance_on(account.id, until) if account is not None else Decimal(0)


def valuation_table(
    found: Sequence[ValuedStock], span: Span, places: Sequence[Location], *, whole: bool
) -> ReportTable:
    """Location by location, then all of it; `whole`: with the account that it must equal."""
    rows: list[ReportRow] = []
    for place in places:
        here = [one for one in found if one.location == place.id]
        if here:
            rows.append(ReportRow(place.name, kind="heading"))
            rows += [_row(one) for one in here]
            rows.append(ReportRow(f"Total {place.name}", (None, None, _sum(here)), kind="total"))
    total = _sum(found)
    if rows:
        rows.append(ReportRow("Total stock", (None, None, total), kind="grand"))
    account = inventory_account() if whole else None
    if account is not None and (rows or balance_on(account.id, span.until)):
        balance = balance_on(account.id, span.until)
        url = account_url(account.id, span)
        rows.append(ReportRow(account.name, (None, None, balance), account.code, url, "grand"))
        if balance != total:
            rows.append(ReportRow("Difference", (None, None, balance - total), kind="grand"))
    return ReportTable(
        "stock-valuation",
        "Stock valuation",
        ("Quantity", "Cost of one", "Value"),
        rows,
        first="Product",
        note="Goods in transit between your locations are on an account of their own.",
        quantities=frozenset({0}),
        prices=frozenset({1}),
        empty=EmptyState("No stock on this day", "Choose another day above.", icon="packages"),
    )


def _row(one: ValuedStock) -> ReportRow:
    url = reverse("inventory:product_movements", args=[one.product])
    return ReportRow(one.name, (one.quantity, one.unit_cost, one.value), one.sku, url)


def _sum(rows: Sequence[ValuedStock]) -> Decimal:
    return sum((row.value for row in rows), Decimal(0))
