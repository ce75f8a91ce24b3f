"""Bad input by the API: one shape, the field named, what would be right; nothing written."""

import json
import time
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from rest_framework.test import APIClient

from hub.ids import new_id
from hub.launcher.processes import free_port
from network.domain.keys import new_key
from network.models import Connection
from network.services.keys import TRIES_PER_ADDRESS, TRIES_PER_ORGANISATION
from network.services.removal import remove_connection
from orders.models import PurchaseOrder
from tenants.api.authentication import FAILURES_PER_MINUTE
from tests.cast import Company, make_company, make_pair
from tests.routes import our_routes
from tests.trade import authorised_order, stocked_pair

LINE = {"description": "Cups", "quantity": "1", "price": "2"}


def post(company: Company, path: str, body: Any = None) -> Any:
    # Escaped as ASCII, so that a test can send half a letter.
    text = json.dumps(body or {})
    return company.api().generic("POST", f"/api/v1/{path}", text, content_type="application/json")


def refused(answer: Any, status: int, code: str, *fields: str) -> dict[str, Any]:
    """Assert the one shape of errors; gives its fields."""
    told = answer.json()
    assert sorted(told) == ["code", "fields", "message", "request_id"], told
    assert (answer.status_code, told["code"]) == (status, code), told
    assert sorted(told["fields"]) == sorted(fields), told
    assert told["message"]
    assert told["request_id"] == answer["X-Request-ID"]
    return dict(told["fields"])


@pytest.fixture(scope="module")
def buyer() -> Company:
    """A company with a supplier that is not connected."""
    company = make_company("Buyer")
    company.supplier_id = str(company.contact("Supplier").id)  # type: ignore[attr-defined]
    return company


def order_of(buyer: Company, *lines: dict[str, Any], **values: Any) -> Any:
    body = {"contact": buyer.supplier_id, "lines": list(lines) or [LINE], **values}  # type: ignore[attr-defined]
    return post(buyer, "purchase-orders", body)


def each(field: str, *values: Any) -> list[tuple[str, Any]]:
    """The field with each value."""
    return [(field, value) for value in values]


# --- Numbers, dates, currencies --------------------------------------------------------------
GREATER = "This must be greater than 0."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *each("quantity", "0", "-1", "0.000001", "1e3", "1e999", "abc", "1,5"),
        *each("quantity", "NaN", "Infinity", "٣", "1_000", "100000000000000"),
        *each("quantity", True, [], {}, "9" * 400),
        *[
            ("price", value)
            for value in ("-0.01", "1.1234567", "10000000000000", "NaN", "£2", "--1")
        ],
        *each("discount_percent", "-1", "101", "abc", "0.123456789"),
        *[
            ("expected_on", value)
            for value in ("31.12.2026", "2026-02-30", "0000-00-00", 7, "x" * 99)
        ],
        *[("id", "x"), ("kind", "gift"), ("description", ["x"]), ("unit", "u" * 21)],
    ],
)
def test_a_bad_value_on_a_line_is_named_with_its_line(
    buyer: Company, field: str, value: Any
) -> None:
    """N9: quantity 0, negative, too many decimals; price beyond its column; dates; kinds."""
    answer = order_of(buyer, LINE, {**LINE, field: value})
    fields = refused(answer, 400, "invalid", f"lines.1.{field}")
    assert fields[f"lines.1.{field}"][0].endswith((".", "].", "”."))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *each("currency", "XXX", "gb", "", "ZZZ", "GBPP", 7),
        *each("issued_on", "tomorrow", "2026-13-01", "", None),
        *[("reference", "x" * 81), ("note", "x" * 4001), ("delivery_address", "x" * 501)],
        *[("note", "a\x00b"), ("reference", "a\x00b"), ("note", "\ud83d")],
        *each("contact", "x", "", None, {}),
        *each("lines", None, {}, "x", [], ["x"], [[]]),
        *each("prices_include_tax", "perhaps", 7),
    ],
)
def test_a_bad_value_in_the_head_is_named(buyer: Company, field: str, value: Any) -> None:
    """N9: unknown currency, dates, texts that are too long, no lines."""
    answer = order_of(buyer, **{field: value})
    told = answer.json()
    assert (answer.status_code, told["code"]) == (400, "invalid")
    assert {path.split(".")[0] for path in told["fields"]} == {field}


def test_a_total_beyond_its_column_is_said_and_not_an_accident(buyer: Company) -> None:
    """N9: each line fits, their product or sum does not."""
    for lines in (
        [{**LINE, "quantity": "99999999999999", "price": "9999999999999"}],
        [{**LINE, "quantity": "999999999", "price": "999999"}] * 2,
    ):
        answer = order_of(buyer, *lines)
        told = answer.json()
        assert (answer.status_code, sorted(told)) == (
            400,
            ["code", "fields", "message", "request_id"],
        ), told
        assert told["fields"], told


def test_a_product_or_tax_rule_that_is_not_there_is_named(buyer: Company) -> None:
    """N9: by id, SKU and name."""
    for field, value in (
        ("product", str(uuid4())),
        ("product", "NO-SUCH"),
        ("product", "a\x00b"),
        ("tax_rule", "a\x00b"),
        ("product", "\ud83d"),
        ("tax_rule", "\ud83d"),
        ("sku", "NO-SUCH"),
        ("tax_rule", str(uuid4())),
        ("tax_rule", "No such tax"),
    ):
        line = {**LINE, field: value}
        named = "product" if field == "sku" else field
        refused(order_of(buyer, line), 400, "invalid", f"lines.0.{named}")


# --- Size ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [2_001, 10_000])
def test_too_many_lines_are_refused_fast_with_the_limit(buyer: Company, count: int) -> None:
    """N9: the limit is in the message."""
    before = time.monotonic()
    answer = order_of(buyer, *[LINE] * count)
    seconds = time.monotonic() - before
    fields = refused(answer, 400, "too_many_lines", "lines")
    assert fields["lines"] == [f"At most 2,000 lines in one document; this one has {count:,}."]
    assert seconds < 2


def test_two_thousand_lines_travel() -> None:
    """N9: the largest order is taken, sent and becomes a pre-sale."""
    pair = stocked_pair()
    lines = [{"product": "FILTER", "quantity": "1", "price": "1"}] * 2_000
    body = {"contact": str(pair.supplier_contact.id), "lines": lines}
    made = post(pair.buyer, "purchase-orders", body)
    assert made.status_code == 201
    order = made.json()["id"]
    assert post(pair.buyer, f"purchase-orders/{order}/authorise").status_code == 200
    assert (
        post(pair.buyer, f"purchase-orders/{order}/send", {"via": ["network"]}).status_code == 202
    )
    pair.drain()
    (sale,) = pair.supplier.api().get("/api/v1/sales-orders").json()["results"]
    detail = pair.supplier.api().get(f"/api/v1/sales-orders/{sale['id']}").json()
    assert len(detail["lines"]) == 2_000


def test_a_body_that_is_too_large_is_refused(buyer: Company) -> None:
    """A4: above 5 MB; said in the one shape."""
    answer = order_of(buyer, note="x" * (6 * 1024 * 1024))
    refused(answer, 413, "body_too_large")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '"x"', "7", "null", "nonsense", '{"a":', "\x00", "\xff"]
)
def test_json_that_is_no_object_is_refused(buyer: Company, text: str) -> None:
    """A4: half a body, a list, a word."""
    answer = buyer.api().generic(
        "POST", "/api/v1/purchase-orders", text, content_type="application/json"
    )
    told = answer.json()
    assert answer.status_code == 400, told
    assert sorted(told) == ["code", "fields", "message", "request_id"]


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity", "1" * 5000])
def test_a_number_that_is_none_is_refused(buyer: Company, number: str) -> None:
    """A4: JSON's own numbers may be out of bounds too."""
    line = f'{{"description":"x","quantity":{number}}}'
    text = f'{{"contact":"{buyer.supplier_id}","lines":[{line}]}}'  # type: ignore[attr-defined]
    answer = buyer.api().generic(
        "POST", "/api/v1/purchase-orders", text, content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer.json()["code"] in ("parse_error", "invalid")


def test_json_that_nests_without_end_is_refused(buyer: Company) -> None:
    """A4: a hundred thousand brackets are no accident of ours."""
    for text in ("[" * 100_000, '{"a":' * 100_000, '{"lines":' + "[" * 50_000 + "]" * 50_000 + "}"):
        answer = buyer.api().generic(
            "POST", "/api/v1/purchase-orders", text, content_type="application/json"
        )
        assert answer.status_code == 400
        assert answer.json()["code"] in ("parse_error", "invalid")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", ""])
def test_another_content_type_is_refused(buyer: Company, kind: str) -> None:
    """A4: JSON only."""
    answer = buyer.api().generic(
        "POST", "/api/v1/purchase-orders", json.dumps({"lines": []}), content_type=kind
    )
    told = answer.json()
    assert (answer.status_code, told["code"]) == (415, "unsupported_media_type")
    assert sorted(told) == ["code", "fields", "message", "request_id"]


def test_an_unknown_address_and_a_wrong_method_have_the_shape(buyer: Company) -> None:
    """A4: also where no view answers."""
    client = buyer.api()
    refused(client.get("/api/v1/no-such-thing"), 404, "not_found")
    refused(client.get("/api/v1/purchase-orders/not-an-id"), 404, "not_found")
    refused(client.delete("/api/v1/purchase-orders"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=201", "limit=-1", "limit=abc", "limit=1e3", "limit=٣"),
        *("cursor=x", "cursor=%00", "cursor=" + "A" * 5000, "q=%00", "q=" + "x" * 5000),
        *("status=%00", "status=nonsense", "contact=x", "contact=%00", "object=%00"),
        *("action=%00", "type=%00", "direction=%00", "delivery=%00", "direction=sideways"),
    ],
)
def test_a_bad_query_never_breaks_a_list(buyer: Company, query: str) -> None:
    """A4: every list, every bad parameter: an answer or a named refusal."""
    for route in our_routes():
        if not route.is_api or route.parameters:
            continue
        answer = buyer.api().get(f"{route.pattern}?{query}")
        # Nothing is connected: there is no integration to ask about.
        absent = (404,) if route.pattern.startswith("/api/v1/integrations/") else ()
        assert answer.status_code in (200, 400, 405, *absent), (route.pattern, answer.status_code)
        if answer.status_code == 400:
            assert sorted(answer.json()) == ["code", "fields", "message", "request_id"]


# --- The network ---------------------------------------------------------------------------------
def entered(company: Company, contact: str, key: str) -> Any:
    return post(company, "network/connections", {"contact": contact, "key": key})


def test_keys_that_do_not_fit_say_what_to_do() -> None:
    """N5, N6: none, malformed, unknown, own; a contact that is not there."""
    owner, asker = make_company("Owner"), make_company("Asker")
    contact = str(asker.contact("Owner").id)
    refused(entered(asker, contact, ""), 400, "invalid", "key")
    refused(entered(asker, contact, "WH-12345"), 400, "malformed_key", "key")
    refused(entered(asker, contact, "x" * 201), 400, "invalid", "key")
    refused(entered(asker, contact, "a\x00b"), 400, "invalid", "key")
    refused(entered(asker, contact, new_key()), 400, "unknown_key", "key")
    refused(entered(asker, contact, asker.key()), 400, "own_key", "key")
    refused(entered(asker, str(new_id()), owner.key()), 404, "not_found")
    assert asker.api().get("/api/v1/network/connections").json()["results"] == []


def test_a_wrong_pair_and_a_contact_that_is_taken_are_refused() -> None:
    """N6, N5: customer and supplier; one partner for one contact."""
    pair, third = make_pair(), make_company("Third")
    taken = entered(pair.buyer, str(pair.supplier_contact.id), third.key())
    refused(taken, 409, "contact_already_connected")
    again = entered(pair.supplier, str(pair.buyer_contact.id), pair.buyer.key())
    refused(again, 409, "already_connected")
    at_owner = pair.buyer.contact("Third", kind="supplier", email=third.owner.email)
    post(pair.buyer, "network/invitations", {"contact": str(at_owner.id)})
    wrong = third.contact("Buyer", kind="supplier")
    refused(entered(third, str(wrong.id), pair.buyer.key()), 400, "wrong_pair", "contact")


def test_a_document_that_cannot_be_sent_says_why() -> None:
    """N9: not authorised, not connected any more, no way, no address, no such address."""
    pair = stocked_pair()
    order = authorised_order(pair)
    draft = post(
        pair.buyer,
        "purchase-orders",
        {"contact": str(pair.supplier_contact.id), "lines": [LINE]},
    ).json()["id"]

    def send(document: Any, **body: Any) -> Any:
        return post(pair.buyer, f"purchase-orders/{document}/send", body)

    refused(send(draft, via=["network"]), 409, "not_authorised")
    refused(send(order, via=[]), 400, "invalid", "via")
    refused(send(order, via=["pigeon"]), 400, "invalid", "via")
    refused(send(order, via=["email"], to=["nobody"]), 400, "invalid", "to")
    refused(send(order, via=["email"], to=["a@example.com\nb@example.com"]), 400, "invalid", "to")
    refused(send(order, via=["email"], to=[]), 400, "no_address", "to")
    refused(send(order, via=["email"], to=["a@example.com"] * 51), 400, "invalid", "to")
    refused(send(order, via=["email"], to=[7]), 400, "invalid", "to")
    bare = str(pair.buyer.contact("No address").id)
    other = post(pair.buyer, "purchase-orders", {"contact": bare, "lines": [LINE]}).json()["id"]
    post(pair.buyer, f"purchase-orders/{other}/authorise")
    refused(send(other, via=["email"]), 400, "no_address", "to")
    refused(send(other, via=["network"]), 409, "not_connected")
    with pair.buyer.inside():
        remove_connection(Connection.objects.get().id)
    refused(send(order, via=["email", "network"]), 409, "not_connected")
    with pair.buyer.inside():
        assert set(PurchaseOrder.objects.values_list("network_status", flat=True)) == {"not_sent"}


def test_an_invitation_without_addresses_or_with_bad_ones_is_refused() -> None:
    """N3: empty list, address that is none, text without the key."""
    company = make_company("Inviter")
    bodies: list[dict[str, Any]] = [
        {},
        {"to": []},
        {"to": ["nobody"]},
        {"to": "a@example.com, nobody"},
        {"to": ["a@example.com"], "body": "Come and trade"},
        {"contacts": ["x"]},
        {"to": ["a@example.com"], "subject": "s" * 256},
    ]
    for body in bodies:
        answer = post(company, "network/invitations", body)
        told = answer.json()
        assert (answer.status_code, bool(told["fields"])) == (400, True), (body, told)
    assert company.api().get("/api/v1/network/connections").json()["results"] == []


# --- Guessing ----------------------------------------------------------------------------------
def test_guessing_network_keys_is_limited_per_organisation() -> None:
    """N2: after ten wrong keys even the right one has to wait; others are not held up."""
    owner, guesser, other = make_company("Owner"), make_company("Guesser"), make_company("Other")
    contact, others = str(guesser.contact("Owner").id), str(other.contact("Owner").id)
    for _ in range(TRIES_PER_ORGANISATION):
        assert entered(guesser, contact, new_key()).status_code == 400
    refused(entered(guesser, contact, owner.key()), 429, "too_many_tries")
    assert entered(other, others, owner.key()).status_code == 201


def test_guessing_network_keys_is_limited_per_address() -> None:
    """N2: many organisations behind one address share its limit."""
    companies = [make_company("Guesser") for _ in range(3)]
    contacts = [str(company.contact("Owner").id) for company in companies]
    for number in range(TRIES_PER_ADDRESS):
        assert entered(companies[number % 3], contacts[number % 3], new_key()).status_code == 400
    fresh = make_company("Fresh")
    refused(entered(fresh, str(fresh.contact("Owner").id), new_key()), 429, "too_many_tries")


def test_guessing_api_keys_is_limited_per_address(buyer: Company) -> None:
    """A4: sixty wrong keys in a minute; then nothing is looked up from there."""
    client = APIClient()
    for number in range(FAILURES_PER_MINUTE):
        client.credentials(HTTP_AUTHORIZATION=f"Bearer wharf_{number}")
        assert client.get("/api/v1/contacts").status_code == 401
    refused(client.get("/api/v1/contacts"), 429, "throttled")
    refused(buyer.api().get("/api/v1/contacts"), 429, "throttled")


@pytest.mark.parametrize(
    "header",
    [
        *(
            "",
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            "bearer x y z",
            "Bearer \u20ac".encode().decode("latin-1"),
        ),
        *("Bearer " + "x" * 10_000, "Bearer wharf_\x00", "Bearer '; DROP TABLE tenants_apikey; --"),
    ],
)
def test_a_strange_authorization_header_is_only_refused(header: str) -> None:
    """A4: 401 in the one shape."""
    answer = APIClient().get("/api/v1/contacts", HTTP_AUTHORIZATION=header)
    told = answer.json()
    assert answer.status_code == 401
    assert told["code"] in ("not_authenticated", "authentication_failed")


def test_calls_and_limits_go_on_while_valkey_is_down(
    buyer: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A4: no call fails for it; wrong keys are still counted, by each process for itself."""
    backend: Any = caches["default"]
    monkeypatch.setattr(backend, "_servers", [f"redis://127.0.0.1:{free_port()}/0"])
    backend.__dict__.pop("_cache", None)
    try:
        with pytest.raises(redis.ConnectionError):
            RedisCache.get(backend, "x")
        assert buyer.api().get("/api/v1/contacts").status_code == 200
        assert buyer.browser().get("/contacts/").status_code == 200
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION="Bearer wharf_wrong")
        for _ in range(FAILURES_PER_MINUTE):
            assert client.get("/api/v1/contacts").status_code == 401
        assert client.get("/api/v1/contacts").status_code == 429
    finally:
        backend.standby.clear()
        backend.__dict__.pop("_cache", None)
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    monkeypatch.undo()
    cache.clear()


@pytest.mark.parametrize("key", ["x" * 256, "\u20ac"])
def test_a_strange_idempotency_key_is_refused_or_taken(buyer: Company, key: str) -> None:
    """A4: at most 255 characters."""
    answer = buyer.api().post(
        "/api/v1/contacts",
        {"name": f"N {new_id().hex}", "is_customer": True},
        format="json",
        headers={"Idempotency-Key": key},
    )
    assert answer.status_code in (201, 400)
    if answer.status_code == 400:
        refused(answer, 400, "invalid", "Idempotency-Key")
