"""Changed quantities, prices and dates: putting an answer's changes onto lines."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hub.errors import InvalidInput
from hub.money import plain
from orders.domain.payloads import OrderAnswerPayload
from orders.models import TradeDocument, TradeLine
from orders.services.lines import apply_amounts


def apply_changes(
    document: TradeDocument, rows: Sequence[TradeLine], answer: OrderAnswerPayload, rounding: str
) -> dict[str, tuple[Any, Any]]:
    """Change `rows` (matched by line id) as the answer says and recompute all amounts.

    Gives what changed, for the timeline. A quantity of 0 stays on the document: the line cannot
    be supplied. Raises InvalidInput for a line id that the document does not have.
    """
    by_id = {row.line_id: row for row in rows if row.kind == "item"}
    told: dict[str, tuple[Any, Any]] = {}
    for change in answer.changes:
        row = by_id.get(change.line_id)
        if row is None:
            raise InvalidInput("The answer changes a line that this document does not have.")
        name = row.sku or row.description[:40]
        for field, label in (
            ("quantity", "quantity"),
            ("unit_price", "price"),
            ("expected_on", "date"),
        ):
            wanted = getattr(change, field)
            before = getattr(row, field)
            if wanted is not None and wanted != before:
                told[f"{name}: {label}"] = (_printed(before), _printed(wanted))
                setattr(row, field, wanted)
    rules = {row.tax_rule_id: row.tax_rule for row in rows if row.tax_rule_id and row.tax_rule}
    apply_amounts(document, rows, rules, rounding=rounding)
    return told


def _printed(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return "—" if value is None else str(value)
