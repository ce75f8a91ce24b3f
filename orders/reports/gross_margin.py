"""Gross margin: what sales earned and what the goods had cost, straight from the book.

Income and direct costs are those of the profit and loss, so that the totals are its gross profit:
returns, credits and corrected costs are in it on the day on which they were posted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.urls import reverse

from hub.errors import InvalidInput
from hub.money import divide, multiply, round_half_up
from hub.ui.components import EmptyState
from ledger.reports.tables import ReportRow, ReportTable
from ledger.spans import Span
from tenants.boundary import current_tenant
from tenants.links import object_url

NONE = "none"
WAYS = (
    ("product", "Product"),
    ("customer", "Customer"),
    ("month", "Month"),
    ("channel", "Sales channel"),
    ("document", "Document"),
)
CUSTOMER = "coalesce(invoice.contact_id, note.contact_id, shipment.contact_id)"
CHANNEL = "coalesce(invoice.channel, credited.channel, sale.channel, '')"
# key, code, label of each way; the rows are named after they were summed.
KEYS = {
    "product": "line.product::text, '', ''",
    "customer": f"({CUSTOMER})::text, '', ''",
    "month": "date_trunc('month', line.posted_on)::date::text, '', ''",
    "channel": f"{CHANNEL}, '', {CHANNEL}",
    "document": "journal.source_id::text, journal.source_kind, journal.source_number",
}
JOURNAL = """
JOIN ledger_journal AS journal
    ON journal.tenant_id = line.tenant_id AND journal.id = line.journal_id
"""
SOURCES = f"""
{JOURNAL}
LEFT JOIN orders_invoice AS invoice ON journal.source_kind = 'invoice'
    AND invoice.tenant_id = line.tenant_id AND invoice.id = journal.source_id
LEFT JOIN orders_creditnote AS note ON journal.source_kind = 'credit_note'
    AND note.tenant_id = line.tenant_id AND note.id = journal.source_id
LEFT JOIN orders_invoice AS credited
    ON credited.tenant_id = line.tenant_id AND credited.id = note.invoice_id
LEFT JOIN orders_shipment AS shipment ON journal.source_kind = 'shipment'
    AND shipment.tenant_id = line.tenant_id AND shipment.id = journal.source_id
LEFT JOIN orders_salesorder AS sale
    ON sale.tenant_id = line.tenant_id AND sale.id = shipment.sales_order_id
"""
MARGIN = """
SELECT {keys},
    sum(CASE WHEN account.type = 'revenue' THEN -line.amount ELSE 0 END) AS revenue,
    sum(CASE WHEN account.type = 'revenue' THEN 0 ELSE line.amount END) AS cost
FROM ledger_journalline AS line
JOIN ledger_account AS account
    ON account.tenant_id = line.tenant_id AND account.id = line.account_id
{sources}
WHERE line.tenant_id = %(tenant)s AND account.type IN ('revenue', 'direct_costs')
    AND line.posted_on BETWEEN %(since)s AND %(until)s {narrowed}
GROUP BY 1, 2, 3
HAVING sum(CASE WHEN account.type = 'revenue' THEN -line.amount ELSE 0 END) <> 0
    OR sum(CASE WHEN account.type = 'revenue' THEN 0 ELSE line.amount END) <> 0
"""
NARROWS = {
    "product": "AND line.product IS NOT DISTINCT FROM %(product)s::uuid",
    "customer": f"AND {CUSTOMER} IS NOT DISTINCT FROM %(customer)s::uuid",
    "channel": f"AND {CHANNEL} = %(channel)s",
}
NAMES = {
    "product": "SELECT id::text, sku, name FROM inventory_product"
    " WHERE tenant_id = %s AND id = ANY(%s::uuid[])",
    "customer": "SELECT id::text, '', name FROM network_contact"
    " WHERE tenant_id = %s AND id = ANY(%s::uuid[])",
}
NAMELESS = {
    "product": "Not of one product",
    "customer": "Not of one customer",
    "channel": "No channel",
}


@dataclass(frozen=True, slots=True)
class MarginRow:
    """What was earned with one product, customer, month, channel or document; base currency.

    `key` is its id (None: what belongs to none), the first day of the month, or the channel.
    """

    key: str | None
    code: str
    label: str
    revenue: Decimal
    cost: Decimal

    @property
    def margin(self) -> Decimal:
        """What is left of the revenue."""
        return self.revenue - self.cost

    @property
    def percent(self) -> Decimal | None:
        """The margin in per cent of the revenue; None without revenue."""
        if self.revenue <= 0:
            return None
        return round_half_up(divide(multiply(self.margin, Decimal(100)), self.revenue), 2)


def narrowing(params: Mapping[str, str]) -> dict[str, str]:
    """The product, customer and channel that an address asks for. Raises InvalidInput."""
    found = {name: params[name] for name in NARROWS if params.get(name)}
    for name in ("product", "customer"):
        if found.get(name, NONE) != NONE:
            try:
                UUID(found[name])
            except ValueError as error:
                message = f"Give the id of a {name}."
                raise InvalidInput(message, fields={name: [message]}) from error
    return found


def gross_margin(span: Span, by: str, only: Mapping[str, str] | None = None) -> list[MarginRow]:
    """Rows by the largest margin (months and documents in their order); two statements at most."""
    only = only or {}
    # A million lines are joined with their documents only where those are asked for.
    sources = JOURNAL if by == "document" else ""
    if {by, *only} & {"customer", "channel"}:
        sources = SOURCES
    # The parts are this module's own; what was asked for stands in the values.
    sql = MARGIN.format(
        keys=KEYS[by],
        sources=sources,
        narrowed=" ".join(NARROWS[name] for name in only),
    )
    values: dict[str, Any] = {
        "tenant": current_tenant(),
        "since": span.since or date.min,
        "until": span.until,
        **{name: None if value == NONE else value for name, value in only.items()},
    }
    if only.get("channel") == NONE:
        values["channel"] = ""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = [MarginRow(*row) for row in cursor.fetchall()]
    return _sorted(_named(rows, by), by)


def _named(rows: Sequence[MarginRow], by: str) -> list[MarginRow]:
    names: dict[str, tuple[str, str]] = {}
    if by in NAMES:
        keys = [row.key for row in rows if row.key]
        with connection.cursor() as cursor:
            cursor.execute(NAMES[by], [current_tenant(), keys])
            names = {key: (code, name) for key, code, name in cursor.fetchall()}
    return [
        MarginRow(
            row.key,
            names.get(row.key or "", ("" if by in NAMES else row.code, ""))[0],
            names.get(row.key or "", ("", row.label))[1] or _nameless(row, by),
            row.revenue,
            row.cost,
        )
        for row in rows
    ]


def _nameless(row: MarginRow, by: str) -> str:
    if by == "month" and row.key:
        return date.fromisoformat(row.key).strftime("%B %Y")
    return NAMELESS.get(by, "Journal by hand")


def _sorted(rows: Sequence[MarginRow], by: str) -> list[MarginRow]:
    if by == "month":
        return sorted(rows, key=lambda row: row.key or "")
    if by == "document":
        return sorted(rows, key=lambda row: row.label)
    return sorted(rows, key=lambda row: (-row.margin, row.label))


def gross_margin_table(
    rows: Sequence[MarginRow], span: Span, by: str, only: Mapping[str, str]
) -> ReportTable:
    """Revenue, cost, margin; each row opens what it is made of."""
    shown = [
        ReportRow(
            row.label,
            _amounts(row),
            "" if by == "document" else row.code,
            _url(row, span, by, only),
        )
        for row in rows
    ]
    if rows:
        total = MarginRow(
            None,
            "",
            "",
            sum((row.revenue for row in rows), Decimal(0)),
            sum((row.cost for row in rows), Decimal(0)),
        )
        shown.append(ReportRow("Total", _amounts(total), kind="grand"))
    note = "The margin of all of it is the gross profit of the profit and loss in the same days."
    return ReportTable(
        "gross-margin",
        "Gross margin",
        ("Revenue", "Cost", "Margin", "Margin %"),
        shown,
        first=dict(WAYS)[by],
        note="" if only else note,
        quantities=frozenset({3}),
        empty=EmptyState(
            "Nothing was sold in these days", "Choose other days above.", icon="receipt"
        ),
    )


def _amounts(row: MarginRow) -> tuple[Decimal | None, ...]:
    return (row.revenue, row.cost, row.margin, row.percent)


def _url(row: MarginRow, span: Span, by: str, only: Mapping[str, str]) -> str:
    if by == "document":
        return object_url(row.code, UUID(row.key)) if row.key else ""
    wanted = {**only, "by": "document", "since": str(span.since), "until": str(span.until)}
    if by == "month":
        first = date.fromisoformat(row.key or "")
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        wanted |= {
            "by": "product",
            "since": str(max(first, span.since or first)),
            "until": str(min(last, span.until)),
        }
    else:
        wanted[by] = row.key or NONE
    return f"{reverse('orders:gross-margin')}?{urlencode(wanted)}"
