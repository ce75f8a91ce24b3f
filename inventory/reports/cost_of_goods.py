"""Cost of goods sold: what the goods that left with sales had cost, from the stock's own entries.

Returns and corrected costs count on the day on which they were posted, so that the sum equals
what the book has on the accounts for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.urls import reverse

from hub.money import divide, round_half_up
from hub.ui.components import EmptyState
from inventory.models import Product
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from ledger.reports.books import account_url
from ledger.reports.tables import ReportRow, ReportTable
from ledger.selectors import movements
from ledger.spans import Span
from tenants.boundary import current_tenant

# Names are read for the sums only.
COST = """
SELECT product.id, product.sku, product.name, product.unit, sums.quantity, sums.cost
FROM (
    SELECT entry.product_id, -sum(entry.quantity) AS quantity, -sum(entry.value) AS cost
    FROM inventory_layerentry AS entry
    WHERE entry.tenant_id = %(tenant)s AND entry.is_cost_of_goods
        AND (%(since)s::date IS NULL OR entry.posted_on >= %(since)s)
        AND entry.posted_on <= %(until)s
    GROUP BY entry.product_id
) AS sums
JOIN inventory_product AS product
    ON product.tenant_id = %(tenant)s AND product.id = sums.product_id
WHERE sums.quantity <> 0 OR sums.cost <> 0
ORDER BY product.sku_key
"""


@dataclass(frozen=True, slots=True)
class SoldGoods:
    """Units of a product that left with sales less those that came back, and their cost."""

    product: UUID
    sku: str
    name: str
    unit: str
    quantity: Decimal
    cost: Decimal

    @property
    def unit_cost(self) -> Decimal | None:
        """What one unit cost on average; None where as many came back as left."""
        return round_half_up(divide(self.cost, self.quantity), 6) if self.quantity else None


def cost_of_goods(span: Span) -> list[SoldGoods]:
    """Each product's units and cost in the days, base currency, by SKU; one statement."""
    values: dict[str, Any] = {
        "tenant": current_tenant(),
        "since": span.since,
        "until": span.until,
    }
    with connection.cursor() as cursor:
        cursor.execute(COST, values)
        return [SoldGoods(*row) for row in cursor.fetchall()]


def cost_accounts(span: Span) -> list[tuple[Account, Decimal]]:
    """The accounts that sold goods are posted to, with what moved on each in the days."""
    own = Product.objects.filter(cogs_account__isnull=False).values("cogs_account")
    accounts = Account.objects.filter(Q(role=AccountRole.COGS) | Q(id__in=own)).order_by("code")
    moved = movements(span.until, span.since)
    nothing = (Decimal(0), Decimal(0))
    found = []
    for account in accounts:
        debit, credit = moved.get(account.id, nothing)
        found.append((account, debit - credit))
    return found


def cost_of_goods_table(
    found: Sequence[SoldGoods], accounts: Sequence[tuple[Account, Decimal]], span: Span
) -> ReportTable:
    """Product by product, the sum, and the accounts that it must equal."""
    rows = [
        ReportRow(
            one.name,
            (one.quantity, one.unit_cost, one.cost),
            one.sku,
            reverse("inventory:product_movements", args=[one.product]),
        )
        for one in found
    ]
    total = sum((one.cost for one in found), Decimal(0))
    booked = sum((balance for _account, balance in accounts), Decimal(0))
    if rows or booked:
        rows.append(ReportRow("Total cost", (None, None, total), kind="grand"))
        for account, balance in accounts:
            url = account_url(account.id, span)
            rows.append(ReportRow(account.name, (None, None, balance), account.code, url))
    if booked != total:
        rows.append(ReportRow("Difference", (None, None, booked - total), kind="grand"))
    return ReportTable(
        "cost-of-goods-sold",
        "Cost of goods sold",
        ("Quantity", "Cost of one", "Cost"),
        rows,
        first="Product",
        note="From the stock's own entries. A difference was posted by a journal or adjustment.",
        quantities=frozenset({0}),
        prices=frozenset({1}),
        empty=EmptyState(
            "Nothing left with a sale in these days", "Choose other days above.", icon="truck"
        ),
    )
