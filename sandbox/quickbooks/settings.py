"""Preferences, exchange rates and the tax service, which have rules of their own."""

from decimal import Decimal
from typing import Any

from sandbox.common.store import Record
from sandbox.quickbooks.company import Body, Company, folded
from sandbox.quickbooks.errors import DETAILS, Wrong
from sandbox.quickbooks.filling import add_code, add_rate
from sandbox.quickbooks.validation import clean, number, sound

READ_ONLY = {"BookCloseDate", "AutoApplyPayments", "AutoApplyCredit"}
MOST_RATES = 20


def preferences(company: Company, given: Any) -> Record:
    """Update them: groups and names that are there, with values of the same kind. Raises Wrong."""
    body = clean("Preferences", given)
    record = company.need("Preferences", "1")
    if str(given.get("SyncToken")) != str(record.version):
        raise Wrong("5010")
    merged = {**record.body}
    for group, values in body.items():
        if group == "OtherPrefs":
            merged[group] = _pairs(record.body.get(group, {}), values)
            continue
        had = record.body.get(group, {})
        for name, value in values.items():
            if name in READ_ONLY or name not in had:
                continue
            if isinstance(had[name], bool) and not isinstance(value, bool):
                raise Wrong("2010", f"Property Name:{name[:40]} is invalid", name[:40])
        kept = {name: value for name, value in values.items() if name not in READ_ONLY}
        kept = {name: value for name, value in kept.items() if name in had}
        merged[group] = {**had, **kept}
    _consistent(record.body, merged)
    return company.put("Preferences", "1", merged)


def _pairs(had: Body, given: Any) -> Body:
    pairs = given.get("NameValue") if isinstance(given, dict) else None
    if not isinstance(pairs, list):
        return had
    found = {one["Name"]: one["Value"] for one in had.get("NameValue", [])}
    for one in pairs[:200]:
        if isinstance(one, dict) and isinstance(one.get("Name"), str):
            found[one["Name"][:100]] = str(one.get("Value", ""))[:200]
    return {"NameValue": [{"Name": name, "Value": value} for name, value in found.items()]}


def _consistent(had: Body, merged: Body) -> None:
    accounting = merged["AccountingInfoPrefs"]
    if accounting.get("ClassTrackingPerTxn") and accounting.get("ClassTrackingPerTxnLine"):
        raise Wrong("6000", "Business Validation Error: classes are by line or by transaction.")
    had_many = had["CurrencyPrefs"]["MultiCurrencyEnabled"]
    if had_many and not merged["CurrencyPrefs"].get("MultiCurrencyEnabled"):
        raise Wrong("6000", "Business Validation Error: multicurrency cannot be turned off.")
    if merged["CurrencyPrefs"].get("HomeCurrency") != had["CurrencyPrefs"]["HomeCurrency"]:
        raise Wrong("6000", "Business Validation Error: the home currency cannot be changed.")


# --- Exchange rates ------------------------------------------------------------------------------
def exchange_rate(company: Company, given: dict[str, str]) -> Body:
    """The rate of a currency on a day. Raises Wrong."""
    code = given.get("sourcecurrencycode", "")
    company.reference_currency(code)
    day = given.get("asofdate", company.today)
    found = company.store.records(
        company.realm,
        "ExchangeRate",
        where="id >= ? AND id <= ?",
        values=(f"{code}:", f"{code}:{day}"),
        order="id DESC",
        limit=1,
    )
    if found:
        return company.shown("ExchangeRate", found[0]) | {"AsOfDate": day}
    body: Body = {"SourceCurrencyCode": code, "TargetCurrencyCode": company.home}
    return body | {"Rate": Decimal(1), "AsOfDate": day}


def set_rate(company: Company, given: Any) -> Record:
    """Set the rate of a day. Raises Wrong."""
    body = clean("ExchangeRate", given)
    for name in ("SourceCurrencyCode", "Rate"):
        if name not in body:
            raise Wrong("2020", f"Required parameter {name} is missing in the request", name)
    if body["Rate"] <= 0:
        raise Wrong("2090", "Invalid Number : Rate", "Rate")
    company.reference_currency(body["SourceCurrencyCode"])
    body.setdefault("AsOfDate", company.today)
    body["TargetCurrencyCode"] = company.home
    id_ = f"{body['SourceCurrencyCode']}:{body['AsOfDate']}"
    return company.put("ExchangeRate", id_, body)


# --- Tax codes -----------------------------------------------------------------------------------
def tax_service(company: Company, given: Any) -> Body:
    """Make a tax code, of rates that are there or that are made with it. Raises Wrong."""
    if not isinstance(given, dict):
        raise Wrong("2010", "Property Name: an object is expected")
    sound(given)
    name, details = given.get("TaxCode"), given.get("TaxRateDetails")
    if not isinstance(name, str) or not name.strip():
        raise Wrong("2020", "Required parameter TaxCode is missing in the request", "TaxCode")
    if len(name) > 100:
        raise Wrong("2050", "Length of the field exceeds 100 chars", "TaxCode")
    if not isinstance(details, list) or not 0 < len(details) <= MOST_RATES:
        raise Wrong("2020", "Required parameter TaxRateDetails is missing", "TaxRateDetails")
    _new_name(company, "TaxCode", name, "tax code")
    lists: dict[str, list[str]] = {"SalesTaxRateList": [], "PurchaseTaxRateList": []}
    echoed = []
    for one in details:
        if not isinstance(one, dict):
            raise Wrong("2010", "Property Name:TaxRateDetails is invalid", "TaxRateDetails")
        side = one.get("TaxApplicableOn") or "Sales"
        if side not in ("Sales", "Purchase"):
            raise Wrong("2170", f"Invalid Enumeration : {str(side)[:40]}", "TaxApplicableOn")
        rate = _rate(company, one)
        lists[f"{side}TaxRateList"].append(rate)
        body = company.need("TaxRate", rate).body
        echoed.append(
            {
                "TaxRateName": body["Name"],
                "TaxRateId": rate,
                "RateValue": body["RateValue"],
                "TaxAgencyId": body["AgencyRef"]["value"],
                "TaxApplicableOn": side,
            }
        )
    id_ = add_code(company, name, name, lists)
    return {"TaxCode": name, "TaxCodeId": id_, "TaxRateDetails": echoed}


def _rate(company: Company, given: Body) -> str:
    known = given.get("TaxRateId")
    if known not in (None, "", 0):
        if company.get("TaxRate", str(known)) is None:
            raise Wrong("2500", "Invalid Reference Id : TaxRateId", "TaxRateId")
        return str(known)
    name, value = given.get("TaxRateName"), number(given.get("RateValue"))
    agency = str(given.get("TaxAgencyId") or "")
    if not isinstance(name, str) or not name or value is None or not agency:
        raise Wrong("2020", "Required parameter TaxRateName, RateValue or TaxAgencyId is missing")
    if len(name) > 100:
        raise Wrong("2050", "Length of the field exceeds 100 chars", "TaxRateName")
    if not 0 <= value <= 100:
        raise Wrong("2090", "Invalid Number : RateValue", "RateValue")
    if company.get("TaxAgency", agency) is None:
        raise Wrong("2500", "Invalid Reference Id : TaxAgencyId", "TaxAgencyId")
    _new_name(company, "TaxRate", name, "tax rate")
    return add_rate(company, agency, name, str(value))


def _new_name(company: Company, kind: str, name: str, words: str) -> None:
    if company.store.found(company.realm, f"name.{kind}", folded(name)):
        raise Wrong("6240", DETAILS["6240"].replace("customer, vendor or employee", words))
