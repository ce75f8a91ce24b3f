"""A company's page: its lists, documents and book."""

from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.common.sandbox import Sheet
from sandbox.quickbooks.company import Company, cents, name_of
from sandbox.quickbooks.fields import DOCUMENTS

if TYPE_CHECKING:
    from sandbox.quickbooks.app import QuickBooks

NEWEST = "CAST(id AS INTEGER) DESC"
ROWS = 50


def sheets(sandbox: "QuickBooks", realm: str) -> list[Sheet]:
    """Lists, the newest documents of each kind, the trial balance, the newest of the book."""
    company = Company(sandbox, realm, sandbox.clock.now())
    made = []
    rows: list[tuple[str, ...]]
    for kind, amount in (("Customer", "Balance"), ("Vendor", "Balance"), ("Item", "QtyOnHand")):
        records = sandbox.store.records(realm, kind, order=NEWEST, limit=ROWS)
        rows = [
            (
                one.id,
                name_of(kind, one.body),
                _amount(one.body.get(amount), kind),
                _active(one.body),
            )
            for one in records
        ]
        made.append(Sheet(f"{kind}s", ("Id", "Name", amount, "Active"), rows))
    for kind in DOCUMENTS:
        records = sandbox.store.records(realm, kind, order=NEWEST, limit=ROWS)
        rows = []
        for one in records:
            body = one.body
            party = body.get("CustomerRef") or body.get("VendorRef") or {}
            total = body.get("TotalAmt", body.get("Amount"))
            texts = (body.get("DocNumber", ""), body["TxnDate"], party.get("name", ""))
            money = (_amount(total), _amount(body.get("Balance")))
            rows.append((one.id, *texts, *money, str(one.version)))
        if rows:
            columns = ("Id", "Number", "Date", "Party", "Total", "Balance", "SyncToken")
            made.append(Sheet(kind, columns, rows))
    names = {
        one.id: name_of("Account", one.body) for one in sandbox.store.records(realm, "Account")
    }
    balances = company.book.balances()
    rows = [
        (
            names.get(account, account),
            *((str(cents(held)), "") if held > 0 else ("", str(cents(-held)))),
        )
        for account, held in sorted(balances.items(), key=lambda one: int(one[0]))
        if held
    ]
    made.append(Sheet("Trial balance", ("Account", "Debit", "Credit"), rows))
    rows = [
        (
            one.day,
            names.get(one.account, one.account),
            str(cents(one.amount)),
            one.source_kind,
            one.memo,
        )
        for one in company.book.lines(limit=200)
    ]
    made.append(Sheet("Book", ("Day", "Account", "Amount", "Document", "What"), rows))
    return made


def _amount(value: Decimal | int | None, kind: str = "") -> str:
    """Money with two places; quantities of items as they are."""
    if value is None:
        return ""
    return str(value if kind == "Item" else cents(value))


def _active(body: dict[str, object]) -> str:
    return "yes" if body.get("Active", True) else "no"
