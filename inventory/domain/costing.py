"""What an issue of stock costs, and where a corrected cost goes. Pure.

Quantities have five decimals, values those of the base currency. A layer's value ends exactly at
zero with its last unit: every part is rounded from what is left, and the last part takes the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Generic, TypeVar

from hub.money import divide, multiply, round_half_up

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class OpenLayer(Generic[Key]):
    """What is left of a layer and what that is worth."""

    key: Key
    remaining: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Taken(Generic[Key]):
    """What an issue takes from one layer."""

    key: Key
    quantity: Decimal
    value: Decimal


class ShortOfStock(ValueError):
    """There is less than asked for; `missing` says how much less."""

    def __init__(self, missing: Decimal) -> None:
        super().__init__(f"{missing} missing")
        self.missing = missing


def part_of(value: Decimal, part: Decimal, whole: Decimal, decimals: int) -> Decimal:
    """The value of `part` out of `whole`; all of it when nothing stays behind."""
    if part == whole:
        return value
    return round_half_up(divide(multiply(value, part), whole), decimals)


def take_oldest(
    layers: Sequence[OpenLayer[Key]], quantity: Decimal, decimals: int
) -> list[Taken[Key]]:
    """Take `quantity` from `layers` in their order. Raises ShortOfStock.

    With one layer per product and location this is the moving average.
    """
    taken: list[Taken[Key]] = []
    missing = quantity
    for layer in layers:
        if missing <= 0:
            break
        part = min(missing, layer.remaining)
        if part > 0:
            value = part_of(layer.value, part, layer.remaining, decimals)
            taken.append(Taken(layer.key, part, value))
            missing -= part
    if missing > 0:
        raise ShortOfStock(missing)
    return taken


def spread(amount: Decimal, weights: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """Split `amount` by `weights` (none negative, not all zero); the parts sum to it exactly.

    The parts of minus the amount are minus the parts: undoing a correction leaves nothing behind.
    """
    total = sum(weights, Decimal(0))
    if total <= 0:
        raise ValueError("weights must sum to more than zero")
    sign = -1 if amount < 0 else 1
    exact = [divide(multiply(abs(amount), weight), total) for weight in weights]
    cent = Decimal(1).scaleb(-decimals)
    parts = [value.quantize(cent, rounding=ROUND_DOWN) for value in exact]
    rest = abs(amount) - sum(parts, Decimal(0))
    # The largest remainders take the odd cents, the earlier one first where they are equal; what
    # is finer than a cent stays with the first weight.
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in order:
        if rest < cent:
            break
        if weights[index] > 0:
            parts[index] += cent
            rest -= cent
    if rest:
        first = next(index for index, weight in enumerate(weights) if weight > 0)
        parts[first] += rest
    return [sign * part for part in parts]


@dataclass(frozen=True, slots=True)
class Issued(Generic[Key]):
    """What one issue took from a layer and has not given back."""

    key: Key
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Correction(Generic[Key]):
    """A corrected cost: what stays with the goods that are left, and what each issue bears."""

    remaining: Decimal
    issued: Sequence[tuple[Key, Decimal]]


def correct_layer(
    delta: Decimal, remaining: Decimal, issued: Sequence[Issued[Key]], decimals: int
) -> Correction[Key]:
    """Spread a change of a layer's cost over what is left of it and what was issued from it."""
    bearers = [issue for issue in issued if issue.quantity > 0]
    weights = [remaining, *(issue.quantity for issue in bearers)]
    if not any(weights):
        return Correction(Decimal(0), ())
    parts = spread(delta, weights, decimals)
    return Correction(
        parts[0], [(issue.key, part) for issue, part in zip(bearers, parts[1:], strict=True)]
    )


def correct_average(
    delta: Decimal, received: Decimal, remaining: Decimal, decimals: int
) -> tuple[Decimal, Decimal]:
    """(what stays in stock, what was issued) of a changed cost where goods are pooled.

    Of `received` units at most `remaining` can still be there; the rest was issued.
    """
    kept = min(received, remaining)
    if received <= 0:
        return Decimal(0), delta
    stays = part_of(delta, kept, received, decimals)
    return stays, delta - stays
