"""The book's pages in Chromium: axe, small screens, a journal by keyboard, no scripts."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, expect

from hub.ids import new_id
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.models import Account, Journal
from ledger.services.journals import ManualLine, post, post_manual
from ledger.services.manual_journals import reverse_manual
from ledger.services.rates import save_rate
from tests.cast import Company, make_company
from tests.ledger.test_journals import posting
from tests.ledger.test_report_pages import COST, FREIGHT, GOODS, PAID
from tests.orders.test_document_screens import opened
from tests.support.browser import assert_accessible, watch
from tests.support.processes import Web

pytestmark = pytest.mark.browser
DAYS = "since=2026-01-01&until=2026-12-31&on=2026-12-31"


def traded(company: Company) -> tuple[Journal, Journal, Account]:
    """A year of postings: a journal by hand, a foreign one, and an account with two pages."""
    with company.inside():
        for number in range(60):
            day = date(2026, 1 + number % 9, 1 + number % 27)
            gross = Decimal(12 * (number + 3))
            net = gross * 5 / 6
            amounts = {
                AccountRole.RECEIVABLE: gross,
                AccountRole.SALES: -net,
                AccountRole.TAX_PAYABLE: net - gross,
            }
            post(posting(day, [(role, str(amount)) for role, amount in amounts.items()]), "GBP")
        for rows in (GOODS, COST, PAID, FREIGHT):
            post(posting(date(2026, 3, 5), rows), "GBP")
        bank, equity = (Account.objects.get(code=code) for code in ("1000", "3000"))
        lines = [
            ManualLine(bank.id, Decimal(25_000), "Paid in by both owners"),
            ManualLine(equity.id, Decimal(-25_000)),
        ]
        by_hand = post_manual(date(2026, 1, 2), lines, "Starting capital", "GBP")
        taken_back = post_manual(date(2026, 1, 3), lines, "Twice by mistake", "GBP")
        reverse_manual(taken_back.id, on=date(2026, 1, 4))
        foreign = post(
            Posting(
                JournalEvent.PAYMENT,
                date(2026, 3, 5),
                Source("payment", new_id(), "PAY-00001"),
                [Entry(AccountRole.BANK, Decimal(1234)), Entry(AccountRole.SALES, Decimal(-1234))],
                "USD",
                rate=Decimal("0.7912"),
            ),
            "GBP",
        )
        for currency, month, rate in (("USD", 1, "0.79"), ("USD", 6, "0.77"), ("EUR", 1, "0.86")):
            save_rate(currency, date(2026, month, 1), Decimal(rate), "GBP")
        receivable = Account.objects.get(role=AccountRole.RECEIVABLE)
    assert foreign is not None
    return by_hand, foreign, receivable


@pytest.fixture(scope="module")
def scene() -> tuple[Company, list[str]]:
    """A company with books, and every page of them."""
    company = make_company("Bookkeepers")
    by_hand, foreign, receivable = traded(company)
    return company, [
        "/settings/",
        "/settings/accounts/",
        "/settings/accounts/new/",
        "/settings/accounts/uses/",
        "/settings/accounts/uses/change/?use=receivable",
        "/settings/accounts/uses/change/?use=tax_payable",
        f"/settings/accounts/{receivable.id}/",
        f"/settings/accounts/{receivable.id}/?posted_from=2026-03-01&posted_to=2026-03-31",
        f"/settings/accounts/{receivable.id}/edit/",
        "/settings/book/",
        "/settings/exchange-rates/",
        "/journals/",
        "/journals/new/",
        f"/journals/{by_hand.id}/",
        f"/journals/{foreign.id}/",
        f"/journals/{by_hand.id}/reverse/",
        "/reports/",
        f"/reports/trial-balance/?{DAYS}",
        f"/reports/general-ledger/?{DAYS}",
        f"/reports/profit-and-loss/?{DAYS}",
        f"/reports/balance-sheet/?{DAYS}",
    ]


@pytest.mark.parametrize("screen", [(1440, "light"), (390, "dark")])
def test_every_page_of_the_book_is_accessible_and_fits(
    chromium: Browser, site: Web, scene: tuple[Company, list[str]], screen: tuple[int, str]
) -> None:
    """O6: WCAG 2.2 AA by axe, menus opened; nothing scrolls sideways."""
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


def test_a_journal_is_written_by_keyboard(chromium: Browser, site: Web) -> None:
    """O6: from the list by keys alone; the foot says what is missing; then it is posted."""
    company = make_company("Keyboard")
    context = opened(chromium, site, company)
    page, errors = context.new_page(), list[str]()
    watch(page, errors)

    page.goto("/journals/")
    page.keyboard.press("n")
    page.wait_for_url("**/journals/new/")
    page.get_by_label("What it is for").fill("Starting capital")
    page.get_by_label("Account, line 1").press_sequentially("1000")
    page.get_by_label("Debit, line 1").fill("500")
    page.get_by_label("Debit, line 1").press("Enter")
    page.get_by_label("Account, line 2").press_sequentially("3000")
    page.get_by_label("Credit, line 2").fill("400")
    expect(page.locator(".w-totals .is-total").last).to_have_text("100.00")
    page.get_by_role("button", name="Post journal").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Debits and credits differ by 100.00.")
    page.get_by_label("Credit, line 2").fill("500")
    page.get_by_role("button", name="Post journal").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("JE-00001")
    expect(page.locator("tfoot")).to_contain_text("500.00")

    context.close()
    assert all("status of 422" in error for error in errors), errors


def test_a_journal_is_written_without_scripts(chromium: Browser, site: Web) -> None:
    """O6: six rows, more on request, and the errors at their fields."""
    company = make_company("Scripts off")
    context = chromium.new_context(base_url=site.url, java_script_enabled=False)
    value = company.browser().cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": site.url}])
    page = context.new_page()

    page.goto("/journals/new/")
    page.get_by_label("Account, line 1").select_option(label="1000 Bank")
    page.get_by_label("Debit, line 1").fill("5")
    page.get_by_role("button", name="More rows").click()
    expect(page.get_by_label("Debit, line 1")).to_have_value("5")
    page.get_by_label("Account, line 7").select_option(label="3000 Owner's equity")
    page.get_by_label("Credit, line 7").fill("5")
    page.get_by_role("button", name="Post journal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("JE-00001")

    context.close()
