"""Freezing a document: the payload that is sent, printed and kept word for word."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from ledger.models import PaymentTerm
from network.domain.payload_base import clean_line, clean_note
from network.models import Contact
from orders.domain.payloads import (
    CreditNotePayload,
    DeliveryPoint,
    DocumentPayload,
    InvoicePayload,
    LinePayload,
    LineTax,
    OrderPayload,
    OrderReference,
    Party,
    SalesOrderPayload,
    TaxTotal,
    Totals,
    canonical_json,
    sha256_hex,
)
from orders.domain.printed import QuotePayload
from orders.models import (
    CreditNote,
    DocumentVersion,
    Invoice,
    LineKind,
    PurchaseOrder,
    Quote,
    SalesOrder,
    TradeDocument,
    TradeLine,
)
from orders.services.documents import KINDS
from tenants.models import Organisation

PAYLOADS: dict[str, type[DocumentPayload]] = {
    "purchase_order": OrderPayload,
    "sales_order": SalesOrderPayload,
    "invoice": InvoicePayload,
    "quote": QuotePayload,
    "credit_note": CreditNotePayload,
}


def freeze(document: TradeDocument, me: Organisation) -> tuple[DocumentVersion, bool]:
    """The frozen version of the document as it stands, and whether it is a new one.

    Unchanged since the last version: that one again. Otherwise the version goes up by one.
    """
    last = (
        DocumentVersion.objects.filter(object_id=document.id, version=document.version).first()
        if document.version
        else None
    )
    if last is not None:
        same = canonical_json(build_payload(document, me, document.version))
        if sha256_hex(same) == last.sha256:
            return last, False
    version = document.version + 1
    payload = build_payload(document, me, version)
    text = canonical_json(payload)
    frozen = DocumentVersion(
        kind=KINDS[type(document)],
        object_id=document.id,
        version=version,
        payload=text,
        sha256=sha256_hex(text),
    )
    frozen.save(force_insert=True)
    document.version = version
    return frozen, True


def read_version(frozen: DocumentVersion) -> DocumentPayload:
    """The payload of a frozen version."""
    return PAYLOADS[frozen.kind].model_validate_json(frozen.payload)


def build_payload(document: TradeDocument, me: Organisation, version: int) -> DocumentPayload:
    """What both sides may know of a document; nothing private is in it."""
    if isinstance(document, PurchaseOrder):
        return _order(document, me, version)
    if isinstance(document, SalesOrder):
        return _sales_order(document, me, version)
    if isinstance(document, Quote):
        return _quote(document, me, version)
    if isinstance(document, CreditNote):
        return _credit_note(document, me, version)
    assert isinstance(document, Invoice)
    return _invoice(document, me, version)


def _order(order: PurchaseOrder, me: Organisation, version: int) -> OrderPayload:
    lines = list(order.lines.order_by("position"))
    return OrderPayload(
        **_common(order, lines, version, seller_is_us=False),
        seller=party_of_contact(order.contact),
        buyer=party_of(me),
        deliver_to=_delivery(order.delivery_address or me.address, _receiver(order) or me.name),
        ordered_on=order.issued_on,
        expected_on=order.required_on,
    )


def _receiver(order: PurchaseOrder) -> str:
    """Whom the supplier delivers to, where that is our customer."""
    if not order.is_drop_ship or order.for_sale is None:
        return ""
    return SalesOrder.objects.values_list("contact__name", flat=True).get(id=order.for_sale)


def _sales_order(order: SalesOrder, me: Organisation, version: int) -> SalesOrderPayload:
    lines = list(order.lines.order_by("position"))
    answers = None
    if order.from_network and order.partner_key is not None:
        answers = OrderReference(document_id=order.partner_key, number=order.partner_number[:40])
    return SalesOrderPayload(
        **_common(order, lines, version, seller_is_us=True),
        seller=party_of(me),
        buyer=party_of_contact(order.contact),
        deliver_to=_delivery(order.delivery_address, order.contact.name),
        ordered_on=order.issued_on,
        expected_on=order.required_on,
        answers=answers,
    )


def _invoice(invoice: Invoice, me: Organisation, version: int) -> InvoicePayload:
    lines = list(invoice.lines.order_by("position"))
    sale = invoice.sales_order if invoice.sales_order_id else None
    orders: tuple[OrderReference, ...] = ()
    if sale is not None and sale.partner_key is not None:
        number = sale.partner_number or sale.reference
        orders = (OrderReference(document_id=sale.partner_key, number=number[:40]),)
    return InvoicePayload(
        **_common(invoice, lines, version, seller_is_us=True),
        seller=party_of(me),
        buyer=party_of_contact(invoice.contact),
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        orders=orders,
        terms=_terms(invoice.contact),
        payment_details=clean_note(me.document_footer),
    )


def _quote(quote: Quote, me: Organisation, version: int) -> QuotePayload:
    return QuotePayload(
        **_common(quote, list(quote.lines.order_by("position")), version, seller_is_us=True),
        seller=party_of(me),
        buyer=party_of_contact(quote.contact),
        deliver_to=_delivery(quote.delivery_address, quote.contact.name),
        issued_on=quote.issued_on,
        valid_until=quote.valid_until,
        expected_on=quote.required_on,
        terms=_terms(quote.contact),
    )


def _credit_note(note: CreditNote, me: Organisation, version: int) -> CreditNotePayload:
    lines = list(note.lines.order_by("position"))
    invoice = note.invoice if note.invoice_id else None
    credited = None
    if invoice is not None:
        credited = OrderReference(document_id=invoice.id, number=invoice.number[:40])
    return CreditNotePayload(
        **_common(note, lines, version, seller_is_us=True),
        seller=party_of(me),
        buyer=party_of_contact(note.contact),
        issued_on=note.issued_on,
        invoice=credited,
        reason=clean_line(note.reason),
    )


def _terms(contact: Contact) -> str:
    if contact.terms_id is None:
        return ""
    return str(PaymentTerm.objects.get(id=contact.terms_id).name)


def _common(
    document: TradeDocument, lines: Sequence[TradeLine], version: int, *, seller_is_us: bool
) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "number": document.number,
        "version": version,
        "currency": document.currency,
        "prices_include_tax": document.prices_include_tax,
        # A line that was agreed down to nothing stays with us and travels no further.
        "lines": tuple(
            _line(line, seller_is_us=seller_is_us)
            for line in lines
            if line.kind == LineKind.NOTE or line.quantity
        ),
        "taxes": _taxes(lines),
        "totals": Totals(net=document.net, tax=document.tax, total=document.total),
        "reference": clean_line(document.reference, longest=80),
        "notes": clean_note(document.note),
    }


def _line(line: TradeLine, *, seller_is_us: bool) -> LinePayload:
    if line.kind == LineKind.NOTE:
        return LinePayload(line_id=line.line_id, kind="note", description=line.description)
    ours, theirs = line.sku, line.partner_sku
    return LinePayload(
        line_id=line.line_id,
        seller_sku=ours if seller_is_us else theirs,
        buyer_sku=theirs if seller_is_us else ours,
        barcode=line.barcode,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
        tax=LineTax(name=line.tax_name, rate=line.tax_rate) if line.tax_name else None,
        net=line.net,
        tax_amount=line.tax,
        expected_on=line.expected_on,
    )


def _taxes(lines: Iterable[TradeLine]) -> tuple[TaxTotal, ...]:
    sums: dict[tuple[str, Any], list[Any]] = {}
    for line in lines:
        if line.kind == LineKind.ITEM and line.tax_name:
            net, tax = sums.get((line.tax_name, line.tax_rate), [0, 0])
            sums[(line.tax_name, line.tax_rate)] = [net + line.net, tax + line.tax]
    return tuple(
        TaxTotal(name=name, rate=rate, net=net, tax=tax)
        for (name, rate), (net, tax) in sorted(sums.items())
    )


def party_of(me: Organisation) -> Party:
    """This organisation as it is named on documents."""
    return Party(
        name=clean_line(me.name) or "—",
        legal_name=clean_line(me.legal_name),
        tax_number=clean_line(me.tax_number, longest=64),
        address=clean_note(me.customer_address or me.address, longest=500),
        country=_country(me.country),
    )


def party_of_contact(contact: Contact) -> Party:
    """A contact as it is named on documents."""
    return Party(
        name=clean_line(contact.name) or "—",
        legal_name=clean_line(contact.legal_name),
        tax_number=clean_line(contact.tax_number, longest=64),
        address=clean_note(contact.billing_address, longest=500),
        country=_country(contact.country),
    )


def _country(code: str) -> str:
    return code if len(code) == 2 and code.isascii() and code.isupper() else ""


def _delivery(text: str, name: str) -> DeliveryPoint | None:
    address = clean_note(text, longest=500)
    return DeliveryPoint(name=clean_line(name), address=address) if address else None


def version_or_none(object_id: UUID, version: int) -> DocumentVersion | None:
    """One frozen version of a document."""
    return DocumentVersion.objects.filter(object_id=object_id, version=version).first()
