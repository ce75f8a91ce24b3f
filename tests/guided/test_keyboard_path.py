"""The golden path by keyboard alone, against the demo's own processes.

Tom buys for Kestrel Cafés and Ingrid owns Harbour Roasters; the two are connected. After the
sign-in page was opened, nothing but keys happens: no click, no address, no field filled by hand.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.guided.people import PATIENCE, Visitor
from tests.support.browser import assert_accessible
from tests.support.demo import Demo
from tests.support.keyboard import Keyboard

# A long walk; `make test` has the one of the README and the accountant's.
pytestmark = [pytest.mark.browser, pytest.mark.battery]
TOM, INGRID = "tom@kestrelcafes.example", "ingrid@harbourroasters.example"
ORDERED = (("COF-HOUSE-1K", "12", "14.50"), ("TEA-MINT", "4", "8.80"))


class Typist(Visitor):
    """Somebody of the demo without a mouse."""

    def __init__(self, demo: Demo, browser: Browser, email: str, errors: list[str]) -> None:
        super().__init__(demo, browser, email, errors)
        self.keys = Keyboard(self.page)

    def sign_in(self) -> None:
        """With the password and the second step."""
        self.page.goto("/accounts/login/")
        self.keys.field("E-mail", self.user["email"])
        self.keys.field("Password", self.user["password"])
        self.keys.press("Enter")
        self.page.wait_for_url(re.compile("/2fa/"))
        self.keys.tab_to(self.page.get_by_label(re.compile("code", re.IGNORECASE)))
        self.keys.type(self.code())
        self.keys.press("Enter")
        self.page.wait_for_url(re.compile("/inbox/"))

    def go(self, key: str, address: str) -> None:
        """By `g` and a letter."""
        with self.page.expect_navigation(url=re.compile(address)):
            self.keys.press("g", key)

    def open_newest(self, key: str, address: str, text: str) -> None:
        """The first row of the inbox or of a list, once it shows a text; looks again until then."""
        for _ in range(PATIENCE // 1000):
            self.go(key, address)
            if key != "i":  # the inbox has its first row open already
                self.keys.press("j")
                assert self.keys.focused().startswith("a ")
                with self.page.expect_navigation():
                    self.keys.press("Enter")
            if self.page.locator("main").get_by_text(text, exact=True).count():
                return
            self.page.wait_for_timeout(1000)
        raise AssertionError(f"{self.page.url}: {self.page.locator('main').inner_text()}")


def test_the_golden_path_by_keyboard_alone(demo: Demo, chromium: Browser) -> None:
    """N9, N10, N11, N14: order, approval, invoice and bill, on both sides; focus always shown."""
    errors: list[str] = []
    tom, ingrid = (Typist(demo, chromium, email, errors) for email in (TOM, INGRID))
    tom.sign_in()
    ingrid.sign_in()

    order = drafted_order(tom)
    tom.keys.skip_to_content()
    tom.keys.button("Authorise order")
    tom.sees("authorised.")
    send_by_keyboard(tom, "Send purchase order")

    ingrid.open_newest("i", "/inbox/", order)
    look_into_the_dialogs(ingrid)
    ingrid.keys.button("Approve order", "Shift+Tab")
    ingrid.sees("approved.")

    ingrid.open_newest("s", "/sales/", order)
    ingrid.keys.skip_to_content()
    ingrid.keys.button("Create invoice")
    ingrid.sees("drafted from")
    invoice = heading(ingrid.page)
    ingrid.keys.skip_to_content()
    ingrid.keys.button("Authorise invoice")
    ingrid.sees("authorised.")
    send_by_keyboard(ingrid, "Send invoice")

    tom.open_newest("i", "/inbox/", invoice)
    expect(tom.page.get_by_text("No differences")).to_be_visible()
    tom.keys.skip_to_content()
    tom.keys.button("Approve bill")
    tom.sees("approved.")
    assert errors == []


def drafted_order(buyer: Typist) -> str:
    """Two lines by the line editor, row by row; gives the order's number."""
    buyer.go("p", "/purchases/")
    buyer.keys.press("n")
    buyer.page.wait_for_url(re.compile("/purchases/new/"))
    buyer.keys.skip_to_content()
    buyer.keys.field("Supplier", "Harbour Roasters")
    for number, (sku, quantity, price) in enumerate(ORDERED, start=1):
        buyer.keys.tab_to(buyer.page.get_by_label(f"Product, line {number}"))
        buyer.page.keyboard.type(sku)
        expect(buyer.page.locator(f'#lines-lookup option[value="{sku}"]')).to_have_count(1)
        buyer.keys.press("Tab")
        expect(buyer.page.get_by_label(f"Price, line {number}")).to_have_value(price)
        buyer.keys.field(f"Quantity, line {number}", quantity)
        if number < len(ORDERED):
            buyer.keys.press("Enter")  # the quantity of the next line, which it makes
            expect(buyer.page.get_by_label(f"Quantity, line {number + 1}")).to_be_focused()
            buyer.keys.tab_to(buyer.page.get_by_label(f"Product, line {number + 1}"), "Shift+Tab")
    buyer.keys.press("Alt+ArrowUp")
    expect(buyer.page.get_by_label("Quantity, line 1")).to_be_focused()
    expect(buyer.page.locator(".w-totals")).to_contain_text("209.20")
    buyer.keys.button("Save order")
    buyer.sees("drafted.")
    return heading(buyer.page)


def heading(page: Page) -> str:
    """The number of the document that the page shows."""
    return page.locator("h1").inner_text().strip().split()[0]


def send_by_keyboard(sender: Typist, send: str) -> None:
    """The e-mail window: by e-mail and over the network, each ticked by the space bar."""
    sender.keys.press("e")
    sender.page.wait_for_url(re.compile("/email/"))
    assert_accessible(sender.page)
    sender.keys.skip_to_content()
    network = sender.page.get_by_label("Send via network")
    sender.keys.tab_to(network)
    sender.keys.press("Space")
    expect(network).not_to_be_checked()
    sender.keys.press("Space")
    expect(network).to_be_checked()
    sender.keys.button(send)
    sender.sees("over the network")


def look_into_the_dialogs(supplier: Typist) -> None:
    """A question and a menu hold the focus while they are open, and give it back."""
    decline = supplier.page.get_by_role("link", name="Decline…")
    supplier.keys.skip_to_content()
    supplier.keys.tab_to(decline)
    supplier.keys.press("Enter")
    dialog = supplier.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for key in ["Tab"] * 8 + ["Shift+Tab"] * 8:
        supplier.keys.press(key)
        assert supplier.keys.focused() == "" or supplier.keys.is_at(dialog.locator("*"))
    supplier.keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(decline).to_be_focused()
    menu = supplier.page.locator("main summary[aria-label='More actions']")
    supplier.keys.tab_to(menu)
    supplier.keys.press("Enter", "ArrowDown")
    assert supplier.keys.is_at(supplier.page.locator("main .w-menu__item"))
    supplier.keys.press("Escape")
    expect(menu).to_be_focused()
    supplier.keys.press("?")
    expect(supplier.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    supplier.keys.press("Escape")
    expect(menu).to_be_focused()
