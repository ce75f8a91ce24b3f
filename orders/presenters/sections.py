"""The lists that belong together, as tabs above each of them."""

from django.urls import reverse

from hub.ui.components import Tab
from orders.areas import MONEY
from orders.presenters.kinds import (
    BILL,
    CREDIT_NOTE,
    INVOICE,
    PURCHASE,
    QUOTE,
    RECEIPT,
    SALE,
    SHIPMENT,
    SUPPLIER_CREDIT,
)
from orders.presenters.payments import PAYMENT
from tenants.selectors import MembershipInForce

SECTIONS = {
    "sale": (QUOTE, SALE, SHIPMENT, INVOICE, CREDIT_NOTE),
    "purchase": (PURCHASE, RECEIPT, BILL, SUPPLIER_CREDIT),
}


def section_tabs(member: MembershipInForce, active: str, side: str) -> list[Tab]:
    """The tabs of selling or buying that the person may open; none where there is only one."""
    tabs = [
        Tab(kind.list_title, kind.list_url, active=kind.key == active)
        for kind in SECTIONS[side]
        if member.can(kind.area)
    ]
    if side == "purchase" and member.can(PURCHASE.area):
        tabs.insert(1, Tab("Demand", reverse("orders:demand"), active=active == "demand"))
    if member.can(MONEY):
        url = f"{PAYMENT.list_url}?side={side}"
        tabs.append(Tab("Payments", url, active=active == "payments"))
    return tabs if len(tabs) > 1 else []
