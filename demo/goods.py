"""Goods on the shelves from the first day, some on their way in, some on their way out."""

from datetime import timedelta

from django.utils import timezone

from demo.companies import DemoCompany
from demo.history import inside
from inventory.models import Product, ProductKind
from inventory.services.adjustments import authorise_adjustment, draft_adjustment
from inventory.services.stock_tasks import TaskHeader, TaskLine
from orders.domain.states import PurchaseOrderStatus, SalesOrderStatus
from orders.models import PurchaseOrder, SalesOrder
from orders.services.receiving import ReceiptInput, outstanding_lines, receive_order
from orders.services.shipping import draft_shipment, pick_shipment, ship_order, shippable_lines


def opening_goods(company: DemoCompany) -> None:
    """What was counted before anything was traded, at what it cost; every tenth shelf is empty."""
    with inside(company):
        rows = Product.objects.filter(kind=ProductKind.STOCK).order_by("sku")
        lines = [
            TaskLine(row.id, str(20 + position * 17 % 97), row.purchase_price)
            for position, row in enumerate(rows)
            if position % 10 != 9
        ]
        header = TaskHeader(
            happened_on=timezone.localdate() - timedelta(days=60), reference="Opening count"
        )
        authorise_adjustment(draft_adjustment(header, lines).id)


def some_goods(company: DemoCompany) -> None:
    """An order received in part, a sale that shipped, one that is picked."""
    with inside(company):
        order = PurchaseOrder.objects.filter(
            status=PurchaseOrderStatus.AUTHORISED, contact__connected=False
        ).first()
        if order is not None:
            first = outstanding_lines(order)[0]
            half = first.quantity / 2
            receive_order(order.id, [ReceiptInput(half, line_id=first.line.line_id)])
        sales = SalesOrder.objects.filter(
            status=SalesOrderStatus.AUTHORISED, contact__connected=False
        ).order_by("id")
        waiting = [
            sale
            for sale in sales[:2]
            if any(row.line.allocated > 0 for row in shippable_lines(sale))
        ]
        for position, sale in enumerate(waiting):
            if position == 0:
                ship_order(sale.id)
            else:
                pick_shipment(draft_shipment(sale.id).id)
