"""Companies to fill: charts of accounts, terms, taxes and preferences by country."""

from dataclasses import dataclass
from decimal import Decimal

# Name, type, sub-type, and the role in which QuickBooks itself uses the account.
CHART = (
    ("Checking", "Bank", "Checking", "bank"),
    ("Savings", "Bank", "Savings", ""),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable", "receivable"),
    ("Inventory Asset", "Other Current Asset", "Inventory", "inventory"),
    ("Prepaid Expenses", "Other Current Asset", "PrepaidExpenses", ""),
    ("Uncategorized Asset", "Other Current Asset", "OtherCurrentAssets", "uncategorized"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds", "undeposited"),
    ("Furniture and Fixtures", "Fixed Asset", "FurnitureAndFixtures", ""),
    ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable", "payable"),
    ("Visa", "Credit Card", "CreditCard", "card"),
    ("Loan Payable", "Other Current Liability", "LoanPayable", ""),
    ("Customer Credits", "Other Current Liability", "OtherCurrentLiabilities", ""),
    ("Notes Payable", "Long Term Liability", "OtherLongTermLiabilities", ""),
    ("Opening Balance Equity", "Equity", "OpeningBalanceEquity", "opening"),
    ("Retained Earnings", "Equity", "RetainedEarnings", "retained"),
    ("Sales of Product Income", "Income", "SalesOfProductIncome", "income"),
    ("Services", "Income", "ServiceFeeIncome", "services"),
    ("Discounts given", "Income", "DiscountsRefundsGiven", "discount"),
    ("Shipping Income", "Income", "ServiceFeeIncome", "shipping"),
    ("Uncategorized Income", "Income", "ServiceFeeIncome", ""),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs", "cogs"),
    ("Inventory Shrinkage", "Cost of Goods Sold", "SuppliesMaterialsCogs", "shrinkage"),
    ("Advertising", "Expense", "AdvertisingPromotional", ""),
    ("Bank Charges", "Expense", "BankCharges", ""),
    ("Insurance", "Expense", "Insurance", ""),
    ("Meals and Entertainment", "Expense", "EntertainmentMeals", ""),
    ("Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses", ""),
    ("Purchases", "Expense", "SuppliesMaterials", "expense"),
    ("Rent or Lease", "Expense", "RentOrLeaseOfBuildings", ""),
    ("Utilities", "Expense", "Utilities", ""),
    ("Uncategorized Expense", "Expense", "OtherMiscellaneousServiceCost", ""),
    ("Interest Earned", "Other Income", "InterestEarned", ""),
    ("Exchange Gain or Loss", "Other Expense", "ExchangeGainOrLoss", "exchange"),
)
TERMS = (("Due on receipt", 0), ("Net 10", 10), ("Net 15", 15), ("Net 30", 30), ("Net 60", 60))
METHODS = (("Cash", "NON_CREDIT_CARD"), ("Check", "NON_CREDIT_CARD"), ("Visa", "CREDIT_CARD"))
SKUS = {
    "SimpleStart": "QuickBooks Online Simple Start",
    "Essentials": "QuickBooks Online Essentials",
    "Plus": "QuickBooks Online Plus",
    "Advanced": "QuickBooks Online Advanced",
}


@dataclass(frozen=True, slots=True)
class Code:
    """A tax code: its name, what it says, and rates in per cent for sales and purchases."""

    name: str
    words: str
    sales: tuple[tuple[str, str], ...]
    purchases: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Country:
    """What differs by country."""

    currency: str
    name: str
    agency: str
    liability: str
    place: str
    city: str
    postcode: str
    codes: tuple[Code, ...]
    checking: str = "Checking"


def _gst(name: str, words: str, rate: str, kind: str = "GST") -> Code:
    return Code(name, words, ((f"{kind} (sales) {name}", rate),), ((f"{kind} {name}", rate),))


COUNTRIES = {
    "US": Country(
        "USD",
        "Harbour Goods Inc",
        "California Department of Tax and Fee Administration",
        "Board of Equalization Payable",
        "CA",
        "Mountain View",
        "94043",
        (
            Code("California", "California 8%", (("California", "8"),), ()),
            Code("Tucson", "Tucson 9.1%", (("AZ State tax", "7.1"), ("Tucson City", "2")), ()),
            Code("Texas", "Texas 8.25%", (("Texas", "8.25"),), ()),
            Code("New York", "New York 8.875%", (("NY State", "4.375"), ("NY City", "4.5")), ()),
        ),
    ),
    "AU": Country(
        "AUD",
        "Harbour Goods Pty Ltd",
        "Australian Taxation Office",
        "GST Liabilities Payable",
        "NSW",
        "Sydney",
        "2000",
        (
            _gst("GST", "GST 10%", "10"),
            _gst("GST free", "GST free", "0"),
            _gst("Input tax", "Input taxed", "0"),
            _gst("Export", "Export sales", "0"),
            Code("Out of Scope", "Not reported", (), ()),
        ),
        "Cheque Account",
    ),
    "GB": Country(
        "GBP",
        "Harbour Goods Ltd",
        "HM Revenue & Customs (VAT)",
        "VAT Control",
        "Greater London",
        "London",
        "EC1A 1BB",
        (
            _gst("20.0% S", "Standard rate", "20", "VAT"),
            _gst("5.0% R", "Reduced rate", "5", "VAT"),
            _gst("0.0% Z", "Zero rate", "0", "VAT"),
            _gst("Exempt", "Exempt", "0", "VAT"),
            Code("No VAT", "Outside the scope", (), ()),
        ),
        "Current",
    ),
    "CA": Country(
        "CAD",
        "Harbour Goods Limited",
        "Receiver General",
        "GST/HST Payable",
        "ON",
        "Toronto",
        "M5H 2N2",
        (
            _gst("GST", "GST 5%", "5"),
            _gst("HST ON", "HST Ontario 13%", "13", "HST"),
            Code(
                "GST/QST QC - 9.975",
                "GST and QST",
                (("GST QC (sales)", "5"), ("QST (sales)", "9.975")),
                (("GST QC", "5"), ("QST", "9.975")),
            ),
            _gst("Zero-rated", "Zero-rated", "0"),
            _gst("Exempt", "Exempt", "0"),
        ),
        "Chequing",
    ),
}
PLACES = {"CA": "California", "AZ": "Tucson", "TX": "Texas", "NY": "New York"}
RATES = {
    "USD": Decimal(1),
    "EUR": Decimal("1.08"),
    "GBP": Decimal("1.27"),
    "CAD": Decimal("0.73"),
    "AUD": Decimal("0.66"),
    "NZD": Decimal("0.61"),
    "JPY": Decimal("0.0067"),
    "CNY": Decimal("0.14"),
}


def preferences(country: str, currency: str) -> dict[str, dict[str, object]]:
    """The preferences of a new company."""
    tax: dict[str, object] = {"UsingSalesTax": True}
    if country == "US":
        tax["PartnerTaxEnabled"] = True
    return {
        "AccountingInfoPrefs": {
            "FirstMonthOfFiscalYear": "January",
            "UseAccountNumbers": False,
            "TaxYearMonth": "January",
            "TrackDepartments": False,
            "DepartmentTerminology": "Location",
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": False,
            "CustomerTerminology": "Customers",
        },
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": False,
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": True,
            "AllowDeposit": False,
            "AllowDiscount": True,
            "AllowEstimates": True,
            "AllowShipping": True,
            "AllowServiceDate": False,
            "ETransactionEnabledStatus": "NotApplicable",
            "ETransactionAttachPDF": False,
            "ETransactionPaymentEnabled": False,
            "IPNSupportEnabled": False,
            "UsingPriceLevels": False,
            "UsingProgressInvoicing": False,
            "AutoApplyCredit": False,
            "AutoApplyPayments": False,
            "DefaultCustomerMessage": "Thank you for your business.",
        },
        "VendorAndPurchasesPrefs": {
            "TrackingByCustomer": False,
            "BillableExpenseTracking": False,
        },
        "TimeTrackingPrefs": {
            "UseServices": True,
            "BillCustomers": False,
            "ShowBillRateToAll": False,
            "WorkWeekStartDate": "Monday",
            "MarkTimeEntriesBillable": False,
        },
        "TaxPrefs": tax,
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": currency}},
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
    }
