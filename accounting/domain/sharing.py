"""Sharing an amount out to the cent, by largest remainder. Pure."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from hub.money import divide, multiply

ZERO = Decimal(0)


def share(amount: Decimal, weights: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """`amount` in parts in proportion to `weights`; the parts sum to it exactly.

    Each part differs from its exact share by less than one unit of `decimals`; the odd units go to
    the largest remainders, to the first of equal ones. With weights that sum to zero the first
    takes all. Raises ValueError without weights.
    """
    if not weights:
        raise ValueError("nothing to share out to")
    whole = sum(weights, ZERO)
    if not whole:
        return [amount, *[ZERO] * (len(weights) - 1)]
    unit = Decimal(1).scaleb(-decimals)
    exact = [divide(multiply(amount, weight), whole) for weight in weights]
    parts = [each.quantize(unit, rounding=ROUND_FLOOR) for each in exact]
    missing = int((amount - sum(parts, ZERO)) / unit)
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[:missing]:
        parts[at] += unit
    return parts


def split_credit(
    nets: Sequence[Decimal], taxes: Sequence[Decimal], refunds: Sequence[Decimal], decimals: int
) -> list[list[tuple[Decimal, Decimal]]]:
    """A credit note's lines split into what is left of it and its refunds (Q23).

    Gives the lines (net, tax) of what is left, then those of each refund. Each document comes to
    exactly what is asked, and each line's nets and taxes over all documents to exactly its own.
    Raises ValueError when the refunds exceed the note.
    """
    total = sum(nets, ZERO) + sum(taxes, ZERO)
    left = total - sum(refunds, ZERO)
    if left < 0 or not nets:
        raise ValueError("refunds exceed the credit note")
    cells = [*nets, *taxes]
    documents: list[list[tuple[Decimal, Decimal]]] = []
    remaining, weight = list(cells), total
    for refund in refunds:
        parts = _part(refund, remaining, weight, decimals)
        remaining = [have - part for have, part in zip(remaining, parts, strict=True)]
        weight -= refund
        documents.append(_lines(parts, len(nets)))
    return [_lines(remaining, len(nets)), *documents]


def _part(
    wanted: Decimal, cells: Sequence[Decimal], whole: Decimal, decimals: int
) -> list[Decimal]:
    if wanted == whole:
        return list(cells)
    return share(wanted, cells, decimals) if whole else [ZERO] * len(cells)


def _lines(cells: Sequence[Decimal], count: int) -> list[tuple[Decimal, Decimal]]:
    return list(zip(cells[:count], cells[count:], strict=True))
