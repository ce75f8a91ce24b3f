"""What a sync would do, counted before it does it (Q26). Pure."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

MOST_ROWS = 300


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
class Foresight:
    """All of it: counts by kind and by what would happen, and the first rows that are no "same"."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    rows: list[Foreseen] = field(default_factory=list)
    left_out: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    created: list[UUID] = field(default_factory=list)
    voided: list[UUID] = field(default_factory=list)

    def add(self, one: Foreseen) -> None:
        """Count one, and keep it while there is room; what needs attention is kept first."""
        self.counts.setdefault(one.kind, Counter())[one.what] += 1
        if one.what == "create":
            self.created.append(one.local_id)
        elif one.what == "void":
            self.voided.append(one.local_id)
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
        }
