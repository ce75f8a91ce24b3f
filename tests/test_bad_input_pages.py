"""Bad input by hand: every form of every page takes anything without breaking, and keeps it."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from hub.ids import new_id
from tests.cast import make_pair
from tests.routes import SIGNED, filled, our_routes
from tests.trade import authorised_order
from tests.world import World, make_world

VALUES = ("", "a\x00b", "x" * 5_000, "-1e999")
# Several parameters at once: a page reads those that it knows.
QUERIES = (
    "q=%00&sort=nonsense&page=-1&status=%00&contact=%00&tab=%00&columns=%00&type=%00",
    "q=" + "x" * 5_000 + "&sort=-id;drop&page=" + "9" * 30 + "&contact=x&status=nonsense",
    "cursor=garbage&from=2026-99-99&to=x&date_from=x&date_to=%00",
    "cursor=%00&q=%FF%FE",
    "after=%00&before=x&format=xml",
    "format=csv&cursor=x&status=%00",
)


@pytest.fixture(scope="module")
def world() -> World:
    """A company with one of everything."""
    return make_world("Fuzzed")


class Fields(HTMLParser):
    """The names of every form field of a page, with a value that was offered."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag in ("input", "select", "textarea") and name and name != "csrfmiddlewaretoken":
            self.values.setdefault(name, given.get("value") or "")


def fields_of(browser: Client, address: str) -> dict[str, str]:
    answer = browser.get(address)
    if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
        return {}
    fields = Fields()
    fields.feed(answer.content.decode())
    return fields.values


def pages() -> list[Any]:
    return [route for route in our_routes() if not route.is_api]


def test_no_query_breaks_a_page(world: World) -> None:
    """A2: filters, sorting, pages and search with nonsense: a page or a redirect."""
    browser = world.company.browser()
    for route in pages():
        if route.parameters or route.pattern in ("/organisations/switch/", "/appearance/"):
            continue
        for query in QUERIES:
            answer = browser.get(f"{route.pattern}?{query}")
            assert answer.status_code < 500, (route.pattern, query)


def test_no_field_breaks_a_form(world: World) -> None:
    """A2: every form with bad values of every kind in its fields: no accident."""
    browser = world.company.browser()
    tried = 0
    for route in pages():
        if route.thing() == "join" or route.pattern.endswith(("/switch/", "/remove/")):
            continue
        if route.pattern in SIGNED:
            continue
        address = filled(route, world.things)
        offered = fields_of(browser, address)
        for shift in (0, 2) if offered else (0,):
            values = {
                name: VALUES[(place + shift) % len(VALUES)] for place, name in enumerate(offered)
            }
            answer = browser.post(address, values)
            assert answer.status_code < 500, (address, shift)
            if answer.status_code == 302 and "login" in answer["Location"]:
                pytest.fail(f"{address} signed the person out")
        tried += bool(offered)
    assert tried > 25


def test_a_refused_form_keeps_what_was_typed_and_names_the_field() -> None:
    """N9: the message stands at its field; the other lines are as they were."""
    pair = make_pair()
    browser = pair.buyer.browser()
    typed = f"Typed {new_id().hex}"
    fields = fields_of(browser, "/purchases/new/")
    answer = browser.post(
        "/purchases/new/",
        {**fields, "contact": str(pair.supplier_contact.id), "note": typed, "currency": "XXX"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert typed in page
    assert 'aria-invalid="true"' in page


def test_a_contact_form_refuses_and_keeps() -> None:
    """N1: an address that is none, at its field."""
    pair = make_pair()
    browser = pair.buyer.browser()
    fields = fields_of(browser, "/contacts/new/")
    answer = browser.post("/contacts/new/", {**fields, "name": "Typed name", "email": "nobody"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Typed name" in page
    assert "is no e-mail address" in page or "valid email" in page


def test_the_email_window_refuses_an_address_that_is_none() -> None:
    """N9: nothing is sent, what was typed stays."""
    pair = make_pair()
    pair.buyer.product("FILTER")
    order = authorised_order(pair)
    browser = pair.buyer.browser()
    address = f"/purchases/{order}/email/"
    fields = fields_of(browser, address)
    answer = browser.post(address, {**fields, "to": "nobody", "subject": "Typed subject"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Typed subject" in page
    assert "nobody" in page
