"""Making a company: `fill` of the control API.

{"name", "country": US AU GB CA, "plan": SimpleStart Essentials Plus Advanced, "realm",
"automated_tax": true, "currencies": ["EUR"], "preferences": {"Group.Name": value},
"other_preferences": {"Name": "value"}, "demo": true}
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.quickbooks import templates
from sandbox.quickbooks.company import Body, Company
from sandbox.quickbooks.fields import ACCOUNT_TYPES

if TYPE_CHECKING:
    from sandbox.quickbooks.app import QuickBooks

KNOWN = {
    *("name", "country", "plan", "realm", "automated_tax", "currencies", "preferences"),
    *("other_preferences", "demo"),
}
FIRST_REALM = 9_341_450_000_000_001


def fill(sandbox: "QuickBooks", values: dict[str, Any]) -> Any:
    """Make a company; its ids by name. Raises ValueError."""
    unknown = set(values) - KNOWN
    country = values.get("country", "US")
    plan = values.get("plan", "Plus")
    if unknown or country not in templates.COUNTRIES or plan not in templates.SKUS:
        raise ValueError(f"unknown: {sorted(unknown) or (country, plan)}")
    realm = str(values.get("realm") or sandbox.store.next("", "realm", FIRST_REALM))
    if not realm.isdigit() or sandbox.known(realm):
        raise ValueError(f"realm {realm} is taken, or no number")
    place = templates.COUNTRIES[country]
    name = values.get("name", place.name)
    for key, value in (
        *(("name", name), ("country", country), ("plan", plan), ("currency", place.currency)),
        *(("status", "active"), ("tax.home", place.place)),
    ):
        sandbox.store.set(realm, key, value)
    company = Company(sandbox, realm, sandbox.clock.now())
    _preferences(company, values)
    accounts = _chart(company, place)
    made: Body = {"realmId": realm, "accounts": accounts}
    made["terms"] = _terms(company)
    made["tax_codes"] = _taxes(company, place)
    _about(company, name, place)
    _currencies(company, values.get("currencies", []))
    if values.get("demo", True):
        made |= _goods(company, accounts)
    return made


def _preferences(company: Company, values: dict[str, Any]) -> None:
    country, currency = company.country, company.home
    groups = templates.preferences(country, currency)
    if country == "US" and values.get("automated_tax") is False:
        groups["TaxPrefs"].pop("PartnerTaxEnabled")
    groups["CurrencyPrefs"]["MultiCurrencyEnabled"] = bool(values.get("currencies"))
    for path, value in values.get("preferences", {}).items():
        group, _dot, name = path.partition(".")
        if group not in groups:
            raise ValueError(f"no such preferences: {path}")
        groups[group][name] = value
        if path == "AccountingInfoPrefs.BookCloseDate":
            company.store.set(company.realm, "closed", str(value))
    others = values.get("other_preferences", {})
    pairs = [{"Name": name, "Value": str(value)} for name, value in others.items()]
    company.put("Preferences", "1", {**groups, "OtherPrefs": {"NameValue": pairs}}, "Create")


def _chart(company: Company, place: templates.Country) -> dict[str, str]:
    accounts = {}
    for name, kind, detail, role in templates.CHART:
        name = place.checking if role == "bank" else name
        accounts[name] = company.new_account(name, kind, detail)
        if role:
            company.store.set(company.realm, f"account.{role}", accounts[name])
    detail = "SalesTaxPayable" if company.country == "US" else "GlobalTaxPayable"
    accounts[place.liability] = company.new_account(
        place.liability, "Other Current Liability", detail
    )
    company.store.set(company.realm, "account.tax", accounts[place.liability])
    assert all(one["AccountType"] in ACCOUNT_TYPES for one in _bodies(company, accounts))
    return accounts


def _bodies(company: Company, accounts: dict[str, str]) -> list[Body]:
    return [company.need("Account", one).body for one in accounts.values()]


def _terms(company: Company) -> dict[str, str]:
    terms = {}
    for name, days in templates.TERMS:
        body = {"Name": name, "Active": True, "Type": "STANDARD", "DueDays": days}
        terms[name] = company.new_id("Term")
        company.put("Term", terms[name], body, "Create")
    for name, kind in templates.METHODS:
        body = {"Name": name, "Active": True, "Type": kind}
        company.put("PaymentMethod", company.new_id("PaymentMethod"), body, "Create")
    return terms


def _taxes(company: Company, place: templates.Country) -> dict[str, str]:
    agency = company.new_id("TaxAgency")
    body: Body = {"DisplayName": place.agency, "TaxTrackedOnSales": True}
    body["TaxTrackedOnPurchases"] = company.country != "US"
    company.put("TaxAgency", agency, body, "Create")
    codes = {}
    if company.country == "US":
        for name, taxable in (("TAX", True), ("NON", False)):
            body = {"Name": name, "Description": name, "Active": True, "Hidden": False}
            body |= {"Taxable": taxable, "TaxGroup": False}
            company.put("TaxCode", name, body, "Create")
            codes[name] = name
    for code in place.codes:
        lists = {
            "SalesTaxRateList": [add_rate(company, agency, *one) for one in code.sales],
            "PurchaseTaxRateList": [add_rate(company, agency, *one) for one in code.purchases],
        }
        codes[code.name] = add_code(company, code.name, code.words, lists)
    places = {one: codes[name] for one, name in templates.PLACES.items() if name in codes}
    company.store.set(company.realm, "tax.places", places)
    return codes


def add_rate(company: Company, agency: str, name: str, percent: str) -> str:
    """A tax rate; its id."""
    id_ = company.new_id("TaxRate")
    body: Body = {"Name": name, "Description": name, "Active": True}
    body |= {"RateValue": percent, "AgencyRef": {"value": agency}}
    body |= {"SpecialTaxType": "NONE", "DisplayType": "ReadOnly"}
    body["EffectiveTaxRate"] = [{"RateValue": Decimal(percent), "EffectiveDate": "2010-01-01"}]
    company.put("TaxRate", id_, body, "Create")
    return id_


def add_code(company: Company, name: str, words: str, lists: dict[str, list[str]]) -> str:
    """A tax code of rates; its id."""
    id_ = company.new_id("TaxCode")
    body: Body = {"Name": name, "Description": words, "Active": True, "Hidden": False}
    body |= {"Taxable": True, "TaxGroup": True}
    for listed, rates in lists.items():
        details = [
            {
                "TaxRateRef": {
                    "value": one,
                    "name": company.need("TaxRate", one).body["Name"],
                },
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": 0,
            }
            for one in rates
        ]
        body[listed] = {"TaxRateDetail": details}
    company.put("TaxCode", id_, body, "Create")
    return id_


def _about(company: Company, name: str, place: templates.Country) -> None:
    address = {"Line1": "1 Quay Street", "City": place.city, "PostalCode": place.postcode}
    address |= {"CountrySubDivisionCode": place.place, "Country": company.country}
    body: Body = {
        "CompanyName": name,
        "LegalName": name,
        "CompanyAddr": address,
        "LegalAddr": address,
        "CustomerCommunicationAddr": address,
        "PrimaryPhone": {"FreeFormNumber": "555 0100"},
        "Email": {"Address": "owner@example.com"},
        "CompanyStartDate": "2020-01-01",
        "FiscalYearStartMonth": "January",
        "Country": company.country,
        "SupportedLanguages": "en",
        "NameValue": [
            {"Name": "OfferingSku", "Value": templates.SKUS[company.plan]},
            {"Name": "SubscriptionStatus", "Value": "PAID"},
            {"Name": "NeoEnabled", "Value": "true"},
        ],
    }
    company.put("CompanyInfo", "1", body, "Create")


def _currencies(company: Company, codes: list[str]) -> None:
    home = templates.RATES[company.home]
    for code in codes:
        rate = (templates.RATES.get(code, Decimal(1)) / home).quantize(Decimal("0.000001"))
        body = {"Code": code, "Name": code, "Active": True}
        company.put("CompanyCurrency", company.new_id("CompanyCurrency"), body, "Create")
        body = {"SourceCurrencyCode": code, "TargetCurrencyCode": company.home, "Rate": rate}
        company.put("ExchangeRate", f"{code}:2020-01-01", {**body, "AsOfDate": "2020-01-01"})


def _goods(company: Company, accounts: dict[str, str]) -> Body:
    """A few customers, vendors and items to start with, and one who works there."""
    made: Body = {"customers": {}, "vendors": {}, "items": {}}
    currency = company.reference_currency(company.home)
    for name in ("Lighthouse Cafe", "Northern Pier Shop"):
        body: Body = {"DisplayName": name, "FullyQualifiedName": name, "Active": True, "Job": False}
        body |= {"Balance": Decimal(0), "BalanceWithJobs": Decimal(0), "CurrencyRef": currency}
        body |= {"PrintOnCheckName": name, "Taxable": company.country == "US"}
        made["customers"][name] = company.new_id("Customer")
        company.put("Customer", made["customers"][name], body, "Create")
    for name in ("Rope and Canvas Supply", "Tin Works"):
        body = {"DisplayName": name, "Active": True, "Balance": Decimal(0), "Vendor1099": False}
        body |= {"CurrencyRef": currency, "PrintOnCheckName": name}
        made["vendors"][name] = company.new_id("Vendor")
        company.put("Vendor", made["vendors"][name], body, "Create")
    given, family = "Owen", "Marsh"
    body = {"DisplayName": f"{given} {family}", "GivenName": given, "FamilyName": family}
    body |= {"PrintOnCheckName": body["DisplayName"], "Active": True, "BillableTime": False}
    company.put("Employee", company.new_id("Employee"), body, "Create")
    income = company.reference("Account", company.system("income"))
    expense = company.reference("Account", company.system("expense"))
    for name, price in (("Services", "80"), ("Canvas Bag", "25"), ("Tin Mug", "12.5")):
        kind = "Service" if name == "Services" else "NonInventory"
        body = {"Name": name, "FullyQualifiedName": name, "Active": True, "Type": kind}
        body |= {"UnitPrice": Decimal(price), "PurchaseCost": Decimal(price) / 2}
        body |= {"IncomeAccountRef": income, "ExpenseAccountRef": expense, "TrackQtyOnHand": False}
        made["items"][name] = company.new_id("Item")
        company.put("Item", made["items"][name], body, "Create")
    prefs = company.need("Preferences", "1").body
    default = {"Name": "SalesFormsPrefs.DefaultItem", "Value": made["items"]["Services"]}
    prefs["OtherPrefs"]["NameValue"].append(default)
    company.amend("Preferences", "1", prefs)
    assert accounts
    return made
