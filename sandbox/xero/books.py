"""One organisation during one request: its records, lock dates, and the book behind them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.common.ledger import Entry, Ledger
from sandbox.common.store import Record
from sandbox.xero.problems import Invalid
from sandbox.xero.wire import cents, new_id, rounded

if TYPE_CHECKING:
    from sandbox.xero.app import Xero

ORGANISATION = "organisation"
ZONES = {
    "AUSEASTERNSTANDARDTIME": "Australia/Sydney",
    "NEWZEALANDSTANDARDTIME": "Pacific/Auckland",
    "GMTSTANDARDTIME": "Europe/London",
    "EASTERNSTANDARDTIME": "America/New_York",
    "PACIFICSTANDARDTIME": "America/Los_Angeles",
    "UTC": "UTC",
}
LARGEST_ENTRY = Decimal(10) ** 13


@dataclass
class Books:
    """What resources work with. `at`: now, in seconds; `user` and `client`: who calls."""

    xero: "Xero"
    tenant: str
    at: float
    user: str = ""
    client: str = ""
    places: int = 2
    summarize: bool = True
    _cached: dict[tuple[str, str], Record | None] = field(default_factory=dict)

    # --- Records ----------------------------------------
    def get(self, kind: str, id_: str) -> Record | None:
        """A record by its id; remembered for the request."""
        key = (kind, id_)
        if key not in self._cached:
            self._cached[key] = self.xero.store.get(self.tenant, kind, id_)
        return self._cached[key]

    def put(
        self,
        kind: str,
        id_: str,
        body: dict[str, Any],
        keys: list[tuple[str, str]] | None = None,
        *,
        quiet: bool = False,
    ) -> Record:
        """Write a record; `quiet` leaves the moment of its last change as it is."""
        at = self.at
        if quiet:
            before = self.get(kind, id_)
            at = before.updated if before else at
        self._cached.pop((kind, id_), None)
        record = self.xero.store.put(self.tenant, kind, id_, body, at=at, keys=keys or [])
        self._cached[(kind, id_)] = record
        return record

    def remove(self, kind: str, id_: str) -> None:
        """A record goes, with its keys."""
        self._cached.pop((kind, id_), None)
        for table in ("record", "lookup"):
            self.xero.store.connection.execute(
                f"DELETE FROM {table} WHERE company = ? AND kind = ? AND id = ?",
                (self.tenant, kind, id_),
            )

    def forget(self) -> None:
        """What was remembered may have been undone."""
        self._cached.clear()

    def found(self, name: str, value: str) -> list[str]:
        """Ids with a key; values are compared in small letters."""
        found = self.xero.store.found(self.tenant, name, value.casefold())
        return [id_ for _kind, id_ in found]

    # --- The organisation ----------------------------------------
    @property
    def organisation(self) -> dict[str, Any]:
        """Its record, as Organisation is shown."""
        return self.xero.store.setting(self.tenant, ORGANISATION, {})  # type: ignore[no-any-return]

    @property
    def base(self) -> str:
        """The base currency."""
        return str(self.organisation["BaseCurrency"])

    @property
    def today(self) -> str:
        """The day there."""
        zone = ZoneInfo(ZONES.get(self.organisation.get("Timezone", ""), "UTC"))
        return datetime.fromtimestamp(self.at, UTC).astimezone(zone).date().isoformat()

    def locked(self, day: str) -> str:
        """ "period" or "end of year" when `day` is closed, else nothing."""
        for name, words in (("PeriodLockDate", "period"), ("EndOfYearLockDate", "end of year")):
            if day <= self.organisation.get(name, ""):
                return words
        return ""

    def must_be_open(self, day: str) -> None:
        """A new document of that day."""
        closed = self.locked(day)
        if closed:
            raise Invalid(f"The document date cannot be before the {closed} lock date")

    def must_be_editable(self, day: str) -> None:
        """A document that is there already, of that day."""
        closed = self.locked(day)
        if closed:
            raise Invalid(
                "This document cannot be edited as it is currently dated before the"
                f" {closed} lock date"
            )

    # --- Accounts, taxes, currencies ----------------------------------------
    def account(self, ref: dict[str, Any]) -> Record | None:
        """By AccountID, else by code."""
        if ref.get("AccountID"):
            return self.get("account", ref["AccountID"])
        ids = self.found("account.code", ref.get("Code") or "") if ref.get("Code") else []
        return self.get("account", ids[0]) if ids else None

    def system_account(self, name: str) -> Record:
        """DEBTORS, CREDITORS, GST and the like: each organisation has them."""
        found = self.get("account", self.found("account.system", name)[0])
        assert found is not None
        return found

    def tax_rate(self, tax_type: str) -> dict[str, Any] | None:
        """A tax rate that can be used."""
        found = self.get("tax_rate", tax_type)
        if found is None or found.body["Status"] != "ACTIVE":
            return None
        return found.body

    def rate_of(self, currency: str, given: Decimal | None) -> Decimal:
        """A document's rate: units of `currency` to one of the base currency. Raises Invalid."""
        if currency == self.base:
            return Decimal(1)
        if not self.get("currency", currency):
            raise Invalid(f"Organisation is not subscribed to currency {currency}")
        if given is not None:
            if not Decimal("0.000001") <= given <= Decimal(10) ** 8:
                raise Invalid("The currency rate must be greater than zero")
            return given
        rates = self.xero.store.setting(self.tenant, "day_rates", {})
        if currency not in rates:
            raise Invalid(f"Currency rate must be specified for {currency}")
        rate = Decimal(str(rates[currency]))
        return rounded(1 / rate, 6) if self.xero.switch("rate_is_base_units") else rate

    def in_base(self, amount: Decimal, rate: Decimal) -> Decimal:
        """An amount of another currency in base currency, in cents."""
        return cents(amount * rate if self.xero.switch("rate_is_base_units") else amount / rate)

    # --- The book ----------------------------------------
    @property
    def ledger(self) -> Ledger:
        """The double-entry book."""
        return Ledger(self.xero.store, self.tenant)

    def post(self, kind: str, id_: str, day: str, entries: list[Entry], source: str = "") -> None:
        """Replace what a document has in the book, and say it in the Journals."""
        if any(abs(entry.amount) >= LARGEST_ENTRY for entry in entries):
            raise Invalid("The amount is too large")
        self._journal(kind, id_, day, entries, source)
        self.ledger.post(kind, id_, day, entries)

    def _journal(self, kind: str, id_: str, day: str, entries: list[Entry], source: str) -> None:
        """Journals are never changed: what is replaced is taken back by one of its own."""
        store, of = self.xero.store, f"{kind}/{id_}"
        lines = [(one.account, one.amount, one.memo) for one in entries if one.amount]
        numbers = [int(number) for number in self.found("journal.of", of)]
        old = store.get(self.tenant, "journal", str(max(numbers))) if numbers else None
        if old is not None and not old.body["back"]:
            was = [(a, Decimal(str(amount)), memo) for a, amount, memo in old.body["lines"]]
            if was == lines and old.body["day"] == day:
                return
            back = [(account, -amount, memo) for account, amount, memo in was]
            self._write_journal(old.body | {"lines": back, "back": True}, of)
        if lines:
            named = {"of": id_, "source": source or kind, "lines": lines, "back": False}
            self._write_journal({"day": day, **named}, of)

    def _write_journal(self, body: dict[str, Any], of: str) -> None:
        number = self.xero.store.next(self.tenant, "journal")
        body = {**body, "id": new_id()}
        keys = [("journal.id", body["id"]), ("journal.of", of.casefold())]
        self.xero.store.put(self.tenant, "journal", str(number), body, at=self.at, keys=keys)

    def note(self, kind: str, id_: str, change: str, details: str = "") -> None:
        """A line of a document's history."""
        number = self.xero.store.next(self.tenant, "history")
        body = {"Changes": change, "Details": details, "User": "System Generated", "at": self.at}
        self.xero.store.put(
            self.tenant,
            "history",
            str(number),
            body,
            at=self.at,
            keys=[("history", f"{kind}/{id_}")],
        )
