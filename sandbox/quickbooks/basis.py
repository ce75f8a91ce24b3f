"""The book as a report reads it: accrual as it is posted, or cash when money has moved.

On cash basis an invoice, a bill or a credit counts by the share of it that is settled, on the day
on which both it and what settles it are there. Everything else counts as it is posted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sandbox.common.ledger import Line
from sandbox.quickbooks.company import ZERO, Company, cents
from sandbox.quickbooks.links import WHOLE

Balances = dict[str, Decimal]
ALWAYS = "9999-12-31"


class View:
    """What reports ask of the book. Made for one report."""

    def __init__(self, company: Company, *, cash: bool) -> None:
        self.company, self.cash = company, cash
        self._lines = cash_lines(company) if cash else None

    def balances(self, until: str = ALWAYS, since: str = "") -> Balances:
        """What each account came to between two days, both included."""
        if self._lines is None:
            return self.company.book.balances(until, since)
        found: Balances = {}
        for line in self._lines:
            if since <= line.day <= until:
                found[line.account] = found.get(line.account, ZERO) + line.amount
        return found

    def balances_by(self, mark: str, until: str, since: str) -> dict[str, Balances]:
        """The same for each value of a mark; "" is what has none."""
        if self._lines is None:
            return self.company.book.balances_by(mark, until, since)
        found: dict[str, Balances] = {}
        for line in self._lines:
            if since <= line.day <= until:
                held = found.setdefault(line.marks.get(mark, ""), {})
                held[line.account] = held.get(line.account, ZERO) + line.amount
        return found

    def lines(self, account: str, since: str, until: str, limit: int) -> Sequence[Line]:
        """What was posted to an account, by day."""
        if self._lines is None:
            book = self.company.book
            return book.lines(account=account, since=since, until=until, limit=limit)
        found = [one for one in self._lines if one.account == account and since <= one.day <= until]
        return sorted(found, key=lambda line: line.day)[:limit]


def day_before(day: str) -> str:
    """The day before, or nothing before the first one."""
    return "" if day <= "0001-01-01" else (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def cash_lines(company: Company) -> list[Line]:
    """Every line of the book on cash basis."""
    by_source: dict[tuple[str, str], list[Line]] = {}
    for line in company.book.lines():
        by_source.setdefault((line.source_kind, line.source_id), []).append(line)
    found: list[Line] = []
    for (kind, id_), lines in by_source.items():
        found += _settled(company, kind, id_, lines) if kind in WHOLE else lines
    return found


def _settled(company: Company, kind: str, id_: str, lines: list[Line]) -> list[Line]:
    """What of a document's lines counts, on the days on which it was settled."""
    body = company.need(kind, id_).body
    total = Decimal(body["TotalAmt"])
    if not total:
        return lines
    by_day: dict[str, Decimal] = {}
    for key, amount in body.get("_applied", {}).items():
        payment = company.need(*key.split(":")).body
        day = max(payment["TxnDate"], body["TxnDate"])
        by_day[day] = by_day.get(day, ZERO) + amount
    found: list[Line] = []
    counted: Mapping[int, Decimal] = {}
    done = ZERO
    for day in sorted(by_day):
        done += by_day[day]
        now = _parts(lines, done / total)
        found += [
            replace(line, day=day, amount=now[index] - counted.get(index, ZERO))
            for index, line in enumerate(lines)
        ]
        counted = now
    return [line for line in found if line.amount]


def _parts(lines: list[Line], share: Decimal) -> dict[int, Decimal]:
    """Each line's share to the cent; the first, which is what is owed, takes the rest."""
    parts = {index: cents(line.amount * share) for index, line in enumerate(lines)}
    parts[0] -= sum(parts.values(), ZERO)
    return parts
