"""Goods on their way from suppliers: what authorised purchase orders still expect."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from tenants.boundary import current_tenant

# Inserted in the order in which stock is locked everywhere: product, then location.
EXPECT = """
INSERT INTO inventory_stocklevel
    (id, tenant_id, product_id, location_id, on_hand, allocated, on_order, in_transit)
SELECT uuidv7(), %s, product, location, 0, 0, greatest(sum(quantity), 0), 0
FROM unnest(%s::uuid[], %s::uuid[], %s::numeric[]) AS wanted (product, location, quantity)
GROUP BY product, location ORDER BY product, location
ON CONFLICT (tenant_id, product_id, location_id) DO UPDATE SET
    on_order = greatest(inventory_stocklevel.on_order + (
        SELECT sum(quantity)
        FROM unnest(%s::uuid[], %s::uuid[], %s::numeric[]) AS again (product, location, quantity)
        WHERE again.product = excluded.product_id AND again.location = excluded.location_id
    ), 0)
"""


def expect_goods(rows: Sequence[tuple[UUID, UUID, Decimal]]) -> None:
    """Add (product, location, quantity) to what is on order; negative quantities take away."""
    if not rows:
        return
    columns: list[list[Any]] = [
        [product for product, _location, _quantity in rows],
        [location for _product, location, _quantity in rows],
        [quantity for _product, _location, quantity in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(EXPECT, [current_tenant(), *columns, *columns])
