"""Which account the system there uses for the items of our lines (Q29), in bulk."""

from collections.abc import Iterable
from functools import cached_property
from uuid import UUID

from accounting.domain.outgoing import Line
from accounting.domain.states import Kind, SyncState
from accounting.models import Connection, Link, RemoteRecord, SyncDocument
from accounting.outgoing.frame import Frame
from inventory.models import Product
from ledger.domain.accounts import AccountRole

Item = tuple[Kind, UUID]


class AccountsThere:
    """Read once, for as many documents as there are; items are looked up in bulk."""

    def __init__(self, connection: Connection, frame: Frame) -> None:
        self._connection = connection
        self._frame = frame
        self._used: dict[Item, str] = {}

    @cached_property
    def links(self) -> dict[UUID, str]:
        """Our account → the one that it is mapped to."""
        rows = Link.objects.filter(connection=self._connection, kind="account")
        return {row.local_id: row.remote_id for row in rows if row.local_id is not None}

    @cached_property
    def names(self) -> dict[str, str]:
        """Account there → its name."""
        rows = RemoteRecord.objects.filter(connection=self._connection, kind="account")
        return dict(rows.values_list("remote_id", "name"))

    def prefetch(self, items: Iterable[Item]) -> None:
        """Look several items up: two statements at most."""
        wanted = {item for item in items if item not in self._used}
        if not wanted:
            return
        rows = (
            SyncDocument.objects.filter(
                connection=self._connection, local_id__in=[key for _kind, key in wanted]
            )
            .exclude(remote_id="")
            .exclude(state=SyncState.REMOTE_GONE)
        )
        told = {
            (Kind(row.kind), row.local_id): str(row.facts.get("income_account", "")) for row in rows
        }
        products = Product.objects.in_bulk([key for kind, key in wanted if kind == Kind.PRODUCT])
        for kind, key in wanted:
            product = products.get(key)
            own = key if kind == Kind.ACCOUNT_ITEM else product.sale_account_id if product else None
            account = own or self._frame.role(AccountRole.SALES)
            self._used[kind, key] = told.get((kind, key)) or self.links.get(account, "")

    def of_item(self, item: Item) -> str:
        """What was told of the item, else what will be sent; "" where it is not mapped."""
        self.prefetch([item])
        return self._used[item]

    def differs(self, line: Line) -> bool:
        """Whether a line of a sale goes to another account there than here."""
        if line.item is None or line.account is None:
            return False
        theirs = self.of_item(line.item)
        return bool(theirs) and theirs != self.links.get(line.account, "")

    def name_here(self, line: Line) -> str:
        """The line's account as it is called here."""
        account = self._frame.accounts.get(line.account) if line.account is not None else None
        return account.name if account is not None else ""

    def name_there(self, remote_id: str) -> str:
        """An account as it is called there."""
        return self.names.get(remote_id, remote_id)
