"""Attributes of products, contacts and orders: sets, values, imports, lists."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hub.errors import InvalidInput
from inventory.models import Product
from network.models import Contact
from orders.models import PurchaseOrder, Quote, SalesOrder
from orders.services.quotes import accept_quote, authorise_quote
from tenants.domain.attributes import (
    AttributeOwner,
    AttributeType,
    BadValue,
    clean_value,
)
from tenants.services.attributes import AttributeInput, clean_attributes, save_attributes
from tenants.services.imports import begin_import, map_columns, start_import
from tests.cast import Company, make_company

T = AttributeType


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        (T.TEXT, "  two   words ", "two words"),
        (T.LIST, "RED", "Red"),
        (T.LIST, "", ""),
        (T.NUMBER, "12.50", "12.5"),
        (T.NUMBER, Decimal("-0.0001"), "-0.0001"),
        (T.NUMBER, 0, "0"),
        (T.NUMBER, "1e3", "1000"),
        (T.DATE, "2026-05-31", "2026-05-31"),
        (T.CHECKBOX, True, "yes"),
        (T.CHECKBOX, "no", ""),
    ],
)
def test_values_are_kept_in_one_form(kind: T, given: Any, kept: str) -> None:
    """O1, O2: what was typed, in the words of its type."""
    assert clean_value(kind, ["Red", "Blue"], given) == kept


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (T.TEXT, "x" * 257, "256"),
        (T.TEXT, "a\u202eb", "seen"),
        (T.LIST, "Green", "Red, Blue"),
        (T.NUMBER, "1.23456", "4 decimals"),
        (T.NUMBER, "1e15", "15 digits"),
        (T.NUMBER, "NaN", "15 digits"),
        (T.NUMBER, "many", "number"),
        (T.DATE, "31.5.2026", "2026-05-31"),
        (T.CHECKBOX, "perhaps", "yes or no"),
    ],
)
def test_other_values_are_refused_with_what_is_right(kind: T, given: str, said: str) -> None:
    """O1, O2: a sentence that says what can be written."""
    with pytest.raises(BadValue, match=said):
        clean_value(kind, ["Red", "Blue"], given)


def make_set(company: Company, owner: AttributeOwner) -> None:
    with company.inside():
        save_attributes(
            owner,
            [
                AttributeInput(1, "Colour", T.LIST, ["Red", "Blue"]),
                AttributeInput(3, "Fragile", T.CHECKBOX),
                AttributeInput(7, "Height", T.NUMBER),
                AttributeInput(10, "Best before", T.DATE),
            ],
        )


def test_a_set_is_made_in_settings(company: Company) -> None:
    """O2: ten slots; refused at their field; those not used are not asked for."""
    client = company.browser()
    values = {
        "slots.1.name": "Colour",
        "slots.1.type": "list",
        "slots.1.choices": "Red\nBlue\nRed\n",
        "slots.4.name": "colour",
        "slots.4.type": "text",
        "slots.5.type": "list",
        "slots.5.name": "Size",
    }
    refused = client.post("/settings/attributes/products/", values)
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "Another attribute of this set has this name." in said
    assert "Write what can be chosen, one on each line." in said
    values |= {"slots.4.name": "Batch", "slots.5.type": "unused"}
    assert client.post("/settings/attributes/products/", values).status_code == 302
    page = client.get("/settings/attributes/").content.decode()
    assert "Colour" in page and "Batch" in page and "Size <span" not in page
    looker = company.browser(company.member("read_only"))
    assert looker.get("/settings/attributes/products/").status_code == 200
    assert looker.post("/settings/attributes/products/", values).status_code == 403


@pytest.fixture
def company() -> Company:
    return make_company()


def test_a_slot_keeps_its_values_when_it_is_not_used(company: Company) -> None:
    """O2: renamed and switched off, the number stays and so does what was written."""
    make_set(company, AttributeOwner.PRODUCT)
    with company.inside():
        kept = clean_attributes(AttributeOwner.PRODUCT, {"colour": "red"})
        save_attributes(AttributeOwner.PRODUCT, [AttributeInput(1, "", T.UNUSED)])
        assert clean_attributes(AttributeOwner.PRODUCT, {"7": "2"}, kept) == {"1": "Red", "7": "2"}
        with pytest.raises(InvalidInput) as refused:
            clean_attributes(AttributeOwner.PRODUCT, {"1": "Red"})
        assert set(refused.value.fields) == {"attributes.1"}


def test_products_have_attributes_by_form_and_api(company: Company) -> None:
    """O2, A4: asked for, refused at the field, shown, taken away."""
    make_set(company, AttributeOwner.PRODUCT)
    client, api = company.browser(), company.api()
    form = {"sku": "B", "name": "Beans", "kind": "stock", "attributes.1": "Red"}
    refused = client.post("/products/new/", form | {"attributes.7": "high"})
    assert refused.status_code == 422 and "Height: Write a number" in refused.content.decode()
    page = client.post("/products/new/", form | {"attributes.3": "on", "attributes.7": "1.50"})
    shown = client.get(page.headers["Location"]).content.decode()
    assert "Colour" in shown and "Fragile" in shown and "1.5" in shown
    edit = client.get(f"{page.headers['Location']}edit/").content.decode()
    assert '<option value="Red" selected>' in edit
    path = f"/api/v1{page.headers['Location'].rstrip('/')}"
    assert api.get(path).json()["attributes"] == {"1": "Red", "3": "yes", "7": "1.5"}
    changed = api.patch(path, {"attributes": {"Colour": "blue", "3": False}}, format="json")
    assert changed.json()["attributes"] == {"1": "Blue", "7": "1.5"}
    bad: Any
    for bad in ({"attributes": {"1": "Green"}}, {"attributes": {"2": "x"}}, {"attributes": []}):
        assert api.patch(path, bad, format="json").status_code == 400
    assert "Colour" not in b"".join(client.get("/products/?format=csv")).decode()


def test_a_list_shows_attributes_to_those_who_ask(company: Company) -> None:
    """O2, O9: hidden at first, then a column and in the CSV."""
    make_set(company, AttributeOwner.PRODUCT)
    company.product("BEANS", attributes={"1": "Red", "3": "yes"})
    client = company.browser()
    assert "?show=product_1" in client.get("/products/").content.decode()
    shown = client.get("/products/?show=product_1,product_3").content.decode()
    assert "Fragile" in shown and "Red" in shown
    lines = b"".join(client.get("/products/?show=product_1,product_3&format=csv")).decode()
    assert "Colour,Fragile" in lines and "Red,Yes" in lines


def test_contacts_have_those_of_customers_and_of_suppliers(company: Company) -> None:
    """O1: two sets on one contact, by form and API; never mixed up."""
    make_set(company, AttributeOwner.CUSTOMER)
    with company.inside():
        save_attributes(AttributeOwner.SUPPLIER, [AttributeInput(1, "Rating", T.NUMBER)])
    client = company.browser()
    form = {
        "name": "Both",
        "is_customer": "on",
        "is_supplier": "on",
        "currency": "GBP",
        "customer_attributes.1": "Red",
        "supplier_attributes.1": "4.5",
        "people-TOTAL_FORMS": "0",
        "people-INITIAL_FORMS": "0",
    }
    page = client.post("/contacts/new/", form).headers["Location"]
    shown = client.get(page).content.decode()
    assert "Rating" in shown and "4.5" in shown
    assert 'value="4.5"' in client.get(f"{page}edit/").content.decode()
    api = company.api()
    path = f"/api/v1{page.rstrip('/')}"
    body = {"supplier_attributes": {"1": "x"}}
    refused = api.patch(path, body, format="json")
    assert set(refused.json()["fields"]) == {"supplier_attributes.1"}
    found = api.get(path).json()
    assert (found["customer_attributes"], found["supplier_attributes"]) == (
        {"1": "Red"},
        {"1": "4.5"},
    )


def order_form(contact: str) -> dict[str, str]:
    return {
        "contact": contact,
        "issued_on": "2026-05-04",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-sku": "BEANS",
        "lines-0-quantity": "1",
    }


def test_orders_have_attributes_of_purchases_and_of_sales(company: Company) -> None:
    """O3, O4: a quote's go to its order; each side has its own set."""
    with company.inside():
        save_attributes(AttributeOwner.SALE, [AttributeInput(2, "Season", T.TEXT)])
        save_attributes(AttributeOwner.PURCHASE, [AttributeInput(2, "Crop year", T.NUMBER)])
    company.product("BEANS")
    company.contact("Mill")
    customer = company.contact("Café", kind="customer")
    client, api = company.browser(), company.api()
    bad = client.post("/purchases/new/", order_form("Mill") | {"attributes.2": "spring"})
    assert bad.status_code == 422 and "Crop year: Write a number" in bad.content.decode()
    made = client.post("/purchases/new/", order_form("Mill") | {"attributes.2": "2026"})
    assert "Crop year" in client.get(made.headers["Location"]).content.decode()
    assert 'value="2026"' in client.get(f"{made.headers['Location']}edit/").content.decode()
    with company.inside():
        assert PurchaseOrder.objects.get().attributes == {"2": "2026"}
    body = {
        "contact": str(customer.id),
        "lines": [{"product": "BEANS"}],
        "attributes": {"Season": "Spring"},
    }
    quote = api.post("/api/v1/quotes", body, format="json").json()
    assert quote["attributes"] == {"2": "Spring"}
    with company.inside():
        authorise_quote(Quote.objects.get().id)
        accept_quote(Quote.objects.get().id)
        assert SalesOrder.objects.get().attributes == {"2": "Spring"}
    sale = api.post("/api/v1/sales-orders", body | {"attributes": {"2": ""}}, format="json").json()
    assert api.get(f"/api/v1/sales-orders/{sale['id']}").json()["attributes"] == {}
    wrong = api.post(
        "/api/v1/sales-orders", body | {"attributes": {"Crop year": "1"}}, format="json"
    )
    assert wrong.status_code == 400
    lines = b"".join(client.get("/purchases/?show=purchase_2&format=csv")).decode()
    assert "Crop year" in lines and "2026" in lines


def test_attributes_are_imported_by_their_names(company: Company) -> None:
    """O2, O10: columns matched by name; a bad cell is named; other values stay."""
    make_set(company, AttributeOwner.PRODUCT)
    make_set(company, AttributeOwner.CUSTOMER)
    company.product("OLD", attributes={"1": "Blue", "7": "9"})

    def run(kind: str, text: str) -> Any:
        with company.inside():
            row = begin_import(kind, SimpleUploadedFile("x.csv", text.encode()))
            map_columns(row.id, row.mapping)
        company.drain()
        with company.inside():
            row.refresh_from_db()
        return row

    bad = run("products", "sku,name,Colour,Height\nNEW,New,Green,1.23456\n")
    assert [fault[1] for fault in bad.faults] == ["Colour", "Height"]
    right = run("products", "sku,name,Colour,Attribute 3\nNEW,New,red,yes\nOLD,Old,red,\n")
    with company.inside():
        start_import(right.id)
    company.drain()
    with company.inside():
        found = dict(Product.objects.values_list("sku", "attributes"))
        assert found["NEW"] == {"1": "Red", "3": "yes"}
        assert (found["OLD"]["1"], found["OLD"]["7"]) == ("Red", "9")
    people = run("contacts", "name,Customer: Colour\nCafé,blue\n")
    with company.inside():
        start_import(people.id)
    company.drain()
    with company.inside():
        assert Contact.objects.get().customer_attributes == {"1": "Blue"}


def test_sets_by_the_api(company: Company) -> None:
    """A4, O2: a slot is set, listed and refused; another organisation has its own."""
    api = company.api()
    body = {"owner": "sale", "slot": 1, "name": "Season", "type": "list", "choices": ["A", "B"]}
    assert api.post("/api/v1/attributes", body, format="json").json() == body
    assert api.get("/api/v1/attributes?owner=sale").json()["results"] == [body]
    for change, field in (
        ({"choices": []}, "slots.1.choices"),
        ({"name": ""}, "slots.1.name"),
        ({"slot": 11}, "slot"),
        ({"type": "colour"}, "type"),
    ):
        refused = api.post("/api/v1/attributes", body | change, format="json")
        assert (refused.status_code, set(refused.json()["fields"])) == (400, {field})
    assert make_company().api().get("/api/v1/attributes").json()["results"] == []
