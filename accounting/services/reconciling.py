"""Our trial balance beside theirs (Q27).

Receivable, payable and tax are each one account here and may be several there (one per currency,
one per tax agency), so those are compared as groups; every other account by its mapping.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting.models import Connection, Link, RemoteRecord
from ledger.domain.accounts import AccountType
from ledger.models import Account
from ledger.selectors import trial_balance

ZERO = Decimal(0)
# Our type → (what the row is called, their types). Their tax accounts are told by sub-type.
GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    AccountType.RECEIVABLE: ("Accounts receivable", ("Accounts Receivable",)),
    AccountType.PAYABLE: ("Accounts payable", ("Accounts Payable",)),
    AccountType.TAX: ("Tax", ()),
}
TAX_SUBTYPES = ("GlobalTaxPayable", "SalesTaxPayable", "GlobalTaxSuspense")


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One account or group: balances as debits less credits, in base currency.

    `accounts` are ours; none for an account there that nothing here is mapped to.
    """

    label: str
    accounts: tuple[UUID, ...]
    remote_ids: tuple[str, ...]
    ours: Decimal
    theirs: Decimal

    @property
    def difference(self) -> Decimal:
        """Theirs less ours."""
        return self.theirs - self.ours


def compare(connection: Connection, until: date, theirs: Mapping[str, Decimal]) -> list[BalanceRow]:
    """Both trial balances at the end of a day; `theirs` maps their account ids to balances."""
    ours = {row.account.id: row.balance for row in trial_balance(until)}
    accounts = {row.id: row for row in Account.objects.order_by("code")}
    linked = {
        link.local_id: link.remote_id
        for link in Link.objects.filter(connection=connection, kind="account")
    }
    records = {
        row.remote_id: row
        for row in RemoteRecord.objects.filter(connection=connection, kind="account")
    }
    rows = _groups(ours, theirs, accounts, records)
    used = {remote for row in rows for remote in row.remote_ids}
    for account in accounts.values():
        if account.type in GROUPS:
            continue
        remote = linked.get(account.id, "")
        used.add(remote)
        rows.append(
            BalanceRow(
                str(account),
                (account.id,),
                (remote,) if remote else (),
                ours.get(account.id, ZERO),
                theirs.get(remote, ZERO),
            )
        )
    for remote, balance in theirs.items():
        if remote not in used and balance:
            record = records.get(remote)
            name = record.name if record is not None else remote
            rows.append(BalanceRow(name, (), (remote,), ZERO, balance))
    return [row for row in rows if row.ours or row.theirs]


def _groups(
    ours: Mapping[UUID, Decimal],
    theirs: Mapping[str, Decimal],
    accounts: Mapping[UUID, Account],
    records: Mapping[str, RemoteRecord],
) -> list[BalanceRow]:
    found = []
    for our_type, (label, their_types) in GROUPS.items():
        mine = tuple(key for key, account in accounts.items() if account.type == our_type)
        remote = tuple(
            key
            for key, record in records.items()
            if record.type in their_types
            or (not their_types and record.data.get("subtype") in TAX_SUBTYPES)
        )
        found.append(
            BalanceRow(
                label,
                mine,
                remote,
                sum((ours.get(key, ZERO) for key in mine), ZERO),
                sum((theirs.get(key, ZERO) for key in remote), ZERO),
            )
        )
    return found
