"""Reading the book: balances from monthly sums plus the days that a month is cut at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Q, Sum

from hub.errors import NotFound
from ledger.domain.accounts import AccountRole
from ledger.models import Account, AccountMonth, Journal
from tenants.boundary import current_tenant

# Whole months from the sums; the days before `since` and after `until` in their months from the
# lines themselves: at most two months of lines are read however long the history is.
MOVEMENTS = """
SELECT account_id, sum(debit) AS debit, sum(credit) AS credit FROM (
    SELECT account_id, debit, credit FROM ledger_accountmonth
    WHERE tenant_id = %(tenant)s
      AND (%(since)s::date IS NULL OR month >= date_trunc('month', %(since)s::date)::date)
      AND month <= date_trunc('month', %(until)s::date)::date
  UNION ALL
    SELECT account_id, -greatest(amount, 0), least(amount, 0) FROM ledger_journalline
    WHERE tenant_id = %(tenant)s AND posted_on > %(until)s
      AND posted_on < date_trunc('month', %(until)s::date)::date + interval '1 month'
  UNION ALL
    SELECT account_id, -greatest(amount, 0), least(amount, 0) FROM ledger_journalline
    WHERE tenant_id = %(tenant)s AND %(since)s::date IS NOT NULL
      AND posted_on < %(since)s AND posted_on >= date_trunc('month', %(since)s::date)::date
) AS parts
GROUP BY account_id
"""


@dataclass(frozen=True, slots=True)
class AccountMovement:
    """Debits and credits of one account in a span of days, in the base currency."""

    account: Account
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """Debits less credits."""
        return self.debit - self.credit

    @property
    def debit_balance(self) -> Decimal | None:
        """The balance where it stands on the debit side."""
        return self.balance if self.balance > 0 else None

    @property
    def credit_balance(self) -> Decimal | None:
        """The balance where it stands on the credit side, as a positive number."""
        return -self.balance if self.balance < 0 else None


def movements(until: date, since: date | None = None) -> dict[UUID, tuple[Decimal, Decimal]]:
    """Debits and credits by account id, from `since` (or the beginning) up to `until`."""
    with connection.cursor() as cursor:
        cursor.execute(MOVEMENTS, {"tenant": current_tenant(), "since": since, "until": until})
        return {account: (debit, credit) for account, debit, credit in cursor.fetchall()}


def trial_balance(until: date, since: date | None = None) -> list[AccountMovement]:
    """Every account with postings up to `until`, by code; the balances sum to zero."""
    sums = movements(until, since)
    return [
        AccountMovement(account, *sums[account.id])
        for account in Account.objects.filter(id__in=list(sums)).order_by("code")
    ]


def balance_on(account_id: UUID, until: date) -> Decimal:
    """Debits less credits of one account up to `until`."""
    debit, credit = movements(until).get(account_id, (Decimal(0), Decimal(0)))
    return debit - credit


def balances_of_roles(roles: Iterable[AccountRole]) -> dict[AccountRole, Decimal]:
    """The balance of the account of each role over all time; 0 where nothing was posted."""
    wanted = list(roles)
    result = dict.fromkeys(wanted, Decimal(0))
    rows = (
        AccountMonth.objects.filter(account__role__in=wanted)
        .values("account__role")
        .annotate(debits=Sum("debit"), credits=Sum("credit"))
    )
    for row in rows:
        result[AccountRole(row["account__role"])] = row["debits"] - row["credits"]
    return result


def account_or_404(account_id: UUID) -> Account:
    """One account; raises NotFound."""
    account = Account.objects.filter(id=account_id).first()
    if account is None:
        raise NotFound("This account does not exist.")
    return account


def journal_or_404(journal_id: UUID) -> Journal:
    """One journal; raises NotFound."""
    journal = Journal.objects.filter(id=journal_id).first()
    if journal is None:
        raise NotFound("This journal does not exist.")
    return journal


def chart(*, active_only: bool = False, accepts_payments: bool | None = None) -> list[Account]:
    """The accounts by code."""
    wanted = Q()
    if active_only:
        wanted &= Q(is_active=True)
    if accepts_payments is not None:
        wanted &= Q(accepts_payments=accepts_payments)
    return list(Account.objects.filter(wanted).order_by("code"))
