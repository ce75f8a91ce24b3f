"""What tests of the documents' pages share: a pair in trade, and answers as text."""

from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from django.test import Client

from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.pre_sales import approve_pre_sale
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sending import Sending, send_document
from tests.cast import Company, Pair, make_pair

HOSTILE = "<script>alert('x')</script>"


def stocked_pair() -> Pair:
    """A connected pair whose products share their codes."""
    pair = make_pair()
    for company in (pair.buyer, pair.supplier):
        company.product("BEANS-1", "House blend 1 kg", barcode="5012345678900")
        company.product("FILTER", "Paper filters")
    return pair


def draft(pair: Pair, **values: Any) -> PurchaseOrder:
    """A purchase order of two lines, at the buyer."""
    with pair.buyer.inside():
        return create_purchase_order(
            pair.supplier_contact.id,
            values,
            [
                LineInput(sku="BEANS-1", quantity="10", unit_price="12.50"),
                LineInput(sku="FILTER", quantity="3", unit_price="4"),
            ],
        )


def sent_order(pair: Pair, **values: Any) -> PurchaseOrder:
    """An order that was authorised, sent over the network and delivered."""
    order = draft(pair, **values)
    with pair.buyer.inside():
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    pair.drain()
    return order


def sale_of(pair: Pair, order: PurchaseOrder) -> SalesOrder:
    """What the order became at the supplier."""
    with pair.supplier.inside():
        return SalesOrder.objects.select_related("contact").get(partner_key=order.id)


def billed(pair: Pair) -> tuple[PurchaseOrder, Bill]:
    """An order that went the whole way to a bill awaiting approval."""
    order = sent_order(pair)
    sale = sale_of(pair, order)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
    pair.drain()
    with pair.supplier.inside():
        invoice = invoice_sales_order(sale.id)
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        return order, Bill.objects.get(purchase_order=order)


def text_of(client: Client, address: str, status: int = 200) -> str:
    """The page as text; fails on another status."""
    answer = client.get(address)
    assert answer.status_code == status, f"{address}: {answer.status_code}"
    return answer.content.decode()


def fresh(company: Company, document: Any) -> Any:
    """The document as it is in the database now."""
    with company.inside():
        return type(document).objects.select_related("contact").get(id=document.id)


def anybody_else() -> UUID:
    """An id that no document has."""
    return UUID(int=7)


class FilledForm(HTMLParser):
    """What a browser would send of the page's main form if nothing was typed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._textarea = ""
        self._inside = False
        self.feed(page.split("<main", 1)[1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {key: value or "" for key, value in attrs}
        name = at.get("name", "")
        if tag == "template":
            self._inside = True
        if self._inside or "disabled" in at:
            return
        if tag == "input" and name and at.get("type") in ("checkbox", "radio"):
            if "checked" in at:
                self.values[name] = at.get("value", "on")
        elif tag == "input" and name:
            self.values[name] = at.get("value", "")
        elif tag in ("select", "textarea"):
            self.values.setdefault(name, "")
            self._select, self._textarea = (name, "") if tag == "select" else ("", name)
        elif tag == "option" and self._select and "selected" in at:
            self.values[self._select] = at.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._inside = False
        if tag in ("select", "textarea"):
            self._select = self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data.removeprefix("\n")
