"""Opening balances of accounts: the trial balance of the books that came before."""

from decimal import Decimal
from uuid import UUID

from hub.money import NumberColumn
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.models import Account
from ledger.services.books import check_open, current_book
from ledger.services.journals import post
from tenants.domain.permissions import Area
from tenants.imports.kinds import Cells, Checked, ImportColumn, ImportKind, Staged
from tenants.imports.values import RowReader, amount_text, by_name
from tenants.models import ImportRow
from tenants.services.organisations import current_organisation

COLUMNS = (
    ImportColumn("account", "Account code", True, ("code", "account", "accountnumber")),
    ImportColumn("debit", "Debit", False, ("debits", "dr")),
    ImportColumn("credit", "Credit", False, ("credits", "cr")),
)
# These follow from opening stock and open documents.
FOLLOWING = (AccountRole.RECEIVABLE, AccountRole.PAYABLE, AccountRole.INVENTORY)
AMOUNT = NumberColumn(19, 2)
ZERO = Decimal(0)


class BalanceChecker:
    """Looks at rows of account balances."""

    def __init__(self, _columns: frozenset[str]) -> None:
        self._columns = by_name(COLUMNS)
        self._accounts = {row.code.casefold(): row for row in Account.objects.all()}
        self._seen: set[str] = set()

    def check(self, cells: Cells) -> Checked:
        """One row."""
        row = RowReader(self._columns, cells)
        account = row.one_of("account", self._accounts, "account with the code")
        if account is not None:
            if account.code in self._seen:
                row.fault("account", f"{account} stands in another row too.")
            self._seen.add(account.code)
            if account.role in FOLLOWING:
                row.fault(
                    "account",
                    f"{account} follows from opening stock and open documents; leave it out.",
                )
        debit, credit = row.number("debit", AMOUNT), row.number("credit", AMOUNT)
        if debit and credit:
            row.fault("credit", "An account has a debit or a credit, not both.")
        row.checked.values = {
            "account": str(account.id) if account is not None else None,
            "amount": amount_text((debit or ZERO) - (credit or ZERO)),
        }
        return row.checked


def apply_balances(staged: Staged) -> str:
    """One journal; what is missing to balance goes to Opening balances."""
    me = current_organisation()
    check_open(staged.on, current_book().locked_until, field="on")
    rows = ImportRow.objects.filter(of_import_id=staged.import_id).order_by("number")
    entries = [Entry(UUID(row.values["account"]), Decimal(row.values["amount"])) for row in rows]
    missing = sum((entry.amount for entry in entries), ZERO)
    entries.append(Entry(AccountRole.OPENING_BALANCES, -missing))
    source = Source("import", staged.import_id, "Opening balances")
    post(
        Posting(JournalEvent.OPENING, staged.on, source, entries, me.base_currency),
        me.base_currency,
    )
    return f"Opening balances of {len(entries) - 1:,} accounts imported."


OPENING_BALANCES = ImportKind(
    "opening_balances",
    "Opening balances of accounts",
    "accounts",
    Area.LEDGER,
    COLUMNS,
    BalanceChecker,
    apply_balances,
    help="The trial balance of your books before, without receivables, payables and stock: those "
    "come with open documents and opening stock.",
    asks_date="The day of the trial balance",
)
