"""Tax and totals agree with the ledgers outside, and with themselves, to the cent."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import InvalidInput
from ledger.domain.tax import (
    DocumentAmounts,
    TaxableLine,
    TaxComponent,
    TaxRounding,
    TaxRule,
    calculate,
)

D = Decimal
GST_15 = TaxRule("GST 15%", (TaxComponent("GST", D(15)),))
QUEBEC = TaxRule("GST + QST", (TaxComponent("GST", D(5)), TaxComponent("QST", D("9.975"))))
COMPOUND = TaxRule(
    "Old QST", (TaxComponent("GST", D(5)), TaxComponent("QST", D("9.5"), compound=True))
)
EXEMPT = TaxRule("Exempt")


def document(
    prices: list[str],
    rule: TaxRule | None,
    rounding: TaxRounding = TaxRounding.LINE,
    *,
    included: bool = False,
    currency: str = "NZD",
) -> DocumentAmounts:
    lines = [TaxableLine(D(1), D(price), tax=rule) for price in prices]
    return calculate(lines, currency=currency, prices_include_tax=included, rounding=rounding)


def texts(result: DocumentAmounts) -> tuple[str, str, str]:
    totals = result.totals
    return str(totals.net.amount), str(totals.tax.amount), str(totals.total.amount)


def test_each_line_is_rounded_as_xero_rounds() -> None:
    """O7: the published example: 3.76 + 3.84 + 3.84 = 11.44."""
    result = document(["25.06", "25.61", "25.63"], GST_15)
    assert [str(line.tax.amount) for line in result.lines] == ["3.76", "3.84", "3.84"]
    assert texts(result) == ("76.30", "11.44", "87.74")


def test_the_whole_document_is_rounded_once_when_that_is_chosen() -> None:
    """O7: the same lines taxed together come to 11.45, and the lines sum to it."""
    result = document(["25.06", "25.61", "25.63"], GST_15, TaxRounding.DOCUMENT)
    assert [str(line.tax.amount) for line in result.lines] == ["3.76", "3.84", "3.85"]
    assert texts(result) == ("76.30", "11.45", "87.75")


def test_prices_that_include_tax_are_split() -> None:
    """O7: 100 with 10 % is 90.91 and 9.09."""
    rule = TaxRule("GST", (TaxComponent("GST", D(10)),))
    assert texts(document(["100"], rule, included=True)) == ("90.91", "9.09", "100.00")


def test_a_half_cent_goes_up_as_quickbooks_users_expect() -> None:
    """O7: 9.975 % of 4495.16 is 448.39."""
    rule = TaxRule("QST", (TaxComponent("QST", D("9.975")),))
    assert texts(document(["4495.16"], rule, currency="CAD"))[1] == "448.39"


def test_components_share_the_tax_of_their_rule() -> None:
    """O7: each component is told apart and together they are the tax."""
    result = document(["100"], QUEBEC, currency="CAD")
    parts = [(part.component, str(part.tax.amount)) for part in result.totals.tax_by_component]
    assert parts == [("GST", "5.00"), ("QST", "9.98")]
    assert texts(result) == ("100.00", "14.98", "114.98")
    assert result.totals.tax_by_rule[0].rate == D("14.975")


def test_a_compound_component_is_charged_on_the_parts_before_it() -> None:
    """O7: 9.5 % of 105."""
    assert COMPOUND.effective_rate == D("14.975")
    parts = document(["1000"], COMPOUND, currency="CAD").totals.tax_by_component
    assert [str(part.tax.amount) for part in parts] == ["50.00", "99.75"]


def test_discount_quantity_and_price_make_the_line() -> None:
    """O7: 3 at 10.125 less 12.5 %, rounded once."""
    line = TaxableLine(D(3), D("10.125"), D("12.5"), GST_15)
    result = calculate([line], currency="NZD")
    assert texts(result) == ("26.58", "3.99", "30.57")
    assert texts(calculate([TaxableLine(D(3), D(1), D(100))], currency="NZD"))[2] == "0.00"


PEI = TaxRule("GST + PST", (TaxComponent("GST", D(5)), TaxComponent("PST", D(10), compound=True)))


@pytest.mark.parametrize(
    ("prices", "rule", "included", "rounding", "lines", "totals"),
    [
        # Xero, exclusive: tax = round(line x rate) of each line; the total is Σ line + Σ tax.
        (["25.06", "25.61", "25.63"], GST_15, False, "line", "3.76 3.84 3.84", "76.30 11.44 87.74"),
        # Xero, inclusive: tax = round(line - line / 1.15); the net is the total less Σ tax.
        (["25.06", "25.61", "25.63"], GST_15, True, "line", "3.27 3.34 3.34", "66.35 9.95 76.30"),
        # Together: 76.30 - 76.30 / 1.15 = 9.952...
        (
            ["25.06", "25.61", "25.63"],
            GST_15,
            True,
            "document",
            "3.27 3.34 3.34",
            "66.35 9.95 76.30",
        ),
        # 0.35 x 15 % = 0.0525 each: a line gives 0.05, three lines together 0.1575, so 0.16.
        (["0.35"] * 3, GST_15, False, "line", "0.05 0.05 0.05", "1.05 0.15 1.20"),
        (["0.35"] * 3, GST_15, False, "document", "0.06 0.05 0.05", "1.05 0.16 1.21"),
        # Several components, Xero's effective rate: 10.10 x 14.975 % = 1.512 (and not the 1.52 of
        # 0.51 + 1.01, each rounded for itself).
        (["10.10"], QUEBEC, False, "line", "1.51", "10.10 1.51 11.61"),
        # Compound: 5 % and 10 % of 105 % is 15.5 %; 115.50 holds exactly 15.50 of it.
        (["100"], PEI, False, "line", "15.50", "100.00 15.50 115.50"),
        (["115.50"], PEI, True, "line", "15.50", "100.00 15.50 115.50"),
        # Half a cent goes away from zero, on credits too: 0.10 x 15 % = 0.015.
        (["0.10"], GST_15, False, "line", "0.02", "0.10 0.02 0.12"),
        (["-0.10"], GST_15, False, "line", "-0.02", "-0.10 -0.02 -0.12"),
    ],
)
def test_taxes_are_those_of_the_published_rules(
    prices: list[str], rule: TaxRule, *, included: bool, rounding: str, lines: str, totals: str
) -> None:
    """O7: per line and per rate, exclusive and inclusive, several components, compound."""
    result = document(prices, rule, TaxRounding(rounding), included=included)
    assert [str(line.tax.amount) for line in result.lines] == lines.split()
    assert texts(result) == tuple(totals.split())
    for line in result.lines:
        assert sum((part.tax.amount for part in line.components), D(0)) == line.tax.amount


def test_a_discounted_line_that_includes_tax() -> None:
    """O7: 3 x 10.125 less 12.5 % is 26.58, of which 26.58 - 26.58 / 1.15 = 3.47 is tax."""
    line = TaxableLine(D(3), D("10.125"), D("12.5"), GST_15)
    result = calculate([line], currency="NZD", prices_include_tax=True)
    assert texts(result) == ("23.11", "3.47", "26.58")


def test_rules_of_one_document_are_rounded_each_for_itself() -> None:
    """O7: per rate: lines of other rules neither take nor give a cent."""
    lines = [TaxableLine(D(1), D("0.35"), tax=rule) for rule in (GST_15, PEI, GST_15, PEI, GST_15)]
    totals = calculate(lines, currency="NZD", rounding=TaxRounding.DOCUMENT).totals
    assert [(one.name, str(one.tax.amount)) for one in totals.tax_by_rule] == [
        ("GST 15%", "0.16"),
        ("GST + PST", "0.11"),
    ]


def test_currencies_without_and_with_three_decimals() -> None:
    """O7: yen and dinar."""
    assert texts(document(["105"], GST_15, currency="JPY")) == ("105", "16", "121")
    assert texts(document(["1.005"], GST_15, currency="KWD")) == ("1.005", "0.151", "1.156")


def test_exempt_and_untaxed_lines_have_no_tax() -> None:
    """O7: an exempt rule is named in the summary, no rule is not."""
    exempt = document(["10"], EXEMPT)
    assert texts(exempt) == ("10.00", "0.00", "10.00")
    assert [rule.name for rule in exempt.totals.tax_by_rule] == ["Exempt"]
    assert document(["10"], None).totals.tax_by_rule == ()
    assert texts(calculate([], currency="NZD"))[2] == "0"


def test_amounts_beyond_the_column_are_refused() -> None:
    """Bad input: price or total beyond its column."""
    with pytest.raises(InvalidInput) as refused:
        calculate([TaxableLine(D("99999999"), D("9999999999"))], currency="EUR")
    assert list(refused.value.fields) == ["lines.0.unit_price"]

    many = [TaxableLine(D(1), D("400000000000000"))] * 3
    with pytest.raises(InvalidInput, match=r"The total is more than 999,999,999,999,999"):
        calculate(many, currency="EUR")


RULES = st.sampled_from([GST_15, QUEBEC, COMPOUND, EXEMPT, None])
LINES = st.lists(
    st.builds(
        TaxableLine,
        st.decimals("0.00001", 10_000, places=5),
        st.decimals(0, 10_000, places=6),
        st.decimals(0, 100, places=2),
        RULES,
    ),
    max_size=40,
)


@given(LINES, st.booleans(), st.sampled_from(TaxRounding), st.sampled_from(["EUR", "JPY", "BHD"]))
def test_the_totals_are_the_sums_of_the_lines(
    lines: list[TaxableLine], included: bool, rounding: TaxRounding, currency: str
) -> None:
    """O7: net, tax, total and components agree, whatever the lines and the choices."""
    result = calculate(lines, currency=currency, prices_include_tax=included, rounding=rounding)
    totals = result.totals

    assert totals.total == totals.net + totals.tax
    assert totals.net.amount == sum(line.net.amount for line in result.lines)
    assert totals.tax.amount == sum(line.tax.amount for line in result.lines)
    assert totals.tax.amount == sum(part.tax.amount for part in totals.tax_by_component)
    assert totals.tax.amount == sum(rule.tax.amount for rule in totals.tax_by_rule)
    for line in result.lines:
        assert line.total == line.net + line.tax
        assert line.tax.amount == sum(part.tax.amount for part in line.components)
        assert line.tax == line.tax.rounded()
        assert line.net == line.net.rounded()


@given(LINES, st.booleans(), st.sampled_from(TaxRounding))
def test_no_tax_is_a_cent_or_more_from_exact(
    lines: list[TaxableLine], included: bool, rounding: TaxRounding
) -> None:
    """O7: rounding moves a line by less than a cent, a document rounded once by half of one."""
    result = calculate(lines, currency="EUR", prices_include_tax=included, rounding=rounding)
    cent = Fraction(1, 100)
    exact_by_rule: dict[TaxRule, Fraction] = {}
    for line, amounts in zip(lines, result.lines, strict=True):
        if line.tax is None:
            continue
        rate = Fraction(line.tax.effective_rate) / 100
        base = Fraction(amounts.total.amount) / (1 + rate) if included else amounts.net.amount
        exact = Fraction(base) * rate
        assert abs(Fraction(amounts.tax.amount) - exact) < cent
        exact_by_rule[line.tax] = exact_by_rule.get(line.tax, Fraction(0)) + exact
    if rounding is TaxRounding.DOCUMENT:
        for rule, total in zip(exact_by_rule, result.totals.tax_by_rule, strict=True):
            assert abs(Fraction(total.tax.amount) - exact_by_rule[rule]) <= cent / 2


@given(LINES.filter(bool), st.booleans())
def test_components_of_a_document_rounded_once_do_not_drift(
    lines: list[TaxableLine], included: bool
) -> None:
    """O7: a component of forty lines is as exact as that of one."""
    totals = calculate(
        lines, currency="EUR", prices_include_tax=included, rounding=TaxRounding.DOCUMENT
    ).totals
    rules = {line.tax.name: line.tax for line in lines if line.tax}
    taxes = {rule.name: rule.tax for rule in totals.tax_by_rule}
    for part in totals.tax_by_component:
        rule = rules[part.rule]
        names = [component.name for component in rule.components]
        share = Fraction(rule.shares[names.index(part.component)]) / Fraction(sum(rule.shares))
        wanted = Fraction(taxes[part.rule].amount) * share
        assert abs(Fraction(part.tax.amount) - wanted) < Fraction(1, 100)
