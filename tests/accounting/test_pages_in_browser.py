"""The pages of the integration in Chromium: no script error, axe finds nothing, light and dark."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page

from accounting.domain.sheets import Sheet
from accounting.domain.states import Kind, SyncState
from accounting.engine.sheets import THERE, sealed_sheet, unsealed_sheet
from accounting.models import Connection, Link, SyncDocument
from tests.accounting.books import LANES, Books
from tests.accounting.making import credited, customer_of, invoice_of, paid, taxed_product
from tests.support.browser import assert_accessible

pytestmark = pytest.mark.browser
PAGE = "/integrations/quickbooks/"


def assert_pages_hold(page: Page, paths: dict[str, str], shown: str) -> None:
    """Axe finds nothing and nothing scrolls sideways; `WHARF_SHOTS` names a folder for pictures."""
    folder = os.environ.get("WHARF_SHOTS", "")
    for name, path in paths.items():
        page.goto(path)
        if folder:
            Path(folder).mkdir(exist_ok=True)
            page.screenshot(path=f"{folder}/{name}-{shown}.png", full_page=True)
        assert_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{name} is wider than the window"


def signed_in(page: Page, books: Books) -> None:
    """The owner's session in the browser."""
    client = books.company.browser()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": _site(page)}])


def _site(page: Page) -> str:
    page.goto("/accounts/login/")
    return page.url.split("/accounts/")[0]


def filled(books: Books) -> SyncDocument:
    """Synced, failing, skipped and conflicting documents; gives one that needs attention."""
    taxed_product(books)
    customer = customer_of(books, "Kestrel Cafés")
    first = invoice_of(books, customer, [("FILTER", "2", "10")])
    paid(books, first, "24")
    second = invoice_of(books, customer, [("FILTER", "5", "12.50")])
    credited(books, second, "1")
    books.sync()
    with books.company.inside():
        kept = list(Link.objects.filter(kind="tax"))
        Link.objects.filter(kind="tax").delete()
    for quantity in ("1", "2", "3"):
        invoice_of(books, customer, [("FILTER", quantity, "9.99")])
    books.sync()
    with books.company.inside():
        Link.objects.bulk_create(kept)
        rows = SyncDocument.objects.filter(state=SyncState.ATTENTION).order_by("id")
        skipped = rows[2]
        SyncDocument.objects.filter(id=skipped.id).update(
            state=SyncState.SKIPPED, message="Owner skipped it: written off", reason="by_hand"
        )
        synced = SyncDocument.objects.filter(kind=Kind.CREDIT_NOTE)[0]
        last = unsealed_sheet(synced.synced_sheet)
        assert last is not None
        line = {**last.lines[0], "quantity": "4", "amount": "16", "description": "Four filters"}
        added = {"description": "Delivery", "item": last.lines[0]["item"], "amount": "3.5"}
        theirs = Sheet(
            {**last.fields, "total": "23.4", "tax": "3.9", "on": "2026-03-01", "note": "By phone"},
            [line, added],
            last.names,
        )
        SyncDocument.objects.filter(id=synced.id).update(
            state=SyncState.CONFLICT,
            reason="changed_there",
            remote_total="23.4",
            message="It was changed in QuickBooks Online: there it comes to 23.40, here to 15.00.",
            there_sheet=sealed_sheet(theirs, THERE),
        )
        return rows[0]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_pages_are_accessible(page: Page, books: Books, width: int, scheme: str) -> None:
    """Q9, Q13 to Q17, Q25 to Q27: every page of the running integration."""
    row = filled(books)
    web = books.company.browser()
    invoice_of(books, customer_of(books, "Late"), [("FILTER", "1", "4")])
    web.post(f"{PAGE}preview/begin/")
    books.company.drain(lanes=LANES)
    with books.company.inside():
        conflict = SyncDocument.objects.get(state=SyncState.CONFLICT)
        synced = SyncDocument.objects.filter(kind=Kind.INVOICE, state=SyncState.SYNCED)[0]
        assert Connection.objects.exists()
    today = timezone.localdate().isoformat()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    signed_in(page, books)
    paths = {
        "gallery": "/integrations/",
        "overview": PAGE,
        "history": f"{PAGE}history/",
        "history-all": f"{PAGE}history/?tab=all",
        "entry": f"{PAGE}history/{row.id}/",
        "entry-synced": f"{PAGE}history/{synced.id}/",
        "entry-conflict": f"{PAGE}history/{conflict.id}/",
        "match": f"{PAGE}history/{row.id}/match/?look=1",
        "skip": f"{PAGE}history/{row.id}/skip/",
        "runs": f"{PAGE}runs/",
        "settings": f"{PAGE}settings/",
        "settings-sync": f"{PAGE}settings/sync/",
        "settings-tracking": f"{PAGE}settings/tracking/",
        "advanced": f"{PAGE}settings/advanced/",
        "cogs": f"{PAGE}cogs/?since={today}&until={today}",
        "preview": f"{PAGE}preview/",
        "reconciliation": f"{PAGE}reconciliation/?on={today}",
        "invoice": f"/invoices/{synced.local_id}/",
        "undo": f"/invoices/{synced.local_id}/undo/",
        "void": f"/credit-notes/{conflict.local_id}/void/",
    }
    assert_pages_hold(page, paths, f"{width}-{scheme}")


def test_import_options_show_theirs_only_when_on(page: Page, books: Books) -> None:
    """Q13: receiving and fulfilment appear with their import, without a reload."""
    signed_in(page, books)
    page.goto(f"{PAGE}settings/")
    receive = page.get_by_label("Receive stock for imported bills")
    assert not receive.is_visible()
    page.get_by_label("Import bills").check()
    assert receive.is_visible()
    assert page.get_by_label("Location of imported documents").is_visible()
    assert not page.get_by_label("Ship imported sales by itself").is_visible()
