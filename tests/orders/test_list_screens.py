"""The list's views, bulk verbs and exports in Chromium: by keyboard, with axe, small and large."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.cast import make_company
from tests.orders.test_bulk_actions import drafts, statuses
from tests.orders.test_document_screens import opened
from tests.support.browser import assert_accessible, watch
from tests.support.processes import Web


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_view_is_saved_and_drafts_authorised_by_keyboard(
    chromium: Browser, site: Web, width: int, theme: str
) -> None:
    """O9: menus, the form of a view, ticks with x, the bar; nothing for axe, nothing sideways."""
    company = make_company()
    ids = drafts(company, 3)
    context = opened(chromium, site, company, width=width, theme=theme)
    page, errors = context.new_page(), list[str]()
    watch(page, errors)

    page.goto("/purchases/?tab=draft")
    page.focus("summary[aria-label=Views]")
    page.keyboard.press("Enter")
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/settings/views/new/"))
    assert_accessible(page)
    page.fill("[name=name]", "To authorise")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/purchases/\?tab=draft&view="))
    expect(page.locator("#list [aria-current=page]")).to_have_text("To authorise")

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    page.get_by_role("button", name="Authorise").click()
    expect(page.locator(".w-toast__text").first).to_contain_text("authorised")

    page.goto("/settings/views/")
    assert_accessible(page)
    assert statuses(company, ids).count("authorised") == 2
    assert errors == []
    context.close()
