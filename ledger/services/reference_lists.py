"""Tax rules and payment terms: what an organisation starts with, and changing them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from hub.errors import InvalidInput, NotFound
from hub.money import plain
from ledger.domain import tax
from ledger.models import PaymentTerm, PriceTier, TaxRule, TermKind
from tenants.models import Organisation
from tenants.services.activity import log_activity

# Standard, reduced and zero rate by country; elsewhere one standard rule of 0 % to start from.
STARTING_RATES: dict[str, tuple[tuple[str, str], ...]] = {
    "GB": (("20% VAT", "20"), ("5% VAT", "5"), ("Zero rated", "0")),
    "AU": (("GST", "10"), ("GST free", "0")),
    "NZ": (("GST", "15"), ("Zero rated", "0")),
    "IE": (("23% VAT", "23"), ("13.5% VAT", "13.5"), ("Zero rated", "0")),
}
STARTING_TERMS = (
    ("Due on receipt", TermKind.DAYS, 0),
    ("Net 14", TermKind.DAYS, 14),
    ("Net 30", TermKind.DAYS, 30),
    ("End of following month", TermKind.END_OF_MONTH, 30),
)
DEFAULT_TERM = "Net 30"


def lay_down_reference_lists(organisation: Organisation) -> None:
    """Tax rules by country and the usual payment terms; part of founding an organisation."""
    rates = STARTING_RATES.get(organisation.country, (("No tax", "0"),))
    TaxRule.objects.bulk_create(
        TaxRule(
            name=name,
            rate=Decimal(rate),
            components=[{"name": name, "rate": rate, "compound": False}],
            is_default=position == 0,
        )
        for position, (name, rate) in enumerate(rates)
    )
    PaymentTerm.objects.bulk_create(
        PaymentTerm(name=name, kind=kind, days=days, is_default=name == DEFAULT_TERM)
        for name, kind, days in STARTING_TERMS
    )


def save_tax_rule(tax_rule_id: UUID | None, values: dict[str, Any]) -> TaxRule:
    """Create or change a tax rule; one rule is the default. Raises InvalidInput, NotFound.

    Where `components` are given the rate follows from them, whatever `rate` says.
    """
    if "components" in values:
        values = {**values, **_of_components(values.get("name", ""), values["components"])}
    if values.get("is_default"):
        _others(TaxRule.objects.all(), tax_rule_id).update(is_default=False)
    rule: TaxRule = _save(TaxRule, tax_rule_id, values)
    log_activity("tax_rule.saved", f"Tax rule “{rule.name}” saved", about=rule)
    return rule


def _of_components(name: str, parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The components as they are kept, and the rate that they come to."""
    components = tuple(
        tax.TaxComponent(
            part["name"] or name, Decimal(part["rate"]), compound=bool(part.get("compound"))
        )
        for part in parts
    )
    kept = [
        {"name": one.name, "rate": plain(one.rate), "compound": one.compound} for one in components
    ]
    return {"components": kept, "rate": tax.TaxRule(name, components).effective_rate}


def save_payment_term(term_id: UUID | None, values: dict[str, Any]) -> PaymentTerm:
    """Create or change a payment term; one is the default. Raises InvalidInput, NotFound."""
    if values.get("is_default"):
        _others(PaymentTerm.objects.all(), term_id).update(is_default=False)
    term: PaymentTerm = _save(PaymentTerm, term_id, values)
    log_activity("payment_term.saved", f"Payment term “{term.name}” saved", about=term)
    return term


def save_price_tier(tier_id: UUID | None, values: dict[str, Any]) -> PriceTier:
    """Create or change a price tier. Raises InvalidInput, NotFound."""
    tier: PriceTier = _save(PriceTier, tier_id, values)
    log_activity("price_tier.saved", f"Price tier “{tier.name}” saved", about=tier)
    return tier


def _others(rows: QuerySet[Any], row_id: UUID | None) -> QuerySet[Any]:
    return rows.exclude(id=row_id) if row_id is not None else rows


def _save(model: Any, row_id: UUID | None, values: dict[str, Any]) -> Any:
    row = model() if row_id is None else model.objects.filter(id=row_id).first()
    if row is None:
        raise NotFound
    for field, value in values.items():
        setattr(row, field, value)
    try:
        with transaction.atomic():
            row.save(force_insert=row_id is None)
    except IntegrityError as error:
        message = "Another entry has this name. Choose a different one."
        raise InvalidInput(message, fields={"name": [message]}) from error
    return row
