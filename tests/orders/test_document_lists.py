"""The lists of documents: tabs, search, filters, CSV, and their budget of statements."""

from typing import Any, cast

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.models import PurchaseOrder
from orders.services.lines import LineInput
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from tests.cast import Company, make_company
from tests.orders.pages import billed, sent_order, stocked_pair, text_of

BOOKKEEPING = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "set_config")


def statements(client: Client, address: str) -> int:
    """How many statements the page takes; the transaction's own are not counted."""
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return sum(not any(word in one["sql"] for word in BOOKKEEPING) for one in caught)


def orders_of(company: Company, count: int) -> None:
    """So many drafts, each for its own supplier."""
    with company.inside():
        first = PurchaseOrder.objects.count()
    for number in range(first, count):
        contact = company.contact(f"Supplier {number}")
        with company.inside():
            create_purchase_order(contact.id, {}, [LineInput(description="Thing", unit_price="1")])


@pytest.mark.parametrize("path", ["purchases", "sales", "invoices", "bills"])
def test_an_empty_list_says_why_and_what_to_do(path: str) -> None:
    """UI: why it is empty, one action."""
    shown = text_of(make_company().browser(), f"/{path}/")

    assert f'href="/{path}/new/"' in shown
    assert "yet</h2>" in shown


def test_a_list_takes_the_same_few_statements_for_any_number_of_rows() -> None:
    """Speed: at most 10 statements, the same with 5 rows and with 60."""
    company = make_company()
    browser = company.browser()
    orders_of(company, 5)
    browser.get("/purchases/")

    few = statements(browser, "/purchases/")
    orders_of(company, 60)
    many = statements(browser, "/purchases/")

    assert few == many
    assert many <= 10


def test_tabs_count_and_narrow() -> None:
    """UI: a count on each tab, from one statement."""
    company = make_company()
    orders_of(company, 3)
    with company.inside():
        authorised = PurchaseOrder.objects.order_by("id")[0]
        authorise_purchase_order(authorised.id)
        drafts = list(PurchaseOrder.objects.exclude(id=authorised.id))

    shown = text_of(company.browser(), "/purchases/?tab=authorised")

    assert 'aria-current="page">Authorised<span class="w-count">1</span>' in shown
    assert 'Draft<span class="w-count">2</span>' in shown
    assert authorised.number in shown
    assert all(order.number not in shown for order in drafts)


def test_search_and_filters_narrow_the_list() -> None:
    """UI: number, contact, network status, date; each filter is a chip that can be removed."""
    pair = stocked_pair()
    order = sent_order(pair)
    other = pair.buyer.contact("Zephyr Paper")
    with pair.buyer.inside():
        theirs = create_purchase_order(
            other.id, {}, [LineInput(description="Bags", unit_price="2")]
        )
    browser = pair.buyer.browser()

    def found(query: str) -> tuple[bool, bool]:
        shown = text_of(browser, f"/purchases/?{query}")
        return f">{order.number}</a>" in shown, f">{theirs.number}</a>" in shown

    assert found("") == (True, True)
    assert found(f"q={theirs.number}") == (False, True)
    assert found("q=zephyr") == (False, True)
    assert found("contact=Zephyr") == (False, True)
    assert found(f"contact={order.contact_id}") == (True, False)
    assert found("network=delivered") == (True, False)
    assert found("issued_from=2020-01-01&issued_to=2020-02-01") == (False, False)
    shown = text_of(browser, "/purchases/?network=delivered")
    assert "Network: Delivered" in shown
    assert "Connected on Wharf" in shown


def test_what_is_shown_can_be_exported() -> None:
    """UI: CSV of the list as it is narrowed."""
    pair = stocked_pair()
    order = sent_order(pair)

    answer = pair.buyer.browser().get("/purchases/?network=delivered&format=csv")

    content = b"".join(cast("Any", answer).streaming_content).decode("utf-8-sig")
    header, row, *rest = content.splitlines()
    assert header == (
        "Number,Supplier,Their number,Date,Required,Status,Goods,Network,Total,Currency"
    )
    assert row == (
        f"{order.number},{order.contact.name},,{order.issued_on},,Authorised,To receive,Delivered,"
        "164.4000,GBP"
    )
    assert rest == []


def test_sales_and_invoices_are_neighbours() -> None:
    """UI: seven entries at most in the navigation; invoices are a tab beside sales orders."""
    pair = stocked_pair()
    order, bill = billed(pair)
    browser = pair.buyer.browser()

    shown = text_of(browser, "/bills/")
    assert bill.number in shown
    assert '<a href="/purchases/">Purchase orders</a>' in shown
    assert order.number in text_of(browser, "/purchases/")
    assert bill.partner_number in text_of(pair.supplier.browser(), "/invoices/")


def test_lists_are_each_organisations_own() -> None:
    """A2, A3: a stranger sees none of it; somebody without the area is refused."""
    pair = stocked_pair()
    order = sent_order(pair)
    stranger = make_company("Stranger")

    assert order.number not in text_of(stranger.browser(), "/sales/")
    warehouse = pair.buyer.member("warehouse")
    assert text_of(pair.buyer.browser(warehouse), "/purchases/").count("New purchase order") == 0
    assert pair.buyer.browser(warehouse).get("/bills/").status_code == 403


def test_the_search_across_everything_finds_documents() -> None:
    """UI: by number and by contact, in groups; only what the person may see."""
    pair = stocked_pair()
    order, bill = billed(pair)

    shown = text_of(pair.buyer.browser(), f"/search/?q={order.number}")
    assert f'href="/purchases/{order.id}/"' in shown
    shown = text_of(pair.buyer.browser(), f"/search/?q={bill.partner_number}")
    assert f'href="/bills/{bill.id}/"' in shown
    assert "Awaiting approval · 164.40 GBP" in shown
    warehouse = pair.buyer.browser(pair.buyer.member("warehouse"))
    assert f"/bills/{bill.id}/" not in text_of(warehouse, f"/search/?q={bill.partner_number}")
    stranger = make_company("Stranger").browser()
    assert f"/purchases/{order.id}/" not in text_of(stranger, f"/search/?q={order.number}")
