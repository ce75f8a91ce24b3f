"""The line editor: rows pasted from a spreadsheet, stock and prices beside each line, keys."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import BrowserContext, Page, expect

from inventory.models import Location
from inventory.services.adjustments import authorise_adjustment, draft_adjustment
from inventory.services.prices import SupplierPriceInput, add_supplier_price, set_tier_prices
from inventory.services.stock_tasks import TaskHeader, TaskLine
from ledger.services.reference_lists import save_price_tier
from network.models import Contact
from orders.forms import pasting
from orders.models import PurchaseOrder, SalesOrder
from orders.services.lines import LineInput
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sales import authorise_sales_order, create_sales_order
from tests.cast import Company, make_company
from tests.orders.test_document_screens import sign_in
from tests.support.browser import assert_accessible, watch
from tests.support.processes import Web


@pytest.fixture
def company() -> Company:
    """A company with a supplier, a customer and two products, 12 mugs of them in stock."""
    made = make_company()
    made.contact("Potter", kind="supplier")
    made.contact("Cafe", kind="customer")
    mug = made.product("MUG-1", "Blue mug", sale_price=Decimal("9.90"), purchase_price=Decimal(4))
    made.product("JUG-1", "Jug", sale_price=Decimal(20), purchase_price=Decimal("11.5"))
    with made.inside():
        task = draft_adjustment(TaskHeader(), [TaskLine(mug.id, "12", "4", "")])
        authorise_adjustment(task.id)
    return made


def form(contact: str, *rows: dict[str, str], **more: str) -> dict[str, str]:
    """What the edit page posts."""
    data = {
        "contact": contact,
        "issued_on": "2026-03-02",
        "lines-TOTAL_FORMS": str(len(rows) + 2),
        "lines-INITIAL_FORMS": "0",
        **more,
    }
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return data


def value(page: str, name: str) -> str:
    """What a field of the page holds."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag is not None, name
    found = re.search(r'value="([^"]*)"', tag[0])
    return found[1] if found else ""


def test_pasted_rows_are_lines_and_nothing_is_saved(company: Company) -> None:
    """O9: blank rows are filled first; the product brings what was not pasted; all is kept."""
    browser = company.browser()
    data = form("Potter", {"sku": "JUG-1", "quantity": "2", "unit_price": "11"}, note="Keep me")
    data["pasted"] = "SKU\tQty\tPrice\nmug-1\t24\t3.75\nJUG-1\t1\t\nNO-SUCH\t5\t1\n"

    answer = browser.post("/purchases/paste/", data)

    page = answer.content.decode()
    assert answer.status_code == 200
    names = ("sku", "description", "quantity", "unit_price")
    rows = [[value(page, f"lines-{n}-{name}") for name in names] for n in range(4)]
    assert rows == [
        ["JUG-1", "", "2", "11"],
        ["MUG-1", "Blue mug", "24", "3.75"],
        ["JUG-1", "Jug", "1", "11.50"],
        ["NO-SUCH", "", "5", "1"],
    ]
    assert "No product has the SKU NO-SUCH." in page
    assert "3 lines added. 1 with an unknown SKU." in page
    assert value(page, "contact") == "Potter"
    assert "Keep me</textarea>" in page
    assert 'action="/purchases/new/"' in page
    with company.inside():
        assert not PurchaseOrder.objects.exists()


def test_what_was_pasted_can_be_saved(company: Company) -> None:
    """O9: the page that comes back is the form, ready to be saved, also without JavaScript."""
    browser = company.browser()
    data = form("Potter", pasted="MUG-1\t24\t3.75\nJUG-1\t2\t11")
    page = browser.post("/purchases/paste/", data).content.decode()
    fields = dict(re.findall(r'<input[^>]*name="(lines-[^"]+)"[^>]*value="([^"]*)"', page))
    backwards = re.findall(r'<input[^>]*value="([^"]*)"[^>]*name="(lines-[^"]+)"', page)
    fields |= {name: typed for typed, name in backwards}

    answer = browser.post("/purchases/new/", form("Potter") | fields)

    assert answer.status_code == 302, answer.content.decode()
    with company.inside():
        lines = PurchaseOrder.objects.get().lines.order_by("position")
        assert [(row.sku, row.quantity, row.unit_price) for row in lines] == [
            ("MUG-1", Decimal(24), Decimal("3.75")),
            ("JUG-1", Decimal(2), Decimal(11)),
        ]


def test_more_rows_than_fit_grow_the_form_up_to_the_bound(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O9: what has no room is counted, not lost in silence."""
    monkeypatch.setattr(pasting, "MOST_LINES", 40)
    pasted = "\n".join(f"MUG-1\t{number + 1}" for number in range(43))

    page = company.browser().post("/purchases/paste/", form("Potter", pasted=pasted))

    text = page.content.decode()
    assert "40 lines added. 3 left out: a document has no room for more." in text
    assert value(text, "lines-39-quantity") == "40"


def test_rows_are_pasted_into_a_draft(company: Company) -> None:
    """O9: the draft's lines stay, the form leads back to it; a stranger's draft is not found."""
    with company.inside():
        potter = Contact.objects.get(name="Potter")
        order = create_purchase_order(potter.id, {}, [LineInput(sku="JUG-1", quantity="1")])
    browser = company.browser()

    page = browser.post(
        f"/purchases/paste/?document={order.id}",
        form("Potter", {"sku": "JUG-1", "quantity": "1"}, pasted="MUG-1\t5"),
    ).content.decode()

    assert f'action="/purchases/{order.id}/edit/"' in page
    assert value(page, "lines-1-sku") == "MUG-1"
    stranger = make_company().browser()
    strange = stranger.post(f"/purchases/paste/?document={order.id}", form("", pasted="A\t1"))
    assert strange.status_code == 404


def _trade(company: Company) -> SalesOrder:
    """The cafe paid 8.80 for a mug, is on a tier; the potter asks 3.60 from ten on."""
    with company.inside():
        cafe = Contact.objects.get(name="Cafe")
        order = create_sales_order(
            cafe.id, {}, [LineInput(sku="MUG-1", quantity="2", unit_price="8.80")]
        )
        authorise_sales_order(order.id)
        tier = save_price_tier(None, {"name": "Wholesale"})
        Contact.objects.filter(id=cafe.id).update(price_tier=tier)
        mug = order.lines.get().product
        assert mug is not None
        set_tier_prices(mug.id, {tier.id: "7.77"})
        potter = Contact.objects.get(name="Potter")
        add_supplier_price(mug.id, SupplierPriceInput(potter.id, "3.6", "10", 3))
    return order


def test_stock_and_prices_stand_at_each_line(company: Company) -> None:
    """O9: what is available where, the last price to this customer, the tier's and the list's."""
    order = _trade(company)

    answer = company.browser().post(
        "/sales/line-facts/", {"lines-3-sku": "mug-1", "lines-4-sku": "NO", "contact": "Cafe"}
    )

    text = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    assert 'id="lines-3-facts" hx-swap-oob="innerHTML"' in answer.content.decode()
    assert 'id="lines-4-facts"' in answer.content.decode()
    assert "Available 10 of 12 on hand" in text
    assert "Last to this customer: 8.80" in text
    assert f'href="/sales/{order.id}/"' in answer.content.decode()
    assert "Tier Wholesale: 7.77" in text
    assert "List: 9.90" in text


def test_a_suppliers_price_and_the_last_paid(company: Company) -> None:
    """O9: for purchases: last from this supplier, and what it asks from which quantity."""
    _trade(company)
    with company.inside():
        potter = Contact.objects.get(name="Potter")
        lines = [LineInput(sku="MUG-1", quantity="10", unit_price="3.95")]
        order = create_purchase_order(potter.id, {}, lines)
        draft = create_purchase_order(potter.id, {}, [LineInput(sku="MUG-1", unit_price="1")])
        authorise_purchase_order(order.id)

    page = company.browser().get(f"/purchases/{draft.id}/edit/").content.decode()

    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Last from this supplier: 3.95" in text
    assert order.number in text
    assert "Asked by Potter: 3.60" in text
    assert "( from 10 )" in text or "(from 10)" in text
    assert "List: 4.00" in text


def test_the_place_is_the_documents(company: Company) -> None:
    """O9: availability at the location that the document names."""
    with company.inside():
        van = Location(code="VAN", name="Van")
        van.save(force_insert=True)

    answer = company.browser().post(
        "/sales/line-facts/", {"lines-0-sku": "MUG-1", "location": str(van.id)}
    )

    text = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    assert "Available 0 of 0 on hand, Van" in text


def test_all_lines_are_read_by_one_statement(company: Company) -> None:
    """O9: the page of a draft with thirty lines takes as many statements as with one."""
    with company.inside():
        potter = Contact.objects.get(name="Potter")
        one = create_purchase_order(potter.id, {}, [LineInput(sku="MUG-1", quantity="1")])
        lines = [LineInput(sku="MUG-1", quantity="1"), LineInput(sku="JUG-1", quantity="1")] * 15
        many = create_purchase_order(potter.id, {}, lines)
    browser = company.browser()
    browser.get(f"/purchases/{one.id}/edit/")

    assert _statements(browser, one) == _statements(browser, many)


def _statements(browser: Client, order: PurchaseOrder) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(f"/purchases/{order.id}/edit/").status_code == 200
    return len(caught)


def test_who_may_only_look_is_told_nothing_here(company: Company) -> None:
    """O9: facts and pasting are for who may write the document."""
    looker = company.browser(company.teammate)

    assert looker.post("/sales/line-facts/", {"lines-0-sku": "MUG-1"}).status_code == 403
    assert looker.post("/sales/paste/", form("Cafe", pasted="MUG-1")).status_code == 403


# --- In Chromium ---------------------------------------------------------------------------
@pytest.fixture
def page(
    context: BrowserContext, site: Web, company: Company, console_errors: list[str]
) -> Iterator[Page]:
    """The owner's browser; a script error fails the test."""
    sign_in(context, site, company)
    opened = context.new_page()
    watch(opened, console_errors)
    yield opened
    assert console_errors == []


def paste(page: Page, selector: str, text: str) -> None:
    """Ctrl+V into a cell."""
    page.focus(selector)
    page.evaluate(
        """([selector, text]) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const pasted = {clipboardData: data, bubbles: true, cancelable: true};
            document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", pasted));
        }""",
        [selector, text],
    )


@pytest.mark.browser
def test_a_sheet_is_pasted_and_corrected_by_keyboard(page: Page, company: Company) -> None:
    """O9: paste, arrows, Enter, Tab, Ctrl+D; facts come with the product; axe finds nothing."""
    _trade(company)
    page.goto("/sales/new/")
    page.fill("[name=contact]", "Cafe")
    paste(page, "[name=lines-0-sku]", "MUG-1\t2\nJUG-1\t3\n")

    expect(page.locator("[name=lines-1-sku]")).to_have_value("JUG-1")
    expect(page.locator("#lines-0-facts")).to_contain_text("Last to this customer")
    expect(page.locator("[name=contact]")).to_have_value("Cafe")
    expect(page.locator("[name=lines-1-sku]")).to_be_focused()

    page.focus("[name=lines-0-quantity]")
    page.keyboard.press("Enter")
    expect(page.locator("[name=lines-1-quantity]")).to_be_focused()
    page.keyboard.press("Control+d")
    expect(page.locator("[name=lines-1-quantity]")).to_have_value("2")
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=lines-1-unit]")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(page.locator("[name=lines-0-unit]")).to_be_focused()

    page.click("#lines-0-facts [data-use-price='8.80']")
    expect(page.locator("[name=lines-0-unit_price]")).to_have_value("8.80")
    page.evaluate("scrollTo(0, 0)")  # nothing half under the bar
    assert_accessible(page)

    page.click("text=Save order")
    page.wait_for_url(re.compile(r"/sales/[0-9a-f-]{36}/$"))
    with company.inside():
        order = SalesOrder.objects.latest("id")
        assert [(row.sku, row.quantity) for row in order.lines.order_by("position")] == [
            ("MUG-1", Decimal(2)),
            ("JUG-1", Decimal(2)),
        ]


@pytest.mark.browser
def test_a_chosen_product_brings_its_facts(page: Page, company: Company) -> None:
    """O9: one call when a product is chosen, on a row that was added too; again for a contact."""
    _trade(company)
    calls: list[str] = []
    page.on("request", lambda one: calls.append(one.url) if "line-facts" in one.url else None)
    page.goto("/sales/new/")
    page.click("text=Add line")
    page.fill("[name=lines-1-sku]", "MUG-1")
    page.press("[name=lines-1-sku]", "Tab")

    expect(page.locator("#lines-1-facts")).to_contain_text("Available 10 of 12 on hand")
    expect(page.locator("#lines-1-facts")).not_to_contain_text("Last to this customer")
    assert len(calls) == 1

    page.fill("[name=contact]", "Cafe")
    page.press("[name=contact]", "Tab")
    expect(page.locator("#lines-1-facts")).to_contain_text("Last to this customer: 8.80")
    assert len(calls) == 2
