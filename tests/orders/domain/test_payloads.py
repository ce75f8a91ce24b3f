"""What travels between organisations is read strictly, and has one canonical text."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import InvalidInput
from ledger.domain.tax import TaxableLine, TaxComponent, TaxRounding, TaxRule, calculate
from orders.domain.payloads import (
    ORDER_PAYLOADS,
    Discrepancy,
    InvoicePayload,
    LinePayload,
    LineTax,
    OrderAnswerPayload,
    OrderPayload,
    Party,
    ReasonCode,
    SalesOrderPayload,
    Totals,
    canonical_json,
    check_totals,
    clean_line,
    clean_note,
    read_payload,
    sha256_hex,
)

ORDER_ID = UUID(int=1)
LINE_ID = UUID(int=2)


def order_data(**changes: Any) -> dict[str, Any]:
    """A purchase order as JSON loads it: 10 bags at 12.50 less 10 %, and a note."""
    return {
        "document_id": str(ORDER_ID),
        "number": "PO-00001",
        "currency": "EUR",
        "seller": {"name": "Harbour Roasters"},
        "buyer": {"name": "Kestrel Cafés", "address": "1 Quay\nCork", "country": "IE"},
        "ordered_on": "2026-11-22",
        "lines": [
            {
                "line_id": str(LINE_ID),
                "seller_sku": "HR-ESP-1",
                "description": "Espresso blend",
                "quantity": "10",
                "unit_price": "12.5",
                "discount_percent": "10",
                "tax": {"name": "VAT 23%", "rate": "23"},
                "net": "112.5",
                "tax_amount": "25.88",
            },
            {"line_id": str(UUID(int=3)), "kind": "note", "description": "Ring the bell\ntwice"},
        ],
        "totals": {"net": "112.5", "tax": "25.88", "total": "138.38"},
        **changes,
    }


def with_line(**changes: Any) -> dict[str, Any]:
    data = order_data()
    data["lines"][0] |= changes
    return data


def refused(data: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as error:
        read_payload(OrderPayload, data)
    assert error.value.code == "bad_payload"
    return error.value.fields


def test_an_order_is_read_from_text_and_from_what_text_was_loaded_into() -> None:
    """N10: the same payload either way, and its numbers add up."""
    from_text = read_payload(OrderPayload, json.dumps(order_data()))
    from_mapping = read_payload(OrderPayload, order_data())

    assert from_text == from_mapping
    assert from_text.lines[0].quantity == Decimal(10)
    assert from_text.lines[0].gross == Decimal("138.38")
    assert from_text.ordered_on == date(2026, 11, 22)
    assert check_totals(from_text) == []


def test_the_canonical_text_does_not_depend_on_the_order_of_keys_or_zeros() -> None:
    """N9: the same document has the same hash."""
    first = read_payload(OrderPayload, order_data())
    again = dict(reversed(with_line(quantity="10.000", net="112.5000").items()))
    second = read_payload(OrderPayload, again)

    assert canonical_json(first) == canonical_json(second)
    assert sha256_hex(first) == sha256_hex(second) == sha256_hex(canonical_json(second))
    assert '"quantity":"10"' in canonical_json(first)
    assert "Cafés" in canonical_json(first)


def test_a_changed_number_changes_the_hash() -> None:
    """N9: a hash that does not match shows that something was altered."""
    other = read_payload(OrderPayload, with_line(unit_price="12.51"))
    assert sha256_hex(other) != sha256_hex(read_payload(OrderPayload, order_data()))


TEXTS = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60).map(
    clean_line
)


@given(
    TEXTS,
    st.decimals("0.00001", "99999999999999.99999", places=5),
    st.decimals(0, "9999999999999.999999", places=6),
    st.decimals("-999999999999999.9999", "999999999999999.9999", places=4),
)
def test_writing_and_reading_give_the_same_payload(
    text: str, quantity: Decimal, price: Decimal, amount: Decimal
) -> None:
    """N9: nothing is lost on the way, whatever the text and the numbers."""
    line = LinePayload(
        line_id=LINE_ID,
        seller_sku="X",
        description=text,
        quantity=quantity,
        unit_price=price,
        net=amount,
    )
    order = OrderPayload(
        document_id=ORDER_ID,
        number="PO-1",
        currency="EUR",
        seller=Party(name="A"),
        buyer=Party(name="B", legal_name=text),
        ordered_on=date(2026, 11, 22),
        lines=(line,),
        totals=Totals(net=amount, tax=Decimal(0), total=amount),
    )

    again = read_payload(OrderPayload, canonical_json(order))

    assert again == order
    assert canonical_json(again) == canonical_json(order)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quantity": "0"}, "This must be greater than 0."),
        ({"quantity": "-1"}, "This must be greater than 0."),
        ({"quantity": "1.000001"}, "Enter at most 5 decimals."),
        (
            {"quantity": "100000000000000"},
            "This is larger than 99,999,999,999,999, which is the limit.",
        ),
        ({"quantity": 10}, 'Write the number as text, for example "12.5".'),
        ({"quantity": 10.5}, 'Write the number as text, for example "12.5".'),
        ({"quantity": True}, 'Write the number as text, for example "12.5".'),
        ({"quantity": "1e3"}, 'Write the number as text, for example "12.5".'),
        ({"quantity": "NaN"}, 'Write the number as text, for example "12.5".'),
        ({"quantity": "9" * 5000}, 'Write the number as text, for example "12.5".'),
        ({"unit_price": "-1"}, "This must be 0 or more."),
        (
            {"net": "1000000000000000"},
            "This is larger than 999,999,999,999,999, which is the limit.",
        ),
        (
            {"description": "a\x00b"},
            "Control characters other than line breaks are not allowed here.",
        ),
        ({"seller_sku": "a\nb"}, "Control characters are not allowed here."),
        ({"seller_sku": "a\u202eb"}, "Control characters are not allowed here."),
        ({"description": "x" * 256}, "At most 255 characters."),
        ({"seller_sku": "x" * 61}, "At most 60 characters."),
        ({"unit_cost": "3"}, "This field is not known."),
    ],
)
def test_a_bad_field_is_refused_at_its_path(change: dict[str, Any], message: str) -> None:
    """Bad input: what a partner sends is judged field by field."""
    field = next(iter(change))
    assert refused(with_line(**change)) == {f"lines.0.{field}": [message]}


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"currency": "EUX"}, "currency", "This is not a current ISO 4217 currency code."),
        ({"number": "PO\r\nBcc: x"}, "number", "Control characters are not allowed here."),
        ({"lines": []}, "", "The document has no item."),
        ({"seller": {"name": " "}}, "seller.name", "This cannot be empty."),
        ({"internal_note": "x"}, "internal_note", "This field is not known."),
        ({"totals": None}, "totals", "Input should be an object."),
    ],
)
def test_a_bad_header_is_refused_at_its_path(
    change: dict[str, Any], path: str, message: str
) -> None:
    """Bad input: unknown currency, header injection, no lines, private fields."""
    assert refused(order_data(**change)) == {path: [message]}


def test_an_order_beyond_2000_lines_is_refused_with_the_limit() -> None:
    """Bad input: 10,000 lines."""
    line = order_data()["lines"][0]
    lines = [line | {"line_id": str(UUID(int=number))} for number in range(10_000)]
    assert refused(order_data(lines=lines)) == {"lines": ["At most 2,000 are allowed here."]}
    assert len(read_payload(OrderPayload, order_data(lines=lines[:2_000])).lines) == 2_000


def test_lines_are_told_apart_by_their_ids_only() -> None:
    """N10: two lines of one product are fine; two of one id are not."""
    line = order_data()["lines"][0]
    twice = [line, line | {"line_id": str(UUID(int=9))}]
    assert len(read_payload(OrderPayload, order_data(lines=twice)).lines) == 2
    assert refused(order_data(lines=[line, line])) == {"": ["Two lines have the same line id."]}


def test_a_note_line_carries_text_only() -> None:
    """N10: notes travel, without quantity, price or tax."""
    note = order_data()["lines"][1]
    message = "A note has no quantity, price or tax."
    assert refused(order_data(lines=[note | {"quantity": "1"}])) == {"lines.0": [message]}
    assert refused(order_data(lines=[note])) == {"": ["The document has no item."]}


@pytest.mark.parametrize("text", ["[]", "3", "null", "{", "", '{"a":' * 500, '"\\ud800"'])
def test_text_that_is_no_document_is_refused(text: str) -> None:
    """Bad input: anything that is not the JSON of a payload."""
    for model in ORDER_PAYLOADS.values():
        with pytest.raises(InvalidInput):
            read_payload(model, text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    )
)
def test_any_json_is_read_or_refused_without_an_accident(value: Any) -> None:
    """Bad input: whatever stands in the place of the lines."""
    with pytest.raises(InvalidInput):
        read_payload(OrderPayload, order_data(lines=value))


def test_totals_that_do_not_add_up_are_listed() -> None:
    """N11: each number that does not follow is named with what it comes to."""
    totals = {"net": "112.5", "tax": "25.88", "total": "140"}
    assert check_totals(read_payload(OrderPayload, order_data(totals=totals))) == [
        Discrepancy("totals.total", Decimal(140), Decimal("138.38"))
    ]

    wrong_line = check_totals(read_payload(OrderPayload, with_line(net="112.49")))
    assert [item.path for item in wrong_line] == ["lines.0.net", "totals.net", "totals.total"]
    assert wrong_line[0].sentence == "lines.0.net: 112.49, but it comes to 112.5"


def test_a_tax_may_be_a_cent_off_but_no_more() -> None:
    """N11: rounding per line and per document differ by a cent."""
    a_cent = with_line(tax_amount="25.87")
    a_cent["totals"] = {"net": "112.5", "tax": "25.87", "total": "138.37"}
    assert check_totals(read_payload(OrderPayload, a_cent)) == []
    two = with_line(tax_amount="25.86")
    two["totals"] = {"net": "112.5", "tax": "25.86", "total": "138.36"}
    assert [item.path for item in check_totals(read_payload(OrderPayload, two))] == [
        "lines.0.tax_amount"
    ]


def test_prices_that_include_tax_are_checked_with_it() -> None:
    """O7: quantity times price is net and tax together."""
    data = with_line(unit_price="12.30", discount_percent="0", net="100", tax_amount="23")
    data |= {"prices_include_tax": True, "totals": {"net": "100", "tax": "23", "total": "123"}}
    assert check_totals(read_payload(OrderPayload, data)) == []


RULE = TaxRule(
    "GST + QST", (TaxComponent("GST", Decimal(5)), TaxComponent("QST", Decimal("9.975")))
)


@given(
    st.lists(
        st.builds(
            TaxableLine,
            st.decimals("0.00001", 10_000, places=5),
            st.decimals(0, 10_000, places=6),
            st.decimals(0, 100, places=2),
            st.sampled_from([RULE, None]),
        ),
        min_size=1,
        max_size=20,
    ),
    st.booleans(),
    st.sampled_from(TaxRounding),
)
def test_what_our_own_calculation_gives_has_no_discrepancy(
    lines: list[TaxableLine], included: bool, rounding: TaxRounding
) -> None:
    """N11: both ways of rounding, and prices with or without tax, are understood."""
    amounts = calculate(lines, currency="CAD", prices_include_tax=included, rounding=rounding)
    totals = amounts.totals
    order = OrderPayload(
        document_id=ORDER_ID,
        number="PO-1",
        currency="CAD",
        prices_include_tax=included,
        seller=Party(name="A"),
        buyer=Party(name="B"),
        ordered_on=date(2026, 11, 22),
        lines=tuple(
            LinePayload(
                line_id=UUID(int=number),
                seller_sku="X",
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount_percent=line.discount_percent,
                tax=LineTax(name=line.tax.name, rate=line.tax.effective_rate) if line.tax else None,
                net=amount.net.amount,
                tax_amount=amount.tax.amount,
            )
            for number, (line, amount) in enumerate(zip(lines, amounts.lines, strict=True))
        ),
        totals=Totals(net=totals.net.amount, tax=totals.tax.amount, total=totals.total.amount),
    )
    assert check_totals(order) == []


def answer(**changes: Any) -> OrderAnswerPayload:
    data = {"document_id": str(ORDER_ID), "document_version": 1, "answer": "approved", **changes}
    return read_payload(OrderAnswerPayload, data)


def test_an_answer_says_what_it_must() -> None:
    """N10: a decline has a reason, a question its words, a change its lines."""
    change = {"line_id": str(LINE_ID), "quantity": "0", "reason": "ITM"}
    assert answer().changes == ()
    assert answer(answer="changed", changes=[change]).changes[0].quantity == 0
    assert answer(answer="declined", reason="PRI").reason is ReasonCode.PRICE

    bad: list[dict[str, Any]] = [
        {"answer": "declined"},
        {"answer": "declined", "reason": "NON"},
        {"answer": "declined", "reason": "OTH"},
        {"answer": "declined", "reason": "nonsense"},
        {"answer": "asked"},
        {"answer": "changed"},
        {"answer": "approved", "changes": [change]},
        {"answer": "changed", "changes": [change, change]},
        {"answer": "changed", "changes": [{"line_id": str(LINE_ID)}]},
        {"answer": "maybe"},
        {"document_version": 0},
        {"document_version": "1"},
    ]
    for data in bad:
        with pytest.raises(InvalidInput):
            answer(**data)


def test_an_invoice_names_its_orders_and_is_not_due_before_it_is_issued() -> None:
    """N11: the bill finds its purchase order."""
    data = order_data(
        issued_on="2026-11-22",
        due_on="2026-12-22",
        orders=[{"document_id": str(ORDER_ID), "number": "PO-00001"}],
    )
    del data["ordered_on"]
    invoice = read_payload(InvoicePayload, data)
    assert invoice.orders[0].document_id == ORDER_ID
    assert invoice.lines[0].line_id == LINE_ID
    with pytest.raises(InvalidInput, match="due date is before"):
        read_payload(InvoicePayload, data | {"due_on": "2026-11-21"})


def test_a_sales_order_may_answer_a_purchase_order() -> None:
    """N17: with a reference it confirms, without it is an offer."""
    assert read_payload(SalesOrderPayload, order_data()).answers is None
    data = order_data(answers={"document_id": str(ORDER_ID)})
    confirmed = read_payload(SalesOrderPayload, data)
    assert confirmed.answers is not None and confirmed.answers.document_id == ORDER_ID


@given(st.text(max_size=300))
def test_cleaned_text_is_always_accepted(text: str) -> None:
    """N9: what our own people typed never makes a payload that is refused."""
    Party(name="A", legal_name=clean_line(text))
    LinePayload(line_id=LINE_ID, kind="note", description=clean_note(text) or "-")
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_note(clean_note(text)) == clean_note(text)
    assert clean_note("a\r\nb\rc\td\x00") == "a\nb\nc d"
