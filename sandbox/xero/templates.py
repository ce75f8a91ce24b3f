"""Organisations to start with: AU, NZ, GB and US, each with its chart, taxes and currencies."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.xero.accounts import CURRENCIES, PLACES, keep_account, keep_tax_rate, new_account
from sandbox.xero.books import ORGANISATION, Books
from sandbox.xero.charts import chart
from sandbox.xero.wire import ms_moment, new_id

if TYPE_CHECKING:
    from sandbox.xero.app import Xero

SELL, BUY = (
    ("Revenue", "Assets", "Liabilities", "Equity"),
    ("Expenses", "Assets", "Liabilities", "Equity"),
)
OWED, SOLD = ("Liabilities",), ("Revenue", "Liabilities")
ALL = PLACES
Rate = tuple[str, str, str, str, tuple[str, ...]]  # type, name, percent, report type, applies to

TAXES: dict[str, tuple[Rate, ...]] = {
    "AU": (
        ("OUTPUT", "GST on Income", "10", "OUTPUT", SELL),
        ("INPUT", "GST on Expenses", "10", "INPUT", BUY),
        ("CAPEXINPUT", "GST on Capital", "10", "CAPEXINPUT", BUY),
        ("EXEMPTOUTPUT", "GST Free Income", "0", "EXEMPTOUTPUT", SELL),
        ("EXEMPTEXPENSES", "GST Free Expenses", "0", "EXEMPTEXPENSES", BUY),
        ("EXEMPTCAPITAL", "GST Free Capital", "0", "EXEMPTCAPITAL", BUY),
        ("EXEMPTEXPORT", "GST Free Exports", "0", "EXEMPTEXPORT", SELL),
        ("INPUTTAXED", "Input Taxed", "0", "INPUTTAXED", ALL),
        ("GSTONIMPORTS", "GST on Imports", "0", "GSTONIMPORTS", OWED),
        ("GSTONCAPIMPORTS", "GST on Capital Imports", "0", "GSTONCAPIMPORTS", OWED),
        ("BASEXCLUDED", "BAS Excluded", "0", "BASEXCLUDED", ALL),
    ),
    "NZ": (
        ("OUTPUT2", "15% GST on Income", "15", "OUTPUT", SELL),
        ("INPUT2", "15% GST on Expenses", "15", "INPUT", BUY),
        ("ZERORATED", "Zero Rated", "0", "OUTPUT", SOLD),
        ("GSTONIMPORTS", "GST on Imports", "0", "GSTONIMPORTS", OWED),
    ),
    "GB": (
        ("OUTPUT2", "20% (VAT on Income)", "20", "OUTPUT", SELL),
        ("INPUT2", "20% (VAT on Expenses)", "20", "INPUT", BUY),
        ("CAPEXOUTPUT2", "20% (VAT on Capital Sales)", "20", "CAPITALSALESOUTPUT", SELL),
        ("CAPEXINPUT2", "20% (VAT on Capital Purchases)", "20", "CAPITALEXPENSESINPUT", BUY),
        ("RROUTPUT", "5% (VAT on Income)", "5", "OUTPUT", SELL),
        ("RRINPUT", "5% (VAT on Expenses)", "5", "INPUT", BUY),
        ("ZERORATEDOUTPUT", "Zero Rated Income", "0", "OUTPUT", SELL),
        ("ZERORATEDINPUT", "Zero Rated Expenses", "0", "INPUT", BUY),
        ("EXEMPTOUTPUT", "Exempt Income", "0", "EXEMPTOUTPUT", SELL),
        ("EXEMPTINPUT", "Exempt Expenses", "0", "EXEMPTINPUT", BUY),
        ("ECZROUTPUT", "Zero Rated EC Goods Income", "0", "ECOUTPUT", SELL),
        ("ECZROUTPUTSERVICES", "Zero Rated EC Services", "0", "ECOUTPUTSERVICES", SELL),
        ("ECZRINPUT", "Zero Rated EC Expenses", "0", "ECINPUT", BUY),
    ),
    "US": (
        ("OUTPUT", "Tax on Sales", "0", "OUTPUT", SELL),
        ("INPUT", "Tax on Purchases", "0", "INPUT", BUY),
        ("TAX001", "City and State Sales Tax", "8.75", "USSALESTAX", ALL),
    ),
}
# What the rate without tax is called, and the tax of accounts by their letter in the chart.
OUTSIDE = {"AU": "Tax Exempt", "NZ": "No GST", "GB": "No VAT", "US": "Tax Exempt"}
TAX_OF: dict[str, dict[str, str]] = {
    "AU": {
        "s": "OUTPUT",
        "p": "INPUT",
        "f": "EXEMPTOUTPUT",
        "g": "EXEMPTEXPENSES",
        "": "BASEXCLUDED",
    },
    "NZ": {"s": "OUTPUT2", "p": "INPUT2", "f": "NONE", "g": "NONE", "": "NONE"},
    "GB": {"s": "OUTPUT2", "p": "INPUT2", "f": "NONE", "g": "EXEMPTINPUT", "": "NONE"},
    "US": {"s": "TAX001", "p": "INPUT", "": "NONE"},
}
COUNTRIES: dict[str, dict[str, Any]] = {
    "AU": {
        "BaseCurrency": "AUD",
        "Version": "AU",
        "Timezone": "AUSEASTERNSTANDARDTIME",
        "FinancialYearEndDay": 30,
        "FinancialYearEndMonth": 6,
        "SalesTaxBasis": "ACCRUALS",
        "_also": ("USD", "NZD", "EUR"),
    },
    "NZ": {
        "BaseCurrency": "NZD",
        "Version": "NZ",
        "Timezone": "NEWZEALANDSTANDARDTIME",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3,
        "SalesTaxBasis": "PAYMENTS",
        "_also": ("USD", "AUD", "GBP"),
    },
    "GB": {
        "BaseCurrency": "GBP",
        "Version": "UK",
        "Timezone": "GMTSTANDARDTIME",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3,
        "SalesTaxBasis": "ACCRUAL",
        "_also": ("USD", "EUR"),
    },
    "US": {
        "BaseCurrency": "USD",
        "Version": "US",
        "Timezone": "EASTERNSTANDARDTIME",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 12,
        "SalesTaxBasis": "ACCRUAL",
        "_also": ("CAD", "EUR"),
    },
}
# Units of each currency to one US dollar, for the day's rates.
TO_DOLLAR = {"USD": "1", "AUD": "1.52", "NZD": "1.68", "GBP": "0.79", "EUR": "0.92", "CAD": "1.37"}


def fill(xero: "Xero", values: dict[str, Any]) -> dict[str, Any]:
    """Make an organisation.

    {"country": "AU" | "NZ" | "GB" | "US", "name", "tenant" (id), "plan", "currencies": [more],
    "invoice_limit", "foreign_bank": true, "shop_accounts": false}. Answers its id and the
    ids of its bank accounts.
    """
    country = values.get("country", "NZ")
    if country not in COUNTRIES:
        raise ValueError(f"country: one of {', '.join(COUNTRIES)}")
    tenant = str(values.get("tenant") or new_id()).lower()
    if xero.store.setting(tenant, ORGANISATION):
        raise ValueError("tenant: there is such an organisation")
    books = xero.books(tenant)
    _organisation(xero, books, country, values)
    _rates_and_currencies(xero, books, country, values.get("currencies", []))
    banks = _accounts(books, country, shop=bool(values.get("shop_accounts", True)))
    if values.get("foreign_bank"):
        other = COUNTRIES[country]["_also"][0]
        banks.append(_bank(books, "091", f"{other} Account", other, TAX_OF[country][""]))
    _rest(books)
    return {"tenant": tenant, "name": books.organisation["Name"], "bank_accounts": banks}


def _organisation(xero: "Xero", books: Books, country: str, values: dict[str, Any]) -> None:
    own = COUNTRIES[country]
    name = str(values.get("name") or f"Harbour Goods {country}")
    body = {key: value for key, value in own.items() if not key.startswith("_")} | {
        "OrganisationID": books.tenant,
        "Name": name,
        "LegalName": name,
        "PaysTax": True,
        "OrganisationType": "COMPANY",
        "OrganisationEntityType": "COMPANY",
        "CountryCode": country,
        "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE",
        "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive",
        "CreatedDateUTC": ms_moment(books.at),
        "ShortCode": "!" + books.tenant[:5].upper(),
        "Class": values.get("plan", "PREMIUM"),
        "Edition": "BUSINESS",
        "LineOfBusiness": "Wholesale",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    }
    xero.store.set(books.tenant, ORGANISATION, body)
    if values.get("invoice_limit") is not None:
        xero.store.set(books.tenant, "invoice_limit", int(values["invoice_limit"]))


def _rates_and_currencies(xero: "Xero", books: Books, country: str, more: list[str]) -> None:
    outside: Rate = ("NONE", OUTSIDE[country], "0", "NONE", ALL)
    for tax_type, name, percent, report, applies in (*TAXES[country], outside):
        component = {"Name": name[:50], "Rate": Decimal(percent)}
        body: dict[str, Any] = {
            "TaxType": tax_type,
            "Name": name,
            "Status": "ACTIVE",
            "ReportTaxType": report,
        }
        body |= {"TaxComponents": [component]}
        body |= {f"CanApplyTo{place}": place in applies for place in PLACES}
        keep_tax_rate(books, body)
    xero.store.set(books.tenant, "tax_rate", 2)  # TAX001 may be there
    own = COUNTRIES[country]
    rates = {}
    for code in dict.fromkeys((own["BaseCurrency"], *own["_also"], *more)):
        books.put("currency", code, {"Code": code, "Description": CURRENCIES[code]})
        if code in TO_DOLLAR:
            rate = Decimal(TO_DOLLAR[code]) / Decimal(TO_DOLLAR[own["BaseCurrency"]])
            rates[code] = round(rate, 6)
    xero.store.set(books.tenant, "day_rates", rates)


def _accounts(books: Books, country: str, *, shop: bool) -> list[str]:
    tax_of = TAX_OF[country]
    first = "090" if country != "US" else "101"
    banks = [
        _bank(books, first, "Business Bank Account", books.base, tax_of[""]),
        _bank(books, "", "Business Savings Account", books.base, tax_of[""]),
    ]
    for line in chart(country, shop=shop):
        given: dict[str, Any] = {"Code": line.code, "Name": line.name, "Type": line.kind}
        given |= {"TaxType": tax_of[line.tax], "EnablePaymentsToAccount": line.payments}
        if line.system:
            given["SystemAccount"] = line.system
        keep_account(books, new_account(given))
    return banks


def _bank(books: Books, code: str, name: str, currency: str, tax: str) -> str:
    given = {"Name": name, "Type": "BANK", "CurrencyCode": currency, "TaxType": tax}
    given["BankAccountNumber"] = "121290000000" + (code or "1")
    if code:
        given["Code"] = code
    body = new_account(given)
    keep_account(books, body)
    return str(body["AccountID"])


def _rest(books: Books) -> None:
    for order, name in enumerate(("Standard", "Special Projects")):
        theme: dict[str, Any] = {
            "BrandingThemeID": new_id(),
            "Name": name,
            "SortOrder": order,
            "Type": "INVOICE",
        }
        books.put("branding_theme", theme["BrandingThemeID"], theme)
    user: dict[str, Any] = {
        "UserID": new_id(),
        "EmailAddress": "owner@example.com",
        "FirstName": "Olive",
        "LastName": "Owner",
        "IsSubscriber": True,
        "OrganisationRole": "FINANCIALADVISER",
    }
    books.put("user", user["UserID"], user)
