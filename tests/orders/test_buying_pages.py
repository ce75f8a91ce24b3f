"""Buying for sales in the browser and by the API, by the people who do it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.ids import new_id
from inventory.services.prices import SupplierPriceInput, add_supplier_price
from network.models import Contact
from network.services.automations import save_settings, settings_row
from orders.models import PurchaseOrder, Receipt, SalesOrder, SalesOrderLine, Shipment
from orders.services.demand import buy_for_sale
from orders.services.lines import LineInput
from orders.services.pre_sales import approve_pre_sale
from orders.services.purchases import authorise_purchase_order
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.sending import Sending, send_document
from orders.services.shipping import ship_order, undo_shipment
from tests.cast import make_company
from tests.orders.business import Business
from tests.orders.pages import text_of
from tests.orders.test_network_goods import stock_up
from tests.trade import sale_of, stocked_pair

D = Decimal


@pytest.fixture
def shop() -> Business:
    """A company whose supplier sells beans at 3, and whose customer has an address."""
    here = Business()
    with here.company.inside():
        add_supplier_price(here.beans.id, SupplierPriceInput(here.supplier.id, "3"))
        Contact.objects.filter(id=here.customer.id).update(billing_address="2 Hill\nTown")
    return here


def row_of(shop: Business, order: SalesOrder) -> SalesOrderLine:
    with shop.company.inside():
        return SalesOrderLine.objects.get(order=order)


def as_role(shop: Business, role: str) -> Client:
    return shop.company.browser(shop.company.member(role))


def taking(row: SalesOrderLine, quantity: str, supplier: str, **values: str) -> dict[str, str]:
    """What the form posts for one ticked line."""
    return {
        f"take-{row.id}": "on",
        f"quantity-{row.id}": quantity,
        f"supplier-{row.id}": supplier,
        **values,
    }


def post(api: Any, path: str, body: Any = None) -> Any:
    return api.post(f"/api/v1/{path}", body or {}, format="json", HTTP_IDEMPOTENCY_KEY=new_id().hex)


# --- The browser --------------------------------------------------------------------------------
def test_a_purchaser_buys_what_a_sale_lacks(shop: Business) -> None:
    """O4: from the sale's page; prefilled; each order then names the other."""
    order = shop.sale("6")
    row = row_of(shop, order)
    browser = shop.company.browser()
    page = f"/sales/{order.id}/"
    assert f'href="{page}buy/"' in text_of(browser, page)
    form = text_of(browser, f"{page}buy/")
    assert f'name="quantity-{row.id}" value="6"' in form
    assert f'name="supplier-{row.id}" value="Mill"' in form

    posted = taking(row, "6", "mill", drop_ship="back_to_back")
    answer = browser.post(f"{page}buy/", posted, follow=True)

    with shop.company.inside():
        purchase = PurchaseOrder.objects.get()
    assert answer.redirect_chain == [(f"/purchases/{purchase.id}/", 302)]
    assert f'<a href="{page}">{order.number}</a>' in answer.content.decode()
    shown = text_of(browser, page)
    assert f'<a href="/purchases/{purchase.id}/">{purchase.number}</a>' in shown
    assert "6 bought for this order" in shown
    assert f'href="{page}buy/"' not in shown
    with shop.company.inside():
        authorise_purchase_order(purchase.id)
    assert f"6 for {order.number} of Café" in text_of(browser, f"/purchases/{purchase.id}/")


def test_what_was_typed_is_kept_with_each_message_at_its_field(shop: Business) -> None:
    """O4: too many, a name that nobody has, nothing ticked: 422, and nothing is drafted."""
    order = shop.sale("6")
    row = row_of(shop, order)
    browser, page = shop.company.browser(), f"/sales/{order.id}/buy/"
    for posted, said in (
        (taking(row, "7", "Mill"), "6 of BEANS are short"),
        (taking(row, "7", "Nobody"), "You have no contact of this name"),
        (taking(row, "7", "Café"), "Café is no active supplier"),
        (taking(row, "x", "Mill"), "x"),
        (taking(row, "7", ""), "Choose a supplier"),
        ({f"quantity-{row.id}": "7"}, "Tick at least one line"),
        ({f"take-{new_id()}": "on"}, "left the list"),
    ):
        answer = browser.post(page, {"drop_ship": "back_to_back", **posted})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        if f"quantity-{row.id}" in posted:
            typed = posted[f"quantity-{row.id}"]
            assert f'name="quantity-{row.id}" value="{typed}"' in answer.content.decode()
    with shop.company.inside():
        assert not PurchaseOrder.objects.exists()


def test_a_sale_that_lacks_nothing_says_so(shop: Business) -> None:
    """O4: a page instead of a form; 409 when posted."""
    shop.receive(shop.order("6", "2"))
    order = shop.sale("6")
    browser, page = shop.company.browser(), f"/sales/{order.id}/buy/"
    assert "Nothing to buy" in text_of(browser, page)
    assert browser.post(page, {}).status_code == 409


def test_the_demand_page_makes_one_purchase_for_the_day(shop: Business) -> None:
    """K3: what is short by supplier and day; ticked lines come on one order."""
    with shop.company.inside():
        save_settings({"consolidate_by": "day"})
    first, second = shop.sale("2"), shop.sale("3")
    browser = as_role(shop, "purchasing")
    shown = text_of(browser, "/purchases/demand/")
    assert "Sales of " in shown
    assert first.number in shown and second.number in shown

    rows = [row_of(shop, first), row_of(shop, second)]
    posted = taking(rows[0], "2", "Mill") | taking(rows[1], "3", "Mill")
    browser.post("/purchases/demand/", posted)

    with shop.company.inside():
        purchase = PurchaseOrder.objects.get()
        assert purchase.bought_for.count() == 2
    assert "Nothing is short" in text_of(browser, "/purchases/demand/")


def test_the_demand_page_takes_the_same_statements_for_any_number_of_lines(
    shop: Business,
) -> None:
    """Speed: with 2 short sales and with 12."""
    browser = shop.company.browser()

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get("/purchases/demand/").status_code == 200
        return len(seen)

    for _ in range(2):
        shop.sale("1")
    statements()
    few = statements()
    for _ in range(10):
        shop.sale("1")
    assert statements() == few


def test_who_may_not_buy_is_refused(shop: Business) -> None:
    """Q19: a reader sees the demand without a form; sales people cannot order."""
    order = shop.sale("6")
    row = row_of(shop, order)
    reader = as_role(shop, "read_only")
    assert "Make purchase orders" not in text_of(reader, "/purchases/demand/")
    assert reader.post("/purchases/demand/", taking(row, "6", "Mill")).status_code == 403
    assert reader.get(f"/sales/{order.id}/buy/").status_code == 403
    assert f'href="/sales/{order.id}/buy/"' not in text_of(reader, f"/sales/{order.id}/")
    stranger = make_company("Stranger").browser()
    assert stranger.get(f"/sales/{order.id}/buy/").status_code == 404
    assert row.line_id.hex not in text_of(stranger, "/purchases/demand/")
    with shop.company.inside():
        assert not PurchaseOrder.objects.exists()


def test_the_supplier_has_shipped_books_both_and_undo_takes_both(shop: Business) -> None:
    """O4: a button on the drop-ship; the shipment and the receipt name each other."""
    order = shop.sale("6")
    with shop.company.inside():
        [purchase] = buy_for_sale(order.id, drop_ship=True)
        authorise_purchase_order(purchase.id)
        line = purchase.lines.get()
    browser, page = shop.company.browser(), f"/purchases/{purchase.id}/"
    shown = text_of(browser, page)
    assert "Straight to the customer" in shown and "2 Hill" in shown
    assert f'href="{page}supplier-shipped/"' in shown
    posted = {
        f"quantity-{line.line_id}": "6",
        "happened_on": "2026-05-06",
        "parcels": "2",
        "carrier": "Van",
        "tracking": "T-7",
    }
    refused = as_role(shop, "purchasing").post(f"{page}supplier-shipped/", posted)
    assert refused.status_code == 403
    browser.post(f"{page}supplier-shipped/", posted)
    with shop.company.inside():
        shipment, receipt = Shipment.objects.get(), Receipt.objects.get()
    assert (shipment.status, shipment.carrier, shipment.parcels) == ("shipped", "Van", 2)
    assert f"/receipts/{receipt.id}/" in text_of(browser, f"/shipments/{shipment.id}/")
    asked = text_of(browser, f"/receipts/{receipt.id}/undo/")
    assert f"{shipment.number}: Shipped → Void" in asked
    browser.post(f"/receipts/{receipt.id}/undo/", {})
    with shop.company.inside():
        assert Shipment.objects.get().status == "void"
    assert row_of(shop, order).bought == 6
    shop.check()


def test_the_automation_is_switched_on_its_page(shop: Business) -> None:
    """K3: drafting by itself is a switch of the Automations page and of the API."""
    browser = shop.company.browser()
    assert 'name="draft_ecommerce_purchases"' in text_of(browser, "/settings/automations/")
    answer = shop.company.api().patch(
        "/api/v1/automations", {"draft_ecommerce_purchases": True}, format="json"
    )
    assert answer.status_code == 200, answer.content
    with shop.company.inside():
        assert settings_row().draft_ecommerce_purchases


# --- The API ------------------------------------------------------------------------------------
def test_a_program_reads_the_demand_and_orders_it(shop: Business) -> None:
    """K3, O4: GET demand, POST demand/order; both documents show the link."""
    order = shop.sale("6")
    api = shop.company.api()
    [short] = api.get("/api/v1/demand").json()["results"]
    assert (short["sku"], short["quantity"], short["is_ecommerce"]) == ("BEANS", "6.00000", False)
    assert short["suppliers"][0]["price"] == "3.000000"

    wanted = {"sales_order": short["sales_order"], "line": short["line"], "quantity": "4"}
    made = post(api, "demand/order", {"lines": [wanted]})

    assert made.status_code == 201, made.content
    [purchase] = made.json()["purchase_orders"]
    [link] = purchase["bought_for"]
    assert (link["sales_order"], link["quantity"]) == (str(order.id), "4.00000")
    sale = api.get(f"/api/v1/sales-orders/{order.id}").json()
    assert sale["lines"][0]["bought"] == "4.00000"
    assert sale["bought_for"] == purchase["bought_for"]
    too_many = post(api, "demand/order", {"lines": [{**wanted, "quantity": "3"}]})
    assert too_many.status_code == 400
    assert list(too_many.json()["fields"]) == ["lines.0.quantity"]


def test_a_program_drop_ships(shop: Business) -> None:
    """O4: sales-orders/{id}/buy, then purchase-orders/{id}/supplier-shipped."""
    order = shop.sale("6")
    api = shop.company.api()
    made = post(api, f"sales-orders/{order.id}/buy", {"drop_ship": True}).json()
    [purchase] = made["purchase_orders"]
    assert (purchase["is_drop_ship"], purchase["for_sale"]) == (True, str(order.id))
    assert purchase["delivery_address"] == "2 Hill\nTown"
    key = purchase["id"]
    assert post(api, f"purchase-orders/{key}/supplier-shipped").status_code == 409
    post(api, f"purchase-orders/{key}/authorise")
    booked = post(api, f"purchase-orders/{key}/supplier-shipped", {"carrier": "Van"})
    assert booked.status_code == 201, booked.content
    assert booked.json()["shipment"]["carrier"] == "Van"
    assert booked.json()["receipt"]["status"] == "received"
    assert post(api, f"sales-orders/{order.id}/buy").json()["code"] == "nothing_short"
    stranger = make_company("Stranger").api()
    assert post(stranger, f"sales-orders/{order.id}/buy").status_code == 404
    assert post(stranger, f"purchase-orders/{key}/supplier-shipped").status_code == 404
    assert stranger.get("/api/v1/demand").json()["results"] == []


# --- The partner --------------------------------------------------------------------------------
def test_a_partners_shipment_notice_books_the_drop_ship_and_its_undo_takes_it_back() -> None:
    """N16, O4: the supplier ships over the network; the customer's sale becomes shipped."""
    pair = stocked_pair()
    buyer = pair.buyer
    customer = buyer.contact("Café", kind="customer", billing_address="2 Hill\nTown")
    with pair.supplier.inside():
        stock_up("FILTER", "10", "1.50")
    with buyer.inside():
        sale = create_sales_order(customer.id, {}, [LineInput(sku="FILTER", quantity="3")])
        authorise_sales_order(sale.id)
        wanted = SalesOrderLine.objects.get(order=sale)
        assert wanted.product is not None
        add_supplier_price(wanted.product.id, SupplierPriceInput(pair.supplier_contact.id, "2"))
        [purchase] = buy_for_sale(sale.id, drop_ship=True)
        authorise_purchase_order(purchase.id)
        send_document(PurchaseOrder, purchase.id, Sending(via=["network"]))
    pair.drain()
    theirs = sale_of(pair, purchase.id)
    with pair.supplier.inside():
        approve_pre_sale(theirs.id)
        shipment = ship_order(theirs.id)
    pair.drain()
    with buyer.inside():
        assert SalesOrderLine.objects.get(order=sale).shipped == 3
        assert Shipment.objects.get(sales_order=sale).status == "shipped"
        assert Receipt.objects.get().status == "received"
    with pair.supplier.inside():
        undo_shipment(shipment.id)
    pair.drain()
    with buyer.inside():
        line = SalesOrderLine.objects.get(order=sale)
        assert (line.shipped, line.bought) == (D(0), D(3))
        assert Receipt.objects.get().status == "void"
