"""Organisations to start with: AU, NZ, GB and US, each with its chart, taxes and currencies."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.xero.accounts import CURRENCIES, PLACES, keep_account, keep_tax_rate, new_account
from sandbox.xero.books import ORGANISATION, Books
from sandbox.xero.wire import ms_moment, new_id

if TYPE_CHECKING:
    from sandbox.xero.app import Xero

SELL, BUY = (
    ("Revenue", "Assets", "Liabilities", "Equity"),
    ("Expenses", "Assets", "Liabilities", "Equity"),
)
ALL = PLACES
Rate = tuple[str, str, str, str, tuple[str, ...]]  # type, name, percent, report type, applies to

TAXES: dict[str, tuple[Rate, ...]] = {
    "AU": (
        ("OUTPUT", "GST on Income", "10", "OUTPUT", SELL),
        ("INPUT", "GST on Expenses", "10", "INPUT", BUY),
        ("CAPEXINPUT", "GST on Capital", "10", "CAPEXINPUT", BUY),
        ("EXEMPTOUTPUT", "GST Free Income", "0", "EXEMPTOUTPUT", SELL),
        ("EXEMPTEXPENSES", "GST Free Expenses", "0", "EXEMPTEXPENSES", BUY),
        ("EXEMPTEXPORT", "GST Free Exports", "0", "EXEMPTEXPORT", SELL),
        ("INPUTTAXED", "Input Taxed", "0", "INPUTTAXED", ALL),
        ("GSTONIMPORTS", "GST on Imports", "0", "GSTONIMPORTS", BUY),
        ("BASEXCLUDED", "BAS Excluded", "0", "BASEXCLUDED", ALL),
    ),
    "NZ": (
        ("OUTPUT2", "15% GST on Income", "15", "OUTPUT", SELL),
        ("INPUT2", "15% GST on Expenses", "15", "INPUT", BUY),
        ("ZERORATED", "Zero Rated", "0", "OUTPUT", ALL),
        ("GSTONIMPORTS", "GST on Imports", "0", "GSTONIMPORTS", BUY),
    ),
    "GB": (
        ("OUTPUT2", "20% (VAT on Income)", "20", "OUTPUT", SELL),
        ("INPUT2", "20% (VAT on Expenses)", "20", "INPUT", BUY),
        ("RROUTPUT", "5% (VAT on Income)", "5", "OUTPUT", SELL),
        ("RRINPUT", "5% (VAT on Expenses)", "5", "INPUT", BUY),
        ("ZERORATEDOUTPUT", "Zero Rated Income", "0", "OUTPUT", SELL),
        ("ZERORATEDINPUT", "Zero Rated Expenses", "0", "INPUT", BUY),
        ("EXEMPTOUTPUT", "Exempt Income", "0", "EXEMPTOUTPUT", SELL),
        ("EXEMPTINPUT", "Exempt Expenses", "0", "EXEMPTINPUT", BUY),
        ("ECZROUTPUT", "Zero Rated EC Goods Income", "0", "ECOUTPUT", SELL),
    ),
    "US": (
        ("OUTPUT", "Tax on Sales", "0", "OUTPUT", SELL),
        ("INPUT", "Tax on Purchases", "0", "INPUT", BUY),
        ("TAX001", "City and State Sales Tax", "8.75", "USSALESTAX", ALL),
    ),
}
NONE: Rate = ("NONE", "Tax Exempt", "0", "NONE", ALL)
COUNTRIES: dict[str, dict[str, Any]] = {
    "AU": {
        "BaseCurrency": "AUD",
        "Version": "AU",
        "Timezone": "AUSEASTERNSTANDARDTIME",
        "FinancialYearEndDay": 30,
        "FinancialYearEndMonth": 6,
        "SalesTaxBasis": "ACCRUALS",
        "_taxes": ("OUTPUT", "INPUT"),
        "_tax_account": "GST",
        "_also": ("USD", "NZD", "EUR"),
    },
    "NZ": {
        "BaseCurrency": "NZD",
        "Version": "NZ",
        "Timezone": "NEWZEALANDSTANDARDTIME",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3,
        "SalesTaxBasis": "PAYMENTS",
        "_taxes": ("OUTPUT2", "INPUT2"),
        "_tax_account": "GST",
        "_also": ("USD", "AUD", "GBP"),
    },
    "GB": {
        "BaseCurrency": "GBP",
        "Version": "UK",
        "Timezone": "GMTSTANDARDTIME",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3,
        "SalesTaxBasis": "ACCRUAL",
        "_taxes": ("OUTPUT2", "INPUT2"),
        "_tax_account": "VAT",
        "_also": ("USD", "EUR"),
    },
    "US": {
        "BaseCurrency": "USD",
        "Version": "US",
        "Timezone": "EASTERNSTANDARDTIME",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 12,
        "SalesTaxBasis": "ACCRUAL",
        "_taxes": ("TAX001", "INPUT"),
        "_tax_account": "Sales Tax",
        "_also": ("CAD", "EUR"),
    },
}
# Units of each currency to one US dollar, for the day's rates.
TO_DOLLAR = {"USD": "1", "AUD": "1.52", "NZD": "1.68", "GBP": "0.79", "EUR": "0.92", "CAD": "1.37"}
# Code, name, type, whose tax (s: sales, p: purchases), system account, payments allowed.
CHART: tuple[tuple[str, str, str, str, str, bool], ...] = (
    ("090", "Business Bank Account", "BANK", "", "", False),
    ("", "Business Savings Account", "BANK", "", "", False),
    ("200", "Sales", "REVENUE", "s", "", False),
    ("260", "Other Revenue", "OTHERINCOME", "s", "", False),
    ("270", "Interest Income", "OTHERINCOME", "", "", False),
    ("280", "Shipping Income", "REVENUE", "s", "", False),
    ("310", "Cost of Goods Sold", "DIRECTCOSTS", "p", "", False),
    ("320", "Inventory Discrepancy", "EXPENSE", "", "", False),
    ("400", "Advertising", "EXPENSE", "p", "", False),
    ("404", "Bank Fees", "EXPENSE", "", "", False),
    ("425", "Freight and Courier", "EXPENSE", "p", "", False),
    ("429", "General Expenses", "EXPENSE", "p", "", False),
    ("453", "Office Expenses", "OVERHEADS", "p", "", False),
    ("416", "Depreciation", "DEPRECIATN", "", "", False),
    ("610", "Accounts Receivable", "CURRENT", "", "DEBTORS", False),
    ("620", "Prepayments", "CURRENT", "", "", True),
    ("630", "Inventory", "INVENTORY", "", "", False),
    ("631", "Stock on Hand", "CURRENT", "", "", False),
    ("632", "Work in Progress", "CURRENT", "", "", False),
    ("633", "Goods in Transit", "CURRENT", "", "", False),
    ("634", "Supplier Deposits", "CURRENT", "", "", True),
    ("710", "Office Equipment", "FIXED", "p", "", False),
    ("800", "Accounts Payable", "CURRLIAB", "", "CREDITORS", False),
    ("801", "Unpaid Expense Claims", "CURRLIAB", "", "UNPAIDEXPCLM", False),
    ("805", "Goods Received not Invoiced", "CURRLIAB", "", "", False),
    ("806", "Customer Credits", "CURRLIAB", "", "", True),
    ("807", "Gateway Clearing", "CURRENT", "", "", True),
    ("820", "GST", "CURRLIAB", "", "GST", False),
    ("840", "Historical Adjustment", "CURRLIAB", "", "HISTORICAL", False),
    ("860", "Rounding", "CURRLIAB", "", "ROUNDING", False),
    ("877", "Tracking Transfers", "CURRLIAB", "", "TRACKINGTRANSFERS", False),
    ("900", "Loan", "TERMLIAB", "", "", False),
    ("960", "Retained Earnings", "EQUITY", "", "RETAINEDEARNINGS", False),
    ("970", "Owner Funds Introduced", "EQUITY", "", "", True),
    ("497", "Bank Revaluations", "EXPENSE", "", "BANKCURRENCYGAIN", False),
    ("498", "Unrealised Currency Gains", "EXPENSE", "", "UNREALISEDCURRENCYGAIN", False),
    ("499", "Realised Currency Gains", "EXPENSE", "", "REALISEDCURRENCYGAIN", False),
)


def fill(xero: "Xero", values: dict[str, Any]) -> dict[str, Any]:
    """Make an organisation.

    {"country": "AU" | "NZ" | "GB" | "US", "name", "tenant" (id), "plan", "currencies": [more],
    "invoice_limit", "foreign_bank": true}. Answers its id and the ids of its bank accounts.
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
    banks = _accounts(books, country)
    if values.get("foreign_bank"):
        other = COUNTRIES[country]["_also"][0]
        banks.append(_bank(books, "091", f"{other} Account", other))
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
    for tax_type, name, percent, report, applies in (*TAXES[country], NONE):
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


def _accounts(books: Books, country: str) -> list[str]:
    sales, purchases = COUNTRIES[country]["_taxes"]
    tax_of = {"s": sales, "p": purchases, "": "NONE"}
    banks = []
    for code, name, kind, tax, system, payments in CHART:
        if kind == "BANK":
            banks.append(_bank(books, code, name, books.base))
            continue
        given: dict[str, Any] = {"Code": code, "Name": name, "Type": kind, "TaxType": tax_of[tax]}
        given["EnablePaymentsToAccount"] = payments
        if system:
            given["SystemAccount"] = system
        if system == "GST":
            given["Name"] = COUNTRIES[country]["_tax_account"]
        keep_account(books, new_account(given))
    return banks


def _bank(books: Books, code: str, name: str, currency: str) -> str:
    given = {"Name": name, "Type": "BANK", "CurrencyCode": currency}
    given |= {"BankAccountNumber": "121290000000" + (code or "1")} | (
        {"Code": code} if code else {}
    )
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
