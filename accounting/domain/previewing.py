"""What a sync would do, counted before it does it (Q26). Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.domain.effects import Effect

MOST_ROWS = 300
MOST_DIFFERENCES = 50
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would happen to one document.

    `what`: create, update, void, same, skip, wait or attention.
    """

    kind: str
    local_id: UUID
    number: str
    what: str
    total: Decimal | None = None
    currency: str = ""
    message: str = ""


@dataclass(slots=True)
class Difference:
    """An item whose lines go to another account there than here."""

    kind: str
    item: UUID
    line: str
    ours: str
    theirs: str
    number: str  # of the first document
    lines: int = 0


@dataclass(slots=True)
class Foresight:
    """All of it: counts by kind and by what would happen, and the first rows that are no "same"."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    rows: list[Foreseen] = field(default_factory=list)
    left_out: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    seen: int = 0
    accounts: dict[str, Decimal] = field(default_factory=dict)  # by their ids there
    differences: dict[tuple[UUID, str], Difference] = field(default_factory=dict)

    def post(self, found: Iterable[Effect], sign: int) -> None:
        """Count what a document posts there, or takes away."""
        for one in found:
            self.accounts[one.account] = self.accounts.get(one.account, ZERO) + sign * one.amount

    def differ(self, one: Difference) -> None:
        """Count a line that goes to another account there; each item and account once."""
        known = self.differences.setdefault((one.item, one.ours), one)
        known.lines += 1

    def add(self, one: Foreseen) -> None:
        """Count one, and keep it while there is room."""
        self.seen += 1
        self.counts.setdefault(one.kind, Counter())[one.what] += 1
        if one.what == "same":
            return
        if one.what == "attention":
            self.reasons[one.message] += 1
        if len(self.rows) < MOST_ROWS:
            self.rows.append(one)
        else:
            self.left_out += 1

    def total(self, what: str) -> int:
        """How many documents of all kinds."""
        return sum(counts[what] for counts in self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """As the job keeps it."""
        return {
            "counts": {kind: dict(counts) for kind, counts in self.counts.items()},
            "rows": [
                {
                    "kind": one.kind,
                    "id": str(one.local_id),
                    "number": one.number,
                    "what": one.what,
                    "total": format(one.total, "f") if one.total is not None else None,
                    "currency": one.currency,
                    "message": one.message,
                }
                for one in self.rows
            ],
            "left_out": self.left_out,
            "reasons": self.reasons.most_common(20),
            "differences": [
                {**asdict(one), "item": str(one.item)}
                for one in list(self.differences.values())[:MOST_DIFFERENCES]
            ],
            "more_differences": max(0, len(self.differences) - MOST_DIFFERENCES),
        }
