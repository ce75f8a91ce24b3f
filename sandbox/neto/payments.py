"""Payments: AddPayment, GetPayment, GetPaymentMethods."""

from typing import Any

from sandbox.common.store import Record
from sandbox.neto import notifications, orders
from sandbox.neto.batch import each
from sandbox.neto.envelope import Reply
from sandbox.neto.postings import post_payment
from sandbox.neto.query import Where, given, selectors, simple, window
from sandbox.neto.shops import Shop
from sandbox.neto.values import CENT, Problem, decimal, fixed, moment, stamp, text

SELECTORS = (
    *("ID", "AmountPaid", "CurrencyCode", "DatePaid", "DatePaidLocal", "DatePaidUTC"),
    *("PaymentMethod", "PaymentMethodName", "ProcessBy", "AuthorisationMessage", "PaymentNotes"),
    *("CardHolder", "CardExpiryDate", "CardAuthorisation", "AccountName", "AccountBSB"),
    *("AccountNumber", "ChequeNumber", "OrderID", "PaymentID"),
)


def add(shop: Shop, given: dict[str, Any]) -> dict[str, Any]:
    """Enter one payment; a fully paid order is approved by itself. Raises Problem."""
    order_id = text(given.get("OrderID"), "OrderID", 50)
    order = shop.need("order", order_id)
    amount = decimal(given.get("AmountPaid"), "AmountPaid")
    if given.get("AmountPaid") in (None, "") or amount != amount.quantize(CENT):
        raise Problem("Invalid Request", "AmountPaid is required, to the cent")
    number = str(shop.next("payment", 1001))
    method = text(given.get("PaymentMethodName"), "PaymentMethodName", 100)
    wanted = text(given.get("PaymentMethodID"), "PaymentMethodID", 20)
    if not method and wanted:
        method = shop.need("paymentmethod", wanted, "Payment Method")["Name"]
    payment = {
        "PaymentID": number,
        "OrderID": order_id,
        "AmountPaid": amount,
        "CurrencyCode": order["CurrencyCode"],
        "DatePaid": stamp(moment(given.get("DatePaid"), "DatePaid")) or shop.now,
        "PaymentMethodName": method,
        "CardAuthorisation": text(given.get("CardAuthorisation"), "CardAuthorisation", 100),
    }
    shop.put("payment", number, payment, [("payment.order", order_id)])
    entry = {
        "Id": number,
        "Amount": amount,
        "PaymentType": method,
        "DatePaid": payment["DatePaid"],
    }
    order["OrderPayment"] = [*order["OrderPayment"], entry]
    order["DatePaid"] = payment["DatePaid"]
    order["DefaultPaymentType"] = order["DefaultPaymentType"] or method
    orders.save(shop, order)
    post_payment(shop, payment)
    if shop.switch("payments_notify"):
        notifications.order_changed(shop, order)
    return {"PaymentID": number}


def add_payment(shop: Shop, body: dict[str, Any], reply: Reply) -> None:
    """AddPayment. Raises Problem."""
    each(shop, body, "Payment", reply, lambda one: add(shop, one))


def get_payment(shop: Shop, body: dict[str, Any], reply: Reply) -> None:
    """GetPayment. Raises Problem."""
    filters = body.get("Filter") or {}
    if not isinstance(filters, dict):
        raise Problem("Invalid Request", "Filter is not an object")
    where = Where(shop, "payment")
    ids, order_ids = given(filters, "PaymentID"), given(filters, "OrderID")
    if ids:
        where.ids(ids)
    if order_ids:
        where.key("payment.order", order_ids)
    where.between("DatePaid", *window(filters, "DatePaid"))
    selectors(filters)
    reply.content["Payment"] = simple(shop, where, filters, view, ("PaymentID",))


def view(shop: Shop, record: Record) -> dict[str, Any]:
    """One payment; what belongs to cards and accounts is never there."""
    payment = record.body
    return {
        **dict.fromkeys(SELECTORS, ""),
        **{name: text(one) for name, one in payment.items()},
        "ID": payment["PaymentID"],
        "AmountPaid": fixed(payment["AmountPaid"], 2),
        "DatePaidUTC": payment["DatePaid"],
        "DatePaidLocal": shop.local(payment["DatePaid"]),
        "PaymentMethod": payment["PaymentMethodName"],
    }
