"""The double-entry book behind a company's documents: each has its lines, replaced as it changes.

Amounts are in the company's home currency, kept in ten-thousandths. Debits are positive.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sandbox.common.store import Store, dump, load

UNITS = Decimal(10_000)


class Unbalanced(Exception):
    """Debits and credits of a document differ: a fault of the sandbox, never of the caller."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One side: the account's id and an amount, debit positive.

    `marks` are what reports tell sides apart by, such as {"class": "5"}.
    """

    account: str
    amount: Decimal
    memo: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A posted side with what caused it."""

    day: str
    account: str
    amount: Decimal
    source_kind: str
    source_id: str
    memo: str
    marks: Mapping[str, str] = field(default_factory=dict)


class Ledger:
    """The book of one company."""

    def __init__(self, store: Store, company: str) -> None:
        self.connection, self.company = store.connection, company

    def post(self, kind: str, id_: str, day: str, entries: Sequence[Entry]) -> None:
        """Replace what a document has in the book; no entries take it out. Raises Unbalanced."""
        rows = [(entry, int((entry.amount * UNITS).to_integral_exact())) for entry in entries]
        if sum(units for _entry, units in rows):
            raise Unbalanced(f"{kind} {id_}: {[(e.account, e.amount) for e in entries]}")
        self.connection.execute(
            "DELETE FROM posting WHERE company = ? AND source_kind = ? AND source_id = ?",
            (self.company, kind, id_),
        )
        self.connection.executemany(
            "INSERT INTO posting"
            " (company, source_kind, source_id, day, account, amount, memo, marks)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (self.company, kind, id_, day, entry.account, units, entry.memo, dump(entry.marks))
                for entry, units in rows
                if units
            ],
        )

    def move(self, account: str, to: str) -> None:
        """What was posted to one account is another's, as when two are merged."""
        self.connection.execute(
            "UPDATE posting SET account = ? WHERE company = ? AND account = ?",
            (to, self.company, account),
        )

    def balances(self, until: str = "9999-12-31", since: str = "") -> dict[str, Decimal]:
        """What each account came to between two days, both included."""
        rows = self.connection.execute(
            "SELECT account, sum(amount) FROM posting"
            " WHERE company = ? AND day >= ? AND day <= ? GROUP BY account",
            (self.company, since, until),
        )
        return {account: Decimal(units) / UNITS for account, units in rows}

    def balances_by(
        self, mark: str, until: str = "9999-12-31", since: str = ""
    ) -> dict[str, dict[str, Decimal]]:
        """The same for each value of a mark; "" is what has none."""
        rows = self.connection.execute(
            "SELECT coalesce(json_extract(marks, ?), ''), account, sum(amount) FROM posting"
            " WHERE company = ? AND day >= ? AND day <= ? GROUP BY 1, 2",
            (f"$.{mark}", self.company, since, until),
        )
        found: dict[str, dict[str, Decimal]] = {}
        for value, account, units in rows:
            found.setdefault(value, {})[account] = Decimal(units) / UNITS
        return found

    def balances_of(self, accounts: Sequence[str]) -> dict[str, Decimal]:
        """What some accounts came to, without reading the others."""
        found = {}
        for account in accounts:
            row = self.connection.execute(
                "SELECT coalesce(sum(amount), 0) FROM posting WHERE company = ? AND account = ?",
                (self.company, account),
            ).fetchone()
            found[account] = Decimal(row[0]) / UNITS
        return found

    def lines(
        self, *, account: str = "", since: str = "", until: str = "9999-12-31", limit: int = -1
    ) -> list[Line]:
        """What was posted, by day."""
        condition, values = "", [self.company, since, until]
        if account:
            condition, values = " AND account = ?", [*values, account]
        rows = self.connection.execute(
            "SELECT day, account, amount, source_kind, source_id, memo, marks FROM posting"
            f" WHERE company = ? AND day >= ? AND day <= ?{condition} ORDER BY day, rowid LIMIT ?",
            (*values, limit),
        )
        return [
            Line(day, where, Decimal(units) / UNITS, kind, id_, memo, load(marks))
            for day, where, units, kind, id_, memo, marks in rows
        ]

    def total(self) -> Decimal:
        """The sum of everything: 0."""
        row = self.connection.execute(
            "SELECT coalesce(sum(amount), 0) FROM posting WHERE company = ?", (self.company,)
        ).fetchone()
        return Decimal(row[0]) / UNITS
