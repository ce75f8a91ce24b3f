"""The pages of the platform and the network in Chromium: axe, small screens, both themes."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from inventory.services.mapping import map_code
from network.models import Connection, Envelope
from network.services.handshake import connect_by_key
from network.services.invitations import default_text, send_invitations
from tenants.models import Job, Membership, Notification, Role
from tenants.services.activity import log_activity
from tests.cast import Company, Pair, make_company, make_pair
from tests.support.browser import assert_accessible, watch
from tests.support.processes import Web

pytestmark = pytest.mark.browser


@dataclass
class Scene:
    """A buyer with a partner, an open invitation, somebody who wants to connect, a product."""

    pair: Pair
    addresses: list[str]


def make_scene() -> Scene:
    """The buyer's pages, all of them with something on them."""
    pair = make_pair()
    buyer, contact = pair.buyer, pair.supplier_contact
    buyer.contact("Curlew Coffee", kind="both", email="orders@curlew.example", code="CUR")
    asker = make_company("Asker")
    connect_by_key(asker.id, asker.contact("Buyer", kind="supplier").id, buyer.key())
    product = buyer.product("HB-1000", "Harbour Blend 1 kg", barcode="4012345678901")
    with buyer.inside():
        send_invitations([], ["guest@example.com"], default_text())
        map_code(contact, "C-77", product)
        place = Membership.objects.get(user=buyer.teammate)
        role = Role.objects.get(key="sales")
        rows = {row.status: row.id for row in Connection.objects.all()}
        envelope = Envelope.objects.earliest("id")
        Notification(user=buyer.owner, kind="network.wants", title="Asker wants to connect").save()
        job = Job.objects.filter(visible=True).earliest("id")
    return Scene(
        pair,
        [*PLAIN, *_about(contact.id, product.id, rows, place.id, role.id, envelope.id, job.id)],
    )


def _about(
    contact: object, product: object, rows: Mapping[str, object], *others: object
) -> list[str]:
    place, role, envelope, job = others
    network = "/settings/company/network/"
    return [
        f"/contacts/{contact}/",
        f"/contacts/{contact}/edit/",
        f"/contacts/{contact}/products/",
        f"/products/{product}/",
        f"/products/{product}/edit/",
        *(f"{network}{row}/" for row in rows.values()),
        f"{network}{rows['connected']}/remove/",
        f"/settings/automations/{rows['connected']}/",
        f"/network/envelopes/{envelope}/",
        f"/settings/users/{place}/",
        f"/settings/roles/{role}/",
        f"/settings/jobs/{job}/",
    ]


PLAIN = [
    "/organisations/new/",
    "/help/",
    "/search/?q=curlew",
    "/settings/",
    "/settings/company/",
    "/settings/company/network/",
    "/settings/company/network/?key=shown",
    "/settings/company/network/invite/",
    "/settings/company/network/add/",
    "/settings/company/network/key/replace/",
    "/network/envelopes/",
    "/settings/automations/",
    "/contacts/",
    "/contacts/new/",
    "/products/",
    "/products/new/",
    "/settings/users/",
    "/settings/users/invite/",
    "/settings/roles/",
    "/settings/roles/new/",
    "/settings/api-keys/",
    "/settings/api-keys/new/",
    "/settings/activity/",
    "/settings/mailing-lists/",
    "/settings/mailing-lists/new/",
    "/settings/tax-rules/",
    "/settings/tax-rules/new/",
    "/settings/payment-terms/",
    "/settings/payment-terms/new/",
    "/settings/jobs/",
    "/notifications/",
    "/notifications/preferences/",
    "/contacts/01900000-0000-7000-8000-000000000000/",
]


def sign_in(context: BrowserContext, site: Web, company: Company) -> None:
    """Give the browser the owner's session."""
    value = company.browser().cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site.url}])


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Made once: these tests only look."""
    return make_scene()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_every_page_is_accessible_and_fits(
    chromium: Browser, site: Web, scene: Scene, width: int, theme: str
) -> None:
    """N1 to N4, K4, A1 to A5: WCAG 2.2 AA by axe; nothing scrolls sideways."""
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 844},
        color_scheme="dark" if theme == "dark" else "light",
    )
    sign_in(context, site, scene.pair.buyer)
    page, errors = context.new_page(), list[str]()
    watch(page, errors)

    for address in scene.addresses:
        page.goto(address)
        assert_accessible(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{address} at {width} px is {overflow} px too wide"

    context.close()
    missing = "status of 404"  # the last address is nobody's contact
    assert [error for error in errors if missing not in error] == []


def test_the_verbs_of_a_row_work_inside_the_list(context: BrowserContext, site: Web) -> None:
    """N4: the pressed button carries the token; Invite again, Withdraw."""
    company = make_company()
    with company.inside():
        send_invitations([], ["guest@example.com"], default_text())
    sign_in(context, site, company)
    page: Page = context.new_page()
    page.goto("/settings/company/network/")

    page.get_by_role("button", name="Invite again").click()
    expect(page.get_by_text("Invited guest@example.com again.")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()

    expect(page.get_by_text("Invitation withdrawn.")).to_be_visible()
    expect(page.get_by_role("cell", name="Disconnected")).to_be_visible()


def test_removing_asks_in_a_dialog(context: BrowserContext, site: Web) -> None:
    """N13: “Yes, remove the network”, by keyboard."""
    pair = make_pair()
    sign_in(context, site, pair.buyer)
    page = context.new_page()
    page.goto("/settings/company/network/?tab=connected")
    page.get_by_role("link", name=pair.supplier.name).first.click()

    page.get_by_role("link", name="Remove connection").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Documents that were delivered stay, on both sides.")).to_be_visible()
    assert_accessible(page)
    dialog.get_by_role("button", name="Yes, remove the network").press("Enter")

    expect(page.get_by_text(f"Removed the connection with {pair.supplier.name}.")).to_be_visible()


def test_the_audit_report_shows_its_changes_on_a_phone(context: BrowserContext, site: Web) -> None:
    """A3: what changed is read at 390 px too; an entry without changes has no empty row."""
    company = make_company()
    with company.inside():
        log_activity("test.changed", "Price list changed", changes={"Name": ("Old", "New")})
        log_activity("test.seen", "Price list seen")
    sign_in(context, site, company)
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto("/settings/activity/?action=test")

    changes = page.locator("td[data-label=Changes]:visible")
    expect(changes).to_have_count(1)
    expect(changes).to_have_text("Name: Old → New")


def test_the_chosen_tab_is_in_view_on_a_phone(context: BrowserContext, site: Web) -> None:
    """Interface: tabs that do not fit are moved along."""
    sign_in(context, site, make_company())
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto("/settings/e-mail-texts/?kind=invoice")

    expect(page.get_by_role("link", name="Invoice", exact=True)).to_be_in_viewport(ratio=0.9)
