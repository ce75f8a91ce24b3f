"""Charts of accounts as Xero begins them in each country, and what a shop adds.

A line is `code|name|type|tax|system`. Tax: s sales, p purchases, f free of tax when sold, g free of
tax when bought, nothing: outside of it. System: Xero's own accounts; + for payments allowed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One account of a chart."""

    code: str
    name: str
    kind: str
    tax: str
    system: str
    payments: bool


EARNED = """
200|Sales|REVENUE|s|
260|Other Revenue|REVENUE|s|
270|Interest Income|REVENUE|f|
310|Cost of Goods Sold|DIRECTCOSTS|p|
"""
CURRENCY = """
497|Bank Revaluations|EXPENSE||BANKCURRENCYGAIN
498|Unrealised Currency Gains|EXPENSE||UNREALISEDCURRENCYGAIN
499|Realised Currency Gains|EXPENSE||REALISEDCURRENCYGAIN
"""
SPENT = """
400|Advertising|EXPENSE|p|
404|Bank Fees|EXPENSE|g|
408|Cleaning|EXPENSE|p|
412|Consulting & Accounting|EXPENSE|p|
416|Depreciation|EXPENSE||
420|Entertainment|EXPENSE|p|
425|Freight & Courier|EXPENSE|p|
429|General Expenses|EXPENSE|p|
433|Insurance|EXPENSE|p|
437|Interest Expense|EXPENSE|g|
441|Legal expenses|EXPENSE|p|
445|Light, Power, Heating|EXPENSE|p|
449|Motor Vehicle Expenses|EXPENSE|p|
453|Office Expenses|EXPENSE|p|
461|Printing & Stationery|EXPENSE|p|
469|Rent|EXPENSE|p|
473|Repairs and Maintenance|EXPENSE|p|
485|Subscriptions|EXPENSE|p|
489|Telephone & Internet|EXPENSE|p|
493|Travel - National|EXPENSE|p|
494|Travel - International|EXPENSE|g|
505|Income Tax Expense|EXPENSE||
"""
HELD = """
610|Accounts Receivable|CURRENT||DEBTORS
620|Prepayments|CURRENT||
630|Inventory|INVENTORY||
710|Office Equipment|FIXED|p|
711|Less Accumulated Depreciation on Office Equipment|FIXED||
720|Computer Equipment|FIXED|p|
721|Less Accumulated Depreciation on Computer Equipment|FIXED||
"""
OWED = """
800|Accounts Payable|CURRLIAB||CREDITORS
801|Unpaid Expense Claims|CURRLIAB||UNPAIDEXPCLM
840|Historical Adjustment|CURRLIAB||HISTORICAL
850|Suspense|CURRLIAB||
860|Rounding|CURRLIAB||ROUNDING
877|Tracking Transfers|CURRLIAB||TRACKINGTRANSFERS
900|Loan|TERMLIAB||
960|Retained Earnings|EQUITY||RETAINEDEARNINGS
"""
AU = """
477|Wages and Salaries|EXPENSE||
478|Superannuation|EXPENSE||
804|Wages Payable - Payroll|CURRLIAB||WAGEPAYABLES
820|GST|CURRLIAB||GST
825|PAYG Withholdings Payable|CURRLIAB||
826|Superannuation Payable|CURRLIAB||
830|Income Tax Payable|CURRLIAB||
835|Revenue Received in Advance|CURRLIAB||
855|Clearing Account|CURRLIAB||
880|Owner A Drawings|EQUITY||+
881|Owner A Funds Introduced|EQUITY||+
970|Owner A Share Capital|EQUITY||+
"""
NZ = """
477|Salaries|EXPENSE||
478|KiwiSaver Employer Contributions|EXPENSE||
611|Less Provision for Doubtful Debts|CURRENT||
625|Withholding tax paid|CURRENT||
814|Wages Payable - Payroll|CURRLIAB||WAGEPAYABLES
816|Wages Deductions Payable|CURRLIAB||
820|GST|CURRLIAB||GST
825|PAYE Payable|CURRLIAB||
830|Income Tax|CURRLIAB||
835|Revenue Received in Advance|CURRLIAB||
855|Clearing Account|CURRLIAB||
970|Owner A Funds Introduced|EQUITY||+
980|Owner A Drawings|EQUITY||+
"""
# In Great Britain costs are overheads, and several have names of their own.
GB = """
325|Direct Expenses|DIRECTCOSTS|p|
400|Advertising & Marketing|OVERHEADS|p|
401|Audit & Accountancy fees|OVERHEADS|p|
404|Bank Fees|OVERHEADS||
408|Cleaning|OVERHEADS|p|
412|Consulting|OVERHEADS|p|
416|Depreciation Expense|OVERHEADS||
418|Charitable and Political Donations|OVERHEADS||
420|Entertainment-100% business|OVERHEADS|p|
424|Entertainment - 0%|OVERHEADS||
425|Postage, Freight & Courier|OVERHEADS|g|
429|General Expenses|OVERHEADS|p|
433|Insurance|OVERHEADS|g|
437|Interest Paid|OVERHEADS||
441|Legal Expenses|OVERHEADS|p|
445|Light, Power, Heating|OVERHEADS|p|
449|Motor Vehicle Expenses|OVERHEADS|p|
457|Operating Lease Payments|OVERHEADS|p|
461|Printing & Stationery|OVERHEADS|p|
463|IT Software and Consumables|OVERHEADS|p|
465|Rates|OVERHEADS|p|
469|Rent|OVERHEADS|p|
473|Repairs & Maintenance|OVERHEADS|p|
477|Salaries|OVERHEADS||
478|Directors' Remuneration|OVERHEADS||
479|Employers National Insurance|OVERHEADS||
480|Staff Training|OVERHEADS|p|
482|Pensions Costs|OVERHEADS||
483|Medical Insurance|OVERHEADS||
485|Subscriptions|OVERHEADS|p|
489|Telephone & Internet|OVERHEADS|p|
493|Travel - National|OVERHEADS|p|
494|Travel - International|OVERHEADS||
500|Corporation Tax|OVERHEADS||
611|Less Provision for Doubtful Debts|CURRENT||
810|Income in Advance|CURRLIAB||
814|Wages Payable - Payroll|CURRLIAB||WAGEPAYABLES
820|VAT|CURRLIAB||GST
825|PAYE Payable|CURRLIAB||
826|NIC Payable|CURRLIAB||
830|Provision for Corporation Tax|CURRLIAB||
835|Directors' Loan Account|CURRLIAB||+
910|Hire Purchase Loan|TERMLIAB||
920|Deferred Tax|TERMLIAB||
950|Capital - x,xxx Ordinary Shares|EQUITY||
970|Owner A Funds Introduced|EQUITY||+
980|Owner A Drawings|EQUITY||+
"""
# The United States are numbered in another way altogether.
US = """
120|Accounts Receivable|CURRENT||DEBTORS
130|Prepayments|CURRENT||
140|Inventory|INVENTORY||
150|Office Equipment|FIXED|p|
151|Less Accumulated Depreciation on Office Equipment|FIXED||
160|Computer Equipment|FIXED|p|
161|Less Accumulated Depreciation on Computer Equipment|FIXED||
200|Accounts Payable|CURRLIAB||CREDITORS
205|Accruals|CURRLIAB||
210|Unpaid Expense Claims|CURRLIAB||UNPAIDEXPCLM
215|Wages Payable|CURRLIAB||
216|Wages Payable - Payroll|CURRLIAB||WAGEPAYABLES
220|Sales Tax|CURRLIAB||GST
230|Employee Tax Payable|CURRLIAB||
240|Income Tax Payable|CURRLIAB||
250|Suspense|CURRLIAB||
255|Historical Adjustment|CURRLIAB||HISTORICAL
260|Rounding|CURRLIAB||ROUNDING
265|Tracking Transfers|CURRLIAB||TRACKINGTRANSFERS
290|Loan|TERMLIAB||
300|Owners Contribution|EQUITY||+
310|Owners Draw|EQUITY||+
320|Retained Earnings|EQUITY||RETAINEDEARNINGS
330|Common Stock|EQUITY||
400|Sales|REVENUE|s|
460|Other Revenue|REVENUE|s|
470|Interest Income|REVENUE||
500|Cost of Goods Sold|DIRECTCOSTS|p|
600|Advertising|EXPENSE|p|
604|Bank Service Charges|EXPENSE||
608|Janitorial Expenses|EXPENSE|p|
612|Consulting & Accounting|EXPENSE|p|
620|Entertainment|EXPENSE|p|
624|Postage & Delivery|EXPENSE|p|
628|General Expenses|EXPENSE|p|
632|Insurance|EXPENSE|p|
640|Legal Expenses|EXPENSE|p|
644|Utilities|EXPENSE|p|
648|Automobile Expenses|EXPENSE|p|
652|Office Expenses|EXPENSE|p|
656|Printing & Stationery|EXPENSE|p|
660|Rent|EXPENSE|p|
664|Repairs and Maintenance|EXPENSE|p|
668|Wages and Salaries|EXPENSE||
672|Payroll Tax Expense|EXPENSE||
676|Dues & Subscriptions|EXPENSE|p|
680|Telephone & Internet|EXPENSE|p|
684|Travel|EXPENSE|p|
690|Bad Debts|EXPENSE||
700|Depreciation|EXPENSE||
710|Income Tax Expense|EXPENSE||
800|Interest Expense|EXPENSE||
810|Bank Revaluations|EXPENSE||BANKCURRENCYGAIN
815|Unrealized Currency Gains|EXPENSE||UNREALISEDCURRENCYGAIN
820|Realized Currency Gains|EXPENSE||REALISEDCURRENCYGAIN
835|Revenue Received in Advance|CURRLIAB||
855|Clearing Account|CURRLIAB||
"""
# Accounts that a shop adds for stock, deposits and payments on their way.
SHOP = """
280|Shipping Income|REVENUE|s|
320|Inventory Discrepancy|EXPENSE||
631|Stock on Hand|CURRENT||
632|Work in Progress|CURRENT||
633|Goods in Transit|CURRENT||
634|Supplier Deposits|CURRENT||+
805|Goods Received not Invoiced|CURRLIAB||
806|Customer Credits|CURRLIAB||+
807|Gateway Clearing|CURRENT||+
"""
SHOP_US = """
480|Shipping Income|REVENUE|s|
510|Inventory Discrepancy|EXPENSE||
141|Stock on Hand|CURRENT||
142|Work in Progress|CURRENT||
143|Goods in Transit|CURRENT||
144|Supplier Deposits|CURRENT||+
206|Goods Received not Invoiced|CURRLIAB||
207|Customer Credits|CURRLIAB||+
208|Gateway Clearing|CURRENT||+
"""
CHARTS = {
    "AU": EARNED + SPENT + CURRENCY + HELD + OWED + AU,
    "NZ": EARNED + SPENT + CURRENCY + HELD + OWED + NZ,
    "GB": EARNED + CURRENCY + HELD + OWED + GB,
    "US": US,
}


def chart(country: str, *, shop: bool) -> list[Line]:
    """The accounts of a country but for banks, with those of a shop or without."""
    text = CHARTS[country] + ((SHOP_US if country == "US" else SHOP) if shop else "")
    found = []
    for line in text.split("\n"):
        if line:
            code, name, kind, tax, system = line.split("|")
            found.append(Line(code, name, kind, tax, system.strip("+"), system.endswith("+")))
    return found
