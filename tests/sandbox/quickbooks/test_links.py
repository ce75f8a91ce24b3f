"""What may be linked to what: payments, credits, deposits, estimates; and what comes of it."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.quickbooks.helping import Books, pay

RECEIVABLE, PAYABLE = "Accounts Receivable (A/R)", "Accounts Payable (A/P)"


def pay_bills(made: Books, amount: Any, *links: tuple[str, str, Any], **more: Any) -> Any:
    lines = [
        {"Amount": part, "LinkedTxn": [{"TxnId": id_, "TxnType": kind}]}
        for kind, id_, part in links
    ]
    body = {"VendorRef": made.vendor(), "PayType": "Check", "TotalAmt": amount, "Line": lines}
    body["CheckPayment"] = {"BankAccountRef": made.account("Checking")}
    return made.post("BillPayment", {**body, **more})


def expense(made: Books, account: str, amount: Any, **more: Any) -> Any:
    """Money that leaves Checking for an account, with a payee."""
    line = {"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail"}
    line["AccountBasedExpenseLineDetail"] = {"AccountRef": made.account(account)}
    body = {"AccountRef": made.account("Checking"), "PaymentType": "Cash", "Line": [line]}
    return {**body, **more}


def deposit_line(made: Books, account: str, amount: Any, entity: Any = None) -> Any:
    detail = {"AccountRef": made.account(account)}
    if entity:
        detail["Entity"] = entity
    return {"Amount": amount, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}


def deposited(kind: str, id_: str, amount: Any) -> Any:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": id_, "TxnType": kind, "TxnLineId": "0"}]}


def journal(made: Books, *sides: tuple[str, str, Any, Any]) -> Any:
    lines = []
    for side, account, amount, entity in sides:
        detail: dict[str, Any] = {"PostingType": side, "AccountRef": made.account(account)}
        if entity:
            detail["Entity"] = {"Type": entity[0], "EntityRef": entity[1]}
        line = {"Amount": amount, "DetailType": "JournalEntryLineDetail"}
        lines.append({**line, "JournalEntryLineDetail": detail})
    return made.post("JournalEntry", {"Line": lines})


def balance(made: Books, kind: str) -> Decimal:
    ref = made.customer() if kind == "Customer" else made.vendor()
    return Decimal(made.get(kind, ref["value"])["Balance"])


# --- Bills ---------------------------------------------------------------------------------------
def test_an_overpaid_bill_leaves_a_credit_of_the_vendor(us: Books) -> None:
    """Its amount follows the payment; it pays another bill; it goes with the payment."""
    bill = us.bill(60)
    payment = pay_bills(us, 100, ("Bill", bill["Id"], 100))
    assert payment["Line"][0]["Amount"] == 60
    credit = us.query("SELECT * FROM VendorCredit")["VendorCredit"][0]
    assert (credit["TotalAmt"], credit["Balance"], credit["VendorRef"]["value"]) == (
        40,
        40,
        us.vendor()["value"],
    )
    assert us.book() == {PAYABLE: 40, "Checking": -100, "Purchases": 60}
    assert balance(us, "Vendor") == -40
    second = us.bill(50)
    pay_bills(us, 0, ("Bill", second["Id"], 30), ("VendorCredit", credit["Id"], 30))
    assert us.get("Bill", second["Id"])["Balance"] == 20
    assert us.get("VendorCredit", credit["Id"])["Balance"] == 10
    smaller = {**payment, "TotalAmt": 80}
    changed = us.post("BillPayment", smaller)
    left = us.get("VendorCredit", credit["Id"])
    assert (left["TotalAmt"], left["Balance"]) == (20, 0)
    assert us.get("Bill", second["Id"])["Balance"] == 30, "what the smaller credit no longer pays"
    body = {"Id": changed["Id"], "SyncToken": changed["SyncToken"], "sparse": True}
    us.post("BillPayment", body, operation="update", include="void")
    assert us.query("SELECT * FROM VendorCredit") == {}
    assert us.get("Bill", bill["Id"])["Balance"] == 60
    assert us.get("Bill", second["Id"])["Balance"] == 50
    assert us.book() == {PAYABLE: -110, "Purchases": 110}
    assert balance(us, "Vendor") == 110


def test_a_deleted_bill_leaves_its_payment_as_a_credit(us: Books) -> None:
    """The money is gone, so the vendor owes it."""
    bill = us.bill(60)
    pay_bills(us, 60, ("Bill", bill["Id"], 60))
    us.post("Bill", {"Id": bill["Id"], "SyncToken": "1"}, operation="delete")
    assert us.query("SELECT * FROM VendorCredit")["VendorCredit"][0]["Balance"] == 60
    assert us.book() == {PAYABLE: 60, "Checking": -60}


def test_overpaying_by_the_switch(us: Books) -> None:
    """Kept by the payment without a document of its own, or refused."""
    us.running.control("switches", {"overpaid_bill": "kept"})
    bill = us.bill(60)
    pay_bills(us, 70, ("Bill", bill["Id"], 60))
    assert us.query("SELECT * FROM VendorCredit") == {}
    us.running.control("switches", {"overpaid_bill": "refuse"})
    body = {"VendorRef": us.vendor(), "PayType": "Check", "TotalAmt": 5, "Line": []}
    body["CheckPayment"] = {"BankAccountRef": us.account("Checking")}
    assert us.refused("BillPayment", body) == "6000"
    us.running.control("switches", {"overpaid_bill": "credit"})
    assert balance(us, "Vendor") == -10


def test_a_credit_that_goes_opens_the_bill(us: Books) -> None:
    """A payment of nothing cannot go on paying without its credit."""
    bill = us.bill(60)
    line = bill["Line"][0]
    credit = us.post("VendorCredit", {"VendorRef": us.vendor(), "Line": [line]})
    payment = pay_bills(us, 0, ("Bill", bill["Id"], 60), ("VendorCredit", credit["Id"], 60))
    assert us.get("Bill", bill["Id"])["Balance"] == 0
    us.post("VendorCredit", {"Id": credit["Id"], "SyncToken": "1"}, operation="delete")
    assert us.get("Bill", bill["Id"])["Balance"] == 60
    assert us.get("BillPayment", payment["Id"])["Line"] == []
    assert us.query("SELECT * FROM VendorCredit") == {}
    assert us.book() == {PAYABLE: -60, "Purchases": 60}


def test_money_back_from_a_vendor(us: Books) -> None:
    """A deposit on payables, and the credit that it pays back, linked by a payment of nothing."""
    credit = us.post("VendorCredit", {"VendorRef": us.vendor(), "Line": us.bill(30)["Line"]})
    vendor = {**us.vendor(), "type": "Vendor"}
    line = deposit_line(us, PAYABLE, 30, vendor)
    body = {"DepositToAccountRef": us.account("Checking"), "Line": [line]}
    deposit = us.post("Deposit", body)
    assert deposit["Line"][0]["DepositLineDetail"]["Entity"] == {**vendor, "name": "Tin Works"}
    assert balance(us, "Vendor") == 30
    pay_bills(us, 0, ("Deposit", deposit["Id"], 30), ("VendorCredit", credit["Id"], 30))
    assert us.get("VendorCredit", credit["Id"])["Balance"] == 0
    body["Line"] = [deposit_line(us, PAYABLE, 30)]
    assert us.refused("Deposit", body) == "6000"
    us.post("Deposit", {"Id": deposit["Id"], "SyncToken": "1"}, operation="delete")
    assert us.get("VendorCredit", credit["Id"])["Balance"] == 30
    us.book()


# --- Payments ------------------------------------------------------------------------------------
def test_money_back_to_a_customer(us: Books) -> None:
    """An expense on receivables uses up what the customer had paid too much."""
    payment = pay(us, 25)
    customer = {**us.customer(), "type": "Customer"}
    body = expense(us, RECEIVABLE, 25, EntityRef=customer)
    assert us.refused("Purchase", expense(us, RECEIVABLE, 25)) == "6000"
    made = us.post("Purchase", body)
    assert made["EntityRef"] == {**customer, "name": "Lighthouse Cafe"}
    assert balance(us, "Customer") == 0
    link = {"Amount": 25, "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "Expense"}]}
    applied = us.post("Payment", {**payment, "Line": [link]})
    assert (applied["UnappliedAmt"], applied["Line"][0]["LinkedTxn"][0]["TxnType"]) == (
        0,
        "Expense",
    )
    us.post("Purchase", {"Id": made["Id"], "SyncToken": "1"}, operation="delete")
    assert us.get("Payment", payment["Id"])["UnappliedAmt"] == 25
    assert us.book() == {RECEIVABLE: -25, "Undeposited Funds": 25}


@pytest.mark.parametrize("kind", ["Bill", "Purchase", "Check", "CreditCardCredit", "Estimate"])
def test_what_a_payment_cannot_settle(us: Books, kind: str) -> None:
    """620; also what is another customer's."""
    link = [{"Amount": 1, "LinkedTxn": [{"TxnId": "1", "TxnType": kind}]}]
    body = {"CustomerRef": us.customer(), "TotalAmt": 1, "Line": link}
    assert us.refused("Payment", body) == "620"
    invoice = us.invoice(1)
    link[0]["LinkedTxn"] = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    body["CustomerRef"] = us.customer("Northern Pier Shop")
    assert us.refused("Payment", body) == "620"


def test_a_journal_that_is_a_credit(us: Books) -> None:
    """It pays an invoice with a payment of nothing; an edit lets go what it no longer covers."""
    customer = ("Customer", us.customer())
    credit = journal(us, ("Credit", RECEIVABLE, 30, customer), ("Debit", "Services", 30, None))
    assert balance(us, "Customer") == -30
    invoice = us.invoice(100)
    payment = pay(us, 0, ("Invoice", invoice["Id"], 30), ("JournalEntry", credit["Id"], 30))
    assert us.get("Invoice", invoice["Id"])["Balance"] == 70
    lines = [{**line, "Amount": 10} for line in credit["Line"]]
    us.post("JournalEntry", {"Id": credit["Id"], "SyncToken": "1", "Line": lines})
    assert us.get("Invoice", invoice["Id"])["Balance"] == 90
    us.post("JournalEntry", {"Id": credit["Id"], "SyncToken": "2"}, operation="delete")
    found = us.get("Payment", payment["Id"])
    assert (found["Line"], found["UnappliedAmt"]) == ([], 0)
    assert us.get("Invoice", invoice["Id"])["Balance"] == 100
    assert us.book() == {RECEIVABLE: 100, "Sales of Product Income": -100}


def test_a_journal_of_two_customers(us: Books) -> None:
    """Each pays a part; neither can pay the other's."""
    us.running.control("switches", {"one_party_line": False})
    first, second = us.customer(), us.customer("Northern Pier Shop")
    made = journal(
        us,
        ("Debit", RECEIVABLE, 10, ("Customer", first)),
        ("Debit", RECEIVABLE, 20, ("Customer", second)),
        ("Credit", "Services", 30, None),
    )
    us.running.control("switches", {"one_party_line": True})
    assert pay(us, 30, ("JournalEntry", made["Id"], 30))["UnappliedAmt"] == 20
    other = pay(us, 30, ("JournalEntry", made["Id"], 30), CustomerRef=second)
    assert other["UnappliedAmt"] == 10
    assert us.get("Customer", second["value"])["Balance"] == -10


# --- Deposits ------------------------------------------------------------------------------------
def test_a_deposit_of_all_that_waits(us: Books) -> None:
    """Payments, receipts, transfers, journals; a refund takes from it; each whole and once."""
    funds = us.account("Undeposited Funds")
    sale = {"CustomerRef": us.customer(), "Line": [us.line("Tin Mug", 1, 20)]}
    savings = us.account("Savings")
    waiting = (
        ("Payment", pay(us, 50), 50),
        ("SalesReceipt", us.post("SalesReceipt", sale), 20),
        ("RefundReceipt", us.post("RefundReceipt", {**sale, "DepositToAccountRef": funds}), -20),
        (
            "Transfer",
            us.post("Transfer", {"FromAccountRef": savings, "ToAccountRef": funds, "Amount": 7}),
            7,
        ),
        (
            "JournalEntry",
            journal(us, ("Debit", "Undeposited Funds", 3, None), ("Credit", "Services", 3, None)),
            3,
        ),
    )
    body: Any = {"DepositToAccountRef": us.account("Checking")}
    for kind, one, amount in waiting:
        wrong = {**body, "Line": [deposited(kind, one["Id"], amount + 1)]}
        wrong["Line"].append(deposit_line(us, "Services", 100))
        assert us.refused("Deposit", wrong) == "620", kind
    body["Line"] = [deposited(kind, one["Id"], amount) for kind, one, amount in waiting]
    deposit = us.post("Deposit", body)
    assert deposit["TotalAmt"] == 60
    assert us.refused("Deposit", body) == "620"
    for kind, one, _amount in waiting:
        gone = {"Id": one["Id"], "SyncToken": "0"}
        assert us.refused(kind, gone, operation="delete") == "6540", kind
    book = us.book()
    assert book["Checking"] == 60
    assert "Undeposited Funds" not in book
    us.post("Deposit", {"Id": deposit["Id"], "SyncToken": "0"}, operation="delete")
    for kind, one, _amount in waiting:
        us.post(kind, {"Id": one["Id"], "SyncToken": "0"}, operation="delete")
    assert us.book() == {}


def test_where_money_may_go(us: Books) -> None:
    """Banks, current assets and credit cards take money; refunds come from the first two."""
    sale = {"CustomerRef": us.customer(), "Line": [us.line("Tin Mug", 1, 20)]}
    for account, takes, refunds in (
        ("Checking", True, True),
        ("Undeposited Funds", True, True),
        ("Visa", True, False),
        ("Services", False, False),
        ("Customer Credits", False, False),
        (RECEIVABLE, False, False),
    ):
        more = {"DepositToAccountRef": us.account(account)}
        money = {"CustomerRef": us.customer(), "TotalAmt": 1, **more}
        for entity, body, taken in (
            ("Payment", money, takes),
            ("SalesReceipt", {**sale, **more}, takes),
            ("RefundReceipt", {**sale, **more}, refunds),
        ):
            answer = us.ask("POST", entity.lower(), body)
            assert (answer.status_code == 200) is taken, (account, entity)


# --- Estimates -----------------------------------------------------------------------------------
def test_an_estimate_becomes_an_invoice(us: Books) -> None:
    """Closed while it has one; open as it was when the invoice goes; one estimate an invoice."""
    sale = {"CustomerRef": us.customer(), "Line": [us.line("Tin Mug", 2, 20)]}
    estimate = us.post("Estimate", {**sale, "TxnStatus": "Accepted"})
    link = {"TxnId": estimate["Id"], "TxnType": "Estimate"}
    invoice = us.post("Invoice", {**sale, "LinkedTxn": [link]})
    assert invoice["LinkedTxn"] == [link]
    closed = us.get("Estimate", estimate["Id"])
    assert (closed["TxnStatus"], closed["SyncToken"]) == ("Closed", "1")
    assert closed["LinkedTxn"] == [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    paid = pay(us, 40, ("Invoice", invoice["Id"], 40))
    both = us.get("Invoice", invoice["Id"])["LinkedTxn"]
    assert both == [link, {"TxnId": paid["Id"], "TxnType": "Payment"}]
    assert us.book() == {"Undeposited Funds": 40, "Sales of Product Income": -40}
    other = us.post("Estimate", sale)
    two = [link, {"TxnId": other["Id"], "TxnType": "Estimate"}]
    assert us.refused("Invoice", {**sale, "LinkedTxn": two}) == "620"
    stranger = {**sale, "CustomerRef": us.customer("Northern Pier Shop"), "LinkedTxn": [link]}
    assert us.refused("Invoice", stranger) == "620"
    us.post("Invoice", {"Id": invoice["Id"], "SyncToken": "1"}, operation="delete")
    again = us.get("Estimate", estimate["Id"])
    assert (again["TxnStatus"], again.get("LinkedTxn", [])) == ("Accepted", [])
