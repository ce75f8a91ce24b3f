"""The lists of a company: customers, vendors, items, accounts, classes, terms and the like."""

import re
from collections.abc import Callable
from decimal import Decimal

from sandbox.common.store import Record
from sandbox.quickbooks import bundles
from sandbox.quickbooks.company import PARTIES, ZERO, Body, Company, folded, name_of
from sandbox.quickbooks.errors import DETAILS, Wrong
from sandbox.quickbooks.fields import ACCOUNT_TYPES

NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
DEEP = 5
ACCOUNT_NUMBER = {"US": 7, "GB": 7, "AU": 20, "CA": 20}
DELETED = re.compile(r" \(deleted(-\d+)?\)$")
SERVICE_TYPES = ("Service", "NonInventory")


def prepare(company: Company, kind: str, body: Body, old: Record | None) -> None:
    """Complete an object of a list in place. Raises Wrong."""
    if kind not in ("CompanyCurrency", "ExchangeRate"):
        body.setdefault("Active", True)
    company.refer_all(body)
    if kind in PREPARE:
        PREPARE[kind](company, body, old)
    _suffix(company, kind, body, old)
    _unique(company, kind, body, old)


def _suffix(company: Company, kind: str, body: Body, old: Record | None) -> None:
    """What is made inactive leaves its name to others."""
    if not company.switch("deleted_suffix") or kind in ("TaxCode", "TaxAgency") or old is None:
        return
    was, now = old.body.get("Active", True), body.get("Active", True)
    names = [one for one in ("DisplayName", "Name", "FullyQualifiedName") if one in body]
    if was and not now and not DELETED.search(body[names[0]]):
        bare = {one: body[one] for one in names}
        suffix, number = " (deleted)", 0
        body |= {one: bare[one] + suffix for one in names}
        while _others(company, kind, body, old):
            number += 1
            suffix = f" (deleted-{number})"
            body |= {one: bare[one] + suffix for one in names}
    elif now and not was:
        body |= {one: DELETED.sub("", body[one]) for one in names}


def _others(company: Company, kind: str, body: Body, old: Record | None) -> list[Record]:
    """Objects that have the same name."""
    if kind in PARTIES:
        found = company.store.found(company.realm, "party", folded(body["DisplayName"]))
    else:
        found = company.store.found(company.realm, f"name.{kind}", folded(name_of(kind, body)))
    own = (kind, old.id) if old else None
    wanted = None if company.switch("names_fold_case") else name_of(kind, body)
    others = [(of, company.get(of, id_)) for of, id_ in found if (of, id_) != own]
    return [
        one for of, one in others if one is not None and wanted in (None, name_of(of, one.body))
    ]


def _unique(company: Company, kind: str, body: Body, old: Record | None) -> None:
    others = _others(company, kind, body, old)
    if any(one.body.get("Active", True) or kind != "Account" for one in others):
        said = DETAILS["6240"]
        if kind not in PARTIES:
            what = "tax rate" if kind == "TaxRate" else kind.lower()
            said = said.replace("customer, vendor or employee", what)
        raise Wrong("6240", said)


# --- Parties -------------------------------------------------------------------------------------
def _named(body: Body) -> None:
    if "DisplayName" not in body:
        parts = [body[name] for name in NAME_PARTS if name in body]
        if not parts:
            raise Wrong("6080", "No name or display name given", "DisplayName")
        body["DisplayName"] = " ".join(parts)
    name = " ".join(body["DisplayName"].split(" ")).strip()
    if not name:
        raise Wrong("6080", "No name or display name given", "DisplayName")
    if any(one in name for one in ":\t\n\r"):
        said = "Business Validation Error: the name may not have a colon, tab or new line."
        raise Wrong("6000", said, "DisplayName")
    body["DisplayName"] = name
    body.setdefault("PrintOnCheckName", (body.get("CompanyName") or name)[:100])


def _party_currency(company: Company, kind: str, body: Body, old: Record | None) -> None:
    given = body.get("CurrencyRef")
    if old is not None:
        body["CurrencyRef"] = old.body["CurrencyRef"]
    else:
        body["CurrencyRef"] = company.reference_currency(given["value"] if given else company.home)
    body["Balance"] = old.body.get("Balance", ZERO) if old else ZERO
    if kind == "Customer":
        body["BalanceWithJobs"] = body["Balance"]


def _customer(company: Company, body: Body, old: Record | None) -> None:
    _named(body)
    _party_currency(company, "Customer", body, old)
    body.pop("OpenBalanceDate", None)
    body["Job"] = False
    body["IsProject"] = False
    body["BillWithParent"] = bool(body.get("BillWithParent")) and "ParentRef" in body
    body["FullyQualifiedName"] = body["DisplayName"]
    if "ParentRef" in body:
        parent = _parent(company, "Customer", body, old)
        body["Job"] = True
        body["Level"] = parent.body.get("Level", 0) + 1
        body["FullyQualifiedName"] = f"{parent.body['FullyQualifiedName']}:{body['DisplayName']}"
    body.setdefault("Taxable", company.country == "US")
    body.setdefault("PreferredDeliveryMethod", "None")
    if "DefaultTaxCodeRef" in body:
        if company.pref("TaxPrefs", "PartnerTaxEnabled"):
            del body["DefaultTaxCodeRef"]
        else:
            company.refer("TaxCode", body["DefaultTaxCodeRef"], "DefaultTaxCodeRef")


def _vendor(company: Company, body: Body, old: Record | None) -> None:
    _named(body)
    _party_currency(company, "Vendor", body, old)
    body.setdefault("Vendor1099", False)


def _employee(_company: Company, body: Body, _old: Record | None) -> None:
    _named(body)
    body.setdefault("BillableTime", False)


# --- Names in a tree -----------------------------------------------------------------------------
def _parent(company: Company, kind: str, body: Body, old: Record | None) -> Record:
    parent = company.refer(kind, body["ParentRef"], "ParentRef")
    above: Record | None = parent
    level = 1
    while above is not None:
        level += 1
        if (old is not None and above.id == old.id) or level > DEEP:
            said = "Business Validation Error: at most five levels, and nothing is its own parent."
            raise Wrong("6000", said, "ParentRef")
        ref = above.body.get("ParentRef")
        above = company.get(kind, ref["value"]) if ref else None
    return parent


def _name(body: Body, banned: str = ":\t\n\r") -> None:
    body["Name"] = body["Name"].strip()
    if not body["Name"] or any(one in body["Name"] for one in banned):
        said = "Business Validation Error: the name has characters that are not allowed."
        raise Wrong("6000", said, "Name")
    body["FullyQualifiedName"] = body["Name"]


def _tree(kind: str, flag: str) -> Callable[[Company, Body, Record | None], None]:
    def prepared(company: Company, body: Body, old: Record | None) -> None:
        _name(body)
        body[flag] = "ParentRef" in body
        if "ParentRef" in body:
            parent = _parent(company, kind, body, old)
            body["FullyQualifiedName"] = f"{parent.body['FullyQualifiedName']}:{body['Name']}"

    return prepared


def _account(company: Company, body: Body, old: Record | None) -> None:
    _name(body, '":\t\n\r')
    kind, detail = body.get("AccountType"), body.get("AccountSubType")
    if kind is None and detail is None:
        raise Wrong("6010", "Account type or account subtype is required", "AccountType")
    if kind is None:
        kind = next((one for one, (_c, sub) in ACCOUNT_TYPES.items() if sub == detail), None)
    if kind not in ACCOUNT_TYPES:
        raise Wrong("2170", f"Invalid Enumeration : {str(kind or detail)[:60]}", "AccountType")
    body["AccountType"] = kind
    body["Classification"], usual = ACCOUNT_TYPES[kind]
    body.setdefault("AccountSubType", usual)
    if old is not None and old.body["Classification"] != body["Classification"]:
        raise Wrong("6000", "Business Validation Error: the account type cannot change so.")
    if len(body.get("AcctNum", "")) > ACCOUNT_NUMBER[company.country]:
        said = f"Length of the field exceeds {ACCOUNT_NUMBER[company.country]} chars"
        raise Wrong("2050", said, "AcctNum")
    body["CurrencyRef"] = company.reference_currency(
        body.get("CurrencyRef", {}).get("value", company.home)
    )
    body["SubAccount"] = "ParentRef" in body
    if "ParentRef" in body:
        parent = _parent(company, "Account", body, old)
        if parent.body["AccountType"] != kind:
            raise Wrong("6000", "Business Validation Error: the parent is of another type.")
        body["FullyQualifiedName"] = f"{parent.body['FullyQualifiedName']}:{body['Name']}"


def _item(company: Company, body: Body, old: Record | None) -> None:
    _name(body)
    kind = body.setdefault("Type", "Service" if old is None else old.body["Type"])
    body["SubItem"] = "ParentRef" in body
    if "ParentRef" in body:
        parent = _parent(company, "Item", body, old)
        body["Level"] = parent.body.get("Level", 0) + 1
        body["FullyQualifiedName"] = f"{parent.body['FullyQualifiedName']}:{body['Name']}"
    tracked = old is not None and old.body.get("TrackQtyOnHand") is True
    if old is not None and old.body["Type"] == "Inventory" and kind != "Inventory":
        raise Wrong("6000", "Business Validation Error: an inventory item stays one.", "Type")
    if tracked and body.get("TrackQtyOnHand") is False:
        said = "Business Validation Error: tracking cannot be turned off for an item."
        raise Wrong("6000", said, "TrackQtyOnHand")
    body.setdefault("UnitPrice", ZERO)
    body.setdefault("PurchaseCost", ZERO)
    if company.country == "US":
        body.setdefault("Taxable", False)
    if kind == "Group":
        bundles.prepare(company, body)
    if kind == "Inventory":
        _inventory(company, body, old)
    else:
        body["TrackQtyOnHand"] = False
        for name in ("QtyOnHand", "InvStartDate", "AssetAccountRef"):
            body.pop(name, None)
        if kind in SERVICE_TYPES and not {"IncomeAccountRef", "ExpenseAccountRef"} & set(body):
            raise Wrong("2020", "Required parameter IncomeAccountRef is missing", "Account")


def _inventory(company: Company, body: Body, old: Record | None) -> None:
    if not company.pref("ProductAndServicesPrefs", "QuantityOnHand") and old is None:
        said = "Business Validation Error: inventory quantity tracking is turned off."
        raise Wrong("6000", said, "Type")
    for name in ("AssetAccountRef", "IncomeAccountRef", "ExpenseAccountRef", "InvStartDate"):
        if name not in body:
            raise Wrong("2020", f"Required parameter {name} is missing in the request", name)
    if old is None and body.get("TrackQtyOnHand") is not True:
        raise Wrong("2020", "Required parameter TrackQtyOnHand is missing", "TrackQtyOnHand")
    if old is None and "QtyOnHand" not in body:
        raise Wrong("2020", "Required parameter QtyOnHand is missing", "QtyOnHand")
    wanted = {
        "IncomeAccountRef": ("Income",),
        "ExpenseAccountRef": ("Cost of Goods Sold",),
        "AssetAccountRef": ("Other Current Asset",),
    }
    for name, types in wanted.items():
        if company.need("Account", body[name]["value"]).body["AccountType"] not in types:
            raise Wrong("6000", f"Business Validation Error: {name} has a wrong type.", name)
    body["TrackQtyOnHand"] = True
    if old is not None:
        # Quantities are changed by documents and by adjustments, which the API does not have.
        body["QtyOnHand"] = old.body["QtyOnHand"]
        body["_value"] = old.body.get("_value", ZERO)
    else:
        body["_value"] = (Decimal(body["QtyOnHand"]) * body["PurchaseCost"]).quantize(
            Decimal("0.01")
        )


def _term(_company: Company, body: Body, _old: Record | None) -> None:
    body["Name"] = body["Name"].strip()
    if "DayOfMonthDue" in body and "DueDays" not in body:
        body["Type"] = "DATE_DRIVEN"
    elif "DueDays" in body:
        body["Type"] = "STANDARD"
    else:
        raise Wrong("2020", "Required parameter DueDays is missing in the request", "DueDays")
    for name in ("DueDays", "DayOfMonthDue", "DiscountDays"):
        if not 0 <= body.get(name, 0) <= 999:
            raise Wrong("2090", f"Invalid Number : {name}", name)


def _method(_company: Company, body: Body, _old: Record | None) -> None:
    body.setdefault("Type", "NON_CREDIT_CARD")


def _agency(_company: Company, body: Body, _old: Record | None) -> None:
    body.pop("Active", None)
    body |= {"TaxTrackedOnSales": True, "TaxTrackedOnPurchases": False}


def _currency(company: Company, body: Body, _old: Record | None) -> None:
    if not company.pref("CurrencyPrefs", "MultiCurrencyEnabled"):
        raise Wrong("6000", "Business Validation Error: multicurrency is turned off.")
    body["Code"] = body["Code"].upper()
    if len(body["Code"]) != 3 or not body["Code"].isascii() or not body["Code"].isalpha():
        raise Wrong("2170", "Invalid Enumeration : Code", "Code")
    body.setdefault("Name", body["Code"])
    body.setdefault("Active", True)


PREPARE: dict[str, Callable[[Company, Body, Record | None], None]] = {
    "Customer": _customer,
    "Vendor": _vendor,
    "Employee": _employee,
    "Account": _account,
    "Item": _item,
    "Class": _tree("Class", "SubClass"),
    "Department": _tree("Department", "SubDepartment"),
    "Term": _term,
    "PaymentMethod": _method,
    "TaxAgency": _agency,
    "CompanyCurrency": _currency,
}
