"""What a person wants to know of a product while writing a line: stock and prices, one statement.

However many lines there are, one statement reads them all. The last price is looked for in the
contact's latest documents only, so that a customer of ten years does not make the page slow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from hub.ui.formatting import date_text
from inventory.domain.matching import normalise_sku
from orders.selectors import price_text
from orders.services.lines import Side
from tenants.boundary import current_tenant

LATEST_DOCUMENTS = 200
# Where the last price may stand: (table, its lines' table, the lines' column, url name).
_SOURCES: dict[Side, tuple[tuple[str, str, str, str], ...]] = {
    "sale": (
        ("orders_salesorder", "orders_salesorderline", "order_id", "orders:sale"),
        ("orders_invoice", "orders_invoiceline", "invoice_id", "orders:invoice"),
    ),
    "purchase": (
        ("orders_purchaseorder", "orders_purchaseorderline", "order_id", "orders:purchase"),
        ("orders_bill", "orders_billline", "bill_id", "orders:bill"),
    ),
}
NOT_AGREED = ("draft", "declined", "void", "superseded")


def _last_of(table: str, lines: str, parent: str, url: str) -> str:
    return f"""
    SELECT l.product_id, l.unit_price, d.currency, d.number, d.issued_on, d.id,
           d.prices_include_tax, '{url}' AS url_name
    FROM (SELECT * FROM {table} WHERE tenant_id = %(tenant)s AND contact_id = %(contact)s
          ORDER BY id DESC LIMIT {LATEST_DOCUMENTS}) d
    JOIN {lines} l ON l.tenant_id = d.tenant_id AND l.{parent} = d.id
    WHERE l.product_id IN (SELECT id FROM wanted) AND d.status <> ALL(%(not_agreed)s)
      AND d.id IS DISTINCT FROM %(besides)s"""  # noqa: S608 - every name in it is ours


def _statement(side: Side) -> str:
    lasts = " UNION ALL ".join(_last_of(*source) for source in _SOURCES[side])
    own_price = "sale_price" if side == "sale" else "purchase_price"
    return f"""
WITH wanted AS (
    SELECT * FROM inventory_product WHERE tenant_id = %(tenant)s AND sku_key = ANY(%(skus)s)
), place AS (
    SELECT id, name FROM inventory_location
    WHERE tenant_id = %(tenant)s AND is_active AND (id = %(location)s OR is_default)
    ORDER BY (id = %(location)s) DESC NULLS LAST LIMIT 1
), latest AS (
    SELECT DISTINCT ON (product_id) * FROM ({lasts}) AS every
    ORDER BY product_id, issued_on DESC, id DESC
)
SELECT p.sku_key, p.kind, p.unit, place.name, v.on_hand, v.on_hand - v.allocated, v.on_order,
       p.{own_price}, t.price, pt.name, s.price, s.minimum_quantity, c.currency, c.name,
       latest.unit_price, latest.currency, latest.number, latest.issued_on, latest.id,
       latest.prices_include_tax, latest.url_name
FROM wanted p
LEFT JOIN place ON true
LEFT JOIN inventory_stocklevel v
       ON v.tenant_id = p.tenant_id AND v.product_id = p.id AND v.location_id = place.id
LEFT JOIN network_contact c ON c.tenant_id = p.tenant_id AND c.id = %(contact)s
LEFT JOIN ledger_pricetier pt ON pt.tenant_id = p.tenant_id AND pt.id = c.price_tier_id
LEFT JOIN inventory_tierprice t
       ON t.tenant_id = p.tenant_id AND t.product_id = p.id AND t.tier_id = pt.id
LEFT JOIN LATERAL (
    SELECT price, minimum_quantity FROM inventory_supplierprice
    WHERE tenant_id = p.tenant_id AND product_id = p.id AND contact_id = c.id
    ORDER BY minimum_quantity LIMIT 1
) s ON true
LEFT JOIN latest ON latest.product_id = p.id
"""  # noqa: S608 - every name in it is ours


_STATEMENTS: dict[Side, str] = {side: _statement(side) for side in _SOURCES}


@dataclass(frozen=True, slots=True)
class PriceFact:
    """One price with where it comes from; `fill` is what the price field takes."""

    label: str
    price: Decimal
    currency: str
    note: str = ""
    url: str = ""

    @property
    def fill(self) -> str:
        return price_text(self.price)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """Stock at the document's location (None for what is not stocked) and the prices known."""

    place: str = ""
    unit: str = ""
    on_hand: Decimal | None = None
    available: Decimal | None = None
    on_order: Decimal | None = None
    prices: list[PriceFact] = field(default_factory=list)

    @property
    def short(self) -> bool:
        """Whether nothing is left to promise."""
        return self.available is not None and self.available <= 0


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom and where a document is written; `besides` is the document itself."""

    side: Side
    base_currency: str
    contact: UUID | None = None
    location: UUID | None = None
    besides: UUID | None = None


def line_facts(skus: Iterable[str], asked: Asked) -> Mapping[str, LineFacts]:
    """Facts by SKU (as `sku_key` writes it) of the products that there are; one statement."""
    keys = sorted({normalise_sku(sku) for sku in skus if sku.strip()})
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENTS[asked.side],
            {
                "tenant": current_tenant(),
                "skus": keys,
                "contact": asked.contact,
                "location": asked.location,
                "besides": asked.besides,
                "not_agreed": list(NOT_AGREED),
            },
        )
        return {row[0]: _facts(row, asked) for row in cursor.fetchall()}


def _facts(row: tuple[Any, ...], asked: Asked) -> LineFacts:
    _key, kind, unit, place, on_hand, available, on_order = row[:7]
    prices = [*_last(row[14:], asked), *_agreed(row[7:14], asked)]
    if kind != "stock":
        return LineFacts(unit=unit, prices=prices)
    nothing = Decimal(0)
    return LineFacts(
        place or "", unit, on_hand or nothing, available or nothing, on_order or nothing, prices
    )


def _last(row: tuple[Any, ...], asked: Asked) -> list[PriceFact]:
    price, currency, number, day, document_id, with_tax, url_name = row
    if price is None:
        return []
    label = "Last to this customer" if asked.side == "sale" else "Last from this supplier"
    note = f"{number}, {date_text(_day(day))}{', tax included' if with_tax else ''}"
    return [PriceFact(label, price, currency, note, reverse(url_name, args=[document_id]))]


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _agreed(row: tuple[Any, ...], asked: Asked) -> list[PriceFact]:
    own, tier_price, tier, supplier_price, minimum, contact_currency, contact = row
    base, found = asked.base_currency, []
    if asked.side == "sale" and tier_price is not None:
        found.append(PriceFact(f"Tier {tier}", tier_price, base))
    if asked.side == "purchase" and supplier_price is not None:
        note = f"from {minimum.normalize():f}" if minimum else ""
        found.append(PriceFact(f"Asked by {contact}", supplier_price, contact_currency, note))
    if own is not None:
        found.append(PriceFact("List", own, base))
    return found
