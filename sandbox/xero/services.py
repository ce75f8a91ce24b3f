"""Payment services, and the set-up of accounts and balances that an organisation begins with."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.ledger import Entry
from sandbox.common.store import Record
from sandbox.xero import problems, scopes, tables
from sandbox.xero.accounts import Accounts
from sandbox.xero.books import Books
from sandbox.xero.fields import many, number, one, read_object, text
from sandbox.xero.problems import Invalid
from sandbox.xero.resource import envelope
from sandbox.xero.wire import cents, new_id
from sandbox.xero.writing import Writable


class PaymentServices(Writable):
    """Links to pay by, and the looks of documents that show them."""

    plural, kind, id_field = "PaymentServices", "payment_service", "PaymentServiceID"
    table, scopes = tables.PAYMENT_SERVICE, scopes.PAYMENT_SERVICES
    attributed = False

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        path = "/BrandingThemes/{id}/PaymentServices"
        self.add("GET", path, self.of_theme)
        self.add("POST", path, self.add_to_theme)

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        return dict(record.body)

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        body = {"PayNowText": "Pay by credit card", **(existing.body if existing else {}), **given}
        body |= {self.id_field: existing.id if existing else new_id()}
        body["PaymentServiceType"] = "Custom"
        if not body.get("PaymentServiceName") or not body.get("PaymentServiceUrl"):
            raise Invalid("PaymentServiceName and PaymentServiceUrl are required")
        books.put(self.kind, body[self.id_field], body)
        return body[self.id_field], []

    def _theme(self, books: Books, id_: str) -> str:
        found = books.get("branding_theme", id_.lower())
        if found is None:
            raise Refused(problems.not_found())
        return f"services.{found.id}"

    def _listed(self, books: Books, ids: list[str]) -> Answer:
        found = [books.get(self.kind, one) for one in ids]
        return self.answer(books, [dict(one.body) for one in found if one is not None])

    def of_theme(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002 - a step's name
        """Those of a theme."""
        name = self._theme(books, id)
        return self._listed(books, self.xero.store.setting(books.tenant, name, []))

    def add_to_theme(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """One more for a theme."""
        name = self._theme(books, id)
        kept = list(self.xero.store.setting(books.tenant, name, []))
        for raw in self.given(call):
            wanted = read_object(self.table, raw, self.plural).get(self.id_field, "")
            if books.get(self.kind, wanted) is None:
                raise Invalid("The payment service with the supplied id could not be found")
            kept.append(wanted)
        kept = list(dict.fromkeys(kept))
        self.xero.store.set(books.tenant, name, kept)
        return self._listed(books, kept)


SETUP: dict[str, Any] = {
    "ConversionDate": one({"Month": number, "Year": number}),
    "ConversionBalances": many({"AccountCode": text(10), "Balance": number}),
    "Accounts": many(tables.ACCOUNT),
}


class Setup:
    """POST of the chart, the conversion date and the balances at it; once more replaces them."""

    def __init__(self, xero: Any) -> None:
        self.xero = xero
        xero.api("POST", "/Setup", self.write, scopes.SETTINGS)

    def write(self, call: Call, books: Books) -> Answer:
        """Accounts are made or updated by code; balances are posted against the adjustment."""
        given = read_object(SETUP, call.json, "Setup")
        accounts: Accounts = self.xero.resources["Accounts"]
        counted = dict.fromkeys(("New", "Updated"), 0)
        for wanted in given.get("Accounts", []):
            found = books.account({"Code": wanted.get("Code", "")})
            wanted.pop("AccountID", None)
            if found is not None and found.body["Type"] != wanted.get("Type"):
                wanted.pop("Type", None)
            accounts.save(books, wanted, found)
            counted["Updated" if found else "New"] += 1
        if given.get("ConversionBalances") or given.get("ConversionDate"):
            self._convert(books, given)
        return Answer.json(self._summary(books, given, counted))

    def _convert(self, books: Books, given: dict[str, Any]) -> None:
        asked = given.get("ConversionDate", {})
        try:
            first = date(int(asked.get("Year", 0)), int(asked.get("Month", 0)), 1)
        except (ValueError, OverflowError) as error:
            raise Invalid("ConversionDate must have a Month and a Year") from error
        if not 1990 <= first.year <= 2100:
            raise Invalid("ConversionDate must have a Month and a Year")
        day = (first - timedelta(days=1)).isoformat()
        sides = []
        for wanted in given.get("ConversionBalances", []):
            account = books.account({"Code": wanted.get("AccountCode", "")})
            if account is None:
                raise Invalid(f"Account code '{wanted.get('AccountCode', '')}' is not valid")
            sides.append(Entry(account.id, cents(wanted.get("Balance", Decimal(0)))))
        rest = -sum((side.amount for side in sides), Decimal(0))
        books.must_be_open(day)
        entries = [*sides, Entry(books.system_account("HISTORICAL").id, rest)]
        books.post("conversion", "conversion", day, entries, "MANJOURNAL")

    def _summary(
        self, books: Books, given: dict[str, Any], counted: dict[str, int]
    ) -> dict[str, Any]:
        records = self.xero.store.records(books.tenant, "account")
        system = sum(1 for one in records if one.body.get("SystemAccount"))
        touched = counted["New"] + counted["Updated"]
        made = {"Total": len(records), **counted, "Deleted": 0, "Locked": 0, "System": system}
        made |= {"Errored": 0, "Present": "Accounts" in given, "NewOrUpdated": touched}
        organisation = {"Present": "ConversionDate" in given}
        return {"ImportSummary": {"Accounts": made, "Organisation": organisation}}


def cis_settings(books: Books) -> Answer:
    """The construction industry scheme is of Great Britain, and nobody here is in it."""
    if books.organisation["CountryCode"] != "GB":
        raise Refused(problems.not_found())
    off = {"CISContractorEnabled": False, "CISSubContractorEnabled": False}
    return envelope(books, "CISSettings", [off])
