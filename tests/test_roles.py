"""Every page, opened by somebody of each built-in role: shown or refused, as the page declares."""

import pytest

from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.bills import create_bill
from orders.services.invoices import create_invoice
from orders.services.lines import LineInput
from orders.services.purchases import create_purchase_order
from orders.services.receiving import ReceiptInput, draft_blind_receipt
from orders.services.sales import create_sales_order
from tenants.domain.permissions import BUILTIN_ROLES, Area, BuiltinRole, Level, Permissions
from tests.routes import Route, filled, our_routes
from tests.world import World, make_world

# Pages that are right to answer otherwise than 200, each with its reason.
OTHERWISE = {
    "/": (302, "leads to the inbox"),
    "/integrations/quickbooks/callback/": (400, "QuickBooks comes back with a state"),
    "/integrations/quickbooks/wizard/": (302, "leads to where one has to begin"),
    "/settings/views/new/": (404, "which list is named in the query"),
    "/exports/<uuid:export_id>/": (404, "the file of a long export is its asker's own"),
    "/settings/accounts/uses/change/": (404, "which use is named in the query"),
    "/bills/<uuid:document_id>/credit/": (409, "the bill waits for approval"),
    "/settings/jobs/<uuid:job_id>/card/": (286, "the job has ended, so htmx stops asking"),
}
HERE = "/integrations/quickbooks/"
# The world's connection was disabled: these pages ask for one that lives.
OTHERWISE |= {
    f"{HERE}wizard/{step}/": (302, "leads to where one has to begin")
    for step in ("mode", "data", "accounts", "taxes", "terms", "opening", "stock", "confirm")
}
OTHERWISE |= dict.fromkeys(
    (
        f"{HERE}migration/",
        f"{HERE}opening-balances/",
        f"{HERE}stock-on-hand/",
        f"{HERE}disable/",
        f"{HERE}change-organisation/",
        "/settings/account-mapping/",
    ),
    (404, "nothing is connected"),
)
OTHERWISE[f"{HERE}incoming/<uuid:change_id>/decide/"] = (409, "there is nothing to choose")
# A colleague's job is company business; one's own needs no right.
JOB_PAGES = {"/settings/jobs/<uuid:job_id>/", "/settings/jobs/<uuid:job_id>/card/"}


def guarded_routes() -> list[Route]:
    """What declares a permission; tests/tenants/test_guards.py names the rest."""
    return [route for route in our_routes() if hasattr(route.view, "tenant_guard")]


# What may be imported depends on what it is: a page needs “edit” on that.
IMPORTED = (
    Area.CONTACTS,
    Area.PRODUCTS,
    Area.STOCK,
    Area.LEDGER,
    Area.INVOICES,
    Area.BILLS,
)


def may_import(rights: Permissions, route: Route) -> bool:
    """The world's import holds products."""
    areas = (Area.PRODUCTS,) if route.parameters else IMPORTED
    return any(rights.can(area, Level.EDIT) for area in areas)


def is_allowed(role: BuiltinRole, route: Route) -> bool:
    """What the page's guard says of the role as it is laid down."""
    rights = Permissions(role.areas, role.specials)
    area, level, special = route.view.tenant_guard  # type: ignore[attr-defined]
    if route.pattern.startswith("/settings/imports/"):
        return may_import(rights, route)
    if route.pattern in JOB_PAGES:
        area = Area.COMPANY
    return (area is None or rights.can(area, level)) and (special is None or rights.has(special))


@pytest.fixture(scope="module")
def world() -> World:
    """An organisation with one of everything, and a draft of each document."""
    made = make_world("Roles")
    lines = [LineInput(description="Carriage", quantity="1", unit_price="7.50")]
    with made.company.inside():
        supplier = made.things["contact"]
        customer = SalesOrder.objects.get(id=made.things["sale"]).contact_id
        drafts: dict[str, PurchaseOrder | SalesOrder | Invoice | Bill] = {
            "purchases": create_purchase_order(supplier, {}, lines),
            "sales": create_sales_order(customer, {}, lines),
            "invoices": create_invoice(customer, {}, lines),
            "bills": create_bill(supplier, {}, lines),
        }
        received = draft_blind_receipt(
            supplier, [ReceiptInput("1", product=made.things["product"])]
        )
    made.things.update({f"{name} draft": draft.id for name, draft in drafts.items()})
    made.things["receipts draft"] = received.id
    return made


def address(route: Route, world: World) -> str:
    """The page about one of the organisation's things; a draft where it is about changing one."""
    folder = route.pattern.split("/")[1]
    draft = world.things.get(f"{folder} draft")
    if route.pattern.endswith("/edit/") and draft is not None:
        return filled(route, {**world.things, route.thing(): draft})
    return filled(route, world.things)


@pytest.fixture(scope="module")
def shown(world: World) -> list[Route]:
    """The routes with a page: what is not one says 405 to its owner too."""
    browser = world.company.browser()
    return [
        route for route in guarded_routes() if browser.get(address(route, world)).status_code != 405
    ]


def test_there_are_eight_roles_and_pages_to_open(shown: list[Route]) -> None:
    """A2: the walk below is about something."""
    assert len(BUILTIN_ROLES) == 8
    assert len(shown) > 75
    assert set(OTHERWISE) <= {route.pattern for route in shown}


@pytest.mark.parametrize("role", BUILTIN_ROLES, ids=lambda role: role.key)
def test_every_page_obeys_the_role(world: World, shown: list[Route], role: BuiltinRole) -> None:
    """A2: 200 where the page's own guard lets the role in, 403 everywhere else."""
    browser = world.company.browser(world.company.member(role.key))

    for route in shown:
        expected = OTHERWISE.get(route.pattern, (200, ""))[0] if is_allowed(role, route) else 403
        assert browser.get(address(route, world)).status_code == expected, route.pattern


@pytest.mark.parametrize("role", BUILTIN_ROLES, ids=lambda role: role.key)
def test_what_has_no_page_shows_none(world: World, shown: list[Route], role: BuiltinRole) -> None:
    """A2: a verb that is opened like a page says 405, or 403 to who may not use it."""
    browser = world.company.browser(world.company.member(role.key))
    pages = {route.pattern for route in shown}

    for route in guarded_routes():
        if route.pattern not in pages:
            status = browser.get(address(route, world)).status_code
            allowed = (405,) if is_allowed(role, route) else (403, 405)
            assert status in allowed, route.pattern
