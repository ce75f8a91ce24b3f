"""Credit notes to customers and from suppliers: drafting, and the verbs that both share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Now
from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from hub.money import QUANTITY, plain
from inventory.models import Location, Product
from inventory.services.locations import default_location, location_or_default
from network.services.contacts import contact_or_404
from orders.domain.states import BillStatus, InvoiceStatus
from orders.domain.stock_states import CreditNoteStatus
from orders.models import (
    Bill,
    BillLine,
    CreditNote,
    CreditNoteLine,
    CreditSide,
    Invoice,
    InvoiceLine,
    TradeLine,
)
from orders.services.approvals import check_approval, was_approved
from orders.services.booking import ships
from orders.services.documents import author, header_values, lock_document, move, record
from orders.services.invoices import COPIED
from orders.services.kits import is_kit, is_whole
from orders.services.lines import LineErrors, LineInput, apply_amounts, build_lines
from orders.services.sale_credits import post_sale_credit, unpost_sale_credit
from orders.services.supplier_credits import post_supplier_credit, unpost_supplier_credit
from tenants.services.numbers import take_number
from tenants.services.organisations import current_organisation

ZERO = Decimal(0)
SEQUENCE = {CreditSide.SALE: "credit_note", CreditSide.PURCHASE: "supplier_credit"}


@dataclass(frozen=True, slots=True)
class CreditInput:
    """So much of a line of the credited document; `returned` of it moves stock.

    Quantities may be text as typed. `unit_price` None is the document's own.
    """

    line_id: UUID
    quantity: str | Decimal
    returned: str | Decimal = ZERO
    unit_price: str | Decimal | None = None


def credit_invoice(
    invoice_id: UUID,
    lines: Sequence[CreditInput] | None = None,
    *,
    values: Mapping[str, Any] | None = None,
) -> CreditNote:
    """Draft a credit note on an authorised invoice; without `lines` all that is not credited yet.

    Raises Conflict, InvalidInput naming `lines.0.quantity`.
    """
    invoice = lock_document(Invoice, invoice_id)
    if invoice.status not in InvoiceStatus.sendable():
        raise Conflict(f"{invoice.number} is not authorised; change it instead.", code="not_open")
    note = _note(CreditSide.SALE, invoice, values or {})
    note.invoice = invoice
    rows = list(invoice.lines.select_related("product", "tax_rule").order_by("position"))
    return _save_of(note, rows, lines, f"on {invoice.number}")


def credit_bill(
    bill_id: UUID,
    lines: Sequence[CreditInput] | None = None,
    *,
    values: Mapping[str, Any] | None = None,
) -> CreditNote:
    """Draft a supplier's credit note on an approved bill; as `credit_invoice`."""
    bill = lock_document(Bill, bill_id)
    if bill.status not in (BillStatus.APPROVED, BillStatus.PAID):
        raise Conflict(f"{bill.number} is not approved; decline it instead.", code="not_open")
    note = _note(CreditSide.PURCHASE, bill, values or {})
    note.bill = bill
    rows = list(bill.lines.select_related("product", "tax_rule").order_by("position"))
    return _save_of(note, rows, lines, f"on {bill.number}")


def _note(side: CreditSide, document: Invoice | Bill, values: Mapping[str, Any]) -> CreditNote:
    header = header_values({"currency": document.currency, **values}, document.contact)
    header["currency"] = document.currency
    header["issued_on"] = header.get("issued_on") or timezone.localdate()
    location = _place(side, header.pop("location", None))
    return CreditNote(
        side=side,
        contact=document.contact,
        prices_include_tax=document.prices_include_tax,
        rate=document.rate,
        location=location,
        **author(),
        **header,
    )


def _place(side: CreditSide, wanted: Location | None) -> Location | None:
    """Where goods leave from; those of a customer return to where they left, if not elsewhere."""
    return wanted if wanted is not None or side == CreditSide.SALE else default_location()


def creditable_lines(
    document: Invoice | Bill, *, besides: UUID | None = None
) -> dict[UUID, Decimal]:
    """What of each line no credit note, drafts included, has credited yet, by line id.

    `besides` is a credit note that does not count: the one that is being changed.
    """
    of = {"invoice": document} if isinstance(document, Invoice) else {"bill": document}
    taken = {
        row["line_id"]: row["q"]
        for row in CreditNoteLine.objects.filter(
            **{f"credit_note__{key}": value for key, value in of.items()}
        )
        .exclude(credit_note__status=CreditNoteStatus.VOID)
        .exclude(credit_note_id=besides)
        .values("line_id")
        .annotate(q=Sum("quantity"))
    }
    rows: Sequence[TradeLine] = list(document.lines.filter(kind="item"))
    return {row.line_id: row.quantity - taken.get(row.line_id, ZERO) for row in rows}


def _save_of(
    note: CreditNote,
    rows: Sequence[InvoiceLine] | Sequence[BillLine],
    lines: Sequence[CreditInput] | None,
    of_what: str,
) -> CreditNote:
    document = note.invoice if note.invoice_id else note.bill
    left = creditable_lines(document, besides=note.id)
    items = {row.line_id: row for row in rows if row.kind == "item"}
    if lines is None:
        lines = [
            CreditInput(key, quantity, quantity if ships(items[key].product) else ZERO)
            for key, quantity in left.items()
            if quantity > 0
        ]
        if not lines:
            raise Conflict(f"{document.number} is credited in full.", code="credited")
    return _save(note, _priced(note, items, left, lines), of_what)


def _priced(
    note: CreditNote,
    items: Mapping[UUID, Any],
    left: Mapping[UUID, Decimal],
    lines: Sequence[CreditInput],
) -> list[CreditNoteLine]:
    """The lines with their amounts; sets the note's totals."""
    wanted = _wanted(items, left, lines)
    rules = {row.tax_rule_id: row.tax_rule for row in items.values() if row.tax_rule_id}
    apply_amounts(note, wanted, rules, rounding=current_organisation().tax_rounding)
    return wanted


def change_credit_of(
    note_id: UUID, lines: Sequence[CreditInput], *, values: Mapping[str, Any]
) -> CreditNote:
    """Change a draft on an invoice or bill: head and lines. Raises as `credit_invoice` does."""
    note = _lock(note_id)
    document = note.invoice or note.bill
    if note.from_network:
        return _sent_back(note, lines, values.get("location"))
    if note.status != CreditNoteStatus.DRAFT or document is None:
        raise Conflict(f"{note.number} is no draft on a document.", code="not_a_draft")
    header = header_values({"currency": note.currency, **values}, note.contact)
    if "location" in header:
        note.location = _place(CreditSide(note.side), header.pop("location"))
    for field, value in header.items():
        setattr(note, field, value)
    rows = document.lines.select_related("product", "tax_rule").order_by("position")
    items = {row.line_id: row for row in rows if row.kind == "item"}
    wanted = _priced(note, items, creditable_lines(document, besides=note.id), lines)
    note.changed_at = Now()
    note.lines.all().delete()
    note.save()
    _number_lines(note, wanted)
    record(note, "changed", f"{note.number} changed")
    return note


def _wanted(
    items: Mapping[UUID, TradeLine], left: Mapping[UUID, Decimal], lines: Sequence[CreditInput]
) -> list[CreditNoteLine]:
    errors = LineErrors()
    wanted: list[CreditNoteLine] = []
    for index, line in enumerate(lines):
        path = f"lines.{index}"
        source = items.get(line.line_id)
        if source is None or any(row.line_id == line.line_id for row in wanted):
            errors.add(f"{path}.line_id", "The document has no such line, or it is named twice.")
            continue
        row = CreditNoteLine(**{field: getattr(source, field) for field in COPIED})
        row.quantity = errors.number(_positive, line.quantity, f"{path}.quantity")
        if row.quantity > left[line.line_id]:
            errors.add(
                f"{path}.quantity", f"{plain(left[line.line_id])} of it are not credited yet."
            )
        if line.unit_price not in (None, ""):
            row.unit_price = errors.number(QUANTITY.parse, line.unit_price, f"{path}.unit_price")
        row.returned = errors.number(_zero_or_more, line.returned or ZERO, f"{path}.returned")
        _check_returned(row, source.product, path, errors)
        wanted.append(row)
    if not wanted and not errors.fields:
        errors.add("lines", "Credit at least one line.")
    errors.check()
    return wanted


def _sent_back(note: CreditNote, lines: Sequence[CreditInput], location: UUID | None) -> CreditNote:
    """Of a supplier's own credit note only what was sent back, and from where, is ours to say."""
    if note.status != CreditNoteStatus.DRAFT:
        raise Conflict(f"{note.number} is authorised; undo it first.", code="not_a_draft")
    errors = LineErrors()
    rows = {row.line_id: row for row in note.lines.select_related("product")}
    for index, line in enumerate(lines):
        path, row = f"lines.{index}", rows.get(line.line_id)
        if row is None:
            errors.add(f"{path}.line_id", "The credit note has no such line.")
            continue
        row.returned = errors.number(_zero_or_more, line.returned or ZERO, f"{path}.returned")
        _check_returned(row, row.product, path, errors)
    errors.check()
    CreditNoteLine.objects.bulk_update(rows.values(), ["returned"])
    if location is not None:
        note.location = location_or_default(location)
        note.save(update_fields=["location"])
    record(note, "changed", f"{note.number} changed: what was sent back")
    return note


def _check_returned(
    row: CreditNoteLine, product: Product | None, path: str, errors: LineErrors
) -> None:
    if row.returned > row.quantity:
        errors.add(f"{path}.returned", "More cannot be returned than is credited.")
    if row.returned and not ships(product):
        errors.add(f"{path}.returned", "No stock is kept of this line.")
    if is_kit(product) and not is_whole(row.returned):
        errors.add(f"{path}.returned", "Kits come back whole: enter a whole number.")


def _positive(value: str | Decimal, *, field: str | None = None) -> Decimal:
    number = QUANTITY.parse(value, field=field, minimum=0)
    if number <= 0:
        raise InvalidInput("Must be more than 0.", fields={field or "": ["Must be more than 0."]})
    return number


def _zero_or_more(value: str | Decimal, *, field: str | None = None) -> Decimal:
    return QUANTITY.parse(value, field=field, minimum=0)


def create_credit_note(
    side: CreditSide, contact_id: UUID, values: Mapping[str, Any], lines: Sequence[LineInput]
) -> CreditNote:
    """Draft a credit note on its own; no goods come back on it. Raises InvalidInput, NotFound."""
    contact = contact_or_404(contact_id)
    header = header_values(values, contact)
    header["issued_on"] = header.get("issued_on") or timezone.localdate()
    location = _place(side, header.pop("location", None))
    note = CreditNote(side=side, contact=contact, location=location, **author(), **header)
    rows = build_lines(
        CreditNoteLine,
        note,
        "credit_note",
        lines,
        side="sale" if side == CreditSide.SALE else "purchase",
        rounding=current_organisation().tax_rounding,
    )
    return _save(note, rows, f"for {contact.name}")


def _save(note: CreditNote, rows: Sequence[CreditNoteLine], of_what: str) -> CreditNote:
    note.number = take_number(SEQUENCE[CreditSide(note.side)])
    note.save(force_insert=True)
    _number_lines(note, rows)
    record(note, "created", f"{note.number} drafted {of_what}")
    return note


def _number_lines(note: CreditNote, rows: Sequence[CreditNoteLine]) -> None:
    for position, row in enumerate(rows, start=1):
        row.credit_note = note
        row.position = position
    CreditNoteLine.objects.bulk_create(rows)


def change_credit_note(
    note_id: UUID, values: Mapping[str, Any], lines: Sequence[LineInput] | None = None
) -> CreditNote:
    """Change a draft that stands on its own; one on a document changes its header only."""
    note = lock_document(CreditNote, note_id)
    if note.status != CreditNoteStatus.DRAFT:
        raise Conflict(f"{note.number} is authorised; undo it first.", code="not_a_draft")
    for field, value in header_values({"currency": note.currency, **values}, note.contact).items():
        setattr(note, field, value)
    if lines is not None and note.invoice_id is None and note.bill_id is None:
        rows = build_lines(
            CreditNoteLine,
            note,
            "credit_note",
            lines,
            side="sale" if note.side == CreditSide.SALE else "purchase",
            rounding=current_organisation().tax_rounding,
        )
        note.lines.all().delete()
        CreditNoteLine.objects.bulk_create(rows)
    note.changed_at = Now()
    note.save()
    record(note, "changed", f"{note.number} changed")
    return note


def authorise_credit_note(note_id: UUID) -> CreditNote:
    """Write it to the book; returned goods move. Raises Conflict, InvalidInput."""
    note = _lock(note_id)
    check_approval(note)
    move(
        note,
        "authorise",
        authorised_at=timezone.now(),
        authorised_by_name=author()["created_by_name"],
    )
    if note.side == CreditSide.SALE:
        post_sale_credit(note)
    else:
        post_supplier_credit(note)
    record(note, "authorised", f"{note.number} authorised")
    was_approved(note)
    return note


def undo_credit_note(note_id: UUID) -> CreditNote:
    """Back to draft; what was returned moves back. Raises Conflict when it was used."""
    note = _lock(note_id)
    _take_back(note)
    move(note, "undo", authorised_at=None)
    record(note, "undone", f"{note.number} is a draft again")
    return note


def void_credit_note(note_id: UUID) -> CreditNote:
    """Void it; its number stays taken. Raises Conflict when it was used."""
    note = _lock(note_id)
    if note.status == CreditNoteStatus.AUTHORISED:
        _take_back(note)
    move(note, "void")
    record(note, "voided", f"{note.number} voided")
    return note


def _take_back(note: CreditNote) -> None:
    if note.settled:
        raise Conflict(f"{note.number} is used in part. Take that back first.", code="has_payments")
    if note.status != CreditNoteStatus.AUTHORISED:
        return
    if note.side == CreditSide.SALE:
        unpost_sale_credit(note)
    else:
        unpost_supplier_credit(note)


def _lock(note_id: UUID) -> CreditNote:
    """The credited document first, as everywhere."""
    found = CreditNote.objects.filter(id=note_id).first()
    if found is not None and found.invoice_id:
        lock_document(Invoice, found.invoice_id)
    if found is not None and found.bill_id:
        lock_document(Bill, found.bill_id)
    return lock_document(CreditNote, note_id)
