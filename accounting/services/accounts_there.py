"""Which account the system there uses for each line, and where that is another than ours (Q29).

There the account stands on the product: what is set here on a line or a contact does not count.
"""

from dataclasses import dataclass
from uuid import UUID

from accounting.domain.answers import Unready
from accounting.domain.options import read_options
from accounting.domain.outgoing import Trade
from accounting.domain.states import Kind
from accounting.engine.accounts import AccountsThere
from accounting.models import Connection
from accounting.outgoing import build
from accounting.outgoing.frame import Frame
from inventory.models import Product
from ledger.domain.accounts import AccountRole

SALES = (Kind.INVOICE, Kind.CREDIT_NOTE, Kind.REFUND)


@dataclass(frozen=True, slots=True)
class LineAccount:
    """A line's account as it is called here, and the one that is used there as it is there."""

    line: str
    ours: str
    theirs: str
    differs: bool


def line_accounts(connection: Connection, kind: Kind, local_id: UUID) -> list[LineAccount]:
    """One entry per line of a sale's document; none for others. Five statements at most."""
    if kind not in SALES:
        return []
    frame = Frame(read_options(connection.options))
    try:
        document = build(kind, [local_id], frame).get(local_id)
    except Unready:
        return []
    if not isinstance(document, Trade):
        return []
    there = AccountsThere(connection, frame)
    there.prefetch(line.item for line in document.lines if line.item is not None)
    return [
        LineAccount(
            line.description[:80],
            there.name_here(line),
            there.name_there(there.of_item(line.item)) or there.name_here(line),
            there.differs(line),
        )
        for line in document.lines
        if line.item is not None and line.account is not None
    ]


def product_account(connection: Connection, product_id: UUID) -> LineAccount:
    """The account there that sales of a product go to, beside the one that it has here."""
    frame = Frame(read_options(connection.options))
    there = AccountsThere(connection, frame)
    product = Product.objects.filter(id=product_id).first()
    own = product.sale_account_id if product is not None else None
    account = own or frame.role(AccountRole.SALES)
    theirs = there.of_item((Kind.PRODUCT, product_id))
    ours = frame.accounts[account].name
    name = there.name_there(theirs) or ours
    return LineAccount("", ours, name, bool(theirs) and theirs != there.links.get(account, ""))


def differences(connection: Connection, kind: Kind, local_id: UUID) -> list[LineAccount]:
    """Lines whose account there is another than here."""
    return [one for one in line_accounts(connection, kind, local_id) if one.differs]
