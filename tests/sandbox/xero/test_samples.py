"""The requests of the OpenAPI file's samples, with ids that exist: taken, or refused in shape."""

import json
import re
from typing import Any

from tests.sandbox.xero.client import Company, invoice, line
from tests.sandbox.xero.material import folder

# Samples that a plain organisation takes as they are, once their ids and codes are there.
TAKEN = {
    *("createAccount", "createBankTransactions", "createBankTransfer", "createContactGroup"),
    *("createContacts", "createCreditNotes", "createCurrency", "createInvoices"),
    *("createManualJournals", "createPayment", "createPayments", "createQuotes", "createTaxRates"),
    *("createTrackingCategory", "createTrackingOptions", "createPurchaseOrders"),
    *("updateOrCreateContacts", "updateOrCreateItems", "updateOrCreateInvoices"),
}


def fitted(value: Any, ids: dict[str, str], name: str = "") -> Any:
    """The sample with ids and account codes of this organisation."""
    if isinstance(value, dict):
        return {key: fitted(one, ids, key) for key, one in value.items()}
    if isinstance(value, list):
        return [fitted(one, ids, name) for one in value]
    if name in ids and isinstance(value, str):
        return ids[name]
    if name in ("accountCode", "AccountCode"):
        return "429"
    return value


def capital(value: Any) -> Any:
    """Some samples name their fields in small letters, and enums by their class."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: capital(one) for key, one in value.items()}
    if isinstance(value, list):
        return [capital(one) for one in value]
    if isinstance(value, str) and re.fullmatch(r"\w+\.\w+Enum\.\w+", value):
        return value.rpartition(".")[2]
    return value


def test_samples_are_replayed(nz: Company) -> None:
    """None makes a fault; most are taken, others refused with messages."""
    ada = nz.contact()
    ids = {"ContactID": ada, "contactID": ada}
    made: dict[str, str] = {"ContactID": ada}
    sold = nz.invoice(ada)
    made["InvoiceID"] = ids["InvoiceID"] = sold["InvoiceID"]
    ids["AccountID"] = nz.banks[0]
    category = nz.ok("PUT", "/TrackingCategories", {"Name": "Region"})[0]["TrackingCategoryID"]
    made["TrackingCategoryID"] = category
    done: set[str] = set()
    for file in sorted(folder().glob("examples/*.json")):
        sample = json.loads(file.read_text())
        if sample["request"] is None or sample["method"] not in ("PUT", "POST"):
            continue
        steps = re.findall(r"\{(\w+)\}", sample["path"])
        if not all(one in made for one in steps):
            continue
        path = sample["path"].format(**made)
        body = capital(fitted(sample["request"], ids))
        fix(body, nz)
        answer = nz.send(sample["method"], path, body)
        assert answer.status_code in (200, 204, 400), (file.name, answer.text)
        if answer.status_code == 400:
            assert answer.json()["Type"].endswith("Exception")
        else:
            done.add(sample["operationId"])
    nz.book()
    assert done >= TAKEN, TAKEN - done


def fix(body: Any, nz: Company) -> None:
    """What samples leave open: real bank accounts and what is there to pay."""
    for one in body.get("BankTransactions", []):
        one["BankAccount"] = {"Code": "090"}
    for one in body.get("BankTransfers", []):
        one["FromBankAccount"] = {"AccountID": nz.banks[0]}
        one["ToBankAccount"] = {"AccountID": nz.banks[1]}
    for one in body.get("Payments", []):
        one["Account"] = {"Code": "090"}
    if "Account" in body:
        body["Account"] = {"Code": "090"}


def test_a_sample_of_ours_has_no_more_than_its_contract(nz: Company) -> None:
    """A refused element among good ones keeps to the schema as well."""
    bodies = [invoice(nz.contact()), invoice(nz.contact("Bo"), lines=[line(1, "999")])]
    done = nz.ok("PUT", "/Invoices?summarizeErrors=false", {"Invoices": bodies})
    assert done[1]["ValidationErrors"]
