"""The README's guided path in a browser, against the demo's own processes.

Two people in two browser profiles: Mara, who owns the buyer, and Noor, who owns a supplier that is
not connected yet. Nothing is set up behind their backs.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.guided.people import Person, wait_for
from tests.support.browser import assert_accessible
from tests.support.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.battery]
MARA, NOOR = "mara@kestrelcafes.example", "noor@ternpaper.example"


def test_the_guided_path_of_the_readme(demo: Demo, chromium: Browser) -> None:
    """N3, N5, N7, N9 to N11, N14, N16, O3, O4: from the invitation to payments and reports."""
    errors: list[str] = []
    mara, noor = (Person(demo, chromium, email, errors) for email in (MARA, NOOR))
    mara.sign_in()
    noor.sign_in()

    mara.new_contact("Tern Paper Goods", "Supplier", NOOR)
    mara.menu("Trading network")
    mara.page.get_by_role("link", name="Send an invite").click()
    mara.page.get_by_text("Choose contacts").click()
    mara.page.get_by_label(re.compile("Tern Paper Goods")).check()
    mara.press("Send invite")
    expect(mara.row("Tern Paper Goods")).to_contain_text("Waiting to connect")

    noor.new_contact("Kestrel Cafés", "Customer", MARA)
    key = key_in_the_mailbox(noor.page)
    noor.page.goto("/")
    noor.menu("Trading network")
    noor.page.get_by_role("link", name="Add a connection").click()
    noor.page.locator("#id_contact").fill("Kestrel Cafés")
    noor.page.locator("#id_key").fill(key)
    noor.press("Add connection")
    noor.menu("Trading network")
    expect(noor.row("Kestrel Cafés")).to_contain_text("Connected")
    mara.menu("Trading network")
    expect(mara.row("Tern Paper Goods")).to_contain_text("Connected")
    assert_accessible(mara.page)

    order = draft_order(mara)
    mara.press("Authorise order")
    mara.send_via_network("E-mail order")

    noor.menu("Inbox")
    noor.sees(order, reload=True)
    noor.sees("TP-CUP-DW08")  # matched by barcode
    assert_accessible(noor.page)
    noor.press("Approve order")
    mara.sees("Approved", reload=True)

    noor.menu("Sales")
    noor.page.get_by_role("link", name=re.compile("^SO-")).first.click()
    noor.press("Create invoice")
    noor.press("Authorise invoice")
    noor.send_via_network("E-mail invoice")

    mara.menu("Inbox")
    wait_for(
        lambda: mara.page.get_by_text(re.compile("Tern Paper Goods")).count() > 0,
        mara.page,
        reload=True,
    )
    mara.page.get_by_role("link", name=re.compile("Tern Paper Goods")).first.click()
    mara.sees(order)
    mara.press("Approve bill")
    noor.sees("Approved", reload=True)
    goods_and_money(mara, noor)
    assert errors == []


def goods_and_money(mara: Person, noor: Person) -> None:
    """Ship, receive what the notice says, pay on both sides, and read the reports."""
    noor.menu("Sales")
    noor.page.get_by_role("link", name=re.compile("^SO-")).first.click()
    noor.page.get_by_role("link", name="Ship", exact=True).click()
    noor.press("Ship now")
    noor.sees("Shipped")

    mara.menu("Purchases")
    mara.page.get_by_role("link", name="Receipts").first.click()
    wait_for(lambda: mara.row("Tern Paper Goods").count() > 0, mara.page, reload=True)
    mara.row("Tern Paper Goods").get_by_role("link", name=re.compile("^GRN-")).click()
    mara.sees("CUP-8")
    mara.press("Receive")
    mara.sees("Received")

    for person, menu, tab in ((mara, "Purchases", "Bills"), (noor, "Sales", "Invoices")):
        person.menu(menu)
        person.page.get_by_role("link", name=tab, exact=True).first.click()
        person.page.get_by_role("link", name=re.compile("^(BILL|INV)-")).first.click()
        person.page.get_by_role("link", name="Record payment").first.click()
        person.press("Record payment")
        person.sees("Paid")

    for report in ("Trial balance", "Stock valuation"):
        mara.menu("Reports")
        mara.page.get_by_role("link", name=report).first.click()
        expect(mara.page.locator("h1")).to_contain_text(report)
        assert mara.page.locator("main tbody tr").count() > 1


def key_in_the_mailbox(page: Page) -> str:
    """Read the invitation, as its recipient would."""
    page.goto("/_mailbox/")
    wait_for(lambda: page.get_by_text("Kestrel Cafés invites you").count() > 0, page, reload=True)
    page.get_by_role("link", name=re.compile("Kestrel Cafés invites you")).first.click()
    written = re.compile(r"WH(-[0-9A-Z]{5}){6}")
    expect(page.locator("body")).to_contain_text(written)
    found = written.search(page.content())
    assert found is not None
    return found.group(0)


def draft_order(mara: Person) -> str:
    """Forty sleeves of cups and of lids, by the line editor; gives the order's number."""
    mara.page.goto("/purchases/new/")
    mara.page.locator("#id_contact").fill("Tern Paper Goods")
    for row, (sku, quantity) in enumerate((("CUP-8", "40"), ("CUP-LID-S", "40"))):
        if row:
            mara.press("Add line")
        mara.page.locator(f"[name=lines-{row}-sku]").fill(sku)
        mara.page.locator(f"[name=lines-{row}-quantity]").fill(quantity)
    mara.press("Save order")
    mara.sees("189.60")
    return mara.page.locator("h1").inner_text().strip().split()[0]
