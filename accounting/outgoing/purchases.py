"""Purchase orders, bills and supplier credits on their way out.

Bills and supplier credits go line by account, from the journal that they wrote here: what they did
to goods received, goods in transit and stock there is what they did here, to the cent.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.domain.outgoing import Document, Line, TaxSum, Trade
from accounting.domain.states import Kind
from accounting.outgoing.frame import Frame, lines_of, standing_journals
from accounting.outgoing.sales import items, sums_of_tax, wanted_of
from accounting.outgoing.tracking import key_of
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import JournalEvent
from ledger.models import Journal
from orders.domain.states import BillStatus, PurchaseOrderStatus
from orders.domain.stock_states import CreditNoteStatus
from orders.models import Bill, CreditNote, CreditSide, PurchaseOrder, TradeLine

ZERO = Decimal(0)


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
        "class_key": key_of(frame.options.class_source, **about),
        "department_key": key_of(frame.options.location_source, **about),
    }


def _account_of(line: TradeLine, frame: Frame) -> UUID:
    """Where a line of a purchase that is no stock is posted here."""
    product = line.product
    own = line.account_id or (product.purchase_account_id if product is not None else None)
    return UUID(str(own)) if own is not None else frame.role(AccountRole.PURCHASES)


def purchase_orders(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Authorised purchase orders; those of receipts without an order do not exist."""
    found: dict[UUID, Document] = {}
    rows = PurchaseOrder.objects.filter(id__in=ids).select_related("contact", "location")
    for row in rows.prefetch_related("lines__product"):
        lines = items(row.lines.all())
        about = {"order": row, "location": row.location, "contact": row.contact}
        standing = (PurchaseOrderStatus.AUTHORISED, PurchaseOrderStatus.COMPLETED)
        found[row.id] = Trade(
            **_head(Kind.PURCHASE_ORDER, row, frame, about),
            wanted=wanted_of(row.status, standing, void=PurchaseOrderStatus.VOID),
            lines=tuple(
                Line(
                    description=line.description,
                    net=line.net,
                    tax=line.tax,
                    quantity=line.quantity,
                    unit_price=line.unit_price,
                    item=(Kind.PRODUCT, line.product_id) if line.product_id else None,
                    account=_account_of(line, frame),
                    tax_rule=line.tax_rule_id,
                    class_key=key_of(frame.options.class_source, product=line.product, **about),
                )
                for line in lines
            ),
            taxes=sums_of_tax(lines),
            due_on=row.required_on,
            delivery_address=row.delivery_address,
        )
    return found


def bills(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Approved bills. `number` there is the supplier's own, by which people look for it."""
    found: dict[UUID, Document] = {}
    rows = list(
        Bill.objects.filter(id__in=ids)
        .select_related("contact", "purchase_order", "purchase_order__location")
        .prefetch_related("lines__product")
    )
    journals = standing_journals(
        [row.id for row in rows], [JournalEvent.BILL, JournalEvent.OPENING]
    )
    for row in rows:
        order = row.purchase_order
        about = {
            "order": order,
            "location": order.location if order is not None else None,
            "contact": row.contact,
        }
        lines = items(row.lines.all())
        written = journals.get(row.id, [])
        head = _head(Kind.BILL, row, frame, about)
        head["number"] = row.partner_number or row.number
        head["reference"] = row.number
        if written:
            head["on"] = written[-1].posted_on
        standing = (BillStatus.APPROVED, BillStatus.PAID)
        wanted = wanted_of(row.status, standing, void=BillStatus.VOID)
        if row.status in (BillStatus.DECLINED, BillStatus.SUPERSEDED):
            wanted = "void"
        found[row.id] = Trade(
            **head,
            wanted=wanted,
            lines=_by_account(written, lines, 1, frame, about),
            taxes=sums_of_tax(lines),
            due_on=row.due_on,
            order_number=order.number if order is not None else "",
            source=(Kind.PURCHASE_ORDER, order.id) if order is not None else None,
        )
    return found


def supplier_credits(ids: Sequence[UUID], frame: Frame) -> dict[UUID, Document]:
    """Authorised credit notes from suppliers."""
    found: dict[UUID, Document] = {}
    rows = list(
        CreditNote.objects.filter(id__in=ids, side=CreditSide.PURCHASE)
        .select_related("contact", "location")
        .prefetch_related("lines__product")
    )
    journals = standing_journals([row.id for row in rows], [JournalEvent.PURCHASE_CREDIT])
    for row in rows:
        about = {"location": row.location, "contact": row.contact}
        lines = items(row.lines.all())
        head = _head(Kind.SUPPLIER_CREDIT, row, frame, about)
        head["number"] = row.partner_number or row.number
        head["reference"] = row.number
        standing = (CreditNoteStatus.AUTHORISED, CreditNoteStatus.SETTLED)
        found[row.id] = Trade(
            **head,
            wanted=wanted_of(row.status, standing, void=CreditNoteStatus.VOID),
            lines=_by_account(journals.get(row.id, []), lines, -1, frame, about),
            taxes=sums_of_tax(lines),
        )
    return found


def _by_account(
    journals: Sequence[Journal],
    lines: Sequence[TradeLine],
    sign: int,
    frame: Frame,
    about: dict[str, Any],
) -> tuple[Line, ...]:
    """The journal's sides but for payable and tax, each under the tax rule of its document line."""
    rules: dict[UUID | None, UUID | None] = {
        line.product_id: line.tax_rule_id for line in reversed(lines) if line.product_id
    }
    by_text: dict[str, UUID | None] = {
        line.description[:255]: line.tax_rule_id for line in reversed(lines)
    }
    products: dict[UUID | None, TradeLine] = {
        line.product_id: line for line in lines if line.product_id
    }
    usual = lines[0].tax_rule_id if lines else None
    source = frame.options.class_source
    found = []
    for journal in journals:
        for side in lines_of(journal):
            if side.account_id in frame.controls or side.account_id in frame.taxes:
                continue
            if not side.foreign:
                continue
            line = products.get(side.product)
            found.append(
                Line(
                    description=side.memo or (line.description if line is not None else ""),
                    net=sign * side.foreign,
                    account=side.account_id,
                    tax_rule=rules.get(side.product, by_text.get(side.memo, usual)),
                    class_key=key_of(
                        source, product=line.product if line is not None else None, **about
                    ),
                )
            )
    return tuple(_under_their_rules(found, sums_of_tax(lines)))


def _under_their_rules(lines: list[Line], taxes: Sequence[TaxSum]) -> list[Line]:
    """Freight that went into goods of another tax rule is moved under its own, net by net.

    A pair of lines on one account: the account's sum stays, each rule's sum comes right.
    """
    wanted = {one.rule: one.net for one in taxes}
    for line in lines:
        wanted[line.tax_rule] = wanted.get(line.tax_rule, ZERO) - line.net
    over = next((rule for rule, rest in wanted.items() if rest < 0), None)
    if over is None or not any(wanted.values()):
        return lines
    carrier = next(line for line in lines if line.tax_rule == over)
    return lines + [
        Line(
            description="Under its own tax rule",
            net=rest,
            account=carrier.account,
            tax_rule=rule,
            class_key=carrier.class_key,
        )
        for rule, rest in wanted.items()
        if rest
    ]
