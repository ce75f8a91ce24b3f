"""Reports of the book: numbers, pages, CSV, API, permissions."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bench.statements import counted
from ledger.domain.accounts import AccountRole
from ledger.reports.registry import GROUPS, cards_for
from ledger.services.journals import post
from tenants.selectors import membership_in_force
from tests.cast import Company, make_company
from tests.ledger.test_account_pages import text
from tests.ledger.test_journals import INVOICE, posting

REPORTS = "/reports/"
PAGES = ("trial-balance", "general-ledger", "profit-and-loss", "balance-sheet")
COST = [(AccountRole.COGS, "60"), (AccountRole.INVENTORY, "-60")]
GOODS = [(AccountRole.INVENTORY, "80"), (AccountRole.GRNI, "-80")]
PAID = [(AccountRole.BANK, "120"), (AccountRole.RECEIVABLE, "-120")]
FREIGHT = [(AccountRole.ROUNDING, "5.5"), (AccountRole.BANK, "-5.5")]


@pytest.fixture
def company() -> Company:
    """Bought for 80, sold goods of 60 for 100 and tax, was paid, spent 5.50; once more in April."""
    made = make_company("Reports")
    with made.inside():
        for day, rows in (
            (date(2026, 3, 1), GOODS),
            (date(2026, 3, 5), INVOICE),
            (date(2026, 3, 5), COST),
            (date(2026, 3, 20), PAID),
            (date(2026, 3, 31), FREIGHT),
            (date(2026, 4, 2), INVOICE),
        ):
            post(posting(day, rows), "GBP")
    return made


def csv_of(company: Company, address: str) -> list[str]:
    return text(company.browser(), f"{REPORTS}{address}").lstrip("\ufeff").splitlines()


def test_the_trial_balance_stands_at_a_day_and_both_sides_are_equal(company: Company) -> None:
    """O6: each account on its side."""
    assert csv_of(company, "trial-balance/?on=2026-03-31&format=csv") == [
        "Code,Account,Debit,Credit",
        "1000,Bank,114.5000,",
        "1100,Accounts receivable,,",
        "1200,Inventory control,20.0000,",
        '2100,"Goods received, not invoiced",,80.0000',
        "2200,Tax on sales,,20.0000",
        "4000,Sales,,100.0000",
        "5000,Cost of goods sold,60.0000,",
        "6900,Rounding,5.5000,",
        ",Total,200.0000,200.0000",
    ]
    moved = csv_of(company, "trial-balance/?since=2026-04-01&on=2026-04-30&format=csv")
    assert moved[1:] == [
        "1100,Accounts receivable,120.0000,",
        "2200,Tax on sales,,20.0000",
        "4000,Sales,,100.0000",
        ",Total,120.0000,120.0000",
    ]


def test_each_row_opens_the_account_in_the_same_days(company: Company) -> None:
    """O6: reports open down to the postings."""
    client = company.browser()
    page = text(client, f"{REPORTS}general-ledger/?since=2026-03-01&until=2026-03-31")
    link = page.split(">Sales</a>")[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert link.endswith("?posted_from=2026-03-01&posted_to=2026-03-31")
    opened = text(client, link)
    assert "JE-00002" in opened and "JE-00006" not in opened


def test_the_general_ledger_opens_moves_and_closes(company: Company) -> None:
    """O6: closing = opening + debits - credits, for every account and in sum."""
    rows = csv_of(company, "general-ledger/?since=2026-03-20&until=2026-04-30&format=csv")
    assert rows == [
        "Code,Account,Opening,Debits,Credits,Closing",
        "1000,Bank,0.0000,120.0000,5.5000,114.5000",
        "1100,Accounts receivable,120.0000,120.0000,120.0000,120.0000",
        "1200,Inventory control,20.0000,0.0000,0.0000,20.0000",
        '2100,"Goods received, not invoiced",-80.0000,0.0000,0.0000,-80.0000',
        "2200,Tax on sales,-20.0000,0.0000,20.0000,-40.0000",
        "4000,Sales,-100.0000,0.0000,100.0000,-200.0000",
        "5000,Cost of goods sold,60.0000,0.0000,0.0000,60.0000",
        "6900,Rounding,0.0000,5.5000,0.0000,5.5000",
        ",Total,0.0000,245.5000,245.5000,0.0000",
    ]


def test_profit_and_loss_of_some_days(company: Company) -> None:
    """O6: income less costs is what is left."""
    assert csv_of(company, "profit-and-loss/?since=2026-03-01&until=2026-03-31&format=csv") == [
        "Code,Account,Amount",
        ",Income,",
        "4000,Sales,100.0000",
        ",Total income,100.0000",
        ",Cost of sales,",
        "5000,Cost of goods sold,60.0000",
        ",Total cost of sales,60.0000",
        ",Gross profit,40.0000",
        ",Expenses,",
        "6900,Rounding,5.5000",
        ",Total expenses,5.5000",
        ",Net profit,34.5000",
    ]


def test_the_balance_sheet_balances_with_the_net_profit(company: Company) -> None:
    """O6: net assets equal equity, in which the profit is a row of its own."""
    assert csv_of(company, "balance-sheet/?on=2026-03-31&format=csv") == [
        "Code,Account,Amount",
        ",Current assets,",
        "1000,Bank,114.5000",
        "1200,Inventory control,20.0000",
        ",Total current assets,134.5000",
        ",Total assets,134.5000",
        ",Current liabilities,",
        '2100,"Goods received, not invoiced",80.0000',
        "2200,Tax on sales,20.0000",
        ",Total current liabilities,100.0000",
        ",Total liabilities,100.0000",
        ",Net assets,34.5000",
        ",Equity,",
        ",Net profit to date,34.5000",
        ",Total equity,34.5000",
    ]


def test_the_api_gives_the_same_numbers(company: Company) -> None:
    """O6, A4: amounts as text with the currency beside them."""
    client = company.api()

    def get(address: str) -> Any:
        answer = client.get(f"/api/v1/reports/{address}")
        assert answer.status_code == 200, answer.json()
        return answer.json()

    trial = get("trial-balance?on=2026-03-31")
    assert (trial["since"], trial["on"], trial["currency"]) == (None, "2026-03-31", "GBP")
    assert sum(Decimal(row["balance"]) for row in trial["rows"]) == 0
    assert [row["balance"] for row in trial["rows"] if row["code"] == "1000"] == ["114.5000"]
    ledger = get("general-ledger?since=2026-04-01&until=2026-04-30")
    sales = next(row for row in ledger["rows"] if row["code"] == "4000")
    assert (sales["opening"], sales["credit"], sales["closing"]) == (
        "-100.0000",
        "100.0000",
        "-200.0000",
    )
    profit = get("profit-and-loss?since=2026-03-01&until=2026-03-31")
    assert (profit["gross_profit"], profit["net_profit"]) == ("40.0000", "34.5000")
    assert profit["income"]["rows"][0]["name"] == "4000 Sales"
    assert get("profit-and-loss?until=2025-06-30")["since"] == "2025-01-01"
    sheet = get("balance-sheet?on=2026-03-31")
    assert (sheet["net_assets"], sheet["equity"]["total"]) == ("34.5000", "34.5000")
    assert sheet["equity"]["rows"][-1]["account"] is None
    refused = client.get("/api/v1/reports/trial-balance?on=2026-02-30")
    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"on"})
    refused = client.get("/api/v1/reports/general-ledger?since=2026-03-02&until=2026-03-01")
    assert refused.json()["fields"] == {"since": ["The first day is after the last day."]}


@pytest.mark.parametrize("page", PAGES)
def test_a_report_takes_few_statements_and_says_what_it_shows(company: Company, page: str) -> None:
    """O6: at most ten statements, sign-in included; organisation, days and currency on top."""
    client = company.browser()
    text(client, f"{REPORTS}{page}/")
    with counted() as seen:
        shown = text(client, f"{REPORTS}{page}/?since=2026-03-04&until=2026-03-20&on=2026-03-20")
    assert len(seen) <= 10, "\n".join(seen)
    assert f"{company.name} Ltd" in shown and "20 Mar 2026" in shown and "in GBP" in shown


@pytest.mark.parametrize("page", PAGES)
def test_days_that_are_none_are_told(company: Company, page: str) -> None:
    """O6: and the report shows today instead."""
    end = "on" if page in ("trial-balance", "balance-sheet") else "until"
    shown = text(company.browser(), f"{REPORTS}{page}/?{end}=yesterday")
    assert "Write a date such as 2026-11-30." in shown


def test_an_empty_book_has_empty_reports() -> None:
    """O6: no rows, no totals of nothing."""
    client = make_company("Empty").browser()
    for page in ("trial-balance", "general-ledger"):
        assert "Nothing was posted in these days" in text(client, f"{REPORTS}{page}/")
    for page in ("profit-and-loss", "balance-sheet"):
        assert ">0.00<" in text(client, f"{REPORTS}{page}/")


def test_each_person_finds_the_reports_of_their_role(company: Company) -> None:
    """A2: owner, accountant and read-only; sales see none of the book, strangers their own."""
    for user in (company.owner, company.member("accountant"), company.teammate):
        client = company.browser(user)
        assert "Trial balance" in text(client, REPORTS)
        assert all(text(client, f"{REPORTS}{page}/") for page in PAGES)
    seller = company.browser(company.member("sales"))
    assert "Trial balance" not in text(seller, REPORTS)
    assert [seller.get(f"{REPORTS}{page}/").status_code for page in PAGES] == [403] * 4
    stranger = make_company("Stranger").browser()
    assert "114.50" not in text(stranger, f"{REPORTS}trial-balance/")


def test_the_cards_come_in_groups(company: Company) -> None:
    """O6: the book's own come first; other apps add theirs."""
    with company.inside():
        owner = membership_in_force(company.owner.id)
        assert owner is not None
        groups = cards_for(owner)
    assert next(iter(groups)) == GROUPS[0]
    assert [card.title for card in groups["Books"]][:2] == ["Trial balance", "General ledger"]
