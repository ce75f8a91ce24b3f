"""The wall between organisations, tried at every table, route, method and role."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from hub.ids import new_id
from hub.walls import refuse_gaps
from network.models import Connection
from orders.models import Invoice, PurchaseOrder
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.pre_sales import approve_pre_sale
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sending import Sending, send_document
from tenants import checks
from tenants.api.views import TenantAPIView
from tenants.boundary import TenantAlreadySet, tenant_context
from tenants.checks import DOORS, GLOBAL_TABLES, boundary_faults
from tenants.domain.permissions import Level
from tenants.domain.scopes import SCOPE_AREAS
from tenants.models import Activity, Membership, User
from tenants.services.api_keys import make_api_key
from tests.routes import Route, filled, our_routes
from tests.trade import sale_of, stocked_pair
from tests.world import World, make_world, migrator, sums, tables

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
# Pages that work without an organisation, each with its reason.
PUBLIC = {
    "/organisations/new/": "signed in, but belongs to no organisation yet",
    "/organisations/switch/": "checks the person's own list",
    "/appearance/": "about the person",
    "/invitations/<uuid:tenant_id>/<str:token>/": "checks the token",
}
# Rows that remember a visit and nothing else.
VISITS = ("django_session", "usersessions_usersession")


@pytest.fixture(scope="module")
def victim() -> World:
    """The other organisation, with one of everything."""
    return make_world("Victim")


@pytest.fixture(scope="module")
def attacker() -> World:
    """Somebody else's organisation, with one of everything of its own."""
    return make_world("Attacker")


@pytest.fixture
def unharmed(victim: World) -> Iterator[None]:
    """Nothing of the other organisation changed."""
    before = sums(victim.company.id, leave_out=[*GLOBAL_TABLES])
    yield
    assert sums(victim.company.id, leave_out=[*GLOBAL_TABLES]) == before


# --- What PostgreSQL says ----------------------------------------------------------------------
def test_the_boundary_holds() -> None:
    """A1: policies, forced security, role, keys, doors, views."""
    assert boundary_faults() == []


def test_every_table_is_global_on_purpose_or_has_its_organisation() -> None:
    """A1: a new table is one or the other."""
    with migrator() as database:
        found = tables(database)
    assert {table for table, column in found if not column} == set(GLOBAL_TABLES)


def test_the_doors_are_those_that_are_listed() -> None:
    """A1: every SECURITY DEFINER function is known, and open to the application only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig, has_function_privilege('public', p.oid, 'EXECUTE'),"
            " has_function_privilege('wharf_dispatch', p.oid, 'EXECUTE') FROM pg_proc p"
            " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        rows = cursor.fetchall()
    assert {row[0] for row in rows} == set(DOORS)
    assert [row for row in rows if row[2] or row[3]] == []
    assert all(any(option.startswith("search_path=") for option in row[1]) for row in rows)


def test_a_gap_in_the_wall_is_found() -> None:
    """A1: the check sees a table without policy, a narrow key, and an unknown door."""
    with migrator() as database, database.cursor() as cursor:
        cursor.execute("CREATE TABLE leak (id uuid PRIMARY KEY, tenant_id uuid)")
        cursor.execute("CREATE TABLE leak_too (tenant_id uuid, leak_id uuid REFERENCES leak (id))")
        cursor.execute(
            "CREATE FUNCTION leak_door() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
        )
        try:
            faults = "\n".join(boundary_faults())
        finally:
            cursor.execute("DROP FUNCTION leak_door(); DROP TABLE leak_too; DROP TABLE leak")
    assert "table leak has no forced row-level security" in faults
    assert "foreign key leak_too_leak_id_fkey from leak_too to leak leaves out tenant_id" in faults
    assert "function leak_door goes through the wall" in faults
    assert "function leak_door has no fixed search_path" in faults
    assert checks.boundary_faults() == []


def test_a_right_to_change_frozen_rows_is_found() -> None:
    """A1: a dump that is restored over rights that are there already gives it back."""
    with migrator() as database, database.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON tenants_joblog TO wharf_app")
        try:
            faults = boundary_faults()
        finally:
            cursor.execute("REVOKE UPDATE ON tenants_joblog FROM wharf_app")
    assert faults == ["rows of tenants_joblog can be changed"]
    assert boundary_faults() == []


def test_nothing_starts_on_a_wall_with_a_gap() -> None:
    """A1: web and workers end at start while there is a gap, and start without one."""
    refuse_gaps()
    with migrator() as database, database.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON tenants_joblog TO wharf_app")
        try:
            with pytest.raises(SystemExit, match="have a gap"):
                refuse_gaps()
        finally:
            cursor.execute("REVOKE UPDATE ON tenants_joblog FROM wharf_app")


def test_a_database_that_is_away_does_not_keep_web_and_workers_from_starting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A1: they answer 503 until it is back, instead of ending for good."""

    def away(**_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("hub.walls.run_checks", away)
    refuse_gaps()


def test_every_reference_inside_an_organisation_carries_it() -> None:
    """A1: each composite key pairs tenant_id with tenant_id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT con.conrelid::regclass::text, con.confrelid::regclass::text,"
            " (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(con.conkey)"
            "  WITH ORDINALITY k(c, n) JOIN pg_attribute a"
            "  ON a.attrelid = con.conrelid AND a.attnum = k.c),"
            " (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(con.confkey)"
            "  WITH ORDINALITY k(c, n) JOIN pg_attribute a"
            "  ON a.attrelid = con.confrelid AND a.attnum = k.c)"
            " FROM pg_constraint con WHERE con.contype = 'f'"
        )
        keys = cursor.fetchall()
    with migrator() as database:
        tenant_tables = {table for table, column in tables(database) if column == "tenant_id"}
    inner = [key for key in keys if key[0] in tenant_tables and key[1] in tenant_tables]
    assert len(inner) > 20
    for table, target, columns, targets in inner:
        assert "tenant_id" in columns, (table, target)
        assert targets[columns.index("tenant_id")] == "tenant_id", (table, target)


def test_without_an_organisation_every_table_is_empty_and_closed(victim: World) -> None:
    """A1: raw SQL as wharf_app: 0 rows; no update, no delete, no insert, on every table."""
    with migrator() as database:
        found = [(table, column) for table, column in tables(database) if column]
        filled_tables = [
            table for table, _ in found if database.execute(f'SELECT 1 FROM "{table}"').fetchone()
        ]
    assert len(filled_tables) > 25
    for table, column in found:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone() == (0,), table
        for statement in (
            f'UPDATE "{table}" SET {column} = {column}',
            f'DELETE FROM "{table}"',
        ):
            assert _changed(statement) in (0, "42501"), statement
        # A row that is good but for its organisation: the policy refuses it, no other rule.
        inserted = _changed(f'INSERT INTO "{table}" ({column}) VALUES (%s)', victim.company.id)
        assert inserted == "42501", (table, inserted)


def _changed(statement: str, *values: UUID) -> int | str:
    """How many rows it changed, or the SQLSTATE that it was refused with; nothing stays."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            transaction.set_rollback(True)
            return int(cursor.rowcount)
    except Exception as error:  # noqa: BLE001 - the state is what is asked for
        return str(getattr(error.__cause__, "sqlstate", "")) or repr(error)


def test_inside_one_organisation_no_row_of_another_is_seen_or_made(
    victim: World, attacker: World
) -> None:
    """A1: reads, updates, inserts and moves of rows, with the other's id, table by table."""
    with migrator() as database:
        found = [(table, column) for table, column in tables(database) if column]
    for table, column in found:
        with tenant_context(attacker.company.id), connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE {column} <> %s', [attacker.company.id]
            )
            assert cursor.fetchone() == (0,), table
        with tenant_context(attacker.company.id):
            moved = _changed(f'UPDATE "{table}" SET {column} = %s', victim.company.id)
            assert moved in (0, "42501"), (table, moved)


def test_a_reference_to_another_organisations_row_is_refused(
    victim: World, attacker: World
) -> None:
    """A1: the composite key stands where row-level security cannot look."""
    with (
        pytest.raises(Exception, match="violates foreign key"),
        tenant_context(attacker.company.id),
    ):
        Connection(contact_id=victim.things["contact"], status="waiting").save(force_insert=True)


@pytest.mark.parametrize("table", ["tenants_activity", "tenants_joblog", "orders_documentversion"])
def test_the_record_cannot_be_rewritten(attacker: World, table: str) -> None:
    """A1, A3: no update, no delete, no truncate, in its own organisation."""
    for statement in (
        f'UPDATE "{table}" SET tenant_id = tenant_id',
        f'DELETE FROM "{table}"',
        f'TRUNCATE "{table}"',
    ):
        with tenant_context(attacker.company.id):
            assert _changed(statement) == "42501", statement


def test_the_dispatcher_sees_where_jobs_are_and_nothing_else() -> None:
    """A1: its own columns of one table; no writing."""
    with psycopg.connect(settings.DISPATCH_DATABASE_URL, autocommit=True) as database:
        row = database.execute(
            "SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a"
            " WHERE a.attrelid = 'tenants_job'::regclass AND a.attnum > 0"
            " AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')"
        ).fetchone()
        assert row == (["id", "kind", "lane", "leased_until", "not_before", "state", "tenant_id"],)
        others = database.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'p', 'v') AND c.relname <> 'tenants_job'"
            " AND (has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE')"
            "      OR has_table_privilege(c.oid, 'DELETE, TRUNCATE'))"
        ).fetchall()
        assert others == []
        for statement in (
            "SELECT payload FROM tenants_job",
            "SELECT title FROM tenants_job",
            "UPDATE tenants_job SET state = 'done'",
            "DELETE FROM tenants_job",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                database.execute(statement)


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


def api_bodies(things: dict[str, UUID], own: dict[str, UUID]) -> list[tuple[str, str, Any]]:
    """(method, address, body) that name somebody's objects in the body or the query."""
    line = {"description": "Cups", "quantity": "1"}
    contact, product = str(things["contact"]), str(things["product"])
    mine = str(own["contact"])
    documents = ("purchase-orders", "sales-orders", "invoices", "bills")
    return [
        *[("post", kind, {"contact": contact, "lines": [line]}) for kind in documents],
        *[
            ("post", kind, {"contact": mine, "lines": [{**line, field: value}]})
            for kind in documents
            for field, value in (("product", product), ("tax_rule", str(things["tax_rule"])))
        ],
        *[("get", f"{kind}?contact={contact}", None) for kind in documents],
        *[
            ("get", f"{kind}?{name}={things[thing]}", None)
            for kind, name, thing in (
                ("activity", "object", "purchase"),
                ("network/envelopes", "object", "purchase"),
                ("product-codes", "contact", "contact"),
            )
        ],
        ("post", "products", {"sku": "A", "name": "A", "sale_tax_rule": str(things["tax_rule"])}),
        ("patch", f"products/{own['product']}", {"purchase_tax_rule": str(things["tax_rule"])}),
        (
            "post",
            "product-codes",
            {"contact": contact, "product": str(own["product"]), "code": "X"},
        ),
        ("post", "product-codes", {"contact": mine, "product": product, "code": "X"}),
        ("post", "network/invitations", {"contact": contact}),
        ("post", "network/invitations", {"contacts": [contact]}),
        ("post", "network/connections", {"contact": contact, "key": "WH-1"}),
        ("post", f"network/connections/{own['connection']}/accept", {"contact": contact}),
        ("post", f"sales-orders/{own['sale']}/map", {"lines": {str(things["line"]): product}}),
        ("post", f"sales-orders/{own['sale']}/map", {"lines": {str(own["line"]): product}}),
        (
            "post",
            "journals",
            {
                "lines": [
                    {"account": str(things["account"]), "debit": "1"},
                    {"account": str(own["account"]), "credit": "1"},
                ]
            },
        ),
        ("get", f"journals?source={things['journal']}", None),
        *money_bodies(things, own),
        ("patch", "automations", {"consolidate_per_supplier": {contact: "day"}}),
    ]


def money_bodies(things: dict[str, UUID], own: dict[str, UUID]) -> list[tuple[str, str, Any]]:
    """The same for quotes, credit notes and payments."""
    line = {"description": "Cups", "quantity": "1"}
    contact, mine = str(things["contact"]), str(own["contact"])
    money = {"amount": "1", "account": str(own["bank"]), "side": "purchase", "direction": "out"}
    theirs = {"invoice": str(things["invoice"]), "amount": "1"}
    return [
        ("post", "quotes", {"contact": contact, "lines": [line]}),
        ("post", "credit-notes", {"contact": contact, "side": "sale", "lines": [line]}),
        ("post", "credit-notes", {"invoice": str(things["invoice"])}),
        ("post", "credit-notes", {"bill": str(things["bill"])}),
        ("post", "payments", {**money, "contact": contact}),
        ("post", "payments", {**money, "contact": mine, "order": str(things["purchase"])}),
        ("post", "payments", {**money, "contact": mine, "account": str(things["account"])}),
        ("post", "payments", {**money, "contact": mine, "allocations": [theirs]}),
        ("post", f"payments/{own['payment']}/settle", theirs),
        ("post", f"credit-notes/{own['credit_note']}/settle", theirs),
        *[("get", f"{kind}?contact={contact}", None) for kind in ("payments", "quotes")],
        ("get", f"credit-notes?contact={contact}", None),
        ("get", f"reports/aged-receivables?contact={contact}", None),
    ]


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
