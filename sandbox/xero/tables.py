"""The fields that callers may send, resource by resource (OpenAPI 16.1.0)."""

from sandbox.xero.fields import Reader, Table, boolean, day, guid, many, number, one, text, word

ACCOUNT_TYPES = (
    *("BANK", "CURRENT", "CURRLIAB", "DEPRECIATN", "DIRECTCOSTS", "EQUITY", "EXPENSE", "FIXED"),
    *("INVENTORY", "LIABILITY", "NONCURRENT", "OTHERINCOME", "OVERHEADS", "PREPAYMENT"),
    *("REVENUE", "SALES", "TERMLIAB", "PAYG"),
)
AMOUNT_TYPES = word("Exclusive", "Inclusive", "NoTax")
DOCUMENT_STATUS = word("DRAFT", "SUBMITTED", "DELETED", "AUTHORISED", "PAID", "VOIDED")

CONTACT_REF: Table = {"ContactID": guid, "ContactNumber": text(50), "Name": text(255)}
ACCOUNT_REF: Table = {"AccountID": guid, "Code": text(10)}
TRACKING: Table = {
    "TrackingCategoryID": guid,
    "TrackingOptionID": guid,
    "Name": text(100),
    "Option": text(100),
}
LINE: Table = {
    "LineItemID": guid,
    "Description": text(),
    "Quantity": number,
    "UnitAmount": number,
    "ItemCode": text(30),
    "AccountCode": text(10),
    "AccountID": guid,
    "TaxType": text(50),
    "TaxAmount": number,
    "LineAmount": number,
    "DiscountRate": number,
    "DiscountAmount": number,
    "Tracking": many(TRACKING),
}
DOCUMENT: dict[str, Reader] = {
    "Contact": one(CONTACT_REF),
    "LineItems": many(LINE),
    "Date": day,
    "LineAmountTypes": AMOUNT_TYPES,
    "Reference": text(255),
    "BrandingThemeID": guid,
    "CurrencyCode": text(3),
    "CurrencyRate": number,
    "Status": DOCUMENT_STATUS,
}
INVOICE: Table = DOCUMENT | {
    "InvoiceID": guid,
    "Type": word("ACCREC", "ACCPAY"),
    "InvoiceNumber": text(255),
    "DueDate": day,
    "Url": text(2_000),
    "SentToContact": boolean,
    "ExpectedPaymentDate": day,
    "PlannedPaymentDate": day,
}
CREDIT_NOTE: Table = DOCUMENT | {
    "CreditNoteID": guid,
    "Type": word("ACCRECCREDIT", "ACCPAYCREDIT"),
    "CreditNoteNumber": text(255),
    "DueDate": day,
    "SentToContact": boolean,
}
PURCHASE_ORDER: Table = DOCUMENT | {
    "PurchaseOrderID": guid,
    "PurchaseOrderNumber": text(255),
    "DeliveryDate": day,
    "ExpectedArrivalDate": day,
    "DeliveryAddress": text(),
    "AttentionTo": text(255),
    "Telephone": text(50),
    "DeliveryInstructions": text(500),
    "SentToContact": boolean,
    "Status": word("DRAFT", "SUBMITTED", "AUTHORISED", "BILLED", "DELETED"),
}
QUOTE: Table = DOCUMENT | {
    "QuoteID": guid,
    "QuoteNumber": text(255),
    "ExpiryDate": day,
    "Title": text(100),
    "Summary": text(3000),
    "Terms": text(4000),
    "Reference": text(4000),
    "Status": word("DRAFT", "SENT", "DECLINED", "ACCEPTED", "INVOICED", "DELETED"),
    "LineAmountTypes": word("EXCLUSIVE", "INCLUSIVE", "NOTAX"),
}
BANK_TRANSACTION: Table = DOCUMENT | {
    "BankTransactionID": guid,
    "Type": word(
        *("RECEIVE", "RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT"),
        *("SPEND", "SPEND-OVERPAYMENT", "SPEND-PREPAYMENT"),
    ),
    "BankAccount": one(ACCOUNT_REF),
    "IsReconciled": boolean,
    "Url": text(2_000),
    "Status": word("AUTHORISED", "DELETED", "VOIDED"),
}
BANK_TRANSFER: Table = {
    "BankTransferID": guid,
    "FromBankAccount": one(ACCOUNT_REF),
    "ToBankAccount": one(ACCOUNT_REF),
    "Amount": number,
    "Date": day,
    "Reference": text(255),
    "FromIsReconciled": boolean,
    "ToIsReconciled": boolean,
    "FromTracking": many(TRACKING),
    "ToTracking": many(TRACKING),
    "Status": text(20),
}
PAYMENT: Table = {
    "PaymentID": guid,
    "Invoice": one({"InvoiceID": guid, "InvoiceNumber": text(255)}),
    "CreditNote": one({"CreditNoteID": guid, "CreditNoteNumber": text(255)}),
    "Prepayment": one({"PrepaymentID": guid}),
    "Overpayment": one({"OverpaymentID": guid}),
    "InvoiceNumber": text(255),
    "CreditNoteNumber": text(255),
    "Account": one(ACCOUNT_REF),
    "Code": text(10),
    "Date": day,
    "CurrencyRate": number,
    "Amount": number,
    "Reference": text(255),
    "Particulars": text(255),
    "Details": text(255),
    "BankAccountNumber": text(50),
    "IsReconciled": boolean,
    "Status": text(20),
}
BATCH_PAYMENT: Table = {
    "BatchPaymentID": guid,
    "Account": one(ACCOUNT_REF),
    "Date": day,
    "Reference": text(255),
    "Particulars": text(12),
    "Code": text(12),
    "Details": text(18),
    "Narrative": text(18),
    "Payments": many(PAYMENT),
    "Status": text(20),
}
ALLOCATION: Table = {
    "Invoice": one({"InvoiceID": guid, "InvoiceNumber": text(255)}),
    "Amount": number,
    "Date": day,
}
MANUAL_JOURNAL: Table = {
    "ManualJournalID": guid,
    "Narration": text(),
    "Date": day,
    "Status": word("DRAFT", "POSTED", "DELETED", "VOIDED", "ARCHIVED"),
    "LineAmountTypes": AMOUNT_TYPES,
    "Url": text(2_000),
    "ShowOnCashBasisReports": boolean,
    "JournalLines": many(
        {
            "LineAmount": number,
            "AccountCode": text(10),
            "AccountID": guid,
            "Description": text(),
            "TaxType": text(50),
            "TaxAmount": number,
            "Tracking": many(TRACKING),
        }
    ),
}
ACCOUNT: Table = {
    "AccountID": guid,
    "Code": text(10),
    "Name": text(150),
    "Type": word(*ACCOUNT_TYPES),
    "Status": word("ACTIVE", "ARCHIVED", "DELETED"),
    "Description": text(),
    "BankAccountNumber": text(50),
    "BankAccountType": word("BANK", "CREDITCARD", "PAYPAL", "NONE", ""),
    "CurrencyCode": text(3),
    "TaxType": text(50),
    "EnablePaymentsToAccount": boolean,
    "ShowInExpenseClaims": boolean,
    "AddToWatchlist": boolean,
}
TAX_RATE: Table = {
    "Name": text(50),
    "TaxType": text(50),
    "Status": word("ACTIVE", "DELETED", "ARCHIVED", "PENDING"),
    "ReportTaxType": text(50),
    "TaxComponents": many(
        {"Name": text(50), "Rate": number, "IsCompound": boolean, "IsNonRecoverable": boolean}
    ),
}
DETAILS: Table = {
    "UnitPrice": number,
    "AccountCode": text(10),
    "COGSAccountCode": text(10),
    "TaxType": text(50),
}
ITEM: Table = {
    "ItemID": guid,
    "Code": text(),
    "Name": text(50),
    "Description": text(4000),
    "PurchaseDescription": text(4000),
    "IsSold": boolean,
    "IsPurchased": boolean,
    "SalesDetails": one(DETAILS),
    "PurchaseDetails": one(DETAILS),
    "InventoryAssetAccountCode": text(10),
}
TERM = {
    "Day": number,
    "Type": word("DAYSAFTERBILLDATE", "DAYSAFTERBILLMONTH", "OFCURRENTMONTH", "OFFOLLOWINGMONTH"),
}
PERSON = {
    "FirstName": text(255),
    "LastName": text(255),
    "EmailAddress": text(255),
    "IncludeInEmails": boolean,
}
ADDRESS = {
    "AddressType": word("POBOX", "STREET"),
    **{f"AddressLine{line}": text(500) for line in range(1, 5)},
    "City": text(255),
    "Region": text(255),
    "PostalCode": text(50),
    "Country": text(50),
    "AttentionTo": text(255),
}
PHONE = {
    "PhoneType": word("DEFAULT", "DDI", "MOBILE", "FAX", "OFFICE"),
    "PhoneNumber": text(50),
    "PhoneAreaCode": text(10),
    "PhoneCountryCode": text(20),
}
CONTACT: Table = {
    "ContactID": guid,
    "ContactNumber": text(50),
    "AccountNumber": text(50),
    "ContactStatus": word("ACTIVE", "ARCHIVED", "GDPRREQUEST"),
    "Name": text(255),
    "FirstName": text(255),
    "LastName": text(255),
    "CompanyNumber": text(50),
    "EmailAddress": text(255),
    "BankAccountDetails": text(255),
    "TaxNumber": text(50),
    "AccountsReceivableTaxType": text(50),
    "AccountsPayableTaxType": text(50),
    "Addresses": many(ADDRESS),
    "Phones": many(PHONE),
    "ContactPersons": many(PERSON),
    "DefaultCurrency": text(3),
    "XeroNetworkKey": text(50),
    "SalesDefaultAccountCode": text(10),
    "PurchasesDefaultAccountCode": text(10),
    "SalesDefaultLineAmountType": word("INCLUSIVE", "EXCLUSIVE", "NONE"),
    "PurchasesDefaultLineAmountType": word("INCLUSIVE", "EXCLUSIVE", "NONE"),
    "PaymentTerms": one({"Bills": one(TERM), "Sales": one(TERM)}),
}
CONTACT_GROUP: Table = {
    "ContactGroupID": guid,
    "Name": text(255),
    "Status": word("ACTIVE", "DELETED"),
    "Contacts": many(CONTACT_REF),
}
TRACKING_CATEGORY: Table = {
    "TrackingCategoryID": guid,
    "Name": text(100),
    "Status": word("ACTIVE", "ARCHIVED", "DELETED"),
}
TRACKING_OPTION: Table = {
    "TrackingOptionID": guid,
    "Name": text(100),
    "Status": word("ACTIVE", "ARCHIVED", "DELETED"),
}
REPEATING_INVOICE: Table = {
    "RepeatingInvoiceID": guid,
    "Type": word("ACCREC", "ACCPAY"),
    "Contact": one(CONTACT_REF),
    "LineItems": many(LINE),
    "LineAmountTypes": AMOUNT_TYPES,
    "Reference": text(255),
    "BrandingThemeID": guid,
    "CurrencyCode": text(3),
    "Status": word("DRAFT", "AUTHORISED", "DELETED"),
    "Schedule": one(
        {
            "Period": number,
            "Unit": word("WEEKLY", "MONTHLY"),
            "DueDate": number,
            "DueDateType": word(
                *("DAYSAFTERBILLDATE", "DAYSAFTERBILLMONTH", "DAYSAFTERINVOICEDATE"),
                *("DAYSAFTERINVOICEMONTH", "OFCURRENTMONTH", "OFFOLLOWINGMONTH"),
            ),
            "StartDate": day,
            "EndDate": day,
        }
    ),
    **dict.fromkeys(("ApprovedForSending", "SendCopy", "MarkAsSent", "IncludePDF"), boolean),
}
LINKED_TRANSACTION: Table = {
    **dict.fromkeys(("LinkedTransactionID", "ContactID"), guid),
    **dict.fromkeys(("SourceTransactionID", "SourceLineItemID"), guid),
    **dict.fromkeys(("TargetTransactionID", "TargetLineItemID"), guid),
}
USER_REF: Table = {"UserID": guid}
RECEIPT: Table = {
    "ReceiptID": guid,
    "Date": day,
    "Contact": one(CONTACT_REF),
    "LineItems": many(LINE),
    "User": one(USER_REF),
    "Reference": text(255),
    "LineAmountTypes": AMOUNT_TYPES,
    "Status": word("DRAFT", "SUBMITTED", "AUTHORISED", "DECLINED", "VOIDED"),
    "Url": text(2_000),
}
EXPENSE_CLAIM: Table = {
    "ExpenseClaimID": guid,
    "Status": word("SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED"),
    "User": one(USER_REF),
    "Receipts": many({"ReceiptID": guid}),
}
EMPLOYEE: Table = {
    "EmployeeID": guid,
    "Status": word("ACTIVE", "ARCHIVED", "GDPRREQUEST", "DELETED"),
    "FirstName": text(255),
    "LastName": text(255),
}
PAYMENT_SERVICE: Table = {
    "PaymentServiceID": guid,
    "PaymentServiceName": text(255),
    "PaymentServiceUrl": text(2_000),
    "PaymentServiceType": text(50),
    "PayNowText": text(255),
}
CURRENCY: Table = {"Code": text(3), "Description": text(100)}
HISTORY: Table = {"Details": text(2_500)}
