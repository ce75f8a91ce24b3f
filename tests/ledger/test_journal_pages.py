"""Journals in the browser and the API: the list, one journal, writing by hand, reversing."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from hub.errors import Conflict
from hub.ids import new_id
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.models import Account, Journal
from ledger.selectors import trial_balance
from ledger.services.books import change_book
from ledger.services.journals import post
from ledger.services.manual_journals import reverse_manual
from tests.cast import Company, make_company
from tests.ledger.test_account_pages import invoiced, text

JOURNALS, API = "/journals/", "/api/v1/journals"


@pytest.fixture
def company() -> Company:
    return make_company("Journals")


def accounts(company: Company) -> tuple[str, str, str]:
    """Bank, equity, receivable."""
    with company.inside():
        rows = {row.code: str(row.id) for row in Account.objects.all()}
    return rows["1000"], rows["3000"], rows["1100"]


def form(*rows: tuple[str, str, str], **more: str) -> dict[str, str]:
    values = {
        "posted_on": "2026-03-05",
        "memo": "Capital <i>",
        "lines-TOTAL_FORMS": "6",
        "lines-INITIAL_FORMS": "0",
        **more,
    }
    for number, (account, debit, credit) in enumerate(rows):
        values |= {
            f"lines-{number}-account": account,
            f"lines-{number}-debit": debit,
            f"lines-{number}-credit": credit,
        }
    return values


def by_hand(company: Company, amount: str = "500") -> Journal:
    bank, equity, _receivable = accounts(company)
    body = {
        "posted_on": "2026-03-05",
        "memo": "Capital",
        "lines": [{"account": bank, "debit": amount}, {"account": equity, "credit": amount}],
    }
    made = company.api().post(API, body, format="json")
    assert made.status_code == 201, made.json()
    with company.inside():
        return Journal.objects.get(id=made.json()["id"])


def test_a_journal_is_written_by_hand(company: Company) -> None:
    """O6: rows of account, debit, credit; then the page shows both sides."""
    client, (bank, equity, _receivable) = company.browser(), accounts(company)
    page = text(client, f"{JOURNALS}new/")
    assert page.count('aria-label="Account, line ') == 6
    assert "1100 Accounts receivable" not in page and "1000 Bank" in page
    answer = client.post(
        f"{JOURNALS}new/", form((bank, "500", ""), ("", "", ""), (equity, "", "500.00"))
    )
    with company.inside():
        journal = Journal.objects.get()
        rows = [(row.account.code, row.balance) for row in trial_balance(date(2026, 3, 5))]
    assert answer.headers["Location"] == f"{JOURNALS}{journal.id}/"
    assert rows == [("1000", Decimal(500)), ("3000", Decimal(-500))]
    page = text(client, f"{JOURNALS}{journal.id}/")
    assert "Capital &lt;i&gt;" in page and page.count("500.00") == 4
    assert "Reverse this journal" in page
    assert "Journal JE-00001 posted by hand" in text(client, "/settings/activity/")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("bank", "500", ""), ("equity", "", "400")], "Debits and credits differ by 100.00."),
        ([("bank", "500", "")], "Add a second line."),
        ([("bank", "5", "5"), ("equity", "", "5")], "Fill in the debit or the credit, not both."),
        ([("bank", "", ""), ("equity", "", "5")], "Fill in a debit or a credit."),
        ([("", "5", ""), ("equity", "", "5")], "Choose an account."),
        ([("bank", "-5", ""), ("equity", "", "5")], "This must be 0 or more."),
        ([("bank", "5.005", ""), ("equity", "", "5")], "GBP has 2 decimals."),
        ([("bank", "five", ""), ("equity", "", "5")], "Enter a number such as 12.50"),
    ],
)
def test_a_journal_that_is_wrong_says_where_and_keeps_what_was_typed(
    company: Company, rows: list[tuple[str, str, str]], said: str
) -> None:
    """O6: nothing is posted."""
    bank, equity, _receivable = accounts(company)
    ids = {"bank": bank, "equity": equity, "": ""}
    typed = [(ids[name], debit, credit) for name, debit, credit in rows]
    answer = company.browser().post(f"{JOURNALS}new/", form(*typed))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page and 'value="Capital &lt;i&gt;"' in page
    for _name, debit, credit in rows:
        assert f'value="{debit or credit}"' in page or not (debit or credit)
    with company.inside():
        assert not Journal.objects.exists()


def test_control_accounts_and_archived_ones_are_refused(company: Company) -> None:
    """O6: by the API too, at their line."""
    bank, equity, receivable = accounts(company)
    with company.inside():
        Account.objects.filter(id=equity).update(is_active=False)
    lines = [
        {"account": bank, "debit": "2"},
        {"account": equity, "credit": "1"},
        {"account": receivable, "credit": "1"},
        {"account": str(new_id()), "credit": "1"},
    ]
    refused = company.api().post(API, {"lines": lines}, format="json")
    assert refused.status_code == 400
    assert refused.json()["fields"] == {
        "lines": ["Debits and credits differ by 1.00."],
        "lines.1.account": ["3000 Owner's equity is archived. Restore it, or choose another one."],
        "lines.2.account": ["1100 Accounts receivable follows from documents: use those instead."],
        "lines.3.account": ["This account does not exist."],
    }


def test_more_rows_keeps_what_was_typed(company: Company) -> None:
    """O6: without JavaScript."""
    bank, _equity, _receivable = accounts(company)
    answer = company.browser().post(f"{JOURNALS}new/", form((bank, "5x", ""), more="yes"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="5x"' in page and 'value="2026-03-05"' in page
    assert page.count('aria-label="Account, line ') == 7
    assert f'value="{bank}" selected' in page


def test_the_foot_of_the_form_says_what_is_missing(company: Company) -> None:
    """O6: also while a number cannot be read yet."""
    bank, equity, _receivable = accounts(company)
    answer = company.browser().post(
        f"{JOURNALS}totals/", form((bank, "500", ""), (equity, "", "120.50"), ("", "x", ""))
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ">500.00<" in page and ">120.50<" in page and ">379.50<" in page


def test_a_journal_is_reversed_after_a_look(company: Company) -> None:
    """O6: the preview shows the opposite; afterwards both name each other."""
    journal, client = by_hand(company), company.browser()
    address = f"{JOURNALS}{journal.id}/"
    preview = text(client, f"{address}reverse/")
    assert "What is posted" in preview and "Nothing is deleted" in preview
    answer = client.post(f"{address}reverse/", {"posted_on": "2026-04-01"})
    with company.inside():
        reversal = Journal.objects.get(reverses=journal)
        assert all(row.balance == 0 for row in trial_balance(date(2026, 4, 1)))
    assert answer.headers["Location"] == f"{JOURNALS}{reversal.id}/"
    assert f'href="{address}"' in text(client, f"{JOURNALS}{reversal.id}/")
    page = text(client, address)
    assert f'href="{JOURNALS}{reversal.id}/"' in page and "Reverse this journal" not in page
    assert client.post(f"{address}reverse/", {"posted_on": "2026-04-01"}).status_code == 409
    with company.inside(), pytest.raises(Conflict, match="is a reversal itself"):
        reverse_manual(reversal.id, on=date(2026, 4, 1))


def test_the_lock_date_holds_for_journals_by_hand(company: Company) -> None:
    """O6: neither posting nor reversing; the message stands at the date."""
    journal, client = by_hand(company), company.browser()
    bank, equity, _receivable = accounts(company)
    with company.inside():
        change_book({"locked_until": date(2026, 3, 31)})
    rows = form((bank, "1", ""), (equity, "", "1"))
    for address, values in (
        (f"{JOURNALS}new/", rows),
        (f"{JOURNALS}{journal.id}/reverse/", {"posted_on": "2026-03-31"}),
    ):
        answer = client.post(address, values)
        assert answer.status_code == 422
        assert "The books are locked up to 31 March 2026." in answer.content.decode()
    with company.inside():
        assert Journal.objects.count() == 1


def test_a_documents_journal_is_not_reversed_by_hand(company: Company) -> None:
    """O3: the document is undone instead."""
    invoiced(company, date(2026, 3, 5))
    with company.inside():
        journal = Journal.objects.get()
    page = text(company.browser(), f"{JOURNALS}{journal.id}/")
    assert "Reverse this journal" not in page and "INV-1" in page
    answer = company.api().post(f"{API}/{journal.id}/reverse", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "from_document")


def test_a_foreign_journal_shows_both_currencies(company: Company) -> None:
    """O7: the document's amounts beside those of the book."""
    entries = [Entry(AccountRole.BANK, Decimal(100)), Entry(AccountRole.SALES, Decimal(-100))]
    with company.inside():
        journal = post(
            Posting(
                JournalEvent.PAYMENT,
                date(2026, 3, 5),
                Source("payment", new_id(), "PAY-1"),
                entries,
                "USD",
                rate=Decimal("0.79"),
            ),
            "GBP",
        )
    assert journal is not None
    page = text(company.browser(), f"{JOURNALS}{journal.id}/")
    assert "In USD" in page and "1 USD = 0.79" in page
    assert ">100.00<" in page and ">79.00<" in page


def test_journals_are_found_and_filtered(company: Company) -> None:
    """O6: by number, document, event, date, account."""
    invoiced(company, date(2026, 3, 5), date(2026, 4, 1))
    by_hand(company)
    client = company.browser()

    def numbers(query: str) -> list[str]:
        lines = text(client, f"{JOURNALS}?format=csv&{query}").splitlines()[1:]
        return [line.split(",")[0] for line in lines]

    assert numbers("") == ["JE-00002", "JE-00003", "JE-00001"]
    assert numbers("q=JE-00002") == numbers("q=2") == ["JE-00002"]
    assert numbers("q=inv-1") == ["JE-00002", "JE-00001"]
    assert numbers("q=nothing") == []
    assert numbers("event=manual") == numbers("tab=manual") == ["JE-00003"]
    assert numbers("posted_from=2026-03-31") == ["JE-00002"]
    assert numbers("account=4000") == ["JE-00002", "JE-00001"]
    assert numbers("sort=posted_on") == ["JE-00001", "JE-00003", "JE-00002"]
    assert "500.00" in text(client, JOURNALS)
    found = text(client, "/search/?q=je-00003")
    assert "Manual journal" in found and "JE-00003" in found


def test_the_api_lists_shows_posts_and_reverses(company: Company) -> None:
    """O6, A4: amounts are text; debits positive."""
    journal, client = by_hand(company, "12.5"), company.api()
    shown: dict[str, Any] = client.get(f"{API}/{journal.id}").json()
    assert (shown["number"], shown["total"], shown["reversed"]) == ("JE-00001", "12.5000", False)
    assert [(line["code"], line["amount"]) for line in shown["lines"]] == [
        ("1000", "12.5000"),
        ("3000", "-12.5000"),
    ]
    body = {"posted_on": "2026-04-01"}
    made = client.post(
        f"{API}/{journal.id}/reverse", body, format="json", HTTP_IDEMPOTENCY_KEY="one"
    )
    again = client.post(
        f"{API}/{journal.id}/reverse", body, format="json", HTTP_IDEMPOTENCY_KEY="one"
    )
    assert (made.status_code, made.json()) == (201, again.json())
    assert UUID(made.json()["reverses"]) == journal.id
    shown = client.get(f"{API}/{journal.id}").json()
    assert (shown["reversed"], shown["reversed_by"]) == (True, made.json()["id"])
    refused = client.post(f"{API}/{journal.id}/reverse", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_reversed")
    listed = client.get(f"{API}?event=manual&since=2026-04-01").json()["results"]
    assert [row["number"] for row in listed] == ["JE-00002"]
    assert client.get(f"{API}?source={journal.source_id}").json()["results"][0]["number"] == (
        "JE-00002"
    )
    assert client.get(f"{API}?since=x").status_code == 400


def test_each_person_does_with_journals_what_their_role_allows(company: Company) -> None:
    """A2: accountant writes, read-only looks, sales and strangers see nothing."""
    journal = by_hand(company)
    page = f"{JOURNALS}{journal.id}/"
    accountant = company.browser(company.member("accountant"))
    reader, seller = company.browser(company.teammate), company.browser(company.member("sales"))
    for address in (JOURNALS, page):
        assert text(accountant, address) and text(reader, address)
        assert seller.get(address).status_code == 403
    for address in (f"{JOURNALS}new/", f"{page}reverse/"):
        assert accountant.get(address).status_code == 200
        assert reader.get(address).status_code == 403
        assert reader.post(address, {}).status_code == 403
    assert "New journal" not in text(reader, JOURNALS)
    assert "Reverse this journal" not in text(reader, page)
    stranger = make_company("Stranger")
    assert stranger.browser().get(page).status_code == 404
    assert stranger.api().post(f"{API}/{journal.id}/reverse", {}, format="json").status_code == 404
