"""The accountant's path: Kestrel Cafés and QuickBooks, from the wizard to two books that agree.

Mara connects the company in the stand-in, sells, ships, credits, refunds and undoes; she breaks a
mapping, reads why, mends it and retries; she exports history, voids and exports again what was sold
in a month; in the end both trial balances are the same, account by account.
"""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.guided.test_month_by_hand import Bookkeeper
from tests.support.browser import assert_accessible
from tests.support.demo import Demo

pytestmark = [pytest.mark.browser, pytest.mark.battery]
MARA = "mara@kestrelcafes.example"
HERE = "/integrations/quickbooks/"
PHRASE = "I would like to update all transactions"
CUSTOMER, PRODUCT = "Clifton Events", "COF-HOUSE-1K"


def today() -> date:
    """The day in the organisations of the demo."""
    return datetime.now(tz=UTC).date()


class Accountant(Bookkeeper):
    """Somebody who keeps two books in step."""

    def consent(self) -> None:
        """From Integrations to the provider's page and back to the first step."""
        self.menu("Integrations")
        self.page.get_by_role("link", name="QuickBooks Online").first.click()
        self.page.goto(f"{HERE}connect/")
        assert_accessible(self.page)
        self.page.get_by_role("button", name=re.compile("^Continue")).click()
        self.page.get_by_role("button", name="Connect").click()
        self.page.wait_for_url(re.compile("/wizard/mode/"))

    def step(self, name: str) -> None:
        """Take what a step proposes, make there what is missing, and go on."""
        assert_accessible(self.page)
        while self.page.get_by_role("button", name="Create there").count():
            before = self.page.get_by_role("button", name="Create there").count()
            self.page.get_by_role("button", name="Create there").first.click()
            expect(self.page.get_by_role("button", name="Create there")).to_have_count(before - 1)
        self.press("Save and continue")
        self.page.wait_for_url(re.compile(f"/wizard/{name}/"))

    def confirm(self) -> None:
        """Type the phrase and wait for the end of the migration."""
        assert_accessible(self.page)
        self.page.get_by_role("textbox").last.fill(PHRASE)
        self.page.get_by_role("button", name=re.compile("Confirm")).last.click()
        self.page.wait_for_url(re.compile("/migration/"))
        self.sees("The migration is done", reload=True)

    def sync(self) -> None:
        """Press Sync now and wait until nothing is under way."""
        self.settled()
        self.press("Sync now")
        self.settled()

    def settled(self) -> None:
        """Wait until a run could be started again."""
        self.page.goto(HERE)
        for _ in range(60):
            button = self.page.get_by_role("button", name="Sync now").first
            if button.get_attribute("aria-disabled") is None:
                return
            self.page.wait_for_timeout(1000)
            self.page.reload()
        raise AssertionError(self.page.locator("main").inner_text()[:1500])

    def sold(self, quantity: str, price: str) -> str:
        """Order, ship and invoice today; gives the invoice's address."""
        self.page.goto("/sales/new/")
        self.fill(contact=CUSTOMER)
        self.line(0, sku=PRODUCT, quantity=quantity, unit_price=price)
        self.choose("lines-0-tax_rule", "20% VAT")
        order = self.done("Save order")
        self.verb("Authorise order")
        self.page.goto(f"{order}ship/")
        self.done("Ship now")
        self.page.goto(f"{order}invoice-part/")
        address = self.done("Draft invoice")
        self.verb("Authorise invoice")
        return address

    def credited(self, invoice: str, quantity: str) -> str:
        """Credit so much of the only line, and take the goods back; gives the note's address."""
        self.page.goto(f"{invoice}credit/")
        self.line(0, quantity=quantity, returned=quantity)
        address = self.done("Save credit note")
        self.verb("Authorise credit")
        return address

    def undone(self, invoice: str) -> None:
        """Undo an invoice, as its page rehearses it."""
        self.page.goto(f"{invoice}undo/")
        self.page.locator("main").get_by_role("button", name=re.compile("^Undo")).click()
        expect(
            self.page.get_by_role("button", name="Authorise invoice", exact=True)
        ).to_be_visible()

    def mapped(self, rule: str, value: str = "") -> str:
        """Map a tax rule under Settings, or take its mapping away; gives what it was."""
        self.page.goto("/settings/account-mapping/?kind=tax")
        row = self.page.get_by_role("row", name=re.compile(re.escape(rule)))
        chosen = row.get_by_role("combobox")
        before = str(chosen.input_value())
        chosen.select_option(value=value)
        self.press("Save mapping")
        return before

    def agrees(self) -> None:
        """Both trial balances are the same today."""
        self.page.goto(f"{HERE}reconciliation/?on={today().isoformat()}")
        self.sees("Both trial balances agree, account by account.")


def connected(demo: Demo, chromium: Browser, errors: list[str]) -> Accountant:
    """Mara, when the wizard is done."""
    mara = Accountant(demo, chromium, MARA, errors)
    mara.sign_in()
    mara.consent()
    mara.page.get_by_label("Both ways").check()
    for name in ("data", "accounts", "taxes", "terms", "opening", "stock", "confirm"):
        mara.step(name)
    mara.confirm()
    mara.settled()
    return mara


def test_an_accountant_keeps_quickbooks_in_step(demo: Demo, chromium: Browser) -> None:
    """Q1 to Q8, Q11, Q12, Q17, Q21, Q23 to Q25, Q27: the whole walk, in the browser."""
    errors: list[str] = []
    mara = connected(demo, chromium, errors)

    invoice = mara.sold("4", "15")
    note = mara.credited(invoice, "2")
    mara.page.goto(f"{note}refund/")
    mara.fill(amount="10")
    mara.done("Record refund")
    second = mara.sold("2", "15")
    mara.sync()
    mara.undone(second)
    mara.press("Authorise invoice")
    mara.sync()
    mara.page.goto(f"{HERE}history/?tab=attention")
    assert_accessible(mara.page)
    mara.sees("Needs attention")

    standard = mara.mapped("20% VAT")
    mara.sold("1", "15")
    mara.sync()
    mara.page.goto(f"{HERE}history/?tab=attention")
    mara.sees("The tax rule “20% VAT” is not mapped to QuickBooks Online.")
    mara.mapped("20% VAT", standard)
    mara.sync()

    mara.page.goto(f"{HERE}settings/advanced/")
    mara.page.locator("form[action*=history-export] input[type=date]").fill("2026-01-01")
    mara.press("Export historical data")
    mara.settled()

    since = (today() - timedelta(days=60)).isoformat()
    period = f"{HERE}cogs/?since={since}&until={today().isoformat()}"
    for button in ("Export COGS to QuickBooks Online", "Void COGS in QuickBooks Online") * 2:
        mara.page.goto(period)
        mara.press(button)
        mara.sync()
    mara.page.goto(period)
    mara.press("Export COGS to QuickBooks Online")
    mara.sync()
    mara.agrees()
    assert_accessible(mara.page)
    assert errors == []
