"""Books that are closed there: the day is told by QuickBooks, or written here; the later counts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounting.domain.periods import Closing, day_of
from accounting.domain.states import SyncState
from accounting.models import Connection
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, taxed_product
from tests.orders.pages import text_of

SETTINGS = "/integrations/quickbooks/settings/"
EARLY, LATE = date(2026, 1, 31), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("told", "said", "counts", "is_said"),
    [
        (None, None, None, False),
        (EARLY, None, EARLY, False),
        (None, LATE, LATE, True),
        (LATE, EARLY, LATE, False),
        (EARLY, LATE, LATE, True),
        (LATE, LATE, LATE, False),
    ],
)
def test_the_later_day_counts(
    told: date | None, said: date | None, counts: date | None, is_said: bool
) -> None:
    """Q25: whichever of both is known."""
    closing = Closing(told, said)
    assert (closing.until, closing.is_said) == (counts, is_said)
    assert day_of("31.1.2026") is None and day_of("") is None and day_of("2026-01-31") == EARLY


def test_a_day_written_here_stops_what_is_dated_up_to_it(books: Books) -> None:
    """Q25: QuickBooks does not tell; the document waits without a call, and goes once it may."""
    today = timezone.localdate()
    web = books.company.browser()
    assert "does not tell Wharf its closing date" in text_of(web, SETTINGS)
    assert web.post(SETTINGS, {"books_closed_until": today.isoformat()}).status_code == 302
    assert "The day written here" not in text_of(web, SETTINGS)
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    books.sync()
    (row,) = books.documents(kind="invoice")
    assert (row.state, row.reason, row.attempts) == (SyncState.ATTENTION, "period_closed", 0)
    assert "change the day under Settings, General" in row.message
    assert books.there("Invoice") == []
    earlier = (today - timedelta(days=30)).isoformat()
    assert web.post(SETTINGS, {"books_closed_until": earlier}).status_code == 302
    books.sync()
    (row,) = books.documents(kind="invoice")
    assert row.state == SyncState.SYNCED and len(books.there("Invoice")) == 1


def test_the_page_says_which_day_counts_and_refuses_what_is_none(books: Books) -> None:
    """Q25: the told one beside the written one; in the browser and the API, named by field."""
    with books.company.inside():
        told = {"prefs": {"AccountingInfoPrefs": {"BookCloseDate": "2026-01-31"}}}
        Connection.objects.update(preferences=told)
    web, api = books.company.browser(), books.company.api()
    assert "QuickBooks Online tells 31 Jan 2026. That counts" in text_of(web, SETTINGS)
    address = "/api/v1/integrations/quickbooks/options"
    answer = api.patch(address, {"books_closed_until": "2026-03-31"}, format="json")
    assert answer.status_code == 200 and answer.json()["books_closed_until"] == "2026-03-31"
    assert "The day written here is later, so it counts." in text_of(web, SETTINGS)
    future = (timezone.localdate() + timedelta(days=1)).isoformat()
    for wrong, words in (
        (future, "Books can be closed up to today at most."),
        ("1999-12-31", "Write a date such as 2026-01-31."),
        ("soon", "Write a date such as 2026-01-31."),
    ):
        answer = api.patch(address, {"books_closed_until": wrong}, format="json")
        assert answer.status_code == 400
        assert answer.json()["fields"] == {"books_closed_until": [words]}
    page = web.post(SETTINGS, {"books_closed_until": future})
    assert page.status_code == 422
    assert "Books can be closed up to today at most." in page.content.decode()
    assert web.post(SETTINGS, {"books_closed_until": "x' OR 1=1"}).status_code == 422
