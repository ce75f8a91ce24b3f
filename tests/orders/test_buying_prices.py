"""What purchase lines cost: the supplier's fixed and latest prices, and packs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hub.errors import InvalidInput
from inventory.models import LatestPrice
from inventory.services.prices import SupplierPriceInput, add_supplier_price
from network.models import Contact
from orders.models import PurchaseOrder
from orders.services.bills import undo_bill, void_bill
from orders.services.lines import LineInput
from orders.services.purchases import change_purchase_order, create_purchase_order
from orders.services.trade_settings import change_trade_settings
from tests.cast import Company, make_company
from tests.orders.business import Business

D = Decimal


def price_of_new_line(here: Business, quantity: str = "1") -> Decimal:
    with here.company.inside():
        line = LineInput(product=here.beans.id, quantity=quantity)
        return create_purchase_order(here.supplier.id, {}, [line]).lines.get().unit_price


def test_new_lines_take_the_latest_billed_price_where_the_settings_say_so() -> None:
    """O2, O3: recorded when a bill is approved; without one the fixed price, then the product's."""
    here = Business()
    assert price_of_new_line(here) == D(10)
    with here.company.inside():
        add_supplier_price(here.beans.id, SupplierPriceInput(here.supplier.id, "7"))
        change_trade_settings({"supplier_pricing": "latest"})
    assert price_of_new_line(here) == D(7)
    order = here.order("4", "8")
    bill = here.bill(order, "8.5", "3")
    assert price_of_new_line(here) == D("8.5")
    later = here.bill(here.order("1", "9"))
    assert price_of_new_line(here) == D(9)
    with here.company.inside():
        undo_bill(later.id)
    assert price_of_new_line(here) == D("8.5")
    with here.company.inside():
        void_bill(bill.id)
        assert not LatestPrice.objects.exists()
        change_trade_settings({"supplier_pricing": "fixed"})
    assert price_of_new_line(here) == D(7)


def test_an_earlier_bill_does_not_take_a_later_ones_place() -> None:
    """O2: the day of the bill decides, and a discount counts."""
    here = Business()
    here.bill(here.order("1", "9"), on=date(2026, 6, 1))
    here.bill(here.order("1", "5"), on=date(2026, 5, 1))
    with here.company.inside():
        row = LatestPrice.objects.get()
        assert (row.price, row.billed_on, row.currency) == (D(9), date(2026, 6, 1), "GBP")
    page = here.company.browser().get(f"/products/{here.beans.id}/").content.decode()
    assert "Latest prices" in page and row.bill_number in page
    found = here.company.api().get(f"/api/v1/latest-prices?product={here.beans.id}").json()
    assert [one["price"] for one in found["results"]] == ["9.000000"]


@pytest.fixture
def company() -> Company:
    made = make_company()
    made.product("BEANS", unit="bag", purchase_unit="carton", purchase_factor=D(12))
    made.contact("Mill")
    return made


def draft(company: Company, **line: Any) -> PurchaseOrder:
    with company.inside():
        mill = Contact.objects.get(name="Mill")
        return create_purchase_order(mill.id, {}, [LineInput(sku="BEANS", **line)])


@pytest.mark.parametrize("unit", ["carton", "Cartons"])
def test_cartons_become_units_at_a_price_that_adds_up(company: Company, unit: str) -> None:
    """O3: 5 cartons of 12 at 10 are 60 bags at 0.833333, and 50.00 to the cent."""
    order = draft(company, quantity="5", unit=unit, unit_price="10")
    with company.inside():
        line = order.lines.get()
        assert (line.quantity, line.unit, line.unit_price) == (D(60), "bag", D("0.833333"))
        assert (line.pack_unit, line.pack_size, line.pack_price) == ("carton", D(12), D(10))
        assert line.net == D(50)


def test_what_is_bought_by_the_bag_stays_so(company: Company) -> None:
    """O3: the product's own unit, and a price that is left open is the price of one."""
    by_bag = draft(company, quantity="5", unit="bag", unit_price="1")
    by_carton = draft(company, quantity="2", unit="carton")
    with company.inside():
        own, asked = by_bag.lines.get(), by_carton.lines.get()
        assert (own.quantity, own.pack_unit, own.packs) == (D(5), "", None)
        assert (asked.quantity, asked.unit_price, asked.pack_price) == (D(24), D(10), D(120))


def test_a_price_that_does_not_add_up_is_refused(company: Company) -> None:
    """O3: 10,000 cartons at 10 would be 4 pence short; the sentence says what to enter."""
    with pytest.raises(InvalidInput) as refused:
        draft(company, quantity="10000", unit="carton", unit_price="10")
    assert set(refused.value.fields) == {"lines.0.unit_price"}
    assert "Enter 120000 bag and the price of one." in refused.value.fields["lines.0.unit_price"][0]


def test_packs_are_shown_and_entered_again_as_packs(company: Company) -> None:
    """O3: page, edit form and API show both; saving the form again changes nothing."""
    order = draft(company, quantity="5", unit="carton", unit_price="10")
    client = company.browser()
    page = client.get(f"/purchases/{order.id}/").content.decode()
    assert "carton" in page and "60" in page
    edit = client.get(f"/purchases/{order.id}/edit/").content.decode()
    assert 'value="carton"' in edit and 'value="5"' in edit and 'value="10.00"' in edit
    line = company.api().get(f"/api/v1/purchase-orders/{order.id}").json()["lines"][0]
    assert (line["quantity"], line["pack_size"], line["pack_price"]) == (
        "60.00000",
        "12.00000",
        "10.000000",
    )
    with company.inside():
        again = LineInput(sku="BEANS", quantity="5", unit="carton", unit_price="10.00")
        change_purchase_order(order.id, {}, [again])
        assert order.lines.get().net == D(50)
    body = {"lines": [{"product": "BEANS", "quantity": "2", "unit": "carton", "price": "6"}]}
    path = f"/api/v1/purchase-orders/{order.id}"
    line = company.api().patch(path, body, format="json").json()["lines"][0]
    assert (line["quantity"], line["price"], line["net"]) == ("24.00000", "0.500000", "12.0000")


def test_the_settings_of_trade_by_page_and_api(company: Company) -> None:
    """O2, A4: shown to all who may look, changed by those who may edit."""
    client, api = company.browser(), company.api()
    assert client.get("/settings/trading/").status_code == 200
    assert client.post("/settings/trading/", {"supplier_pricing": "cheap"}).status_code == 422
    assert client.post("/settings/trading/", {"supplier_pricing": "latest"}).status_code == 302
    assert api.get("/api/v1/trade-settings").json() == {
        "supplier_pricing": "latest",
        "quotes_need_approval": False,
        "separate_approval": False,
    }
    changed = api.patch("/api/v1/trade-settings", {"quotes_need_approval": True}, format="json")
    assert changed.json()["quotes_need_approval"] is True
    assert (
        api.patch("/api/v1/trade-settings", {"supplier_pricing": 1}, format="json").status_code
        == 400
    )
    looker = company.browser(company.member("read_only"))
    assert "The latest price" in looker.get("/settings/trading/").content.decode()
    assert looker.post("/settings/trading/", {"supplier_pricing": "fixed"}).status_code == 403


def test_price_tiers_are_renamed_and_archived_by_the_api(company: Company) -> None:
    """O2, A4: a doubled name is refused; another organisation's does not exist."""
    api = company.api()
    made = api.post("/api/v1/price-tiers", {"name": "Trade"}, format="json").json()
    api.post("/api/v1/price-tiers", {"name": "Staff"}, format="json")
    path = f"/api/v1/price-tiers/{made['id']}"
    assert api.patch(path, {"name": "Wholesale"}, format="json").json()["name"] == "Wholesale"
    assert api.patch(path, {"is_active": False}, format="json").json() == {
        "id": made["id"],
        "name": "Wholesale",
        "is_active": False,
    }
    assert api.patch(path, {"name": "Staff"}, format="json").status_code == 400
    assert make_company().api().get(path).status_code == 404
