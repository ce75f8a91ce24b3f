"""What every builder of outgoing documents looks at: the book's accounts, options, rounding."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from accounting.domain.answers import Unready, Verdict
from accounting.domain.options import Options
from accounting.domain.states import Action
from hub.money import minor_units
from ledger.domain.accounts import AccountRole, AccountType
from ledger.models import Account, Journal, JournalLine
from tenants.boundary import current_tenant
from tenants.models import Organisation

ZERO = Decimal(0)


@dataclass
class Frame:
    """Read once per batch of documents."""

    options: Options

    @cached_property
    def me(self) -> Organisation:
        """Whose documents they are."""
        return Organisation.objects.get(id=current_tenant())

    @cached_property
    def accounts(self) -> dict[UUID, Account]:
        """The chart, by id."""
        return {account.id: account for account in Account.objects.all()}

    @cached_property
    def _roles(self) -> dict[str, UUID]:
        return {account.role: account.id for account in self.accounts.values() if account.role}

    @cached_property
    def controls(self) -> dict[UUID, AccountRole]:
        """Accounts whose lines name a contact there: receivable and payable."""
        wanted = (AccountRole.RECEIVABLE, AccountRole.PAYABLE)
        return {self._roles[role]: role for role in wanted if role in self._roles}

    @cached_property
    def taxes(self) -> frozenset[UUID]:
        """Accounts that the provider posts to by itself, from tax codes."""
        return frozenset(
            account.id for account in self.accounts.values() if account.type == AccountType.TAX
        )

    def role(self, role: AccountRole) -> UUID:
        """The account of a role; raises Unready when none is chosen."""
        found = self._roles.get(role)
        if found is None:
            sentence = (
                f"No account is chosen for “{role.label}”. Choose one in the chart of accounts, "
                "then retry."
            )
            raise Unready(Verdict(Action.ATTENTION, "no_account_for_role", sentence))
        return found

    def decimals(self, currency: str) -> int:
        """Decimals of a currency's amounts."""
        return minor_units(currency)


def standing_journals(
    source_ids: Iterable[UUID], events: Iterable[str]
) -> dict[UUID, list[Journal]]:
    """The journals of documents that were not reversed, with their lines, oldest first."""
    rows = (
        Journal.objects.filter(source_id__in=list(source_ids), event__in=list(events))
        .prefetch_related("lines")
        .order_by("number")
    )
    reversed_ids = {row.reverses_id for row in rows if row.reverses_id}
    found: dict[UUID, list[Journal]] = {}
    for row in rows:
        if row.reverses_id is None and row.id not in reversed_ids:
            found.setdefault(row.source_id, []).append(row)
    return found


def lines_of(journal: Journal) -> list[JournalLine]:
    """Its lines in order, from what was prefetched."""
    return sorted(journal.lines.all(), key=lambda line: line.position)
