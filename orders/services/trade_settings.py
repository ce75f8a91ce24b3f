"""How the organisation buys and sells: which prices count, who has to approve what."""

from collections.abc import Mapping
from typing import Any

from hub.errors import InvalidInput
from orders.models import SupplierPricing, TradeSettings
from tenants.services.activity import log_activity

LABELS = {
    "supplier_pricing": "Price of new purchase lines",
    "quotes_need_approval": "Quotes need approval",
    "separate_approval": "Author may not approve",
}


def trade_settings() -> TradeSettings:
    """The settings, as stored or as they are at first; one statement."""
    return TradeSettings.objects.first() or TradeSettings()


def change_trade_settings(changes: Mapping[str, Any]) -> TradeSettings:
    """Change some of them; raises InvalidInput naming the field."""
    wanted = changes.get("supplier_pricing")
    if wanted is not None and wanted not in SupplierPricing.values:
        message = f"Use one of: {', '.join(SupplierPricing.values)}."
        raise InvalidInput(message, fields={"supplier_pricing": [message]})
    TradeSettings.objects.bulk_create([TradeSettings()], ignore_conflicts=True)
    row: TradeSettings = TradeSettings.objects.select_for_update().get()
    told = {
        LABELS[field]: (_words(getattr(row, field)), _words(value))
        for field, value in changes.items()
        if getattr(row, field) != value
    }
    for field, value in changes.items():
        setattr(row, field, value)
    row.save(update_fields=list(changes) or None)
    if told:
        summary = "Settings of purchases and sales changed"
        log_activity("trade_settings.changed", summary, about=row, changes=told)
    return row


def _words(value: Any) -> str:
    return ("Yes" if value else "No") if isinstance(value, bool) else str(value)
