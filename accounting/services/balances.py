"""Reconciliation (Q27): both trial balances, fetched outside any transaction, and what explains
a difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Sum

from accounting.domain.answers import Posted
from accounting.domain.states import Kind, SyncState
from accounting.engine.talking import talking
from accounting.models import CogsEntry, Connection, SyncDocument
from accounting.services.reconciling import BalanceRow, compare
from ledger.models import Account, JournalLine
from tenants.boundary import tenant_context

MOST_CAUSES = 200
MOST_ACCOUNTS = 20
LEFT_OUT = (
    *sorted(SyncState.needing_someone()),
    *sorted(SyncState.under_way()),
    SyncState.SKIPPED.value,
)


def reconcile(tenant_id: UUID, connection_id: UUID, until: date) -> list[BalanceRow]:
    """Both trial balances at the end of a day, what differs most first. Never inside a
    transaction. Raises ProviderRefused.
    """
    with talking(tenant_id, connection_id) as talk:
        theirs = talk.call(talk.session.trial_balance, until)
    with tenant_context(tenant_id):
        connection = Connection.objects.get(id=connection_id)
        rows = compare(connection, until, theirs)
    return sorted(rows, key=lambda row: (row.difference == 0, -abs(row.difference)))


@dataclass(frozen=True, slots=True)
class Explanation:
    """A document that may cause a difference of an account. `amount`: what it posted here."""

    row: SyncDocument
    amount: Decimal | None


def explain(connection: Connection, accounts: Sequence[UUID], until: date) -> list[Explanation]:
    """Documents that are not there as they stand here, and touch one of the accounts."""
    lines = JournalLine.objects.filter(account_id__in=accounts, posted_on__lte=until)
    rows = SyncDocument.objects.filter(connection=connection, state__in=LEFT_OUT)
    of_source = lines.filter(journal__source_id=OuterRef("local_id"))
    itself = lines.filter(journal_id=OuterRef("local_id"))
    touching = rows.filter(Exists(of_source) | Exists(itself)).select_related("connection")
    found = list(touching.order_by("-id")[:MOST_CAUSES])
    amounts = _amounts([row.local_id for row in found], accounts, until)
    explained = [Explanation(row, amounts.get(row.local_id)) for row in found]
    return explained + _cogs(connection, accounts, until)


def _amounts(ids: Sequence[UUID], accounts: Sequence[UUID], until: date) -> dict[UUID, Decimal]:
    lines = JournalLine.objects.filter(account_id__in=accounts, posted_on__lte=until)
    found: dict[UUID, Decimal] = {}
    for name in ("journal__source_id", "journal_id"):
        sums = lines.filter(**{f"{name}__in": ids}).values_list(name).annotate(sum=Sum("amount"))
        for key, amount in sums:
            found.setdefault(key, amount)
    return found


def _cogs(connection: Connection, accounts: Sequence[UUID], until: date) -> list[Explanation]:
    """Daily journals of cost of goods sold that are not there."""
    waiting = SyncDocument.objects.filter(
        connection=connection, state__in=LEFT_OUT, kind=Kind.COGS
    ).select_related("connection")[:MOST_CAUSES]
    entries = CogsEntry.objects.in_bulk([row.local_id for row in waiting])
    found = []
    for row in waiting:
        entry = entries.get(row.local_id)
        if entry is None or entry.day > until:
            continue
        touched = [
            Decimal(entry.amounts[str(key)]) for key in accounts if str(key) in entry.amounts
        ]
        if touched:
            found.append(Explanation(row, sum(touched, Decimal(0))))
    return found


def foreign_postings(
    tenant_id: UUID, connection_id: UUID, remote_accounts: Sequence[str], until: date
) -> list[Posted]:
    """What others posted there this year on some accounts. Never inside a transaction.

    Raises ProviderRefused.
    """
    wanted = [one for one in remote_accounts[:MOST_ACCOUNTS] if one.isalnum() and len(one) <= 64]
    if not wanted:
        return []
    since = date(until.year, 1, 1)
    with talking(tenant_id, connection_id) as talk:
        lines = talk.call(talk.session.postings, wanted, since, until)
    with tenant_context(tenant_id):
        ours = set(
            SyncDocument.objects.filter(
                connection_id=connection_id, remote_id__in={line.remote_id for line in lines}
            )
            .exclude(kind__in=[Kind.CUSTOMER, Kind.SUPPLIER, Kind.PRODUCT, Kind.ACCOUNT_ITEM])
            .values_list("remote_id", flat=True)
        )
    return [line for line in lines if line.remote_id not in ours][:MOST_CAUSES]


def accounts_named(ids: Sequence[str]) -> list[Account]:
    """Accounts of ours by id; what is no id is left out."""
    keys = []
    for text in ids[:50]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    return list(Account.objects.filter(id__in=keys).order_by("code"))
