"""What a document would come to; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hub.errors import InvalidInput
from network.models import Contact
from orders.models import (
    Bill,
    BillLine,
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Quote,
    QuoteLine,
    SalesOrder,
    SalesOrderLine,
    TradeDocument,
    TradeLine,
)
from orders.services.documents import header_values
from orders.services.lines import LineInput, Side, build_lines
from tenants.services.organisations import current_organisation

LINE_TYPES: dict[type[TradeDocument], tuple[type[TradeLine], str]] = {
    PurchaseOrder: (PurchaseOrderLine, "order"),
    SalesOrder: (SalesOrderLine, "order"),
    Invoice: (InvoiceLine, "invoice"),
    Bill: (BillLine, "bill"),
    Quote: (QuoteLine, "quote"),
    CreditNote: (CreditNoteLine, "credit_note"),
}


@dataclass(frozen=True, slots=True)
class PreviewedTotals:
    """Net, each tax by its name, and the total, in the document's currency."""

    net: Decimal
    taxes: Mapping[str, Decimal]
    total: Decimal
    currency: str


def preview_totals(
    model: type[TradeDocument],
    contact: Contact,
    values: Mapping[str, Any],
    lines: Sequence[LineInput],
    *,
    side: Side,
) -> PreviewedTotals | None:
    """The totals of the lines as typed; None while something in them cannot be used."""
    line_type, parent = LINE_TYPES[model]
    try:
        document = model(contact=contact, **header_values(values, contact, model()))
        rows = build_lines(
            line_type,
            document,
            parent,
            lines,
            side=side,
            rounding=current_organisation().tax_rounding,
        )
    except InvalidInput:
        return None
    return PreviewedTotals(document.net, taxes_by_name(rows), document.total, document.currency)


def totals_as_stored(document: TradeDocument) -> PreviewedTotals:
    """The totals of a document as it was saved."""
    lines = list(document.lines.all())  # type: ignore[attr-defined]
    return PreviewedTotals(document.net, taxes_by_name(lines), document.total, document.currency)


def taxes_by_name(rows: Sequence[TradeLine]) -> dict[str, Decimal]:
    """What each tax comes to on these lines, by name."""
    taxes: dict[str, Decimal] = {}
    for row in rows:
        if row.tax_name:
            taxes[row.tax_name] = taxes.get(row.tax_name, Decimal(0)) + row.tax
    return dict(sorted(taxes.items()))
