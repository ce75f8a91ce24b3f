"""Accounts, tax codes and terms as they come in: the chart and the terms follow theirs (Q10)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounting.domain.incoming import Held
from accounting.domain.matching import Theirs
from accounting.incoming.taking_over import mapped, record_of, title_of
from accounting.models import Connection, Link, RemoteRecord
from hub.errors import InvalidInput
from ledger.domain.accounts import AccountType
from ledger.models import Account, PaymentTerm, TaxRule, TermKind
from ledger.services.books import save_account
from ledger.services.reference_lists import save_payment_term, save_tax_rule

# Their types → ours, for accounts that are taken over. Receivable and payable are one each here.
TYPES: Mapping[str, AccountType] = {
    "Bank": AccountType.BANK,
    "Credit Card": AccountType.BANK,
    "Other Current Asset": AccountType.CURRENT_ASSET,
    "Fixed Asset": AccountType.FIXED_ASSET,
    "Other Asset": AccountType.FIXED_ASSET,
    "Other Current Liability": AccountType.CURRENT_LIABILITY,
    "Long Term Liability": AccountType.LONG_TERM_LIABILITY,
    "Equity": AccountType.EQUITY,
    "Income": AccountType.REVENUE,
    "Other Income": AccountType.OTHER_INCOME,
    "Cost of Goods Sold": AccountType.DIRECT_COSTS,
    "Expense": AccountType.EXPENSE,
    "Other Expense": AccountType.EXPENSE,
}
TAKES_PAYMENTS = ("Bank", "Credit Card")
UNDEPOSITED = "UndepositedFunds"
TAX_SUBTYPES = ("GlobalTaxPayable", "SalesTaxPayable", "GlobalTaxSuspense")


def absorb_lists(connection: Connection, kinds: Iterable[str] = ("account", "tax", "term")) -> int:
    """Bring the chart, the tax rules and the terms in step with what was read of theirs.

    Renamed: renamed here. Inactive there: archived here, unless Wharf posts to it. New there: made
    here and mapped. Gives how many changed.
    """
    changed = 0
    for kind in kinds:
        linked = {
            link.remote_id: UUID(str(link.local_id))
            for link in Link.objects.filter(
                connection=connection, kind=kind, local_id__isnull=False
            ).order_by("-made_at")
        }
        for record in RemoteRecord.objects.filter(connection=connection, kind=kind):
            changed += absorb_record(connection, record, linked.get(record.remote_id))
    return changed


def absorb_record(
    connection: Connection, record: RemoteRecord, local_id: UUID | None, *, before: str = ""
) -> bool:
    """One row of a list; True when something changed here. `before`: what it was called there.

    A name or code that is taken here leaves ours as it is; theirs stands on the mapping page.
    """
    if record.kind not in VERBS:
        return False
    follow, make = VERBS[record.kind]
    try:
        with transaction.atomic():
            if local_id is not None:
                return follow(record, local_id, before)
            return record.is_active and make(connection, record) is not None
    except InvalidInput:
        return False


def account_for(connection: Connection, remote_id: str) -> UUID:
    """Our account of one there; made here when it is new. Raises Held (`account_not_mapped`)."""
    found = mapped(connection, "account", remote_id)
    if found is not None:
        return found
    record = record_of(connection, "account", remote_id)
    made = make_account(connection, record) if record is not None and record.is_active else None
    if made is None:
        name = f"The account “{record.name}”" if record is not None else "An account"
        raise Held(
            f"{name} of {title_of(connection)} is not mapped to one here. Map it under Account "
            "mapping; then it comes in.",
            code="account_not_mapped",
        )
    return made


def make_account(connection: Connection, record: RemoteRecord) -> UUID | None:
    """An account here for one there, mapped to it; None for one that is no account of ours."""
    kind = TYPES.get(record.type)
    subtype = record.data.get("subtype", "")
    currency = record.data.get("currency", "")
    if kind is None or subtype in TAX_SUBTYPES or currency not in ("", connection.currency):
        return None
    account = save_account(
        None,
        {
            "code": _free_code(str(record.data.get("number", "")), record.remote_id),
            "name": record.name[:120],
            "type": kind,
            "accepts_payments": record.type in TAKES_PAYMENTS or subtype == UNDEPOSITED,
        },
    )
    _link(connection, "account", account.id, record.remote_id)
    return account.id


def _free_code(number: str, remote_id: str) -> str:
    for code in (number[:20], f"E{remote_id}"[:20]):
        if code and not Account.objects.filter(code=code).exists():
            return code
    taken = Account.objects.filter(code__startswith=f"E{remote_id}-").count()
    return f"E{remote_id}-{taken + 2}"[:20]


def _link(connection: Connection, kind: str, local_id: UUID, remote_id: str) -> None:
    Link.objects.create(connection=connection, kind=kind, local_id=local_id, remote_id=remote_id)


def _leaf(name: str) -> str:
    """The name of an account itself; theirs names its parents before it."""
    return name.rpartition(":")[2].removesuffix(" (deleted)").strip()


def _follow_account(record: RemoteRecord, local_id: UUID, before: str) -> bool:
    account = Account.objects.filter(id=local_id).first()
    if account is None:
        return False
    values: dict[str, object] = {}
    if before and _leaf(before) != _leaf(record.name):
        values["name"] = _leaf(record.name)[:120]
    if not account.role and account.is_active != record.is_active:
        values["is_active"] = record.is_active
    if values:
        save_account(account.id, values)
    return bool(values)


def _follow_term(record: RemoteRecord, local_id: UUID, before: str) -> bool:
    term = PaymentTerm.objects.filter(id=local_id).first()
    if term is None:
        return False
    values: dict[str, object] = {}
    name = _leaf(record.name)[:60]
    if name != term.name:
        values["name"] = name
    days = record.data.get("days")
    counted = term.kind == TermKind.DAYS and str(days).isdigit()
    if counted and int(str(days)) != term.days:
        values["days"] = int(str(days))
    if term.is_active != record.is_active and not term.is_default:
        values["is_active"] = record.is_active
    if values:
        save_payment_term(term.id, values)
    return bool(values)


def _make_term(connection: Connection, record: RemoteRecord) -> UUID | None:
    days = record.data.get("days")
    if not (isinstance(days, int | str) and str(days).isdigit()):
        return None
    name = record.name[:60]
    same = PaymentTerm.objects.filter(name=name).first()
    term = same or save_payment_term(None, {"name": name, "kind": TermKind.DAYS, "days": int(days)})
    if Link.objects.filter(connection=connection, kind="term", local_id=term.id).exists():
        return None
    _link(connection, "term", term.id, record.remote_id)
    return term.id


def _follow_tax(record: RemoteRecord, local_id: UUID, before: str) -> bool:
    """Tax rules may be edited here, so their names and rates stay; a rule that is gone goes."""
    rule = TaxRule.objects.filter(id=local_id).first()
    if rule is None or record.is_active or not rule.is_active or rule.is_default:
        return False
    save_tax_rule(rule.id, {"is_active": False})
    return True


def _make_tax(connection: Connection, record: RemoteRecord) -> UUID | None:
    if record.data.get("hidden"):
        return None
    rates = {
        row.remote_id: row.data.get("rate", "0")
        for row in RemoteRecord.objects.filter(connection=connection, kind="tax_rate")
    }
    one = Theirs.read(record.remote_id, record.name, record.type, record.data, rates)
    rate = one.rate if one.rate is not None else one.purchase_rate
    if rate is None:
        return None
    name = record.name[:60]
    rule = TaxRule.objects.filter(name=name).first()
    if rule is not None and rule.rate != rate:
        return None
    if rule is None:
        part = {"name": name, "rate": str(Decimal(rate))}
        rule = save_tax_rule(None, {"name": name, "components": [part]})
    if Link.objects.filter(connection=connection, kind="tax", local_id=rule.id).exists():
        return None
    _link(connection, "tax", rule.id, record.remote_id)
    return rule.id


VERBS = {
    "account": (_follow_account, make_account),
    "term": (_follow_term, _make_term),
    "tax": (_follow_tax, _make_tax),
}
