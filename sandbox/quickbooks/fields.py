"""Which properties each entity has: `Name:kind`, `(n)` its greatest length, `!` needed to create
it, `^` set by QuickBooks alone (what a caller sends there is ignored).
"""

import re
from dataclasses import dataclass

TABLE = {
    "Account": """
        AccountAlias:text AccountSubType:text AccountType:text AcctNum:text Active:flag
        Classification:text^ CurrencyRef:ref CurrentBalance:number^
        CurrentBalanceWithSubAccounts:number^ Description:text(100) FullyQualifiedName:text^
        Name:text(100)! ParentRef:ref SubAccount:flag^ TaxCodeRef:ref TxnLocationType:text
    """,
    "Attachable": """
        AttachableRef:list Category:text(100) ContentType:text(100) FileAccessUri:text^
        FileName:text(1000) Lat:text(100) Long:text(100) Note:text(2000)
        PlaceName:text(2000) Size:number^ Tag:text(2000) TempDownloadUri:text^
        ThumbnailFileAccessUri:text^ ThumbnailTempDownloadUri:text^
    """,
    "Bill": """
        APAccountRef:ref Balance:number^ CurrencyRef:ref DepartmentRef:ref
        DocNumber:text(21) DueDate:date ExchangeRate:number GlobalTaxCalculation:text
        HomeBalance:number^ IncludeInAnnualTPAR:flag Line:list! LinkedTxn:list
        PrivateNote:text(4000) RecurDataRef:ref^ SalesTermRef:ref TotalAmt:number^
        TransactionLocationType:text TxnDate:date TxnTaxDetail:object VendorRef:ref!
    """,
    "BillPayment": """
        APAccountRef:ref CheckPayment:object CreditCardPayment:object CurrencyRef:ref
        DepartmentRef:ref DocNumber:text(21) ExchangeRate:number Line:list! PayType:text!
        PrivateNote:text(4000) ProcessBillPayment:flag TotalAmt:number!
        TransactionLocationType:text TxnDate:date VendorRef:ref!
    """,
    "Class": """
        Active:flag FullyQualifiedName:text^ Name:text(100)! ParentRef:ref SubClass:flag
    """,
    "CreditMemo": """
        ApplyTaxAfterDiscount:flag Balance:number^ BillAddr:address BillEmail:email
        ClassRef:ref CurrencyRef:ref CustomField:list CustomerMemo:memo CustomerRef:ref!
        DepartmentRef:ref DocNumber:text(21) EmailStatus:text ExchangeRate:number
        GlobalTaxCalculation:text HomeBalance:number^ HomeTotalAmt:number^ InvoiceRef:ref
        Line:list! PaymentMethodRef:ref^ PrintStatus:text PrivateNote:text(4000)
        ProjectRef:ref RecurDataRef:ref^ RemainingCredit:number^ SalesTermRef:ref
        ShipAddr:address TaxExemptionRef:ref^ TotalAmt:number TransactionLocationType:text
        TxnDate:date TxnTaxDetail:object
    """,
    "Customer": """
        ARAccountRef:ref Active:flag AlternatePhone:phone(30) Balance:number
        BalanceWithJobs:number BillAddr:address BillWithParent:flag BusinessNumber:text(10)
        CompanyName:text(100) CurrencyRef:ref CustomerTypeRef:ref DefaultTaxCodeRef:ref
        DisplayName:text(500) FamilyName:text(100) Fax:phone(30) FullyQualifiedName:text^
        GSTIN:text(15) GSTRegistrationType:text(15) GivenName:text(100) IsProject:flag^
        Job:flag Level:number^ MiddleName:text(100) Mobile:phone(30) Notes:text(2000)
        OpenBalanceDate:date ParentRef:ref PaymentMethodRef:ref PreferredDeliveryMethod:text
        PrimaryEmailAddr:email PrimaryPhone:phone(30) PrimaryTaxIdentifier:text
        PrintOnCheckName:text(110) ResaleNum:text(16) SalesTermRef:ref
        SecondaryTaxIdentifier:text ShipAddr:address Source:text Suffix:text(16)
        TaxExemptionReasonId:number Taxable:flag Title:text(16) WebAddr:web(1000)
    """,
    "Department": """
        Active:flag FullyQualifiedName:text^ Name:text(100)! ParentRef:ref
        SubDepartment:flag^
    """,
    "Deposit": """
        CashBack:object CurrencyRef:ref DepartmentRef:ref DepositToAccountRef:ref!
        ExchangeRate:number GlobalTaxCalculation:text HomeTotalAmt:number^ Line:list!
        PrivateNote:text(4000) RecurDataRef:ref^ TotalAmt:number^
        TransactionLocationType:text TxnDate:date TxnSource:text TxnTaxDetail:object
    """,
    "Employee": """
        Active:flag BillRate:number BillableTime:flag BirthDate:date CostRate:number
        DisplayName:text(500) EmployeeNumber:text(100) FamilyName:text(100) Gender:text
        GivenName:text(100) HiredDate:date MiddleName:text(100) Mobile:phone(20)
        Organization:flag PrimaryAddr:address PrimaryEmailAddr:email PrimaryPhone:phone(20)
        PrintOnCheckName:text(100) ReleasedDate:date SSN:text(100) Suffix:text(16)
        Title:text(16) V4IDPseudonym:text^
    """,
    "Estimate": """
        AcceptedBy:text AcceptedDate:date ApplyTaxAfterDiscount:flag BillAddr:address
        BillEmail:email ClassRef:ref CurrencyRef:ref CustomField:list CustomerMemo:memo
        CustomerRef:ref! DepartmentRef:ref DocNumber:text(21) DueDate:date EmailStatus:text
        ExchangeRate:number ExpirationDate:date FreeFormAddress:flag
        GlobalTaxCalculation:text HomeTotalAmt:number^ Line:list LinkedTxn:list
        PrintStatus:text PrivateNote:text(4000) ProjectRef:ref RecurDataRef:ref^
        SalesTermRef:ref ShipAddr:address ShipDate:date ShipFromAddr:address
        ShipMethodRef:ref TaxExemptionRef:ref^ TotalAmt:number^ TransactionLocationType:text
        TxnDate:date TxnStatus:text TxnTaxDetail:object
    """,
    "Invoice": """
        AllowIPNPayment:flag AllowOnlineACHPayment:flag AllowOnlineCreditCardPayment:flag
        AllowOnlinePayment:flag ApplyTaxAfterDiscount:flag Balance:number^ BillAddr:address
        BillEmail:email BillEmailBcc:email BillEmailCc:email ClassRef:ref CurrencyRef:ref
        CustomField:list CustomerMemo:memo CustomerRef:ref! DeliveryInfo:object^
        DepartmentRef:ref Deposit:number DepositToAccountRef:ref DocNumber:text(21)
        DueDate:date EmailStatus:text ExchangeRate:number FreeFormAddress:flag
        GlobalTaxCalculation:text HomeBalance:number^ HomeTotalAmt:number^ InvoiceLink:text^
        Line:list! LinkedTxn:list PrintStatus:text PrivateNote:text(4000) ProjectRef:ref
        RecurDataRef:ref^ SalesTermRef:ref ShipAddr:address ShipDate:date
        ShipFromAddr:address ShipMethodRef:ref TaxExemptionRef:ref^ TotalAmt:number^
        TrackingNum:text TransactionLocationType:text TxnDate:date TxnSource:text
        TxnTaxDetail:object
    """,
    "Item": """
        AbatementRate:number Active:flag AssetAccountRef:ref ClassRef:ref
        Description:text(4000) ExpenseAccountRef:ref FullyQualifiedName:text^
        IncomeAccountRef:ref InvStartDate:date ItemCategoryType:text
        ItemGroupDetail:object Level:number^
        Name:text(100)! ParentRef:ref PrefVendorRef:ref PrintGroupedItems:flag
        PurchaseCost:number
        PurchaseDesc:text(1000) PurchaseTaxCodeRef:ref PurchaseTaxIncluded:flag
        QtyOnHand:number ReorderPoint:number ReverseChargeRate:number SalesTaxCodeRef:ref
        SalesTaxIncluded:flag ServiceType:text Sku:text(100) Source:text SubItem:flag
        TaxClassificationRef:ref Taxable:flag TrackQtyOnHand:flag Type:text
        UQCDisplayText:text(25) UQCId:text UnitPrice:number
    """,
    "JournalEntry": """
        Adjustment:flag CurrencyRef:ref DocNumber:text(21) ExchangeRate:number
        GlobalTaxCalculation:text HomeTotalAmt:number^ Line:list! PrivateNote:text(4000)
        RecurDataRef:ref^ TaxRateRef:ref TotalAmt:number^ TransactionLocationType:text
        TxnDate:date TxnTaxDetail:object
    """,
    "Payment": """
        ARAccountRef:ref CreditCardPayment:object CurrencyRef:ref CustomerRef:ref!
        DepositToAccountRef:ref ExchangeRate:number Line:list PaymentMethodRef:ref
        PaymentRefNum:text PrivateNote:text(4000) ProjectRef:ref TaxExemptionRef:ref^
        TotalAmt:number! TransactionLocationType:text TxnDate:date TxnSource:text
        UnappliedAmt:number^
    """,
    "PaymentMethod": """
        Active:flag Name:text(31)! Type:text
    """,
    "Purchase": """
        AccountRef:ref! Credit:flag CurrencyRef:ref DepartmentRef:ref DocNumber:text(21)
        EntityRef:party ExchangeRate:number GlobalTaxCalculation:text IncludeInAnnualTPAR:flag
        Line:list! LinkedTxn:list PaymentMethodRef:ref PaymentType:text! PrintStatus:text
        PrivateNote:text(4000) PurchaseEx:object RecurDataRef:ref^ RemitToAddr:address^
        TotalAmt:number^ TransactionLocationType:text TxnDate:date TxnSource:text
        TxnTaxDetail:object
    """,
    "PurchaseOrder": """
        APAccountRef:ref! ClassRef:ref CurrencyRef:ref CustomField:list DocNumber:text(21)
        DueDate:date EmailStatus:text ExchangeRate:number GlobalTaxCalculation:text
        Line:list! LinkedTxn:list Memo:text(4000) POEmail:email POStatus:text
        PrivateNote:text(4000) RecurDataRef:ref^ SalesTermRef:ref ShipAddr:address
        ShipMethodRef:ref ShipTo:object TotalAmt:number^ TransactionLocationType:text
        TxnDate:date TxnTaxDetail:object VendorAddr:address VendorRef:ref!
    """,
    "RefundReceipt": """
        ApplyTaxAfterDiscount:flag Balance:number^ BillAddr:address BillEmail:email
        CheckPayment:object ClassRef:ref CreditCardPayment:object CurrencyRef:ref
        CustomField:list CustomerMemo:memo CustomerRef:ref DepartmentRef:ref
        DepositToAccountRef:ref! DocNumber:text(21) ExchangeRate:number
        GlobalTaxCalculation:text HomeBalance:number^ HomeTotalAmt:number^ Line:list!
        PaymentMethodRef:ref PaymentRefNum:text(100) PaymentType:text(21) PrintStatus:text
        PrivateNote:text(4000) ProjectRef:ref RecurDataRef:ref^ ShipAddr:address
        TaxExemptionRef:ref^ TotalAmt:number^ TransactionLocationType:text TxnDate:date
        TxnSource:text TxnTaxDetail:object
    """,
    "SalesReceipt": """
        ApplyTaxAfterDiscount:flag Balance:number^ BillAddr:address BillEmail:email
        ClassRef:ref CreditCardPayment:object CurrencyRef:ref CustomField:list
        CustomerMemo:memo CustomerRef:ref! DeliveryInfo:object^ DepartmentRef:ref
        DepositToAccountRef:ref DocNumber:text(21) EmailStatus:text ExchangeRate:number
        FreeFormAddress:flag GlobalTaxCalculation:text HomeBalance:number^
        HomeTotalAmt:number^ Line:list! LinkedTxn:list PaymentMethodRef:ref
        PaymentRefNum:text(21) PrintStatus:text PrivateNote:text(4000) ProjectRef:ref
        RecurDataRef:ref^ ShipAddr:address ShipDate:date ShipFromAddr:address
        ShipMethodRef:ref TotalAmt:number^ TrackingNum:text TransactionLocationType:text
        TxnDate:date TxnSource:text TxnTaxDetail:object
    """,
    "TaxAgency": """
        DisplayName:text(100)! LastFileDate:text^ TaxAgencyConfig:text^
        TaxRegistrationNumber:text^ TaxTrackedOnPurchases:flag^ TaxTrackedOnSales:flag^
    """,
    "TaxCode": """
        Active:flag Description:text(100) Hidden:flag^ Name:text(100)!
        PurchaseTaxRateList:object SalesTaxRateList:object TaxCodeConfigType:text^
        TaxGroup:flag^ Taxable:flag^
    """,
    "TaxRate": """
        Active:flag^ AgencyRef:ref^ Description:text(100)^ DisplayType:text^
        EffectiveTaxRate:object^ Name:text(100)^ OriginalTaxRate:text^ RateValue:text^
        SpecialTaxType:text^ TaxReturnLineRef:ref^
    """,
    "Term": """
        Active:flag DayOfMonthDue:number DiscountDayOfMonth:number DiscountDays:number
        DiscountPercent:number DueDays:number DueNextMonthDays:number Name:text(31)!
        Type:text
    """,
    "TimeActivity": """
        BillableStatus:text BreakHours:number ClassRef:ref CostRate:number CustomerRef:ref
        DepartmentRef:ref Description:text(4000) EmployeeRef:ref EndTime:text
        HourlyRate:number Hours:number ItemRef:ref NameOf:text! PayrollItemRef:ref
        ProjectRef:ref StartTime:text Taxable:flag TransactionLocationType:text TxnDate:date
        VendorRef:ref
    """,
    "Transfer": """
        Amount:number! FromAccountRef:ref! PrivateNote:text(4000) RecurDataRef:ref^
        ToAccountRef:ref! TransactionLocationType:text TxnDate:date
    """,
    "Vendor": """
        APAccountRef:ref AcctNum:text(100) Active:flag AlternatePhone:phone Balance:number^
        BillAddr:address BillRate:number BusinessNumber:text(10) CompanyName:text(100)
        CostRate:number CurrencyRef:ref DisplayName:text(500) FamilyName:text(100)
        Fax:phone GSTIN:text(15) GSTRegistrationType:text(15) GivenName:text(100)
        HasTPAR:flag MiddleName:text(100) Mobile:phone OtherContactInfo:object
        PrimaryEmailAddr:email PrimaryPhone:phone PrintOnCheckName:text(100) Source:text
        Suffix:text(16) T4AEligible:flag T5018Eligible:flag TaxIdentifier:text(20)
        TaxReportingBasis:text TermRef:ref Title:text(16) Vendor1099:flag
        VendorPaymentBankDetail:object WebAddr:web
    """,
    "VendorCredit": """
        APAccountRef:ref Balance:number^ CurrencyRef:ref DepartmentRef:ref
        DocNumber:text(21) ExchangeRate:number GlobalTaxCalculation:text
        IncludeInAnnualTPAR:flag Line:list! LinkedTxn:list PrivateNote:text(4000)
        RecurDataRef:ref^ TotalAmt:number^ TransactionLocationType:text TxnDate:date
        TxnTaxDetail:object VendorRef:ref!
    """,
    "ExchangeRate": """
        AsOfDate:date CustomField:list Rate:number SourceCurrencyCode:text
        TargetCurrencyCode:text
    """,
    "CompanyInfo": """
        CompanyAddr:address CompanyName:text(1024) CompanyStartDate:text^ Country:text
        CustomerCommunicationAddr:address Email:email(100) FiscalYearStartMonth:text
        LegalAddr:address LegalName:text(1024) NameValue:list PrimaryPhone:phone
        SupportedLanguages:text WebAddr:web(1000)
    """,
    "CompanyCurrency": """
        Active:flag Code:text(3)! CustomField:list Name:text(100)
    """,
    "Preferences": """
        AccountingInfoPrefs:object CurrencyPrefs:object EmailMessagesPrefs:object
        OtherPrefs:object ProductAndServicesPrefs:object ReportPrefs:object
        SalesFormsPrefs:object TaxPrefs:object TimeTrackingPrefs:object
        VendorAndPurchasesPrefs:object
    """,
    "Line": """
        AccountBasedExpenseLineDetail:object Amount:number CustomField:list
        DepositLineDetail:object Description:text(4000) DescriptionLineDetail:object
        DetailType:text DiscountLineDetail:object GroupLineDetail:object Id:text
        ItemBasedExpenseLineDetail:object JournalEntryLineDetail:object LineNum:number
        LinkedTxn:list ProjectRef:ref SalesItemLineDetail:object SubTotalLineDetail:object
        SubtotalLineDetail:object TaxLineDetail:object LineEx:object^
    """,
    "SalesItemLineDetail": """
        ClassRef:ref DiscountAmt:number DiscountRate:number ItemAccountRef:ref^ ItemRef:ref
        MarkupInfo:object PriceLevelRef:ref Qty:number ServiceDate:date
        TaxClassificationRef:ref TaxCodeRef:ref TaxInclusiveAmt:number UnitPrice:number
    """,
    "DiscountLineDetail": """
        ClassRef:ref DiscountAccountRef:ref DiscountPercent:number PercentBased:flag
        TaxCodeRef:ref Discount:object
    """,
    "ItemBasedExpenseLineDetail": """
        BillableStatus:text ClassRef:ref CustomerRef:ref ItemRef:ref MarkupInfo:object
        PriceLevelRef:ref Qty:number TaxCodeRef:ref TaxInclusiveAmt:number UnitPrice:number
    """,
    "AccountBasedExpenseLineDetail": """
        AccountRef:ref BillableStatus:text ClassRef:ref CustomerRef:ref MarkupInfo:object
        TaxAmount:number TaxCodeRef:ref TaxInclusiveAmt:number
    """,
    "JournalEntryLineDetail": """
        AccountRef:ref BillableStatus:text ClassRef:ref DepartmentRef:ref Entity:object
        JournalCodeRef:ref PostingType:text! TaxAmount:number TaxApplicableOn:text
        TaxCodeRef:ref TaxInclusiveAmt:number
    """,
    "DepositLineDetail": """
        AccountRef:ref CheckNum:text ClassRef:ref Entity:object PaymentMethodRef:ref
        TaxApplicableOn:text TaxCodeRef:ref TxnType:text
    """,
    "DescriptionLineDetail": """
        ServiceDate:date TaxCodeRef:ref
    """,
    "GroupLineDetail": """
        GroupItemRef:ref Line:list Quantity:number ServiceDate:date
    """,
    "SubTotalLineDetail": """
        ItemRef:ref
    """,
    "TxnTaxDetail": """
        TaxLine:list TotalTax:number TxnTaxCodeRef:ref
    """,
    "TaxLine": """
        Amount:number DetailType:text TaxLineDetail:object
    """,
    "TaxLineDetail": """
        NetAmountTaxable:number OverrideDeltaAmount:number PercentBased:flag
        TaxInclusiveAmount:number TaxPercent:number TaxRateRef:ref
    """,
    "LinkedTxn": """
        TxnId:text! TxnLineId:text TxnType:text!
    """,
    "Address": """
        City:text(255) Country:text(255) CountrySubDivisionCode:text(255) Id:text^ Lat:text
        Line1:text(500) Line2:text(500) Line3:text(500) Line4:text(500) Line5:text(500)
        Long:text Note:text^ PostalCode:text(30)
    """,
}
# Sent by clients in circulation, taken and not kept.
IGNORED = {
    "*": {"Id", "SyncToken", "MetaData", "sparse", "domain", "status", "time", "AttachableRef"},
    "Invoice": {"EInvoiceStatus", "TxnStatus"},
    "Payment": {"ProcessPayment", "TxnStatus", "LinkedTxn"},
    "CreditMemo": {"LinkedTxn"},
    "RefundReceipt": {"LinkedTxn"},
    "JournalEntry": {"LinkedTxn"},
    "BillPayment": {"LinkedTxn"},
    "Deposit": {"LinkedTxn", "DocNumber", "TxnStatus"},
    "Estimate": {"TrackingNum"},
    "TimeActivity": {"Minutes", "BreakMinutes"},
    "Transfer": {"LinkedTxn", "TxnSource"},
    "Bill": {"VendorAddr"},
}
META = {"Id", "SyncToken", "MetaData", "sparse", "domain"}
FIELD = re.compile(r"(\w+):(\w+)(?:\((\d+)\))?([!^]*)")


@dataclass(frozen=True, slots=True)
class Field:
    """One property: what it is and what is allowed."""

    name: str
    kind: str
    longest: int
    needed: bool
    read_only: bool


def _read(text: str) -> dict[str, Field]:
    found = {}
    for name, kind, longest, marks in FIELD.findall(text):
        most = int(longest or 0)
        found[name] = Field(name, kind, most, "!" in marks, "^" in marks)
    return found


FIELDS = {entity: _read(text) for entity, text in TABLE.items()}

ENUMS = {
    "GlobalTaxCalculation": ("TaxInclusive", "TaxExcluded", "NotApplicable"),
    "EmailStatus": ("NotSet", "NeedToSend", "EmailSent"),
    "PrintStatus": ("NotSet", "NeedToPrint", "PrintComplete"),
    "POStatus": ("Open", "Closed"),
    "PayType": ("Check", "CreditCard"),
    "PostingType": ("Credit", "Debit"),
    "BillableStatus": ("Billable", "NotBillable", "HasBeenBilled"),
    "PreferredDeliveryMethod": ("Print", "Email", "None"),
}
# Values that belong to one entity's property of a common name.
ENUMS_OF = {
    ("Estimate", "TxnStatus"): ("Accepted", "Closed", "Pending", "Rejected", "Converted"),
    ("Purchase", "PaymentType"): ("Cash", "Check", "CreditCard"),
    ("Item", "Type"): ("Inventory", "NonInventory", "Service", "Category", "Group"),
    ("TimeActivity", "NameOf"): ("Employee", "Vendor"),
}

ACCOUNT_TYPES = {
    "Bank": ("Asset", "Checking"),
    "Accounts Receivable": ("Asset", "AccountsReceivable"),
    "Other Current Asset": ("Asset", "OtherCurrentAssets"),
    "Fixed Asset": ("Asset", "FurnitureAndFixtures"),
    "Other Asset": ("Asset", "OtherLongTermAssets"),
    "Accounts Payable": ("Liability", "AccountsPayable"),
    "Credit Card": ("Liability", "CreditCard"),
    "Other Current Liability": ("Liability", "OtherCurrentLiabilities"),
    "Long Term Liability": ("Liability", "OtherLongTermLiabilities"),
    "Equity": ("Equity", "OpeningBalanceEquity"),
    "Income": ("Revenue", "SalesOfProductIncome"),
    "Cost of Goods Sold": ("Expense", "SuppliesMaterialsCogs"),
    "Expense": ("Expense", "OtherMiscellaneousServiceCost"),
    "Other Income": ("Revenue", "OtherMiscellaneousIncome"),
    "Other Expense": ("Expense", "OtherMiscellaneousExpense"),
    "Non-Posting": ("Equity", "OpeningBalanceEquity"),
}

LISTS = (
    "Account",
    "Class",
    "CompanyCurrency",
    "Customer",
    "Department",
    "Employee",
    "Item",
    "PaymentMethod",
    "TaxAgency",
    "TaxCode",
    "TaxRate",
    "Term",
    "Vendor",
)
DOCUMENTS = (
    "Bill",
    "BillPayment",
    "CreditMemo",
    "Deposit",
    "Estimate",
    "Invoice",
    "JournalEntry",
    "Payment",
    "Purchase",
    "PurchaseOrder",
    "RefundReceipt",
    "SalesReceipt",
    "Transfer",
    "VendorCredit",
)
PARTIES_OF = ("Customer", "Vendor", "Employee")
PLAIN = ("Attachable", "TimeActivity")
OTHERS = ("CompanyInfo", "Preferences", "ExchangeRate")
QUERYABLE = (*LISTS, *DOCUMENTS, *PLAIN, *OTHERS)
BY_PATH = {entity.lower(): entity for entity in QUERYABLE}
VOIDABLE = ("Invoice", "SalesReceipt", "Payment", "BillPayment")
NOT_IN_CDC = ("TaxCode", "TaxRate", "TaxAgency", "TimeActivity")
NO_NUMBER = ("Payment", "Transfer", "Deposit")
SALES = ("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt", "Estimate")
PURCHASES = ("Bill", "VendorCredit", "Purchase", "PurchaseOrder")
