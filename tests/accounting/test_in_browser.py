"""The pages of what comes from QuickBooks in Chromium: axe finds nothing, light and dark."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounting.models import Connection, RemoteChange
from tests.accounting.books import LANES, Books
from tests.accounting.making import customer_of
from tests.accounting.test_in_tools import a_journal_twice, sold
from tests.accounting.test_pages_in_browser import PAGE, assert_pages_hold, signed_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_pages_are_accessible(page: Page, books: Books, width: int, scheme: str) -> None:
    """Q12, Q19, Q22: deciding, replacing, duplicate journals."""
    a_journal_twice(books)
    sold(books)
    web = books.company.browser()
    web.post(f"{PAGE}replace/begin/")
    books.company.drain(lanes=LANES)
    with books.company.inside():
        Connection.objects.update(mode="read")
    customer_of(books, "Finch")
    books.act("create", entity="Customer", body={"DisplayName": "Finch"})
    books.sync()
    with books.company.inside():
        waiting = RemoteChange.objects.get(reason="name_clash").id
        Connection.objects.update(mode="both")
    books.company.product("LONG-1", "Long " * 25 + "one")
    books.company.product("LONG-2", "Long " * 25 + "two")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    signed_in(page, books)
    today = timezone.localdate().isoformat()
    paths = {
        "duplicates": f"{PAGE}duplicates/?since={today}&until={today}",
        "duplicate-delete": f"{PAGE}duplicates/delete/?journal=4&number=4",
        "replace": f"{PAGE}replace/",
        "replace-begin": f"{PAGE}replace/begin/",
        "incoming": f"{PAGE}incoming/{waiting}/",
        "decide": f"{PAGE}incoming/{waiting}/decide/",
    }
    assert_pages_hold(page, paths, f"{width}-{scheme}")
