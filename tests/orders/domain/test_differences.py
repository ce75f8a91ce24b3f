"""What a partner changed is found by line id, shown on both sides, and serialised."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import InvalidInput
from hub.money import Money
from orders.domain.differences import (
    CellChange,
    ComparedDocument,
    ComparedLine,
    LineState,
    compare,
    compare_payloads,
)
from orders.domain.payloads import OrderAnswerPayload, OrderPayload, read_payload


def line(number: int, **changes: Any) -> dict[str, Any]:
    """Ten at 5.00 with 20 %: net 50, tax 10."""
    return {
        "line_id": str(UUID(int=number)),
        "description": f"Product {number}",
        "quantity": "10",
        "unit_price": "5",
        "tax": {"name": "VAT", "rate": "20"},
        "net": "50",
        "tax_amount": "10",
        **changes,
    }


def order(
    *lines: dict[str, Any], net: str = "100", tax: str = "20", total: str = "120", **changes: Any
) -> OrderPayload:
    data = {
        "document_id": str(UUID(int=99)),
        "number": "PO-1",
        "currency": "GBP",
        "seller": {"name": "S"},
        "buyer": {"name": "B"},
        "ordered_on": "2026-11-22",
        "lines": list(lines),
        "totals": {"net": net, "tax": tax, "total": total},
        **changes,
    }
    return read_payload(OrderPayload, data)


TWO = order(line(1), line(2))


def test_equal_documents_have_no_differences() -> None:
    """N11: nothing is marked when nothing changed."""
    found = compare_payloads(TWO, TWO)
    assert found.is_empty
    assert found.count == 0
    assert [item.state for item in found.lines] == [LineState.SAME, LineState.SAME]


def test_changed_cells_are_named_with_both_values() -> None:
    """N11: price, quantity and tax, and the totals they lead to."""
    theirs = order(
        line(1),
        line(2, quantity="8", unit_price="5.5", net="44", tax_amount="8.8"),
        net="94",
        tax="18.8",
        total="112.8",
    )

    found = compare_payloads(TWO, theirs)

    [row] = found.rows
    assert (row.label, row.state) == ("Product 2", LineState.CHANGED)
    assert row.changes == (
        CellChange("quantity", "Quantity", "number", "10", "8"),
        CellChange("unit_price", "Unit price", "number", "5", "5.5"),
        CellChange("net", "Net", "number", "50", "44"),
        CellChange("tax_amount", "Tax", "number", "10", "8.8"),
    )
    assert row.change_of("unit_price") == row.changes[1]
    assert row.change_of("expected_on") is None
    assert [(change.ours, change.theirs) for change in found.totals] == [
        ("100", "94"),
        ("20", "18.8"),
        ("120", "112.8"),
    ]


def test_lines_are_matched_by_id_never_by_product_or_place() -> None:
    """N11: one product on two lines, in another order, with a line more and one less."""
    same_product = order(line(2), line(1, quantity="3"), line(3))

    found = compare_payloads(order(line(1), line(2), line(4)), same_product)

    assert [(item.line_id.int, item.state) for item in found.lines] == [
        (1, LineState.CHANGED),
        (2, LineState.SAME),
        (4, LineState.ONLY_OURS),
        (3, LineState.ONLY_THEIRS),
    ]


def test_dates_are_compared_where_both_documents_have_them() -> None:
    """N16: a date that moved is a difference; a document without dates is not."""
    ours = order(line(1, expected_on="2026-12-01"))
    moved = compare_payloads(ours, order(line(1, expected_on="2026-12-08")))
    assert moved.rows[0].changes == (
        CellChange("expected_on", "Expected", "date", "2026-12-01", "2026-12-08"),
    )
    assert compare_payloads(ours, order(line(1))).is_empty


def answer(*changes: dict[str, Any]) -> OrderAnswerPayload:
    data = {
        "document_id": str(UUID(int=99)),
        "document_version": 1,
        "answer": "changed",
        "answer_number": "SO-7",
        "changes": list(changes),
    }
    return read_payload(OrderAnswerPayload, data)


def test_an_answer_is_compared_as_the_order_it_would_make() -> None:
    """N16: the changed line is computed anew; the rest stays as ordered."""
    changed = answer(
        {"line_id": str(UUID(int=1)), "quantity": "0", "reason": "ITM"},
        {"line_id": str(UUID(int=2)), "unit_price": "5.25", "expected_on": "2026-12-24"},
    )

    theirs = ComparedDocument.from_answer(TWO, changed)

    assert (theirs.net, theirs.tax, theirs.total) == (
        Decimal("52.50"),
        Decimal("10.50"),
        Decimal("63.00"),
    )
    assert theirs.lines[0].quantity == 0
    assert theirs.lines[1].expected_on == date(2026, 12, 24)
    found = compare(ComparedDocument.from_payload(TWO), theirs)
    assert found.theirs.title == "SO-7"
    assert [row.line_id.int for row in found.rows] == [1, 2]


def test_an_answer_about_a_line_that_is_not_there_is_refused() -> None:
    """N16: bad input from the partner."""
    with pytest.raises(InvalidInput) as refused:
        ComparedDocument.from_answer(TWO, answer({"line_id": str(UUID(int=7)), "quantity": "1"}))
    assert list(refused.value.fields) == ["changes.0.line_id"]


def test_the_tolerance_is_for_the_whole_document_in_its_currency() -> None:
    """N11: a cent of rounding needs nobody; another currency always does."""
    theirs = order(line(1), line(2), tax="20.02", total="120.02")
    found = compare_payloads(TWO, theirs)
    assert found.within_tolerance(Money(Decimal("0.02"), "GBP"))
    assert not found.within_tolerance(Money(Decimal("0.01"), "GBP"))
    assert not found.within_tolerance(Money(Decimal(5), "EUR"))
    in_euro = compare_payloads(TWO, order(line(1), line(2), currency="EUR"))
    assert [change.field for change in in_euro.header] == ["currency"]
    assert not in_euro.within_tolerance(Money(Decimal(5), "GBP"))


def test_the_differences_serialise_to_plain_json() -> None:
    """N11: the API shows what the page shows."""
    found = compare_payloads(TWO, order(line(1, quantity="9"), line(2)))
    data = json.loads(json.dumps(found.as_dict()))
    assert data["lines"] == [
        {
            "line_id": str(UUID(int=1)),
            "label": "Product 1",
            "state": "changed",
            "changes": [
                {
                    "field": "quantity",
                    "label": "Quantity",
                    "kind": "number",
                    "ours": "10",
                    "theirs": "9",
                }
            ],
        }
    ]
    assert data["ours"]["total"] == "120"


COMPARED = st.lists(
    st.builds(
        ComparedLine,
        st.integers(0, 12).map(lambda number: UUID(int=number)),
        st.just("x"),
        quantity=st.integers(0, 3).map(Decimal),
    ),
    max_size=12,
    unique_by=lambda item: item.line_id,
).map(lambda lines: ComparedDocument("d", "EUR", tuple(lines), Decimal(0), Decimal(0), Decimal(0)))


@given(COMPARED, COMPARED)
def test_every_line_of_both_documents_appears_once(
    ours: ComparedDocument, theirs: ComparedDocument
) -> None:
    """N11: no line is lost and none is doubled; turning the sides round turns the result."""
    found, turned = compare(ours, theirs), compare(theirs, ours)
    ids = [item.line_id for item in found.lines]
    assert len(ids) == len(set(ids))
    assert set(ids) == {item.line_id for item in (*ours.lines, *theirs.lines)}
    assert {item.line_id for item in found.rows} == {item.line_id for item in turned.rows}
    assert found.is_empty == (set(ours.lines) == set(theirs.lines))
