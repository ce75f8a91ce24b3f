"""Every action that the header NETOAPI_ACTION may name."""

from collections.abc import Callable
from typing import Any

from sandbox.neto import (
    carts,
    customer_logs,
    customers,
    items,
    order_reads,
    order_writes,
    payments,
    plain,
    rmas,
    settings,
    shipping,
)
from sandbox.neto.envelope import Reply
from sandbox.neto.shops import Shop

Action = Callable[[Shop, dict[str, Any], Reply], None]

ACTIONS: dict[str, Action] = {
    "GetOrder": order_reads.get_order,
    "AddOrder": order_writes.add_order,
    "UpdateOrder": order_writes.update_order,
    "GetPayment": payments.get_payment,
    "AddPayment": payments.add_payment,
    "GetPaymentMethods": settings.get_payment_methods,
    "GetCurrencySettings": settings.get_currency_settings,
    "UpdateCurrencySettings": settings.update_currency_settings,
    "GetShippingMethods": shipping.get_shipping_methods,
    "GetShippingQuote": shipping.get_shipping_quote,
    "GetCart": carts.get_cart,
    "AddCustomerLog": customer_logs.add_customer_log,
    "UpdateCustomerLog": customer_logs.update_customer_log,
    "GetItem": items.get_item,
    "AddItem": items.add_item,
    "UpdateItem": items.update_item,
    "GetCustomer": customers.get_customer,
    "AddCustomer": customers.add_customer,
    "UpdateCustomer": customers.update_customer,
    "GetRma": rmas.get_rma,
    "AddRma": rmas.add_rma,
    **plain.actions(),
}
