"""Gross margin: from the book, equal to the gross profit, opening down to documents."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.models import Product
from ledger.domain.statements import profit_and_loss
from ledger.selectors import account_sums
from ledger.spans import Span
from orders.reports.gross_margin import gross_margin
from tests.inventory.test_stock_pages import text
from tests.orders.business import DAY, Business

D = Decimal
PAGE = "/reports/gross-margin/"
JUNE = DAY + timedelta(days=35)
DAYS = f"since={DAY}&until={JUNE}"
SPAN = Span(JUNE, DAY)


@pytest.fixture
def shop() -> Business:
    """10 beans at 2 (billed late at 3), 6 sold at 10 in May; filters at 1, 2 sold at 4 in June."""
    made = Business()
    order = made.order("10", "2")
    made.receive(order)
    sale = made.sale("6")
    made.ship(sale)
    made.invoice(sale)
    made.bill(order, "3")
    made.receive(made.order("5", "1", product=made.filters))
    second = made.sale("2", "4", product=made.filters, on=JUNE)
    made.ship(second, on=JUNE)
    made.invoice(second, on=JUNE)
    return made


@pytest.mark.parametrize("by", ["product", "customer", "month", "channel", "document"])
def test_each_way_comes_to_the_gross_profit(shop: Business, by: str) -> None:
    """O6: in all days, and in one month alone."""
    with shop.company.inside():
        for span in (SPAN, Span(JUNE, JUNE.replace(day=1)), Span(DAY, DAY)):
            rows = gross_margin(span, by)
            statement = profit_and_loss(account_sums(span.until, span.since))
            assert sum(row.margin for row in rows) == statement.gross_profit
            assert sum(row.revenue for row in rows) == statement.income.total


def test_a_late_bill_is_in_the_cost(shop: Business) -> None:
    """O6: 6 beans cost 18, not 12; the margin in per cent."""
    lines = text(shop.company.browser(), f"{PAGE}?{DAYS}&format=csv").lstrip("\ufeff").splitlines()
    assert lines == [
        "Code,Product,Revenue,Cost,Margin,Margin %",
        "BEANS,Product BEANS,60.0000,18.0000,42.0000,70.00",
        "FILTERS,Product FILTERS,8.0000,2.0000,6.0000,75.00",
        ",Total,68.0000,20.0000,48.0000,70.59",
    ]


def test_each_row_opens_down_to_documents(shop: Business) -> None:
    """O6: product → documents → the document's page; month → products of that month."""
    client = shop.company.browser()
    beans: Product = shop.beans
    page = text(client, f"{PAGE}?{DAYS}")
    link = f"{PAGE}?by=document&amp;since={DAY}&amp;until={JUNE}&amp;product={beans.id}"
    assert f'href="{link}"' in page
    opened = text(client, link.replace("&amp;", "&"))
    assert "INV-00001" in opened and "INV-00002" not in opened
    assert 'href="/invoices/' in opened
    assert f'name="product" value="{beans.id}"' in opened
    months = text(client, f"{PAGE}?{DAYS}&by=month")
    assert "May 2026" in months and "June 2026" in months
    june = f"{PAGE}?by=product&amp;since=2026-06-01&amp;until={JUNE}"
    assert f'href="{june}"' in months
    assert "BEANS" not in text(client, june.replace("&amp;", "&"))
    customers = text(client, f"{PAGE}?{DAYS}&by=customer")
    assert "Café" in customers and "70.59" in customers
    assert "Gross margin" in text(client, "/reports/")


def test_the_same_by_the_api(shop: Business) -> None:
    """A4, O6: rows by what was asked; a wrong way is refused at its field."""
    client = shop.company.api()
    answer = client.get(f"/api/v1/reports/gross-margin?{DAYS}&by=customer").json()
    assert [(row["name"], row["margin"], row["percent"]) for row in answer["rows"]] == [
        ("Café", "48.0000", "70.59")
    ]
    for query, field in (("by=colour", "by"), ("product=beans", "product")):
        refused = client.get(f"/api/v1/reports/gross-margin?{query}")
        assert (refused.status_code, set(refused.json()["fields"])) == (400, {field})


def test_who_does_not_see_the_books_does_not_see_it(shop: Business) -> None:
    """A2: refused."""
    client = shop.company.browser(shop.company.member("sales"))
    assert client.get(PAGE).status_code == 403
