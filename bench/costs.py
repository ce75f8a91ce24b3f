"""Cost of goods sold and valuation over a million stock entries against a bare aggregate of them.

Each product has a hundred receipts of ten and nine hundred sales of one, oldest first: ninety
layers are used up, ten are left. Rows are as `inventory.services.stock` writes them.
"""

import time
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from bench.measure import Figure, at_most, compare
from bench.stage import Stage, found_one
from bench.statements import counted
from bench.walls import analyse
from inventory.reports.cost_of_goods import cost_of_goods
from inventory.reports.valuation import stock_valuation
from ledger.spans import Span
from tenants.boundary import tenant_context

MOVES = 1_000  # of one product
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)

PRODUCTS = """
INSERT INTO inventory_product (id, tenant_id, sku, sku_key, name, description, kind, unit, barcode,
    category, brand, is_active)
SELECT uuidv7(), %(tenant)s, 'C-' || n, 'c-' || n, 'Product ' || n, '', 'stock', 'each', '', '',
    '', true
FROM generate_series(1, %(products)s) AS n
"""
LAYERS = """
INSERT INTO inventory_stocklayer (id, tenant_id, product_id, location_id, received_on, quantity,
    remaining, remaining_value, source_kind, source_id)
SELECT uuidv7(), %(tenant)s, product.id, location.id, %(first)s::date + n, 10,
    CASE WHEN n > 90 THEN 10 ELSE 0 END, CASE WHEN n > 90 THEN 20.30 ELSE 0 END, 'bench', uuidv7()
FROM inventory_product AS product, inventory_location AS location, generate_series(1, 100) AS n
WHERE product.tenant_id = %(tenant)s AND location.tenant_id = %(tenant)s
"""
MOVEMENTS = """
INSERT INTO inventory_stockmovement (id, tenant_id, product_id, location_id, kind, moved_on,
    quantity, value, source_kind, source_id, source_number, created_by_name, line_id)
SELECT uuidv7(), %(tenant)s, layer.product_id, layer.location_id,
    CASE WHEN n = 0 THEN 'receipt' ELSE 'shipment' END, layer.received_on + n * 50,
    CASE WHEN n = 0 THEN 10 ELSE -1 END, CASE WHEN n = 0 THEN 20.30 ELSE -2.03 END,
    'bench', layer.source_id, 'B', '', layer.id
FROM inventory_stocklayer AS layer, generate_series(0, 10) AS n
WHERE layer.tenant_id = %(tenant)s AND (n = 0 OR layer.remaining = 0)
"""
ENTRIES = """
INSERT INTO inventory_layerentry (id, tenant_id, layer_id, product_id, location_id, movement_id,
    of_movement_id, is_cost_of_goods, posted_on, quantity, value, source_kind, source_id)
SELECT uuidv7(), tenant_id, line_id, product_id, location_id, id,
    CASE WHEN kind = 'shipment' THEN id END, kind = 'shipment', moved_on, quantity, value, 'bench',
    source_id
FROM inventory_stockmovement WHERE tenant_id = %(tenant)s
"""
BARE = """
SELECT product_id, sum(quantity), sum(value) FROM inventory_layerentry
WHERE tenant_id = %s GROUP BY product_id
"""


def cost_figures(stage: Stage, *, entries: int, say: Callable[[str], None]) -> list[Figure]:
    """Each read in one statement, whatever the number of rows; at most 3 times the bare sum."""
    tenant, products = found_one("Bench costs", stage.owner), max(1, entries // MOVES)
    started = time.monotonic()
    for statement in (PRODUCTS, LAYERS, MOVEMENTS, ENTRIES):
        with tenant_context(tenant), connection.cursor() as cursor:
            cursor.execute(statement, {"tenant": tenant, "products": products, "first": FIRST})
    analyse()
    say(f"{products * MOVES:,} stock entries in {time.monotonic() - started:.0f} s")
    year = Span(LAST, FIRST)
    middle = date(2025, 12, 31)
    return [
        *_figures(tenant, products, "cost of goods sold", lambda: cost_of_goods(year)),
        *_figures(tenant, products, "valuation today", lambda: stock_valuation(LAST)),
        *_figures(tenant, products, "valuation on an older day", lambda: stock_valuation(middle)),
    ]


def _figures(tenant: UUID, products: int, name: str, read: Callable[[], Any]) -> list[Figure]:
    def ours() -> None:
        with tenant_context(tenant):
            assert len(read()) == products

    def bare() -> None:
        with tenant_context(tenant), connection.cursor() as cursor:
            cursor.execute(BARE, [tenant])
            assert len(cursor.fetchall()) == products

    with tenant_context(tenant), counted() as statements:
        read()
    ratio = compare(bare, ours, repeats=1)
    return [
        at_most(
            f"{name}, {products * MOVES:,} entries: times a bare aggregate",
            ratio.b_over_a,
            3,
            f"{ratio.b_ms:.0f} ms and {ratio.a_ms:.0f} ms",
        ),
        at_most(f"{name}: statements", len(statements), 1),
    ]
