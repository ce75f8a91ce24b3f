"""How the book is kept: the starting chart, the lock date, accrual, costing."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from hub.errors import Conflict, InvalidInput, NotFound
from ledger.domain.accounts import CONTROL_ROLES, STARTING_CHART, AccountRole, AccountType
from ledger.models import Account, Book, Journal, JournalLine
from ledger.selectors import balances_of_roles
from tenants.models import Organisation
from tenants.services.activity import log_activity

# What these hold is explained by open documents; a part left on another account would not be.
FOLLOWS_DOCUMENTS = (*CONTROL_ROLES, AccountRole.GRNI, AccountRole.GINR)


def lay_down_book(organisation: Organisation) -> None:
    """The starting chart of accounts and the book's settings; part of founding."""
    Account.objects.bulk_create(
        Account(
            code=row.code,
            name=row.name,
            type=row.type,
            role=row.role or "",
            accepts_payments=row.accepts_payments,
        )
        for row in STARTING_CHART
    )
    Book.objects.create()


def current_book() -> Book:
    """The settings of this organisation's book."""
    book: Book = Book.objects.get()
    return book


def change_book(changes: Mapping[str, Any]) -> Book:
    """Change lock date, accrual or costing; raises InvalidInput.

    `locked_until` is free to move. Costing is fixed once stock has moved, and accrual while goods
    are received and not billed (or the reverse), for both would leave balances unexplained.
    """
    book: Book = Book.objects.select_for_update().get()
    if "costing" in changes and changes["costing"] != book.costing and costing_is_fixed():
        message = "Stock has moved already, so the costing method is fixed."
        raise InvalidInput(message, fields={"costing": [message]})
    if "accrual" in changes and bool(changes["accrual"]) != book.accrual:
        _refuse_when_open(
            "accrual",
            "Goods are received and not billed (or billed and not received) on this setting. "
            "Match them first; then it can be changed.",
        )
    before = {field: getattr(book, field) for field in changes}
    for field, value in changes.items():
        setattr(book, field, value)
    book.save(update_fields=list(changes))
    changed = {
        str(Book._meta.get_field(field).verbose_name).capitalize(): (old, changes[field])  # type: ignore[union-attr]
        for field, old in before.items()
        if old != changes[field]
    }
    if changed:
        log_activity("book.changed", "Settings of the book changed", about=book, changes=changed)
    return book


def _refuse_when_open(field: str, message: str) -> None:
    balances = balances_of_roles([AccountRole.GRNI, AccountRole.GINR])
    if any(balances.values()):
        raise InvalidInput(message, fields={field: [message]})


def check_open(on: date, locked_until: date | None, *, field: str = "date") -> None:
    """Refuse a date in the locked period; raises InvalidInput naming `field`."""
    if locked_until is not None and on <= locked_until:
        message = (
            f"The books are locked up to {locked_until:%-d %B %Y}. Use a later date, or ask "
            "somebody who may approve in “Books” to move the lock date under Settings, Book."
        )
        raise InvalidInput(message, fields={field: [message]}, code="period_locked")


def save_account(account_id: UUID | None, values: Mapping[str, Any]) -> Account:
    """Create or change an account. Raises InvalidInput, NotFound, Conflict.

    The type of an account that is in use is fixed, and an account that Wharf posts to by its role
    cannot be switched off.
    """
    if account_id is None:
        account = Account()
    else:
        found = Account.objects.select_for_update().filter(id=account_id).first()
        if found is None:
            raise NotFound("This account does not exist.")
        account = found
        _check_change(account, values)
    before = {field: getattr(account, field) for field in values}
    for field, value in values.items():
        setattr(account, field, value)
    if account.accepts_payments and account.type in (AccountType.RECEIVABLE, AccountType.PAYABLE):
        message = "Receivables and payables are what payments settle; they cannot take payments."
        raise InvalidInput(message, fields={"accepts_payments": [message]})
    try:
        with transaction.atomic():
            account.save(force_insert=account_id is None)
    except IntegrityError as error:
        message = f"Another account has the code {account.code}. Choose a different one."
        raise InvalidInput(message, fields={"code": [message]}) from error
    changed = {
        field.replace("_", " ").capitalize(): (old, values[field])
        for field, old in before.items()
        if account_id is not None and old != values[field]
    }
    log_activity("account.saved", f"Account {account} saved", about=account, changes=changed)
    return account


def _check_change(account: Account, values: Mapping[str, Any]) -> None:
    if values.get("type", account.type) != account.type:
        if account.role:
            use = AccountRole(account.role).label
            message = f"Wharf posts “{use}” to this account, so its type is fixed."
            raise InvalidInput(message, fields={"type": [message]})
        if is_used(account):
            message = "This account has postings, so its type is fixed. Make another one instead."
            raise InvalidInput(message, fields={"type": [message]})
    if account.role and values.get("is_active") is False:
        message = (
            f"Wharf posts “{AccountRole(account.role).label}” to this account. "
            "Give that to another account first."
        )
        raise InvalidInput(message, fields={"is_active": [message]})


def assign_role(role: AccountRole, account_id: UUID) -> Account:
    """Let Wharf post `role` to another account from now on.

    Raises NotFound, InvalidInput (type, archived), Conflict (`account_has_role`,
    `account_holds_balance`).
    """
    # The book first, as postings lock: they hold the accounts of their lines after it.
    Book.objects.select_for_update().get()
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise NotFound("This account does not exist.")
    if account.role and account.role != role:
        raise Conflict(
            f"{account} is already used for “{AccountRole(account.role).label}”. "
            "One account has one purpose.",
            code="account_has_role",
        )
    if not account.is_active:
        message = f"{account} is archived. Restore it first, or choose another one."
        raise InvalidInput(message, fields={"account": [message]})
    before = Account.objects.filter(role=role).exclude(id=account_id).first()
    refusal = why_use_stays(role, before)
    if refusal:
        raise Conflict(refusal, code="account_holds_balance")
    if before is not None and before.type != account.type:
        message = f"Choose an account of the type {AccountType(before.type).label.lower()}."
        raise InvalidInput(message, fields={"account": [message]})
    if before is None and account.role == role:
        return account
    if before is not None:
        Account.objects.filter(id=before.id).update(role="")
    Account.objects.filter(id=account.id).update(role=role)
    account.role = role
    log_activity(
        "account.role",
        f"“{role.label}” is posted to {account}",
        about=account,
        changes={role.label: (before or "", account)},
    )
    return account


def why_use_stays(role: AccountRole, account: Account | None) -> str:
    """Why Wharf goes on posting `role` to this account; "" when another may be chosen."""
    if account is None or role not in FOLLOWS_DOCUMENTS or not balances_of_roles([role])[role]:
        return ""
    return (
        f"{account} holds what open documents add up to, and no journal by hand may move that. "
        "Another account can be chosen while its balance is 0."
    )


def costing_is_fixed() -> bool:
    """Whether stock was ever valued in the book: the costing method stays then."""
    # By type, not by role: an account that had the role once keeps its type.
    valued = Account.objects.filter(type=AccountType.INVENTORY)
    return JournalLine.objects.filter(account__in=valued).exists()


def is_used(account: Account) -> bool:
    """Whether anything was posted to the account."""
    return JournalLine.objects.filter(account=account).exists()


def has_postings() -> bool:
    """Whether the book has a single journal: the base currency is fixed then."""
    return Journal.objects.exists()
