"""An example of each printed document in an organisation's style, to look at before saving.

Drawn by the renderer that prints real documents. Nothing is read but the organisation as given,
and nothing is written.
"""

from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone

from hub.ui.formatting import date_text
from network.domain.payload_base import clean_note
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
)
from orders.domain.printed import QuotePayload
from orders.pdf import DocumentKind, DocumentStyle, render_pages
from orders.pdf.render import render_view_pages
from orders.pdf.warehouse import Paper, PaperLine, PickPlace, delivery_view, pick_view
from orders.services.freezing import party_of
from tenants.models import Organisation

D = Decimal
MOST_PAGES = 2
PIXELS_PER_INCH = 96
PICK_LIST, DELIVERY_NOTE = "pick_list", "delivery_note"
KINDS = {
    DocumentKind.INVOICE.value: "Invoice",
    DocumentKind.QUOTE.value: "Quote",
    DocumentKind.SALES_ORDER.value: "Sales order",
    DocumentKind.PURCHASE_ORDER.value: "Purchase order",
    DocumentKind.CREDIT_NOTE.value: "Credit note",
    DELIVERY_NOTE: "Delivery note",
    PICK_LIST: "Pick list",
}
GOODS = (
    ("EX-1001", "House blend, whole bean 1 kg", D(24), "bag", D("14.50"), "5012345678900"),
    ("EX-2040", "Paper filters, box of 100", D(10), "box", D("3.20"), "5012345678917"),
)
PARTNER = Party(
    name="Example Trading",
    legal_name="Example Trading Ltd",
    address="12 Sample Street\nSampletown",
)


def example_pages(kind: str, me: Organisation, logo: bytes | None) -> list[bytes]:
    """The first pages of an example as PNG; an unknown kind is an invoice."""
    style = DocumentStyle(
        colour=me.brand_colour, logo=logo, footer=me.document_footer, date_format=me.date_format
    )
    if kind in (PICK_LIST, DELIVERY_NOTE):
        pages = render_view_pages(_paper(kind, me), style, ppi=PIXELS_PER_INCH)
    else:
        known = DocumentKind(kind if kind in KINDS else DocumentKind.INVOICE)
        pages = render_pages(known, _payload(known, me), style, ppi=PIXELS_PER_INCH)
    return pages[:MOST_PAGES]


def _payload(kind: DocumentKind, me: Organisation) -> DocumentPayload:
    ours = party_of(me)
    buying = kind is DocumentKind.PURCHASE_ORDER
    net = sum((quantity * price for _s, _d, quantity, _u, price, _b in GOODS), D(0))
    tax = net * D("0.2")
    common: dict[str, Any] = {
        "document_id": UUID(int=1),
        "number": "EX-00042",
        "currency": me.base_currency,
        "seller": PARTNER if buying else ours,
        "buyer": ours if buying else PARTNER,
        "deliver_to": DeliveryPoint(name="", address="3 Sample Quay\nSampletown"),
        "lines": tuple(_line(number) for number in range(len(GOODS))),
        "taxes": (TaxTotal(name="Tax 20%", rate=D(20), net=net, tax=tax),),
        "totals": Totals(net=net, tax=tax, total=net + tax),
        "reference": "Example",
        "notes": "This is an example: nothing was saved or sent.",
    }
    today = timezone.localdate()
    order = OrderReference(document_id=UUID(int=2), number="EX-00017")
    match kind:
        case DocumentKind.INVOICE:
            return InvoicePayload(
                **common,
                issued_on=today,
                due_on=today,
                orders=(order,),
                payment_details=clean_note(me.document_footer),
            )
        case DocumentKind.QUOTE:
            return QuotePayload(**common, issued_on=today, valid_until=today)
        case DocumentKind.CREDIT_NOTE:
            return CreditNotePayload(**common, issued_on=today, invoice=order, reason="Example")
        case DocumentKind.SALES_ORDER:
            return SalesOrderPayload(**common, ordered_on=today, expected_on=today)
        case DocumentKind.PURCHASE_ORDER:
            return OrderPayload(**common, ordered_on=today, expected_on=today)


def _line(number: int) -> LinePayload:
    sku, description, quantity, unit, price, barcode = GOODS[number]
    net = quantity * price
    return LinePayload(
        line_id=UUID(int=number + 10),
        seller_sku=sku,
        barcode=barcode,
        description=description,
        quantity=quantity,
        unit=unit,
        unit_price=price,
        tax=LineTax(name="Tax 20%", rate=D(20)),
        net=net,
        tax_amount=net * D("0.2"),
    )


def _paper(kind: str, me: Organisation) -> dict[str, Any]:
    write = partial(date_text, style=me.date_format)
    lines = [
        PaperLine(sku, description, quantity, unit, barcode, ordered=quantity)
        for sku, description, quantity, unit, _price, barcode in GOODS
    ]
    facts = [("Date", write(timezone.localdate())), ("Our order", "EX-00017")]
    paper = Paper("EX-00042", party_of(me), [("Deliver to", PARTNER)], facts)
    if kind == PICK_LIST:
        return pick_view(paper, [PickPlace("From Main warehouse", lines)])
    return delivery_view(paper, lines)
