"""Rows copied from a spreadsheet, read as fields of lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.domain.pasting import HEADINGS, parse_pasted


def test_product_description_quantity_and_price_in_this_order() -> None:
    """O9: without a heading row."""
    assert parse_pasted("A-1\tBlue mug\t12\t4.50\nA-2\tRed mug\t3\t5\n") == [
        {"sku": "A-1", "description": "Blue mug", "quantity": "12", "unit_price": "4.50"},
        {"sku": "A-2", "description": "Red mug", "quantity": "3", "unit_price": "5"},
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A-1", {"sku": "A-1"}),
        ("A-1\t7", {"sku": "A-1", "quantity": "7"}),
        ("A-1\t7\t2.5", {"sku": "A-1", "quantity": "7", "unit_price": "2.5"}),
        ("A-1\t7\tpcs\t2.5", {"sku": "A-1", "quantity": "7", "unit": "pcs", "unit_price": "2.5"}),
        ("A-1\tMug\t7\t2.5\t10%", {"sku": "A-1", "description": "Mug", "quantity": "7",
                                   "unit_price": "2.5", "discount_percent": "10"}),
        ("A-1;Mug;7", {"sku": "A-1", "description": "Mug", "quantity": "7"}),
        ("A-1\tMug\t1,200\t£1,234.50", {"sku": "A-1", "description": "Mug", "quantity": "1200",
                                        "unit_price": "1234.50"}),
    ],
)  # fmt: skip
def test_columns_are_known_by_what_they_hold(text: str, line: dict[str, str]) -> None:
    """O9: numbers are quantity, price, discount; signs and thousands are taken off."""
    assert parse_pasted(text) == [line]


def test_rows_of_unequal_length_stand_for_themselves() -> None:
    """O9: one row says quantity only, the next has a description too."""
    assert parse_pasted("A-1\t24\nA-2\tMug\t18\t9.5") == [
        {"sku": "A-1", "quantity": "24"},
        {"sku": "A-2", "description": "Mug", "quantity": "18", "unit_price": "9.5"},
    ]


def test_a_heading_row_says_what_is_what() -> None:
    """O9: columns in any order; those that nobody knows are left out."""
    text = "Qty\tShelf\tUnit price\tSKU\r\n5\tB7\t2.10\tA-1\r\n\r\n6\tB8\t\tA-2\r\n"

    assert parse_pasted(text) == [
        {"quantity": "5", "unit_price": "2.10", "sku": "A-1"},
        {"quantity": "6", "sku": "A-2"},
    ]


def test_a_product_called_like_a_heading_is_a_product() -> None:
    """O9: one word that is also a heading makes no heading."""
    assert parse_pasted("Item\t5")[0] == {"sku": "Item", "quantity": "5"}


def test_quotes_of_a_spreadsheet_and_of_an_inch() -> None:
    """O9: a cell with a line end comes in quotes; 5" is a length."""
    assert parse_pasted('A-1\t"Mug\nblue"\t2') == [
        {"sku": "A-1", "description": "Mug blue", "quantity": "2"}
    ]
    assert parse_pasted('A-1\tPipe 5"\t2\nA-2\tPipe\t3')[0]["description"] == 'Pipe 5"'


def test_nothing_is_nothing() -> None:
    assert parse_pasted("") == parse_pasted(" \n\t\n") == []


@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    """O9: whatever is on the clipboard."""
    for line in parse_pasted(text):
        assert set(line) <= set(HEADINGS)
        assert all(value and "\x00" not in value for value in line.values())
