"""Documents are printed well, the same every time, and never obey what a partner wrote."""

import io
import time
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from orders.domain.payloads import (
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
    clean_note,
)
from orders.pdf import DocumentKind, DocumentStyle, render_pages, render_pdf
from orders.pdf.render import _readable

D = Decimal
HOSTILE = '#read("/etc/passwd") $x^2$ *bold* _it_ `raw` <script>alert(1)</script> \\ @ref // /* = h'


def item(number: int, **changes: Any) -> LinePayload:
    fields: dict[str, Any] = {
        "line_id": UUID(int=number),
        "seller_sku": f"HR-{number}",
        "buyer_sku": f"KC-{number}",
        "description": f"Coffee number {number}",
        "quantity": D(10),
        "unit": "bag",
        "unit_price": D("12.5"),
        "tax": LineTax(name="VAT 20%", rate=D(20)),
        "net": D(125),
        "tax_amount": D(25),
    }
    return LinePayload(**fields | changes)


def payload(
    kind: type[DocumentPayload] = OrderPayload, *, count: int = 2, **changes: Any
) -> DocumentPayload:
    fields: dict[str, Any] = {
        "document_id": UUID(int=1),
        "number": "PO-00042",
        "currency": "GBP",
        "seller": Party(name="Harbour Roasters", tax_number="GB1", country="IE"),
        "buyer": Party(
            name="Kestrel Cafés", legal_name="Kestrel Cafés Ltd", address="1 Quay\nCork"
        ),
        "deliver_to": DeliveryPoint(address="Gate 4", instructions="Ring twice"),
        "lines": tuple(item(number) for number in range(1, count + 1)),
        "totals": Totals(net=D(125 * count), tax=D(25 * count), total=D(150 * count)),
        "terms": "30 days",
        "notes": "Thank you",
    }
    if kind is not InvoicePayload:
        fields["ordered_on"] = date(2026, 11, 22)
    return kind(**fields | changes)


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, without the invisible places to break and the kinds of space."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    plain = [page.extract_text().replace("\u200b", "").replace("\u00a0", " ") for page in pages]
    return [" ".join(page.split()) for page in plain]


def test_a_purchase_order_is_the_buyers_letter_to_the_supplier() -> None:
    """N9: everything that the supplier needs is on it."""
    [page] = text_of(render_pdf(DocumentKind.PURCHASE_ORDER, payload()))
    for text in (
        "Purchase order",
        "PO-00042",
        "Kestrel Cafés Ltd",
        "SUPPLIER Harbour Roasters Ireland Tax number GB1",
        "DELIVER TO Kestrel Cafés Gate 4",
        "22 Nov 2026",
        "30 days",
        "Coffee number 2",
        "Code KC-2 · Your code HR-2",
        "10 bag",
        "12.50",
        "VAT 20%",
        "GBP 300.00",
        "Thank you",
        "Ring twice",
        "Page 1 of 1",
    ):
        assert text in page


def test_an_invoice_says_when_and_how_to_pay_and_for_which_order() -> None:
    """N11: bill to, due date, order, payment details, each tax."""
    invoice = payload(
        InvoicePayload,
        number="INV-7",
        version=2,
        issued_on=date(2026, 11, 22),
        due_on=date(2026, 12, 31),
        orders=(OrderReference(document_id=UUID(int=3), number="PO-9"),),
        payment_details="IBAN IE29",
        taxes=(TaxTotal(name="VAT", rate=D(20), net=D(250), tax=D(50)),),
    )
    [page] = text_of(render_pdf("invoice", invoice))
    for text in (
        "BILL TO Kestrel Cafés",
        "Due 31 Dec 2026",
        "Your order PO-9",
        "IBAN IE29",
        "VAT 20 %",
        "Total due GBP 300.00",
        "Version 2",
        "HOW TO PAY",
    ):
        assert text in page


def test_a_sales_order_names_the_order_that_it_answers_and_says_that_prices_include_tax() -> None:
    """N17: the supplier's letter to the customer."""
    order = payload(
        SalesOrderPayload,
        prices_include_tax=True,
        answers=OrderReference(document_id=UUID(int=3), number="PO-9"),
    )
    [page] = text_of(render_pdf("sales_order", order))
    for text in (
        "Sales order",
        "CUSTOMER Kestrel",
        "Your order PO-9",
        "Amount incl. tax",
        "150.00",
    ):
        assert text in page


def test_many_lines_break_over_pages_and_repeat_the_heading() -> None:
    """N9: a long order is readable on every page, and its pages are counted."""
    pages = text_of(render_pdf("purchase_order", payload(count=120)))
    assert len(pages) > 4
    for number, page in enumerate(pages[:-1], start=1):
        assert "# Item Quantity Unit price Tax Amount" in page
        assert f"Page {number} of {len(pages)}" in page
    assert "GBP 18,000.00" in pages[-1]
    assert sum(page.count("Coffee number") for page in pages) == 120


def test_the_largest_order_is_set_in_seconds() -> None:
    """N9: 2,000 lines."""
    began = time.perf_counter()
    pdf = render_pdf("purchase_order", payload(count=2_000))
    assert time.perf_counter() - began < 30
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 70


def test_the_same_document_gives_the_same_bytes() -> None:
    """N9: what is frozen is printed alike, today and next year."""
    assert render_pdf("purchase_order", payload()) == render_pdf("purchase_order", payload())


def hostile(text: str) -> DocumentPayload:
    """`text` in every place that a partner fills."""
    line = text.replace("\n", " ")
    return payload(
        InvoicePayload,
        issued_on=date(2026, 11, 22),
        seller=Party(name=line[:255] or "x", legal_name=line[:255], tax_number=line[:64]),
        buyer=Party(name=line[:255] or "x", address=text[:500]),
        deliver_to=DeliveryPoint(name=line[:255], address=text[:500], instructions=text[:4000]),
        number=line[:40],
        reference=line[:80],
        terms=line[:255],
        notes=text[:4000],
        payment_details=text[:4000],
        lines=(
            item(
                1, description=text[:255], seller_sku=line[:60], barcode=line[:60], unit=line[:20]
            ),
            item(2, tax=LineTax(name=line[:60] or "x", rate=D("12.345678"))),
            item(3),
            LinePayload(line_id=UUID(int=9), kind="note", description=text[:255] or "x"),
        ),
    )


def test_what_a_partner_wrote_is_shown_and_never_run() -> None:
    """Hostile text: markup, code, mathematics and HTML stand there as letters."""
    page = " ".join(text_of(render_pdf("invoice", hostile(HOSTILE), DocumentStyle(footer=HOSTILE))))
    assert '#read("/etc/passwd") $x^2$ *bold*' in page
    assert "<script>alert(1)</script>" in page
    assert "root:" not in page


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "W" * 10_000,
        "word " * 2_000,
        "\n" * 300,
        "قهوة عربية 12 كيلو — שלום",
        "咖啡豆 コーヒー 커피",
        "☕🫘👩‍🍳 \U0001f1ee\U0001f1ea",
        "e" + "\u0301" * 200,
        "\u200b\u200d\ufeff\ufffd\U0010fffd",
        "}{[]()#let x = 1;\\u{41}",
    ],
)
def test_any_text_is_set_within_the_page(text: str) -> None:
    """Hostile text: 10,000 letters without a space, other scripts, emoji."""
    pdf = render_pdf("invoice", hostile(clean_note(text, 10_000)))
    assert len(PdfReader(io.BytesIO(pdf)).pages) < 40


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200).map(clean_note))
def test_no_text_stops_a_document(text: str) -> None:
    """Hostile text: whatever passes as a payload is printed."""
    assert render_pdf("invoice", hostile(text)).startswith(b"%PDF-")


def test_the_largest_numbers_stay_within_the_page() -> None:
    """Bad input: numbers as wide as their columns."""
    wide = item(
        1,
        quantity=D("99999999999999.99999"),
        unit_price=D("9999999999999.999999"),
        discount_percent=D("99.99999999"),
        net=D("999999999999999.9999"),
        tax_amount=D("0"),
    )
    order = payload().model_copy(update={"lines": (wide,)})
    [page] = text_of(render_pdf("purchase_order", order))
    assert "Coffee number 1" in page


def picture(kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 100), "#b5541c").save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_logo_is_on_the_first_page(kind: str) -> None:
    """N9: the organisation's own face."""
    pdf = render_pdf("purchase_order", payload(count=60), DocumentStyle(logo=picture(kind)))
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages[0].images) == 1
    assert len(pages) > 1


@pytest.mark.parametrize(
    "logo",
    [b"", b"not a picture", b"<svg onload='x'/>", b"\x89PNG\r\n\x1a\nbroken", picture()[:60]],
)
def test_a_logo_that_is_no_picture_never_stops_a_document(logo: bytes) -> None:
    """Bad input: a file that is not what it says."""
    pdf = render_pdf("purchase_order", payload(), DocumentStyle(logo=logo))
    assert "Purchase order" in text_of(pdf)[0]


@pytest.mark.parametrize("colour", ["#ffffff", "#f2c14e", "#00ff00", "#0f4c5c", "red", "#12345"])
def test_white_text_can_be_read_on_every_colour(colour: str) -> None:
    """N9: a light brand colour is made darker; no colour at all is ours."""
    readable = _readable(colour)
    if not (colour.startswith("#") and len(colour) == 7):
        assert readable == "#0f4c5c"
    red, green, blue = (int(readable[at : at + 2], 16) for at in (1, 3, 5))
    assert 0.299 * red + 0.587 * green + 0.114 * blue < 150
    assert render_pdf("purchase_order", payload(), DocumentStyle(colour=colour))


def test_a_preview_is_pages_as_pictures() -> None:
    """A page for each page, as PNG."""
    pages = render_pages("purchase_order", payload(count=40), ppi=40)
    assert len(pages) == 3
    assert all(page.startswith(b"\x89PNG") for page in pages)


def test_a_payload_of_another_kind_is_a_mistake() -> None:
    """N9: an order is not printed as an invoice."""
    with pytest.raises(TypeError, match="OrderPayload is not printed as invoice"):
        render_pdf("invoice", payload())


def test_dates_follow_the_organisations_format() -> None:
    """N9: as its people write them."""
    [page] = text_of(render_pdf("purchase_order", payload(), DocumentStyle(date_format="Y-m-d")))
    assert "2026-11-22" in page
