"""Goods in and out in Chromium: axe, small screens, dark, by keyboard, without scripts."""

from decimal import Decimal

import pytest
from playwright.sync_api import Browser, expect

from inventory.services.prices import SupplierPriceInput, add_supplier_price
from orders.models import PurchaseOrder, Receipt, Shipment
from orders.services.bills import bill_order
from orders.services.demand import buy_for_sale
from orders.services.lines import LineInput
from orders.services.purchases import authorise_purchase_order
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.shipping import draft_shipment
from tests.cast import Company
from tests.orders.business import Business
from tests.orders.test_document_screens import opened
from tests.support.browser import assert_accessible, watch
from tests.support.processes import Web

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def scene() -> tuple[Company, list[str]]:
    """A company with goods on every way, and every page of them."""
    shop = Business()
    bought, waiting = shop.order("10", "2"), shop.order("40", "1234.5")
    received = shop.receive(bought, "6")
    sale = shop.sale("9")
    shipped = shop.ship(sale, "2")
    invoice = shop.invoice(sale, "3")
    with shop.company.inside():
        bill = bill_order(bought.id)
        picking = draft_shipment(sale.id)
        dropped = _drop_ship(shop)
    return shop.company, [
        "/receipts/",
        "/receipts/new/",
        f"/receipts/{received.id}/",
        f"/receipts/{received.id}/undo/",
        "/shipments/",
        "/shipments/?tab=all",
        f"/shipments/{picking.id}/",
        f"/shipments/{picking.id}/edit/",
        f"/shipments/{picking.id}/ship/",
        f"/shipments/{shipped.id}/",
        f"/shipments/{shipped.id}/undo/",
        f"/purchases/{bought.id}/",
        f"/purchases/{waiting.id}/receive/",
        f"/purchases/{waiting.id}/bill/",
        f"/purchases/{bought.id}/bill/",
        f"/bills/{bill.id}/edit/",
        f"/sales/{sale.id}/",
        f"/sales/{sale.id}/ship/",
        f"/sales/{sale.id}/invoice-part/",
        f"/invoices/{invoice.id}/void/",
        f"/sales/{sale.id}/buy/",
        "/purchases/demand/",
        f"/purchases/{dropped.id}/",
        f"/purchases/{dropped.id}/supplier-shipped/",
        "/settings/company/",
        "/sales/",
        "/sales/new/",
    ]


def _drop_ship(shop: Business) -> PurchaseOrder:
    """An authorised purchase that goes straight to the customer, and demand that is left."""
    add_supplier_price(shop.filters.id, SupplierPriceInput(shop.supplier.id, "3"))
    header = {"delivery_address": "2 Hill"}
    lines = [LineInput(product=shop.filters.id, quantity="4")]
    orders = [create_sales_order(shop.customer.id, header, lines) for _ in range(2)]
    for order in orders:
        authorise_sales_order(order.id)
    [purchase] = buy_for_sale(orders[0].id, drop_ship=True)
    return authorise_purchase_order(purchase.id)


@pytest.mark.parametrize("screen", [(1440, "light"), (390, "dark")])
def test_every_page_of_goods_is_accessible_and_fits(
    chromium: Browser, site: Web, scene: tuple[Company, list[str]], screen: tuple[int, str]
) -> None:
    """O3, O4: WCAG 2.2 AA by axe, menus opened; nothing scrolls sideways."""
    (company, addresses), (width, theme) = scene, screen
    context = opened(chromium, site, company, width=width, theme=theme)
    page, errors = context.new_page(), list[str]()
    watch(page, errors)

    for address in addresses:
        page.goto(address)
        assert_accessible(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{address} at {width} px is {overflow} px too wide"

    context.close()
    assert errors == []


def test_a_shipment_goes_from_pick_to_ship_by_keyboard(chromium: Browser, site: Web) -> None:
    """O4: pick by its key, pack and ship in dialogs, each a few keys."""
    shop = Business()
    shop.receive(shop.order("10", "2"))
    order = shop.sale("4")
    with shop.company.inside():
        shipment = draft_shipment(order.id)
    context = opened(chromium, site, shop.company)
    page, errors = context.new_page(), list[str]()
    watch(page, errors)

    page.goto(f"/shipments/{shipment.id}/")
    page.keyboard.press("a")
    expect(page.locator(".w-head .w-badge")).to_have_text("Picked")
    page.get_by_role("link", name="Pack…").press("Enter")
    page.get_by_label("Parcels").fill("2")
    page.get_by_label("Parcels").press("Enter")
    expect(page.locator(".w-head .w-badge")).to_have_text("Packed")
    page.get_by_role("link", name="Ship…").press("Enter")
    page.get_by_label("Shipped on").fill("2026-05-07")
    page.get_by_label("Tracking number").fill("VL9")
    page.get_by_label("Tracking number").press("Enter")
    expect(page.locator(".w-head .w-badge")).to_have_text("Shipped")

    context.close()
    assert errors == []
    with shop.company.inside():
        assert Shipment.objects.get().parcels == 2
    assert shop.level()[0] == Decimal(6)


def test_goods_are_received_without_scripts(chromium: Browser, site: Web) -> None:
    """O3: what nobody ordered, in the blank rows that the page brings."""
    shop = Business()
    context = chromium.new_context(base_url=site.url, java_script_enabled=False)
    value = shop.company.browser().cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": site.url}])
    page = context.new_page()

    page.goto("/receipts/new/")
    page.get_by_label("Supplier").fill("Mill")
    page.get_by_label("Product, line 2").fill("BEANS")
    page.get_by_label("Quantity, line 2").fill("7")
    page.get_by_role("button", name="Receive").click()
    expect(page.locator(".w-head .w-badge")).to_have_text("Received")

    context.close()
    with shop.company.inside():
        assert Receipt.objects.get().lines.get().quantity == 7
