"""Charts and tax rates as Xero begins them in each country."""

import pytest

from tests.sandbox.running import Running
from tests.sandbox.xero.client import company

SYSTEM = {
    *("DEBTORS", "CREDITORS", "GST", "ROUNDING", "HISTORICAL", "RETAINEDEARNINGS"),
    *("TRACKINGTRANSFERS", "UNPAIDEXPCLM", "WAGEPAYABLES", "BANKCURRENCYGAIN"),
    *("REALISEDCURRENCYGAIN", "UNREALISEDCURRENCYGAIN"),
}
EVERYWHERE = {"200": "Sales", "260": "Other Revenue", "310": "Cost of Goods Sold"}
EVERYWHERE |= {
    "610": "Accounts Receivable",
    "800": "Accounts Payable",
    "840": "Historical Adjustment",
}
EVERYWHERE |= {"850": "Suspense", "860": "Rounding", "877": "Tracking Transfers"}
EVERYWHERE |= {"497": "Bank Revaluations", "960": "Retained Earnings", "900": "Loan"}
OWN = {
    "AU": {
        **EVERYWHERE,
        "820": "GST",
        "825": "PAYG Withholdings Payable",
        "826": "Superannuation Payable",
        "880": "Owner A Drawings",
    },
    "NZ": {**EVERYWHERE, "820": "GST", "825": "PAYE Payable", "980": "Owner A Drawings"},
    "GB": {
        **EVERYWHERE,
        "820": "VAT",
        "825": "PAYE Payable",
        "826": "NIC Payable",
        "835": "Directors' Loan Account",
    },
    "US": {
        "120": "Accounts Receivable",
        "200": "Accounts Payable",
        "220": "Sales Tax",
        "255": "Historical Adjustment",
        "260": "Rounding",
        "320": "Retained Earnings",
        "400": "Sales",
        "500": "Cost of Goods Sold",
    },
}
TYPES = {  # a few with the tax that they begin with
    "AU": {
        "200": ("REVENUE", "OUTPUT"),
        "404": ("EXPENSE", "EXEMPTEXPENSES"),
        "416": ("EXPENSE", "BASEXCLUDED"),
    },
    "NZ": {"200": ("REVENUE", "OUTPUT2"), "404": ("EXPENSE", "NONE"), "429": ("EXPENSE", "INPUT2")},
    "GB": {
        "200": ("REVENUE", "OUTPUT2"),
        "400": ("OVERHEADS", "INPUT2"),
        "433": ("OVERHEADS", "EXEMPTINPUT"),
    },
    "US": {"400": ("REVENUE", "TAX001"), "600": ("EXPENSE", "INPUT"), "800": ("EXPENSE", "NONE")},
}
RATES = {
    "AU": {
        *("OUTPUT", "INPUT", "CAPEXINPUT", "EXEMPTOUTPUT", "EXEMPTEXPENSES", "EXEMPTCAPITAL"),
        *("EXEMPTEXPORT", "INPUTTAXED", "BASEXCLUDED", "GSTONIMPORTS", "GSTONCAPIMPORTS", "NONE"),
    },
    "NZ": {"OUTPUT2", "INPUT2", "ZERORATED", "GSTONIMPORTS", "NONE"},
    "GB": {
        *("OUTPUT2", "INPUT2", "CAPEXOUTPUT2", "CAPEXINPUT2", "RROUTPUT", "RRINPUT", "NONE"),
        *("ZERORATEDOUTPUT", "ZERORATEDINPUT", "EXEMPTOUTPUT", "EXEMPTINPUT", "ECZROUTPUT"),
        *("ECZROUTPUTSERVICES", "ECZRINPUT"),
    },
    "US": {"OUTPUT", "INPUT", "TAX001", "NONE"},
}


@pytest.mark.parametrize("country", sorted(OWN))
def test_the_chart_of_a_country(xero: Running, country: str) -> None:
    """Codes, names, types and taxes; all system accounts; nothing of a shop's unless asked for."""
    one = company(xero, country, shop_accounts=False)
    accounts = one.ok("GET", "/Accounts")
    by_code = {each["Code"]: each for each in accounts if "Code" in each}
    assert len(by_code) == len([each for each in accounts if "Code" in each])
    assert {code: by_code[code]["Name"] for code in OWN[country]} == OWN[country]
    assert {each.get("SystemAccount") for each in accounts} >= SYSTEM
    found = {code: (by_code[code]["Type"], by_code[code]["TaxType"]) for code in TYPES[country]}
    assert found == TYPES[country]
    assert "Stock on Hand" not in {each["Name"] for each in accounts}
    rates = {each["TaxType"]: each for each in one.ok("GET", "/TaxRates")}
    assert set(rates) == RATES[country]
    assert {each["TaxType"] for each in accounts} <= set(rates)
    for each in accounts:  # no account begins with a tax that cannot be used with it
        places = {"ASSET": "Assets", "LIABILITY": "Liabilities", "EQUITY": "Equity"}
        places |= {"REVENUE": "Revenue", "EXPENSE": "Expenses"}
        assert rates[each["TaxType"]][f"CanApplyTo{places[each['Class']]}"], each["Name"]
    shop = company(xero, country)
    names = {each["Name"] for each in shop.ok("GET", "/Accounts")}
    assert {"Stock on Hand", "Goods Received not Invoiced", "Customer Credits"} <= names
