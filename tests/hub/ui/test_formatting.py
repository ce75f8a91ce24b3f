"""How amounts, quantities, dates and durations are written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from hub.ui.formatting import (
    MINUS,
    amount_text,
    date_text,
    elapsed_text,
    moment_text,
    quantity_text,
    unit_price_text,
)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1284.5", "GBP", "1,284.50"),
        ("-73.125", "GBP", f"{MINUS}73.13"),
        ("0", "GBP", "0.00"),
        ("-0.001", "GBP", "0.00"),
        ("1284.5", "JPY", "1,285"),
        ("1.2345", "BHD", "1.235"),
        ("999999999999999.9999", "EUR", "1,000,000,000,000,000.00"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: str, currency: str, text: str) -> None:
    """Numbers: grouped by thousands, a true minus sign, never brackets, never minus zero."""
    assert amount_text(Decimal(amount), currency) == text


def test_a_unit_price_keeps_the_decimals_that_it_carries() -> None:
    assert unit_price_text(Decimal("0.125000"), "GBP") == "0.125"
    assert unit_price_text(Decimal("18.5"), "GBP") == "18.50"


@pytest.mark.parametrize(
    ("value", "text"),
    [("12.50000", "12.5"), ("100.00000", "100"), ("1E+3", "1,000"), ("-4", f"{MINUS}4")],
)
def test_a_quantity_has_no_trailing_zeros(value: str, text: str) -> None:
    assert quantity_text(Decimal(value)) == text


def test_dates_follow_the_organisations_format() -> None:
    assert date_text(date(2026, 11, 4)) == "4 Nov 2026"
    assert date_text(date(2026, 11, 4), "d/m/Y") == "04/11/2026"


def test_a_moment_is_shown_in_the_organisations_time_zone() -> None:
    moment = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)

    assert moment_text(moment, ZoneInfo("Pacific/Auckland"), "d M Y") == "01 Dec 2026, 12:30"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.9, "59 s"), (65, "1 min 5 s"), (7260, "2 h 1 min")]
)
def test_elapsed_time_is_written_in_words(seconds: float, text: str) -> None:
    assert elapsed_text(seconds) == text
