"""Accounts, what was posted to one, and journals as lists."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from hub.ui.components import EmptyState, Link, PlainBadge
from hub.ui.filters import ChoiceFilter, DateFilter, TextFilter
from hub.ui.listing import Column, Listing, ListTab
from ledger.domain.accounts import AccountRole, AccountType
from ledger.domain.postings import JournalEvent
from ledger.models import Account, Journal, JournalLine
from ledger.selectors import journals_matching
from tenants.search import Hit


def _search_accounts(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(code__istartswith=text) | Q(name__icontains=text))


def _class(row: Any) -> str:
    return AccountType(row.type).account_class.label


def _use(row: Any) -> str:
    return f"Wharf posts: {AccountRole(row.role).label}" if row.role else ""


ACCOUNTS = Listing(
    key="accounts",
    title="Chart of accounts",
    noun="account",
    columns=(
        Column("code", "Code", sort="code"),
        Column("name", "Name", primary=True, sub="description"),
        Column("class", "Class", value=_class, hide_below="md"),
        Column("type", "Type", value=lambda row: AccountType(row.type).label, hide_below="md"),
        Column("role", "Use", value=_use, hide_below="lg"),
        Column(
            "payments",
            "Payments",
            value=lambda row: "Accepted" if row.accepts_payments else "",
            hide_below="lg",
        ),
        Column(
            "balance",
            "Balance today",
            "money",
            lambda row: AccountType(row.type).natural(row.balance),
        ),
    ),
    tabs=(
        ListTab("active", "Active", {"is_active": True}),
        ListTab("archived", "Archived", {"is_active": False}),
    ),
    sort="code",
    filters=(ChoiceFilter("type", "Type", AccountType.choices),),
    search=_search_accounts,
    search_hint="Search code or name",
    row_url=lambda row: reverse("ledger:account", args=[row.pk]),
    template="ledger/accounts.html",
    empty=EmptyState(
        "No accounts here",
        "Archived accounts keep what was posted to them.",
        icon="list-details",
    ),
)

ACCOUNT_LINES = Listing(
    key="account",
    title="Postings",
    noun="posting",
    columns=(
        Column("posted_on", "Date", "date", sort="posted_on"),
        Column("journal", "Journal", value="journal", primary=True),
        Column("event", "Event", value=lambda row: JournalEvent(row.journal.event).label),
        Column("document", "Document", value="journal.source_number"),
        Column("memo", "Note", value=lambda row: row.memo or row.journal.memo, hide_below="lg"),
        Column("debit", "Debit", "money", lambda row: row.amount if row.amount > 0 else None),
        Column("credit", "Credit", "money", lambda row: -row.amount if row.amount < 0 else None),
        Column("running", "Balance", "money"),
    ),
    sort="-posted_on",
    filters=(DateFilter("posted", "Date", "posted_on"),),
    row_url=lambda row: reverse("ledger:journal", args=[row.journal_id]),
    template="ledger/account.html",
    summary="ledger/account_sums.html",
    empty=EmptyState(
        "Nothing was posted to this account",
        "Documents and journals by hand post to it.",
        icon="notebook",
    ),
)


# Where an account is in few journals they are named one by one: the planner would otherwise read
# the list from its end until it has met 50 of them (1.7 s in 400,000). Where it is in many, the
# end of the list has them.
FEW = 2000


def _of_account(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Journals that post to the account of this code (what is before the first blank)."""
    account = Account.objects.filter(code=text.split(" ", 1)[0]).first()
    journal_ids = JournalLine.objects.filter(account=account).values("journal_id")
    first = list(journal_ids.values_list("journal_id", flat=True)[: FEW + 1])
    return rows.filter(id__in=first if len(first) <= FEW else journal_ids)


def _mark(row: Any) -> PlainBadge | None:
    if row.reverses_id is not None:
        return PlainBadge("Reversal", "info", "arrow-back-up")
    return PlainBadge("Reversed", "neutral", "arrow-back-up") if row.was_reversed else None


JOURNALS = Listing(
    key="journals",
    title="Journals",
    noun="journal",
    columns=(
        Column("number", "Number", value=str, primary=True),
        Column("posted_on", "Date", "date", sort="posted_on"),
        Column("event", "Event", value=lambda row: JournalEvent(row.event).label),
        Column("document", "Document", value="source_number"),
        Column("memo", "Note", hide_below="lg"),
        Column("mark", "Reversal", "status", _mark, hide_below="md"),
        Column("total", "Total", "money"),
    ),
    tabs=(
        ListTab("all", "All", counted=False),
        ListTab("manual", "By hand", {"event": JournalEvent.MANUAL.value}, counted=False),
    ),
    sort="-posted_on",
    filters=(
        ChoiceFilter("event", "Event", JournalEvent.choices),
        DateFilter("posted", "Date", "posted_on"),
        TextFilter("account", "Account code", _of_account),
    ),
    search=journals_matching,
    search_hint="Journal or document number",
    row_url=lambda row: reverse("ledger:journal", args=[row.pk]),
    template="ledger/journals.html",
    empty=EmptyState(
        "No journals yet",
        "Each document that is authorised writes one by itself; others are written by hand.",
        icon="notebook",
        action=Link("New journal", "/journals/new/", icon="plus"),
    ),
)


def find_journals(text: str, most: int) -> Sequence[Hit]:
    """Journals for the search over everything, by their own number or their document's."""
    rows = journals_matching(Journal.objects.all(), text).order_by("-number")[:most]
    return [
        Hit(
            str(row),
            reverse("ledger:journal", args=[row.pk]),
            f"{JournalEvent(row.event).label} {row.source_number}".strip(),
        )
        for row in rows
    ]
