"""Scopes of API keys: an area of the API, to read or to write."""

SCOPE_AREAS = {
    "organisation": "Organisation and reference lists",
    "users": "Users",
    "contacts": "Contacts",
    "products": "Products and mapping",
    "purchases": "Purchase orders",
    "bills": "Bills",
    "sales": "Sales orders",
    "invoices": "Invoices",
    "stock": "Stock",
    "payments": "Payments, credits and refunds",
    "ledger": "Books: accounts, rates, journals, reports",
    "network": "Trading network",
    "automations": "Automations",
    "imports": "Imports",
    "integrations": "Integrations: accounting systems and channels",
    "activity": "Audit report, jobs and notifications",
}

SCOPES = tuple(f"{area}:{way}" for area in SCOPE_AREAS for way in ("read", "write"))
