"""One company as a request sees it: its objects, preferences, references and book."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from sandbox.common.ledger import Ledger
from sandbox.common.store import Record
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.fields import ACCOUNT_TYPES, DOCUMENTS, LISTS
from sandbox.quickbooks.times import today, whole

if TYPE_CHECKING:
    from sandbox.quickbooks.app import QuickBooks

CENT = Decimal("0.01")
ZERO = Decimal(0)
PARTIES = ("Customer", "Vendor", "Employee")
PARTY_REFS = (("CustomerRef", "Customer"), ("VendorRef", "Vendor"))
# What a property of a document refers to; the others are kept as they are given.
TARGETS = {
    "CustomerRef": "Customer",
    "VendorRef": "Vendor",
    "EmployeeRef": "Employee",
    "ItemRef": "Item",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "SalesTermRef": "Term",
    "TermRef": "Term",
    "PaymentMethodRef": "PaymentMethod",
    "PrefVendorRef": "Vendor",
}
CURRENCIES = {
    "USD": "United States Dollar",
    "AUD": "Australian Dollar",
    "GBP": "British Pound Sterling",
    "CAD": "Canadian Dollar",
    "NZD": "New Zealand Dollar",
    "EUR": "Euro",
    "JPY": "Japanese Yen",
    "CHF": "Swiss Franc",
    "SGD": "Singapore Dollar",
    "CNY": "Chinese Yuan Renminbi",
    "INR": "Indian Rupee",
    "HKD": "Hong Kong Dollar",
    "SEK": "Swedish Krona",
}

Body = dict[str, Any]


def cents(amount: Decimal | int) -> Decimal:
    """Rounded half up to two places. Whole amounts come back from the store as int."""
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def folded(text: str) -> str:
    """Text as names are compared."""
    return " ".join(text.casefold().split())


def name_of(kind: str, body: Body) -> str:
    """What a reference to an object shows."""
    if kind in PARTIES or kind == "TaxAgency":
        return str(body.get("DisplayName", ""))
    return str(body.get("FullyQualifiedName") or body.get("Name") or body.get("Code") or "")


class Company:
    """See the module. Made for one request; remembers what it has read."""

    def __init__(self, sandbox: "QuickBooks", realm: str, at: float) -> None:
        self.sandbox, self.store, self.realm, self.at = sandbox, sandbox.store, realm, at
        self.book = Ledger(sandbox.store, realm)
        self.person = False  # whether someone in QuickBooks' own screens asks, not an app
        self._read: dict[tuple[str, str], Record | None] = {}

    # --- Settings --------------------------------------------------------------------------------
    def switch(self, name: str) -> Any:
        """How an unverified behaviour is set."""
        return self.sandbox.switch(name)

    @property
    def country(self) -> str:
        """US, AU, GB or CA."""
        return str(self.store.setting(self.realm, "country", "US"))

    @property
    def plan(self) -> str:
        """SimpleStart, Essentials, Plus or Advanced."""
        return str(self.store.setting(self.realm, "plan", "Plus"))

    @property
    def home(self) -> str:
        """The home currency's code."""
        return str(self.store.setting(self.realm, "currency", "USD"))

    def pref(self, group: str, name: str) -> Any:
        """One preference, or None."""
        found = self.get("Preferences", "1")
        return None if found is None else found.body.get(group, {}).get(name)

    def other_pref(self, name: str) -> str | None:
        """One of the preferences that are a list of names and values."""
        found = self.get("Preferences", "1")
        pairs = [] if found is None else found.body.get("OtherPrefs", {}).get("NameValue", [])
        return next((str(one["Value"]) for one in pairs if one["Name"] == name), None)

    def system(self, role: str) -> str:
        """The account that QuickBooks itself uses for something, such as `receivable`."""
        return str(self.store.setting(self.realm, f"account.{role}"))

    @property
    def today(self) -> str:
        """The day in the company."""
        return today(self.at)

    # --- Objects ---------------------------------------------------------------------------------
    def get(self, kind: str, id_: str) -> Record | None:
        """An object that is there and not deleted."""
        key = (kind, id_)
        if key not in self._read:
            found = self.store.get(self.realm, kind, id_)
            self._read[key] = None if found is None or found.deleted else found
        return self._read[key]

    def need(self, kind: str, id_: str) -> Record:
        """The same, which has to be there. Raises Wrong (610)."""
        found = self.get(kind, id_)
        if found is None:
            raise Wrong("610")
        return found

    def put(self, kind: str, id_: str, body: Body, event: str = "Update") -> Record:
        """Write an object: a new version, a new moment, and news (`event`) for who listens."""
        made = self.store.put(self.realm, kind, id_, body, at=self.at, keys=keys_of(kind, body))
        self._read[(kind, id_)] = made
        if event:
            self.sandbox.news.note(self.realm, kind, id_, event, self.at)
        return made

    def forget(self) -> None:
        """Read everything anew: it was changed behind this company's back."""
        self._read.clear()

    def bury(self, kind: str, record: Record) -> None:
        """Delete an object; its place stays marked."""
        self.store.put(self.realm, kind, record.id, record.body, at=self.at, deleted=True)
        self._read[(kind, record.id)] = None
        self.sandbox.news.note(self.realm, kind, record.id, "Delete", self.at)

    def amend(self, kind: str, id_: str, changed: Body) -> None:
        """Change what QuickBooks works out itself (a balance), which is no new version."""
        record = self.store.get(self.realm, kind, id_)
        if record is None:
            return
        record.body.update(changed)
        self.store.amend(self.realm, kind, id_, record.body)
        self._read.pop((kind, id_), None)

    def new_id(self, kind: str) -> str:
        """The next id; documents share their numbers, and so do customers, vendors, employees."""
        shared = "Txn" if kind in DOCUMENTS else "Party" if kind in PARTIES else kind
        return str(self.store.next(self.realm, f"id.{shared}"))

    def refer(self, kind: str, ref: Body, element: str) -> Record:
        """What a reference means; its name is filled in. Raises Wrong (2500, 610)."""
        found = self.get(kind, ref["value"])
        if found is None:
            raise Wrong("2500", f"Invalid Reference Id : {element} {ref['value']}", element)
        if found.body.get("Active") is False:
            raise Wrong("610", element=element)
        ref["name"] = name_of(kind, found.body)
        return found

    def refer_all(self, body: Body) -> None:
        """Look up the plain references of an object. Raises Wrong."""
        for name, value in body.items():
            if name in TARGETS and isinstance(value, dict):
                self.refer(TARGETS[name], value, name)
            elif name.endswith("AccountRef") or name in ("FromAccountRef", "ToAccountRef"):
                self.refer("Account", value, name)

    def reference(self, kind: str, id_: str) -> Body:
        """A reference to an object, with its name."""
        found = self.store.get(self.realm, kind, id_)
        return {"value": id_, **({"name": name_of(kind, found.body)} if found else {})}

    # --- Currencies ------------------------------------------------------------------------------
    def reference_currency(self, code: str) -> Body:
        """A currency that the company has. Raises Wrong (2500)."""
        if code == self.home:
            return {"value": code, "name": CURRENCIES.get(code, code)}
        found = self.store.found(self.realm, "currency", code)
        if not found:
            raise Wrong("2500", f"Invalid Reference Id : CurrencyRef {code[:10]}", "CurrencyRef")
        return {"value": code, "name": CURRENCIES.get(code, code)}

    def rate(self, code: str, day: str) -> Decimal:
        """Home units for one of a currency: the newest rate that is not after a day, or 1."""
        if code == self.home:
            return Decimal(1)
        found = self.store.records(
            self.realm,
            "ExchangeRate",
            where="id >= ? AND id <= ?",
            values=(f"{code}:", f"{code}:{day}"),
            order="id DESC",
            limit=1,
        )
        return Decimal(found[0].body["Rate"]) if found else Decimal(1)

    def receivable(self, code: str) -> str:
        """The account of what customers owe in a currency; it is made when first needed."""
        return self._of_currency("receivable", "Accounts Receivable (A/R)", code)

    def payable(self, code: str) -> str:
        """The account of what is owed to vendors in a currency; it is made when first needed."""
        return self._of_currency("payable", "Accounts Payable (A/P)", code)

    def _of_currency(self, role: str, name: str, code: str) -> str:
        if code == self.home:
            return self.system(role)
        key = f"account.{role}.{code}"
        made = self.store.setting(self.realm, key)
        if made is None:
            kind = name.rpartition(" ")[0]
            made = self.new_account(f"{name} - {code}", kind, kind.replace(" ", ""), code)
            self.store.set(self.realm, key, made)
        return str(made)

    def new_account(self, name: str, kind: str, detail: str, code: str = "", **more: Any) -> str:
        """Add an account to the chart; its id."""
        currency = self.reference_currency(code or self.home)
        body = {
            "Name": name,
            "SubAccount": False,
            "FullyQualifiedName": name,
            "Active": True,
            "Classification": ACCOUNT_TYPES[kind][0],
            "AccountType": kind,
            "AccountSubType": detail,
            "CurrencyRef": currency,
            **more,
        }
        id_ = self.new_id("Account")
        self.put("Account", id_, body, "Create")
        return id_

    # --- Answers ---------------------------------------------------------------------------------
    def shown(self, kind: str, record: Record, balances: dict[str, Decimal] | None = None) -> Body:
        """An object as it is answered."""
        if record.deleted:
            meta = {"LastUpdatedTime": whole(record.updated)}
            return {"domain": "QBO", "status": "Deleted", "Id": record.id, "MetaData": meta}
        shown = {name: value for name, value in record.body.items() if name[0] != "_"}
        times = {"CreateTime": whole(record.created), "LastUpdatedTime": whole(record.updated)}
        if kind == "ExchangeRate":
            return {**shown, "MetaData": {"LastUpdatedTime": times["LastUpdatedTime"]}}
        if kind == "Preferences":
            self._hide(shown)
        for name, party in PARTY_REFS if kind in DOCUMENTS else ():
            if name in shown:
                # A party that was renamed since is shown with its new name.
                found = self.get(party, shown[name]["value"])
                if found is not None:
                    shown[name] = {**shown[name], "name": name_of(party, found.body)}
        if kind == "Account":
            if balances is None:
                balances = self.book.balances_of([record.id])
            shown |= _account_balance(shown, balances.get(record.id, ZERO))
        return {
            **shown,
            "domain": "QBO",
            "sparse": False,
            "Id": record.id,
            "SyncToken": str(record.version),
            "MetaData": times,
        }

    def _hide(self, shown: Body) -> None:
        """Preferences that answers may lack although they are set."""
        for switch, group, names in (
            ("auto_apply_shown", "SalesFormsPrefs", ("AutoApplyPayments", "AutoApplyCredit")),
            ("close_date_shown", "AccountingInfoPrefs", ("BookCloseDate",)),
        ):
            if not self.switch(switch):
                had = shown[group]
                shown[group] = {name: had[name] for name in had if name not in names}

    def shown_all(self, kind: str, records: Iterable[Record]) -> list[Body]:
        """Several of a kind."""
        balances = self.book.balances() if kind == "Account" else None
        return [self.shown(kind, record, balances) for record in records]


def _account_balance(shown: Body, debit: Decimal) -> Body:
    if shown["Classification"] in ("Revenue", "Expense"):
        debit = ZERO
    amount = debit if shown["Classification"] == "Asset" else -debit
    amount = cents(amount)
    return {"CurrentBalance": amount, "CurrentBalanceWithSubAccounts": amount}


def keys_of(kind: str, body: Body) -> list[tuple[str, str]]:
    """What an object is found by."""
    keys = []
    if kind in PARTIES:
        keys.append(("party", folded(body["DisplayName"])))
    elif kind in LISTS:
        keys.append((f"name.{kind}", folded(name_of(kind, body))))
    if kind == "CompanyCurrency":
        keys.append(("currency", body["Code"]))
    if kind == "Item" and body.get("Sku"):
        keys.append(("Sku", body["Sku"]))
    if body.get("DocNumber"):
        keys.append((f"DocNumber.{kind}", body["DocNumber"]))
    party = (body.get("CustomerRef") or body.get("VendorRef") or {}).get("value")
    if kind in DOCUMENTS and party:
        if kind == "Payment" and body.get("UnappliedAmt"):
            keys.append(("unapplied", party))
        elif kind == "CreditMemo" and body.get("RemainingCredit"):
            keys.append(("credit", party))
        elif kind == "Invoice" and body.get("Balance"):
            keys.append(("open", party))
    return keys
