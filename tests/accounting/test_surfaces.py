"""Where people see how the accounting system stands: menu, inbox, strip, lists."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounting.domain.states import ConnectionState, Kind, RunKind, RunState, SyncState
from accounting.models import Connection, LocalChange, SyncDocument, SyncRun
from accounting.selectors import first_id_at
from hub.ids import new_id
from orders.bulk import matching_ids
from orders.presenters.kinds import INVOICE
from tenants.selectors import membership_in_force
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, paid, taxed_product
from tests.cast import make_company

LISTS = ("/invoices/", "/bills/", "/credit-notes/", "/supplier-credits/", "/payments/",
         "/contacts/", "/products/")  # fmt: skip


def text_of(web: Client, address: str) -> str:
    answer = web.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def set_state(books: Books, state: SyncState, reason: str = "", **wanted: object) -> None:
    with books.company.inside():
        assert SyncDocument.objects.filter(**wanted).update(state=state, reason=reason)


def an_invoice(books: Books) -> UUID:
    """A synced invoice; gives its id."""
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    books.sync()
    return invoice.id


def test_what_needs_somebody_is_counted_in_the_menu_and_in_the_inbox(books: Books) -> None:
    """Q25: the number is that of the list it opens; it is gone once nothing needs anybody."""
    an_invoice(books)
    web = books.company.browser()
    assert "need attention" not in text_of(web, "/inbox/")
    set_state(books, SyncState.CONFLICT, kind=Kind.INVOICE)
    set_state(books, SyncState.REMOTE_GONE, kind=Kind.CUSTOMER)
    page = text_of(web, "/inbox/")
    assert '2<span class="w-hidden"> need attention</span>' in page
    assert "2 documents need attention in QuickBooks Online" in page
    listed = text_of(web, "/integrations/quickbooks/history/?tab=attention")
    assert "Conflict" in listed and "Deleted there" in listed
    someone = books.company.member("sales")
    theirs = text_of(books.company.browser(someone), "/sales/")
    assert "need attention" not in theirs


def test_the_strip_says_on_every_page_what_stands_in_the_way(books: Books) -> None:
    """Q14: reconnect, paused, failed; only for those who can do something about it."""
    web = books.company.browser()
    assert "has to be connected again" not in text_of(web, "/contacts/")
    with books.company.inside():
        Connection.objects.update(
            state=ConnectionState.NEEDS_RECONNECT, pause_message="Access was revoked there."
        )
    page = text_of(web, "/contacts/")
    assert "QuickBooks Online has to be connected again. Access was revoked there." in page
    assert 'href="/integrations/quickbooks/connect/"' in page
    overview = text_of(web, "/integrations/quickbooks/")
    assert "has to be connected again" not in overview and "Access was revoked there." in overview
    someone = books.company.member("sales")
    assert "connected again" not in text_of(books.company.browser(someone), "/contacts/")
    with books.company.inside():
        Connection.objects.update(state=ConnectionState.PAUSED, pause_message="")
    assert "stands still. Somebody paused it." in text_of(web, "/contacts/")
    with books.company.inside():
        Connection.objects.update(state=ConnectionState.ACTIVE)
        SyncRun.objects.create(
            connection=books.connection(), kind=RunKind.MANUAL, state=RunState.FAILED,
            error="The disk is full.", finished_at=timezone.now(),
        )  # fmt: skip
    assert "failed. The disk is full." in text_of(web, "/contacts/")
    with books.company.inside():
        SyncRun.objects.create(
            connection=books.connection(), kind=RunKind.MANUAL, state=RunState.DONE,
            finished_at=timezone.now(),
        )  # fmt: skip
    assert "The disk is full." not in text_of(web, "/contacts/")


def test_the_strip_tells_of_closed_books_and_of_changes_that_wait(books: Books) -> None:
    """Q14, Q25: closed books are counted; what waits for a day while autosync is off is said."""
    an_invoice(books)
    web = books.company.browser()
    set_state(books, SyncState.ATTENTION, "period_closed", kind=Kind.INVOICE)
    page = text_of(web, "/products/")
    assert "1 document is of a time for which the books in QuickBooks Online are closed." in page
    assert "tab=attention&amp;cause=period_closed" in page
    set_state(books, SyncState.SYNCED, kind=Kind.INVOICE)
    with books.company.inside():
        LocalChange.objects.all().delete()
        LocalChange.objects.create(kind="contact", local_id=new_id(), mark=new_id())
    assert "autosync is off" not in text_of(web, "/products/")
    with books.company.inside():
        LocalChange.objects.create(
            id=first_id_at(timezone.now() - timedelta(days=3)),
            kind="contact", local_id=new_id(), mark=new_id(),
        )  # fmt: skip
    assert "autosync is off" in text_of(web, "/products/")
    with books.company.inside():
        row = books.connection()
        options = {**row.options, "autosync": {"on": True, "starts_at": "2026-01-01T00:00:00Z"}}
        Connection.objects.update(options=options)
    assert "autosync is off" not in text_of(web, "/products/")


def statements(web: Client, address: str) -> int:
    with CaptureQueriesContext(database) as seen:
        assert web.get(address).status_code == 200
    words = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SET ", "SELECT set_config")
    return len([one for one in seen if not one["sql"].startswith(words)])


def table_of(web: Client, address: str) -> str:
    """The list's region without the menu and the strip."""
    return text_of(web, address).split("<main", 1)[1]


def test_lists_have_the_state_as_a_column_and_cost_no_statement_more(books: Books) -> None:
    """Q25: invoices, payments, contacts, products; by the same statements as before."""
    fresh = make_company("Apart").browser()
    taxed_product(books)
    invoice = invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    paid(books, invoice, "12")
    books.sync()
    set_state(books, SyncState.CONFLICT, kind=Kind.PAYMENT)
    web = books.company.browser()
    for address in LISTS:
        apart = statements(fresh, address)
        assert statements(web, address) == apart <= 10, address
        assert "QuickBooks Online" in table_of(web, address), address
        assert "QuickBooks Online" not in table_of(fresh, address), address
    assert "Synced" in text_of(web, "/invoices/") and "Conflict" in text_of(web, "/payments/")
    assert "Synced" in text_of(web, "/contacts/") and "Synced" in text_of(web, "/products/")


def test_a_list_is_narrowed_to_what_needs_somebody(books: Books) -> None:
    """Q25: on the page, in its file, and for what bulk verbs take."""
    first = an_invoice(books)
    second = invoice_of(books, customer_of(books, "Other"), [("FILTER", "2", "10")])
    with books.company.inside():
        number = str(type(second).objects.values_list("number", flat=True).get(id=first))
    books.sync()
    set_state(books, SyncState.ATTENTION, local_id=first)
    web = books.company.browser()
    page = text_of(web, "/invoices/?sync=attention")
    assert number in page and second.number not in page and "Needs attention" in page
    answer: Any = web.get("/invoices/?sync=attention&format=csv")
    file = b"".join(answer.streaming_content).decode()
    assert number in file and second.number not in file and "QuickBooks Online" in file
    with books.company.inside():
        member = membership_in_force(books.company.owner.id)
        assert member is not None
        assert matching_ids(INVOICE, "sync=attention", member) == [first]
        assert set(matching_ids(INVOICE, "sync=nonsense", member)) == {first, second.id}
