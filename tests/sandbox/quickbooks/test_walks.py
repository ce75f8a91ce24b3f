"""Random sequences of calls: whatever is done in whatever order, the books balance."""

import copy
import random
from decimal import Decimal
from typing import Any

import simplejson
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.common.http import Answer
from sandbox.common.ledger import Ledger
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.fields import DOCUMENTS, PURCHASES, SALES
from sandbox.quickbooks.parties import BY_LINE, shares
from tests.sandbox.quickbooks.direct import SLOW, Direct

STEPS: tuple[str, ...] = (
    "create",
    "update",
    "update",
    "delete",
    "void",
    "pay",
    "pay",
    "credit",
    "deposit",
    "prefs",
)
STEPS += ("owe", "owe", "pay")
RECEIVABLE, PAYABLE = "Accounts Receivable (A/R)", "Accounts Payable (A/P)"
WAITING = ("Payment", "SalesReceipt", "RefundReceipt", "Transfer", "JournalEntry")
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
        elif step == "owe":
            kind, body = self.owing()
        elif step in ("update", "delete", "void"):
            if not self.ids:
                return
            kind, id_ = self.chance.choice(self.ids)
            body = self.change(kind, id_, step)
            void = "operation=void" if kind == "Invoice" else "include=void"
            query = {"update": "", "delete": "operation=delete", "void": void}[step]
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
        if kind == "RefundReceipt" and self.chance.random() < 0.5:
            body["DepositToAccountRef"] = {"value": self.made.accounts["Undeposited Funds"]}
        if kind in ("Payment", "BillPayment"):
            body["Line"] = []
        return body

    def owing(self) -> tuple[str, Any]:
        """A journal, an expense or a deposit with a line on receivables or payables."""
        sales = self.chance.random() < 0.5
        party = {"value": (self.made.customers if sales else self.made.vendors)[0]}
        kind = "Customer" if sales else "Vendor"
        account = {"value": self.made.accounts[RECEIVABLE if sales else PAYABLE]}
        checking, amount = {"value": self.made.accounts["Checking"]}, self.chance.randint(1, 40)
        which = self.chance.choice(["JournalEntry", "JournalEntry", "Purchase", "Deposit"])
        body: Any = {"CurrencyRef": {"value": self.currency}}
        if which == "JournalEntry":
            sides = ["Debit", "Credit"]
            self.chance.shuffle(sides)
            entity = {"Type": kind, "EntityRef": party}
            funds = {"value": self.made.accounts["Undeposited Funds"]}
            details = ({"AccountRef": account, "Entity": entity}, {"AccountRef": funds})
            lines: list[Any] = [
                {"JournalEntryLineDetail": {**detail, "PostingType": side}}
                for side, detail in zip(sides, details, strict=True)
            ]
            for one in lines:
                one |= {"Amount": amount, "DetailType": "JournalEntryLineDetail"}
            return which, self.rate({**body, "Line": lines})
        line: Any = {"Amount": amount}
        if which == "Purchase":
            line["DetailType"] = "AccountBasedExpenseLineDetail"
            line["AccountBasedExpenseLineDetail"] = {"AccountRef": account}
            body |= {"AccountRef": checking, "PaymentType": "Cash", "Line": [line]}
            body["Credit"] = self.chance.random() < 0.3
            return which, self.rate({**body, "EntityRef": {**party, "type": kind}})
        line["DetailType"] = "DepositLineDetail"
        line["DepositLineDetail"] = {"AccountRef": account, "Entity": {**party, "type": kind}}
        return which, self.rate({**body, "DepositToAccountRef": checking, "Line": [line]})

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
        if kind in BY_LINE and self.chance.random() < 0.7:
            lines = [line for line in copy.deepcopy(record.body["Line"]) if "DetailType" in line]
            amount = self.chance.randint(1, 40)
            return body | {"Line": [{**line, "Amount": amount} for line in lines]}
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
        kinds: tuple[str, ...] = ("Bill", "Bill", "VendorCredit", "JournalEntry", "Deposit")
        if step == "deposit":
            kinds = WAITING
        elif sales:
            kinds = ("Invoice", "JournalEntry", "Purchase")
            kinds += ("CreditMemo",) if step == "credit" else ()
        found = [one for one in self.ids if one[0] in kinds]
        chosen = self.chance.sample(found, min(len(found), self.chance.randint(1, 3)))
        amount = self.chance.randint(0, 40)
        lines = []
        for kind, id_ in chosen:
            record = self.made.sandbox.store.get(self.made.realm, kind, id_)
            assert record is not None
            part = self.waiting(kind, record.body) if step == "deposit" else amount
            named = "Expense" if kind == "Purchase" else kind
            lines.append({"Amount": part, "LinkedTxn": [{"TxnId": id_, "TxnType": named}]})
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

    def waiting(self, kind: str, body: Any) -> Decimal:
        """What a document has in undeposited funds."""
        funds = self.made.accounts["Undeposited Funds"]
        if kind == "JournalEntry":
            details = [
                (line["JournalEntryLineDetail"], Decimal(line["Amount"])) for line in body["Line"]
            ]
            return sum(
                (
                    amount if detail["PostingType"] == "Debit" else -amount
                    for detail, amount in details
                    if detail["AccountRef"]["value"] == funds
                ),
                Decimal(0),
            )
        if body.get("DepositToAccountRef", {}).get("value") != funds:
            return Decimal(0)
        return Decimal(body["TotalAmt"]) * (-1 if kind == "RefundReceipt" else 1)

    def shares(self, party: str) -> Decimal:
        """What journals, expenses and deposits have open of customers or of vendors."""
        store, realm = self.made.sandbox.store, self.made.realm
        company = Company(self.made.sandbox, realm, self.made.sandbox.clock.now())
        total = Decimal(0)
        for kind in BY_LINE:
            for record in store.records(realm, kind):
                for of, _id, amount in shares(company, kind, record.body):
                    if of == party:
                        settled = sum(record.body.get("_applied", {}).values(), Decimal(0))
                        assert settled <= abs(amount)
                        total += amount - settled * (1 if amount >= 0 else -1)
        return total

    def open_balances(self) -> None:
        """Receivables and payables are what documents have open, and what parties owe."""
        store, realm = self.made.sandbox.store, self.made.realm

        def total(kind: str, name: str) -> Decimal:
            found = store.records(realm, kind)
            return sum((Decimal(one.body.get(name, 0)) for one in found), Decimal(0))

        book = Ledger(store, realm).balances()
        receivable = total("Invoice", "Balance") - total("CreditMemo", "RemainingCredit")
        receivable -= total("Payment", "UnappliedAmt")
        owed = book.get(self.made.accounts[RECEIVABLE], Decimal(0))
        assert owed == receivable + self.shares("Customer") == total("Customer", "Balance")
        owing = -book.get(self.made.accounts[PAYABLE], Decimal(0))
        payable = total("Bill", "Balance") - total("VendorCredit", "Balance")
        assert owing == payable + self.shares("Vendor") == total("Vendor", "Balance")
        funds = book.get(self.made.accounts["Undeposited Funds"], Decimal(0))
        assert funds == sum(
            self.waiting(kind, record.body)
            for kind in WAITING
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
