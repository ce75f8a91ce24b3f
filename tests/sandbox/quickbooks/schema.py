"""Whether an answer is what others recorded of QuickBooks' entities: known fields, right kinds."""

import re
from decimal import Decimal
from functools import cache
from typing import Any

from tests.sandbox.quickbooks.helping_data import data

META = {"Id", "SyncToken", "MetaData", "sparse", "domain"}
BUNDLED = ("Invoice", "Estimate", "CreditMemo", "SalesReceipt", "RefundReceipt")
# What the transcription leaves out; the XSD and recorded samples have them.
ALSO = {
    "VendorCredit": {"TxnTaxDetail"},
    "Exchangerate": {"AsOfDate"},  # transcribed as a boolean; recorded as a date
    "Preferences_SalesFormsPrefs": {"AutoApplyPayments"},
    "Preferences": {"OtherPrefs"},
    "Item": {"ItemGroupDetail", "PrintGroupedItems"},  # as bundles are documented
    **{f"{one}_Line_GroupLine": {"Amount"} for one in BUNDLED},
    "ReferenceType": {"type"},  # whom a purchase or a deposit names; recorded purchases have it
    "SalesReceipt_Line_SubTotalLine": {"SubTotalLineDetail"},
    "CreditMemo_Line_SubTotalLine": {"SubTotalLineDetail"},
    "RefundReceipt_Line_SubTotalLine": {"SubTotalLineDetail"},
    "Estimate_Line_SubTotalLine": {"SubTotalLineDetail"},
}
DETAILS = {
    "SalesItemLineDetail": "SalesItemLine",
    "DiscountLineDetail": "DiscountLine",
    "SubTotalLineDetail": "SubTotalLine",
    "ItemBasedExpenseLineDetail": "ItemBasedExpenseLine",
    "AccountBasedExpenseLineDetail": "AccountBasedExpenseLine",
    "JournalEntryLineDetail": "JournalEntryLine",
    "DepositLineDetail": "DepositLine",
    "GroupLineDetail": "GroupLine",
}
REFERENCE = {"value", "name", "type"}


@cache
def interfaces() -> Any:
    return data("schema/qbo_field_meta.json")["interfaces"]


def recorded_preferences(interface: str) -> Any:
    """What a recorded company has in a group of preferences beside the transcription."""
    group = interface.removeprefix("Preferences_")
    if group == interface:
        return ()
    return data("samples/fyle_sdk_sandbox_objects.json")["preferences"].get(group, ())


def check(entity: str, shown: Any) -> None:
    """Fails naming the field that is wrong."""
    if shown.get("status") == "Deleted":
        assert set(shown) <= {"domain", "status", "Id", "MetaData"}
        return
    if entity == "CompanyCurrency":
        assert set(shown) <= META | {"Code", "Name", "Active", "CustomField"}
        return
    name = "Exchangerate" if entity == "ExchangeRate" else entity
    if entity != "ExchangeRate" and shown.get("sparse") is False:
        assert isinstance(shown["Id"], str) and isinstance(shown["SyncToken"], str)
        moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00"
        assert all(re.fullmatch(moment, one) for one in shown["MetaData"].values())
    fields(name, {key: value for key, value in shown.items() if key not in META}, name)


def fields(interface: str, shown: Any, where: str) -> None:
    """An object against one interface."""
    known = interfaces()[interface]
    for name, value in shown.items():
        assert value is not None, f"{where}.{name} is null"
        if name in ALSO.get(interface.rpartition("_")[2], ()):
            continue
        if name in ALSO.get(interface, ()) or name in recorded_preferences(interface):
            continue
        part = f"{interface}_{name}"
        if name not in known and part in interfaces():
            fields(part, value, part)
            continue
        assert name in known, f"{where}.{name} is not known"
        if name == "Line" and isinstance(value, list):
            for line in value:
                _line(where.split("_", maxsplit=1)[0], line)
        else:
            kind(str(known[name]["type"]), name, value, f"{where}.{name}")


def _line(entity: str, line: Any) -> None:
    part = DETAILS.get(line.get("DetailType", ""))
    found = f"{entity}_Line_{part}" if part else f"{entity}_Line"
    if found in interfaces():
        fields(found, line, found)


def kind(wanted: str, name: str, value: Any, where: str) -> None:
    """A value against the kind that is written for it."""
    if wanted.endswith("[]"):
        assert isinstance(value, list), where
        for one in value:
            kind(wanted[:-2], name, one, where)
    elif wanted == "number":
        assert isinstance(value, int | float | Decimal) and not isinstance(value, bool), where
    elif wanted == "boolean":
        assert isinstance(value, bool), where
    elif name.endswith("Ref") and name not in ("AttachableRef", "TaxGroupCodeRef"):
        assert isinstance(value, dict) and set(value) <= REFERENCE, where
        assert isinstance(value["value"], str), where
    elif wanted in ("string", "Date") or wanted.startswith('"'):
        assert isinstance(value, str), where
    elif wanted in interfaces() and isinstance(value, dict):
        fields(wanted, value, f"{where.split('.', maxsplit=1)[0]}_{wanted}")


def check_answer(body: Any) -> None:
    """Everything in an answer that is an object of QuickBooks."""
    if not isinstance(body, dict):
        return
    for name, value in body.items():
        if name in ("QueryResponse", "CDCResponse", "BatchItemResponse", "AttachableResponse"):
            for one in value if isinstance(value, list) else [value]:
                check_answer(one)
        elif name in interfaces() or name in ("CompanyCurrency", "ExchangeRate"):
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    check(name, one)
