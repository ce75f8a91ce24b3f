"""The reference lists as lists."""

from typing import Any

from django.urls import reverse

from hub.money import plain
from hub.ui.components import EmptyState, PlainBadge
from hub.ui.listing import Column, Listing, ListTab
from ledger.models import TermKind

TABS = (
    ListTab("active", "Offered", {"is_active": True}),
    ListTab("inactive", "Not offered", {"is_active": False}),
)


def _default(row: Any) -> PlainBadge | None:
    return PlainBadge("Filled in", "info", "star") if row.is_default else None


def _components(row: Any) -> str:
    return ", ".join(
        f"{one['name']} {one['rate']} %{' on top' if one.get('compound') else ''}"
        for one in row.components
    )


TAX_RULES = Listing(
    key="tax-rules",
    title="Tax rules",
    noun="tax rule",
    columns=(
        Column("name", "Name", primary=True),
        Column("rate", "Rate in %", "number", lambda row: plain(row.rate)),
        Column("components", "Made of", value=_components, hide_below="md"),
        Column("default", "New lines", "status", _default),
    ),
    tabs=TABS,
    sort="id",
    row_url=lambda row: reverse("ledger:tax_rule", args=[row.pk]),
    template="ledger/tax_rules.html",
    empty=EmptyState("No tax rules here", "The taxes that lines of documents are charged."),
)

PAYMENT_TERMS = Listing(
    key="payment-terms",
    title="Payment terms",
    noun="payment term",
    columns=(
        Column("name", "Name", primary=True),
        Column("kind", "Due", value=lambda row: TermKind(row.kind).label),
        Column("days", "Days", "number"),
        Column("default", "New documents", "status", _default),
    ),
    tabs=TABS,
    sort="id",
    row_url=lambda row: reverse("ledger:payment_term", args=[row.pk]),
    template="ledger/payment_terms.html",
    empty=EmptyState("No payment terms here", "When invoices and bills are due."),
)

PRICE_TIERS = Listing(
    key="price-tiers",
    title="Price tiers",
    noun="price tier",
    columns=(Column("name", "Name", primary=True),),
    tabs=TABS,
    sort="id",
    row_url=lambda row: reverse("ledger:price_tier", args=[row.pk]),
    template="ledger/price_tiers.html",
    empty=EmptyState(
        "No price tiers yet",
        "For customers who pay other prices: name a tier, give products a price in it, and choose "
        "it on the contact.",
        icon="tag",
    ),
)
