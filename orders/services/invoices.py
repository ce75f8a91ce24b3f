"""Invoices: from a sales order or on their own, authorised, voided, undone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from ledger.domain.terms import PaymentTerms, TermsKind
from ledger.models import PaymentTerm
from network.models import Contact
from network.services.contacts import contact_or_404
from orders.domain.states import InvoiceStatus, SalesOrderStatus
from orders.models import Invoice, InvoiceLine, SalesOrder, SalesOrderLine
from orders.services.documents import author, header_values, lock_document, move, record
from orders.services.lines import LineInput, apply_amounts, build_lines
from orders.services.sending import send_automatically, withdraw_document
from tenants.services.numbers import take_number
from tenants.services.organisations import current_organisation

HEADER = (
    "reference",
    "currency",
    "prices_include_tax",
    "issued_on",
    "due_on",
    "note",
    "internal_note",
)
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
    "tax_rule_id",
    "tax_name",
    "tax_rate",
    "net",
    "tax",
    "total",
)


def due_date(contact: Contact, issued_on: date) -> date:
    """When a document of `issued_on` is due: by the contact's terms, else by the default."""
    rows = PaymentTerm.objects.all()
    term = (
        rows.filter(id=contact.terms_id).first()
        if contact.terms_id
        else rows.filter(is_default=True).first()
    )
    if term is None:
        return issued_on
    return PaymentTerms(TermsKind(term.kind), term.days).due_on(issued_on)


def invoice_sales_order(order_id: UUID, *, issued_on: date | None = None) -> Invoice:
    """Draft the invoice of an authorised sales order; its lines keep the buyer's line ids.

    Raises Conflict when the order is not authorised or has an invoice already.
    """
    order = lock_document(SalesOrder, order_id)
    if order.status not in SalesOrderStatus.sendable():
        raise Conflict(
            f"{order.number} is {SalesOrderStatus(order.status).label.lower()}; "
            "only an authorised order can be invoiced.",
            code="not_authorised",
        )
    existing = Invoice.objects.filter(sales_order=order).exclude(status=InvoiceStatus.VOID).first()
    if existing is not None:
        raise Conflict(
            f"{order.number} is invoiced by {existing.number}. Change or void that one.",
            code="already_invoiced",
        )
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
        net=order.net,
        tax=order.tax,
        total=order.total,
        note=order.note if not order.from_network else "",
        **author(),
    )
    invoice.save(force_insert=True)
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, **{field: getattr(line, field) for field in COPIED})
        for line in SalesOrderLine.objects.filter(order=order).order_by("position")
        if line.kind == "note" or line.quantity
    )
    record(invoice, "created", f"{invoice.number} drafted from {order.number}")
    record(order, "invoiced", f"Invoice {invoice.number} drafted")
    return invoice


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
    for field, value in header_values(
        {"currency": invoice.currency, **values}, invoice.contact
    ).items():
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
    record(invoice, "authorised", f"{invoice.number} authorised")
    send_automatically(invoice)
    return invoice


def undo_invoice(invoice_id: UUID) -> Invoice:
    """Back to draft; sent again it reaches the buyer as a new version (K5)."""
    invoice = lock_document(Invoice, invoice_id)
    move(invoice, "undo", authorised_at=None)
    record(invoice, "undone", f"{invoice.number} is a draft again")
    return invoice


def void_invoice(invoice_id: UUID) -> Invoice:
    """Void it; a buyer that has it on the network is told."""
    invoice = lock_document(Invoice, invoice_id)
    move(invoice, "void")
    withdraw_document(invoice)
    record(invoice, "voided", f"{invoice.number} voided")
    return invoice
