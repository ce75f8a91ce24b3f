"""Cost of goods sold: in any span of days it equals what the book has on its accounts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from inventory.reports.cost_of_goods import cost_accounts, cost_of_goods
from inventory.services.stock_tasks import TaskLine
from ledger.domain.accounts import AccountType
from ledger.models import Account
from ledger.spans import Span
from orders.services.credit_notes import CreditInput, authorise_credit_note, credit_invoice
from orders.services.shipping import undo_shipment
from tests.cast import make_company
from tests.inventory.test_stock_pages import text
from tests.inventory.warehouses import Warehouses, stocked
from tests.orders.business import DAY

D = Decimal
PAGE = "/reports/cost-of-goods-sold/"


def later(days: int) -> date:
    return DAY + timedelta(days=days)


def traded(here: Warehouses) -> None:
    """Shipped, undone, returned, broken, transferred, and billed late at another price."""
    order = here.order("10", "2")
    here.receive(order)
    stocked(here, ("5", "4", later(2)))
    here.arrive(here.send("2", later(3)), later(3))
    sale = here.sale("6", "10", on=later(4))
    here.ship(sale, on=later(4))
    undone = here.ship(here.sale("1", on=later(5)), on=later(5))
    here.adjust(TaskLine(here.beans.id, "-1"), on=later(5))
    invoice = here.invoice(sale, on=later(6))
    with here.company.inside():
        undo_shipment(undone.id)
        wanted = [CreditInput(invoice.lines.get().line_id, "2", "2")]
        note = credit_invoice(invoice.id, wanted, values={"issued_on": later(7)})
        authorise_credit_note(note.id)
    here.bill(order, "3", on=later(9))


@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_every_span_equals_the_accounts(costing: str) -> None:
    """O6: from any day to any other, with a product on an account of its own among them."""
    here = Warehouses(costing=costing)
    with here.company.inside():
        own = Account.objects.create(code="5050", name="Own", type=AccountType.DIRECT_COSTS)
        type(here.beans).objects.filter(id=here.beans.id).update(cogs_account=own)
    traded(here)
    here.check()
    with here.company.inside():
        for first in range(-1, 11):
            for last in range(first, 11):
                span = Span(later(last), later(first))
                stock = sum((row.cost for row in cost_of_goods(span)), D(0))
                book = sum((moved for _account, moved in cost_accounts(span)), D(0))
                assert stock == book, span


def test_the_page_names_products_and_equals_the_account() -> None:
    """O6: 4 beans at 2.00 left, and 1.00 more for each once they were billed; CSV."""
    here = Warehouses()
    traded(here)
    client = here.company.browser()
    lines = text(client, f"{PAGE}?since={DAY}&until={later(9)}&format=csv").lstrip("\ufeff")
    assert lines.splitlines() == [
        "Code,Product,Quantity,Cost of one,Cost",
        "BEANS,Product BEANS,4.00000,3.000000,12.0000",
        ",Total cost,,,12.0000",
        "5000,Cost of goods sold,,,12.0000",
    ]
    page = text(client, f"{PAGE}?since={later(9)}&until={later(9)}")
    assert "Total cost" in page and "Difference" not in page
    assert f'href="/products/{here.beans.id}/movements/"' in page
    assert "Cost of goods sold" in text(client, "/reports/")
    assert "Nothing left with a sale" in text(make_company().browser(), PAGE)


def test_the_same_by_the_api_and_not_for_others() -> None:
    """A2, A4, O6: rows, their sum, the accounts'; a warehouse worker is refused."""
    here = Warehouses()
    traded(here)
    address = "/api/v1/reports/cost-of-goods-sold"
    answer = here.company.api().get(f"{address}?since={DAY}&until={later(9)}").json()
    assert (answer["total"], answer["accounts_total"]) == ("12.0000", "12.0000")
    assert [(row["sku"], row["quantity"], row["cost"]) for row in answer["rows"]] == [
        ("BEANS", "4.00000", "12.0000")
    ]
    assert here.company.api().get(f"{address}?since=soon").json()["fields"]["since"]
    assert make_company("Stranger").api().get(address).json()["rows"] == []
    worker = here.company.browser(here.company.member("warehouse"))
    assert worker.get(PAGE).status_code == 403
