"""What an organisation's page shows."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.common.ledger import Ledger
from sandbox.common.sandbox import Sheet

if TYPE_CHECKING:
    from sandbox.xero.app import Xero

LATEST, ZERO = 200, Decimal(0)
Columns = tuple[tuple[str, str], ...]  # head and field; "Contact" is its name
DATED: Columns = (("Date", "Date"), ("Contact", "Contact"))
MONEY: Columns = (("Status", "Status"), ("Currency", "CurrencyCode"), ("Total", "Total"))
LISTS: dict[str, tuple[str, Columns]] = {
    "Invoices and bills": (
        "invoice",
        (*DATED, ("Type", "Type"), ("Number", "InvoiceNumber"), *MONEY, ("Due", "AmountDue")),
    ),
    "Credit notes": (
        "credit_note",
        (*DATED, ("Type", "Type"), ("Number", "CreditNoteNumber"), *MONEY)
        + (("Left", "RemainingCredit"),),
    ),
    "Payments": (
        "payment",
        (("Date", "Date"), ("Type", "PaymentType"), ("Status", "Status"), ("Amount", "Amount")),
    ),
    "Bank transactions": ("bank_transaction", (*DATED, ("Type", "Type"), *MONEY)),
    "Prepayments": ("prepayment", (*DATED, *MONEY, ("Left", "RemainingCredit"))),
    "Overpayments": ("overpayment", (*DATED, *MONEY, ("Left", "RemainingCredit"))),
    "Transfers": (
        "bank_transfer",
        (("Date", "Date"), ("Reference", "Reference"), ("Status", "Status"), ("Amount", "Amount")),
    ),
    "Manual journals": (
        "manual_journal",
        (("Date", "Date"), ("Narration", "Narration"), ("Status", "Status")),
    ),
    "Purchase orders": ("purchase_order", (*DATED, ("Number", "PurchaseOrderNumber"), *MONEY)),
    "Quotes": ("quote", (*DATED, ("Number", "QuoteNumber"), *MONEY)),
    "Repeating invoices": ("repeating_invoice", (("Contact", "Contact"), *MONEY)),
    "Receipts": (
        "receipt",
        (*DATED, ("Number", "ReceiptNumber"), ("Status", "Status"), ("Total", "Total")),
    ),
    "Expense claims": (
        "expense_claim",
        (("Date", "ReportingDate"), ("Status", "Status"), ("Total", "Total")),
    ),
    "Contacts": (
        "contact",
        (
            *(("Name", "Name"), ("Number", "ContactNumber"), ("E-mail", "EmailAddress")),
            ("Status", "ContactStatus"),
        ),
    ),
    "Items": (
        "item",
        (
            *(("Code", "Code"), ("Name", "Name"), ("Tracked", "IsTrackedAsInventory")),
            *(("On hand", "QuantityOnHand"), ("Value", "TotalCostPool")),
        ),
    ),
    "Accounts": (
        "account",
        (("Code", "Code"), ("Name", "Name"), ("Type", "Type"))
        + (("Tax", "TaxType"), ("Status", "Status")),
    ),
    "Tax rates": (
        "tax_rate",
        (("Type", "TaxType"), ("Name", "Name"), ("Percent", "EffectiveRate"), ("Status", "Status")),
    ),
}


def sheets(xero: "Xero", tenant: str) -> list[Sheet]:
    """The book first, then each list that has something in it, newest first."""
    accounts = {one.id: one.body for one in xero.store.records(tenant, "account")}
    balances = sorted(
        (accounts.get(one, {}).get("Code", ""), accounts.get(one, {}).get("Name", one), amount)
        for one, amount in Ledger(xero.store, tenant).balances().items()
    )
    rows = [
        (code, name, _text(max(amount, ZERO)), _text(max(-amount, ZERO)))
        for code, name, amount in balances
        if amount
    ]
    total = sum((max(amount, ZERO) for _code, _name, amount in balances), ZERO)
    rows += [("", "Total", _text(total), _text(total))] if rows else []
    made = [Sheet("The book", ("Code", "Account", "Debit", "Credit"), rows)]
    for title, (kind, columns) in LISTS.items():
        found = xero.store.records(tenant, kind, order="updated DESC, id", limit=LATEST)
        listed = [
            tuple(_cell(xero, tenant, one.body, field) for _head, field in columns) for one in found
        ]
        if listed:
            made.append(Sheet(title, tuple(head for head, _field in columns), listed))
    return made


def _cell(xero: "Xero", tenant: str, body: dict[str, Any], field: str) -> str:
    value = body.get(field, "")
    if field == "Contact" and value:
        found = xero.store.get(tenant, "contact", value["ContactID"])
        return str(found.body["Name"]) if found else ""
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return f"{value:,.2f}" if isinstance(value, Decimal) else str(value)
