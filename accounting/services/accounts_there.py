"""Which account the system there uses for each line, and where that is another than ours (Q29).

There the account stands on the product: what is set here on a line or a contact does not count.
"""

from dataclasses import dataclass
from uuid import UUID

from accounting.domain.answers import Unready
from accounting.domain.options import read_options
from accounting.domain.outgoing import Trade
from accounting.domain.states import Kind
from accounting.models import Connection, Link, RemoteRecord, SyncDocument
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
    links = {
        link.local_id: link.remote_id
        for link in Link.objects.filter(connection=connection, kind="account")
    }
    names = dict(
        RemoteRecord.objects.filter(connection=connection, kind="account").values_list(
            "remote_id", "name"
        )
    )
    used = _used_there(connection, document, frame, links)
    found = []
    for line in document.lines:
        if line.item is None or line.account is None:
            continue
        ours = links.get(line.account, "")
        theirs = used.get(line.item, "")
        account = frame.accounts.get(line.account)
        name = account.name if account is not None else ""
        found.append(
            LineAccount(
                line.description[:80],
                name,
                names.get(theirs, theirs) or name,
                differs=bool(theirs) and theirs != ours,
            )
        )
    return found


def _used_there(
    connection: Connection, document: Trade, frame: Frame, links: dict[UUID | None, str]
) -> dict[tuple[Kind, UUID], str]:
    """Item → the account there that it posts to: what was told of it, else what will be sent."""
    items = [line.item for line in document.lines if line.item is not None]
    rows = SyncDocument.objects.filter(
        connection=connection, local_id__in=[key for _kind, key in items]
    ).exclude(remote_id="")
    told = {
        (Kind(row.kind), row.local_id): str(row.facts.get("income_account", "")) for row in rows
    }
    products = Product.objects.in_bulk([key for kind, key in items if kind == Kind.PRODUCT])
    used = {}
    for kind, key in items:
        product = products.get(key)
        own = key if kind == Kind.ACCOUNT_ITEM else product.sale_account_id if product else None
        account = own or frame.role(AccountRole.SALES)
        used[kind, key] = told.get((kind, key)) or links.get(account, "")
    return used


def differences(connection: Connection, kind: Kind, local_id: UUID) -> list[LineAccount]:
    """Lines whose account there is another than here."""
    return [one for one in line_accounts(connection, kind, local_id) if one.differs]
