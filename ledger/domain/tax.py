"""Tax and totals: pure, exact, and rounded as the ledgers that we keep in step round.

A line comes to quantity x unit price less discount, rounded half up to the currency's minor
units. Its tax follows from the effective rate of its rule. What is rounded when is the
organisation's choice: each line's tax, or the tax of all lines of one rule together. Either way
the totals are the sums of the lines, to the cent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.choices import LabelChoices
from hub.errors import InvalidInput
from hub.money import AMOUNT, PERCENT, Money, divide, minor_units, multiply, round_half_up

HUNDRED = Decimal(100)


class TaxRounding(LabelChoices):
    """Which amount is rounded: the tax of each line, or of all lines of one rule together."""

    LINE = "line", "Each line"
    DOCUMENT = "document", "The whole document"


@dataclass(frozen=True, slots=True)
class TaxComponent:
    """One part of a tax rule; `rate` in percent.

    A compound part is charged on the net amount and the parts before it together.
    """

    name: str
    rate: Decimal
    compound: bool = False


@dataclass(frozen=True, slots=True)
class TaxRule:
    """What is charged on a line; without components the rule is exempt."""

    name: str
    components: tuple[TaxComponent, ...] = ()

    @property
    def shares(self) -> tuple[Decimal, ...]:
        """Each component's tax as a fraction of the net amount, in their order."""
        shares: list[Decimal] = []
        for component in self.components:
            base = Decimal(1) + (sum(shares, Decimal(0)) if component.compound else Decimal(0))
            shares.append(divide(multiply(component.rate, base), HUNDRED))
        return tuple(shares)

    @property
    def effective_rate(self) -> Decimal:
        """The rate of all components together, in percent, with the decimals that are stored.

        Amounts are computed from `shares`, which are not rounded.
        """
        rate = multiply(sum(self.shares, Decimal(0)), HUNDRED)
        return round_half_up(rate, PERCENT.decimals)


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """What a line's amounts follow from; the unit price is in the document's currency."""

    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal = Decimal(0)
    tax: TaxRule | None = None


@dataclass(frozen=True, slots=True)
class ComponentAmount:
    """The tax of one component on a line, or on the whole document."""

    rule: str
    component: str
    rate: Decimal
    tax: Money


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """A line's amounts after the discount; `total` is net and tax together."""

    net: Money
    tax: Money
    total: Money
    components: tuple[ComponentAmount, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleTotal:
    """What one rule comes to on a document; `rate` is its effective rate in percent."""

    name: str
    rate: Decimal
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class DocumentTotals:
    """The sums over the lines, and the tax told apart by component and by rule."""

    net: Money
    tax: Money
    total: Money
    tax_by_component: tuple[ComponentAmount, ...]
    tax_by_rule: tuple[RuleTotal, ...]


@dataclass(frozen=True, slots=True)
class DocumentAmounts:
    """The amounts of each line, in their order, and the totals."""

    lines: tuple[LineAmounts, ...]
    totals: DocumentTotals


def calculate(
    lines: Sequence[TaxableLine],
    *,
    currency: str,
    prices_include_tax: bool = False,
    rounding: TaxRounding | str = TaxRounding.LINE,
) -> DocumentAmounts:
    """The amounts of every line and the totals, in `currency`.

    InvalidInput when a line (at `lines.N.unit_price`) or the total is beyond its column.
    """
    decimals = minor_units(currency)
    amounts = [_line_amount(index, line, decimals) for index, line in enumerate(lines)]
    exact = [
        _exact_tax(amount, line.tax, prices_include_tax)
        for amount, line in zip(amounts, lines, strict=True)
    ]
    taxes = [round_half_up(tax, decimals) for tax in exact]
    if TaxRounding(rounding) is TaxRounding.DOCUMENT:
        for members in _by_rule(lines).values():
            _round_together(members, exact, taxes, decimals)
    results = []
    for line, amount, tax in zip(lines, amounts, taxes, strict=True):
        net = amount - tax if prices_include_tax else amount
        results.append(_line_result(line, net, tax, currency))
    if TaxRounding(rounding) is TaxRounding.DOCUMENT:
        results = _components_together(lines, results)
    return DocumentAmounts(tuple(results), _totals(lines, results, currency))


def _line_amount(index: int, line: TaxableLine, decimals: int) -> Decimal:
    kept = divide(HUNDRED - line.discount_percent, HUNDRED)
    amount = round_half_up(multiply(line.quantity, line.unit_price, kept), decimals)
    # Tax comes on top, and no rate is above 100 %: half the column leaves room for it.
    if abs(amount) * 2 > AMOUNT.largest:
        message = f"The line comes to more than {int(AMOUNT.largest) // 2:,}, which is the limit."
        raise InvalidInput(message, fields={f"lines.{index}.unit_price": [message]})
    return amount


def _exact_tax(amount: Decimal, rule: TaxRule | None, included: bool) -> Decimal:
    if rule is None:
        return Decimal(0)
    share = sum(rule.shares, Decimal(0))
    base = divide(amount, Decimal(1) + share) if included else amount
    return multiply(base, share)


def _by_rule(lines: Sequence[TaxableLine]) -> dict[TaxRule, list[int]]:
    groups: dict[TaxRule, list[int]] = {}
    for index, line in enumerate(lines):
        if line.tax is not None:
            groups.setdefault(line.tax, []).append(index)
    return groups


def _round_together(
    members: list[int], exact: Sequence[Decimal], taxes: list[Decimal], decimals: int
) -> None:
    """Moves cents in `taxes` so that the lines of one rule sum to their rounded common tax.

    The cents go where rounding took or gave most, and no line gets more than one.
    """
    cent = Decimal(1).scaleb(-decimals)
    together = round_half_up(sum((exact[index] for index in members), Decimal(0)), decimals)
    missing = together - sum((taxes[index] for index in members), Decimal(0))
    direction = Decimal(1).copy_sign(missing)
    by_error = sorted(members, key=lambda index: (taxes[index] - exact[index]) * direction)
    for index in by_error[: int(abs(missing) / cent)]:
        taxes[index] += cent * direction


def _split(tax: Money, rule: TaxRule) -> list[Money]:
    shares = rule.shares
    return tax.allocate(shares) if any(shares) else [tax * 0 for _ in shares]


def _line_result(line: TaxableLine, net: Decimal, tax: Decimal, currency: str) -> LineAmounts:
    net_money, tax_money = Money(net, currency), Money(tax, currency)
    components: tuple[ComponentAmount, ...] = ()
    if line.tax is not None:
        components = _named(line.tax, _split(tax_money, line.tax))
    return LineAmounts(net_money, tax_money, net_money + tax_money, components)


def _named(rule: TaxRule, parts: Iterable[Money]) -> tuple[ComponentAmount, ...]:
    return tuple(
        ComponentAmount(rule.name, component.name, component.rate, part)
        for component, part in zip(rule.components, parts, strict=True)
    )


def _components_together(
    lines: Sequence[TaxableLine], results: Sequence[LineAmounts]
) -> list[LineAmounts]:
    """The lines with their components split so that each component, too, is rounded once.

    What is split is the running sum; a line gets the step. So both the components of a line
    and the lines of a component sum to the cent.
    """
    split = list(results)
    for rule, members in _by_rule(lines).items():
        running = Money.zero(results[members[0]].tax.currency)
        before = _split(running, rule)
        for index in members:
            running += results[index].tax
            after = _split(running, rule)
            steps = [new - old for new, old in zip(after, before, strict=True)]
            line = results[index]
            split[index] = LineAmounts(line.net, line.tax, line.total, _named(rule, steps))
            before = after
    return split


def _totals(
    lines: Sequence[TaxableLine], results: Sequence[LineAmounts], currency: str
) -> DocumentTotals:
    net = Money.total((line.net for line in results), currency)
    tax = Money.total((line.tax for line in results), currency)
    total = net + tax
    if max(abs(net.amount), abs(total.amount)) > AMOUNT.largest:
        message = f"The total is more than {int(AMOUNT.largest):,}, which is the limit."
        raise InvalidInput(message, fields={"lines": [message]})
    by_component: list[ComponentAmount] = []
    by_rule: list[RuleTotal] = []
    for rule, members in _by_rule(lines).items():
        own = [results[index] for index in members]
        parts = [
            Money.total((line.components[position].tax for line in own), currency)
            for position in range(len(rule.components))
        ]
        by_component += _named(rule, parts)
        by_rule.append(
            RuleTotal(
                rule.name,
                rule.effective_rate,
                Money.total((line.net for line in own), currency),
                Money.total((line.tax for line in own), currency),
            )
        )
    return DocumentTotals(net, tax, total, tuple(by_component), tuple(by_rule))
