"""The inbox: everything of partners that waits for this person's answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from hub.ui.components import PlainBadge
from orders.domain.states import (
    BillStatus,
    NetworkStatus,
    PurchaseOrderStatus,
    SalesOrderStatus,
)
from orders.domain.stock_states import QuoteStatus
from orders.models import (
    ApprovalRequest,
    ApprovalState,
    Bill,
    BillLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Quote,
    SalesOrder,
    SalesOrderLine,
    TradeDocument,
)
from orders.presenters.kinds import (
    BILL,
    CREDIT_NOTE,
    PURCHASE,
    QUOTE,
    SALE,
    ContactMark,
    Kind,
    contact_mark,
)
from tenants.domain.permissions import Level
from tenants.selectors import MembershipInForce

# Of each type; whoever has more works through the newest first.
MOST_ITEMS = 50

# What waits, for the badge in the shell: bounded, each by an index, for those who edit its area.
COUNTER = """(SELECT count(*) FROM (SELECT 1 FROM {table} WHERE tenant_id = %(tenant)s
AND {condition} LIMIT 100) AS waiting)"""
WAITS = "status = 'awaiting_approval'"
OFFERED = "offer IS NOT NULL AND status = 'authorised'"
COUNTERS = (
    (SALE.area, COUNTER.format(table="orders_salesorder", condition=WAITS)),
    (PURCHASE.area, COUNTER.format(table="orders_purchaseorder", condition=WAITS)),
    (PURCHASE.area, COUNTER.format(table="orders_purchaseorder", condition=OFFERED)),
    (BILL.area, COUNTER.format(table="orders_bill", condition=WAITS)),
)
# What colleagues ask for, but for one's own requests; for those who approve in its area.
QUOTED = COUNTER.format(table="orders_quote", condition=WAITS)
REQUESTED = "state = 'open' AND kind = '{kind}' AND asked_by IS DISTINCT FROM %(user)s"
APPROVALS = (PURCHASE, BILL, SALE, CREDIT_NOTE)
APPROVAL_COUNTERS = (
    (QUOTE.area, QUOTED),
    *(
        (
            kind.area,
            COUNTER.format(
                table="orders_approvalrequest", condition=REQUESTED.format(kind=kind.key)
            ),
        )
        for kind in APPROVALS
    ),
)


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One row. `bulk`: nothing about it has to be looked at before it is approved."""

    kind: Kind
    document: TradeDocument
    words: str
    flag: PlainBadge | None
    bulk: bool

    @property
    def key(self) -> str:
        """Its name in addresses and check boxes."""
        return f"{self.kind.name}-{self.document.id}"

    @property
    def url(self) -> str:
        """The inbox with this row open."""
        return inbox_url(self.key)

    @property
    def contact(self) -> ContactMark:
        """Who it is from."""
        return contact_mark(self.document)


NEW = PlainBadge("New", "info", "mail")
REVISION = PlainBadge("Revision", "attention", "versions")
CHANGES = PlainBadge("Changes", "attention", "arrows-diff")
DIFFERS = PlainBadge("Differs", "attention", "arrows-diff")
ASKED = PlainBadge("You asked", "neutral", "help")
ASKED_FOR = PlainBadge("Approval asked", "attention", "user-question")
UNMATCHED = PlainBadge("Not matched", "attention", "link")


def inbox_url(key: str = "") -> str:
    """The inbox, with a row open."""
    return reverse("orders:inbox") + (f"?{urlencode({'item': key})}" if key else "")


def inbox_items(member: MembershipInForce) -> list[InboxItem]:
    """What waits, newest first; one statement for each of the four types that the person edits."""
    items: list[InboxItem] = []
    if member.can(SALE.area, Level.EDIT):
        items += map(_sale, _waiting_sales())
    if member.can(PURCHASE.area, Level.EDIT):
        items += map(_offered, _waiting_purchases())
        items += map(_changed, _changed_purchases())
    if member.can(BILL.area, Level.EDIT):
        items += map(_bill, _waiting_bills())
    if member.can(QUOTE.area, Level.APPROVE):
        items += map(_quote, _waiting_quotes())
    known = {item.document.id for item in items}
    items += [item for item in _asked_for(member) if item.document.id not in known]
    return sorted(items, key=lambda item: item.document.changed_at, reverse=True)


def following(items: list[InboxItem], chosen: InboxItem) -> str:
    """The inbox with the row after `chosen`, or the one before where it is the last."""
    keys = [item.key for item in items]
    at = keys.index(chosen.key)
    others = keys[at + 1 :] + keys[:at][::-1]
    return inbox_url(others[0] if others else "")


# --- What waits --------------------------------------------------------------------------------
def _unmatched(lines: type[Any]) -> Exists:
    return Exists(lines.objects.filter(order=OuterRef("pk"), kind="item", product=None))


def _waiting_sales() -> QuerySet[SalesOrder]:
    return (
        SalesOrder.objects.filter(status=SalesOrderStatus.AWAITING_APPROVAL)
        .select_related("contact")
        .annotate(unmatched=_unmatched(SalesOrderLine))
        .order_by("-id")[:MOST_ITEMS]
    )


def _waiting_purchases() -> QuerySet[PurchaseOrder]:
    return (
        PurchaseOrder.objects.filter(status=PurchaseOrderStatus.AWAITING_APPROVAL)
        .select_related("contact")
        .annotate(unmatched=_unmatched(PurchaseOrderLine))
        .order_by("-id")[:MOST_ITEMS]
    )


def _changed_purchases() -> QuerySet[PurchaseOrder]:
    return (
        PurchaseOrder.objects.filter(offer__isnull=False, status=PurchaseOrderStatus.AUTHORISED)
        .select_related("contact")
        .order_by("-id")[:MOST_ITEMS]
    )


def _waiting_bills() -> QuerySet[Bill]:
    """Bills with whether any line differs from the purchase order (by line id)."""
    same = PurchaseOrderLine.objects.filter(
        order=OuterRef("bill__purchase_order"),
        line_id=OuterRef("line_id"),
        quantity=OuterRef("quantity"),
        unit_price=OuterRef("unit_price"),
        discount_percent=OuterRef("discount_percent"),
        tax_rate=OuterRef("tax_rate"),
        net=OuterRef("net"),
        tax=OuterRef("tax"),
    )
    items = BillLine.objects.filter(bill=OuterRef("pk"), kind="item")
    billed = BillLine.objects.filter(bill=OuterRef(OuterRef("pk")), line_id=OuterRef("line_id"))
    ordered = PurchaseOrderLine.objects.filter(
        order=OuterRef("purchase_order"), kind="item", quantity__gt=0
    )
    return (
        Bill.objects.filter(status=BillStatus.AWAITING_APPROVAL)
        .select_related("contact")
        .annotate(
            differs=Exists(items.filter(~Exists(same))) | Exists(ordered.filter(~Exists(billed))),
            unmatched=Exists(items.filter(product=None)),
        )
        .order_by("-id")[:MOST_ITEMS]
    )


def _waiting_quotes() -> QuerySet[Quote]:
    return (
        Quote.objects.filter(status=QuoteStatus.AWAITING_APPROVAL)
        .select_related("contact")
        .order_by("-id")[:MOST_ITEMS]
    )


def _asked_for(member: MembershipInForce) -> list[InboxItem]:
    """What colleagues ask this person to approve; a statement more for each kind among it."""
    kinds = {kind.key: kind for kind in APPROVALS if member.can(kind.area, Level.APPROVE)}
    rows = ApprovalRequest.objects.filter(state=ApprovalState.OPEN, kind__in=kinds)
    found: dict[str, list[UUID]] = {}
    for row in rows.exclude(asked_by=member.user_id).order_by("-id")[:MOST_ITEMS]:
        found.setdefault(row.kind, []).append(row.document)
    return [
        InboxItem(kinds[key], document, kinds[key].title, ASKED_FOR, bulk=False)
        for key, ids in found.items()
        for document in kinds[key]
        .model._default_manager.filter(id__in=ids)
        .select_related("contact")
    ]


# --- As rows -----------------------------------------------------------------------------------
def _flag(document: Any) -> PlainBadge | None:
    if document.partner_version > 1:
        return REVISION
    if document.unmatched:
        return UNMATCHED
    if document.network_status == NetworkStatus.ASKED:
        return ASKED
    return NEW if document.network_status == NetworkStatus.DELIVERED else None


def _sale(order: Any) -> InboxItem:
    plain = not order.unmatched and order.partner_version <= 1
    return InboxItem(SALE, order, "Order", _flag(order), bulk=plain)


def _offered(order: Any) -> InboxItem:
    plain = not order.unmatched and order.partner_version <= 1
    return InboxItem(PURCHASE, order, "Supplier's order", _flag(order), bulk=plain)


def _changed(order: PurchaseOrder) -> InboxItem:
    return InboxItem(PURCHASE, order, "Changes to your order", CHANGES, bulk=False)


def _bill(bill: Any) -> InboxItem:
    flag = DIFFERS if bill.differs and bill.partner_version <= 1 else _flag(bill)
    tied = bill.purchase_order_id is not None and not bill.differs
    plain = tied and not bill.unmatched and not bill.warning
    return InboxItem(BILL, bill, "Invoice", flag, bulk=plain)


def _quote(quote: Quote) -> InboxItem:
    return InboxItem(QUOTE, quote, "Quote", ASKED_FOR, bulk=True)


def chosen_item(items: Iterable[InboxItem], key: str) -> InboxItem | None:
    """The row of this name; else the first."""
    rows = list(items)
    return next((item for item in rows if item.key == key), rows[0] if rows else None)
