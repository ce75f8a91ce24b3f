"""What a contact owes and is owed, on its page."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from hub.money import Money
from hub.ui.components import Fact, Link, SidePanel
from network.models import Contact
from orders.areas import MONEY
from orders.models import CreditSide
from orders.open_items import ContactBalance, balances_of
from tenants.domain.permissions import Level
from tenants.selectors import MembershipInForce

WORDS = {
    CreditSide.SALE: ("Owes you", "In credit"),
    CreditSide.PURCHASE: ("You owe", "In your favour"),
}
WAYS = {CreditSide.SALE: "in", CreditSide.PURCHASE: "out"}


def balance_panel(contact: Contact, member: MembershipInForce) -> SidePanel | None:
    """The card; None for who may not see money."""
    if not member.can(MONEY):
        return None
    balances = balances_of(contact.id, timezone.localdate())
    facts = [fact for balance in balances for fact in _facts(balance)]
    links = []
    if contact.is_customer:
        url = reverse("orders:statement", args=[contact.id])
        links.append(Link("Statement", url, "file-text"))
    if member.can(MONEY, Level.EDIT):
        way = "in" if contact.is_customer else "out"
        query = urlencode({"contact": contact.id, "way": way})
        links.append(Link("Record payment", f"{reverse('orders:payment-new')}?{query}", "cash"))
    note = "" if facts else "Nothing is open."
    return SidePanel("Balance", facts, "cash", links=links, note=note)


def _facts(balance: ContactBalance) -> list[Fact]:
    owed, owing = WORDS[balance.side]
    label = owed if balance.balance >= 0 else owing
    overdue = f"{Money(balance.overdue, balance.currency)} overdue" if balance.overdue else ""
    facts = [Fact(label, str(Money(abs(balance.balance), balance.currency)), overdue)]
    if balance.unused:
        facts.append(Fact("Unused credit", str(Money(balance.unused, balance.currency))))
    return facts
