"""The connect wizard in Chromium: from Before you start to connected, by mouse and keyboard."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounting.domain.wizard import PHRASE
from tests.accounting.books import LANES
from tests.accounting.test_wizard import BASE, company_there
from tests.cast import make_company
from tests.sandbox.running import Running
from tests.support.browser import assert_accessible
from tests.support.processes import Web

pytestmark = pytest.mark.browser


def create_what_is_missing(page: Page) -> None:
    """One press makes all of it there."""
    button = page.get_by_role("button", name=re.compile("^Create (all|there)"))
    if button.count():
        button.first.click()
        expect(page.get_by_text("created in QuickBooks")).to_be_visible()
        expect(button).to_have_count(0)


def test_an_accountant_connects_in_the_browser(
    page: Page, site: Web, quickbooks: Running, console_errors: list[str]
) -> None:
    """Q1-Q8: every step, accessible, without a script error; then the integration is connected."""
    company = make_company("Kestrel")
    realm = company_there(quickbooks)
    cookie = company.browser().cookies[settings.SESSION_COOKIE_NAME]
    page.goto("/accounts/login/")
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
    page.goto(f"{BASE}/connect/")
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("Continue to")).click()
    page.get_by_label("Company").select_option(realm)
    page.get_by_role("button", name="Connect").click()
    for heading in ("Integration mode", "Test data", "Accounts", "Tax rules", "Payment terms",
                    "Opening balances", "Stock on hand"):  # fmt: skip
        expect(page.locator("h1")).to_have_text(heading)
        assert_accessible(page)
        create_what_is_missing(page)
        page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("h1")).to_have_text("Confirm")
    page.get_by_label(re.compile("^Type ")).fill(PHRASE)
    assert_accessible(page)
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Migration from")
    expect(page.get_by_role("status").first).to_contain_text("Data is being moved")
    assert_accessible(page)
    company.drain(lanes=LANES)
    page.goto(f"{BASE}/migration/")
    expect(page.locator("main")).to_contain_text("The migration is done")
    assert_accessible(page)
    assert console_errors == []
