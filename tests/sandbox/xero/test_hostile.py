"""Whatever is sent: the vendor's shape of error, never 500, and debits equal credits."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.common.http import Call
from sandbox.common.ledger import Ledger
from sandbox.common.server import Application
from sandbox.common.store import Store
from sandbox.xero.app import Xero
from tests.sandbox.xero.client import invoice, line

ODD: list[Any] = [
    *(
        None,
        True,
        -1,
        0,
        10**30,
        10**400,
        1e300,
        -1e-300,
        "",
        "x" * 5_000,
        "\x00",
        "\ud800",
        [],
        {},
    ),
    *([[]], [{}], {"a": {}}, "NaN", "2026-02-30", "/Date(99999999999999999)/", "1e9999", "0" * 50),
    *("AUTHORISED", "VOIDED", "DELETED", "00000000-0000-0000-0000-000000000000", 0.005, "é" * 300),
]


class Direct:
    """A sandbox without a network: its application answers as if a request had come."""

    def __init__(self) -> None:
        self.xero = Xero(Store(), base_url="http://sandbox")
        self.application = Application(self.xero, control=False)
        with self.xero.store.transaction():
            self.tenant = self.xero.fill({"country": "NZ", "foreign_bank": True})["tenant"]
            self.token = self.xero.act("connect", {"tenant": self.tenant})["access_token"]
            for name in ("limit_minute", "limit_app_minute", "limit_day"):
                self.xero.store.set("", f"switch.{name}", 10**9)
        self.ids = self._filled()

    def send(self, method: str, path: str, body: bytes = b"", query: str = "") -> tuple[int, bytes]:
        headers = {"authorization": f"Bearer {self.token}", "xero-tenant-id": self.tenant}
        now = self.xero.clock.now()
        call = Call(method, f"/api.xro/2.0{path}", query, headers, body, now)
        refused = self.xero.enter(call)
        assert refused is None, refused
        answer = self.application._handled(call)
        self.xero.leave(call)
        self.xero.finish(call, answer)
        return answer.status, answer.body

    def _made(self, path: str, body: Any) -> Any:
        status, text = self.send("PUT", path, json.dumps(body).encode())
        assert status == 200, text
        (found,) = [one for one in json.loads(text).values() if isinstance(one, list)]
        return found[0]

    def _filled(self) -> dict[str, str]:
        return self.fresh() | {"category": self._category()}

    def _category(self) -> str:
        made = self._made("/TrackingCategories", {"Name": "Region"})
        return str(made["TrackingCategoryID"])

    def fresh(self) -> dict[str, str]:
        """A contact with documents that nothing has happened to."""
        name = {"Name": f"Contact {self.xero.store.next(self.tenant, 'made')}"}
        contact = self._made("/Contacts", {"Contacts": [name]})["ContactID"]
        sold = self._made("/Invoices", {"Invoices": [invoice(contact)]})["InvoiceID"]
        note = {**invoice(contact, lines=[line(20)]), "Type": "ACCRECCREDIT"}
        credit = self._made("/CreditNotes", {"CreditNotes": [note]})["CreditNoteID"]
        owed = {**invoice(contact, lines=[line(5, "429")]), "Type": "ACCPAY"}
        bill = self._made("/Invoices", {"Invoices": [owed]})
        user = json.loads(self.send("GET", "/Users")[1])["Users"][0]["UserID"]
        bought: dict[str, Any] = {"Contact": {"ContactID": contact}, "User": {"UserID": user}}
        bought["LineItems"] = [line(9, "429")]
        receipt = self._made("/Receipts", {"Receipts": [bought]})["ReceiptID"]
        made = {"contact": contact, "invoice": sold, "credit": credit, "receipt": receipt}
        line_id = bill["LineItems"][0]["LineItemID"]
        return made | {"user": user, "bill": bill["InvoiceID"], "bill_line": line_id}

    def good(self) -> list[tuple[str, str, Any]]:
        """A good request of each kind; what is settled by them moves."""
        contact, ids = {"ContactID": self.ids["contact"]}, self.ids
        bank = {"BankAccount": {"Code": "090"}, "Contact": contact, "Date": "2026-05-04"}
        plain = {"Contact": contact, "Date": "2026-05-04", "LineItems": [line(9)]}
        ref = {"Invoice": {"InvoiceID": ids["invoice"]}, "Amount": 1, "Date": "2026-05-04"}
        sides = [{"LineAmount": 5, "AccountCode": "310"}, {"LineAmount": -5, "AccountCode": "631"}]
        journal = {"Narration": "x", "Status": "POSTED", "JournalLines": sides}
        foreign = invoice(ids["contact"], CurrencyCode="USD", CurrencyRate=0.6)
        listed: list[tuple[str, str, Any]] = [
            ("PUT", "/Invoices", {"Invoices": [invoice(ids["contact"], Reference="r", Url="u")]}),
            ("POST", "/Invoices", {"Invoices": [foreign]}),
            ("POST", f"/Invoices/{ids['invoice']}", {"Invoices": [{"Status": "AUTHORISED"}]}),
            ("PUT", "/CreditNotes", {"CreditNotes": [{**plain, "Type": "ACCPAYCREDIT"}]}),
            ("PUT", f"/CreditNotes/{ids['credit']}/Allocations", {"Allocations": [ref]}),
            ("PUT", "/Payments", {"Payments": [{**ref, "Account": {"Code": "090"}}]}),
            (
                "PUT",
                "/BatchPayments",
                {"BatchPayments": [{"Account": {"Code": "090"}, "Payments": [ref]}]},
            ),
            ("PUT", "/PurchaseOrders", {"PurchaseOrders": [plain]}),
            ("PUT", "/Quotes", {"Quotes": [{**plain, "LineAmountTypes": "EXCLUSIVE"}]}),
            ("PUT", "/ManualJournals", {"ManualJournals": [journal]}),
            ("PUT", "/Contacts", {"Contacts": [{"Name": "Bo", "Phones": [{"PhoneType": "DDI"}]}]}),
            (
                "POST",
                "/Contacts",
                {"Contacts": [{"Name": "Ada", "PaymentTerms": {"Sales": {"Day": 9}}}]},
            ),
            ("PUT", "/ContactGroups", {"ContactGroups": [{"Name": "G", "Contacts": [contact]}]}),
            ("PUT", "/Items", {"Items": [{"Code": "W", "SalesDetails": {"UnitPrice": 5}}]}),
            ("PUT", "/Accounts", {"Code": "641", "Name": "N", "Type": "CURRENT"}),
            (
                "PUT",
                "/TaxRates",
                {"TaxRates": [{"Name": "T", "TaxComponents": [{"Name": "a", "Rate": 5}]}]},
            ),
            ("PUT", "/Currencies", {"Code": "EUR"}),
            ("PUT", "/TrackingCategories", {"Name": "Team"}),
            ("PUT", f"/TrackingCategories/{ids['category']}/Options", {"Name": "North"}),
            ("PUT", f"/Invoices/{ids['invoice']}/History", {"HistoryRecords": [{"Details": "d"}]}),
        ]
        listed += self._others()
        for kind in ("RECEIVE", "SPEND", "RECEIVE-PREPAYMENT", "SPEND-OVERPAYMENT"):
            body = {**bank, "Type": kind, "LineItems": [line(7, "429", TaxType="NONE")]}
            listed.append(("PUT", "/BankTransactions", {"BankTransactions": [body]}))
        return listed

    def _others(self) -> list[tuple[str, str, Any]]:
        """Good requests of what is seldom used."""
        contact, ids = {"ContactID": self.ids["contact"]}, self.ids
        schedule: dict[str, Any] = {
            "Period": 1,
            "Unit": "MONTHLY",
            "DueDate": 9,
            "DueDateType": "OFCURRENTMONTH",
        }
        template: dict[str, Any] = {"Type": "ACCREC", "Contact": contact, "LineItems": [line(9)]}
        template |= {"Schedule": {**schedule, "StartDate": "2026-05-04"}, "Status": "AUTHORISED"}
        user = {"UserID": ids["user"]}
        receipt: dict[str, Any] = {"Contact": contact, "User": user, "LineItems": [line(9, "429")]}
        claim = {"User": user, "Receipts": [{"ReceiptID": ids["receipt"]}], "Status": "AUTHORISED"}
        link = {"SourceTransactionID": ids["bill"], "SourceLineItemID": ids["bill_line"]}
        service = {"PaymentServiceName": "Pay", "PaymentServiceUrl": "https://pay.example"}
        balances = [{"AccountCode": "090", "Balance": 5}, {"AccountCode": "200", "Balance": -5}]
        setup: dict[str, Any] = {
            "ConversionDate": {"Month": 4, "Year": 2025},
            "ConversionBalances": balances,
        }
        setup["Accounts"] = [{"Code": "200", "Name": "Sales", "Type": "REVENUE"}]
        return [
            ("PUT", "/RepeatingInvoices", {"RepeatingInvoices": [template]}),
            ("PUT", "/Receipts", {"Receipts": [receipt]}),
            ("PUT", "/ExpenseClaims", {"ExpenseClaims": [claim]}),
            ("PUT", "/Employees", {"Employees": [{"FirstName": "Em", "LastName": "Ploy"}]}),
            ("PUT", "/LinkedTransactions", {**link, **contact}),
            ("PUT", "/PaymentServices", {"PaymentServices": [service]}),
            ("POST", "/Setup", setup),
        ]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a body."""
    found = [path]
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in pairs:
            found += places(one, (*path, key))
    return found


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The body with something else in one place."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def assert_sound(direct: Direct, status: int, text: bytes, what: Any) -> None:
    assert status in (200, 204, 400, 404, 405), (what, status, text)
    if status == 400:
        assert json.loads(text)["Type"].endswith("Exception"), what
    assert Ledger(direct.xero.store, direct.tenant).total() == 0, what


def test_every_place_takes_every_odd_value() -> None:
    """Each value of a good body of each resource, replaced by each of many odd ones."""
    direct = Direct()
    for number in range(len(direct.good())):
        direct.ids |= direct.fresh()
        method, path, body = direct.good()[number]
        status, text = direct.send(method, path, json.dumps(body).encode())
        assert status == 200, (method, path, text)
        for place in places(body):
            for odd in ODD:
                sent = json.dumps(changed(body, place, odd)).encode()
                status, text = direct.send(method, path, sent, "summarizeErrors=true")
                assert_sound(direct, status, text, (method, path, place, odd))


PEOPLE: list[tuple[str, dict[str, Any]]] = [
    ("make_due_invoices", {}),
    ("adjust_stock", {"code": "BEANS", "quantity": 3, "value": 10}),
    ("adjust_stock", {"code": "BEANS", "quantity": -2}),
    ("set_lock_dates", {"period": "2026-05-31"}),
    ("set_lock_dates", {"period": None}),
    ("set_budget", {"lines": {"200": {"2026-05": 5}}}),
    ("merge_contacts", {}),
    ("nothing", {}),
]


def act(direct: Direct, asked: tuple[str, dict[str, Any]]) -> None:
    """What a person does, if it can be done."""
    verb, values = asked
    if verb == "nothing":
        return
    if verb == "merge_contacts":
        values = {"id": direct.ids["contact"]}
        act(direct, ("set_lock_dates", {"period": None}))
        direct.ids |= direct.fresh()
        values["into"] = direct.ids["contact"]
    if verb == "adjust_stock" and not direct.xero.books(direct.tenant).found("item.code", "beans"):
        item: dict[str, Any] = {"Code": "BEANS", "InventoryAssetAccountCode": "630"}
        item["PurchaseDetails"] = {"COGSAccountCode": "310"}
        assert direct.send("PUT", "/Items", json.dumps({"Items": [item]}).encode())[0] == 200
    with contextlib.suppress(ValueError), direct.xero.store.transaction():
        direct.xero.act(verb, {"tenant": direct.tenant, **values})
    assert Ledger(direct.xero.store, direct.tenant).total() == 0, asked


@settings(
    max_examples=int(os.environ.get("EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_random_calls_keep_the_book_balanced(data: st.DataObject) -> None:
    """Twenty calls in any order: made, changed by chance, settled, voided, deleted, read."""
    direct = Direct()
    ids: dict[str, list[str]] = {}
    for _ in range(20):
        method, path, body = data.draw(st.sampled_from(direct.good()))
        if data.draw(st.booleans()):
            place = data.draw(st.sampled_from(places(body)))
            body = changed(body, place, data.draw(st.sampled_from(ODD)))
        status, text = direct.send(method, path, json.dumps(body).encode())
        assert_sound(direct, status, text, (method, path, body))
        plural = path.split("/")[1]
        if status == 200:
            for one in json.loads(text).get(plural, []):
                ids.setdefault(plural, []).extend(v for k, v in one.items() if k == id_of(plural))
        act(direct, data.draw(st.sampled_from(PEOPLE)))
        if ids:
            plural = data.draw(st.sampled_from(sorted(ids)))
            if not ids[plural]:
                continue
            id_ = data.draw(st.sampled_from(ids[plural]))
            word = data.draw(st.sampled_from(["VOIDED", "DELETED", "AUTHORISED", "ARCHIVED"]))
            sent = json.dumps(
                {plural: [{"Status": word}]} if plural != "Payments" else {"Status": word}
            )
            status, text = direct.send("POST", f"/{plural}/{id_}", sent.encode())
            assert_sound(direct, status, text, (plural, word))
            assert direct.send("GET", f"/{plural}/{id_}")[0] == 200
    reports = ("TrialBalance", "ProfitAndLoss", "BalanceSheet", "BankSummary", "ExecutiveSummary")
    for report in (*reports, "BudgetSummary", "TrialBalance?paymentsOnly=true"):
        name, _, query = report.partition("?")
        assert direct.send("GET", f"/Reports/{name}", query=query)[0] == 200
    assert direct.xero.limits.running[f"sandbox-client|{direct.tenant}"] == 0


def id_of(plural: str) -> str:
    """The id's name."""
    return f"{plural.removesuffix('s')}ID" if plural != "Currencies" else "Code"


@given(
    path=st.text(max_size=30),
    query=st.text(max_size=60),
    method=st.sampled_from(["GET", "PUT", "DELETE"]),
)
@settings(max_examples=100, deadline=None)
def test_any_address_and_query(path: str, query: str, method: str) -> None:
    direct = DIRECT[0] if DIRECT else Direct()
    DIRECT[:] = [direct]
    for address in (f"/{path}", f"/Invoices/{path}", f"/Contacts/{path}/Attachments/{path}"):
        status, _text = direct.send(
            method, address, b"{}", f"where={query}&order={query}&page={query}"
        )
        assert status in (200, 204, 400, 404, 405)


DIRECT: list[Direct] = []


def test_it_starts_again_where_it_stopped(tmp_path: Path) -> None:
    """The store is a file; another process reads the same organisation."""
    first = Xero(Store(tmp_path / "x.sqlite"), base_url="http://x")
    with first.store.transaction():
        made = first.fill({"country": "US", "name": "Kept"})
    first.store.close()
    again = Xero(Store(tmp_path / "x.sqlite"), base_url="http://x")
    assert again.company_title(made["tenant"]) == "Kept"
    again.store.close()
