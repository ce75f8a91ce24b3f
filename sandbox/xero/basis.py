"""The book as a report asks for it: as documents are dated, as they are paid, or by tracking.

On cash basis an approved invoice or credit note counts as far as it was settled, on the days on
which that was done; everything else as it stands in the book.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.common.ledger import UNITS
from sandbox.common.store import Record
from sandbox.xero.books import Books
from sandbox.xero.settling import APPLIED, is_sale
from sandbox.xero.wire import cents

Balances = dict[str, Decimal]
ZERO = Decimal(0)
NOT_SHOWN = (
    " AND NOT (source_kind = 'manual_journal' AND source_id IN (SELECT id FROM record WHERE"
    " record.company = posting.company AND kind = 'manual_journal'"
    " AND json_extract(body, '$.ShowOnCashBasisReports') = 0))"
)


@dataclass(frozen=True, slots=True)
class Basis:
    """`cash`: paymentsOnly. `options`: only lines with each of these tracking options."""

    books: Books
    cash: bool = False
    options: tuple[str, ...] = ()

    def balances(self, until: str, since: str = "") -> Balances:
        """What each account came to between two days, both included, in base currency."""
        if self.options:
            return self._tracked(until, since)
        if not self.cash:
            return self.books.ledger.balances(until, since)
        found = self._plain(until, since)
        for document in self._settled():
            for account, amount in self._part(document, until, since).items():
                found[account] = found.get(account, ZERO) + amount
        return found

    # --- Cash ----------------------------------------
    def _plain(self, until: str, since: str) -> Balances:
        """All but invoices, credit notes and journals that are not for cash reports."""
        rows = self.books.xero.store.connection.execute(
            "SELECT account, sum(amount) FROM posting WHERE company = ? AND day >= ? AND day <= ?"
            " AND source_kind NOT IN ('invoice', 'credit_note')" + NOT_SHOWN + " GROUP BY account",
            (self.books.tenant, since, until),
        )
        return {account: Decimal(units) / UNITS for account, units in rows}

    def _settled(self) -> Iterator[Record]:
        for kind in ("invoice", "credit_note"):
            yield from self.books.xero.store.records(
                *(self.books.tenant, kind),
                where="json_extract(body, '$.Status') IN ('AUTHORISED', 'PAID')"
                " AND (json_extract(body, '$._settled') <> 0 OR json_extract(body, '$.Total') = 0)",
            )

    def _part(self, document: Record, until: str, since: str) -> Balances:
        """What was settled of a document between two days, account by account."""
        rows = self.books.xero.store.connection.execute(
            "SELECT account, sum(amount) FROM posting WHERE company = ? AND source_id = ?"
            " AND source_kind IN ('invoice', 'credit_note') GROUP BY account",
            (self.books.tenant, document.id),
        )
        whole = {account: Decimal(units) / UNITS for account, units in rows}
        at_end = self._share(document.body, whole, until)
        before = self._share(document.body, whole, since, open_end=True)
        return {one: at_end[one] - before[one] for one in whole}

    def _share(
        self, body: dict[str, Any], whole: Balances, day: str, *, open_end: bool = False
    ) -> Balances:
        """A document's accounts as far as it was settled; the last cent goes with the largest."""
        base, done = Decimal(body["_base"]), settled_until(body, day, open_end=open_end)
        if not base:
            counts = body["Date"] < day if open_end else body["Date"] <= day
            return whole if counts else dict.fromkeys(whole, ZERO)
        control = self._control(body)
        share = {one: cents(amount * done / base) for one, amount in whole.items()}
        rest = -sum(share.values(), ZERO)
        others = [one for one in whole if one != control]
        if rest and others:
            share[max(others, key=lambda one: abs(whole[one]))] += rest
        return share

    def _control(self, body: dict[str, Any]) -> str:
        return self.books.system_account("DEBTORS" if is_sale(body) else "CREDITORS").id

    # --- Tracking ----------------------------------------
    def _tracked(self, until: str, since: str) -> Balances:
        found: Balances = {}
        for day, account, amount, options in tracked_lines(self.books, cash=self.cash):
            if since <= day <= until and set(self.options) <= options:
                found[account] = found.get(account, ZERO) + amount
        return found


def settled_until(body: dict[str, Any], day: str, *, open_end: bool = False) -> Decimal:
    """How much of a document was settled by the end of a day (or before it), in base currency."""
    return sum(
        (
            Decimal(one["_settled"])
            for name in APPLIED
            for one in body.get(name, [])
            if (one["Date"] < day if open_end else one["Date"] <= day)
        ),
        ZERO,
    )


def tracked_lines(
    books: Books, *, cash: bool = False
) -> Iterator[tuple[str, str, Decimal, set[str]]]:
    """Day, account, amount (debit positive, base currency, without tax) and options of lines."""
    for kind, lists in (
        *((one, "LineItems") for one in ("invoice", "credit_note", "bank_transaction")),
        ("manual_journal", "JournalLines"),
    ):
        for record in books.xero.store.records(
            *(books.tenant, kind),
            where="json_extract(body, '$.Status') IN ('AUTHORISED', 'PAID', 'POSTED')"
            " AND body LIKE '%TrackingOptionID%'",
        ):
            body = record.body
            days = _days(kind, body) if cash else [(body["Date"], Decimal(1))]
            for line in body[lists]:
                options = {one["TrackingOptionID"] for one in line.get("Tracking", [])}
                if options and "AccountID" in line:
                    amount = _amount(books, kind, body, line)
                    for day, share in days:
                        yield day, line["AccountID"], cents(amount * share), options


def _days(kind: str, body: dict[str, Any]) -> list[tuple[str, Decimal]]:
    """The days on which a document counts on cash basis, and how much of it."""
    if kind == "manual_journal":
        return [(body["Date"], Decimal(1))] if body["ShowOnCashBasisReports"] else []
    if kind == "bank_transaction" or not Decimal(body["_base"]):
        return [(body["Date"], Decimal(1))]
    entries = [one for name in APPLIED for one in body.get(name, [])]
    return [(one["Date"], Decimal(one["_settled"]) / Decimal(body["_base"])) for one in entries]


def _amount(books: Books, kind: str, body: dict[str, Any], line: dict[str, Any]) -> Decimal:
    inclusive = body["LineAmountTypes"].upper() == "INCLUSIVE"
    net = Decimal(line["LineAmount"]) - (Decimal(line["TaxAmount"]) if inclusive else ZERO)
    if kind == "manual_journal":
        return net
    if kind == "bank_transaction":
        debit = body["Type"].startswith("SPEND")
    else:
        debit = is_sale(body) == (kind == "credit_note")
    return books.in_base(net, body["CurrencyRate"]) * (1 if debit else -1)
