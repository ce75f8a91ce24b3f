"""Stock valuation: on any day it equals the inventory account, however the day's work went."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from inventory.reports.valuation import inventory_balance, stock_valuation
from inventory.services.adjustments import undo_adjustment
from inventory.services.stock_tasks import TaskLine
from inventory.services.transfers import undo_transfer
from orders.services.shipping import undo_shipment
from tests.cast import make_company
from tests.inventory.test_stock_pages import text
from tests.inventory.warehouses import Warehouses, stocked
from tests.orders.business import DAY

D = Decimal
PAGE = "/reports/stock-valuation/"


def later(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.fixture
def here() -> Warehouses:
    made = Warehouses()
    stocked(made, ("10", "2", DAY), ("5", "4", later(2)))
    made.arrive(made.send("4", later(3)), later(5))
    made.ship(made.sale("5", on=later(6)), on=later(6))
    return made


def total_on(here: Warehouses, day: date) -> Decimal:
    with here.company.inside():
        return sum((row.value for row in stock_valuation(day)), D(0))


@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_on_every_day_it_equals_the_inventory_account(costing: str) -> None:
    """O6: after late bills, transfers, adjustments, and undoing each of them."""
    here = Warehouses(costing=costing)
    order = here.order("10", "2")
    here.receive(order)
    stocked(here, ("5", "4", later(2)))
    first = here.arrive(here.send("4", later(3)), later(5))
    here.ship(here.sale("3", on=later(6)), on=later(6))
    adjusted = here.adjust(TaskLine(here.beans.id, "-1"), on=later(7))
    here.send("2", later(8))
    here.bill(order, "3", on=later(9))
    with here.company.inside():
        undo_adjustment(adjusted.id)
    kept = here.ship(here.sale("1", on=later(10)), on=later(10))
    with here.company.inside():
        undo_shipment(kept.id)
        undo_transfer(first.id)
    here.check()
    for days in range(-1, 12):
        day = later(days)
        with here.company.inside():
            assert total_on_inside(day) == inventory_balance(day), days


def total_on_inside(day: date) -> Decimal:
    return sum((row.value for row in stock_valuation(day)), D(0))


def test_it_stands_at_a_day(here: Warehouses) -> None:
    """O6: before the goods came, between two receipts, on the way, today."""
    assert total_on(here, later(-1)) == 0
    assert total_on(here, later(1)) == 20
    assert total_on(here, later(2)) == 40
    assert total_on(here, later(4)) == 32
    assert total_on(here, later(5)) == 40


def test_the_page_names_each_product_at_each_location(here: Warehouses) -> None:
    """O6: quantity, cost, value; the sum and the account that it equals; CSV."""
    client = here.company.browser()
    lines = text(client, f"{PAGE}?on={later(5)}&format=csv").lstrip("\ufeff").splitlines()
    assert lines == [
        "Code,Product,Quantity,Cost of one,Value",
        ",Main warehouse,,,",
        "BEANS,Product BEANS,11.00000,2.909091,32.0000",
        ",Total Main warehouse,,,32.0000",
        ",Shop,,,",
        "BEANS,Product BEANS,4.00000,2.000000,8.0000",
        ",Total Shop,,,8.0000",
        ",Total stock,,,40.0000",
        "1200,Inventory control,,,40.0000",
    ]
    page = text(client, f"{PAGE}?on={later(5)}&location={here.shop}")
    assert "Total Shop" in page and "Inventory control" not in page
    assert f"location={here.shop}" in page.split("w-span__presets")[1]
    assert f'href="/products/{here.beans.id}/movements/"' in page
    assert "Stock valuation" in text(client, "/reports/")
    assert "No stock on this day" in text(make_company().browser(), PAGE)


def test_the_same_by_the_api(here: Warehouses) -> None:
    """A4, O6: rows, their sum, the account's balance."""
    answer = here.company.api().get(f"/api/v1/reports/stock-valuation?on={later(5)}").json()
    assert (answer["total"], answer["account_balance"]) == ("40.0000", "40.0000")
    assert [(row["sku"], row["quantity"], row["value"]) for row in answer["rows"]] == [
        ("BEANS", "11.00000", "32.0000"),
        ("BEANS", "4.00000", "8.0000"),
    ]
    bad = here.company.api().get("/api/v1/reports/stock-valuation?location=shop")
    assert bad.status_code == 400


def test_who_does_not_see_the_books_does_not_see_it(here: Warehouses) -> None:
    """A2: a warehouse worker is refused, and offered no card."""
    client = here.company.browser(here.company.member("warehouse"))
    assert client.get(PAGE).status_code == 403
    assert "Stock valuation" not in text(client, "/reports/")
