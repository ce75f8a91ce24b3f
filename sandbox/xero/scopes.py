"""Scopes: which exist, and which open an address."""

NEW_RULES_FROM = "2026-03-02"  # apps made on or after it cannot have the broad scopes
BROAD = ("accounting.transactions", "accounting.transactions.read", "accounting.reports.read")
FAMILIES = (
    *("accounting.invoices", "accounting.payments", "accounting.banktransactions"),
    *("accounting.manualjournals", "accounting.settings", "accounting.contacts"),
    *("accounting.attachments", "accounting.budgets", "paymentservices"),
)
OF_APPS = ("marketplace.billing", "app.connections")  # of an app itself, without a person
REPORTS = (
    *("aged", "balancesheet", "profitandloss", "trialbalance", "banksummary"),
    *("executivesummary", "budgetsummary", "taxreports", "tenninetynine"),
)
KNOWN = {
    *("openid", "profile", "email", "offline_access", "accounting.journals.read", *BROAD),
    *(family + end for family in FAMILIES for end in ("", ".read")),
    *(f"accounting.reports.{report}.read" for report in REPORTS),
}
CUSTOM = ("accounting.settings", "accounting.contacts", "accounting.invoices")

INVOICES = ("accounting.invoices", "accounting.transactions")
PAYMENTS = ("accounting.payments", "accounting.transactions")
BANK = ("accounting.banktransactions", "accounting.transactions")
JOURNALS = ("accounting.manualjournals", "accounting.transactions")
SETTINGS = ("accounting.settings",)
ITEMS = ("accounting.settings", *INVOICES)
BUDGETS = ("accounting.budgets",)
PAYMENT_SERVICES = ("paymentservices",)
CONTACTS = ("accounting.contacts",)
ATTACHMENTS = ("accounting.attachments",)


def opened(granted: set[str], families: tuple[str, ...], *, reading: bool) -> bool:
    """Whether what was granted opens an address of these families."""
    return any(
        family in granted or (reading and f"{family}.read" in granted) for family in families
    )


def refused(wanted: list[str], app_made: str) -> str:
    """The error of OAuth for scopes that an app cannot have, or nothing."""
    if not wanted or set(wanted) - KNOWN:
        return "invalid_scope"
    if app_made >= NEW_RULES_FROM and set(wanted) & set(BROAD):
        return "invalid_scope"
    return ""
