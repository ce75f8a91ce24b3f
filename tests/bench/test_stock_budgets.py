"""Budgets of SQL statements for verbs that move stock."""

from decimal import Decimal

from bench.statements import counted
from hub.ids import new_id
from orders.models import SalesOrderLine
from orders.services.lines import LineInput
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.receiving import receive_order
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.shipping import draft_shipment, ship
from tests.cast import Company, make_company

LINES = 10


def stocked(company: Company) -> tuple[Company, list[LineInput]]:
    products = [company.product(f"SKU-{number}") for number in range(LINES)]
    supplier = company.contact("Mill")
    with company.inside():
        order = create_purchase_order(
            supplier.id,
            {},
            [LineInput(product=p.id, quantity="100", unit_price="2") for p in products],
        )
        authorise_purchase_order(order.id)
        receive_order(order.id)
    return company, [LineInput(product=p.id, quantity="3", unit_price="5") for p in products]


def test_authorising_a_ten_line_sale_takes_at_most_20_statements() -> None:
    """O4: through the API, the same for the third sale as for the first."""
    company, lines = stocked(make_company("Seller"))
    customer = company.contact("Café", kind="customer")
    client = company.api()
    counts: list[int] = []
    statements: list[str] = []
    for _ in range(3):
        with company.inside():
            sale = create_sales_order(customer.id, {}, lines)
        with counted() as seen:
            answer = client.post(
                f"/api/v1/sales-orders/{sale.id}/authorise", HTTP_IDEMPOTENCY_KEY=new_id().hex
            )
        assert answer.status_code == 200, answer.content
        counts.append(len(seen))
        statements = seen
    assert counts[0] <= 20, "\n".join(statements)
    assert len(set(counts)) == 1


def test_shipping_a_ten_line_sale_takes_at_most_30_statements() -> None:
    """O4: stock, layers, cost and journal; the same for the third shipment as for the first."""
    company, lines = stocked(make_company("Seller"))
    customer = company.contact("Café", kind="customer")
    counts: list[int] = []
    statements: list[str] = []
    for _ in range(3):
        with company.inside():
            sale = authorise_sales_order(create_sales_order(customer.id, {}, lines).id)
            shipment = draft_shipment(sale.id)
        with counted() as seen, company.inside():
            ship(shipment.id)
        counts.append(len(seen))
        statements = seen
    assert counts[0] <= 30, "\n".join(statements)
    assert len(set(counts)) == 1
    with company.inside():
        assert set(SalesOrderLine.objects.values_list("shipped", flat=True)) == {Decimal(3)}
