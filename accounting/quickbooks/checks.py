"""What of a QuickBooks company has to fit, or is better changed, before Wharf works with it. Pure.

Plans and settings: Intuit's CompanyInfo (`OfferingSku`) and Preferences.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from accounting.domain.answers import Company
from accounting.engine.provider import Finding, Weight

SALES_SETTINGS = "Settings (the gear) → Account and settings → Sales"
ADVANCED_SETTINGS = "Settings (the gear) → Account and settings → Advanced"
PLAN_SETTINGS = "Settings (the gear) → Subscriptions and billing"
_ORDER = [Weight.REFUSED, Weight.BLOCKS, Weight.WARNING, Weight.GOOD]


def findings(company: Company) -> Sequence[Finding]:
    """Everything worth saying, the gravest first."""
    prefs = company.preferences.get("prefs") or {}
    found = [*_plan(company), *_products(prefs), *_sales(prefs), *_currencies(company, prefs)]
    return sorted(found, key=lambda one: _ORDER.index(one.weight))


def tracks_inventory(preferences: Mapping[str, Any]) -> bool:
    """Whether QuickBooks keeps quantities itself; then nothing may be sent."""
    return _pref(preferences, "ProductAndServicesPrefs", "QuantityOnHand") is True


def _pref(prefs: Mapping[str, Any], group: str, name: str) -> Any:
    found = prefs.get(group)
    return found.get(name) if isinstance(found, Mapping) else None


def _plan(company: Company) -> Iterator[Finding]:
    plan = company.plan
    if "Simple Start" in plan:
        yield Finding(
            "plan_refused",
            Weight.REFUSED,
            "QuickBooks Simple Start cannot be connected",
            "Wharf needs QuickBooks Online Plus or Advanced: Simple Start has no bills. Upgrade "
            f"in QuickBooks under {PLAN_SETTINGS} → Upgrade, then connect again.",
        )
    elif "Essentials" in plan:
        yield Finding(
            "plan_small",
            Weight.WARNING,
            "QuickBooks Essentials lacks purchase orders, classes and locations",
            "Everything else works. Wharf says so on each document that Essentials cannot take. "
            f"To have them all, upgrade to Plus under {PLAN_SETTINGS} → Upgrade.",
        )
    elif "Plus" in plan or "Advanced" in plan:
        yield Finding("plan", Weight.GOOD, plan, "This plan has everything that Wharf uses.")
    else:
        shown = f"“{plan}”" if plan else "no plan that Wharf knows"
        yield Finding(
            "plan_unknown",
            Weight.WARNING,
            "The plan is not known to Wharf",
            f"QuickBooks reports {shown}. Wharf is made for Plus and Advanced; others may refuse "
            "some documents.",
        )


def _products(prefs: Mapping[str, Any]) -> Iterator[Finding]:
    if tracks_inventory(prefs):
        yield Finding(
            "inventory_tracking",
            Weight.BLOCKS,
            "QuickBooks tracks inventory quantities itself",
            "Both would cost every sale, so Wharf sends nothing while this is on. In QuickBooks: "
            f"{SALES_SETTINGS} → Products and services → turn “Track inventory quantity on hand” "
            "off and save. If stock on hand is to be imported, turn it off after that step; the "
            "wizard can be finished either way.",
        )
    else:
        yield Finding(
            "no_inventory_tracking",
            Weight.GOOD,
            "Inventory tracking is off",
            "Wharf keeps quantities and costs; QuickBooks gets what they come to.",
        )
    if _pref(prefs, "ProductAndServicesPrefs", "QuantityWithPriceAndRate") is True:
        yield Finding(
            "quantity_and_rate",
            Weight.WARNING,
            "“Track quantity and price/rate” is on",
            "Better off: QuickBooks then refuses lines whose quantity and price do not multiply "
            f"to the cent. {SALES_SETTINGS} → Products and services.",
        )


def _sales(prefs: Mapping[str, Any]) -> Iterator[Finding]:
    if _pref(prefs, "SalesFormsPrefs", "CustomTxnNumbers") is not True:
        yield Finding(
            "custom_numbers",
            Weight.WARNING,
            "“Custom transaction numbers” is off",
            "Better on: invoices then keep Wharf's numbers, and a number that is taken already is "
            f"noticed. {SALES_SETTINGS} → Sales form content.",
        )
    found = auto_apply(prefs)
    if found is not None:
        yield replace(
            found,
            text="QuickBooks would move a payment to another invoice by itself when one is voided. "
            f"{found.text}",
        )


def auto_apply(prefs: Mapping[str, Any]) -> Finding | None:
    """Whether freed payments are applied to other documents there, as far as it is known."""
    payments = _pref(prefs, "SalesFormsPrefs", "AutoApplyPayments")
    if payments is False:
        return None
    known = "is on" if payments else "may be on; QuickBooks does not say"
    return Finding(
        "auto_apply",
        Weight.WARNING,
        f"“Automatically apply payments” {known}",
        f"Turn it off under {ADVANCED_SETTINGS} → Automation, before documents are undone or "
        "voided. It can be turned on again afterwards.",
    )


def _currencies(company: Company, prefs: Mapping[str, Any]) -> Iterator[Finding]:
    if _pref(prefs, "CurrencyPrefs", "MultiCurrencyEnabled") is True:
        yield Finding(
            "several_currencies",
            Weight.GOOD,
            "Several currencies",
            f"Books in {company.currency}; documents in other currencies are sent with Wharf's "
            "exchange rate. QuickBooks cannot turn this off again.",
        )
    else:
        yield Finding(
            "one_currency",
            Weight.GOOD,
            f"One currency: {company.currency}",
            "Documents in another currency wait until Multicurrency is turned on there "
            f"({ADVANCED_SETTINGS} → Currency). That cannot be turned off again.",
        )
