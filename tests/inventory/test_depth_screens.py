"""Kits, attributes and approvals in Chromium: axe, small screens, dark."""

import pytest
from playwright.sync_api import Browser

from orders.models import PurchaseOrder
from orders.services.approvals import ask_approval
from tenants.domain.attributes import AttributeOwner, AttributeType
from tenants.models import Role
from tenants.services.attributes import AttributeInput, save_attributes
from tests.cast import Company
from tests.orders.business import Business
from tests.orders.test_document_screens import opened
from tests.support.browser import assert_accessible, watch
from tests.support.processes import Web

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def scene() -> tuple[Company, list[str]]:
    """A company with a kit, attributes and a request for approval."""
    shop = Business()
    kit = shop.kit(beans="2", filters="1")
    shop.receive(shop.order("10", "2"))
    sale = shop.sale("6", product=kit)
    shop.bill(shop.order("1", "9"))
    with shop.company.inside():
        for owner in AttributeOwner:
            save_attributes(
                owner,
                [
                    AttributeInput(1, "Colour", AttributeType.LIST, ["Red", "Blue"]),
                    AttributeInput(2, "Fragile", AttributeType.CHECKBOX),
                    AttributeInput(3, "Best before", AttributeType.DATE),
                ],
            )
        role = Role.objects.get(key="purchasing")
    buyer = shop.company.member("read_only")
    draft = shop.order("3", "7")
    with shop.company.inside():
        PurchaseOrder.objects.filter(id=draft.id).update(status="draft", authorised_at=None)
    with shop.company.inside(buyer):
        ask_approval(PurchaseOrder, draft.id, "Please, by Friday")
    return shop.company, [
        f"/products/{kit.id}/",
        f"/products/{shop.beans.id}/",
        f"/products/{shop.beans.id}/edit/",
        "/products/?show=product_1,product_2",
        f"/contacts/{shop.supplier.id}/edit/",
        f"/sales/{sale.id}/",
        f"/sales/{sale.id}/ship/",
        "/purchases/new/",
        f"/purchases/{draft.id}/",
        f"/purchases/{draft.id}/send-back/",
        "/inbox/",
        "/settings/attributes/",
        "/settings/attributes/products/",
        "/settings/trading/",
        f"/settings/roles/{role.id}/",
    ]


@pytest.mark.parametrize("screen", [(1440, "light"), (390, "dark")])
def test_every_page_is_accessible_and_fits(
    chromium: Browser, site: Web, scene: tuple[Company, list[str]], screen: tuple[int, str]
) -> None:
    """O2, O3: WCAG 2.2 AA by axe; nothing scrolls sideways."""
    (company, addresses), (width, theme) = scene, screen
    context = opened(chromium, site, company, width=width, theme=theme)
    page, errors = context.new_page(), list[str]()
    watch(page, errors)

    for address in addresses:
        page.goto(address)
        assert_accessible(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{address} at {width} px is {overflow} px too wide"

    context.close()
    assert errors == []
