"""Invoices and bills as they come in (Q12, Q13): imported where that is switched on, and what was
changed there to a document of ours is a conflict that somebody decides.
"""

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounting.domain.hashing import TAKEN_OVER, fingerprint
from accounting.domain.incoming import Held, IncomingTrade
from accounting.domain.options import Options, read_options
from accounting.domain.sheets import says_otherwise
from accounting.domain.states import Kind, SyncState
from accounting.engine.sheets import THERE, sealed_sheet, unsealed_sheet
from accounting.incoming.edits import NotFollowed, follow_bill, follow_invoice, follow_ours
from accounting.incoming.orders import of_order, order_of
from accounting.incoming.taking_over import (
    NOT_THERE,
    back_in_step,
    is_known,
    refuse_unsettled,
    row_here,
    row_of,
    seen,
    take_over,
    title_of,
)
from accounting.incoming.wanted import (
    Wanted,
    contact_of,
    fit_totals,
    has_goods,
    wanted_of,
)
from accounting.models import Connection, SyncDocument
from accounting.services.fulfilling import fulfil, receive
from hub.money import Money
from orders.models import Bill, Invoice
from orders.services.bills import approve_bill, create_bill
from orders.services.invoices import (
    authorise_invoice,
    create_invoice,
    invoice_sales_order,
    void_invoice,
)
from orders.services.sales import authorise_sales_order, create_sales_order
from tenants.services.activity import log_activity

ZERO = Decimal(0)
# In a row's facts: what it is there could not be followed yet, and is tried again.
AGAIN = "again"


def absorb_invoice(
    connection: Connection, trade: IncomingTrade, *, wanted: bool | None = None
) -> UUID | None:
    """Take an invoice over; gives ours, None for what is not wanted here.

    `wanted` imports it whatever the options say. Raises Held and what the verbs of trade raise.
    """
    return _absorb(connection, trade, Invoice, wanted=wanted)


def absorb_bill(
    connection: Connection, trade: IncomingTrade, *, wanted: bool | None = None
) -> UUID | None:
    """Take a bill over, as `absorb_invoice`."""
    return _absorb(connection, trade, Bill, wanted=wanted)


def _absorb(
    connection: Connection,
    trade: IncomingTrade,
    model: type[Invoice] | type[Bill],
    *,
    wanted: bool | None,
) -> UUID | None:
    row = row_of(connection, trade.entity, trade.id)
    if row is not None:
        return _known(connection, row, trade)
    if trade.is_void:
        return None
    refuse_unsettled(connection, trade.kind)
    ours = _same_here(connection, trade, model)
    if ours is not None:
        take_over(connection, trade.kind, ours, trade, from_there=False)
        return ours
    options = read_options(connection.options)
    if wanted is None:
        wanted = options.import_invoices if model is Invoice else options.import_bills
    before = bool(options.from_date) and str(trade.on) < options.from_date
    if not wanted or before:
        return None
    return _import(connection, trade, options)


def _same_here(
    connection: Connection, trade: IncomingTrade, model: type[Invoice] | type[Bill]
) -> UUID | None:
    """One of ours with the same number, contact and total that corresponds to nothing there."""
    contact = contact_of(connection, trade)
    if contact is None or not trade.number:
        return None
    field = "number" if model is Invoice else "partner_number"
    rows = model._default_manager.filter(
        **{field: trade.number}, contact_id=contact, total=trade.total
    )
    for key in rows.values_list("id", flat=True)[:5]:
        row = row_here(connection, trade.kind, key)
        if row is None or not row.remote_id:
            return UUID(str(key))
    return None


# --- One that is known ---------------------------------------------------------------------------
def _known(connection: Connection, row: SyncDocument, trade: IncomingTrade) -> UUID | None:
    if row.state in NOT_THERE or (is_known(row, trade) and not waits_to_follow(row, trade)):
        return row.local_id
    if row.state == SyncState.SENDING:
        raise Held("It is being sent; it is looked at again afterwards.", code="settling")
    if trade.is_void:
        _void_there(connection, row, trade)
    elif row.state == SyncState.SKIPPED and row.skipped_by_name:
        seen(row, trade)  # somebody left it as it is there
    elif waits_to_follow(row, trade):
        _follow(connection, row, trade)
    elif not _differs(row, trade):
        back_in_step(row)
        seen(row, trade)
    elif row.from_there and (row.state != SyncState.CONFLICT or AGAIN in row.facts):
        _follow(connection, row, trade)
    else:
        _conflict(connection, row, trade)
    return row.local_id


def waits_to_follow(row: SyncDocument, trade: IncomingTrade) -> bool:
    """Whether an imported document is a conflict that may end by itself: what stood in the way of
    this version, or of a newer one, may be gone.
    """
    again = row.state == SyncState.CONFLICT and bool(row.facts.get(AGAIN))
    return again and (row.remote_version == trade.version or not is_known(row, trade))


def print_of(trade: IncomingTrade) -> str:
    """What counts of a document there: not what payments and notes change."""
    return fingerprint(
        {
            "party": trade.party,
            "on": trade.on,
            "due_on": trade.due_on,
            "rate": trade.rate,
            "number": trade.number,
            "total": trade.total,
            "tax": trade.tax,
            "lines": [
                [line.net, line.quantity, line.item, line.account, line.tax_code, line.description]
                for line in trade.lines
            ],
        }
    )


def _differs(row: SyncDocument, trade: IncomingTrade) -> bool:
    """Whether it says something else than when it was last in step.

    Where that was not kept: than when it was last seen, and what was written over from here since
    is known by its totals only.
    """
    last = unsealed_sheet(row.synced_sheet)
    if last is not None and trade.sheet is not None:
        return says_otherwise(last, trade.sheet)
    as_there = row.hash.startswith(TAKEN_OVER) or row.state == SyncState.CONFLICT
    kept = row.facts.get("print_there") if as_there else None
    if kept:
        return bool(kept != print_of(trade))
    return (trade.total, trade.tax) != (row.remote_total, row.remote_tax)


def _void_there(connection: Connection, row: SyncDocument, trade: IncomingTrade) -> None:
    row.state, row.reason = SyncState.REMOTE_GONE, "voided_there"
    row.message = (
        f"It was voided in {title_of(connection)}. Void it here too, send it again as a new one, "
        "or skip it."
    )
    row.remote_version = trade.version
    row.remote_total, row.remote_tax = trade.total, trade.tax
    row.save()
    log_activity("sync.voided_there", f"{row.number} was voided in {connection}", about=connection)


def _conflict(
    connection: Connection, row: SyncDocument, trade: IncomingTrade, way: str = ""
) -> None:
    """Both sides say something else. `way`: what keeps ours from following, and what to do."""
    told = row.state == SyncState.CONFLICT
    row.state, row.reason = SyncState.CONFLICT, "changed_there"
    row.message = (
        f"It was changed in {title_of(connection)}: there it comes to "
        f"{Money(trade.total, trade.currency or row.currency)}, here to "
        f"{Money(row.total or ZERO, row.currency or trade.currency)}. "
        f"{way or 'Compare both, then choose.'}"
    )
    row.remote_version = trade.version
    row.remote_total, row.remote_tax = trade.total, trade.tax
    row.facts = {key: value for key, value in row.facts.items() if key != AGAIN}
    row.facts["print_there"] = print_of(trade)
    row.there_sheet = sealed_sheet(trade.sheet, THERE)
    if way:
        row.facts[AGAIN] = True
    row.save()
    if not told:
        log_activity(
            "sync.changed_there", f"{row.number} was changed in {connection}", about=connection
        )


def _follow(connection: Connection, row: SyncDocument, trade: IncomingTrade) -> None:
    """An imported one becomes what it is there now; where it cannot, somebody is told what to do.

    What stood in the way may go: the conflict is looked at again by every run.
    """
    try:
        with transaction.atomic():
            follow(connection, row, trade)
    except NotFollowed as refused:
        _conflict(connection, row, trade, refused.message)


def follow(connection: Connection, row: SyncDocument, trade: IncomingTrade) -> None:
    """Ours becomes what it is there now. Raises NotFollowed, Held, and what the verbs raise."""
    options = read_options(connection.options)
    if not row.from_there:
        _keep(connection, trade, follow_ours(connection, row, trade), row)
    elif row.kind == Kind.BILL:
        kept = _keep(connection, trade, follow_bill(connection, row, trade), row)
        if options.receive_imported_bills:
            receive(kept, kept.local_id, options)
    else:
        _follow_invoice(connection, row, trade, options)


def _follow_invoice(
    connection: Connection, row: SyncDocument, trade: IncomingTrade, options: Options
) -> None:
    invoice = Invoice.objects.get(id=row.local_id)
    wanted = wanted_of(connection, trade)
    if invoice.sales_order_id is None and has_goods(wanted.lines):
        # It was of services alone and sells goods now: an order, so that they can be shipped.
        follow_invoice(connection, row, trade, wanted)
        void_invoice(invoice.id)
        _import_sale(connection, trade, wanted, options, row)
        return
    order = follow_invoice(connection, row, trade, wanted)
    kept = _keep(connection, trade, row.local_id, row)
    if order is not None:
        fulfil(kept, order, options)


# --- A new one -----------------------------------------------------------------------------------
def _import(connection: Connection, trade: IncomingTrade, options: Options) -> UUID:
    if trade.kind == Kind.BILL:
        return _import_bill(connection, trade, options)
    wanted = wanted_of(connection, trade)
    if has_goods(wanted.lines):
        return _import_sale(connection, trade, wanted, options)
    invoice = create_invoice(wanted.contact, wanted.values, wanted.lines)
    fit_totals(invoice, trade)
    authorise_invoice(invoice.id)
    _keep(connection, trade, invoice.id)
    return invoice.id


def _import_bill(connection: Connection, trade: IncomingTrade, options: Options) -> UUID:
    """A bill; where it is of a purchase order of ours it is that order's."""
    order = order_of(connection, trade)
    counted = of_order(connection, trade, order) if order is not None else None
    wanted = wanted_of(connection, trade, counted)
    order_id = order.id if order is not None else None
    bill = create_bill(wanted.contact, wanted.values, wanted.lines, order_id=order_id)
    fit_totals(bill, trade)
    approve_bill(bill.id)
    row = _keep(connection, trade, bill.id)
    if options.receive_imported_bills:
        receive(row, bill.id, options)
    return bill.id


def _import_sale(
    connection: Connection,
    trade: IncomingTrade,
    wanted: Wanted,
    options: Options,
    row: SyncDocument | None = None,
) -> UUID:
    """Goods that were sold there: an order here, so that they can be picked, packed and shipped."""
    values = {key: value for key, value in wanted.values.items() if key != "due_on"}
    values["channel"] = title_of(connection)[:40]
    if options.import_location:
        values["location"] = UUID(options.import_location)
    order = create_sales_order(wanted.contact, values, wanted.lines)
    fit_totals(order, trade)
    authorise_sales_order(order.id)
    invoice = invoice_sales_order(order.id, issued_on=trade.on)
    if trade.due_on is not None:
        Invoice.objects.filter(id=invoice.id).update(due_on=wanted.values["due_on"])
    authorise_invoice(invoice.id)
    fulfil(_keep(connection, trade, invoice.id, row), order.id, options)
    return invoice.id


def _keep(
    connection: Connection,
    trade: IncomingTrade,
    local_id: UUID,
    row: SyncDocument | None = None,
) -> SyncDocument:
    kept = take_over(connection, trade.kind, local_id, trade, row=row)
    kept.facts = {key: value for key, value in kept.facts.items() if key != AGAIN}
    kept.facts["print_there"] = print_of(trade)
    kept.save(update_fields=["facts"])
    return kept
