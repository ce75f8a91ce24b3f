"""The cost of issues and of corrections, as pure functions."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.domain.costing import (
    Issued,
    OpenLayer,
    ShortOfStock,
    correct_average,
    correct_layer,
    spread,
    take_oldest,
)

cents = st.decimals(min_value=Decimal("-99999.99"), max_value=Decimal("99999.99"), places=2)
positive = st.decimals(min_value=Decimal("0.00001"), max_value=Decimal(99999), places=5)
weights = st.lists(
    st.decimals(min_value=0, max_value=Decimal(99999), places=5), min_size=1, max_size=8
).filter(any)


def test_the_oldest_layers_go_first_and_the_last_unit_takes_the_rest() -> None:
    """O5: 3 units worth 10.00 leave as 3.33, 3.34 (of 6.67) and 3.33."""
    layer = OpenLayer("a", Decimal(3), Decimal(10))
    values = []
    for _ in range(3):
        (part,) = take_oldest([layer], Decimal(1), 2)
        values.append(part.value)
        layer = OpenLayer("a", layer.remaining - 1, layer.value - part.value)
    assert values == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]
    assert layer.value == 0


def test_an_issue_spans_layers_in_their_order() -> None:
    """O5: first in, first out."""
    layers = [OpenLayer("old", Decimal(2), Decimal(20)), OpenLayer("new", Decimal(5), Decimal(60))]
    taken = take_oldest(layers, Decimal(4), 2)
    assert [(part.key, part.quantity, part.value) for part in taken] == [
        ("old", Decimal(2), Decimal(20)),
        ("new", Decimal(2), Decimal(24)),
    ]


def test_too_little_says_how_much_is_missing() -> None:
    """O5: stock never goes below zero."""
    with pytest.raises(ShortOfStock) as short:
        take_oldest([OpenLayer("a", Decimal(2), Decimal(20))], Decimal(5), 2)
    assert short.value.missing == Decimal(3)


@given(cents, weights)
def test_parts_sum_to_the_amount_and_undo_themselves(amount: Decimal, over: list[Decimal]) -> None:
    """O5: nothing is lost by rounding; the parts of minus the amount are minus the parts."""
    parts = spread(amount, over, 2)
    assert sum(parts) == amount
    assert spread(-amount, over, 2) == [-part for part in parts]
    assert all(part == 0 for part, weight in zip(parts, over, strict=True) if weight == 0)


@given(cents, positive, st.lists(positive, max_size=5))
def test_a_correction_lands_on_what_is_left_and_on_every_issue(
    delta: Decimal, remaining: Decimal, issues: list[Decimal]
) -> None:
    """O6: a late bill corrects stock and the cost of goods sold, to the cent."""
    issued = [Issued(index, quantity) for index, quantity in enumerate(issues)]
    found = correct_layer(delta, remaining, issued, 2)
    assert found.remaining + sum(value for _key, value in found.issued) == delta


@given(cents, positive, st.decimals(min_value=0, max_value=Decimal(99999), places=5))
def test_a_pooled_correction_keeps_the_sum(
    delta: Decimal, received: Decimal, remaining: Decimal
) -> None:
    """O5: moving average: what is still there at most takes its part."""
    stays, issued = correct_average(delta, received, remaining, 2)
    assert stays + issued == delta
    if remaining >= received:
        assert issued == 0
    if remaining == 0:
        assert stays == 0
