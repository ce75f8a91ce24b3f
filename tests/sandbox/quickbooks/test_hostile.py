"""Bodies that are spoilt at random, and random sequences of calls: never a 500, books balanced."""

import copy
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
import simplejson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.common.faults import Fault
from sandbox.common.http import Answer, Call
from sandbox.common.ledger import Ledger
from sandbox.common.server import Application
from sandbox.common.store import Store
from sandbox.quickbooks.app import QuickBooks
from sandbox.quickbooks.fields import DOCUMENTS, PURCHASES, SALES


class Direct:
    """The sandbox without a socket, through everything else that a request passes."""

    def __init__(self, **values: Any) -> None:
        self.sandbox = QuickBooks(Store(), base_url="http://127.0.0.1")
        with self.sandbox.store.transaction():
            self.made = self.sandbox.fill({"currencies": ["EUR"], **values})
            self.sandbox.store.set("", "switch.limits", value=False)
            self.sandbox.store.set("", "switch.currency_needed", value=False)
            self.realm = self.made["realmId"]
            self.token = self.sandbox.act("connect", {"realm": self.realm})["access_token"]
        self.application = Application(self.sandbox, control=False)
        self.accounts, self.items = self.made["accounts"], self.made["items"]
        self.customers = list(self.made["customers"].values())
        self.vendors = list(self.made["vendors"].values())

    def call(self, path: str, body: Any, query: str = "", method: str = "POST") -> Answer:
        raw = body if isinstance(body, bytes) else simplejson.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.token}"}
        url = f"/v3/company/{self.realm}/{path}"
        call = Call(method, url, query, headers, raw, self.sandbox.clock.now())
        return self.asked(call)

    def asked(self, call: Call) -> Answer:
        """What is answered, which is never a fault of its own."""
        waiting = self.application._answer(call, Fault())
        try:
            waiting.send(None)
        except StopIteration as done:
            answer: Answer = done.value
        else:
            raise AssertionError("it waits")
        assert answer.status != 500, (call.path, call.raw_query, call.body, answer.body)
        return answer

    def balanced(self) -> None:
        assert Ledger(self.sandbox.store, self.realm).total() == 0
        store = self.sandbox.store
        for kind, party in (("Invoice", "CustomerRef"), ("Bill", "VendorRef")):
            for record in store.records(self.realm, kind):
                applied = sum(record.body.get("_applied", {}).values(), Decimal(0))
                assert record.body["Balance"] == record.body["TotalAmt"] - applied >= 0, party

    def good(self) -> dict[str, Any]:
        """A good body of each kind."""
        return {**self.good_documents(), **self.good_lists()}

    def good_documents(self) -> dict[str, Any]:
        """One that is taken for each document."""
        customer = {"CustomerRef": {"value": self.customers[0]}}
        vendor = {"VendorRef": {"value": self.vendors[0]}}
        checking = {"value": self.accounts["Checking"]}
        sale_detail = {"ItemRef": {"value": self.items["Canvas Bag"]}, "Qty": 2, "UnitPrice": 10}
        sale_line = {"Amount": 20, "DetailType": "SalesItemLineDetail", "Description": "Bag"}
        sale_line["SalesItemLineDetail"] = {**sale_detail, "TaxCodeRef": {"value": "TAX"}}
        discount = {"Amount": 1, "DetailType": "DiscountLineDetail"}
        discount["DiscountLineDetail"] = {"PercentBased": False}
        tax = {"TotalTax": 1.5, "TxnTaxCodeRef": {"value": "1"}}
        address = {"Line1": "1 Quay", "CountrySubDivisionCode": "NY"}
        sale = {**customer, "Line": [sale_line, discount], "TxnTaxDetail": tax}
        sale |= {"ShipAddr": address, "CurrencyRef": {"value": "USD"}, "TxnDate": "2026-03-01"}
        cost = {"Amount": 9, "DetailType": "AccountBasedExpenseLineDetail"}
        cost["AccountBasedExpenseLineDetail"] = {
            "AccountRef": {"value": self.accounts["Purchases"]}
        }
        goods = {"Amount": 20, "DetailType": "ItemBasedExpenseLineDetail"}
        goods["ItemBasedExpenseLineDetail"] = sale_detail
        bought = {**vendor, "Line": [cost, goods], "ExchangeRate": 1}
        journal = []
        for side, name in (("Debit", "Checking"), ("Credit", "Services")):
            detail = {"PostingType": side, "AccountRef": {"value": self.accounts[name]}}
            line = {"Amount": 5, "DetailType": "JournalEntryLineDetail"}
            journal.append({**line, "JournalEntryLineDetail": detail})
        pays = {"Amount": 5, "LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}]}
        bills = {"Amount": 5, "LinkedTxn": [{"TxnId": "2", "TxnType": "Bill"}]}
        deposited = {"Amount": 4, "DetailType": "DepositLineDetail"}
        deposited["DepositLineDetail"] = {"AccountRef": {"value": self.accounts["Services"]}}
        check = {"PayType": "Check", "CheckPayment": {"BankAccountRef": checking}}
        savings = {"value": self.accounts["Savings"]}
        return {
            "Invoice": {**sale, "DocNumber": "X-1", "SalesTermRef": {"value": "1"}},
            "Bill": bought,
            "SalesReceipt": sale,
            "CreditMemo": sale,
            "RefundReceipt": {**sale, "DepositToAccountRef": checking},
            "Estimate": sale,
            "VendorCredit": bought,
            "Purchase": {"Line": bought["Line"], "AccountRef": checking, "PaymentType": "Cash"},
            "PurchaseOrder": {
                **bought,
                "APAccountRef": {"value": self.accounts["Accounts Payable (A/P)"]},
            },
            "Payment": {**customer, "TotalAmt": 12, "Line": [pays]},
            "BillPayment": {**vendor, **check, "TotalAmt": 5, "Line": [bills]},
            "JournalEntry": {"Line": journal},
            "Transfer": {"FromAccountRef": checking, "ToAccountRef": savings, "Amount": 3},
            "Deposit": {"DepositToAccountRef": checking, "Line": [deposited]},
        }

    def good_lists(self) -> dict[str, Any]:
        """Objects of lists, settings, and what stands apart."""
        item = {"Name": "I", "Type": "Inventory", "TrackQtyOnHand": True, "QtyOnHand": 3}
        item |= {"AssetAccountRef": {"value": self.accounts["Inventory Asset"]}}
        item |= {"IncomeAccountRef": {"value": self.accounts["Services"]}}
        item |= {"ExpenseAccountRef": {"value": self.accounts["Cost of Goods Sold"]}}
        item |= {"InvStartDate": "2026-01-01", "PurchaseCost": 3}
        vendor = {"VendorRef": {"value": self.vendors[0]}}
        sale = self.good_documents()["Estimate"]
        return {
            "Customer": {"DisplayName": "C", "PrimaryEmailAddr": {"Address": "a@b.example"}},
            "Vendor": {"DisplayName": "V", "TermRef": {"value": "1"}},
            "Employee": {"GivenName": "E"},
            "Item": item,
            "Account": {"Name": "A", "AccountType": "Expense", "ParentRef": {"value": "27"}},
            "Class": {"Name": "Shop"},
            "Department": {"Name": "North"},
            "Term": {"Name": "T", "DueDays": 3},
            "PaymentMethod": {"Name": "Card"},
            "TaxAgency": {"DisplayName": "Agency"},
            "TimeActivity": {"NameOf": "Vendor", **vendor, "Hours": 2},
            "Attachable": {"Note": "n"},
            "CompanyCurrency": {"Code": "NZD"},
            "ExchangeRate": {"SourceCurrencyCode": "EUR", "Rate": 1.2, "AsOfDate": "2026-01-01"},
            "Preferences": {"SyncToken": "0", "TaxPrefs": {"UsingSalesTax": True}},
            "batch": {
                "BatchItemRequest": [
                    {"bId": "1", "operation": "create", "Invoice": sale},
                    {"bId": "2", "Query": "select * from Term"},
                    {"bId": "3", "operation": "delete", "Bill": {"Id": "2", "SyncToken": "0"}},
                ]
            },
            "taxservice/taxcode": {
                "TaxCode": "Q",
                "TaxRateDetails": [{"TaxRateName": "Q", "RateValue": 3, "TaxAgencyId": "1"}],
            },
        }


WEIRD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -1, 0, "", "\x00", "\ud800", "NaN", "1e999", "9" * 5000, 1e300]),
    st.sampled_from([[], {}, [[]], [{}], [None], {"value": None}, {"value": {}}, {"value": []}]),
    st.sampled_from(
        ["TaxInclusive", "EUR", "GroupLineDetail", "Credit", "9999-12-31", "0001-01-01"]
    ),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
    ),
    st.text(max_size=20),
    st.lists(st.integers(), max_size=3),
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a body."""
    yield at
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in steps:
            yield from places(inner, (*at, step))


def spoil(body: Any, at: tuple[Any, ...], value: Any, how: str) -> Any:
    """Another body: a value replaced, taken out, or something added beside it."""
    if not at:
        return value if how == "replace" else body
    changed = copy.deepcopy(body)
    holder = changed
    for step in at[:-1]:
        holder = holder[step]
    if how == "remove":
        del holder[at[-1]]
    elif how == "add" and isinstance(holder, dict):
        holder["Unknown" if value else "Line"] = value
    else:
        holder[at[-1]] = value
    return changed


SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def direct() -> Direct:
    made = Direct(preferences={"ProductAndServicesPrefs.QuantityOnHand": True})
    assert made.call("invoice", made.good()["Invoice"]).status == 200
    assert made.call("bill", made.good()["Bill"]).status == 200
    return made


def test_good_bodies_are_good(direct: Direct) -> None:
    """Or spoiling them would try nothing."""
    good = Direct(preferences={"ProductAndServicesPrefs.QuantityOnHand": True}).good()
    made = Direct(preferences={"ProductAndServicesPrefs.QuantityOnHand": True})
    for entity, body in good.items():
        answer = made.call(entity.lower(), body)
        assert answer.status == 200, (entity, answer.body)
    made.balanced()


@settings(max_examples=1500, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_spoilt_bodies(direct: Direct, data: st.DataObject) -> None:
    """One or two places of a good body are spoilt: refused in the vendor's shape, or taken."""
    good = direct.good()
    entity = data.draw(st.sampled_from(sorted(good)))
    body = good[entity]
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.sampled_from(list(places(body))))
        how = data.draw(st.sampled_from(["replace", "replace", "remove", "add"]))
        body = spoil(body, at, data.draw(WEIRD), how)
        if not isinstance(body, dict):
            break
    answer = direct.call(entity.lower(), body)
    if answer.status != 200:
        fault = simplejson.loads(answer.body)["Fault"]
        assert set(fault["Error"][0]) == {"Message", "Detail", "code", "element"}
    direct.balanced()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000, b'{"a":NaN}', b" " * 4_000_001]
)
def test_bodies_that_are_none(direct: Direct, body: bytes) -> None:
    """Each is refused."""
    for path in ("invoice", "batch", "query", "preferences", "taxservice/taxcode", "upload"):
        assert direct.call(path, body).status in (400, 403)


@settings(max_examples=400, deadline=None, suppress_health_check=SLOW)
@given(
    text=st.text(max_size=60),
    middle=st.sampled_from(["WHERE Id = '{}'", "WHERE DocNumber LIKE '{}'", "ORDERBY {}", "{}"]),
)
def test_queries_that_make_no_sense(direct: Direct, text: str, middle: str) -> None:
    """Refused or empty."""
    raw = f"SELECT * FROM Invoice {middle.format(text)}".encode("utf-8", "replace")
    assert direct.call("query", raw).status in (200, 400)
    direct.call(f"invoice/{text.replace('/', '') or 'x'}", b"", method="GET")


TEXT = st.text(max_size=40)


@settings(max_examples=400, deadline=None, suppress_health_check=SLOW)
@given(first=TEXT, second=TEXT, data=st.data())
def test_addresses_that_make_no_sense(
    direct: Direct, first: str, second: str, data: st.DataObject
) -> None:
    """Parameters of any kind, of the company's addresses and of signing in."""
    query = urlencode({"entities": first, "changedSince": second, "asofdate": second})
    query += "&" + urlencode(
        {"sourcecurrencycode": first, "start_date": first, "date_macro": second}
    )
    for path in ("cdc", "exchangerate", "reports/TrialBalance", "companyinfo/x", "invoice/1/pdf"):
        direct.call(path, b"", query, "GET")
    direct.call("invoice/1/send", b"", urlencode({"sendTo": first}))
    direct.call(
        "customer", {"DisplayName": "Z"}, urlencode({"requestid": first, "operation": second})
    )
    asked = {"client_id": "sandbox-client", "redirect_uri": first, "state": second}
    asked |= {"response_type": "code", "scope": second, "realmId": direct.realm}
    asked |= {"decision": data.draw(st.sampled_from(["allow", "deny", first]))}
    asked["redirect_uri"] = data.draw(
        st.sampled_from([first, "http://[", f"http://127.0.0.1/{first}", "http://localhost/a?b=c"])
    )
    form = urlencode(asked, errors="replace").encode()
    for path, query, body in (
        ("/connect/oauth2", form.decode(), b""),
        ("/connect/oauth2", "", form),
        ("/oauth2/v1/tokens/bearer", "", form),
        ("/v2/oauth2/tokens/revoke", "", simplejson.dumps({"token": first}).encode()),
    ):
        basic = data.draw(
            st.sampled_from(["Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQ=", first])
        )
        headers = {"authorization": basic, "content-type": "application/json"}
        method = "POST" if body else "GET"
        answer = direct.asked(Call(method, path, query, headers, body, direct.sandbox.clock.now()))
        assert answer.headers.get("location", "").isascii()


STEPS = ("create", "update", "update", "delete", "void", "pay", "pay", "credit", "deposit", "prefs")
KINDS = ("Invoice", "Invoice", "Bill", "CreditMemo", "VendorCredit", *DOCUMENTS)


@settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
@given(seed=st.integers(0, 10**9))
def test_any_sequence_leaves_the_books_balanced(seed: int) -> None:
    """Documents made, changed, paid, credited, voided and deleted in any order."""
    chance = random.Random(seed)
    country = chance.choice(["US", "CA"])
    made = Direct(country=country)
    if country == "CA":
        made.accounts["Checking"] = made.accounts["Chequing"]
    with made.sandbox.store.transaction():
        made.sandbox.store.set("", "switch.tax_code_needed", value=False)
        made.sandbox.store.set("", "switch.sparse_payment", "taken")
    foreign = chance.random() < 0.4
    walk = Walk(made, chance, "EUR" if foreign else "CAD" if country == "CA" else "USD", country)
    for step in ("create",) * 4 + tuple(chance.choices(STEPS, k=26)):
        walk.step(step)
        made.balanced()
    for name in ("TrialBalance", "BalanceSheet", "ProfitAndLoss", "GeneralLedger"):
        made.call(f"reports/{name}", b"", method="GET")
    total = simplejson.loads(made.call("reports/TrialBalance", b"", "date_macro=all", "GET").body)
    for row in total["Rows"]["Row"][-1:]:
        cells = row["Summary"]["ColData"]
        assert cells[1]["value"] == cells[2]["value"]
    if not foreign:
        walk.open_balances()
    walk.undo_all()


class Walk:
    """A sequence of steps on one company, as chance has it."""

    def __init__(self, made: Direct, chance: random.Random, currency: str, country: str) -> None:
        self.made, self.chance, self.currency = made, chance, currency
        if currency == "EUR":
            for kind, ids in (("Customer", made.customers), ("Vendor", made.vendors)):
                party = {"DisplayName": f"Quai {kind}", "CurrencyRef": {"value": "EUR"}}
                answer = simplejson.loads(made.call(kind.lower(), party).body)
                ids.insert(0, answer[kind]["Id"])
        self.good = {kind: body for kind, body in made.good().items() if kind in DOCUMENTS}
        for kind, body in self.good.items():
            body.pop("ExchangeRate", None)
            if "CustomerRef" in body or "VendorRef" in body:
                body["CurrencyRef"] = {"value": currency}
            if country != "US":
                body.pop("TxnTaxDetail", None)
                for line in body.get("Line", []):
                    detail = line.get(line.get("DetailType", ""), {})
                    if "Qty" in detail:
                        codes = made.made["tax_codes"]
                        detail["TaxCodeRef"] = {"value": codes["GST/QST QC - 9.975"]}
                if kind in (*SALES, *PURCHASES):
                    body["GlobalTaxCalculation"] = chance.choice(["TaxExcluded", "TaxInclusive"])
        self.ids: list[tuple[str, str]] = []

    def step(self, step: str) -> None:
        """One step; what is refused changes nothing."""
        if step == "prefs":
            self.prefer()
            return
        query = ""
        if step == "create":
            kind = self.chance.choice(KINDS)
            body = self.new(kind)
        elif step in ("update", "delete", "void"):
            if not self.ids:
                return
            kind, id_ = self.chance.choice(self.ids)
            body = self.change(kind, id_, step)
            query = {"update": "", "delete": "operation=delete", "void": "include=void"}[step]
        else:
            kind, body = self.linking(step)
        self.send(kind, body, query)

    def send(self, kind: str, body: Any, query: str) -> Answer:
        answer = self.made.call(kind.lower(), body, query)
        if answer.status == 200 and not query:
            pair = (kind, simplejson.loads(answer.body)[kind]["Id"])
            if pair not in self.ids:
                self.ids.append(pair)
        elif answer.status == 200 and "delete" in query:
            self.ids.remove((kind, body["Id"]))
        return answer

    def prefer(self) -> None:
        on = self.chance.random() < 0.5
        prefs = {"SalesFormsPrefs.AutoApplyPayments": on, "SalesFormsPrefs.AutoApplyCredit": on}
        with self.made.sandbox.store.transaction():
            values = {"realm": self.made.realm, "preferences": prefs}
            self.made.sandbox.act("set_preferences", values)

    def new(self, kind: str) -> Any:
        body = copy.deepcopy(self.good[kind])
        body.pop("DocNumber", None)
        self.rate(body)
        if kind in ("Payment", "BillPayment"):
            body["Line"] = []
        return body

    def rate(self, body: Any) -> Any:
        """A foreign document has a rate of its day."""
        if self.currency == "EUR" and body.get("CurrencyRef"):
            body["ExchangeRate"] = Decimal(self.chance.randint(80, 140)) / 100
        return body

    def change(self, kind: str, id_: str, step: str) -> Any:
        """A body that changes, deletes or voids."""
        record = self.made.sandbox.store.get(self.made.realm, kind, id_)
        assert record is not None
        body: Any = {"Id": id_, "SyncToken": str(record.version), "sparse": step == "update"}
        if step != "update" or self.chance.random() < 0.2:
            return body
        if kind in ("Payment", "BillPayment"):
            return body | {"TotalAmt": self.chance.randint(0, 60)}
        body |= (
            {"Line": copy.deepcopy(self.good[kind]["Line"])} if "Line" in self.good[kind] else {}
        )
        for line in body.get("Line", [])[:1]:
            detail = line.get(line.get("DetailType", "")) or {}
            quantity = self.chance.randint(1, 9)
            line["Amount"] = 10 * quantity if "Qty" in detail else quantity
            if "Qty" in detail:
                detail["Qty"] = quantity
        return body

    def linking(self, step: str) -> tuple[str, Any]:
        """A payment, a credit or a deposit that links some of what is there."""
        sales = step == "credit" or self.chance.random() < 0.6
        kinds: tuple[str, ...] = ("Bill", "VendorCredit")
        if step == "deposit":
            kinds = ("Payment", "SalesReceipt")
        elif sales:
            kinds = ("Invoice", "CreditMemo") if step == "credit" else ("Invoice",)
        found = [one for one in self.ids if one[0] in kinds]
        chosen = self.chance.sample(found, min(len(found), self.chance.randint(1, 3)))
        amount = self.chance.randint(0, 40)
        lines = []
        for kind, id_ in chosen:
            record = self.made.sandbox.store.get(self.made.realm, kind, id_)
            assert record is not None
            part = record.body["TotalAmt"] if step == "deposit" else amount
            lines.append({"Amount": part, "LinkedTxn": [{"TxnId": id_, "TxnType": kind}]})
        checking = {"value": self.made.accounts["Checking"]}
        if step == "deposit":
            return "Deposit", {"DepositToAccountRef": checking, "Line": lines}
        if not sales:
            body: Any = {"VendorRef": {"value": self.made.vendors[0]}, "PayType": "Check"}
            body |= {"CheckPayment": {"BankAccountRef": checking}}
            body["CurrencyRef"] = {"value": self.currency}
            return "BillPayment", self.rate({**body, "TotalAmt": amount * 3, "Line": lines})
        total = 0 if step == "credit" else amount * 3
        customer = {"value": self.made.customers[0]}
        body = {"CustomerRef": customer, "TotalAmt": total, "Line": lines}
        return "Payment", self.rate({**body, "CurrencyRef": {"value": self.currency}})

    def open_balances(self) -> None:
        """Receivables and payables are what documents have open, and what parties owe."""
        store, realm = self.made.sandbox.store, self.made.realm

        def total(kind: str, name: str) -> Decimal:
            found = store.records(realm, kind)
            return sum((Decimal(one.body.get(name, 0)) for one in found), Decimal(0))

        book = Ledger(store, realm).balances()
        receivable = total("Invoice", "Balance") - total("CreditMemo", "RemainingCredit")
        receivable -= total("Payment", "UnappliedAmt")
        owed = book.get(self.made.accounts["Accounts Receivable (A/R)"], Decimal(0))
        assert owed == receivable == total("Customer", "Balance")
        owing = -book.get(self.made.accounts["Accounts Payable (A/P)"], Decimal(0))
        assert owing == total("Vendor", "Balance")
        funds = book.get(self.made.accounts["Undeposited Funds"], Decimal(0))
        assert funds == sum(
            record.body["TotalAmt"]
            for kind in ("Payment", "SalesReceipt")
            for record in store.records(realm, kind)
            if not record.body.get("_deposited")
        )

    def undo_all(self) -> None:
        """Delete everything: deposits first; then nothing is left in the book, nobody owes."""
        store, realm = self.made.sandbox.store, self.made.realm
        for kind in ("Deposit", *(one for one in DOCUMENTS if one != "Deposit")):
            for record in store.records(realm, kind):
                now = store.get(realm, kind, record.id)
                assert now is not None
                body = {"Id": record.id, "SyncToken": str(now.version)}
                answer = self.made.call(kind.lower(), body, "operation=delete")
                assert answer.status == 200, answer.body
        assert not any(Ledger(store, realm).balances().values())
        for kind in ("Customer", "Vendor"):
            assert all(one.body["Balance"] == 0 for one in store.records(realm, kind))
