"""The components in Chromium: contrast and names by axe, keys, small screens, no JavaScript."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.hub.ui.test_pages import EXAMPLES
from tests.support.browser import assert_accessible, collect_static, watch
from tests.support.processes import Processes

pytestmark = pytest.mark.browser
ENTRANCE = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]


@pytest.fixture(scope="module")
def examples() -> Iterator[str]:
    """The address of a web server that shows the example pages."""
    collect_static()
    with Processes({**os.environ, "WHARF_DEMO": "true"}) as processes:
        yield processes.web().url


@pytest.fixture
def shown(chromium: Browser, examples: str, console_errors: list[str]) -> Iterator[Page]:
    """A page at 1280 by 800; an error in the console fails the test."""
    context = chromium.new_context(base_url=examples, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    page = context.new_page()
    watch(page, console_errors)
    yield page
    context.close()
    assert console_errors == []


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark"), (320, "light")])
def test_every_page_is_accessible_and_fits(
    chromium: Browser, examples: str, console_errors: list[str], width: int, theme: str
) -> None:
    """WCAG 2.2 AA by axe on each screen; nothing scrolls sideways, down to 320 px."""
    context = chromium.new_context(
        base_url=examples,
        viewport={"width": width, "height": 844},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    watch(page, console_errors)

    for address in EXAMPLES[:-1] + ENTRANCE:
        page.goto(address)
        assert_accessible(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{address} at {width} px is {overflow} px too wide"

    context.close()
    assert console_errors == []


def test_a_chosen_theme_wins_over_the_device(shown: Page) -> None:
    """Dark mode follows the device unless the person chose."""

    def ground() -> str:
        return str(shown.evaluate("getComputedStyle(document.body).backgroundColor"))

    shown.emulate_media(color_scheme="light")
    shown.goto("/_ui/form/")
    light = ground()
    shown.emulate_media(color_scheme="dark")
    dark = ground()
    shown.goto("/_ui/form/?theme=light")

    assert light != dark
    assert ground() == light


def test_a_list_is_walked_by_keys(shown: Page) -> None:
    """Keyboard: j and k walk the rows, x selects, Enter opens, / searches."""
    shown.goto("/_ui/list/")

    shown.keyboard.press("j")
    shown.keyboard.press("j")
    shown.keyboard.press("x")
    expect(shown.get_by_role("checkbox", name="Select SO-01041")).to_be_checked()
    expect(shown.get_by_text("1 selected")).to_be_visible()
    shown.keyboard.press("k")
    shown.keyboard.press("Enter")

    shown.wait_for_url("**/_ui/document/?row=order-0")


def test_letters_typed_into_a_field_are_text(shown: Page) -> None:
    shown.goto("/_ui/list/")

    shown.get_by_role("searchbox", name="Search number, customer or reference").type("jxg")

    expect(shown.locator("[data-row].is-current")).to_have_count(0)


def test_shortcuts_lead_to_places_and_can_be_listed(shown: Page) -> None:
    shown.goto("/_ui/form/")

    shown.keyboard.press("?")
    expect(shown.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    shown.keyboard.press("Escape")
    shown.keyboard.press("g")
    shown.keyboard.press("s")

    shown.wait_for_url("**/_ui/list/")


def test_ctrl_k_leads_to_the_search_from_anywhere(shown: Page) -> None:
    shown.goto("/_ui/form/")

    shown.keyboard.press("Control+k")

    assert shown.evaluate("document.activeElement.matches('[data-search]')")


def test_a_tab_swaps_the_table_only_and_the_address_follows(shown: Page) -> None:
    """htmx swaps the list, pushes the address, and says what is shown."""
    shown.goto("/_ui/list/")
    shown.evaluate("window.kept = true")

    shown.get_by_role("link", name="Awaiting approval 3").click()

    shown.wait_for_url("**/_ui/list/?tab=awaiting")
    expect(shown.get_by_role("link", name="Awaiting approval 3")).to_have_attribute(
        "aria-current", "page"
    )
    expect(shown.locator("#announce")).to_have_text("2 sales shown")
    assert shown.evaluate("window.kept") is True
    shown.go_back()
    expect(shown.get_by_role("link", name="All 999+")).to_have_attribute("aria-current", "page")


def test_a_search_waits_for_the_typist_and_keeps_the_field(shown: Page) -> None:
    shown.goto("/_ui/list/")
    field = shown.get_by_role("searchbox", name="Search number, customer or reference")

    field.type("nothing")

    expect(shown.get_by_role("heading", name="No sales match")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("nothing")
    shown.wait_for_url("**/_ui/list/?q=nothing")


def test_a_filter_becomes_a_chip_that_can_be_removed(shown: Page) -> None:
    shown.goto("/_ui/list/")

    shown.get_by_text("Filter", exact=True).click()
    shown.get_by_label("Status", exact=True).select_option("sent")
    shown.get_by_role("button", name="Show results").click()
    shown.wait_for_url("**/_ui/list/?status=sent")
    shown.get_by_role("link", name="Remove filter Status: Sent").click()

    shown.wait_for_url("**/_ui/list/")
    expect(shown.locator(".w-chip")).to_have_count(0)


def test_a_dialog_opens_takes_the_focus_and_closes(shown: Page) -> None:
    shown.goto("/_ui/document/")

    shown.get_by_role("link", name="Decline").click()
    dialog = shown.get_by_role("dialog", name="Void SO-01042?")
    expect(dialog).to_be_visible()
    assert_accessible(shown)
    dialog.get_by_role("button", name="Keep it").click()

    expect(dialog).to_be_hidden()
    assert shown.url.endswith("/_ui/document/")


def test_a_menu_closes_by_escape_and_gives_the_focus_back(shown: Page) -> None:
    shown.goto("/_ui/document/")
    summary = shown.locator("summary[aria-label='More actions']")

    summary.click()
    expect(shown.get_by_role("link", name="Print")).to_be_visible()
    shown.keyboard.press("Tab")
    shown.keyboard.press("Escape")

    expect(shown.get_by_role("link", name="Print")).to_be_hidden()
    expect(summary).to_be_focused()


def test_addresses_become_chips_and_are_sent_as_one_field(shown: Page) -> None:
    """N9: To with chips; what is sent is one text with commas."""
    shown.goto("/_ui/mail/")

    shown.get_by_label("Cc", exact=True).fill("tom@kestrel.example")
    shown.keyboard.press("Enter")
    shown.get_by_role("button", name="Remove orders@harbour.example").click()

    assert shown.locator("input[name=cc]").input_value() == "tom@kestrel.example"
    assert shown.locator("input[name=to]").input_value() == "Ana Ruiz <ana@harbour.example>"


def test_rows_can_be_pasted_from_a_spreadsheet(shown: Page) -> None:
    """Line editor: tab-separated rows fill lines and make new ones."""
    shown.goto("/_ui/lines/")
    expect(shown.locator("[data-line]")).to_have_count(3)

    shown.get_by_label("Product, line 3").focus()
    shown.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        "A-1\tApples\t3\t1.50\tVAT zero\r\nB-2\tBread\t10\t0.9\r\n",
    )

    expect(shown.locator("[data-line]")).to_have_count(4)
    assert shown.locator("[name=lines-2-tax]").input_value() == "0"
    assert shown.locator("[name=lines-3-product]").input_value() == "B-2"
    assert shown.locator("[name=lines-3-price]").input_value() == "0.9"
    assert shown.locator("[name=lines-TOTAL_FORMS]").input_value() == "4"


def test_enter_goes_down_a_column_and_makes_a_line(shown: Page) -> None:
    shown.goto("/_ui/lines/")

    shown.get_by_label("Quantity, line 3").focus()
    shown.keyboard.press("Enter")

    expect(shown.get_by_label("Quantity, line 4")).to_be_focused()
    shown.keyboard.press("ArrowUp")
    expect(shown.get_by_label("Quantity, line 3")).to_be_focused()


def test_a_product_that_is_chosen_fills_its_line(shown: Page) -> None:
    shown.goto("/_ui/lines/")
    field = shown.get_by_label("Product, line 3")

    field.type("FP")
    expect(shown.locator("#lines-lookup option")).to_have_count(1)
    field.fill("FP-4")
    field.blur()

    assert shown.locator("[name=lines-2-description]").input_value() == "Filter papers no. 4"
    assert shown.locator("[name=lines-2-price]").input_value() == "3.20"


def test_refused_lines_keep_what_was_typed(shown: Page, console_errors: list[str]) -> None:
    shown.goto("/_ui/lines/")
    shown.get_by_label("Product, line 3").fill("X-9")
    shown.get_by_label("Quantity, line 3").fill("many")

    shown.get_by_role("button", name="Save order").click()

    expect(shown.get_by_role("link", name="Line 3, Quantity: Enter a number.")).to_be_visible()
    expect(shown.locator("[data-error-summary]")).to_be_focused()
    assert shown.locator("[name=lines-2-product]").input_value() == "X-9"
    assert shown.locator("[name=lines-2-quantity]").input_value() == "many"
    # Chromium reports the status 422 of the answer itself.
    assert len(console_errors) == 1
    console_errors.clear()


def test_a_job_card_asks_until_the_job_has_ended(shown: Page) -> None:
    """A5: progress is polled, and the asking ends with the job."""
    shown.goto("/_ui/")

    with shown.expect_response("**/_ui/job/?state=running", timeout=20_000) as asked:
        pass

    assert asked.value.status == 200


def test_next_difference_moves_the_focus(shown: Page) -> None:
    shown.goto("/_ui/diff/")

    shown.get_by_role("button", name="Next difference").click()
    expect(shown.locator("tr:focus th")).to_have_text("Expected on")


def test_the_menu_comes_out_on_a_phone(shown: Page) -> None:
    shown.set_viewport_size({"width": 390, "height": 844})
    shown.goto("/_ui/list/")
    expect(shown.get_by_role("link", name="Purchases")).to_be_hidden()

    shown.get_by_role("button", name="Navigation", exact=True).click()

    expect(shown.get_by_role("link", name="Purchases")).to_be_visible()
    assert_accessible(shown)
    shown.keyboard.press("Escape")
    expect(shown.get_by_role("link", name="Purchases")).to_be_hidden()


def test_everything_works_without_javascript(chromium: Browser, examples: str) -> None:
    """Progressive enhancement: links, forms, blank lines, menus and confirmations stay."""
    context = chromium.new_context(base_url=examples, java_script_enabled=False)
    page = context.new_page()

    page.goto("/_ui/lines/")
    assert page.locator("tbody [data-line]").count() == 7
    page.goto("/_ui/list/")
    page.get_by_role("link", name="Draft 12").click()
    assert page.url.endswith("?tab=draft")
    page.locator("summary.w-switch").click()
    assert page.get_by_role("button", name="Kestrel Cafés").is_visible()
    page.goto("/_ui/document/")
    page.get_by_role("link", name="Decline").click()
    assert page.url.endswith("/_ui/confirm/")
    page.goto("/_ui/list/?status=sent")
    page.get_by_role("link", name="Remove filter Status: Sent").click()
    assert "status" not in page.url
    page.goto("/_ui/mail/")
    assert page.locator("input[name=to]").is_visible()
    context.close()
