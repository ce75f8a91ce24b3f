"""Accounts, tax rates, currencies, branding themes and users."""

from decimal import Decimal
from typing import Any, ClassVar

from sandbox.common.http import Answer, Call, Refused
from sandbox.common.store import Record
from sandbox.xero import problems, scopes, tables
from sandbox.xero.books import Books
from sandbox.xero.problems import Invalid
from sandbox.xero.resource import Resource, shown
from sandbox.xero.wire import ms_moment, new_id
from sandbox.xero.writing import Writable

CLASSES = {
    "ASSET": ("BANK", "CURRENT", "FIXED", "INVENTORY", "NONCURRENT", "PREPAYMENT"),
    "LIABILITY": ("CURRLIAB", "LIABILITY", "TERMLIAB", "PAYG"),
    "EQUITY": ("EQUITY",),
    "EXPENSE": ("DEPRECIATN", "DIRECTCOSTS", "EXPENSE", "OVERHEADS"),
    "REVENUE": ("OTHERINCOME", "REVENUE", "SALES"),
}
CLASS_OF = {kind: name for name, kinds in CLASSES.items() for kind in kinds}
ONE_CURRENCY = ("STARTER", "STANDARD", "IGNITE", "GROW", "SIMPLE")  # plans without others
PLACES = ("Assets", "Equity", "Expenses", "Liabilities", "Revenue")


class Accounts(Writable):
    """The chart of accounts, one at a time."""

    plural, kind, id_field = "Accounts", "account", "AccountID"
    table, scopes = tables.ACCOUNT, scopes.SETTINGS
    attributed, single_put = False, True
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Code", "Name", "Type", "Status", "TaxType", "Class"), "text"),
        **dict.fromkeys(("SystemAccount", "BankAccountNumber", "CurrencyCode"), "text"),
        "AccountID": "guid",
        "EnablePaymentsToAccount": "boolean",
    }

    def __init__(self, xero: Any) -> None:
        super().__init__(xero)
        self.add("DELETE", "/Accounts/{id}", self.delete)

    def upsert(self, call: Call, books: Books) -> Answer:
        """There is no POST on the collection in the contract; the id may be in the body."""
        return self.write(books, self.given(call, single=True), self._upsert)

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        body = {**existing.body, **given} if existing else new_account(given)
        if existing:
            _check_change(existing.body, given)
        for field in ("Name", "Type") + (() if body.get("Type") == "BANK" else ("Code",)):
            if not body.get(field):
                raise Invalid(f"Please enter a {field}.")
        for field, key in (("Code", "account.code"), ("Name", "account.name")):
            taken = books.found(key, body[field]) if body.get(field) else []
            if [one for one in taken if one != body["AccountID"]]:
                raise Invalid(f"Please enter a unique {field}.")
        if body["Type"] == "BANK" and not body.get("BankAccountNumber") and not existing:
            raise Invalid("You must specify a Bank Account Number")
        if body["Type"] == "BANK":
            body.setdefault("CurrencyCode", books.base)
            books.rate_of(body["CurrencyCode"], Decimal(1))
        if books.tax_rate(body["TaxType"]) is None:
            raise Invalid("The tax rate must be valid")
        keep_account(books, body)
        return body["AccountID"], []

    def delete(self, call: Call, books: Books, id: str) -> Answer:  # noqa: A002
        """Only what was never used."""
        body = self.find(books, id).body
        used = books.ledger.lines(account=body["AccountID"], limit=1)
        if used or body.get("SystemAccount"):
            element = {
                **shown(body),
                "ValidationErrors": [{"Message": "Account cannot be deleted"}],
            }
            raise Refused(problems.validation([element]))
        body = body | {"Status": "DELETED"}
        record = keep_account(books, body)
        return self.answer(books, [self.show(books, record)])


def new_account(given: dict[str, Any]) -> dict[str, Any]:
    """An account with what it has from the start."""
    body = {
        "AccountID": new_id(),
        "Status": "ACTIVE",
        "TaxType": "NONE",
        "EnablePaymentsToAccount": False,
        "ShowInExpenseClaims": False,
        "AddToWatchlist": False,
        "HasAttachments": False,
        **{name: value for name, value in given.items() if name != "AccountID"},
    }
    if body.get("Type") == "BANK":
        body.setdefault("BankAccountType", "BANK")
    body["Class"] = CLASS_OF.get(body.get("Type", ""), "ASSET")
    return body


def keep_account(books: Books, body: dict[str, Any]) -> Record:
    """Write an account with its keys; one that is gone leaves code and name free."""
    body["Class"] = CLASS_OF[body["Type"]]
    keys = [("account.system", body["SystemAccount"].casefold())] if "SystemAccount" in body else []
    if body["Status"] != "DELETED":
        keys.append(("account.name", body["Name"].casefold()))
        if body.get("Code"):
            keys.append(("account.code", body["Code"].casefold()))
    return books.put("account", body["AccountID"], body, keys)


def _check_change(before: dict[str, Any], given: dict[str, Any]) -> None:
    if before["Status"] == "DELETED":
        raise Invalid("Account has been deleted")
    if before.get("SystemAccount") and given.get("Status") == "ARCHIVED":
        raise Invalid("System accounts cannot be archived")
    if before.get("SystemAccount") and given.get("Type", before["Type"]) != before["Type"]:
        raise Invalid("System accounts cannot change their type")
    others = set(given) - {"Status", "AccountID"}
    if given.get("Status") == "ARCHIVED" and others:
        raise Invalid("When archiving an account only its status can be changed")


class TaxRates(Writable):
    """Tax rates; those of the country and TAX001…"""

    plural, kind, id_field = "TaxRates", "tax_rate", "TaxType"
    number_field, number_key = "TaxType", "tax_rate.type"
    table, scopes, attributed = tables.TAX_RATE, scopes.SETTINGS, False
    columns: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("Name", "TaxType", "Status", "ReportTaxType"), "text"),
        **dict.fromkeys(("EffectiveRate", "DisplayTaxRate"), "number"),
        **{f"CanApplyTo{place}": "boolean" for place in PLACES},
    }

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        return dict(shown(record.body))

    def match(self, books: Books, given: dict[str, Any]) -> Record | None:
        return books.get(self.kind, given.get("TaxType", ""))

    def _upsert(self, books: Books, given: dict[str, Any]) -> tuple[str, list[str]]:
        return self.save(books, given, self.match(books, given))

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        if existing is None:
            number = books.xero.store.next(books.tenant, "tax_rate")
            given = given | {"TaxType": f"TAX{number:03}"}
        body = {"Status": "ACTIVE", **(existing.body if existing else {}), **given}
        if not body.get("Name") or not body.get("TaxComponents"):
            raise Invalid("A tax rate needs a Name and at least one TaxComponent")
        taken = books.found("tax_rate.name", body["Name"])
        if [one for one in taken if one != body["TaxType"]]:
            raise Invalid("Please enter a unique Name.")
        keep_tax_rate(books, body)
        return body["TaxType"], []


def keep_tax_rate(books: Books, body: dict[str, Any]) -> None:
    """Write a tax rate with what follows from its components."""
    components = [
        {"Name": "Tax", "Rate": Decimal(0), "IsCompound": False, "IsNonRecoverable": False, **one}
        for one in body["TaxComponents"]
    ]
    if any(not 0 <= one["Rate"] <= 100 for one in components):
        raise Invalid("The rate of a tax component must be between 0 and 100")
    plain = sum((one["Rate"] for one in components if not one["IsCompound"]), Decimal(0))
    effective = plain
    for one in components:
        if one["IsCompound"]:
            effective += (100 + plain) * one["Rate"] / 100
    applies = {f"CanApplyTo{place}": True for place in PLACES} | {
        name: value for name, value in body.items() if name.startswith("CanApplyTo")
    }
    body = {
        **body,
        "TaxComponents": components,
        "EffectiveRate": effective,
        "DisplayTaxRate": effective,
        **applies,
    }
    keys = [("tax_rate.type", body["TaxType"].casefold())]
    if body["Status"] != "DELETED":
        keys.append(("tax_rate.name", body["Name"].casefold()))
    books.put("tax_rate", body["TaxType"], body, keys)


class Currencies(Writable):
    """Currencies that the organisation uses."""

    plural, kind, id_field = "Currencies", "currency", "Code"
    table, scopes = tables.CURRENCY, scopes.SETTINGS
    attributed, single_put = False, True
    columns: ClassVar[dict[str, str]] = {"Code": "text", "Description": "text"}

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        return dict(record.body)

    def find(self, books: Books, ref: str) -> Record:
        return _found(books, "currency", ref.upper())

    def save(
        self, books: Books, given: dict[str, Any], existing: Record | None
    ) -> tuple[str, list[str]]:
        code = given.get("Code", "").upper()
        if code not in CURRENCIES:
            raise Invalid("Currency code is not valid")
        if books.organisation["Class"] in ONE_CURRENCY:
            raise Invalid("The organisation's plan does not have several currencies")
        books.put("currency", code, {"Code": code, "Description": CURRENCIES[code]})
        return code, []


def _found(books: Books, kind: str, id_: str) -> Record:
    found = books.get(kind, id_)
    if found is None:
        raise Refused(problems.not_found())
    return found


CURRENCIES = {
    "AUD": "Australian Dollar",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "CNY": "Chinese Yuan Renminbi",
    "EUR": "Euro",
    "FJD": "Fijian Dollar",
    "GBP": "British Pound",
    "HKD": "Hong Kong Dollar",
    "INR": "Indian Rupee",
    "JPY": "Japanese Yen",
    "NZD": "New Zealand Dollar",
    "SEK": "Swedish Krona",
    "SGD": "Singapore Dollar",
    "THB": "Thai Baht",
    "USD": "United States Dollar",
    "ZAR": "South African Rand",
}


class BrandingThemes(Resource):
    """Looks of documents: read only."""

    plural, kind, id_field = "BrandingThemes", "branding_theme", "BrandingThemeID"
    scopes = scopes.SETTINGS

    def show(self, books: Books, record: Record, *, whole: bool = True) -> dict[str, Any]:
        return {**record.body, "CreatedDateUTC": ms_moment(record.created)}


class Users(Resource):
    """People of the organisation: read only."""

    plural, kind, id_field = "Users", "user", "UserID"
    scopes = scopes.SETTINGS
    columns: ClassVar[dict[str, str]] = dict.fromkeys(
        ("EmailAddress", "FirstName", "LastName", "OrganisationRole"), "text"
    )
