"""What documents do to balances, to each other and to the book, over plain HTTP."""

from decimal import Decimal
from typing import Any

import pytest
import requests

from tests.sandbox.quickbooks.helping import Books, books, pay
from tests.sandbox.running import Running


def test_payments_bump_what_they_settle(us: Books) -> None:
    """Balance, links and SyncToken of the invoice; the rest of a payment stays unapplied."""
    invoice = us.invoice(100)
    payment = pay(us, 130, ("Invoice", invoice["Id"], 130))
    assert (payment["UnappliedAmt"], payment["Line"][0]["Amount"]) == (30, 100)
    found = us.get("Invoice", invoice["Id"])
    assert (found["Balance"], found["SyncToken"]) == (0, "1")
    assert found["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert us.get("Customer", us.customer()["value"])["Balance"] == -30
    assert us.book() == {
        "Accounts Receivable (A/R)": -30,
        "Undeposited Funds": 130,
        "Sales of Product Income": -100,
    }


def test_a_voided_invoice_lets_its_payments_go(us: Books) -> None:
    """The payment stays, unapplied; so when the invoice is deleted."""
    for operation in ("void", "delete"):
        invoice = us.invoice(100)
        payment = pay(us, 100, ("Invoice", invoice["Id"], 100))
        token = us.get("Invoice", invoice["Id"])["SyncToken"]
        body = {"Id": invoice["Id"], "SyncToken": token}
        us.post("Invoice", body, operation=operation)
        found = us.get("Payment", payment["Id"])
        assert (found["UnappliedAmt"], found["Line"]) == (100, [])
    assert us.book() == {"Accounts Receivable (A/R)": -200, "Undeposited Funds": 200}


def test_a_smaller_invoice_frees_part_of_its_payment(us: Books) -> None:
    """An edit below what is paid."""
    invoice = us.invoice(100)
    payment = pay(us, 100, ("Invoice", invoice["Id"], 100))
    line = us.line("Canvas Bag", 1, 60)
    body = {"Id": invoice["Id"], "SyncToken": "1", "sparse": True, "Line": [line]}
    assert us.post("Invoice", body)["Balance"] == 0
    assert us.get("Payment", payment["Id"])["UnappliedAmt"] == 40


def test_credit_is_used_by_a_payment_of_nothing(us: Books) -> None:
    """An invoice and a credit memo in one payment; deleting it opens both again."""
    invoice = us.invoice(100)
    line = us.line("Canvas Bag", 1, 40)
    credit = us.post("CreditMemo", {"CustomerRef": us.customer(), "Line": [line]})
    links = (("Invoice", invoice["Id"], 40), ("CreditMemo", credit["Id"], 40))
    payment = pay(us, 0, *links)
    assert us.get("Invoice", invoice["Id"])["Balance"] == 60
    assert us.get("CreditMemo", credit["Id"])["RemainingCredit"] == 0
    us.post("Payment", {"Id": payment["Id"], "SyncToken": "0"}, operation="delete")
    assert us.get("Invoice", invoice["Id"])["Balance"] == 100
    assert us.get("CreditMemo", credit["Id"])["RemainingCredit"] == 40


def test_automatic_application_overpays(us: Books) -> None:
    """Undone, voided and exported anew, an invoice is paid by the old payment by itself."""
    us.act("set_preferences", preferences={"SalesFormsPrefs.AutoApplyPayments": True})
    first = us.invoice(100)
    pay(us, 100, ("Invoice", first["Id"], 100))
    us.post("Invoice", {"Id": first["Id"], "SyncToken": "1"}, operation="void")
    second = us.invoice(100)
    assert (second["Balance"], second["SyncToken"]) == (0, "1")
    third = pay(us, 100, ("Invoice", second["Id"], 100))
    assert third["UnappliedAmt"] == 100
    us.act("set_preferences", preferences={"SalesFormsPrefs.AutoApplyCredit": True})
    open_ = us.post(
        "CreditMemo", {"CustomerRef": us.customer(), "Line": [us.line("Tin Mug", 1, 5)]}
    )
    assert us.invoice(3)["Balance"] == 0
    assert us.get("CreditMemo", open_["Id"])["RemainingCredit"] == 5
    us.book()


def test_a_deposited_payment_does_not_change(us: Books) -> None:
    """6540 until the deposit is gone."""
    payment = pay(us, 50)
    deposit = us.act("make_deposit", payments=[payment["Id"]])
    assert us.book()["Checking"] == 50
    body = {"Id": payment["Id"], "SyncToken": "0"}
    assert us.refused("Payment", body, operation="delete") == "6540"
    us.post("Deposit", {"Id": deposit["Id"], "SyncToken": "0"}, operation="delete")
    us.post("Payment", body, operation="delete")
    assert us.book() == {}


def test_bills_close_their_orders(us: Books) -> None:
    """By lines; and the order is open again without the bill."""
    detail = {"ItemRef": {"value": us.made["items"]["Tin Mug"]}, "Qty": 4, "UnitPrice": 5}
    line = {"Amount": 20, "DetailType": "ItemBasedExpenseLineDetail"}
    line["ItemBasedExpenseLineDetail"] = detail
    payable = us.account("Accounts Payable (A/P)")
    order = us.post(
        "PurchaseOrder", {"VendorRef": us.vendor(), "APAccountRef": payable, "Line": [line]}
    )
    link = {"TxnId": order["Id"], "TxnType": "PurchaseOrder", "TxnLineId": order["Line"][0]["Id"]}
    body = {"VendorRef": us.vendor(), "Line": [{**line, "LinkedTxn": [link]}]}
    bill = us.post("Bill", body)
    assert bill["LinkedTxn"] == [{"TxnId": order["Id"], "TxnType": "PurchaseOrder"}]
    assert us.get("PurchaseOrder", order["Id"])["POStatus"] == "Closed"
    us.post("Bill", {"Id": bill["Id"], "SyncToken": "0"}, operation="delete")
    assert us.get("PurchaseOrder", order["Id"])["POStatus"] == "Open"
    del link["TxnLineId"]
    assert us.refused("Bill", body) == "2020"


def test_full_and_sparse_updates(us: Books) -> None:
    """A full one forgets what is left out; a sparse one keeps it."""
    invoice = us.invoice(10, PrivateNote="Note", CustomerMemo={"value": "Memo"})
    body = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "New"}
    sparse = us.post("Invoice", body)
    assert (sparse["CustomerMemo"], sparse["TotalAmt"]) == ({"value": "Memo"}, 10)
    assert us.refused("Invoice", body) == "5010"
    full = {"Id": invoice["Id"], "SyncToken": "1", "CustomerRef": us.customer()}
    full["Line"] = [{**us.line("Tin Mug", 1, 7), "Id": "1"}, us.line("Tin Mug", 2, 7)]
    after = us.post("Invoice", full)
    assert "PrivateNote" not in after and "CustomerMemo" not in after
    assert [one.get("Id") for one in after["Line"]] == ["1", "2", None]
    assert after["Line"][-1] == {
        "Amount": 21,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }


def test_inventory_posts_what_goods_cost(us: Books) -> None:
    """Refused while tracking is off; then each sale posts its cost, beside anyone's journal."""
    item = {"Name": "Anchor", "Type": "Inventory", "TrackQtyOnHand": True, "QtyOnHand": 10}
    item |= {"InvStartDate": "2026-01-01", "PurchaseCost": 4, "UnitPrice": 9}
    for name, account in (
        ("AssetAccountRef", "Inventory Asset"),
        ("IncomeAccountRef", "Sales of Product Income"),
        ("ExpenseAccountRef", "Cost of Goods Sold"),
    ):
        item[name] = us.account(account)
    assert us.refused("Item", item) == "6000"
    us.act("track_inventory", on=True)
    made = us.post("Item", item)
    us.made["items"]["Anchor"] = made["Id"]
    us.act("track_inventory", on=False)
    invoice = us.post("Invoice", {"CustomerRef": us.customer(), "Line": [us.line("Anchor", 3, 9)]})
    book = us.book()
    assert [book["Cost of Goods Sold"], book["Inventory Asset"]] == [12, 28]
    assert us.get("Item", made["Id"])["QtyOnHand"] == 7
    us.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")
    assert us.get("Item", made["Id"])["QtyOnHand"] == 10
    assert us.book()["Inventory Asset"] == 40
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "TrackQtyOnHand": False}
    assert us.refused("Item", body) == "6000"


def test_numbers(us: Books) -> None:
    """Duplicates are refused naming the other; automatic numbers where the preference is off."""
    first = us.invoice(DocNumber="N-1")
    body = {"CustomerRef": us.customer(), "Line": [us.line("Tin Mug", 1, 1)], "DocNumber": "N-1"}
    answer = us.ask("POST", "invoice", body)
    detail = answer.json()["Fault"]["Error"][0]["Detail"]
    assert detail.endswith(f"DocNumber=N-1 is assigned to TxnType=Invoice with TxnId={first['Id']}")
    assert us.post("Invoice", body, include="allowduplicatedocnum")["DocNumber"] == "N-1"
    assert "DocNumber" not in us.invoice()
    us.act("set_preferences", preferences={"SalesFormsPrefs.CustomTxnNumbers": False})
    assert us.invoice()["DocNumber"] == "1001"
    us.bill(DocNumber="B")
    us.bill(DocNumber="B")
    us.act("set_preferences", other={"WarnDuplicateBillNumber": "true"})
    detail = {"AccountRef": us.account("Purchases")}
    line = {"Amount": 1, "DetailType": "AccountBasedExpenseLineDetail"}
    line["AccountBasedExpenseLineDetail"] = detail
    bill = {"VendorRef": us.vendor(), "Line": [line], "DocNumber": "B"}
    assert us.refused("Bill", bill) == "6140"


def test_names(us: Books) -> None:
    """One name for customers, vendors and employees; items have their own; no colons."""
    assert us.refused("Vendor", {"DisplayName": " lighthouse  CAFE "}) == "6240"
    assert us.refused("Customer", {"DisplayName": "A:B"}) == "6000"
    assert us.refused("Customer", {"Notes": "x"}) == "6080"
    us.act("make_inactive", entity="Customer", id=us.customer()["value"])
    gone = us.get("Customer", us.customer()["value"])
    assert (gone["DisplayName"], gone["Active"]) == ("Lighthouse Cafe (deleted)", False)
    assert len(us.query("SELECT * FROM Customer")["Customer"]) == 1
    assert len(us.query("SELECT * FROM Customer WHERE Active IN (true, false)")["Customer"]) == 2
    us.post("Vendor", {"DisplayName": "Lighthouse Cafe"})
    body = {"CustomerRef": us.customer(), "Line": [us.line("Tin Mug", 1, 1)]}
    assert us.refused("Invoice", body) == "610"
    body["CustomerRef"] = {"value": "999"}
    assert us.refused("Invoice", body) == "2500"


def test_closed_books(us: Books) -> None:
    """6210 for what is dated there, new or old."""
    invoice = us.invoice(TxnDate="2026-01-15")
    us.act("close_books", date="2026-01-31")
    body = {"Id": invoice["Id"], "SyncToken": "0"}
    assert us.refused("Invoice", body, operation="void") == "6210"
    assert us.refused("Invoice", {**body, "sparse": True, "TxnDate": "2026-03-01"}) == "6210"
    prefs = us.ask("GET", "preferences").json()["Preferences"]
    assert prefs["AccountingInfoPrefs"]["BookCloseDate"] == "2026-01-31"
    us.act("close_books")
    assert us.post("Invoice", body, operation="void")["TotalAmt"] == 0


def test_plans_and_subscription(server: Running) -> None:
    """5020 for what the plan lacks; 6190 when it has ended."""
    made = books(server, plan="Essentials")
    assert made.refused("Class", {"Name": "Shop"}) == "5020"
    made.act("set_subscription", status="ended")
    assert made.refused("Customer", {"DisplayName": "A"}) == "6190"
    made.act("set_subscription", status="active", plan="Plus")
    assert made.post("Class", {"Name": "Shop"})["FullyQualifiedName"] == "Shop"


def test_classes_where_they_are_tracked(us: Books) -> None:
    """Kept on lines or on the document as the preferences say, else left out."""
    shop = {"value": us.post("Class", {"Name": "Shop"})["Id"]}
    line = us.line("Tin Mug", 1, 1)
    line["SalesItemLineDetail"]["ClassRef"] = shop
    body = {"CustomerRef": us.customer(), "Line": [line], "ClassRef": shop}
    plain = us.post("Invoice", body)
    assert "ClassRef" not in plain
    assert "ClassRef" not in plain["Line"][0]["SalesItemLineDetail"]
    us.act("set_preferences", preferences={"AccountingInfoPrefs.ClassTrackingPerTxnLine": True})
    tracked = us.post("Invoice", body)
    assert tracked["Line"][0]["SalesItemLineDetail"]["ClassRef"]["name"] == "Shop"
    assert "ClassRef" not in tracked


def test_automated_sales_tax(us: Books) -> None:
    """By the place it is shipped to; a total that is sent is honoured unless the switch says."""
    body = {"CustomerRef": us.customer(), "Line": [us.line("Canvas Bag", 1, 100, "TAX")]}
    assert us.post("Invoice", body)["TotalAmt"] == 108
    body["ShipAddr"] = {"CountrySubDivisionCode": "NY"}
    made = us.post("Invoice", body)
    assert (made["TxnTaxDetail"]["TotalTax"], made["TotalAmt"]) == (
        Decimal("8.88"),
        Decimal("108.88"),
    )
    body["TxnTaxDetail"] = {"TotalTax": 5}
    assert us.post("Invoice", body)["TotalAmt"] == 105
    us.running.control("switches", {"automated_tax_override": "zero"})
    assert us.post("Invoice", body)["TotalAmt"] == 100
    us.running.control("switches", {"automated_tax_override": "honoured"})
    body["Line"] = [us.line("Canvas Bag", 1, 100, "5")]
    assert us.refused("Invoice", body) == "6100"
    us.book()


def test_sales_tax_the_older_way(server: Running) -> None:
    """By the code that the document names; a sum that is sent is taken; none without sales tax."""
    made = books(server, automated_tax=False)
    line = made.line("Canvas Bag", 1, 100, "TAX")
    body: dict[str, Any] = {"CustomerRef": made.customer(), "Line": [line]}
    assert made.post("Invoice", body)["TotalAmt"] == 100
    code = {"TxnTaxCodeRef": {"value": made.made["tax_codes"]["Tucson"]}}
    invoice = made.post("Invoice", {**body, "TxnTaxDetail": code})
    assert [one["Amount"] for one in invoice["TxnTaxDetail"]["TaxLine"]] == [Decimal("7.10"), 2]
    own = {**code, "TotalTax": 9}
    assert made.post("Invoice", {**body, "TxnTaxDetail": own})["TotalAmt"] == 109
    discount = {"Amount": 10, "DetailType": "DiscountLineDetail"}
    discount["DiscountLineDetail"] = {"PercentBased": False}
    body |= {"Line": [line, discount], "ApplyTaxAfterDiscount": True, "TxnTaxDetail": code}
    assert made.post("Invoice", body)["TotalAmt"] == Decimal("98.19")
    made.act("set_preferences", preferences={"TaxPrefs.UsingSalesTax": False})
    assert made.post("Invoice", body)["TotalAmt"] == 90
    made.book()


@pytest.mark.parametrize(
    ("country", "code", "total"),
    [("AU", "GST", "110.00"), ("GB", "20.0% S", "120.00"), ("CA", "GST/QST QC - 9.975", "114.98")],
)
def test_tax_codes_elsewhere(server: Running, country: str, code: str, total: str) -> None:
    """On each line; without and with tax included; sums that are sent override."""
    made = books(server, country=country)
    tax = made.made["tax_codes"][code]
    body = {"CustomerRef": made.customer(), "Line": [made.line("Canvas Bag", 1, 100, tax)]}
    invoice = made.post("Invoice", body)
    assert invoice["TotalAmt"] == Decimal(total)
    assert sum(one["Amount"] for one in invoice["TxnTaxDetail"]["TaxLine"]) == Decimal(total) - 100
    inclusive = made.post("Invoice", {**body, "GlobalTaxCalculation": "TaxInclusive"})
    detail = inclusive["Line"][0]["SalesItemLineDetail"]
    assert (inclusive["TotalAmt"], detail["TaxInclusiveAmt"]) == (100, 100)
    assert inclusive["Line"][0]["Amount"] < 100
    rate = invoice["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["TaxRateRef"]
    line = {"Amount": 7, "DetailType": "TaxLineDetail"}
    line["TaxLineDetail"] = {"TaxRateRef": rate, "PercentBased": False, "NetAmountTaxable": 100}
    own = {"TotalTax": 7, "TaxLine": [line]}
    assert made.post("Invoice", {**body, "TxnTaxDetail": own})["TotalAmt"] == 107
    body["Line"] = [made.line("Canvas Bag", 1, 100)]
    assert made.refused("Invoice", body) == "2500"
    made.running.control("switches", {"tax_cents_off": 1})
    body["Line"] = [made.line("Canvas Bag", 1, 100, tax)]
    assert made.post("Invoice", body)["TotalAmt"] == Decimal(total) + Decimal("0.01")
    made.running.control("switches", {"tax_cents_off": 0})
    made.book()


def test_a_foreign_invoice_and_its_gain(server: Running) -> None:
    """Home amounts; what the rate changed until the payment is in Exchange Gain or Loss."""
    made = books(server, currencies=["EUR"])
    euro = {"value": "EUR"}
    customer = made.post("Customer", {"DisplayName": "Quai", "CurrencyRef": euro})
    ref = {"value": customer["Id"]}
    line = made.line("Canvas Bag", 1, 100)
    assert made.refused("Invoice", {"CustomerRef": ref, "Line": [line]}) == "2020"
    body = {"CustomerRef": ref, "Line": [line], "CurrencyRef": euro, "ExchangeRate": "1.1"}
    invoice = made.post("Invoice", body)
    assert (invoice["HomeTotalAmt"], invoice["TotalAmt"]) == (110, 100)
    link = {"Amount": 100, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    payment = {"CustomerRef": ref, "TotalAmt": 100, "CurrencyRef": euro, "ExchangeRate": "1.2"}
    made.post("Payment", {**payment, "Line": [link]})
    assert made.book() == {
        "Undeposited Funds": 120,
        "Sales of Product Income": -110,
        "Exchange Gain or Loss": -10,
    }


def test_journals_are_checked(us: Books) -> None:
    """Balanced; receivables need a customer; then they are a balance to be paid."""

    def line(side: str, account: str, amount: Any, customer: bool = False) -> Any:
        detail = {"PostingType": side, "AccountRef": us.account(account)}
        if customer:
            detail["Entity"] = {"Type": "Customer", "EntityRef": us.customer()}
        made = {"Amount": amount, "DetailType": "JournalEntryLineDetail"}
        return {**made, "JournalEntryLineDetail": detail}

    receivable = "Accounts Receivable (A/R)"
    assert us.refused("JournalEntry", {"Line": [line("Debit", "Checking", 5)]}) == "6000"
    sides = [line("Debit", receivable, 5), line("Credit", "Services", 5)]
    assert us.refused("JournalEntry", {"Line": sides}) == "6000"
    sides[0] = line("Debit", receivable, 5, customer=True)
    journal = us.post("JournalEntry", {"Line": sides})
    assert us.get("Customer", us.customer()["value"])["Balance"] == 5
    assert pay(us, 5, ("JournalEntry", journal["Id"], 5))["UnappliedAmt"] == 0
    assert us.get("Customer", us.customer()["value"])["Balance"] == 0


def test_reports_come_from_the_book(us: Books) -> None:
    """They agree with each other after sales, costs and money."""
    us.invoice(100, TxnDate="2025-06-01")
    us.invoice(50, TxnDate="2026-02-01")
    us.act("pay_bill", bill=us.bill(60, TxnDate="2026-02-02")["Id"])
    trial = us.report("TrialBalance", end_date="2099-12-31")["Rows"]["Row"][-1]
    assert [one["value"] for one in trial["Summary"]["ColData"]] == [
        "TOTAL",
        "150.00",
        "150.00",
    ] or (trial["Summary"]["ColData"][1]["value"] == trial["Summary"]["ColData"][2]["value"])
    period = {"start_date": "2026-01-01", "end_date": "2026-12-31"}
    profit = us.report("ProfitAndLoss", **period)["Rows"]["Row"]
    assert profit[-1]["Summary"]["ColData"][1]["value"] == "-10.00"
    assets, other = us.report("BalanceSheet", **period)["Rows"]["Row"]
    totals = [one["Summary"]["ColData"][1]["value"] for one in (assets, other)]
    assert totals[0] == totals[1] == "90.00"
    ledger = us.report("GeneralLedger", **period)["Rows"]["Row"]
    checking = next(one for one in ledger if one["Header"]["ColData"][0]["value"] == "Checking")
    assert checking["Rows"]["Row"][0]["ColData"][3]["value"] == "-60.00"
    page = requests.get(f"{us.running.url}/_company/{us.realm}", timeout=30).text
    assert "Trial balance" in page and "Lighthouse Cafe" in page


def test_what_a_person_does(us: Books) -> None:
    """Edit, receive, credit, rename, delete."""
    invoice = us.invoice(100)
    us.act("edit_document", entity="Invoice", id=invoice["Id"], changes={"PrivateNote": "Seen"})
    us.act("receive_payment", invoice=invoice["Id"], amount=60)
    line = us.line("Tin Mug", 1, 40)
    credit = us.post("CreditMemo", {"CustomerRef": us.customer(), "Line": [line]})
    us.act("apply_credit", credit_memo=credit["Id"], invoice=invoice["Id"])
    found = us.get("Invoice", invoice["Id"])
    assert (found["Balance"], found["PrivateNote"], found["SyncToken"]) == (0, "Seen", "3")
    us.act("rename", entity="Item", id=us.made["items"]["Tin Mug"], name="Mug")
    us.act("rename", entity="Customer", id=us.customer()["value"], name="Lighthouse Bar")
    assert us.get("Invoice", invoice["Id"])["CustomerRef"]["name"] == "Lighthouse Bar"
    us.act("delete", entity="Invoice", id=invoice["Id"])
    assert us.refused("Invoice", {"Id": invoice["Id"], "SyncToken": "4"}) == "610"
    with pytest.raises(AssertionError, match="610"):
        us.act("void", entity="Invoice", id=invoice["Id"])
    us.book()
