"""What a sync engine leans on: unknown outcomes, clashes, stale copies, links, closed books."""

from decimal import Decimal
from typing import Any

import pytest
import requests

from tests.sandbox.quickbooks.helping import Books, books, pay, sale, service
from tests.sandbox.running import Running

RECEIVABLE, PAYABLE = "Accounts Receivable (A/R)", "Accounts Payable (A/P)"


def cut(made: Books, when: str, path: str) -> None:
    """The next request there loses its connection."""
    made.running.control("faults", {"match": {"path": path}, "drop": when})


def error(made: Books, entity: str, body: Any, **params: str) -> Any:
    answer = made.ask("POST", entity.lower(), body, params=params)
    assert answer.status_code == 400, answer.text
    return answer.json()["Fault"]["Error"][0]


def journal_line(made: Books, side: str, account: str, amount: Any, who: Any = None) -> Any:
    detail: dict[str, Any] = {"PostingType": side, "AccountRef": made.account(account)}
    if who:
        detail["Entity"] = {"Type": who[0], "EntityRef": who[1]}
    line = {"Amount": amount, "DetailType": "JournalEntryLineDetail"}
    return {**line, "JournalEntryLineDetail": detail}


# --- Unknown outcomes ----------------------------------------------------------------------------
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_and_the_same_requestid(us: Books, when: str) -> None:
    """Cut before or after it was committed: asked again, there is one document."""
    body = sale(us, DocNumber="LOST")
    cut(us, when, "/invoice$")
    with pytest.raises(requests.ConnectionError):
        us.post("Invoice", body, requestid="r-1")
    us.running.control("faults", None, "DELETE")
    there = us.query("SELECT * FROM Invoice").get("Invoice", [])
    assert len(there) == (when == "after")
    made = us.post("Invoice", body, requestid="r-1")
    assert [one["Id"] for one in us.query("SELECT * FROM Invoice")["Invoice"]] == [made["Id"]]
    assert us.book()[RECEIVABLE] == 100
    assert us.post("Invoice", body, requestid="r-1") == made


def test_a_lost_answer_without_requestid_is_found_by_number(us: Books) -> None:
    """6140 names the document, which is ours."""
    cut(us, "after", "/invoice$")
    with pytest.raises(requests.ConnectionError):
        us.post("Invoice", sale(us, DocNumber="N-7"))
    us.running.control("faults", None, "DELETE")
    said = error(us, "Invoice", sale(us, DocNumber="N-7"))
    there = us.query("SELECT * FROM Invoice WHERE DocNumber = 'N-7'")["Invoice"]
    assert (said["code"], said["Message"]) == ("6140", "Duplicate Document Number Error")
    assert said["Detail"].endswith(
        f"DocNumber=N-7 is assigned to TxnType=Invoice with TxnId={there[0]['Id']}"
    )
    assert len(there) == 1


def test_a_lost_batch_and_the_same_requestid(us: Books) -> None:
    """The whole batch is answered as it was, refused items too, and nothing is made twice."""
    items = [
        {"bId": "1", "operation": "create", "Invoice": sale(us, DocNumber="B-1")},
        {"bId": "2", "operation": "create", "Customer": {"DisplayName": "Lighthouse Cafe"}},
    ]
    cut(us, "after", "/batch$")
    params = {"requestid": "batch-1"}
    with pytest.raises(requests.ConnectionError):
        us.ask("POST", "batch", {"BatchItemRequest": items}, params=params)
    us.running.control("faults", None, "DELETE")
    said = us.ask("POST", "batch", {"BatchItemRequest": items}, params=params).json()
    first, second = said["BatchItemResponse"]
    assert (first["Invoice"]["DocNumber"], second["Fault"]["Error"][0]["code"]) == ("B-1", "6240")
    assert us.query("SELECT count(*) FROM Invoice") == {"totalCount": 1}
    items[0]["bId"] = "x" * 11
    answer = us.ask("POST", "batch", {"BatchItemRequest": items}, params={"requestid": "batch-2"})
    assert answer.json()["Fault"]["Error"][0]["code"] == "2050"
    answer = us.ask("POST", "batch", {"BatchItemRequest": items}, params={"requestid": "b" * 37})
    assert answer.json()["Fault"]["Error"][0]["code"] == "2050"


def test_a_lost_payment_void_and_delete(us: Books) -> None:
    """Money is not moved twice, and what is gone is not gone twice, with the same requestid."""
    invoice = us.invoice(100)
    link = {"Amount": 40, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    body: Any = {"CustomerRef": us.customer(), "TotalAmt": 40, "Line": [link]}
    cut(us, "after", "/payment$")
    with pytest.raises(requests.ConnectionError):
        us.post("Payment", body, requestid="p")
    us.running.control("faults", None, "DELETE")
    payment = us.post("Payment", body, requestid="p")
    assert us.get("Invoice", invoice["Id"])["Balance"] == 60
    void = {"Id": payment["Id"], "SyncToken": payment["SyncToken"], "sparse": True}
    options = {"operation": "update", "include": "void", "requestid": "v"}
    first = us.post("Payment", void, **options)
    assert us.post("Payment", void, **options) == first
    assert us.refused("Payment", void, operation="update", include="void") == "5010"
    assert us.get("Invoice", invoice["Id"])["Balance"] == 100
    token = us.get("Invoice", invoice["Id"])["SyncToken"]
    gone = {"Id": invoice["Id"], "SyncToken": token}
    first = us.post("Invoice", gone, operation="delete", requestid="d")
    assert us.post("Invoice", gone, operation="delete", requestid="d") == first
    assert us.refused("Invoice", gone, operation="delete") == "610"


def test_requestid_and_what_was_refused(us: Books) -> None:
    """A refusal is not kept, unless the switch says that it is."""
    body = {"DisplayName": "Lighthouse Cafe"}
    assert us.refused("Customer", body, requestid="f") == "6240"
    assert us.post("Customer", {"DisplayName": "Pier"}, requestid="f")["DisplayName"] == "Pier"
    us.running.control("switches", {"requestid_failures": True})
    assert us.refused("Customer", body, requestid="g") == "6240"
    assert us.refused("Customer", {"DisplayName": "Mole"}, requestid="g") == "6240"
    us.running.control("switches", {"requestid_failures": False})
    assert us.query("SELECT * FROM Customer WHERE DisplayName = 'Mole'") == {}


def test_requestids_are_of_one_company(server: Running, us: Books) -> None:
    """Another company's same token makes its own."""
    other = books(server)
    first = us.post("Customer", {"DisplayName": "Here"}, requestid="same")
    second = other.post("Customer", {"DisplayName": "There"}, requestid="same")
    assert (first["DisplayName"], second["DisplayName"]) == ("Here", "There")


# --- Stale copies and clashes --------------------------------------------------------------------
def test_a_payment_makes_our_copy_of_the_invoice_stale(us: Books) -> None:
    """5010 until it is read again; a change of the customer does not touch it."""
    invoice = us.invoice(100)
    us.act("rename", entity="Customer", id=us.customer()["value"], name="Lighthouse Bar")
    body = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "a"}
    assert us.post("Invoice", body)["SyncToken"] == "1"
    payment = pay(us, 30, ("Invoice", invoice["Id"], 30))
    assert us.refused("Invoice", {**body, "SyncToken": "1"}) == "5010"
    changed = us.post("Invoice", {**body, "SyncToken": "2"})
    assert (changed["Balance"], changed["SyncToken"]) == (70, "3")
    assert changed["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]


def test_an_invoice_sent_back_as_it_was_read_is_the_same(us: Books) -> None:
    """Read, sent whole: total, tax, balance and links stay; read-only parts are ignored."""
    made = us.post("Invoice", sale(us, 100, "TAX", CustomerMemo={"value": "m"}))
    pay(us, 50, ("Invoice", made["Id"], 50))
    read = us.get("Invoice", made["Id"])
    again = us.post("Invoice", read)
    for one in (read, again):
        del one["SyncToken"], one["MetaData"]
    assert again == read
    assert (again["TotalAmt"], again["Balance"]) == (108, 58)


@pytest.mark.parametrize(
    ("entity", "name"), [("Customer", "Tin Works"), ("Vendor", "Ada"), ("Employee", "tin works")]
)
def test_one_name_for_all_parties(us: Books, entity: str, name: str) -> None:
    """Made or renamed to another party's name: 6240; its own name in other capitals is fine."""
    us.post("Employee", {"DisplayName": "Ada"})
    assert us.refused(entity, {"DisplayName": name}) == "6240"
    made = us.post(entity, {"DisplayName": "Someone"})
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "DisplayName": name}
    assert us.refused(entity, body) == "6240"
    assert us.get(entity, made["Id"])["DisplayName"] == "Someone"
    assert us.post(entity, {**body, "DisplayName": "SOMEONE"})["DisplayName"] == "SOMEONE"


def test_names_that_differ_in_capitals(us: Books) -> None:
    """The same, unless the switch says that they are not."""
    assert us.refused("Item", {**service(us), "Name": "canvas bag"}) == "6240"
    us.running.control("switches", {"names_fold_case": False})
    assert us.post("Item", {**service(us), "Name": "canvas bag"})["Name"] == "canvas bag"
    assert us.refused("Item", {**service(us), "Name": "canvas bag"}) == "6240"
    us.running.control("switches", {"names_fold_case": True})


def test_long_names_and_colons(us: Books) -> None:
    """A hundred characters are taken and found; one more is 2050; a colon is refused."""
    name = "Rope " + "x" * 95
    made = us.post("Item", {**service(us), "Name": name})
    assert us.query(f"SELECT * FROM Item WHERE Name = '{name}'")["Item"][0]["Id"] == made["Id"]
    said = error(us, "Item", {**service(us), "Name": name + "y"})
    assert (said["code"], said["Detail"]) == ("2050", "Length of the field exceeds 100 chars")
    for entity, body in (
        ("Item", {**service(us), "Name": "A:B"}),
        ("Item", {**service(us), "Name": "A\tB"}),
        ("Account", {"Name": "A:B", "AccountType": "Expense"}),
        ("Account", {"Name": 'A"B', "AccountType": "Expense"}),
        ("Class", {"Name": "A:B"}),
        ("Vendor", {"DisplayName": "A:B"}),
    ):
        assert us.refused(entity, body) == "6000", entity
    category = us.post("Item", {"Name": "Deck", "Type": "Category"})
    inside = {**service(us), "Name": "Canvas Bag", "SubItem": True}
    inside["ParentRef"] = {"value": category["Id"]}
    assert us.post("Item", inside)["FullyQualifiedName"] == "Deck:Canvas Bag"
    assert us.refused("Item", inside) == "6240"
    for length, entity in ((500, "Customer"), (500, "Vendor")):
        assert len(us.post(entity, {"DisplayName": entity[0] * length})["DisplayName"]) == length
        assert us.refused(entity, {"DisplayName": entity[0] * (length + 1)}) == "2050"


def test_numbers_are_kept_as_warnings_say(us: Books) -> None:
    """Journals and orders with the same number: 6140 only where the company warns."""
    sides = [journal_line(us, "Debit", "Checking", 5), journal_line(us, "Credit", "Services", 5)]
    journal = {"DocNumber": "COGS-1", "Line": sides}
    first = us.post("JournalEntry", journal)
    us.post("JournalEntry", journal)
    us.act("set_preferences", other={"WarnDuplicateJournalNumber": "true"})
    said = error(us, "JournalEntry", journal)
    assert said["code"] == "6140"
    assert f"TxnType=JournalEntry with TxnId={first['Id']}" in said["Detail"]
    us.post("JournalEntry", journal, include="allowduplicatedocnum")
    assert "DocNumber" not in us.post("JournalEntry", {"Line": sides})
    automatic = us.post("JournalEntry", {"Line": sides}, include="allowautodocnum")
    assert automatic["DocNumber"] == "1001"
    assert us.refused("Invoice", sale(us, DocNumber="9" * 22)) == "2050"
    assert us.post("Invoice", sale(us, DocNumber="9" * 21))["DocNumber"] == "9" * 21


def test_preferences_are_read_and_written(us: Books) -> None:
    """With their SyncToken; what is read-only stays; automatic application may be hidden."""
    read = us.ask("GET", "preferences").json()["Preferences"]
    assert read["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    assert read["ProductAndServicesPrefs"]["QuantityOnHand"] is False
    assert read["TaxPrefs"] == {"UsingSalesTax": True, "PartnerTaxEnabled": True}
    assert read["CurrencyPrefs"] == {
        "MultiCurrencyEnabled": False,
        "HomeCurrency": {"value": "USD"},
    }
    read["SalesFormsPrefs"] |= {"AllowShipping": False, "AutoApplyPayments": True}
    written = us.post("Preferences", read)
    assert written["SalesFormsPrefs"]["AllowShipping"] is False
    assert written["SalesFormsPrefs"]["AutoApplyPayments"] is False
    assert us.refused("Preferences", read) == "5010"
    us.running.control("switches", {"auto_apply_shown": False})
    assert (
        "AutoApplyPayments"
        not in us.query("SELECT * FROM Preferences")["Preferences"][0]["SalesFormsPrefs"]
    )
    us.running.control("switches", {"auto_apply_shown": True})


# --- Voids, credits and refunds ------------------------------------------------------------------
@pytest.mark.parametrize("operation", ["void", "delete"])
def test_a_paid_invoice_goes_and_comes_back(us: Books, operation: str) -> None:
    """Its payment is left unapplied and is applied by hand to what takes its place."""
    invoice = us.invoice(100, DocNumber="A-1")
    payment = pay(us, 100, ("Invoice", invoice["Id"], 100))
    gone = us.post("Invoice", {"Id": invoice["Id"], "SyncToken": "1"}, operation=operation)
    if operation == "void":
        assert (gone["TotalAmt"], gone["Balance"], gone["PrivateNote"]) == (0, 0, "Voided")
        assert (gone["DocNumber"], gone.get("LinkedTxn")) == ("A-1", None)
        assert [one["Amount"] for one in gone["Line"]] == [0, 0]
        assert us.refused("Invoice", sale(us, DocNumber="A-1")) == "6140"
    freed = us.get("Payment", payment["Id"])
    assert (freed["UnappliedAmt"], freed["Line"], freed["SyncToken"]) == (100, [], "1")
    again = us.invoice(100, DocNumber="A-2")
    line = {"Amount": 100, "LinkedTxn": [{"TxnId": again["Id"], "TxnType": "Invoice"}]}
    assert us.post("Payment", {**freed, "Line": [line]})["UnappliedAmt"] == 0
    assert us.get("Invoice", again["Id"])["Balance"] == 0
    assert us.book() == {"Undeposited Funds": 100, "Sales of Product Income": -100}


def test_each_entity_is_voided_as_documented(us: Books) -> None:
    """The other way is refused, unless the switch takes both; the rest have no void at all."""
    invoice, payment = us.invoice(10), pay(us, 10)
    ids = {"Invoice": invoice["Id"], "Payment": payment["Id"]}
    body = {name: {"Id": id_, "SyncToken": "0", "sparse": True} for name, id_ in ids.items()}
    assert us.refused("Invoice", body["Invoice"], include="void") == "500"
    assert us.refused("Payment", body["Payment"], operation="void") == "500"
    us.running.control("switches", {"void_address": "either"})
    assert us.post("Payment", body["Payment"], operation="void")["TotalAmt"] == 0
    us.running.control("switches", {"void_address": "documented"})
    assert us.post("Invoice", body["Invoice"], operation="void")["TotalAmt"] == 0
    credit = us.post("CreditMemo", sale(us, 5))
    receipt = us.post("RefundReceipt", sale(us, 5, DepositToAccountRef=us.account("Checking")))
    for entity, made in (("CreditMemo", credit), ("RefundReceipt", receipt)):
        void = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
        assert us.refused(entity, void, operation="void") == "500"
        assert us.refused(entity, void, operation="update", include="void") == "500"


def test_a_void_that_is_sent_twice(us: Books) -> None:
    """With the new SyncToken it is taken and changes nothing more; the note is kept once."""
    invoice = us.invoice(10, PrivateNote="SO-1")
    for token in ("0", "1"):
        body = {"Id": invoice["Id"], "SyncToken": token}
        assert us.post("Invoice", body, operation="void")["PrivateNote"] == "Voided - SO-1"
    assert us.book() == {}


def test_a_credit_memo_and_a_refund_receipt(us: Books) -> None:
    """500 with 100 refunded: 400 are a credit, 100 leave the bank; tax is split alike."""
    credit = us.post("CreditMemo", sale(us, 400, "TAX"))
    assert (credit["TotalAmt"], credit["Balance"], credit["RemainingCredit"]) == (432, 432, 432)
    refund = us.post(
        "RefundReceipt", sale(us, 100, "TAX", DepositToAccountRef=us.account("Checking"))
    )
    assert (refund["TotalAmt"], refund["Balance"]) == (108, 0)
    assert us.get("Customer", us.customer()["value"])["Balance"] == -432
    assert us.book() == {
        RECEIVABLE: -432,
        "Checking": -108,
        "Sales of Product Income": 500,
        "Board of Equalization Payable": 40,
    }
    invoice = us.invoice(432)
    links = (("Invoice", invoice["Id"], 432), ("CreditMemo", credit["Id"], 432))
    pay(us, 0, *links)
    smaller = {"Id": credit["Id"], "SyncToken": "1", "sparse": True}
    smaller["Line"] = [us.line("Canvas Bag", 1, 300, "TAX")]
    changed = us.post("CreditMemo", smaller)
    assert (changed["TotalAmt"], changed["RemainingCredit"]) == (324, 0)
    assert us.get("Invoice", invoice["Id"])["Balance"] == 108
    body = {"Id": credit["Id"], "SyncToken": changed["SyncToken"]}
    us.post("CreditMemo", body, operation="delete")
    assert us.get("Invoice", invoice["Id"])["Balance"] == 432
    bad = sale(us, 5, DepositToAccountRef=us.account("Services"))
    assert us.refused("RefundReceipt", bad) == "6000"
    assert us.refused("RefundReceipt", sale(us, 5)) == "2020"


# --- Journals ------------------------------------------------------------------------------------
def test_journals_with_customers_and_vendors(us: Books) -> None:
    """A/R wants a customer and A/P a vendor; the balance is theirs, and can be paid."""
    vendor, customer = ("Vendor", us.vendor()), ("Customer", us.customer())
    for account, wrong in ((RECEIVABLE, vendor), (PAYABLE, customer), (PAYABLE, None)):
        lines = [journal_line(us, "Credit", account, 7, wrong)]
        lines.append(journal_line(us, "Debit", "Services", 7))
        said = error(us, "JournalEntry", {"Line": lines})
        party = "customer" if account == RECEIVABLE else "vendor"
        assert (said["code"], f"choose a {party}" in said["Detail"]) == ("6000", True)
    lines = [journal_line(us, "Credit", PAYABLE, 7, vendor)]
    lines.append(journal_line(us, "Debit", "Services", 7, customer))
    journal = us.post("JournalEntry", {"Line": lines})
    entity = journal["Line"][0]["JournalEntryLineDetail"]["Entity"]
    assert entity == {"Type": "Vendor", "EntityRef": {**us.vendor(), "name": "Tin Works"}}
    assert us.get("Vendor", us.vendor()["value"])["Balance"] == 7
    link = {"Amount": 7, "LinkedTxn": [{"TxnId": journal["Id"], "TxnType": "JournalEntry"}]}
    check = {"PayType": "Check", "CheckPayment": {"BankAccountRef": us.account("Checking")}}
    body = {"VendorRef": us.vendor(), "TotalAmt": 7, "Line": [link], **check}
    us.post("BillPayment", body)
    assert us.get("Vendor", us.vendor()["value"])["Balance"] == 0
    both = [journal_line(us, "Debit", RECEIVABLE, 7, customer)]
    both.append(journal_line(us, "Credit", PAYABLE, 7, vendor))
    assert us.refused("JournalEntry", {"Line": both}) == "6000"
    us.running.control("switches", {"one_party_line": False})
    us.post("JournalEntry", {"Line": both})
    us.running.control("switches", {"one_party_line": True})
    assert us.get("Customer", us.customer()["value"])["Balance"] == 7
    assert us.get("Vendor", us.vendor()["value"])["Balance"] == 7
    assert us.book() == {RECEIVABLE: 7, PAYABLE: -7, "Services": 7, "Checking": -7}


# --- Closed books --------------------------------------------------------------------------------
def test_what_closed_books_refuse(us: Books) -> None:
    """Whatever is dated there; a later payment of what is closed is taken."""
    invoice = us.invoice(100, TxnDate="2026-01-31")
    early = pay(us, 5, TxnDate="2026-01-15")
    us.act("close_books", date="2026-01-31")
    assert us.refused("Invoice", sale(us, TxnDate="2026-01-31")) == "6210"
    assert us.post("Invoice", sale(us, TxnDate="2026-02-01"))["TotalAmt"] == 100
    body = {"Id": invoice["Id"], "SyncToken": "0"}
    assert us.refused("Invoice", body, operation="delete") == "6210"
    assert (
        us.refused("Payment", {"Id": early["Id"], "SyncToken": "0"}, operation="delete") == "6210"
    )
    late = pay(us, 100, ("Invoice", invoice["Id"], 100), TxnDate="2026-02-02")
    assert us.get("Invoice", invoice["Id"])["Balance"] == 0
    us.post("Payment", {"Id": late["Id"], "SyncToken": "0"}, operation="delete")
    assert us.get("Invoice", invoice["Id"])["Balance"] == 100
    moved = {"Id": invoice["Id"], "SyncToken": "2", "sparse": True, "TxnDate": "2026-03-01"}
    assert us.refused("Invoice", moved) == "6210"
    items = [{"bId": "1", "operation": "create", "Invoice": sale(us, TxnDate="2026-01-02")}]
    said = us.ask("POST", "batch", {"BatchItemRequest": items}).json()["BatchItemResponse"]
    assert said[0]["Fault"]["Error"][0]["code"] == "6210"
    us.running.control("switches", {"close_date_shown": False})
    prefs = us.ask("GET", "preferences").json()["Preferences"]
    assert "BookCloseDate" not in prefs["AccountingInfoPrefs"]
    us.running.control("switches", {"close_date_shown": True})


# --- Tax that is sent ----------------------------------------------------------------------------
def test_a_tax_total_under_automated_sales_tax(us: Books) -> None:
    """Honoured, worked out anew, or nothing, by the switch; sent back as read it is no override."""
    body = sale(us, 100, "TAX", TxnTaxDetail={"TotalTax": "7.99"})
    totals = {}
    for how in ("honoured", "recomputed", "zero"):
        us.running.control("switches", {"automated_tax_override": how})
        totals[how] = us.post("Invoice", body)["TotalAmt"]
    us.running.control("switches", {"automated_tax_override": "honoured"})
    assert totals == {"honoured": Decimal("107.99"), "recomputed": 108, "zero": 100}
    made = us.post("Invoice", sale(us, 100, "TAX"))
    made["Line"] = [us.line("Canvas Bag", 1, 50, "TAX")]
    changed = us.post("Invoice", made)
    assert (changed["TotalAmt"], changed["TxnTaxDetail"]["TotalTax"]) == (54, 4)
    us.book()


@pytest.mark.parametrize(
    ("country", "code", "sums"),
    [
        ("AU", "GST", ("9.99", "109.99", "100.90")),
        ("GB", "20.0% S", ("19.98", "119.98", "103.31")),
    ],
)
def test_a_tax_line_in_australia_and_britain(
    server: Running, country: str, code: str, sums: tuple[str, str, str]
) -> None:
    """Lines of tax override what the rate gives; a bare total does not."""
    given, total, inclusive = sums
    made = books(server, country=country)
    tax = made.made["tax_codes"][code]
    plain = made.post("Invoice", sale(made, 100, tax))
    rate = plain["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["TaxRateRef"]
    detail = {"TaxRateRef": rate, "PercentBased": False, "NetAmountTaxable": 100}
    line = {"Amount": given, "DetailType": "TaxLineDetail", "TaxLineDetail": detail}
    own = {"TotalTax": given, "TaxLine": [line]}
    invoice = made.post("Invoice", sale(made, 100, tax, TxnTaxDetail=own))
    assert (invoice["TotalAmt"], invoice["TxnTaxDetail"]["TotalTax"]) == (
        Decimal(total),
        Decimal(given),
    )
    bare = made.post("Invoice", sale(made, 100, tax, TxnTaxDetail={"TotalTax": given}))
    assert bare["TotalAmt"] == plain["TotalAmt"]
    more = {"TxnTaxDetail": own, "GlobalTaxCalculation": "TaxInclusive"}
    assert made.post("Invoice", sale(made, 100, tax, **more))["TotalAmt"] == Decimal(inclusive)
    kept = made.get("Invoice", invoice["Id"])
    assert made.post("Invoice", kept)["TotalAmt"] == Decimal(total), "an override stays one"
    for entity in ("CreditMemo", "SalesReceipt"):
        assert made.post(entity, sale(made, 100, tax, TxnTaxDetail=own))["TotalAmt"] == Decimal(
            total
        )
    made.book()
