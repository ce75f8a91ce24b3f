"""Products in depth: packs, families, accounts, price tiers."""

from decimal import Decimal
from typing import Any

import pytest

from inventory.models import Product, TierPrice
from ledger.domain.accounts import AccountRole
from ledger.models import Account, PriceTier
from network.models import Contact
from orders.models import PurchaseOrder, SalesOrder
from tests.cast import Company, make_company
from tests.inventory.test_stock_pages import text

D = Decimal
FORM = {"sku": "BEANS", "name": "Beans", "kind": "stock", "unit": "bag"}


@pytest.fixture
def company() -> Company:
    return make_company()


def account(company: Company, role: AccountRole) -> str:
    with company.inside():
        return str(Account.objects.get(role=role).id)


def test_a_product_is_bought_in_cartons_and_belongs_to_a_family(company: Company) -> None:
    """O1: pack, weight, family and accounts by the form; names that others have are offered."""
    client = company.browser()
    values = {
        **FORM,
        "purchase_unit": "carton",
        "purchase_factor": "12",
        "weight": "0.25",
        "family": "House blends",
        "cogs_account": account(company, AccountRole.DISCREPANCY),
    }
    page = client.post("/products/new/", values).headers["Location"]
    shown = text(client, page)
    assert "carton of 12 bag" in shown and "0.25 kg" in shown and "House blends" in shown
    assert '<option value="House blends">' in text(client, "/products/new/")
    edited = text(client, f"{page}edit/")
    assert 'value="carton"' in edited and 'value="12"' in edited


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"purchase_unit": "carton"}, "Say how many units one carton holds."),
        ({"purchase_factor": "12"}, "Say what it is bought in, such as carton."),
        ({"purchase_unit": "carton", "purchase_factor": "0"}, "This must be greater than 0."),
        ({"weight": "-1"}, "This cannot be negative."),
    ],
)
def test_half_a_pack_is_refused(company: Company, change: dict[str, str], said: str) -> None:
    """O1: at its field; nothing is written."""
    answer = company.browser().post("/products/new/", {**FORM, **change})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    with company.inside():
        assert not Product.objects.exists()


def test_packs_and_accounts_by_the_api(company: Company) -> None:
    """A4, O1: the same rules; no account that follows documents."""
    client = company.api()
    body: dict[str, Any] = {
        "sku": "B",
        "name": "Beans",
        "purchase_unit": "carton",
        "purchase_factor": "12",
        "family": "House",
        "sale_account": account(company, AccountRole.SALES),
    }
    made = client.post("/api/v1/products", body, format="json").json()
    assert (made["purchase_factor"], made["family"]) == ("12.00000", "House")
    path = f"/api/v1/products/{made['id']}"
    for change, field in (
        ({"purchase_unit": ""}, "purchase_unit"),
        ({"cogs_account": account(company, AccountRole.INVENTORY)}, "cogs_account"),
        ({"sale_account": made["id"]}, "sale_account"),
        ({"purchase_factor": "-1"}, "purchase_factor"),
    ):
        refused = client.patch(path, change, format="json")
        assert (refused.status_code, set(refused.json()["fields"])) == (400, {field}), change


def test_a_customer_on_a_tier_pays_its_price(company: Company) -> None:
    """O1: tier in Settings, price on the product, tier on the contact, price on the new line."""
    client = company.browser()
    beans, filters = company.product("BEANS"), company.product("FILTERS")
    client.post("/settings/price-tiers/new/", {"name": "Wholesale", "is_active": "on"})
    with company.inside():
        tier = PriceTier.objects.get()
    page = f"/products/{beans.id}/"
    assert "Prices by tier" in text(client, page)
    assert client.post(f"{page}prices/", {f"tiers.{tier.id}": "8.25"}).status_code == 302
    assert 'value="8.25"' in text(client, page)
    customer = company.contact("Café", kind="customer")
    answer = company.api().patch(
        f"/api/v1/contacts/{customer.id}", {"price_tier": str(tier.id)}, format="json"
    )
    assert answer.json()["price_tier_id"] == str(tier.id)
    assert "Wholesale" in text(client, f"/contacts/{customer.id}/")
    lines = [
        {"product": str(beans.id), "quantity": "1"},
        {"product": str(filters.id), "quantity": "1"},
        {"product": str(beans.id), "quantity": "1", "price": "9"},
    ]
    for buyer, first in ((customer, "8.25"), (company.contact("Other", kind="customer"), "10")):
        body = {"contact": str(buyer.id), "lines": lines}
        made = company.api().post("/api/v1/sales-orders", body, format="json").json()
        with company.inside():
            order = SalesOrder.objects.get(id=made["id"])
            prices = [line.unit_price for line in order.lines.order_by("position")]
        assert prices == [D(first), D(10), D(9)]


def test_the_contacts_form_keeps_its_tier(company: Company) -> None:
    """O1: chosen, shown again, taken away."""
    client = company.browser()
    client.post("/settings/price-tiers/new/", {"name": "Staff", "is_active": "on"})
    with company.inside():
        tier = PriceTier.objects.get()
    form = {
        "name": "Café",
        "is_customer": "on",
        "currency": "GBP",
        "price_tier": str(tier.id),
        "people-TOTAL_FORMS": "0",
        "people-INITIAL_FORMS": "0",
    }
    client.post("/contacts/new/", form)
    with company.inside():
        assert Contact.objects.get().price_tier_id == tier.id


def test_tier_prices_by_the_api(company: Company) -> None:
    """A4, O1: set, refused at their field, taken away; another's tier does not exist."""
    client = company.api()
    beans = company.product("BEANS")
    tier = client.post("/api/v1/price-tiers", {"name": "Trade"}, format="json").json()["id"]
    path = f"/api/v1/products/{beans.id}/tier-prices"

    def set_price(tier_id: str, price: str | None) -> Any:
        return client.post(path, {"tiers": [{"tier": tier_id, "price": price}]}, format="json")

    assert set_price(tier, "7.5").json()["results"] == [{"tier": tier, "price": "7.500000"}]
    assert set(set_price(tier, "-1").json()["fields"]) == {f"tiers.{tier}"}
    other = make_company().api().post("/api/v1/price-tiers", {"name": "T"}, format="json").json()
    assert set_price(other["id"], "1").status_code == 400
    assert set_price(tier, None).json()["results"] == []
    with company.inside():
        assert not TierPrice.objects.exists()


def test_a_price_that_is_none_stays_in_its_field(company: Company) -> None:
    """O1: 422; read-only people are refused."""
    beans = company.product("BEANS")
    client = company.browser()
    client.post("/settings/price-tiers/new/", {"name": "Staff", "is_active": "on"})
    with company.inside():
        tier = PriceTier.objects.get()
    answer = client.post(f"/products/{beans.id}/prices/", {f"tiers.{tier.id}": "cheap"})
    assert answer.status_code == 422
    assert 'value="cheap"' in answer.content.decode()
    looker = company.browser(company.member("read_only"))
    assert looker.post(f"/products/{beans.id}/prices/").status_code == 403
    assert "Save prices" not in text(looker, f"/products/{beans.id}/")


def test_a_purchase_takes_the_suppliers_price_for_its_quantity(company: Company) -> None:
    """O1: the price from 10 on for 12, the other for 5; another supplier: the product's own."""
    client = company.browser()
    beans = company.product("BEANS")
    mill = company.contact("Mill")
    address = f"/products/{beans.id}/supplier-prices/"
    for price, minimum, days in (("7", "10", "14"), ("8.5", "", "")):
        values = {
            "supplier-contact": "Mill",
            "supplier-price": price,
            "supplier-minimum_quantity": minimum,
            "supplier-lead_days": days,
        }
        assert client.post(address, values).status_code == 302
    assert "Days until delivery" in text(client, f"/products/{beans.id}/")
    again = client.post(address, {"supplier-contact": "Mill", "supplier-price": "9"})
    assert again.status_code == 422
    assert "There is a price of Mill from 0 on. Remove it first." in again.content.decode()
    for contact, quantity, expected in (
        (mill, "12", "7"),
        (mill, "5", "8.5"),
        (company.contact("Other"), "12", "10"),
        (company.contact("Abroad", currency="EUR"), "12", "10"),
    ):
        line = {"product": str(beans.id), "quantity": quantity}
        body = {"contact": str(contact.id), "lines": [line]}
        made = company.api().post("/api/v1/purchase-orders", body, format="json").json()
        with company.inside():
            order = PurchaseOrder.objects.get(id=made["id"])
            assert order.lines.get().unit_price == D(expected)


def test_supplier_prices_by_the_api(company: Company) -> None:
    """A4, O1: add, list, remove; refusals at their field."""
    client = company.api()
    beans, mill = company.product("BEANS"), company.contact("Mill")
    body = {"product": str(beans.id), "contact": str(mill.id), "price": "7.25", "lead_days": 5}
    made = client.post("/api/v1/supplier-prices", body, format="json").json()
    assert (made["price"], made["minimum_quantity"], made["currency"]) == (
        "7.250000",
        "0.00000",
        "GBP",
    )
    found = client.get(f"/api/v1/supplier-prices?product={beans.id}").json()["results"]
    assert found == [made]
    customer = company.contact("Café", kind="customer")
    for change, field in (
        ({"price": "-1"}, "price"),
        ({"contact": str(customer.id)}, "contact"),
        ({"minimum_quantity": "x"}, "minimum_quantity"),
    ):
        refused = client.post("/api/v1/supplier-prices", {**body, **change}, format="json")
        assert (refused.status_code, set(refused.json()["fields"])) == (400, {field})
    path = f"/api/v1/supplier-prices/{made['id']}"
    assert make_company().api().delete(path).status_code == 404
    assert client.delete(path).status_code == 204


def test_a_products_page_says_which_accounts_are_used_and_why(company: Company) -> None:
    """O2: inherited from the organisation, or set here; goods that are bought go to stock."""
    client = company.browser()
    with company.inside():
        other = Account.objects.get(role=AccountRole.DISCREPANCY)
        usual = Account.objects.get(role=AccountRole.SALES)
    stock = company.product("BEANS", cogs_account=other)
    shown = text(client, f"/products/{stock.id}/")
    assert f"{usual} (inherited: the organisation&#x27;s usual account)" in shown
    assert f"{other} (set here)" in shown and "(stock)" in shown
    kit = company.product("SET", kind="kit")
    assert "That of each component" in text(client, f"/products/{kit.id}/")
