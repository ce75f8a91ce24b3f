"""The documents' pages in Chromium: axe, small screens, the guided path by keyboard, no scripts."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from orders.models import Bill, Invoice, PurchaseOrder
from orders.services.lines import LineInput
from orders.services.pre_sales import ChangeInput, approve_pre_sale
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sending import Sending, send_document
from tests.cast import Company, Pair
from tests.orders.pages import billed, draft, fresh, sale_of, sent_order, stocked_pair
from tests.support.browser import assert_accessible, watch
from tests.support.processes import Web

pytestmark = pytest.mark.browser


def sign_in(context: BrowserContext, site: Web, company: Company) -> None:
    """Give the browser the owner's session."""
    value = company.browser().cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site.url}])


def opened(
    chromium: Browser, site: Web, company: Company, *, width: int = 1440, theme: str = "light"
) -> BrowserContext:
    """A browser of this company's owner."""
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
    )
    context.set_default_timeout(15_000)
    sign_in(context, site, company)
    return context


@pytest.fixture(scope="module")
def scene() -> tuple[Pair, dict[str, list[str]]]:
    """Documents in every state that has a face of its own; these tests only look."""
    pair = stocked_pair()
    pair.buyer.product("MUG", "Stoneware mug <b>blue</b>")
    order, bill = billed(pair)
    drafted = draft(pair, note="Leave at the back door")
    changed = sent_order(pair)
    offered = sale_of(pair, changed)
    with pair.supplier.inside():
        beans = offered.lines.get(sku="BEANS-1").line_id
        approve_pre_sale(offered.id, [ChangeInput(beans, quantity="8")], text="Short")
    pair.drain()
    with pair.buyer.inside():
        strange = create_purchase_order(
            pair.supplier_contact.id, {}, [LineInput(sku="MUG", quantity="2", unit_price="5")]
        )
        authorise_purchase_order(strange.id)
        send_document(PurchaseOrder, strange.id, Sending(via=["network"]))
    pair.drain()
    waiting = sale_of(pair, strange)
    with pair.supplier.inside():
        invoice = Invoice.objects.get()
    lists = ["/inbox/", "/purchases/", "/bills/", "/sales/", "/invoices/"]
    buyer = [
        *lists,
        f"/purchases/{order.id}/",
        f"/purchases/{drafted.id}/",
        f"/purchases/{drafted.id}/edit/",
        f"/purchases/{drafted.id}/email/",
        f"/purchases/{order.id}/email/",
        f"/purchases/{drafted.id}/void/",
        f"/purchases/{changed.id}/",
        f"/bills/{bill.id}/",
        f"/bills/{bill.id}/decline/",
        "/purchases/new/",
        "/bills/new/",
    ]
    supplier = [
        *lists,
        f"/sales/{waiting.id}/",
        f"/sales/{offered.id}/",
        f"/sales/{waiting.id}/ask/",
        f"/invoices/{invoice.id}/",
    ]
    return pair, {"buyer": buyer, "supplier": supplier}


@pytest.mark.parametrize("screen", [(1440, "light"), (390, "dark")])
@pytest.mark.parametrize("side", ["buyer", "supplier"])
def test_every_page_is_accessible_and_fits(
    chromium: Browser,
    site: Web,
    scene: tuple[Pair, dict[str, list[str]]],
    side: str,
    screen: tuple[int, str],
) -> None:
    """N9 to N17: WCAG 2.2 AA by axe, dialogs and folds opened; nothing scrolls sideways."""
    (pair, addresses), (width, theme) = scene, screen
    context = opened(chromium, site, getattr(pair, side), width=width, theme=theme)
    page, errors = context.new_page(), list[str]()
    watch(page, errors)

    for address in addresses[side]:
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        assert_accessible(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{address} at {width} px is {overflow} px too wide"

    context.close()
    assert errors == []


def pressed(page: Page, key: str, url: str) -> None:
    """Press a key that leads to an address."""
    page.keyboard.press(key)
    page.wait_for_url(re.compile(url))


@pytest.mark.parametrize("quantity_first", [True, False])
def test_choosing_a_product_never_touches_the_quantity(
    chromium: Browser, site: Web, quantity_first: bool
) -> None:
    """N9: a suggestion may bring a quantity and may be chosen late; 40 stays 40."""
    pair = stocked_pair()
    context = opened(chromium, site, pair.buyer)
    page = context.new_page()
    page.route(
        re.compile("q=BEANS"),
        lambda route: route.fulfill(
            body='<option value="BEANS-1" data-description="House blend" data-quantity="1">',
            content_type="text/html",
        ),
    )
    page.goto("/purchases/new/")
    product, quantity = (
        page.get_by_label(f"{cell}, line 1", exact=True) for cell in ("Product", "Quantity")
    )
    if quantity_first:
        quantity.press_sequentially("40")
    product.press_sequentially("BEANS-1")
    expect(page.locator("#lines-lookup option")).to_have_count(1)

    if not quantity_first:
        quantity.click()  # the product is taken as the cursor arrives here
        page.keyboard.type("40")
    product.press("End")
    product.press("Backspace")
    product.press("1")
    product.press("Enter")

    expect(page.get_by_label("Description, line 1")).to_have_value("House blend")
    expect(quantity).to_have_value("40")
    context.close()


def order_by_keyboard(page: Page, pair: Pair) -> str:
    """Draft, authorise and send a purchase order without a mouse; gives its id."""
    page.goto("/purchases/")
    pressed(page, "n", "/purchases/new/")
    page.get_by_label("Supplier").fill(pair.supplier_contact.name)
    product = page.get_by_label("Product, line 1")
    product.press_sequentially("BEANS", delay=20)
    expect(page.locator("#lines-lookup option")).to_have_count(1)
    product.fill("BEANS-1")
    product.press("Tab")
    expect(page.get_by_label("Description, line 1")).to_have_value("House blend 1 kg")
    expect(page.get_by_label("Price, line 1")).to_have_value("10.00")
    page.get_by_label("Quantity, line 1").fill("12")
    page.get_by_label("Quantity, line 1").press("Enter")
    expect(page.get_by_label("Quantity, line 2")).to_be_focused()
    expect(page.locator(".w-totals")).to_contain_text("144.00")
    page.get_by_role("button", name="Save order").press("Enter")
    expect(page.get_by_text("drafted.", exact=False).first).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text(" authorised.", exact=False).first).to_be_visible()
    document_id = page.url.rstrip("/").rsplit("/", 1)[1]
    pressed(page, "e", "/email/")
    expect(page.get_by_label("Send via network")).to_be_checked()
    assert_accessible(page)
    page.get_by_role("button", name="Send purchase order").press("Enter")
    expect(page.get_by_text("over the network to", exact=False).first).to_be_visible()
    return document_id


def test_the_guided_path_by_keyboard(chromium: Browser, site: Web) -> None:
    """N9 to N11, N14, N16: order, changed quantity, consent, invoice, bill; both sides."""
    pair = stocked_pair()
    at_buyer, at_supplier = (opened(chromium, site, who) for who in (pair.buyer, pair.supplier))
    errors: list[str] = []
    buyer, supplier = at_buyer.new_page(), at_supplier.new_page()
    for page in (buyer, supplier):
        watch(page, errors)

    order_id = order_by_keyboard(buyer, pair)
    pair.drain()

    supplier.goto("/inbox/")
    supplier.get_by_text("Approve with other quantities, prices or dates").press("Enter")
    supplier.get_by_label("Quantity, line 1").fill("10")
    supplier.get_by_role("button", name="Approve with changes").press("Enter")
    expect(supplier.get_by_text("approved with changes;", exact=False)).to_be_visible()
    pair.drain()

    buyer.goto("/inbox/")
    expect(buyer.get_by_text("was 12 each", exact=False)).to_be_visible()
    buyer.keyboard.press("a")
    expect(buyer.get_by_text("Nothing waits for you")).to_be_visible()
    pair.drain()

    with pair.buyer.inside():
        order = PurchaseOrder.objects.get(id=order_id)
    supplier.goto(f"/sales/{sale_of(pair, order).id}/")
    supplier.get_by_role("button", name="Create invoice").press("Enter")
    expect(supplier.get_by_text("drafted from", exact=False).first).to_be_visible()
    supplier.keyboard.press("a")
    expect(supplier.get_by_role("link", name="E-mail invoice")).to_be_visible()
    pressed(supplier, "e", "/email/")
    supplier.get_by_role("button", name="Send invoice").press("Enter")
    expect(supplier.get_by_text("over the network to", exact=False).first).to_be_visible()
    pair.drain()

    buyer.goto("/inbox/")
    expect(buyer.get_by_text("No differences")).to_be_visible()
    buyer.keyboard.press("a")
    expect(buyer.get_by_text("Nothing waits for you")).to_be_visible()
    pair.drain()

    with pair.buyer.inside():
        assert Bill.objects.get().status == "approved"
    assert fresh(pair.buyer, order).network_status == "invoiced"
    with pair.supplier.inside():
        assert Invoice.objects.get().network_status == "approved"
    at_buyer.close()
    at_supplier.close()
    assert errors == []


def test_a_panel_that_looks_again_leaves_the_focus(chromium: Browser, site: Web) -> None:
    """N9: the network panel is replaced every two seconds; a link in it keeps the focus."""
    pair = stocked_pair()
    order = draft(pair)
    with pair.buyer.inside():
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    context = opened(chromium, site, pair.buyer)
    page = context.new_page()
    page.goto(f"/purchases/{order.id}/")
    panel, link = page.locator("#network-panel"), page.get_by_role("link", name="Last envelope")
    expect(panel).to_contain_text("On its way")
    link.focus()

    pair.drain()

    expect(panel).to_contain_text("It arrived")
    expect(link).to_be_focused()
    context.close()


def test_declining_asks_in_a_dialog_and_the_inbox_goes_on(chromium: Browser, site: Web) -> None:
    """N10: the next row is open afterwards; j and k walk the rows."""
    pair = stocked_pair()
    first, second = sale_of(pair, sent_order(pair)), sale_of(pair, sent_order(pair))
    context = opened(chromium, site, pair.supplier)
    page = context.new_page()
    page.goto("/inbox/")
    expect(page.get_by_role("heading", name=second.number)).to_be_visible()

    page.keyboard.press("j")
    page.keyboard.press("j")
    pressed(page, "Enter", f"sale-{first.id}")
    page.get_by_role("link", name="Decline…").press("Enter")
    dialog = page.get_by_role("dialog")
    assert_accessible(page)
    dialog.get_by_label("Reason").select_option("Price is wrong")
    dialog.get_by_role("button", name="Decline").press("Enter")

    page.wait_for_url(re.compile(f"sale-{second.id}"))
    expect(page.get_by_text(f"{first.number} declined.")).to_be_visible()
    assert fresh(pair.supplier, first).status == "declined"
    context.close()


def test_everything_works_without_scripts(chromium: Browser, site: Web) -> None:
    """UI: forms post, questions are pages, approval tells the buyer that it was opened too."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)
    context = chromium.new_context(base_url=site.url, java_script_enabled=False)
    sign_in(context, site, pair.supplier)
    page = context.new_page()

    page.goto(f"/sales/{sale.id}/")
    page.get_by_role("link", name="Ask…").click()
    page.get_by_label("Your question").fill("Whole beans?")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text(f"Question sent to {pair.buyer_contact.name}.")).to_be_visible()
    page.get_by_role("button", name="Approve order").click()
    expect(page.get_by_text(f"{sale.number} approved.")).to_be_visible()
    pair.drain()

    assert fresh(pair.supplier, sale).status == "authorised"
    assert fresh(pair.buyer, order).network_status == "approved"
    context.close()
