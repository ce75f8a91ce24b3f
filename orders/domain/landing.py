"""Spreading freight, duty and the like over the goods they came with. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from hub.money import multiply
from inventory.domain.costing import spread

Basis = Literal["value", "quantity", "weight"]


class NothingToSpreadOver(ValueError):
    """None of the goods has the measure that the cost is to be spread by."""


@dataclass(frozen=True, slots=True)
class Goods:
    """One line of goods: what it costs, how much there is, and what one unit weighs."""

    net: Decimal
    quantity: Decimal
    unit_weight: Decimal | None


def weight_of(goods: Goods, basis: Basis) -> Decimal:
    """The measure of a line by which costs are spread."""
    if basis == "value":
        return max(goods.net, Decimal(0))
    if basis == "quantity":
        return goods.quantity
    return multiply(goods.quantity, goods.unit_weight or Decimal(0))


def land(amount: Decimal, goods: Sequence[Goods], basis: Basis, decimals: int) -> list[Decimal]:
    """The part of `amount` that each line bears; the parts sum to it exactly.

    Raises NothingToSpreadOver when every line measures 0.
    """
    weights = [weight_of(line, basis) for line in goods]
    if not any(weights):
        raise NothingToSpreadOver(basis)
    return spread(amount, weights, decimals)
