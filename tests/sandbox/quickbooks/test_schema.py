"""Every entity as it is answered, against the recorded schema; recorded objects sent back in."""

import copy
from typing import Any

from sandbox.quickbooks.fields import ACCOUNT_TYPES, ENUMS, FIELDS
from tests.sandbox.quickbooks.helping import Books, books, data
from tests.sandbox.quickbooks.schema import interfaces
from tests.sandbox.running import Running

SAMPLES = "samples/fyle_sdk_sandbox_objects.json"


def expense(made: Books) -> Any:
    line = {"Amount": 9, "DetailType": "AccountBasedExpenseLineDetail"}
    detail = {"AccountRef": made.account("Purchases")}
    if made.made["tax_codes"].get("GST"):
        detail["TaxCodeRef"] = {"value": made.made["tax_codes"]["GST"]}
    return {**line, "AccountBasedExpenseLineDetail": detail}


def make_all(made: Books, tax: str) -> None:
    """One of each kind of document; `Books` checks each answer."""
    customer, vendor = {"CustomerRef": made.customer()}, {"VendorRef": made.vendor()}
    checking = made.account("Checking" if "Checking" in made.made["accounts"] else "Cheque Account")
    line = made.line("Canvas Bag", 2, 10, tax)
    discount = {"PercentBased": True, "DiscountPercent": 10}
    lines = [line, {"DetailType": "DiscountLineDetail", "DiscountLineDetail": discount}]
    sale = {**customer, "Line": lines, "BillEmail": {"Address": "a@b.example"}}
    for entity in ("Invoice", "SalesReceipt", "CreditMemo", "Estimate"):
        made.post(entity, sale)
    made.post("RefundReceipt", {**sale, "DepositToAccountRef": checking})
    bill = made.post("Bill", {**vendor, "Line": [expense(made)]})
    made.post("VendorCredit", {**vendor, "Line": [expense(made)]})
    payable = made.account("Accounts Payable (A/P)")
    made.post("PurchaseOrder", {**vendor, "Line": [expense(made)], "APAccountRef": payable})
    made.post("Purchase", {"AccountRef": checking, "PaymentType": "Cash", "Line": [expense(made)]})
    made.act("pay_bill", bill=bill["Id"])
    made.act("make_deposit", payments=[made.post("Payment", {**customer, "TotalAmt": 5})["Id"]])
    made.post(
        "Transfer",
        {"FromAccountRef": checking, "ToAccountRef": made.account("Savings"), "Amount": 5},
    )
    sides = [("Debit", "Savings"), ("Credit", "Services")]
    journal = [
        {
            "Amount": 5,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": made.account(name)},
        }
        for side, name in sides
    ]
    made.post("JournalEntry", {"Line": journal})


def read_all(made: Books) -> None:
    for entity in FIELDS:
        if entity in interfaces() and "Detail" not in entity and entity != "LinkedTxn":
            made.query(f"SELECT * FROM {entity}")
    made.query("SELECT * FROM CompanyCurrency")
    made.query("SELECT * FROM ExchangeRate")
    made.book()


def test_answers_have_known_fields_of_the_right_kinds(server: Running) -> None:
    """In the United States, and in Australia with a foreign currency."""
    us = books(server)
    make_all(us, "TAX")
    read_all(us)
    au = books(server, country="AU", plan="Advanced")
    make_all(au, au.made["tax_codes"]["GST"])
    read_all(au)
    read_all(books(server, country="GB", currencies=["EUR", "USD"]))


def test_the_tables_are_those_that_are_recorded() -> None:
    """Fields, lengths, what is needed and what is read only."""
    for entity, recorded in interfaces().items():
        mine = FIELDS.get("ExchangeRate" if entity == "Exchangerate" else entity, {})
        if not mine or "Detail" in entity or entity == "Preferences":
            continue
        known = {"Id", "SyncToken", "MetaData", "sparse", "domain"}
        assert set(recorded) - set(mine) <= known | {"Name"}, entity
        for name, said in recorded.items():
            if name in mine and mine[name].longest:
                assert mine[name].longest == said["maxLength"], (entity, name)
    enums = data("schema/enums.json")
    assert set(ACCOUNT_TYPES) == set(enums["AccountTypeEnum"])
    assert {one for one, _sub in ACCOUNT_TYPES.values()} == set(enums["AccountClassificationEnum"])
    assert {sub for _one, sub in ACCOUNT_TYPES.values()} <= set(enums["AccountSubTypeEnum"])
    assert set(ENUMS["GlobalTaxCalculation"]) == set(enums["GlobalTaxCalculationEnum"])
    assert set(ENUMS["EmailStatus"]) == set(enums["EmailStatusEnum"])


def test_recorded_accounts_are_taken_and_shown_alike(us: Books) -> None:
    """The chart of a real sandbox company, sent in and read back."""
    for one in data(SAMPLES)["accounts"]:
        sent = {name: one[name] for name in ("Name", "AccountType", "AccountSubType")}
        sent["Name"] = f"{sent['Name']} (recorded)"
        shown = us.post("Account", sent)
        assert set(shown) >= set(one) - {"Description", "ParentRef", "AcctNum"}, one["Name"]
        assert shown["Classification"] == one["Classification"]


def test_recorded_journals_classes_and_departments(us: Books) -> None:
    """Journals with employees and departments, as another's integration wrote them."""
    us.act("set_preferences", preferences={"AccountingInfoPrefs.TrackDepartments": True})
    person = us.post("Employee", {"DisplayName": "Shwetabh Kumar"})
    places: dict[str, str] = {}
    for kind, listed in (("Class", "classes"), ("Department", "departments")):
        for one in data(SAMPLES)[listed]:
            if "ParentRef" not in one:
                made = us.post(kind, {"Name": one["Name"]})
                assert set(one) <= set(made), kind
                places[one["Id"]] = made["Id"]
    account = us.account("Checking")
    for one in data(SAMPLES)["journal_entries"]:
        body = {name: one[name] for name in ("DocNumber", "TxnDate", "PrivateNote", "Line")}
        for line in body["Line"]:
            detail = line["JournalEntryLineDetail"]
            detail["AccountRef"] = account
            detail.pop("ClassRef", None)
            if "Entity" in detail:
                detail["Entity"]["EntityRef"] = {"value": person["Id"]}
            place = detail.pop("DepartmentRef", None)
            if place and place["value"] in places:
                detail["DepartmentRef"] = {"value": places[place["value"]]}
        shown = us.post("JournalEntry", body, include="allowduplicatedocnum")
        assert shown["TxnTaxDetail"] == one["TxnTaxDetail"]
        assert len(shown["Line"]) == len(one["Line"])
    us.book()


def test_preferences_have_the_recorded_groups(us: Books) -> None:
    """Each group of a recorded company is there but the texts of e-mails."""
    recorded = data(SAMPLES)["preferences"]
    shown = us.ask("GET", "preferences").json()["Preferences"]
    assert set(recorded) - set(shown) == {"EmailMessagesPrefs"}
    for group in ("AccountingInfoPrefs", "ProductAndServicesPrefs", "CurrencyPrefs"):
        assert set(recorded[group]) <= set(shown[group]), group


def test_recorded_purchases(server: Running) -> None:
    """Cheques to an employee, with classes and departments, as another's integration wrote them."""
    prefs = {"AccountingInfoPrefs.TrackDepartments": True}
    prefs["AccountingInfoPrefs.ClassTrackingPerTxnLine"] = True
    made = books(server, currencies=["EUR"], preferences=prefs)
    person = made.post("Employee", {"DisplayName": "Shwetabh Kumar"})["Id"]
    place = made.post("Department", {"Name": "Bebe Rexha"})["Id"]
    brand = made.post("Class", {"Name": "Adidas"})["Id"]
    for one in data(SAMPLES)["purchases"]:
        sent = {name: value for name, value in one.items() if name not in ("Id", "SyncToken")}
        sent["AccountRef"] = made.account("Checking")
        sent["EntityRef"] = {**one["EntityRef"], "value": person}
        if "DepartmentRef" in one:
            sent["DepartmentRef"] = {"value": place}
        sent["Line"] = copy.deepcopy(one["Line"])
        for line in sent["Line"]:
            detail = line["AccountBasedExpenseLineDetail"]
            detail["AccountRef"] = made.account("Purchases")
            if "ClassRef" in detail:
                detail["ClassRef"] = {"value": brand}
        shown = made.post("Purchase", sent)
        assert set(one) <= set(shown)
        assert shown["EntityRef"] == {**one["EntityRef"], "value": person}
        same = (
            "PaymentType",
            "TxnDate",
            "PurchaseEx",
            "CurrencyRef",
            "PrintStatus",
            "ExchangeRate",
        )
        assert {name: shown[name] for name in same} == {name: one[name] for name in same}
        assert float(shown["TotalAmt"]) == one["TotalAmt"]
        for mine, theirs in zip(shown["Line"], one["Line"], strict=True):
            assert set(theirs) <= set(mine)
            detail = "AccountBasedExpenseLineDetail"
            assert set(theirs[detail]) == set(mine[detail])
            assert mine[detail].get("ClassRef", {}).get("name") == theirs[detail].get(
                "ClassRef", {}
            ).get("name")
    assert -made.book()["Checking"] == made.book()["Purchases"]


def test_recorded_exchange_rates(server: Running) -> None:
    """A day's rates of a real company, set and read back one by one and by query."""
    recorded = data(SAMPLES)["exchange_rates"]
    codes = sorted({one["SourceCurrencyCode"] for one in recorded} - {"USD"})
    made = books(server, currencies=codes)
    for one in recorded:
        sent = {name: value for name, value in one.items() if name != "MetaData"}
        shown = made.post("ExchangeRate", sent)
        assert set(one) == set(shown) - {"domain", "sparse"}
        params = {"sourcecurrencycode": one["SourceCurrencyCode"], "asofdate": one["AsOfDate"]}
        read = made.ask("GET", "exchangerate", params=params).json()["ExchangeRate"]
        assert {name: read[name] for name in sent} == sent
    day = recorded[0]["AsOfDate"]
    found = made.query(f"SELECT * FROM ExchangeRate WHERE AsOfDate = '{day}' MAXRESULTS 1000")
    assert len(found["ExchangeRate"]) == sum(one["AsOfDate"] == day for one in recorded)
    after = {"sourcecurrencycode": "GBP", "asofdate": "2019-12-31"}
    newest = max(one["AsOfDate"] for one in recorded if one["SourceCurrencyCode"] == "GBP")
    rate = next(
        one["Rate"]
        for one in recorded
        if (one["SourceCurrencyCode"], one["AsOfDate"]) == ("GBP", newest)
    )
    read = made.ask("GET", "exchangerate", params=after).json()["ExchangeRate"]
    assert (read["Rate"], read["AsOfDate"]) == (rate, "2019-12-31")
