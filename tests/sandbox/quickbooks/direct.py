"""The sandbox without a socket, and a good body of each kind to send to it."""

from decimal import Decimal
from typing import Any

import simplejson
from hypothesis import HealthCheck

from sandbox.common.faults import Fault
from sandbox.common.http import Answer, Call
from sandbox.common.ledger import Ledger
from sandbox.common.server import Application
from sandbox.common.store import Store
from sandbox.quickbooks.app import QuickBooks

SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


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
        self.bundle = self._bundle()

    def _bundle(self) -> str:
        """An item of type Group; its id."""
        parts = [{"ItemRef": {"value": one}, "Qty": 2} for one in self.items.values()]
        body = {"Name": "B", "Type": "Group", "ItemGroupDetail": {"ItemGroupLine": parts}}
        values = {"realm": self.realm, "entity": "Item", "body": body}
        with self.sandbox.store.transaction():
            return str(self.sandbox.act("create", values)["Id"])

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
        pays = {"Amount": 5, "LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}]}
        bills = {"Amount": 5, "LinkedTxn": [{"TxnId": "2", "TxnType": "Bill"}]}
        deposited = {"Amount": 4, "DetailType": "DepositLineDetail"}
        deposited["DepositLineDetail"] = {"AccountRef": {"value": self.accounts["Services"]}}
        payable = {"AccountRef": {"value": self.accounts["Accounts Payable (A/P)"]}}
        back = {"Amount": 4, "DetailType": "DepositLineDetail"}
        vendor_of = {"value": self.vendors[0], "type": "Vendor"}
        back["DepositLineDetail"] = {**payable, "Entity": vendor_of}
        bundle: dict[str, Any] = {"DetailType": "GroupLineDetail"}
        bundle["GroupLineDetail"] = {"GroupItemRef": {"value": self.bundle}, "Quantity": 2}
        if self.made["tax_codes"].get("TAX"):
            bundle["GroupLineDetail"]["Line"] = [sale_line]
        check = {"PayType": "Check", "CheckPayment": {"BankAccountRef": checking}}
        savings = {"value": self.accounts["Savings"]}
        return {
            "Invoice": {**sale, "DocNumber": "X-1", "SalesTermRef": {"value": "1"}},
            "Bill": bought,
            "SalesReceipt": {**sale, "Line": [sale_line, bundle]},
            "CreditMemo": sale,
            "RefundReceipt": {**sale, "DepositToAccountRef": checking},
            "Estimate": sale,
            "VendorCredit": bought,
            "Purchase": {
                "Line": bought["Line"],
                "AccountRef": checking,
                "PaymentType": "Cash",
                "EntityRef": vendor_of,
            },
            "PurchaseOrder": {
                **bought,
                "APAccountRef": {"value": self.accounts["Accounts Payable (A/P)"]},
            },
            "Payment": {**customer, "TotalAmt": 12, "Line": [pays]},
            "BillPayment": {**vendor, **check, "TotalAmt": 5, "Line": [bills]},
            "JournalEntry": {"Line": self.journal_lines()},
            "Transfer": {"FromAccountRef": checking, "ToAccountRef": savings, "Amount": 3},
            "Deposit": {"DepositToAccountRef": checking, "Line": [deposited, back]},
        }

    def journal_lines(self) -> list[Any]:
        """Five, from one account to another."""
        journal = []
        for side, name in (("Debit", "Checking"), ("Credit", "Services")):
            detail = {"PostingType": side, "AccountRef": {"value": self.accounts[name]}}
            line = {"Amount": 5, "DetailType": "JournalEntryLineDetail"}
            journal.append({**line, "JournalEntryLineDetail": detail})
        return journal

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
