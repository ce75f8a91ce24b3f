"""Which documents stand side by side; reads only. None where there is nothing to compare."""

from decimal import Decimal

from network.domain.states import Direction
from network.models import Envelope
from orders.domain.differences import ComparedDocument as Compared
from orders.domain.differences import Differences, compare, compare_payloads
from orders.domain.payloads import (
    DocumentPayload,
    InvoicePayload,
    LineChange,
    OrderAnswerPayload,
    OrderPayload,
    SalesOrderPayload,
    read_payload,
)
from orders.domain.states import PurchaseOrderStatus, SalesOrderStatus
from orders.models import Bill, PurchaseOrder, SalesOrder
from orders.services.changes import is_shared, open_change, request_of
from orders.services.freezing import build_payload, read_version, version_or_none
from tenants.models import Organisation

# What a partner's order travels as, and the status in which it waits for us.
ARRIVING: dict[type[PurchaseOrder | SalesOrder], tuple[str, type[DocumentPayload], str]] = {
    PurchaseOrder: ("sales_order", SalesOrderPayload, PurchaseOrderStatus.AWAITING_APPROVAL),
    SalesOrder: ("order", OrderPayload, SalesOrderStatus.AWAITING_APPROVAL),
}


def offered_changes(order: PurchaseOrder) -> Differences | None:
    """Our order beside what the supplier offers instead, while that waits for our answer."""
    frozen = version_or_none(order.id, order.version) if order.offer is not None else None
    if frozen is None or order.offer is None:
        return None
    payload = read_version(frozen)
    answer = read_payload(OrderAnswerPayload, order.offer["payload"])
    return compare(
        Compared.from_payload(payload, "As ordered"),
        Compared.from_answer(payload, answer, f"{order.contact.name} offers"),
    )


def requested_changes(order: PurchaseOrder | SalesOrder, me: Organisation) -> Differences | None:
    """The order as both accepted it beside what one of the two asks for now (N16)."""
    change = open_change(order) if is_shared(order) else None
    if change is None:
        return None
    payload = build_payload(order, me, max(order.version, 1))
    request = request_of(change)
    changes = request.changes
    if request.cancel:
        changes = tuple(
            LineChange(line_id=line.line_id, quantity=Decimal(0))
            for line in payload.lines
            if line.kind == "item"
        )
    answer = OrderAnswerPayload(
        document_id=payload.document_id, document_version=1, answer="changed", changes=changes
    )
    who = "You ask for" if change.ours else f"{order.contact.name} asks for"
    return compare(
        Compared.from_payload(payload, "As agreed"), Compared.from_answer(payload, answer, who)
    )


def proposed_changes(order: SalesOrder) -> Differences | None:
    """The buyer's order beside what we offered instead, while the buyer has not answered."""
    if order.proposal is None or order.request is None:
        return None
    payload = read_payload(OrderPayload, order.request)
    answer = read_payload(OrderAnswerPayload, order.proposal["payload"])
    return compare(
        Compared.from_payload(payload, "As ordered"),
        Compared.from_answer(payload, answer, "As you offered"),
    )


def revised_order(order: PurchaseOrder | SalesOrder) -> Differences | None:
    """The partner's order before beside the version that waits for approval, as both arrived.

    A buyer's order at the supplier, or a supplier's sales order at the customer (N17).
    """
    kind, payload, waiting = ARRIVING[type(order)]
    if order.status != waiting or order.partner_version <= 1:
        return None
    arrived = Envelope.objects.filter(
        object_id=order.id,
        direction=Direction.IN,
        kind=kind,
        version__lte=order.partner_version,
    ).order_by("-version")[:2]
    if len(arrived) < 2:
        return None  # the first that reached us
    now, before = (
        Compared.from_payload(read_payload(payload, one.payload), f"Version {one.version}")
        for one in arrived
    )
    return compare(before, now)


def billed_differently(bill: Bill, me: Organisation) -> Differences | None:
    """Our purchase order beside the invoice as it arrived."""
    if bill.purchase_order is None or bill.request is None:
        return None
    order = bill.purchase_order
    ordered = build_payload(order, me, max(order.version, 1))
    invoice = read_payload(InvoicePayload, bill.request)
    return compare(
        Compared.from_payload(ordered, f"Order {order.number}"),
        Compared.from_payload(invoice, f"Invoice {bill.partner_number}"),
    )


def superseded_version(bill: Bill) -> Differences | None:
    """The invoice's version before beside this one (K5)."""
    earlier = bill.supersedes
    if earlier is None or earlier.request is None or bill.request is None:
        return None
    before = read_payload(InvoicePayload, earlier.request)
    now = read_payload(InvoicePayload, bill.request)
    found = compare_payloads(before, now)
    return Differences(
        ours=Compared.from_payload(before, f"Version {earlier.partner_version}"),
        theirs=Compared.from_payload(now, f"Version {bill.partner_version}"),
        header=found.header,
        lines=found.lines,
        totals=found.totals,
    )
