"""Do the numbers of a document that came over the network add up?"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.money import divide, minor_units, multiply, plain, round_half_up
from orders.domain.document_payloads import HUNDRED, DocumentPayload, LinePayload


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A number that does not follow from the others; `path` as in errors (`lines.3.net`)."""

    path: str
    stated: Decimal
    computed: Decimal

    @property
    def sentence(self) -> str:
        return f"{self.path}: {plain(self.stated)}, but it comes to {plain(self.computed)}"


def check_totals(payload: DocumentPayload) -> list[Discrepancy]:
    """Every stated number that does not follow from the lines; empty when all do.

    The totals must be the exact sums. A line must be quantity times price less discount,
    to the minor unit; its tax may be one minor unit off, since some documents round per line
    and others as a whole.
    """
    found = [
        item
        for index, line in enumerate(payload.lines)
        for item in _check_line(f"lines.{index}", line, payload)
    ]
    net = _sum([line.net for line in payload.lines])
    tax = _sum([line.tax_amount for line in payload.lines])
    stated = payload.totals
    for path, value, computed in (
        ("totals.net", stated.net, net),
        ("totals.tax", stated.tax, tax),
        ("totals.total", stated.total, net + tax),
    ):
        if value != computed:
            found.append(Discrepancy(path, value, computed))
    if payload.taxes:
        summed = _sum([part.tax for part in payload.taxes])
        if summed != stated.tax:
            found.append(Discrepancy("taxes", summed, stated.tax))
    return found


def _sum(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0))


def _check_line(path: str, line: LinePayload, payload: DocumentPayload) -> list[Discrepancy]:
    if line.quantity is None or line.unit_price is None:
        return []
    decimals = minor_units(payload.currency)
    kept = divide(HUNDRED - line.discount_percent, HUNDRED)
    amount = round_half_up(multiply(line.quantity, line.unit_price, kept), decimals)
    found = []
    net = amount - line.tax_amount if payload.prices_include_tax else amount
    if line.net != net:
        found.append(Discrepancy(f"{path}.net", line.net, net))
    rate = divide(line.tax.rate, HUNDRED) if line.tax else Decimal(0)
    base = divide(amount, 1 + rate) if payload.prices_include_tax else amount
    tax = multiply(base, rate)
    # An effective rate travels with eight decimals, which shows on very large amounts only.
    allowed = Decimal(1).scaleb(-decimals) + multiply(abs(amount), Decimal("0.00000001"))
    if abs(line.tax_amount - tax) > allowed:
        found.append(
            Discrepancy(f"{path}.tax_amount", line.tax_amount, round_half_up(tax, decimals))
        )
    return found
