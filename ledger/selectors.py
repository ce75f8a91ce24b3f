"""Reading the book: balances from monthly sums plus the days that a month is cut at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import (
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from hub.errors import NotFound
from ledger.domain.accounts import AccountRole, AccountType
from ledger.domain.statements import AccountSum
from ledger.models import Account, AccountMonth, ExchangeRate, Journal, JournalLine, TaxRule
from tenants.boundary import current_tenant

ZERO = Decimal("0.0000")
AMOUNT_FIELD: "DecimalField[Any, Any]" = DecimalField(max_digits=21, decimal_places=4)

# Whole months from the sums; the days before `since` and after `until` in their months from the
# lines themselves: at most two months of lines are read however long the history is.
MOVEMENTS = """
SELECT account_id, sum(debit) AS debit, sum(credit) AS credit FROM (
    SELECT account_id, debit, credit FROM ledger_accountmonth
    WHERE tenant_id = %(tenant)s
      AND (%(account)s::uuid IS NULL OR account_id = %(account)s)
      AND (%(since)s::date IS NULL OR month >= date_trunc('month', %(since)s::date)::date)
      AND month <= date_trunc('month', %(until)s::date)::date
  UNION ALL
    SELECT account_id, -greatest(amount, 0), least(amount, 0) FROM ledger_journalline
    WHERE tenant_id = %(tenant)s AND posted_on > %(until)s
      AND (%(account)s::uuid IS NULL OR account_id = %(account)s)
      AND posted_on < (date_trunc('month', %(until)s::date) + interval '1 month')::date
  UNION ALL
    SELECT account_id, -greatest(amount, 0), least(amount, 0) FROM ledger_journalline
    WHERE tenant_id = %(tenant)s AND %(since)s::date IS NOT NULL
      AND (%(account)s::uuid IS NULL OR account_id = %(account)s)
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


def movements(
    until: date, since: date | None = None, *, account_id: UUID | None = None
) -> dict[UUID, tuple[Decimal, Decimal]]:
    """Debits and credits by account id, from `since` (or the beginning) up to `until`."""
    values = {
        "tenant": current_tenant(),
        "since": since,
        "until": until,
        "account": account_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(MOVEMENTS, values)
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
    debit, credit = movement_of(account_id, until)
    return debit - credit


def movement_of(
    account_id: UUID, until: date, since: date | None = None
) -> tuple[Decimal, Decimal]:
    """Debits and credits of one account, from `since` (or the beginning) up to `until`."""
    found = movements(until, since, account_id=account_id)
    return found.get(account_id, (ZERO, ZERO))


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


def tax_rule_or_404(rule_id: UUID) -> TaxRule:
    """One tax rule; raises NotFound."""
    rule = TaxRule.objects.filter(id=rule_id).first()
    if rule is None:
        raise NotFound("This tax rule does not exist.")
    return rule


def journal_or_404(journal_id: UUID) -> Journal:
    """One journal; raises NotFound."""
    journal = Journal.objects.select_related("reverses").filter(id=journal_id).first()
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


def accounts_with_balances(on: date) -> "QuerySet[Account]":
    """The accounts, each with `balance`: debits less credits up to `on`. One statement."""
    month = on.replace(day=1)
    next_month = (month + timedelta(days=32)).replace(day=1)
    own = Q(account=OuterRef("pk"))
    sums = AccountMonth.objects.filter(own, month__lte=month).order_by().values("account")
    later = (
        JournalLine.objects.filter(own, posted_on__gt=on, posted_on__lt=next_month)
        .order_by()
        .values("account")
    )
    return Account.objects.annotate(
        balance=_or_zero(sums.annotate(sum=Sum(F("debit") - F("credit"))).values("sum"))
        - _or_zero(later.annotate(sum=Sum("amount")).values("sum"))
    )


def _or_zero(query: "QuerySet[Any, Any]") -> Coalesce:
    return Coalesce(Subquery(query), Value(ZERO), output_field=AMOUNT_FIELD)


def lines_of_account(
    account: Account, since: date | None = None, until: date | None = None
) -> "QuerySet[JournalLine]":
    """What was posted to an account, with its journals, in no order yet."""
    rows = JournalLine.objects.filter(account=account).select_related("journal")
    if since is not None:
        rows = rows.filter(posted_on__gte=since)
    if until is not None:
        rows = rows.filter(posted_on__lte=until)
    return rows


def balance_before(line: JournalLine) -> Decimal:
    """The balance of the line's account just before it; by day, then in the order of posting."""
    same_day = JournalLine.objects.filter(
        account_id=line.account_id, posted_on=line.posted_on, id__lt=line.id
    ).aggregate(sum=Sum("amount"))["sum"]
    return balance_on(line.account_id, line.posted_on - timedelta(days=1)) + (same_day or 0)


def journals() -> "QuerySet[Journal]":
    """Journals, each with its `total` (the sum of its debits) and whether it `was_reversed`."""
    debits = (
        JournalLine.objects.filter(journal=OuterRef("pk"), amount__gt=0)
        .order_by()
        .values("journal")
        .annotate(sum=Sum("amount"))
        .values("sum")
    )
    return Journal.objects.annotate(
        total=_or_zero(debits),
        was_reversed=Exists(Journal.objects.filter(reverses=OuterRef("pk"))),
    )


def lines_of_journal(journal: Journal) -> list[JournalLine]:
    """The lines of a journal with their accounts, in their order."""
    return list(
        JournalLine.objects.filter(journal=journal).select_related("account").order_by("position")
    )


def reversal_of(journal: Journal) -> Journal | None:
    """The journal that reverses it; None while it stands."""
    return Journal.objects.filter(reverses=journal).first()


def journals_matching(rows: "QuerySet[Journal]", text: str) -> "QuerySet[Journal]":
    """Those whose own number or document number is `text`: JE-00012, 12, INV-00007."""
    wanted = text.strip()
    numbers = {wanted, wanted.upper()}
    digits = wanted.upper().removeprefix("JE-")
    found = Q(source_number__in=numbers)
    if digits.isascii() and digits.isdigit() and len(digits) <= 18:
        found |= Q(number=int(digits))
    return rows.filter(found)


def exchange_rates(currency: str = "", *, most: int) -> list[ExchangeRate]:
    """The newest `most` rates of each currency (or of one), by currency, newest first."""
    rows = ExchangeRate.objects.all()
    if currency:
        rows = rows.filter(currency=currency)
    place = Window(RowNumber(), partition_by="currency", order_by=F("valid_from").desc())
    return list(
        rows.annotate(place=place).filter(place__lte=most).order_by("currency", "-valid_from")
    )


def account_sums(until: date, since: date | None = None) -> list[AccountSum]:
    """Every account with postings in the span, by code, for statements."""
    return [
        AccountSum(
            row.account.id,
            row.account.code,
            row.account.name,
            AccountType(row.account.type),
            row.debit,
            row.credit,
        )
        for row in trial_balance(until, since)
    ]


@dataclass(frozen=True, slots=True)
class GeneralLedgerRow:
    """One account in the general ledger; opening and closing are debits less credits."""

    id: UUID
    code: str
    name: str
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        """The balance at the end of the last day."""
        return self.opening + self.debit - self.credit


def general_ledger(until: date, since: date | None = None) -> list[GeneralLedgerRow]:
    """Every account with a balance before `since` or postings up to `until`, by code."""
    nothing = (ZERO, ZERO)
    before = movements(since - timedelta(days=1)) if since is not None else {}
    during = movements(until, since)
    moved = [
        key for key in {*before, *during} if any(during.get(key, nothing)) or _held(before, key)
    ]
    return [
        GeneralLedgerRow(
            account.id,
            account.code,
            account.name,
            _held(before, account.id),
            *during.get(account.id, nothing),
        )
        for account in Account.objects.filter(id__in=moved).order_by("code")
    ]


def _held(sums: Mapping[UUID, tuple[Decimal, Decimal]], account_id: UUID) -> Decimal:
    debit, credit = sums.get(account_id, (ZERO, ZERO))
    return debit - credit
