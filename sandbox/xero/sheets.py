"""What an organisation's page shows."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.common.ledger import Ledger
from sandbox.common.sandbox import Sheet

if TYPE_CHECKING:
    from sandbox.xero.app import Xero

LATEST = 200
LISTS = {
    "Accounts": ("account", ("Code", "Name", "Type", "TaxType", "Status")),
    "Contacts": ("contact", ("Name", "ContactNumber", "EmailAddress", "ContactStatus")),
    "Items": ("item", ("Code", "Name", "IsTrackedAsInventory", "QuantityOnHand")),
    "Invoices": ("invoice", ("Date", "Type", "InvoiceNumber", "Status", "Total", "AmountDue")),
    "Credit notes": ("credit_note", ("Date", "Type", "CreditNoteNumber", "Status", "Total")),
    "Payments": ("payment", ("Date", "PaymentType", "Amount", "Status")),
    "Bank transactions": ("bank_transaction", ("Date", "Type", "Total", "Status")),
    "Manual journals": ("manual_journal", ("Date", "Narration", "Status")),
    "Purchase orders": ("purchase_order", ("Date", "PurchaseOrderNumber", "Status", "Total")),
    "Quotes": ("quote", ("Date", "QuoteNumber", "Status", "Total")),
}


def sheets(xero: "Xero", tenant: str) -> list[Sheet]:
    """The book first, then each list, newest first."""
    accounts = {one.id: one.body for one in xero.store.records(tenant, "account")}
    balances = sorted(
        (accounts.get(one, {}).get("Name", one), amount)
        for one, amount in Ledger(xero.store, tenant).balances().items()
    )
    rows = [
        (name, _text(max(amount, Decimal(0))), _text(max(-amount, Decimal(0))))
        for name, amount in balances
        if amount
    ]
    made = [Sheet("The book", ("Account", "Debit", "Credit"), rows)]
    for title, (kind, columns) in LISTS.items():
        found = xero.store.records(tenant, kind, order="updated DESC, id", limit=LATEST)
        listed = [tuple(_text(one.body.get(name, "")) for name in columns) for one in found]
        made.append(Sheet(title, columns, listed))
    return made


def _text(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
