"""No page and no resource lets one organisation see or change another."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from rest_framework.test import APIClient

from hub.ids import new_id
from orders.models import Invoice, PurchaseOrder
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.pre_sales import approve_pre_sale
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sending import Sending, send_document
from tenants.api.views import TenantAPIView
from tenants.boundary import TenantAlreadySet, tenant_context
from tenants.checks import GLOBAL_TABLES
from tenants.domain.permissions import Level
from tenants.domain.scopes import SCOPE_AREAS
from tenants.models import Activity, Membership, User
from tenants.services.api_keys import make_api_key
from tests.isolation.bodies import api_bodies
from tests.routes import SIGNED, Route, filled, our_routes
from tests.trade import sale_of, stocked_pair
from tests.world import World, migrator, sums

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
# Pages that work without an organisation, each with its reason.
PUBLIC = {
    "/organisations/new/": "signed in, but belongs to no organisation yet",
    "/organisations/switch/": "checks the person's own list",
    "/appearance/": "about the person",
    "/invitations/<uuid:tenant_id>/<str:token>/": "checks the token",
    "/integrations/quickbooks/launch/": "leads to the sign-in page, or to the wizard",
    "/integrations/quickbooks/webhook/": "checks the signature of what arrives",
}
# Rows that remember a visit and nothing else.
VISITS = ("django_session", "usersessions_usersession")


# --- Every route ---------------------------------------------------------------------------------
def api_routes() -> list[Route]:
    return [route for route in our_routes() if route.is_api]


def page_routes() -> list[Route]:
    return [route for route in our_routes() if not route.is_api]


def test_every_route_is_known(victim: World) -> None:
    """A1: a route whose ids nobody tries fails here; add its kind of object to tests/routes.py."""
    for route in our_routes():
        assert route.thing() in {"", "join", *victim.things}, route.pattern


def test_every_resource_of_the_api_has_a_scope() -> None:
    """A4: tests/tenants/test_guards.py says the same of the pages."""
    for route in api_routes():
        view = route.view.view_class  # type: ignore[attr-defined]
        assert issubclass(view, TenantAPIView), route.pattern
        assert view.scope_area in SCOPE_AREAS, route.pattern


MOVED = {"amount": "1", "account": str(new_id())}
BODIES: dict[str, Any] = {
    "pay": MOVED,
    "deposit": MOVED,
    "refund": MOVED,
    "settle": {"invoice": str(new_id()), "amount": "1"},
    "map": {"lines": {}},
    "ask": {"text": "Why?"},
    "decline": {"reason": "other", "text": "No"},
    "decline-changes": {"text": "No"},
    "minimums": {"minimums": [{"location": str(new_id()), "quantity": "1"}]},
    "tier-prices": {"tiers": [{"tier": str(new_id()), "price": "1"}]},
    "counts": {"lines": [{"product": str(new_id()), "counted": "1"}]},
    "skip": {"reason": "Not ours"},
    "decide": {"dismiss": True},
    "match": {"remote_id": "7"},
    "send": {"via": ["email", "network"], "to": ["a@example.com"]},
}


def body_for(route: Route) -> Any:
    return BODIES.get(route.pattern.rsplit("/", 1)[-1], {})


def said(response: Any, *ids: UUID) -> str:
    """What an answer says, without what differs from call to call."""
    text = b"".join(response) if response.streaming else response.content
    text = text.decode(errors="replace")
    for known in ids:
        text = text.replace(str(known), "ID")
    if response.get("Content-Type", "").startswith("application/json") and text.startswith("{"):
        told = json.loads(text)
        told.pop("request_id", None)
        text = json.dumps(told)
    return text


def test_the_api_answers_anothers_id_like_an_absent_one(
    victim: World, attacker: World, unharmed: None
) -> None:
    """A1, A4: every route with an id, every method: 404 (or 405), the same words."""
    client = attacker.company.api()
    tried = 0
    for route in api_routes():
        if not route.parameters:
            continue
        absent = dict.fromkeys(victim.things, new_id())
        for method in METHODS:
            theirs, nobodys = (
                getattr(client, method)(filled(route, things), body_for(route), format="json")
                for things in (victim.things, absent)
            )
            thing = route.thing()
            assert (theirs.status_code, said(theirs, victim.things[thing])) == (
                nobodys.status_code,
                said(nobodys, absent[thing]),
            ), (method, route.pattern)
            expected = {200, 405} if method == "options" else {404, 405}
            assert theirs.status_code in expected, (method, route.pattern, theirs.content)
            tried += theirs.status_code == 404
    assert tried > 60


def test_the_api_answers_anothers_id_in_bodies_and_queries_like_an_absent_one(
    victim: World, attacker: World, unharmed: None
) -> None:
    """A1, A4: contact, product, tax rule, line: the same refusal, and nothing is written."""
    theirs, own = victim.things, attacker.things
    absent = dict.fromkeys(theirs, new_id())
    client = attacker.company.api()
    before = sums(attacker.company.id, leave_out=GLOBAL_TABLES)
    for told, silent in zip(api_bodies(theirs, own), api_bodies(absent, own), strict=True):
        answers = []
        for method, address, body in (told, silent):
            answer = getattr(client, method)(f"/api/v1/{address}", body, format="json")
            answers.append((answer.status_code, said(answer, *theirs.values(), *absent.values())))
        assert answers[0] == answers[1], told
        if told[0] != "get":
            assert 400 <= answers[0][0] < 500, (told, answers[0])
    assert sums(attacker.company.id, leave_out=GLOBAL_TABLES) == before


def test_pages_answer_anothers_id_like_an_absent_one(
    victim: World, attacker: World, unharmed: None
) -> None:
    """A1: every page with an id, GET and POST, by a signed-in stranger who may do everything."""
    browser = attacker.company.browser()
    tried = 0
    for route in page_routes():
        if not route.parameters or route.thing() == "join":
            continue
        absent = dict.fromkeys(victim.things, new_id())
        for method in ("get", "post"):
            theirs, nobodys = (
                getattr(browser, method)(filled(route, things), body_for(route))
                for things in (victim.things, absent)
            )
            assert theirs.status_code == nobodys.status_code, (method, route.pattern)
            assert theirs.status_code in (404, 405), (method, route.pattern, theirs.status_code)
            assert victim.canary not in said(theirs)
            tried += theirs.status_code == 404
    assert tried > 60


def test_nobody_enters_without_signing_in(victim: World, unharmed: None) -> None:
    """A2: pages lead to the sign-in page, the API answers 401; nothing is shown."""
    for route in our_routes():
        address = filled(route, {**victim.things, "join": new_id()})
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            assert victim.canary not in said(answer), route.pattern
            if route.is_api:
                assert answer.status_code in (401, 405), (method, route.pattern)
            elif route.pattern in SIGNED and method == "post":
                assert answer.status_code in (401, 503), route.pattern
            elif route.thing() != "join":
                assert answer.status_code in (302, 405), (method, route.pattern)
                if answer.status_code == 302:
                    assert answer["Location"].startswith("/accounts/login/"), route.pattern


def test_somebody_who_was_shut_out_sees_nothing(victim: World) -> None:
    """A2: a member who was deactivated, and a session that still names the organisation."""
    former = victim.company.member("admin")
    browser = victim.company.browser(former)
    assert browser.get("/purchases/").status_code == 200
    with victim.company.inside():
        Membership.objects.filter(user=former).update(is_active=False)
    answer = browser.get("/purchases/")
    assert (answer.status_code, answer["Location"]) == (302, "/organisations/new/")
    assert (
        browser.post("/organisations/switch/", {"organisation": victim.company.id}).status_code
        == 404
    )


def test_a_session_that_names_a_strangers_organisation_gets_its_own(
    victim: World, attacker: World
) -> None:
    """A1: the organisation in the session counts only while the person belongs to it."""
    browser = attacker.company.browser()
    session = browser.session
    session["tenant"] = str(victim.company.id)
    session.save()
    page = said(browser.get("/contacts/"))
    assert victim.canary not in page
    assert (
        browser.post("/organisations/switch/", {"organisation": victim.company.id}).status_code
        == 404
    )


# --- Roles (each page as each role: tests/test_roles.py) ----------------------------------------
def test_read_only_changes_nothing_by_any_post(attacker: World) -> None:
    """A2: every POST page with its own organisation's ids: refused, and no row differs."""
    browser = attacker.company.browser(attacker.company.teammate)
    company, refused = attacker.company.id, 0
    # What one is told and how is one's own.
    personal = ["tenants_notification", "tenants_notificationpreference"]
    before = sums(company, leave_out=[*GLOBAL_TABLES, *personal])
    for route in page_routes():
        if route.pattern in PUBLIC:
            continue
        answer = browser.post(filled(route, attacker.things), {**body_for(route), "name": "x"})
        _area, level, special = route.view.tenant_guard  # type: ignore[attr-defined]
        if level > Level.VIEW or special is not None:
            # A page that is only looked at says 405 before anybody is let in.
            assert answer.status_code in (403, 405), (route.pattern, answer.status_code)
            refused += answer.status_code == 403
    assert refused > 40
    assert sums(company, leave_out=[*GLOBAL_TABLES, *personal]) == before


def test_a_reading_key_writes_nothing(attacker: World) -> None:
    """A4: with every read scope, each writing method answers 403; without any, reading too."""
    company = attacker.company
    with company.inside():
        reading = [f"{area}:read" for area in SCOPE_AREAS]
        reader = make_api_key("Reader", reading, created_by=None).value
        narrow = make_api_key("Nothing", ["products:write"], created_by=None).value
    before = sums(company.id, leave_out=GLOBAL_TABLES)
    for route in api_routes():
        address = filled(route, attacker.things)
        methods = {name for name in METHODS if hasattr(route.view.view_class, name)}  # type: ignore[attr-defined]
        for key, tried in ((reader, methods - {"get", "head", "options"}), (narrow, {"get"})):
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
            for method in sorted(tried & methods):
                answer = getattr(client, method)(address, body_for(route), format="json")
                assert answer.status_code == 403, (method, route.pattern)
                assert answer.json()["code"] == "permission_denied"
    assert sums(company.id, leave_out=GLOBAL_TABLES) == before


# --- Reading changes nothing, and leaks nothing --------------------------------------------------
def test_looking_at_everything_changes_nothing(attacker: World) -> None:
    """A2: a GET of every page and every resource, as the owner: no row differs."""
    browser, client = attacker.company.browser(), attacker.company.api()
    before = sums(attacker.company.id, leave_out=VISITS)
    shown = 0
    for route in our_routes():
        address = filled(route, {**attacker.things, "join": new_id()})
        answer = (client if route.is_api else browser).get(address)
        said(answer)
        assert answer.status_code < 500, route.pattern
        shown += answer.status_code == 200
    assert shown > 60
    assert sums(attacker.company.id, leave_out=VISITS) == before


def test_no_canary_of_another_is_in_anything_one_can_fetch(victim: World, attacker: World) -> None:
    """A1: pages, lists, CSV, search with the very words, PDF, API."""
    browser, client = attacker.company.browser(), attacker.company.api()
    fetched = []
    for route in our_routes():
        address = filled(route, {**attacker.things, "join": new_id()})
        queries = [""]
        if not route.parameters:
            queries += [f"?q={victim.canary}-NOT", f"?format=csv&q={victim.canary[:6]}"]
            queries += [f"?q={victim.canary[:8]}", f"?contact={victim.things['contact']}"]
        for query in queries:
            answer = (client if route.is_api else browser).get(address + query)
            text = said(answer).replace(f"{victim.canary}-NOT", "")
            assert victim.canary not in text, address + query
            assert answer.status_code < 500, address + query
            fetched.append(attacker.canary in text)
    assert sum(fetched) > 40, "the search for canaries must be able to find one"


def test_a_partner_sees_the_envelope_and_nothing_else(victim: World) -> None:
    """N9: no internal note, cost, other contact, note on the contact, or colleague's address."""
    secrets = {
        "cost": "3.141592",
        "note": f"private {new_id().hex}",
        "other": f"Other {new_id().hex}",
    }
    pair = stocked_pair()
    for company in (pair.buyer, pair.supplier):
        company.contact(secrets["other"], note=secrets["note"])
        company.product("COST", "Costly", purchase_price=secrets["cost"], sale_price="9")
        company.member("sales", secrets["other"])
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id,
            {"internal_note": secrets["note"]},
            [LineInput(sku="COST", quantity="1", unit_price="9")],
        )
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    pair.drain()
    sale = sale_of(pair, order.id)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
        invoice = invoice_sales_order(sale.id)
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()

    with migrator() as database:
        for side, other in ((pair.buyer, pair.supplier), (pair.supplier, pair.buyer)):
            received = database.execute(
                "SELECT payload, reply::text, label, reason FROM network_envelope"
                " WHERE tenant_id = %s AND direction = 'in'",
                [side.id],
            ).fetchall()
            assert received
            text = str(received)
            for secret in (*secrets.values(), other.teammate.email):
                assert secret not in text


def test_the_organisation_never_outlives_its_request(victim: World, attacker: World) -> None:
    """A1: 200 requests of two companies on one connection, errors among them: 0 foreign rows."""
    one, two = attacker.company, victim.company
    clients = [(attacker, one.api(), one.browser()), (victim, two.api(), two.browser())]
    for number in range(200):
        world, api, browser = clients[number % 2]
        other = clients[(number + 1) % 2][0]
        answer: Any = None
        match number % 5:
            case 0:
                answer = api.get("/api/v1/contacts")
            case 1:
                answer = browser.get("/purchases/")
            case 2:
                answer = api.get(f"/api/v1/purchase-orders/{other.things['purchase']}")
                assert answer.status_code == 404
            case 3:
                answer = api.post("/api/v1/contacts", {"name": ""}, format="json")
                assert answer.status_code == 400
            case _:
                with pytest.raises(ZeroDivisionError), world.company.inside():
                    Activity.objects.count() / 0
        assert answer is None or other.canary not in said(answer)
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(current_setting('app.tenant', true), '')")
            assert cursor.fetchone() == ("",)
            cursor.execute("SELECT count(*) FROM network_contact")
            assert cursor.fetchone() == (0,)


def test_an_organisation_cannot_be_entered_inside_another(victim: World, attacker: World) -> None:
    """A1: no code path switches; a second SET inside is refused by the entry point."""
    with (
        attacker.company.inside(),
        pytest.raises(TenantAlreadySet),
        tenant_context(victim.company.id),
    ):
        pass


def test_a_door_tells_only_what_it_was_asked(victim: World, attacker: World) -> None:
    """A1: memberships of one person, an organisation of one whole key; no listing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM door_memberships(%s)", [attacker.company.owner.id])
        assert cursor.fetchall() == [(attacker.company.id,)]
        for nothing in (None, "", "%"):
            cursor.execute("SELECT * FROM door_api_key(%s)", [nothing])
            assert cursor.fetchall() == []
            cursor.execute("SELECT door_network_key(%s)", [nothing])
            assert cursor.fetchone() in [(None,), None]
    for table in ("pg_authid", "pg_shadow"):
        with pytest.raises(ProgrammingError), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")


def test_people_of_other_organisations_are_not_listed(victim: World, attacker: World) -> None:
    """A2: users are global, but each organisation lists its own members."""
    listed = attacker.company.api().get("/api/v1/users?limit=200").json()["results"]
    emails = {row["email"] for row in listed}
    assert attacker.company.owner.email in emails
    with victim.company.inside():
        theirs = set(
            User.objects.filter(id__in=Membership.objects.values("user_id")).values_list(
                "email", flat=True
            )
        )
    assert not emails & theirs
