"""Sales that lack goods: one waits under Demand, one is bought for, one goes straight there."""

from decimal import Decimal

from demo.companies import DemoCompany
from demo.history import inside
from inventory.models import Product, ProductKind, StockLevel
from inventory.services.prices import SupplierPriceInput, add_supplier_price
from network.models import Contact
from orders.models import PurchaseOrder, SalesOrder
from orders.services.demand import buy_for_sale
from orders.services.drop_shipping import Carriage, supplier_shipped
from orders.services.lines import LineInput
from orders.services.purchases import authorise_purchase_order
from orders.services.sales import authorise_sales_order, create_sales_order

MARKET = Decimal("0.9")


def some_buying(company: DemoCompany) -> None:
    """Of products whose shelves are empty; nothing where there are too few, or nobody to ask."""
    with inside(company):
        full = StockLevel.objects.filter(on_hand__gt=0).values("product_id")
        empty = Product.objects.filter(kind=ProductKind.STOCK, purchase_price__gt=0)
        products = list(empty.exclude(id__in=full).order_by("sku_key")[:3])
        people = Contact.objects.filter(connected=False).order_by("name_key")
        supplier = people.filter(is_supplier=True).last()
        customer = people.filter(is_customer=True, is_supplier=False).first()
        if len(products) < 3 or supplier is None or customer is None:
            return
        for product in products:
            assert product.purchase_price is not None
            price = product.purchase_price * MARKET
            add_supplier_price(product.id, SupplierPriceInput(supplier.id, f"{price:.2f}"))
        _sell(customer, products[0], "12", channel="Neto")
        _buy(_sell(customer, products[1], "6"), drop_ship=False)
        dropped = _buy(_sell(customer, products[2], "4"), drop_ship=True)
        supplier_shipped(dropped.id, carriage=Carriage("Parcel post", "PP-204518"))


def _sell(customer: Contact, product: Product, quantity: str, channel: str = "") -> SalesOrder:
    address = customer.delivery_address or customer.billing_address or "The Quay\nFalmouth"
    header = {"channel": channel, "delivery_address": address}
    order = create_sales_order(
        customer.id, header, [LineInput(product=product.id, quantity=quantity)]
    )
    return authorise_sales_order(order.id)


def _buy(order: SalesOrder, *, drop_ship: bool) -> PurchaseOrder:
    [purchase] = buy_for_sale(order.id, drop_ship=drop_ship)
    return authorise_purchase_order(purchase.id)
