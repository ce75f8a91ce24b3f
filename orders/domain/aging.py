"""How old a debt is, and how money is spread over several. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal("0.00")
# The buckets of aged reports: from how many days after the due date, and their names.
BUCKETS: tuple[tuple[int, str], ...] = (
    (0, "Current"),
    (1, "1 to 30 days"),
    (31, "31 to 60 days"),
    (61, "61 to 90 days"),
    (91, "Over 90 days"),
)
LABELS = tuple(label for _days, label in BUCKETS)


def bucket_of(due_on: date | None, on: date) -> int:
    """The place in BUCKETS of something due then, looked at on `on`; no due date is current."""
    late = (on - due_on).days if due_on is not None else 0
    return max(
        index for index, (first, _label) in enumerate(BUCKETS) if index == 0 or late >= first
    )


@dataclass(frozen=True, slots=True)
class Aged:
    """Amounts by bucket, in one currency."""

    amounts: tuple[Decimal, ...] = (ZERO,) * len(BUCKETS)

    @property
    def total(self) -> Decimal:
        """All of them."""
        return sum(self.amounts, ZERO)

    def plus(self, bucket: int, amount: Decimal) -> "Aged":
        """With so much more in one bucket."""
        changed = list(self.amounts)
        changed[bucket] += amount
        return Aged(tuple(changed))

    def __add__(self, other: "Aged") -> "Aged":
        return Aged(tuple(a + b for a, b in zip(self.amounts, other.amounts, strict=True)))


def fill(amount: Decimal, open_amounts: Sequence[Decimal]) -> list[Decimal]:
    """Spread an amount over what is open, in the order given, each no more than it needs."""
    parts = []
    for wanted in open_amounts:
        part = max(ZERO, min(amount, wanted))
        parts.append(part)
        amount -= part
    return parts
