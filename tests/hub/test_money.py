"""Money is exact, of one currency, and what people type is refused with a reason."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import InvalidInput
from hub.money import (
    AMOUNT,
    QUANTITY,
    UNIT_PRICE,
    Money,
    format_number,
    is_currency,
    minor_units,
    multiply,
    parse_amount,
    parse_currency,
    parse_percent,
    parse_quantity,
    parse_rate,
    parse_unit_price,
    plain,
    round_half_up,
)

amounts = st.decimals(
    min_value=Decimal("-999999999999999.9999"),
    max_value=Decimal("999999999999999.9999"),
    places=4,
)


def eur(text: str) -> Money:
    return Money(Decimal(text), "EUR")


def test_money_of_one_currency_adds_and_subtracts() -> None:
    """O7: arithmetic is exact."""
    assert eur("0.10") + eur("0.20") == eur("0.30")
    assert eur("5") - eur("7.5") == eur("-2.5")
    assert -eur("3") == eur("-3")
    assert abs(eur("-3")) == eur("3")
    assert eur("1.25") * 3 == eur("3.75")
    assert Decimal("0.5") * eur("3") == eur("1.5")
    assert Money.total([eur("1"), eur("2")], "EUR") == eur("3")
    assert eur("1") < eur("2") <= eur("2") and eur("3") > eur("2") >= eur("2")


def test_money_of_two_currencies_never_meets() -> None:
    """O7: a sum over currencies is a mistake in the program, not a number."""
    with pytest.raises(ValueError, match="Cannot combine EUR with USD"):
        eur("1") + Money(Decimal(1), "USD")
    with pytest.raises(ValueError, match="Cannot combine EUR with USD"):
        assert eur("1") < Money(Decimal(1), "USD")
    assert eur("1") != Money(Decimal(1), "USD")


@pytest.mark.parametrize("wrong", [1.5, True, "1.5", None])
def test_money_refuses_floats_booleans_and_text(wrong: object) -> None:
    """O7: no float comes near money."""
    with pytest.raises(TypeError):
        Money(wrong, "EUR")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        eur("1") * wrong  # type: ignore[operator]


def test_money_refuses_what_is_not_finite_and_unknown_currencies() -> None:
    with pytest.raises(ValueError, match="finite"):
        Money(Decimal("NaN"), "EUR")
    with pytest.raises(ValueError, match="Unknown currency"):
        Money(Decimal(1), "EUX")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("1.005", "EUR", "1.01"),
        ("-1.005", "EUR", "-1.01"),
        ("2.675", "EUR", "2.68"),
        ("1.5", "JPY", "2"),
        ("1.2345", "BHD", "1.235"),
    ],
)
def test_rounding_is_half_up_to_the_minor_units(amount: str, currency: str, rounded: str) -> None:
    """O7: a half goes away from zero."""
    assert str(Money(Decimal(amount), currency).rounded().amount) == rounded


def test_minor_units_and_currencies_come_from_the_standard() -> None:
    assert (minor_units("EUR"), minor_units("JPY"), minor_units("KWD")) == (2, 0, 3)
    assert is_currency("NZD")
    assert not is_currency("DEM")
    assert not is_currency("eur")
    assert not is_currency("XXX")
    assert parse_currency(" nzd ") == "NZD"
    with pytest.raises(InvalidInput) as refused:
        parse_currency("QQQ", field="currency")
    assert list(refused.value.fields) == ["currency"]


@given(amounts, st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=30))
def test_allocation_gives_every_cent_once(amount: Decimal, weights: list[Decimal]) -> None:
    """O7: the parts of a split sum to the whole, and none is off by a cent or more."""
    if not sum(weights):
        return
    whole = Money(amount, "EUR").rounded()

    parts = whole.allocate(weights)

    assert Money.total(parts, "EUR") == whole
    total = sum(Fraction(weight) for weight in weights)
    for part, weight in zip(parts, weights, strict=True):
        share = Fraction(whole.amount) * Fraction(weight) / total
        assert abs(Fraction(part.amount) - share) < Fraction(1, 100)


@given(amounts, amounts, amounts)
def test_addition_is_associative(a: Decimal, b: Decimal, c: Decimal) -> None:
    left = (Money(a, "EUR") + Money(b, "EUR")) + Money(c, "EUR")
    right = Money(a, "EUR") + (Money(b, "EUR") + Money(c, "EUR"))
    assert left == right


def test_products_keep_every_digit() -> None:
    """O7: the widest quantity times the widest price loses nothing."""
    product = multiply(QUANTITY.largest, UNIT_PRICE.largest)
    assert Fraction(product) == Fraction(QUANTITY.largest) * Fraction(UNIT_PRICE.largest)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-9, max_value=9))
def test_plain_text_is_the_same_number(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value)


def test_plain_text_is_one_text_per_number() -> None:
    texts = [plain(Decimal(text)) for text in ("100", "1E+2", "100.000")]
    assert texts == ["100"] * 3
    assert plain(Decimal("-0.00")) == "0"
    assert plain(Decimal("12.5000")) == "12.5"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12.50", "12.50"),
        (" 1,234,567.89 ", "1234567.89"),
        ("-3", "-3"),
        ("\u22123", "-3"),
        (".5", "0.5"),
        ("1\u202f000", "1000"),
        ("-0", "0"),
        (7, "7"),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str | int, number: str) -> None:
    assert parse_amount(typed) == Decimal(number)
    assert not parse_amount(typed).is_signed() or Decimal(number) < 0


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter a number."),
        ("abc", "Enter a number such as 12.50, with a point before the decimals."),
        ("1,5", "Enter a number such as 12.50, with a point before the decimals."),
        ("1e5", "Enter a number such as 12.50, with a point before the decimals."),
        ("NaN", "Enter a number such as 12.50, with a point before the decimals."),
        ("-", "Enter a number such as 12.50, with a point before the decimals."),
        ("\u0661", "Enter a number such as 12.50, with a point before the decimals."),
        ("9" * 80, "This number is too long."),
        ("1.00001", "Enter at most 4 decimals."),
        (
            "1000000000000000",
            "This is larger than 999,999,999,999,999, which is the limit.",
        ),
        (
            "-1000000000000000",
            "This is smaller than minus 999,999,999,999,999, which is the limit.",
        ),
        (1.5, 'Write the number as text, for example "12.50".'),
        (True, 'Write the number as text, for example "12.50".'),
        (Decimal("Infinity"), "Enter a number, for example 12.50."),
    ],
)
def test_an_amount_that_cannot_be_kept_is_refused_with_the_reason(typed: str, message: str) -> None:
    """Bad input: too many decimals or beyond the column is said at the field."""
    with pytest.raises(InvalidInput) as refused:
        parse_amount(typed, field="lines.0.amount")
    assert refused.value.fields == {"lines.0.amount": [message]}


def test_each_kind_of_number_has_its_own_limits() -> None:
    """Bad input: quantity 0 or negative, price below 0, rate 0, percent over 100."""

    def message(parse: object, typed: str) -> str:
        with pytest.raises(InvalidInput) as refused:
            parse(typed)  # type: ignore[operator]
        return refused.value.message

    assert message(parse_quantity, "0") == "This must be greater than 0."
    assert message(parse_quantity, "-1") == "This must be greater than 0."
    assert message(parse_quantity, "0.000001") == "Enter at most 5 decimals."
    limit = "This is larger than 99,999,999,999,999, which is the limit."
    assert message(parse_quantity, "100000000000000") == limit
    assert message(parse_unit_price, "-0.01") == "This must be 0 or more."
    assert message(parse_unit_price, "0.0000001") == "Enter at most 6 decimals."
    assert message(parse_rate, "0") == "This must be greater than 0."
    assert message(parse_percent, "100.5") == "This must be 100 or less."


@given(amounts)
def test_what_the_column_keeps_is_accepted_unchanged(amount: Decimal) -> None:
    assert AMOUNT.parse(str(amount) if "E" not in str(amount) else amount) == amount


def test_numbers_are_shown_grouped_with_a_minus_sign() -> None:
    assert format_number(Decimal("-1234567.895"), 2) == "-1,234,567.90"
    assert format_number(Decimal("-0.001"), 2) == "0.00"
    assert str(eur("1234.5")) == "1,234.50 EUR"
    assert round_half_up(Decimal("0.5"), 0) == 1
