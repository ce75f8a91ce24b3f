"""Receiving, shipping, billing and invoicing in the browser, by the people who do it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.services.locations import save_location
from orders.models import Bill, Invoice, Receipt, Shipment
from orders.services.bills import approve_bill, create_bill
from orders.services.lines import LineInput
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.receiving import ReceiptInput, receive_order
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.shipping import draft_shipment, ship_order
from tests.cast import make_company
from tests.orders.business import DAY, Business
from tests.orders.pages import fresh, text_of

D = Decimal


@pytest.fixture
def shop() -> Business:
    return Business()


def line_of(shop: Business, order: Any) -> Any:
    with shop.company.inside():
        return order.lines.get()


def part(line: Any, quantity: str, **values: Any) -> dict[str, Any]:
    """What a part's form posts for an order of one line."""
    return {f"quantity-{line.line_id}": quantity, **values}


def receiving(shop: Business, line: Any, quantity: str, then: str = "finish") -> dict[str, Any]:
    return part(line, quantity, happened_on="2026-05-06", location=str(shop.location), then=then)


def only(shop: Business, model: Any) -> Any:
    with shop.company.inside():
        return model.objects.select_related("contact").get()


def as_role(shop: Business, role: str) -> Client:
    return shop.company.browser(shop.company.member(role))


# --- Receipts -----------------------------------------------------------------------------------
def test_a_warehouse_worker_receives_an_order_in_parts(shop: Business) -> None:
    """O3: outstanding quantities are filled in; the order shows what came and what is to come."""
    order = shop.order("10", "2")
    line = line_of(shop, order)
    browser = as_role(shop, "warehouse")
    page = f"/purchases/{order.id}/"

    assert f'href="{page}receive/"' in text_of(browser, page)
    form = text_of(browser, f"{page}receive/")
    assert f'name="quantity-{line.line_id}" value="10"' in form
    answer = browser.post(f"{page}receive/", receiving(shop, line, "4"), follow=True)

    receipt = only(shop, Receipt)
    assert answer.redirect_chain == [(f"/receipts/{receipt.id}/", 302)]
    assert f"{receipt.number} received." in answer.content.decode()
    assert receipt.status == "received"
    assert str(receipt.happened_on) == "2026-05-06"
    assert shop.level() == (D(4), D(0), D(6))
    shown = text_of(browser, page)
    assert f'<a href="/receipts/{receipt.id}/">{receipt.number}</a>' in shown
    assert "To come" in shown
    assert f'name="quantity-{line.line_id}" value="6"' in text_of(browser, f"{page}receive/")
    shop.check()


def test_a_draft_moves_nothing_until_it_is_received(shop: Business) -> None:
    """O3: save as draft, change it, receive it."""
    order = shop.order("10", "2")
    line = line_of(shop, order)
    browser = as_role(shop, "warehouse")

    browser.post(f"/purchases/{order.id}/receive/", receiving(shop, line, "4", then=""))
    receipt = only(shop, Receipt)
    assert receipt.status == "draft"
    assert shop.level() == (D(0), D(0), D(10))
    page = f"/receipts/{receipt.id}/"
    assert f'href="{page}edit/"' in text_of(browser, page)
    assert f'name="quantity-{line.line_id}" value="4"' in text_of(browser, f"{page}edit/")
    answer = browser.post(
        f"{page}edit/", {**receiving(shop, line, "7"), "reference": "DN 77"}, follow=True
    )
    assert "DN 77" in answer.content.decode()
    browser.post(f"{page}authorise/")

    assert shop.level() == (D(7), D(0), D(3))
    shop.check()


def test_more_than_is_outstanding_is_said_at_the_line(shop: Business) -> None:
    """O3: what was typed is kept, nothing is written."""
    order = shop.order("10", "2")
    line = line_of(shop, order)
    browser = as_role(shop, "warehouse")
    answer = browser.post(f"/purchases/{order.id}/receive/", receiving(shop, line, "11"))

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "10 of BEANS are outstanding" in shown
    assert f'name="quantity-{line.line_id}" value="11"' in shown
    assert f'id="id_quantity-{line.line_id}_error"' in shown
    answer = browser.post(f"/purchases/{order.id}/receive/", receiving(shop, line, "0"))
    assert answer.status_code == 422
    assert "Enter a quantity for at least one line." in answer.content.decode()
    with shop.company.inside():
        assert not Receipt.objects.exists()


def test_an_order_with_nothing_left_says_so(shop: Business) -> None:
    """O3: no button, and the form's address explains itself."""
    order = shop.order("10", "2")
    shop.receive(order)
    browser = as_role(shop, "warehouse")

    assert f"/purchases/{order.id}/receive/" not in text_of(browser, f"/purchases/{order.id}/")
    shown = text_of(browser, f"/purchases/{order.id}/receive/")
    assert "Everything that" in shown
    assert "Quantity now" not in shown


def test_purchasing_drafts_and_the_warehouse_receives(shop: Business) -> None:
    """O3, A2: Edit on stock drafts; only Approve moves it."""
    order = shop.order("10", "2")
    line = line_of(shop, order)
    browser = as_role(shop, "purchasing")
    address = f"/purchases/{order.id}/receive/"

    form = text_of(browser, address)
    assert "Save as draft" in form
    assert 'value="finish"' not in form
    assert browser.post(address, receiving(shop, line, "4")).status_code == 403
    assert browser.post(address, receiving(shop, line, "4", then="")).status_code == 302
    receipt = only(shop, Receipt)
    assert browser.post(f"/receipts/{receipt.id}/authorise/").status_code == 403
    assert as_role(shop, "warehouse").post(f"/receipts/{receipt.id}/authorise/").status_code == 302


def test_goods_that_nobody_ordered(shop: Business) -> None:
    """O3: a blind receipt: supplier, products, quantities, unit costs; mistakes at their cells."""
    browser = as_role(shop, "warehouse")
    typed = {
        "contact": "Mill",
        "happened_on": "2026-05-06",
        "location": str(shop.location),
        "then": "finish",
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0",
        "lines-0-sku": "beans",
        "lines-0-quantity": "5",
        "lines-0-unit_price": "3",
        "lines-1-sku": "FREIGHT",
        "lines-1-quantity": "1",
    }
    assert "New receipt" in text_of(browser, "/receipts/new/")
    answer = browser.post("/receipts/new/", typed)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Choose a product of which stock is kept." in shown
    assert 'id="id_lines-1-sku_error"' in shown
    assert 'value="beans"' in shown
    answer = browser.post("/receipts/new/", {**typed, "lines-1-sku": "", "lines-1-quantity": ""})

    receipt = only(shop, Receipt)
    assert answer["Location"] == f"/receipts/{receipt.id}/"
    assert shop.balances() == {"inventory": D(15), "grni": D(-15)}
    assert "No order" in text_of(browser, "/receipts/")


def test_a_bill_without_an_order_is_received_from_its_page(shop: Business) -> None:
    """O3: bill first, then its goods; the receipt takes the billed cost."""
    with shop.company.inside():
        line = LineInput(product=shop.beans.id, quantity="3", unit_price="4")
        bill = create_bill(shop.supplier.id, {"issued_on": DAY}, [line])
        approve_bill(bill.id)
    browser = as_role(shop, "owner")
    page = f"/bills/{bill.id}/"
    assert f'action="{page}receive/"' in text_of(browser, page)
    browser.post(f"{page}receive/")
    receipt = only(shop, Receipt)
    assert f'action="{page}receive/"' not in text_of(browser, page)
    assert browser.get(f"/receipts/{receipt.id}/edit/").status_code == 409
    browser.post(f"/receipts/{receipt.id}/authorise/")

    assert shop.balances()["inventory"] == D(12)
    assert bill.number in text_of(browser, f"/receipts/{receipt.id}/")
    shop.check()


def test_receipts_are_listed_and_found(shop: Business) -> None:
    """O3: by status, supplier, date, and by the number of their order."""
    order = shop.order("10", "2")
    receipt = shop.receive(order, "4")
    other = shop.receive(shop.order("1", "9"))
    shop.order("3", "2")
    browser = as_role(shop, "read_only")
    shown = text_of(browser, "/purchases/")
    for words in ("Partly received", "To receive", "Received"):
        assert f"<span>{words}</span>" in shown
    shown = text_of(browser, "/purchases/?fulfilment=partly-received")
    assert shown.count("<span>Partly received</span>") == 1
    assert "<span>To receive</span>" not in shown

    shown = text_of(browser, "/receipts/")
    assert receipt.number in shown
    assert other.number in shown
    for narrowed in (f"q={order.number}", f"q={receipt.number}"):
        shown = text_of(browser, f"/receipts/?{narrowed}")
        assert receipt.number in shown
        assert other.number not in shown
    assert receipt.number not in text_of(browser, "/receipts/?tab=draft")
    assert receipt.number in text_of(browser, "/receipts/?contact=Mill&tab=received")
    assert receipt.number not in text_of(browser, "/receipts/?day_from=2026-06-01")
    assert receipt.number in browser.get("/receipts/?format=csv").getvalue().decode()


# --- Shipments ----------------------------------------------------------------------------------
def test_pick_pack_and_ship(shop: Business) -> None:
    """O4: the pick list, parcels, carrier and tracking; stock leaves when it ships."""
    shop.receive(shop.order("10", "2"))
    order = shop.sale("4")
    browser = as_role(shop, "warehouse")
    answer = browser.post(
        f"/sales/{order.id}/ship/",
        receiving(shop, line_of(shop, order), "4", then="") | {"parcels": "1"},
    )
    shipment = only(shop, Shipment)
    page = f"/shipments/{shipment.id}/"

    assert answer["Location"] == page
    shown = text_of(browser, page)
    assert "Pick list" in shown
    assert "On hand, Main warehouse" in shown
    assert shipment.number in text_of(browser, "/shipments/")
    browser.post(f"{page}pick/")
    assert f'href="{page}"' not in text_of(browser, "/shipments/")
    assert f'href="{page}"' in text_of(browser, "/shipments/?tab=picked")
    assert 'name="parcels"' in text_of(browser, f"{page}pack/")
    browser.post(f"{page}pack/", {"parcels": "3"})
    assert shop.level() == (D(10), D(4), D(0))
    browser.post(
        f"{page}ship/", {"happened_on": "2026-05-07", "carrier": "Van Ltd", "tracking": "VL9"}
    )

    shown = text_of(browser, page)
    assert "Van Ltd" in shown
    assert "VL9" in shown
    assert "8.00" in shown  # the cost of four at two
    assert only(shop, Shipment).parcels == 3
    assert shop.level() == (D(6), D(0), D(0))
    shop.check()


def test_what_is_back_ordered_says_why_it_waits(shop: Business) -> None:
    """O4: promised quantities are filled in; the rest says what it waits for."""
    shop.receive(shop.order("3", "2"))
    shop.order("20", "2")
    order = shop.sale("5")
    line = line_of(shop, order)
    browser = as_role(shop, "warehouse")
    why = "2 back-ordered: none free in stock, 20 on order."

    form = text_of(browser, f"/sales/{order.id}/ship/")
    assert f'name="quantity-{line.line_id}" value="3"' in form
    assert why in form
    assert why in text_of(browser, f"/sales/{order.id}/")
    assert "Back-ordered" in text_of(browser, "/sales/?fulfilment=back-ordered")
    answer = browser.post(f"/sales/{order.id}/ship/", receiving(shop, line, "5") | {"parcels": "1"})
    assert answer.status_code == 422
    with shop.company.inside():
        assert not Shipment.objects.exists()
    browser.post(f"/sales/{order.id}/ship/", receiving(shop, line, "3") | {"parcels": "1"})
    assert shop.level() == (D(0), D(0), D(20))
    shop.check()


def test_sales_are_found_by_how_far_they_are(shop: Business) -> None:
    """O4: back-ordered and partly shipped as badge and filter; services wait for nothing."""
    shop.receive(shop.order("6", "2"))
    part_shipped, to_ship = shop.sale("4"), shop.sale("2")
    shop.ship(part_shipped, "1")
    waiting = shop.sale("5")
    service = shop.sale("1", product=shop.freight)
    browser = as_role(shop, "sales")

    shown = text_of(browser, "/sales/")
    for words in ("Back-ordered", "Partly shipped", "To ship"):
        assert words in shown
    for wanted, hits in (("back-ordered", [waiting]), ("partly-shipped", [part_shipped])):
        shown = text_of(browser, f"/sales/?fulfilment={wanted}")
        for order in (part_shipped, to_ship, waiting, service):
            assert (f'href="/sales/{order.id}/"' in shown) == (order in hits)


def test_a_shipment_is_changed_before_it_is_picked(shop: Business) -> None:
    """O4: what is on this shipment counts as free; a picked one is undone first."""
    shop.receive(shop.order("10", "2"))
    order = shop.sale("4")
    with shop.company.inside():
        shipment = draft_shipment(order.id)
    line = line_of(shop, order)
    browser = as_role(shop, "warehouse")
    page = f"/shipments/{shipment.id}/"

    assert f'name="quantity-{line.line_id}" value="4"' in text_of(browser, f"{page}edit/")
    browser.post(f"{page}edit/", receiving(shop, line, "2") | {"parcels": "1"})
    with shop.company.inside():
        assert shipment.lines.get().quantity == D(2)
    browser.post(f"{page}pick/")
    assert browser.get(f"{page}edit/").status_code == 409
    assert f"{page}edit/" not in text_of(browser, page)


# --- Bills and invoices -------------------------------------------------------------------------
def test_an_order_is_billed_in_part_at_another_price(shop: Business) -> None:
    """O3: quantities and prices are filled in; the supplier's number and dates are kept."""
    order = shop.order("10", "2")
    line = line_of(shop, order)
    browser = as_role(shop, "purchasing")
    address = f"/purchases/{order.id}/bill/"

    form = text_of(browser, address)
    assert f'name="quantity-{line.line_id}" value="10"' in form
    assert f'name="price-{line.line_id}" value="2.00"' in form
    typed = part(line, "6", issued_on="2026-05-06", due_on="2026-05-01", partner_number="F-1")
    typed[f"price-{line.line_id}"] = "x"
    answer = browser.post(address, typed)
    assert answer.status_code == 422
    assert f'id="id_price-{line.line_id}_error"' in answer.content.decode()
    typed[f"price-{line.line_id}"] = "2.50"
    answer = browser.post(address, typed)
    assert "before the bill" in answer.content.decode()
    answer = browser.post(address, {**typed, "due_on": "2026-06-01"})

    bill = only(shop, Bill)
    assert answer["Location"] == f"/bills/{bill.id}/"
    assert (bill.status, bill.partner_number, bill.net) == ("draft", "F-1", D(15))
    assert f'name="quantity-{line.line_id}" value="4"' in text_of(browser, address)
    assert f'<a href="/bills/{bill.id}/">{bill.number}</a>' in text_of(
        browser, f"/purchases/{order.id}/"
    )


def test_a_sale_is_invoiced_in_part_and_then_the_rest(shop: Business) -> None:
    """O4: a part by quantities, the rest by one button."""
    order = shop.sale("10", "3")
    line = line_of(shop, order)
    browser = as_role(shop, "sales")
    page = f"/sales/{order.id}/"

    shown = text_of(browser, page)
    assert "Create invoice" in shown
    assert f'href="{page}invoice-part/"' in shown
    answer = browser.post(f"{page}invoice-part/", part(line, "12", issued_on="2026-05-06"))
    assert "10 of BEANS are left to invoice." in answer.content.decode()
    browser.post(f"{page}invoice-part/", part(line, "4", issued_on="2026-05-06"))
    first = only(shop, Invoice)
    assert first.net == D(12)
    assert "Invoice the rest" in text_of(browser, page)
    browser.post(f"{page}invoice/")
    with shop.company.inside():
        assert sorted(Invoice.objects.values_list("net", flat=True)) == [D(12), D(18)]
    assert "Invoice the rest" not in text_of(browser, page)


# --- Simple and advanced ------------------------------------------------------------------------
def test_a_simple_order_becomes_advanced_and_never_simple_again(shop: Business) -> None:
    """O3: one receipt, then “Make advanced”, then the rest."""
    order = shop.order("10", "2", is_advanced=False)
    shop.receive(order, "4")
    browser = shop.company.browser()
    page = f"/purchases/{order.id}/"

    assert "Simple: all at once" in text_of(browser, page)
    assert f"{page}receive/" not in text_of(browser, page)
    assert "cannot be made simple again" in text_of(browser, f"{page}make-advanced/")
    browser.post(f"{page}make-advanced/")
    shown = text_of(browser, page)
    assert f'href="{page}receive/"' in shown
    assert "make-advanced" not in shown
    answer = browser.post(f"{page}make-advanced/", follow=True)
    assert "is advanced already" in answer.content.decode()
    assert fresh(shop.company, order).is_advanced


def test_the_head_of_a_sale_says_where_and_for_what(shop: Business) -> None:
    """O4: location, handling, job, sales rep and channel are kept and shown."""
    with shop.company.inside():
        north = save_location(None, {"code": "NORTH", "name": "North shop"})
    browser = as_role(shop, "sales")
    typed = {
        "contact": "Café",
        "issued_on": "2026-05-06",
        "location": str(north.id),
        "is_advanced": "simple",
        "job": "Spring fair",
        "sales_rep": "Ada",
        "channel": "Market stall",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-sku": "BEANS",
        "lines-0-quantity": "2",
    }
    answer = browser.post("/sales/new/", typed, follow=True)

    shown = answer.content.decode()
    for words in ("North shop", "Spring fair", "Ada", "Market stall", "Simple: all at once"):
        assert words in shown
    address = answer.redirect_chain[0][0]
    form = text_of(browser, f"{address}edit/")
    assert f'<option value="{north.id}" selected>' in form
    assert '<option value="simple" selected>' in form


def test_the_page_of_an_order_asks_as_much_with_many_lines(shop: Business) -> None:
    """Speed: the same statements for one line as for twelve, with receipts and shipments."""
    counted = []
    browser = as_role(shop, "owner")
    for many in (1, 12):
        lines = [LineInput(product=shop.beans.id, quantity="4", unit_price="2")] * many
        with shop.company.inside():
            order = create_purchase_order(shop.supplier.id, {"issued_on": DAY}, lines)
            authorise_purchase_order(order.id)
            first = order.lines.order_by("position").first()
            assert first is not None
            receive_order(order.id, [ReceiptInput("2", line_id=first.line_id)])
            sold = [LineInput(product=shop.beans.id, quantity="1", unit_price="5")] * many
            sale = create_sales_order(shop.customer.id, {"issued_on": DAY}, sold)
            authorise_sales_order(sale.id)
            ship_order(sale.id)
        addresses = [f"/purchases/{order.id}/", f"/sales/{sale.id}/"]
        addresses += [f"{addresses[0]}receive/", "/purchases/", "/sales/"]
        for address in addresses:
            text_of(browser, address)
            with CaptureQueriesContext(connection) as asked:
                text_of(browser, address)
            counted.append(len(asked))
    assert counted[:5] == counted[5:]
    assert max(counted) < 60


# --- Who may ------------------------------------------------------------------------------------
def test_who_only_looks_sees_no_buttons_and_strangers_see_nothing(shop: Business) -> None:
    """A1, A2: read-only gets 403 on the forms, another organisation 404 everywhere."""
    order = shop.order("10", "2")
    receipt = shop.receive(order, "4")
    reader, stranger = as_role(shop, "read_only"), make_company("Stranger").browser()

    shown = text_of(reader, f"/receipts/{receipt.id}/")
    assert "/undo/" not in shown
    assert reader.get(f"/purchases/{order.id}/receive/").status_code == 403
    assert reader.get("/receipts/new/").status_code == 403
    assert reader.get(f"/receipts/{receipt.id}/undo/").status_code == 403
    for address in (
        f"/receipts/{receipt.id}/",
        f"/receipts/{receipt.id}/undo/",
        f"/purchases/{order.id}/receive/",
        f"/purchases/{order.id}/bill/",
    ):
        assert stranger.get(address).status_code == 404
    assert receipt.number not in text_of(stranger, "/receipts/")


def test_nothing_that_is_typed_breaks_a_form(shop: Business) -> None:
    """Input: nonsense in every field of every form is refused at its field or taken."""
    shop.receive(shop.order("50", "2"))
    order, sale = shop.order("10", "2"), shop.sale("5")
    line, sold = line_of(shop, order).line_id, line_of(shop, sale).line_id
    head = {"happened_on": "2026-05-06", "location": str(shop.location), "then": ""}
    forms = {
        f"/purchases/{order.id}/receive/": {**head, f"quantity-{line}": "1", "reference": ""},
        f"/purchases/{order.id}/bill/": {
            "issued_on": "2026-05-06",
            "partner_number": "",
            f"quantity-{line}": "1",
            f"price-{line}": "1",
        },
        f"/sales/{sale.id}/ship/": {**head, f"quantity-{sold}": "1", "parcels": "1"},
        f"/sales/{sale.id}/invoice-part/": {"issued_on": "2026-05-06", f"quantity-{sold}": "1"},
    }
    naughty = ("\x00", "\u202e", "NaN", "1e400", "-1", "9" * 50, "0001-01-01", "<b>", "x" * 5000)
    browser = as_role(shop, "owner")
    for address, typed in forms.items():
        for name in typed:
            for value in naughty:
                answer = browser.post(address, {**typed, name: value})
                assert answer.status_code in (302, 409, 422), (address, name, value)
    shop.check()
