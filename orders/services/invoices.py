"""Invoices: from a sales order or on their own, authorised, voided, undone."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Now
from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from hub.money import QUANTITY, plain
from ledger.domain.terms import PaymentTerms, TermsKind
from ledger.models import PaymentTerm, TaxRule
from network.models import Contact
from network.services.contacts import contact_or_404
from orders.domain.states import INVOICE_MOVES, InvoiceStatus, SalesOrderStatus
from orders.models import Invoice, InvoiceLine, LineKind, SalesOrder, SalesOrderLine
from orders.services.documents import author, header_values, lock_document, move, record
from orders.services.held_money import forget_money, release_money, restore_money
from orders.services.invoice_posting import post_invoice, unpost_invoice
from orders.services.lines import LineErrors, LineInput, apply_amounts, build_lines
from orders.services.sending import send_automatically, withdraw_document
from tenants.services.numbers import take_number
from tenants.services.organisations import current_organisation

COPIED = (
    "line_id",
    "position",
    "kind",
    "product_id",
    "sku",
    "partner_sku",
    "barcode",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "discount_percent",
    "account_id",
    "tax_rule_id",
    "tax_name",
    "tax_rate",
    "net",
    "tax",
    "total",
)


def due_date(contact: Contact, issued_on: date) -> date:
    """When a document of `issued_on` is due: by the contact's terms, else by the default.

    Raises InvalidInput naming `issued_on` when that is beyond the calendar.
    """
    rows = PaymentTerm.objects.all()
    term = (
        rows.filter(id=contact.terms_id).first()
        if contact.terms_id
        else rows.filter(is_default=True).first()
    )
    if term is None:
        return issued_on
    try:
        return PaymentTerms(TermsKind(term.kind), term.days).due_on(issued_on)
    except (OverflowError, ValueError) as error:
        message = "Choose an earlier date: the due date would be after the year 9999."
        raise InvalidInput(message, fields={"issued_on": [message]}) from error


def invoice_sales_order(
    order_id: UUID,
    *,
    issued_on: date | None = None,
    quantities: Mapping[UUID, str | Decimal] | None = None,
) -> Invoice:
    """Draft an invoice of an authorised sales order; its lines keep the buyer's line ids.

    `quantities` by line id invoices a part; without it all that is not invoiced yet. Raises
    Conflict when the order is not authorised or is invoiced in full, InvalidInput naming
    `quantities.<line id>`.
    """
    order = lock_document(SalesOrder, order_id)
    if order.status not in SalesOrderStatus.sendable():
        raise Conflict(
            f"{order.number} is {SalesOrderStatus(order.status).label.lower()}; "
            "only an authorised order can be invoiced.",
            code="not_authorised",
        )
    rows = _invoice_rows(order, quantities)
    issued = issued_on or timezone.localdate()
    invoice = Invoice(
        contact=order.contact,
        sales_order=order,
        number=take_number("invoice"),
        reference=order.partner_number or order.reference,
        partner_number=order.partner_number,
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
        issued_on=issued,
        due_on=due_date(order.contact, issued),
        rate=order.rate,
        channel=order.channel,
        note=order.note if not order.from_network else "",
        **author(),
    )
    _totals(invoice, order, rows)
    invoice.save(force_insert=True)
    for row in rows:
        row.invoice = invoice
    InvoiceLine.objects.bulk_create(rows)
    record(invoice, "created", f"{invoice.number} drafted from {order.number}")
    record(order, "invoiced", f"Invoice {invoice.number} drafted")
    return invoice


def invoiceable_lines(order: SalesOrder) -> list[tuple[SalesOrderLine, Decimal]]:
    """The items of an order with what no invoice, drafts included, has of them yet."""
    taken = {
        row["line_id"]: row["q"]
        for row in InvoiceLine.objects.filter(invoice__sales_order=order, kind=LineKind.ITEM)
        .exclude(invoice__status=InvoiceStatus.VOID)
        .values("line_id")
        .annotate(q=Sum("quantity"))
    }
    return [
        (line, line.quantity - taken.get(line.line_id, Decimal(0)))
        for line in order.lines.select_related("tax_rule").order_by("position")
        if line.kind == LineKind.ITEM and line.quantity
    ]


def _invoice_rows(
    order: SalesOrder, quantities: Mapping[UUID, str | Decimal] | None
) -> list[InvoiceLine]:
    possible = invoiceable_lines(order)
    others = Invoice.objects.filter(sales_order=order).exclude(status=InvoiceStatus.VOID)
    existing = others.order_by("-id").first()
    if not any(left > 0 for _line, left in possible):
        number = existing.number if existing is not None else "an invoice"
        raise Conflict(
            f"{order.number} is invoiced by {number}. Change or void that one.",
            code="already_invoiced",
        )
    if existing is not None and not order.is_advanced:
        raise Conflict(
            f"{order.number} is a simple sale with one invoice. Make it an advanced sale to "
            "invoice it in parts.",
            code="simple_order",
        )
    rows = _wanted_rows(possible, quantities)
    if existing is None:
        notes = order.lines.filter(kind=LineKind.NOTE)
        rows += [InvoiceLine(**{f: getattr(note, f) for f in COPIED}) for note in notes]
    return sorted(rows, key=lambda row: row.position)


def _wanted_rows(
    possible: Sequence[tuple[SalesOrderLine, Decimal]],
    quantities: Mapping[UUID, str | Decimal] | None,
) -> list[InvoiceLine]:
    errors = LineErrors()
    rows = []
    for line, left in possible:
        wanted = left
        if quantities is not None:
            path = f"quantities.{line.line_id}"
            given = quantities.get(line.line_id, Decimal(0)) or Decimal(0)
            wanted = errors.number(_quantity_or_zero, given, path)
            if wanted > left:
                errors.add(path, f"{plain(left)} of {line.sku} are left to invoice.")
        if wanted > 0:
            row = InvoiceLine(**{field: getattr(line, field) for field in COPIED})
            row.quantity = wanted
            rows.append(row)
    if not rows and not errors.fields:
        errors.add("quantities", "Enter a quantity for at least one line.")
    errors.check()
    return rows


def _quantity_or_zero(value: str | Decimal, *, field: str | None = None) -> Decimal:
    return QUANTITY.parse(value, field=field, minimum=0)


def _totals(invoice: Invoice, order: SalesOrder, rows: Sequence[InvoiceLine]) -> None:
    """The order's own figures where all of it is invoiced, else computed for the part."""
    ordered = {line.line_id: line.quantity for line in order.lines.all() if line.quantity}
    if {row.line_id: row.quantity for row in rows if row.quantity} == ordered:
        invoice.net, invoice.tax, invoice.total = order.net, order.tax, order.total
        return
    rules = TaxRule.objects.in_bulk([row.tax_rule_id for row in rows if row.tax_rule_id])
    rounding = current_organisation().tax_rounding
    apply_amounts(invoice, rows, rules, rounding=rounding)


def create_invoice(
    contact_id: UUID, values: Mapping[str, Any], lines: Sequence[LineInput]
) -> Invoice:
    """Draft an invoice without an order; to a customer, or to a supplier (N12)."""
    contact = contact_or_404(contact_id)
    me = current_organisation()
    header = header_values(values, contact)
    header["issued_on"] = header.get("issued_on") or timezone.localdate()
    header["due_on"] = header.get("due_on") or due_date(contact, header["issued_on"])
    _check_dates(header["issued_on"], header["due_on"])
    invoice = Invoice(contact=contact, **author(), **header)
    rows = build_lines(
        InvoiceLine, invoice, "invoice", lines, side="sale", rounding=me.tax_rounding
    )
    invoice.number = take_number("invoice")
    invoice.save(force_insert=True)
    InvoiceLine.objects.bulk_create(rows)
    record(invoice, "created", f"{invoice.number} drafted for {contact.name}")
    return invoice


def _check_dates(issued_on: date, due_on: date) -> None:
    if due_on < issued_on:
        message = "The due date is before the invoice's own date."
        raise InvalidInput(message, fields={"due_on": [message]})


def change_invoice(
    invoice_id: UUID, values: Mapping[str, Any], lines: Sequence[LineInput] | None = None
) -> Invoice:
    """Change a draft invoice; `lines` replaces all of them, line ids that are given stay."""
    invoice = lock_document(Invoice, invoice_id)
    if invoice.status != InvoiceStatus.DRAFT:
        raise Conflict(
            f"{invoice.number} is authorised; undo it first, then change it.", code="not_a_draft"
        )
    header = header_values({"currency": invoice.currency, **values}, invoice.contact)
    if invoice.held and header["currency"] != invoice.currency:
        message = f"Money in {invoice.currency} waits to settle it, so its currency stays."
        raise InvalidInput(message, fields={"currency": [message]})
    for field, value in header.items():
        setattr(invoice, field, value)
    _check_dates(invoice.issued_on, invoice.due_on)
    me = current_organisation()
    if lines is not None:
        rows = build_lines(
            InvoiceLine, invoice, "invoice", lines, side="sale", rounding=me.tax_rounding
        )
        invoice.lines.all().delete()
        InvoiceLine.objects.bulk_create(rows)
    else:
        rows = list(invoice.lines.select_related("tax_rule").order_by("position"))
        rules = {row.tax_rule_id: row.tax_rule for row in rows if row.tax_rule_id}
        apply_amounts(invoice, rows, rules, rounding=me.tax_rounding)
        InvoiceLine.objects.bulk_update(rows, ["net", "tax", "total"])
    invoice.changed_at = Now()
    invoice.save()
    record(invoice, "changed", f"{invoice.number} changed")
    return invoice


def authorise_invoice(invoice_id: UUID) -> Invoice:
    """Authorise a draft. Where both sides switched it on, it goes out by itself (K1)."""
    invoice = lock_document(Invoice, invoice_id)
    move(
        invoice,
        "authorise",
        authorised_at=timezone.now(),
        authorised_by_name=author()["created_by_name"],
    )
    post_invoice(invoice)
    restore_money(invoice)
    record(invoice, "authorised", f"{invoice.number} authorised")
    send_automatically(invoice)
    return invoice


def undo_invoice(invoice_id: UUID) -> Invoice:
    """Back to draft; sent again it reaches the buyer as a new version (K5).

    What was paid on it is the customer's credit meanwhile, and settles it again (Q24).
    """
    invoice = lock_document(Invoice, invoice_id)
    INVOICE_MOVES.check_move(InvoiceStatus(invoice.status), "undo")
    release_money(invoice)
    unpost_invoice(invoice)
    move(invoice, "undo", authorised_at=None)
    record(invoice, "undone", f"{invoice.number} is a draft again")
    return invoice


def void_invoice(invoice_id: UUID) -> Invoice:
    """Void it; a buyer that has it on the network is told."""
    invoice = lock_document(Invoice, invoice_id)
    if invoice.status == InvoiceStatus.AUTHORISED:
        unpost_invoice(invoice)
    move(invoice, "void")
    forget_money(invoice)
    withdraw_document(invoice)
    record(invoice, "voided", f"{invoice.number} voided")
    return invoice
