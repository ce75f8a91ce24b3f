"""New rows of QuickBooks' lists, made for ours on somebody's click. Pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from accounting.domain.answers import Company, There
from accounting.domain.matching import Ours
from hub.errors import InvalidInput
from hub.money import plain

ACCOUNT_NAME = 100
TERM_NAME = 31
TAX_NAME = 100
RATE_NAME = 10
Payload = dict[str, Any]


def draft(kind: str, ours: Ours, company: Company) -> Mapping[str, Any]:
    """What is sent to make it; raises InvalidInput with what stands in the way."""
    makers: Mapping[str, Callable[[Ours, Company], Payload]] = {
        "account": _account,
        "tax": _tax,
        "term": _term,
    }
    return makers[kind](ours, company)


def _account(ours: Ours, _company: Company) -> Payload:
    for character in (":", '"'):
        if character in ours.name:
            raise InvalidInput(
                f"QuickBooks allows no {character} in the name of an account. Rename "
                f"“{ours.name}” here first."
            )
    if len(ours.name) > ACCOUNT_NAME:
        raise InvalidInput(f"QuickBooks takes names of up to {ACCOUNT_NAME} characters.")
    type_there, subtype = ours.made_as
    payload = {"Name": ours.name, "AccountType": type_there}
    return {**payload, "AccountSubType": subtype} if subtype else payload


def _term(ours: Ours, _company: Company) -> Payload:
    if len(ours.name) > TERM_NAME:
        raise InvalidInput(
            f"QuickBooks takes names of terms of up to {TERM_NAME} characters, and both must be "
            f"spelled alike. Shorten “{ours.name}” here first."
        )
    days = ours.days or 0
    if ours.type == "end_of_month":
        return {"Name": ours.name, "Type": "DATE_DRIVEN", "DayOfMonthDue": 31}
    if ours.type == "day_of_following_month":
        return {"Name": ours.name, "Type": "DATE_DRIVEN", "DayOfMonthDue": min(days, 31)}
    return {"Name": ours.name, "Type": "STANDARD", "DueDays": days}


def _tax(ours: Ours, company: Company) -> Payload:
    prefs = company.preferences.get("prefs") or {}
    taxes = prefs.get("TaxPrefs") or {}
    if company.country == "AU" or (company.country == "US" and "PartnerTaxEnabled" in taxes):
        raise InvalidInput(
            "This edition of QuickBooks has its own tax codes and takes no others. Change "
            f"“{ours.name}” here so that its rate matches one of them, or switch it off."
        )
    if len(ours.name) > TAX_NAME:
        raise InvalidInput(f"QuickBooks takes names of up to {TAX_NAME} characters.")
    rate = plain(ours.rate or Decimal(0))
    name = f"{rate}% {ours.id.hex[:4]}"
    sides = [("Sales", f"{name[: RATE_NAME - 1]}S"), ("Purchase", f"{name[: RATE_NAME - 1]}P")]
    return {
        "TaxCode": ours.name,
        "TaxRateDetails": [
            {"TaxRateName": rate_name, "RateValue": rate, "TaxApplicableOn": side}
            for side, rate_name in sides
        ],
    }


def retirement(item: There) -> Payload:
    """An item under another name and inactive. An inventory item stays one for ever, so what
    takes its place is another.
    """
    name = str(item.body.get("Name") or item.number)
    suffix = f" (old {item.id})"
    return {"Name": f"{name[: ACCOUNT_NAME - len(suffix)]}{suffix}", "Active": False}
