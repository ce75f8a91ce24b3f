"""Quotes: drafted in the editor, sent, accepted into a sales order, rejected."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from hub.errors import Conflict, InvalidInput
from orders.models import Payment, Quote, SalesOrder
from orders.services.lines import LineInput
from orders.services.quotes import (
    accept_quote,
    authorise_quote,
    change_quote,
    create_quote,
    undo_quote,
)
from orders.services.sending import Sending, send_document
from tests.cast import make_company, make_pair
from tests.orders.business import Business
from tests.orders.pages import fresh, text_of

D = Decimal


@pytest.fixture
def shop() -> Business:
    return Business()


def drafted(shop: Business, **values: Any) -> Quote:
    with shop.company.inside():
        lines = [
            LineInput(product=shop.beans.id, quantity="3", unit_price="12"),
            LineInput(kind="note", description="Roasted to order"),
        ]
        return create_quote(shop.customer.id, values, lines)


def test_a_quote_becomes_a_sales_order(shop: Business) -> None:
    """O4: draft, authorise, e-mail with PDF, accept; lines keep their ids and prices."""
    client = shop.company.browser()
    answer = client.post(
        "/quotes/new/",
        {
            "contact": "Café",
            "issued_on": timezone.localdate().isoformat(),
            "valid_until": (timezone.localdate() + timedelta(days=30)).isoformat(),
            "lines-TOTAL_FORMS": "1",
            "lines-INITIAL_FORMS": "0",
            "lines-0-sku": "BEANS",
            "lines-0-quantity": "3",
            "lines-0-unit_price": "12",
        },
    )
    with shop.company.inside():
        quote = Quote.objects.get()
    page = f"/quotes/{quote.id}/"
    assert answer.headers["Location"] == page
    assert "Valid until" in text_of(client, page)
    client.post(f"{page}authorise/")
    assert client.get(f"{page}pdf/").content.startswith(b"%PDF")
    sent = client.post(
        f"{page}email/", {"to": "x@example.com", "subject": "S", "body": "B", "via_email": "on"}
    )
    assert sent.status_code == 302
    shop.company.drain()
    assert "The quote becomes a sales order" in text_of(client, f"{page}accept/")
    client.post(f"{page}accept/", {"authorise": "on"})

    quote = fresh(shop.company, quote)
    with shop.company.inside():
        order = SalesOrder.objects.get()
        assert (order.quote, quote.sale) == (quote.id, order.id)
        assert (quote.status, order.status, order.total) == ("accepted", "authorised", D("43.20"))
        assert order.lines.get().line_id == quote.lines.get().line_id
    assert order.number in text_of(client, page)
    assert quote.number in text_of(client, f"/sales/{order.id}/")
    assert quote.number in text_of(client, "/quotes/?tab=accepted")


def test_a_quote_to_a_partner_goes_by_email() -> None:
    """O4: quotes do not travel over the network, and nobody is invited who is connected."""
    pair = make_pair()
    with pair.supplier.inside():
        line = LineInput(description="Carriage", quantity="1", unit_price="5")
        quote = authorise_quote(create_quote(pair.buyer_contact.id, {}, [line]).id)
    window = text_of(pair.supplier.browser(), f"/quotes/{quote.id}/email/")
    assert "Invite to connect" not in window and "Send via network" not in window
    with pair.supplier.inside(), pytest.raises(Conflict, match="goes by e-mail"):
        send_document(Quote, quote.id, Sending(via=["network"]))


def test_a_deposit_on_a_quote_goes_with_it_to_the_order(shop: Business) -> None:
    """O4, O5: prepayment on a quote; it cannot be undone while money stands on it."""
    quote = drafted(shop)
    with shop.company.inside():
        authorise_quote(quote.id)
    client = shop.company.browser()
    data = {"amount": "10", "paid_on": timezone.localdate(), "account": str(shop.bank)}
    assert client.post(f"/quotes/{quote.id}/deposit/", data).status_code == 302
    with shop.company.inside():
        number = Payment.objects.get().number
        with pytest.raises(Conflict, match=f"{number} was paid on {quote.number}"):
            undo_quote(quote.id)
    with shop.company.inside():
        order = accept_quote(quote.id)
        assert order.status == "draft"
        assert Payment.objects.get().order == order.id
        assert order.lines.count() == 2


def test_a_rejected_quote_is_reviewed(shop: Business) -> None:
    """O4: reject keeps the reason; review makes it a draft; void keeps the number."""
    quote = drafted(shop)
    client = shop.company.browser()
    page = f"/quotes/{quote.id}/"
    client.post(f"{page}authorise/")
    client.post(f"{page}reject/", {"text": "Too dear"})
    assert fresh(shop.company, quote).status == "rejected"
    assert "Too dear" in text_of(client, page)
    client.post(f"{page}review/")
    assert fresh(shop.company, quote).status == "draft"
    client.post(f"{page}void/")
    assert fresh(shop.company, quote).status == "void"


def test_an_expired_quote_is_not_accepted(shop: Business) -> None:
    """O4: valid until is kept; dates in the wrong order are refused at the field."""
    today = timezone.localdate()
    quote = drafted(shop, valid_until=today)
    with shop.company.inside():
        authorise_quote(quote.id)
        Quote.objects.update(valid_until=today - timedelta(days=1))
    with shop.company.inside(), pytest.raises(Conflict, match="was valid until"):
        accept_quote(quote.id)
    with shop.company.inside():
        assert SalesOrder.objects.count() == 0
        undo_quote(quote.id)
    with shop.company.inside(), pytest.raises(InvalidInput) as refused:
        change_quote(quote.id, {"valid_until": quote.issued_on - timedelta(days=2)})
    assert list(refused.value.fields) == ["valid_until"]


def test_two_acceptances_make_one_order(shop: Business) -> None:
    """O4: the second is told."""
    quote = drafted(shop)
    with shop.company.inside():
        authorise_quote(quote.id)
        accept_quote(quote.id)
    with shop.company.inside(), pytest.raises(Conflict):
        accept_quote(quote.id)
    with shop.company.inside():
        assert SalesOrder.objects.count() == 1


def test_who_may_quote(shop: Business) -> None:
    """A2: sales writes, read-only looks, a stranger finds nothing."""
    quote = drafted(shop)
    page = f"/quotes/{quote.id}/"
    seller = shop.company.browser(shop.company.member("sales"))
    reader = shop.company.browser(shop.company.teammate)
    assert "Authorise quote" not in text_of(reader, page)
    assert reader.post(f"{page}authorise/").status_code == 403
    assert make_company("Stranger").browser().get(page).status_code == 404
    assert seller.post(f"{page}authorise/").status_code == 302
    assert fresh(shop.company, quote).status == "authorised"
