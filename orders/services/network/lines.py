"""A partner's lines as our rows: their codes mapped to our products, their amounts kept."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal, TypeVar
from uuid import UUID

from inventory.models import Product
from inventory.services.mapping import TheirLine, match_lines
from ledger.models import TaxRule
from orders.domain.payloads import DocumentPayload, LinePayload
from orders.models import TradeLine
from orders.services.kits import is_kit

Line = TypeVar("Line", bound=TradeLine)
Sender = Literal["buyer", "seller"]


def rows_from(
    line_type: type[Line],
    payload: DocumentPayload,
    contact_id: UUID,
    *,
    sender: Sender,
    ordered: Mapping[UUID, Product | None] | None = None,
) -> list[Line]:
    """Rows for the payload's lines, without their document.

    `ordered` gives our product by line id where one of our own documents had that line.
    """
    facts = [_facts(line, sender) for line in payload.lines]
    products = match_lines(contact_id, facts)
    rules = list(TaxRule.objects.filter(is_active=True))
    rows = []
    for position, (line, fact, matched) in enumerate(
        zip(payload.lines, facts, products, strict=True)
    ):
        product = (ordered or {}).get(line.line_id) or matched
        if sender == "seller" and is_kit(product):  # we buy its components, never a kit
            product = None
        rows.append(_row(line_type, position, line, fact, product=product, rules=rules))
    return rows


def _facts(line: LinePayload, sender: Sender) -> TheirLine:
    theirs, ours = (
        (line.buyer_sku, line.seller_sku)
        if sender == "buyer"
        else (line.seller_sku, line.buyer_sku)
    )
    return TheirLine(theirs, ours, line.barcode, line.description)


def _row(
    line_type: type[Line],
    position: int,
    line: LinePayload,
    fact: TheirLine,
    *,
    product: Product | None,
    rules: Sequence[TaxRule],
) -> Line:
    is_item = line.kind == "item"
    rule = _tax_rule(line, rules) if is_item else None
    return line_type(
        line_id=line.line_id,
        position=position,
        kind=line.kind,
        product=product if is_item else None,
        sku=product.sku if product and is_item else "",
        partner_sku=fact.their_sku,
        barcode=line.barcode,
        description=line.description,
        quantity=line.quantity or Decimal(0),
        unit=line.unit,
        unit_price=line.unit_price or Decimal(0),
        discount_percent=line.discount_percent,
        tax_rule=rule,
        tax_name=line.tax.name if line.tax else "",
        tax_rate=line.tax.rate if line.tax else Decimal(0),
        expected_on=line.expected_on,
        net=line.net,
        tax=line.tax_amount,
        total=line.net + line.tax_amount,
    )


def _tax_rule(line: LinePayload, rules: Sequence[TaxRule]) -> TaxRule | None:
    """Our rule of the same rate; the same name is preferred among several."""
    if line.tax is None:
        return None
    same = [rule for rule in rules if rule.rate == line.tax.rate]
    named = [rule for rule in same if rule.name.casefold() == line.tax.name.casefold()]
    return next(iter(named or same), None)
