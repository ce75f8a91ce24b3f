"""What a change feed brings, handed to the verbs that take it over."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from accounting.domain.answers import There
from accounting.domain.incoming import (
    Held,
    Incoming,
    IncomingItem,
    IncomingMoney,
    IncomingParty,
    IncomingTrade,
)
from accounting.domain.sheets import Sheet, says_otherwise
from accounting.domain.states import Kind, SyncState
from accounting.engine.lists import keep_lists
from accounting.engine.sheets import THERE, sealed_sheet, unsealed_sheet
from accounting.engine.work import Work
from accounting.incoming.items import absorb_item
from accounting.incoming.lists import absorb_lists, absorb_record
from accounting.incoming.money import absorb_payment, rest_of
from accounting.incoming.parties import absorb_party
from accounting.incoming.settling import APPLIED, take_back
from accounting.incoming.taking_over import back_in_step, is_known, mapped, row_of, title_of
from accounting.incoming.trade import absorb_bill, absorb_invoice, waits_to_follow
from accounting.models import Connection, RemoteChange, RemoteRecord, SyncDocument
from tenants.services.activity import log_activity

Body = Mapping[str, Any]
Read = TypeVar("Read", bound=Incoming)


def _read(work: Work, change: RemoteChange, body: Body, kind: type[Read]) -> Read | None:
    found = work.provider.read_incoming(change.entity, body)
    return found if isinstance(found, kind) else None


def list_changed(work: Work, connection: Connection, change: RemoteChange, body: Body) -> bool:
    """A row of a list: what it is called and whether it is active follow theirs (Q10)."""
    listed = work.provider.read_listed(change.entity, body)
    if listed is None:
        return True
    known = RemoteRecord.objects.filter(
        connection=connection, kind=listed.kind, remote_id=listed.id
    ).first()
    before = known.name if known is not None else ""
    keep_lists(connection, [listed])
    record = RemoteRecord.objects.get(connection=connection, kind=listed.kind, remote_id=listed.id)
    absorb_record(
        connection, record, mapped(connection, record.kind, record.remote_id), before=before
    )
    return True


def party_changed(work: Work, connection: Connection, change: RemoteChange, body: Body) -> bool:
    """A customer or supplier."""
    party = _read(work, change, body, IncomingParty)
    if party is not None:
        absorb_party(connection, party)
    return True


def item_changed(work: Work, connection: Connection, change: RemoteChange, body: Body) -> bool:
    """A product."""
    item = _read(work, change, body, IncomingItem)
    if item is not None:
        absorb_item(connection, item)
    return True


def invoice_changed(work: Work, connection: Connection, change: RemoteChange, body: Body) -> bool:
    """A sales invoice."""
    trade = _read(work, change, body, IncomingTrade)
    if trade is not None:
        absorb_invoice(connection, trade)
    return trade is None or not _waits(connection, trade)


def bill_changed(work: Work, connection: Connection, change: RemoteChange, body: Body) -> bool:
    """A bill."""
    trade = _read(work, change, body, IncomingTrade)
    if trade is not None:
        absorb_bill(connection, trade)
    return trade is None or not _waits(connection, trade)


def _waits(connection: Connection, trade: IncomingTrade) -> bool:
    """It could not be followed yet: its own row says why, and the next run looks again."""
    row = row_of(connection, trade.entity, trade.id)
    return row is not None and waits_to_follow(row, trade)


def payment_changed(work: Work, connection: Connection, change: RemoteChange, body: Body) -> bool:
    """A payment, or the use of a credit."""
    money = _read(work, change, body, IncomingMoney)
    if money is None:
        return True
    absorb_payment(connection, money)
    rest = rest_of(connection, money)
    if rest is not None:
        RemoteChange.objects.filter(id=change.id).update(reason=rest.code, message=rest.message)
    return rest is None


def sent_changed(work: Work, connection: Connection, change: RemoteChange, body: Body) -> bool:
    """What only goes there (credits, journals, quotes, orders): an edit there is a conflict."""
    row = row_of(connection, change.entity, change.remote_id)
    if row is None:
        return True
    there = work.provider.read_there(change.entity, body)
    seen_now = Incoming(
        kind=Kind(row.kind), entity=change.entity, id=change.remote_id, version=there.version
    )
    if is_known(row, seen_now) or row.state in (SyncState.REMOVED, SyncState.REMOTE_GONE):
        return True
    if row.state == SyncState.SENDING:
        raise Held("It is being sent; it is looked at again afterwards.", code="settling")
    read = work.provider.sheet(change.entity, body)
    left = row.state == SyncState.SKIPPED and bool(row.skipped_by_name)
    if left or not _says_otherwise(row, there, read):
        back_in_step(row)
        row.remote_version = there.version
        row.save(update_fields=["remote_version"])
        return True
    gone = there.is_void or there.total == 0 != row.remote_total
    row.state = SyncState.REMOTE_GONE if gone else SyncState.CONFLICT
    row.reason = "voided_there" if gone else "changed_there"
    what = f"It was {'voided' if gone else 'changed'} in {title_of(connection)}"
    if there.total is not None and row.total is not None:
        sums = f"{there.total:,.2f}, here to {row.total:,.2f} {row.currency}"
        what += f": there it comes to {sums}"
    row.message = f"{what}. Compare both, then choose."
    row.remote_version, row.remote_total = there.version, there.total
    row.there_sheet = sealed_sheet(read, THERE)
    row.save()
    log_activity(
        "sync.changed_there", f"{row.number} was changed in {connection}", about=connection
    )
    return True


def _says_otherwise(row: SyncDocument, there: There, read: Sheet | None) -> bool:
    """Whether it was changed there in what counts; by its total alone where no more was kept."""
    last = unsealed_sheet(row.synced_sheet)
    if last is not None and read is not None:
        return says_otherwise(last, read)
    return None not in (there.total, row.remote_total) and there.total != row.remote_total


def taxes_read(connection: Connection) -> int:
    """Tax codes have no feed: they follow the daily reading (Q10)."""
    return absorb_lists(connection, ["tax"])


def removed(connection: Connection, row: SyncDocument) -> bool:
    """Payments that are gone there are taken back here; everything else somebody decides."""
    if row.kind not in APPLIED and row.kind not in APPLIED.values():
        return False
    take_back(connection, row)
    return True


HANDLERS: Mapping[str, Callable[[Work, Connection, RemoteChange, Body], bool]] = {
    "list": list_changed,
    "customer": party_changed,
    "supplier": party_changed,
    "product": item_changed,
    "invoice": invoice_changed,
    "bill": bill_changed,
    "payment": payment_changed,
    "bill_payment": payment_changed,
    "credit": sent_changed,
    "journal": sent_changed,
    "quote": sent_changed,
    "purchase_order": sent_changed,
}
