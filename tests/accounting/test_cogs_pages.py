"""Cost of goods sold under Advanced: looked at, exported, recalled, never doubled (Q17)."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounting.domain.states import Kind, SyncState
from inventory.models import Product
from inventory.services.adjustments import authorise_adjustment, draft_adjustment
from inventory.services.stock_tasks import TaskHeader, TaskLine
from orders.models import SalesOrderLine
from orders.services.lines import LineInput
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.shipping import ShipmentInput, draft_shipment, ship
from tests.accounting.books import Books
from tests.accounting.making import customer_of

HERE = "/integrations/quickbooks/cogs/"


def shipped(books: Books, quantity: str = "3") -> None:
    """Goods that cost 4 each leave."""
    product = books.company.product("BEANS")
    customer = customer_of(books)
    with books.company.inside():
        found = Product.objects.get(id=product.id)
        line = TaskLine(found.id, "10", "4", "Found")
        authorise_adjustment(draft_adjustment(TaskHeader(), [line]).id)
        order = create_sales_order(
            customer.id, {}, [LineInput(product=found.id, quantity=quantity)]
        )
        authorise_sales_order(order.id)
        sold = SalesOrderLine.objects.get(order=order)
        shipment = draft_shipment(order.id, [ShipmentInput(sold.line_id, quantity)])
        ship(shipment.id)


def test_a_period_is_looked_at_exported_twice_and_recalled(books: Books) -> None:
    """Q17: the preview names the journal; exported twice nothing doubles; Void recalls it."""
    shipped(books)
    today = timezone.localdate().isoformat()
    days = {"since": today, "until": today}
    web = books.company.browser()
    page = web.get(HERE, days).content.decode()
    assert "12.00" in page and "Export COGS to QuickBooks Online" in page
    for expected in (
        "1 journal goes with the next sync.",
        "Everything of this period was exported.",
    ):
        answer = web.post(f"{HERE}export/", days, follow=True)
        assert expected in answer.content.decode()
    books.sync()
    [row] = books.documents(kind=Kind.COGS)
    assert row.state == SyncState.SYNCED
    entries = [one for one in books.there("JournalEntry") if one["Id"] == row.remote_id]
    debits = [
        Decimal(str(line["Amount"]))
        for line in entries[0]["Line"]
        if line["JournalEntryLineDetail"]["PostingType"] == "Debit"
    ]
    assert debits == [Decimal(12)]
    page = web.get(HERE, days).content.decode()
    assert "Void COGS in QuickBooks Online" in page and "Export COGS" not in page
    answer = web.post(f"{HERE}void/", days, follow=True)
    assert "1 journal is voided with the next sync." in answer.content.decode()
    books.sync()
    assert books.documents(kind=Kind.COGS)[0].state == SyncState.REMOVED
    again = web.post(f"{HERE}void/", days, follow=True)
    assert "Nothing of this period stands there." in again.content.decode()


def test_a_period_that_cannot_be_is_refused(books: Books) -> None:
    """Q17: from after to, a day to come and no day at all are named; nothing is made."""
    today = timezone.localdate()
    web = books.company.browser()
    for since, until in (
        (today.isoformat(), (today - timedelta(days=1)).isoformat()),
        (today.isoformat(), (today + timedelta(days=2)).isoformat()),
        ("2020-01-01", today.isoformat()),
        ("x", "y"),
    ):
        days = {"since": since, "until": until}
        assert web.get(HERE, days).status_code == 422, days
        assert web.post(f"{HERE}export/", days).status_code == 400, days
    assert books.documents(kind=Kind.COGS) == []
