"""Invoices and bills as they come in (Q12, Q13): imported where that is switched on, and what was
changed there to a document of ours is a conflict that somebody decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounting.domain.hashing import fingerprint
from accounting.domain.incoming import Held, IncomingLine, IncomingTrade
from accounting.domain.options import Options, read_options
from accounting.domain.sharing import share
from accounting.domain.sheets import says_otherwise
from accounting.domain.states import Kind, SyncState
from accounting.engine.sheets import THERE, sealed_sheet, unsealed_sheet
from accounting.models import Connection, SyncDocument
from accounting.services.absorb_common import (
    NOT_THERE,
    back_in_step,
    is_known,
    local_of,
    mapped,
    record_of,
    refuse_unsettled,
    row_here,
    row_of,
    seen,
    take_over,
    title_of,
)
from accounting.services.absorb_lists import account_for
from accounting.services.fulfilling import fulfil, receive
from hub.money import Money, divide, minor_units, multiply, round_half_up
from inventory.models import Product, ProductKind
from ledger.domain.accounts import AccountRole
from ledger.models import Account, TaxRule
from orders.domain.states import BillStatus, InvoiceStatus
from orders.models import Bill, Invoice
from orders.services.bills import approve_bill, change_bill, create_bill, undo_bill
from orders.services.invoices import (
    authorise_invoice,
    change_invoice,
    create_invoice,
    invoice_sales_order,
    undo_invoice,
)
from orders.services.lines import LineInput
from orders.services.sales import authorise_sales_order, create_sales_order
from tenants.services.activity import log_activity

ZERO = Decimal(0)
# What two ways of rounding the same tax may differ by.
ROUNDING = Decimal("0.05")
PARTIES = {Kind.INVOICE: Kind.CUSTOMER, Kind.BILL: Kind.SUPPLIER}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document of theirs in our words, ready to be made."""

    contact: UUID
    values: dict[str, Any]
    lines: tuple[LineInput, ...]


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
    contact = _contact(connection, trade)
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


def _contact(connection: Connection, trade: IncomingTrade) -> UUID | None:
    return local_of(connection, PARTIES[trade.kind], trade.party)


# --- One that is known ---------------------------------------------------------------------------
def _known(connection: Connection, row: SyncDocument, trade: IncomingTrade) -> UUID | None:
    if is_known(row, trade) or row.state in NOT_THERE:
        return row.local_id
    if row.state == SyncState.SENDING:
        raise Held("It is being sent; it is looked at again afterwards.", code="settling")
    if trade.is_void:
        _void_there(connection, row, trade)
    elif row.state == SyncState.SKIPPED and row.skipped_by_name:
        seen(row, trade)  # somebody left it as it is there
    elif not _differs(row, trade):
        back_in_step(row)
        seen(row, trade)
    elif row.from_there and row.state != SyncState.CONFLICT and _can_follow(row):
        follow(connection, row, trade)
    else:
        _conflict(connection, row, trade)
    return row.local_id


def print_of(trade: IncomingTrade) -> str:
    """What counts of a document there: not what payments and notes change."""
    return fingerprint(
        {
            "party": trade.party,
            "on": trade.on,
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
    """Whether it says something else than when it was last seen."""
    last = unsealed_sheet(row.synced_sheet)
    if last is not None and trade.sheet is not None:
        return says_otherwise(last, trade.sheet)
    kept = row.facts.get("print_there")
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


def _conflict(connection: Connection, row: SyncDocument, trade: IncomingTrade) -> None:
    row.state, row.reason = SyncState.CONFLICT, "changed_there"
    row.message = (
        f"It was changed in {title_of(connection)}: there it comes to "
        f"{Money(trade.total, trade.currency or row.currency)}, here to "
        f"{Money(row.total or ZERO, row.currency or trade.currency)}. Compare both, then choose."
    )
    row.remote_version = trade.version
    row.remote_total, row.remote_tax = trade.total, trade.tax
    row.facts = {**row.facts, "print_there": print_of(trade)}
    row.there_sheet = sealed_sheet(trade.sheet, THERE)
    row.save()
    log_activity(
        "sync.changed_there", f"{row.number} was changed in {connection}", about=connection
    )


def _can_follow(row: SyncDocument) -> bool:
    """Unpaid, and not from a sale whose goods may have left."""
    return not why_not_followed(row)


def why_not_followed(row: SyncDocument) -> str:
    """Why an invoice or bill cannot become what it is there; "" when it can."""
    model = Invoice if row.kind == Kind.INVOICE else Bill
    found: Any = model._default_manager.filter(id=row.local_id).first()
    if found is None:
        return "It is not here any more."
    if found.settled:
        return f"{found.number} is paid here, at least in part."
    if isinstance(found, Invoice):
        if found.sales_order_id is not None:
            return f"{found.number} is of a sale, whose goods and prices stand here."
        standing = found.status == InvoiceStatus.AUTHORISED
    else:
        standing = found.status == BillStatus.APPROVED
        if found.purchase_order_id is not None:
            return f"{found.number} is of a purchase, whose goods and prices stand here."
    return "" if standing else f"{found.number} is {found.get_status_display().lower()} here."


def follow(connection: Connection, row: SyncDocument, trade: IncomingTrade) -> None:
    """Ours becomes what it is there now. Nobody paid it: see `why_not_followed`."""
    wanted = _wanted(connection, trade, read_options(connection.options))
    document: Invoice | Bill
    # The rate stays, and one that was made here keeps the numbers that it has here.
    ours = {"rate"} if row.from_there else {"rate", "reference", "partner_number"}
    values = {key: value for key, value in wanted.values.items() if key not in ours}
    if row.kind == Kind.INVOICE:
        undo_invoice(row.local_id)
        document = change_invoice(row.local_id, values, wanted.lines)
        _fit_totals(document, trade)
        document = authorise_invoice(row.local_id)
    else:
        undo_bill(row.local_id)
        document = change_bill(row.local_id, values, wanted.lines)
        _fit_totals(document, trade)
        document = approve_bill(row.local_id)
    _keep(connection, trade, document.id, row)


# --- A new one -----------------------------------------------------------------------------------
def _import(connection: Connection, trade: IncomingTrade, options: Options) -> UUID:
    wanted = _wanted(connection, trade, options)
    if trade.kind == Kind.BILL:
        bill = create_bill(wanted.contact, wanted.values, wanted.lines)
        _fit_totals(bill, trade)
        approve_bill(bill.id)
        row = _keep(connection, trade, bill.id)
        if options.receive_imported_bills:
            receive(row, bill.id, options)
        return bill.id
    if _has_goods(wanted.lines):
        return _import_sale(connection, trade, wanted, options)
    invoice = create_invoice(wanted.contact, wanted.values, wanted.lines)
    _fit_totals(invoice, trade)
    authorise_invoice(invoice.id)
    _keep(connection, trade, invoice.id)
    return invoice.id


def _import_sale(
    connection: Connection, trade: IncomingTrade, wanted: Wanted, options: Options
) -> UUID:
    """Goods that were sold there: an order here, so that they can be picked, packed and shipped."""
    values = {key: value for key, value in wanted.values.items() if key != "due_on"}
    values["channel"] = title_of(connection)[:40]
    if options.import_location:
        values["location"] = UUID(options.import_location)
    order = create_sales_order(wanted.contact, values, wanted.lines)
    _fit_totals(order, trade)
    authorise_sales_order(order.id)
    invoice = invoice_sales_order(order.id, issued_on=trade.on)
    if trade.due_on is not None:
        Invoice.objects.filter(id=invoice.id).update(due_on=trade.due_on)
    authorise_invoice(invoice.id)
    row = _keep(connection, trade, invoice.id)
    fulfil(row, order.id, options)
    return invoice.id


def _has_goods(lines: Sequence[LineInput]) -> bool:
    ids = [line.product for line in lines if line.product is not None]
    return Product.objects.filter(id__in=ids).exclude(kind=ProductKind.SERVICE).exists()


def _keep(
    connection: Connection,
    trade: IncomingTrade,
    local_id: UUID,
    row: SyncDocument | None = None,
) -> SyncDocument:
    kept = take_over(connection, trade.kind, local_id, trade, row=row)
    kept.facts = {**kept.facts, "print_there": print_of(trade)}
    kept.save(update_fields=["facts"])
    return kept


def _fit_totals(document: Any, trade: IncomingTrade) -> None:
    """Tax may be a cent off ours; what they say counts. Raises Held when it is more than that."""
    if (document.total, document.tax) == (trade.total, trade.tax):
        return
    most = max(ROUNDING, Decimal("0.01") * len(trade.lines))
    if max(abs(document.total - trade.total), abs(document.tax - trade.tax)) > most:
        raise Held(
            f"It comes to {Money(trade.total, document.currency)} there, of which "
            f"{Money(trade.tax, document.currency)} tax, and would come to "
            f"{Money(document.total, document.currency)} here, of which "
            f"{Money(document.tax, document.currency)}. Check how its tax codes are mapped.",
            code="totals_differ",
        )
    document.total, document.tax = trade.total, trade.tax
    document.net = trade.total - trade.tax
    type(document)._default_manager.filter(id=document.id).update(
        total=document.total, tax=document.tax, net=document.net
    )


def _wanted(connection: Connection, trade: IncomingTrade, options: Options) -> Wanted:
    contact = _contact(connection, trade)
    if contact is None:
        whose = PARTIES[trade.kind].label.lower()
        raise Held(
            f"Its {whose} is not here yet. Link the {whose} or take it over; then this comes in.",
            code="no_contact",
        )
    on = trade.on or timezone.localdate()
    values: dict[str, Any] = {
        "issued_on": on,
        "due_on": max(on, trade.due_on or on),
        "currency": trade.currency or connection.currency,
        "prices_include_tax": False,
    }
    if trade.rate is not None and trade.rate > 0:
        values["rate"] = round_half_up(trade.rate, 8)
    if trade.kind == Kind.BILL:
        values["partner_number"] = trade.number[:80]
    else:
        values["reference"] = trade.number[:80]
    if trade.total < 0:
        raise Held("It comes to less than nothing; it stays there.", code="below_zero")
    decimals = minor_units(values["currency"])
    lines = tuple(
        _line(connection, trade.kind, line, net, decimals)
        for line, net in _after_discounts(trade.lines, decimals)
    )
    if not lines:
        raise Held("It has no lines that count; it stays there.", code="no_lines")
    return Wanted(contact, values, lines)


def _after_discounts(
    lines: Sequence[IncomingLine], decimals: int
) -> list[tuple[IncomingLine, Decimal]]:
    """Lines with their nets; a discount on the whole is taken off each in proportion."""
    counted = [line for line in lines if not line.is_discount and line.net]
    if any(line.net < 0 for line in counted):
        raise Held(
            "A line of it is below zero, which a document here cannot have. Correct it there, or "
            "enter it here by hand and match them.",
            code="below_zero",
        )
    off = -sum((line.net for line in lines if line.is_discount), ZERO)
    nets = [line.net for line in counted]
    if off and counted:
        parts = share(off, nets, decimals)
        nets = [net - part for net, part in zip(nets, parts, strict=True)]
    return list(zip(counted, nets, strict=True))


def _line(
    connection: Connection, kind: Kind, line: IncomingLine, net: Decimal, decimals: int
) -> LineInput:
    product = local_of(connection, Kind.PRODUCT, line.item) if line.item else None
    quantity, price = _priced(line, net, decimals)
    account = None
    if product is None and line.account:
        account = _own_account(connection, kind, line.account)
    return LineInput(
        product=product,
        description=" ".join(line.description.split())[:255] or "Line",
        quantity=quantity,
        unit_price=price,
        tax_rule=_tax_rule(connection, line.tax_code),
        account=account,
    )


def _priced(line: IncomingLine, net: Decimal, decimals: int) -> tuple[Decimal, Decimal]:
    """Quantity and unit price that come to the net; one of it where none do."""
    quantity = round_half_up(line.quantity, 5)
    if quantity > 0:
        for price in (line.unit_price, divide(net, quantity)):
            rounded = round_half_up(price, 6) if price is not None else Decimal(-1)
            if rounded >= 0 and round_half_up(multiply(quantity, rounded), decimals) == net:
                return quantity, rounded
    return Decimal(1), net


def _own_account(connection: Connection, kind: Kind, remote_id: str) -> UUID | None:
    """Ours of the line's account; None where it is the usual one."""
    usual = AccountRole.SALES if kind == Kind.INVOICE else AccountRole.PURCHASES
    account = Account.objects.get(id=account_for(connection, remote_id))
    return None if account.role == usual else account.id


def _tax_rule(connection: Connection, code: str) -> UUID | None:
    """Our rule of a tax code there; lines without tax get the rule of nothing."""
    if not code:
        rule = TaxRule.objects.filter(rate=0, is_active=True).order_by("id").first()
        return rule.id if rule is not None else None
    found = mapped(connection, "tax", code)
    if found is None:
        record = record_of(connection, "tax", code)
        raise Held(
            f"The tax code “{record.name if record is not None else code}” is not mapped to a tax "
            "rule here. Map it, then it comes in.",
            code="tax_not_mapped",
        )
    return found
