"""Products and partners' codes."""

from decimal import Decimal

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from inventory.models import PartnerSku, Product
from inventory.services.mapping import map_code
from tests.cast import make_company

FORM = {
    "sku": "HB-1000",
    "name": "Harbour <b>Blend</b>",
    "kind": "stock",
    "unit": "bag",
    "sale_price": "18.125",
    "purchase_price": "",
    "barcode": "4012345678901",
}


def test_a_product_is_created_found_changed_and_archived() -> None:
    """N15: what partners' codes are mapped to."""
    company = make_company()
    client = company.browser()

    answer = client.post("/products/new/", FORM)

    with company.inside():
        product = Product.objects.get()
        assert (product.sale_price, product.purchase_price) == (Decimal("18.125"), None)
    assert answer.headers["Location"] == f"/products/{product.id}/"
    page = client.get(f"/products/{product.id}/").content.decode()
    assert "Harbour &lt;b&gt;Blend&lt;/b&gt;" in page
    assert "<b>Blend</b>" not in page
    for text in ("HARBOUR", "hb-10", "4012345678901"):
        assert ">HB-1000</a>" in client.get(f"/products/?q={text}").content.decode()
        assert "HB-1000 Harbour" in client.get(f"/search/?q={text}").content.decode()
    assert 'value="18.125"' in client.get(f"/products/{product.id}/edit/").content.decode()
    client.post(f"/products/{product.id}/edit/", {**FORM, "name": "House blend"})
    assert "House blend" in client.get(f"/products/{product.id}/").content.decode()
    client.post(f"/products/{product.id}/archive/", {"active": "no"})
    assert ">HB-1000</a>" not in client.get("/products/").content.decode()
    assert ">HB-1000</a>" in client.get("/products/?tab=archived").content.decode()
    assert client.get("/products/lookup/?q=HB").content == b""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sku": ""}, "SKU: This field is required."),
        ({"sku": "taken"}, "Another product has this SKU."),
        ({"sale_price": "-1"}, "Sale price: Ensure this value is greater than or equal to 0."),
        ({"sale_price": "1.1234567"}, "Sale price: Ensure that there are no more than 6 decimal"),
    ],
)
def test_what_cannot_be_used_is_said_at_the_field(change: dict[str, str], said: str) -> None:
    """N15: nothing is written."""
    company = make_company()
    company.product("TAKEN")

    answer = company.browser().post("/products/new/", {**FORM, **change})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    with company.inside():
        assert Product.objects.count() == 1


def test_codes_are_added_and_removed_under_a_product() -> None:
    """N15: a second choice for the same code replaces the first."""
    company = make_company()
    company.contact("Curlew <i>")
    one, two = company.product("ONE"), company.product("TWO")
    client = company.browser()

    for product in (one, two):
        answer = client.post(
            f"/products/{product.id}/codes/", {"contact": "Curlew <i>", "code": "C-77"}
        )
        assert answer.headers["Location"] == f"/products/{product.id}/"

    with company.inside():
        mapping = PartnerSku.objects.get()
        assert (mapping.product_id, mapping.confirmed_by) == (two.id, str(company.owner))
    page = client.get(f"/products/{two.id}/").content.decode()
    assert "Curlew &lt;i&gt;" in page
    assert "C-77" not in client.get(f"/products/{one.id}/").content.decode().split("Timeline")[0]
    answer = client.post(f"/products/{one.id}/codes/", {"contact": "Nobody", "code": "1"})
    assert answer.status_code == 422
    client.post(f"/products/codes/{mapping.id}/remove/", {"next": f"/products/{two.id}/"})
    with company.inside():
        assert not PartnerSku.objects.exists()


def test_the_mapping_page_lists_one_contacts_codes_and_adds_more() -> None:
    """N15: under the contact."""
    company = make_company()
    curlew, other = company.contact("Curlew"), company.contact("Other")
    product = company.product("HB-1")
    with company.inside():
        map_code(other, "OTHER-1", product)
    client, page = company.browser(), f"/contacts/{curlew.id}/products/"

    client.post(page, {"code": "C-1", "product": "hb-1"})

    text = client.get(page).content.decode()
    assert ">C-1</a>" in text
    assert "OTHER-1" not in text
    answer = client.post(page, {"code": "C-2", "product": "nothing"})
    assert answer.status_code == 422
    assert "You have no product with the SKU “nothing”." in answer.content.decode()
    assert f'href="{page}"' in client.get(f"/contacts/{curlew.id}/").content.decode()


def test_teammates_look_and_strangers_find_nothing() -> None:
    """A1: view without edit; another organisation's product does not exist."""
    company, strange = make_company(), make_company("Strange")
    product, contact = company.product("HB-1"), company.contact("Curlew")
    with company.inside():
        code = map_code(contact, "C-1", product)
    teammate, stranger = company.browser(company.teammate), strange.browser()

    assert "Edit product" not in teammate.get(f"/products/{product.id}/").content.decode()
    assert teammate.get("/products/new/").status_code == 403
    for address in (
        f"/products/{product.id}/edit/",
        f"/products/{product.id}/archive/",
        f"/products/{product.id}/codes/",
        f"/products/codes/{code.id}/remove/",
        f"/contacts/{contact.id}/products/",
    ):
        assert teammate.post(address, FORM).status_code == 403
        assert stranger.post(address, FORM).status_code == 404
    for address in (f"/products/{product.id}/", f"/contacts/{contact.id}/products/"):
        assert stranger.get(address).status_code == 404


def test_the_list_takes_as_many_statements_for_one_row_as_for_sixty() -> None:
    """N8: at most ten."""
    company = make_company()
    company.product("P-0")
    client = company.browser()
    client.get("/products/")

    def statements() -> int:
        with CaptureQueriesContext(database) as caught:
            assert client.get("/products/").status_code == 200
        return sum(not q["sql"].startswith(("BEGIN", "COMMIT")) for q in caught.captured_queries)

    few = statements()
    for number in range(60):
        company.product(f"Q-{number}")
    assert few == statements()
    assert few <= 10
