"""Quotes, invoices, credit notes and refunds on their way out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.domain.answers import Unready, Verdict
from accounting.domain.outgoing import Document, Line, TaxSum, Trade
from accounting.domain.sharing import split_credit
from accounting.domain.states import Action, Kind
from accounting.outgoing.frame import Frame, standing_journals
from accounting.outgoing.tracking import key_of
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import JournalEvent
from orders.domain.states import InvoiceStatus
from orders.domain.stock_states import CreditNoteStatus, QuoteStatus, ShipmentStatus
from orders.models import (
    CreditNote,
    CreditSide,
    Invoice,
    Quote,
    SalesOrder,
    Settlement,
    Shipment,
    TradeLine,
)

ZERO = Decimal(0)


def wanted_of(status: str, standing: Iterable[str], *, void: str, hold: str = "hold") -> str:
    """Whether a document of this status stands there, is taken out, or is left for now."""
    if status in set(standing):
        return "there"
    return "void" if status == void else hold


def sums_of_tax(lines: Iterable[TradeLine]) -> tuple[TaxSum, ...]:
    """Net and tax per tax rule, in the order in which the rules appear."""
    sums: dict[UUID | None, list[Decimal]] = {}
    for line in lines:
        both = sums.setdefault(line.tax_rule_id, [ZERO, ZERO])
        both[0] += line.net
        both[1] += line.tax
    return tuple(TaxSum(rule=rule, net=net, tax=tax) for rule, (net, tax) in sums.items())


def items(rows: Iterable[Any]) -> list[Any]:
    """Lines that count, in order."""
    return sorted((row for row in rows if row.kind == "item"), key=lambda row: row.position)


def account_of_sale(line: TradeLine, frame: Frame) -> UUID:
    """Where a line of a sale is posted here."""
    product = line.product
    own = line.account_id or (product.sale_account_id if product is not None else None)
    return UUID(str(own)) if own is not None else frame.role(AccountRole.SALES)


def item_of(line: TradeLine, frame: Frame) -> tuple[Kind, UUID]:
    """The item that a line goes under: its product, else the one of its account."""
    if line.product_id is not None:
        return Kind.PRODUCT, UUID(str(line.product_id))
    return Kind.ACCOUNT_ITEM, account_of_sale(line, frame)


def _lines(rows: Sequence[TradeLine], frame: Frame, **about: Any) -> tuple[Line, ...]:
    source = frame.options.class_source
    return tuple(
        Line(
            description=row.description,
            net=row.net,
            tax=row.tax,
            quantity=row.quantity,
            unit_price=row.unit_price,
            item=item_of(row, frame),
            account=account_of_sale(row, frame),
            tax_rule=row.tax_rule_id,
            class_key=key_of(source, product=row.product, **about),
        )
        for row in rows
    )


def _rounding(total: Decimal, tax: Decimal, rows: Sequence[TradeLine], frame: Frame) -> list[Line]:
    """A partner's document may not add up to its own total by a cent; ours has none."""
    difference = total - tax - sum((row.net for row in rows), ZERO)
    if not difference:
        return []
    account = frame.role(AccountRole.ROUNDING)
    rule = next((row.tax_rule_id for row in rows if not row.tax_rate), None)
    return [
        Line(
            description="Rounding",
            net=difference,
            item=(Kind.ACCOUNT_ITEM, account),
            account=account,
            tax_rule=rule,
        )
    ]


def quotes(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Authorised and accepted quotes."""
    found: dict[UUID, Document] = {}
    rows = Quote.objects.filter(id__in=ids).select_related("contact", "location")
    for row in rows.prefetch_related("lines__product"):
        lines = items(row.lines.all())
        about = {"order": row, "location": row.location, "contact": row.contact}
        standing = (QuoteStatus.AUTHORISED, QuoteStatus.ACCEPTED, QuoteStatus.REJECTED)
        found[row.id] = Trade(
            **_head(Kind.QUOTE, row, frame, about),
            wanted=wanted_of(row.status, standing, void=QuoteStatus.VOID),
            lines=_lines(lines, frame, **about),
            taxes=sums_of_tax(lines),
            due_on=row.valid_until,
        )
    return found


def _head(kind: Kind, row: Any, frame: Frame, about: dict[str, Any]) -> dict[str, Any]:
    contact = row.contact
    return {
        "kind": kind,
        "local_id": row.id,
        "number": row.number,
        "on": row.issued_on,
        "currency": row.currency,
        "rate": row.rate,
        "total": row.total,
        "tax": row.tax,
        "party": contact.id,
        "reference": row.reference,
        "note": row.note,
        "term": contact.terms_id,
        "email": contact.email,
        "billing_address": contact.billing_address,
        "delivery_address": contact.delivery_address,
        "class_key": key_of(frame.options.class_source, **about),
        "department_key": key_of(frame.options.location_source, **about),
    }


def invoices(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Invoices to customers. An undone one is left as it is there until it is settled what next."""
    found: dict[UUID, Document] = {}
    rows = list(
        Invoice.objects.filter(id__in=ids)
        .select_related("contact", "sales_order", "sales_order__location")
        .prefetch_related("lines__product")
    )
    shipped = _shipped_on([row.sales_order_id for row in rows if row.sales_order_id])
    opening = standing_journals([row.id for row in rows], [JournalEvent.OPENING])
    undone = "void" if frame.options.void_on_undo else "hold"
    for row in rows:
        order = row.sales_order
        lines = items(row.lines.all())
        location = order.location if order is not None else None
        about = {"order": order, "location": location, "contact": row.contact}
        standing = (InvoiceStatus.AUTHORISED, InvoiceStatus.PAID)
        head = _head(Kind.INVOICE, row, frame, about)
        if order is not None and order.delivery_address:
            head["delivery_address"] = order.delivery_address
        out = _lines(lines, frame, **about)
        if row.id in opening:
            out = _opening(out, frame)
        found[row.id] = Trade(
            **head,
            wanted=wanted_of(row.status, standing, void=InvoiceStatus.VOID, hold=undone),
            channel=row.channel,
            skip=_skip_of_channel(row.channel, frame),
            lines=(*out, *_rounding(row.total, row.tax, lines, frame)),
            taxes=sums_of_tax(lines),
            due_on=row.due_on,
            ship_on=_ship_date(order, shipped, frame),
            order_number=order.number if order is not None else "",
            source=(Kind.QUOTE, order.quote) if order is not None and order.quote else None,
        )
    return found


def _opening(lines: tuple[Line, ...], frame: Frame) -> tuple[Line, ...]:
    """A document that was open when the book began was posted to opening balances."""
    account = frame.role(AccountRole.OPENING_BALANCES)
    return tuple(
        Line(
            description=line.description,
            net=line.net,
            tax=line.tax,
            item=(Kind.ACCOUNT_ITEM, account),
            account=account,
            tax_rule=line.tax_rule,
        )
        for line in lines
    )


def _skip_of_channel(channel: str, frame: Frame) -> str:
    return "" if frame.options.channel(channel).invoices == "individual" else "channel_off"


def _shipped_on(orders: Sequence[UUID]) -> dict[UUID, date]:
    rows = Shipment.objects.filter(sales_order_id__in=orders, status=ShipmentStatus.SHIPPED)
    latest: dict[UUID, date] = {}
    for order, day in rows.values_list("sales_order_id", "happened_on"):
        latest[order] = max(day, latest.get(order, day))
    return latest


def _ship_date(order: SalesOrder | None, shipped: dict[UUID, date], frame: Frame) -> date | None:
    if order is None:
        return None
    if frame.options.actual_ship_date and order.id in shipped:
        return shipped[order.id]
    return order.required_on


def credit_notes(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """What is left of credit notes to customers after their refunds (Q23)."""
    found: dict[UUID, Document] = {}
    for note, refunds in _notes_with_refunds(ids):
        lines = items(note.lines.all())
        about = _about_note(note)
        parts = _split(note, lines, [row.amount for row in refunds], frame)[0]
        left = note.total - sum((row.amount for row in refunds), ZERO)
        wanted = wanted_of(
            note.status,
            (CreditNoteStatus.AUTHORISED, CreditNoteStatus.SETTLED),
            void=CreditNoteStatus.VOID,
        )
        head = _head(Kind.CREDIT_NOTE, note, frame, about)
        head.update(total=left, tax=sum((tax for _net, tax in parts), ZERO))
        found[note.id] = Trade(
            **head,
            # Nothing is left: QuickBooks and Xero know no credit of nothing.
            wanted="void" if wanted == "there" and not left else wanted,
            channel=_channel(note),
            skip=_skip_of_channel(_channel(note), frame),
            lines=_shared_lines(lines, parts, frame, about),
            taxes=_shared_taxes(lines, parts),
        )
    return found


def refunds(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Refunds of credit notes, by the id of the settlement that is the refund."""
    settlements = {
        row.id: row
        for row in Settlement.objects.filter(id__in=ids).select_related(
            "payment", "payment__contact"
        )
    }
    taken_back = _taken_back(settlements)
    by_note: dict[UUID, tuple[CreditNote, list[Settlement]]] = {
        note.id: (note, rows)
        for note, rows in _notes_with_refunds(
            [row.refunded_note_id for row in settlements.values() if row.refunded_note_id]
        )
    }
    found: dict[UUID, Document] = {}
    for key, row in settlements.items():
        note, standing = by_note[UUID(str(row.refunded_note_id))]
        payment = row.payment
        lines = items(note.lines.all())
        about = _about_note(note)
        order = [each.id for each in standing]
        head = _head(Kind.REFUND, note, frame, about)
        head.update(local_id=key, number=payment.number, on=payment.paid_on, rate=payment.rate)
        if key in taken_back or key not in order:
            found[key] = Trade(**head, wanted="void", lines=())
            continue
        parts = _split(note, lines, [each.amount for each in standing], frame)
        mine = parts[1 + order.index(key)]
        head.update(total=row.amount, tax=sum((tax for _net, tax in mine), ZERO))
        head.update(reference=note.number)
        found[key] = Trade(
            **head,
            account=payment.account_id,
            channel=_channel(note),
            skip=_skip_of_channel(_channel(note), frame),
            lines=_shared_lines(lines, mine, frame, about),
            taxes=_shared_taxes(lines, mine),
        )
    return found


def _notes_with_refunds(ids: Sequence[UUID]) -> list[tuple[CreditNote, list[Settlement]]]:
    notes = (
        CreditNote.objects.filter(id__in=ids, side=CreditSide.SALE)
        .select_related("contact", "location", "invoice", "invoice__sales_order")
        .prefetch_related("lines__product")
    )
    rows = list(Settlement.objects.filter(refunded_note_id__in=ids).order_by("id"))
    undone = {row.reverses_id for row in rows if row.reverses_id}
    standing: dict[UUID, list[Settlement]] = defaultdict(list)
    for row in rows:
        if row.reverses_id is None and row.id not in undone:
            standing[UUID(str(row.refunded_note_id))].append(row)
    return [(note, standing[note.id]) for note in notes]


def _taken_back(settlements: Iterable[UUID]) -> frozenset[UUID]:
    rows = Settlement.objects.filter(reverses_id__in=list(settlements))
    return frozenset(rows.values_list("reverses_id", flat=True))


def _about_note(note: CreditNote) -> dict[str, Any]:
    order = note.invoice.sales_order if note.invoice is not None else None
    return {"order": order, "location": note.location, "contact": note.contact}


def _channel(note: CreditNote) -> str:
    return note.invoice.channel if note.invoice is not None else "Wharf"


def _split(
    note: CreditNote, lines: Sequence[TradeLine], refunded: Sequence[Decimal], frame: Frame
) -> list[list[tuple[Decimal, Decimal]]]:
    try:
        return split_credit(
            [line.net for line in lines],
            [line.tax for line in lines],
            refunded,
            frame.decimals(note.currency),
        )
    except ValueError as error:
        sentence = (
            f"The refunds of {note.number} come to more than the credit note. Correct one of them, "
            "then retry."
        )
        raise Unready(Verdict(Action.ATTENTION, "refund_above_note", sentence)) from error


def _shared_lines(
    rows: Sequence[TradeLine],
    parts: Sequence[tuple[Decimal, Decimal]],
    frame: Frame,
    about: dict[str, Any],
) -> tuple[Line, ...]:
    whole = _lines(rows, frame, **about)
    return tuple(
        line
        if (net, tax) == (line.net, line.tax)
        else Line(
            description=line.description,
            net=net,
            tax=tax,
            item=line.item,
            account=line.account,
            tax_rule=line.tax_rule,
            class_key=line.class_key,
            unit_price=net,
        )
        for line, (net, tax) in zip(whole, parts, strict=True)
    )


def _shared_taxes(
    rows: Sequence[TradeLine], parts: Sequence[tuple[Decimal, Decimal]]
) -> tuple[TaxSum, ...]:
    sums: dict[UUID | None, list[Decimal]] = {}
    for row, (net, tax) in zip(rows, parts, strict=True):
        both = sums.setdefault(row.tax_rule_id, [ZERO, ZERO])
        both[0] += net
        both[1] += tax
    return tuple(TaxSum(rule=rule, net=net, tax=tax) for rule, (net, tax) in sums.items())
