"""Purchase orders made from what sales lack (K3): for one sale, or collected from many.

The sales are locked before their shortage is read, so two people never order the same demand;
every purchase line says for which line of which sale it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from hub.errors import Conflict, InvalidInput, NotFound
from hub.money import parse_quantity, plain
from inventory.services.locations import default_location
from network.models import Contact
from network.services.automations import settings_row
from orders.domain.demand import (
    Consolidation,
    DemandLine,
    DemandSettings,
    PurchaseProposal,
    propose_purchases,
)
from orders.domain.document_payloads import MOST_LINES
from orders.domain.states import PurchaseOrderStatus, SalesOrderStatus
from orders.models import (
    BoughtFor,
    PurchaseOrder,
    PurchaseOrderLine,
    SalesOrder,
    SalesOrderLine,
)
from orders.services.allocation import location_of
from orders.services.bought import lock_sales
from orders.services.documents import record
from orders.services.lines import LineErrors, LineInput, build_lines
from orders.services.purchases import create_purchase_order, recalculate
from orders.shortage import Short, is_ecommerce, lines_short, with_suppliers
from tenants.services.organisations import current_organisation

MOST_DEMAND = 500


@dataclass(frozen=True, slots=True)
class BuyInput:
    """So much of a sale's line from a supplier; None is all that is short, from the preferred."""

    sales_order: UUID
    line_id: UUID
    quantity: str | Decimal | None = None
    supplier: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A checked wish."""

    short: Short
    supplier: UUID
    quantity: Decimal


def demand_settings() -> DemandSettings:
    """How this organisation collects demand, as its Automations page says."""
    row = settings_row()
    return DemandSettings(
        time_zone=ZoneInfo(current_organisation().timezone),
        consolidation=Consolidation(row.consolidate_by),
        separate_per_ecommerce_order=row.separate_ecommerce_orders,
        consolidation_by_supplier={
            UUID(contact): Consolidation(choice)
            for contact, choice in row.consolidate_per_supplier.items()
        },
    )


def demand_line(short: Short, supplier: UUID, quantity: Decimal, *, location: UUID) -> DemandLine:
    """A sale's need as demand; `location` is the usual one, where the sale names none."""
    order = short.order
    assert short.line.product_id is not None
    return DemandLine(
        supplier,
        UUID(str(short.line.product_id)),
        quantity,
        order.authorised_at or timezone.now(),
        order.id,
        needed_on=short.line.expected_on or order.required_on,
        is_ecommerce=is_ecommerce(order),
        source_line_id=short.line.line_id,
        location_id=order.location_id or location,
    )


# --- For one sale ---------------------------------------------------------------------------------
def buy_for_sale(
    order_id: UUID, wanted: Sequence[BuyInput] | None = None, *, drop_ship: bool = False
) -> list[PurchaseOrder]:
    """Draft purchases for an authorised sale, one per supplier; without `wanted` all it lacks.

    Back-to-back goods come to where the sale ships from; `drop_ship` has the supplier deliver to
    the customer. Raises Conflict when nothing is short, InvalidInput naming `lines.3.quantity`.
    """
    order = lock_sales([order_id]).get(order_id)
    if order is None:
        raise NotFound("This sales order does not exist.")
    if order.status != SalesOrderStatus.AUTHORISED:
        label = SalesOrderStatus(order.status).label.lower()
        raise Conflict(
            f"{order.number} is {label}; goods are bought for authorised orders.",
            code="not_authorised",
        )
    found = _check([order], wanted)
    made = []
    for supplier in dict.fromkeys(one.supplier for one in found):
        lines = [one for one in found if one.supplier == supplier]
        made.append(_buy(order, supplier, lines, drop_ship=drop_ship))
    numbers = ", ".join(purchase.number for purchase in made)
    how = "to be sent to its customer" if drop_ship else "for it"
    record(order, "bought_for", f"{numbers} drafted with goods {how}")
    return made


def _buy(
    order: SalesOrder, supplier: UUID, wanted: Sequence[Wanted], *, drop_ship: bool
) -> PurchaseOrder:
    contact = order.contact
    address = order.delivery_address or contact.delivery_address or contact.billing_address
    if drop_ship and not address.strip():
        message = f"{contact.name} has no address yet: enter it on the contact, then drop-ship."
        raise InvalidInput(message, fields={"drop_ship": [message]})
    header = {
        "reference": order.number,
        "required_on": _required(order.required_on),
        "location": location_of(order).id,
        "delivery_address": address if drop_ship else "",
    }
    parts = [one.short.line for one in wanted if one.short.line.kit_line is not None]
    if drop_ship and parts:
        message = f"{parts[0].description}: kits leave from here as a set. Buy their parts to come."
        raise InvalidInput(message, fields={"drop_ship": [message]})
    lines = [_line_input(one.short.line, one.quantity) for one in wanted]
    purchase = create_purchase_order(supplier, header, lines)
    PurchaseOrder.objects.filter(id=purchase.id).update(for_sale=order.id, is_drop_ship=drop_ship)
    purchase.for_sale, purchase.is_drop_ship = order.id, drop_ship
    rows = purchase.lines.order_by("position")
    _link(
        [
            (row, order.id, one.short.line.line_id, one.quantity)
            for row, one in zip(rows, wanted, strict=True)
        ]
    )
    record(purchase, "from_demand", f"Made for {order.number} of {order.contact.name}")
    return purchase


def _line_input(line: SalesOrderLine, quantity: Decimal) -> LineInput:
    return LineInput(
        product=UUID(str(line.product_id)), quantity=quantity, expected_on=line.expected_on
    )


def _required(day: date | None) -> date | None:
    """A day that has passed already is no date to ask for."""
    return day if day is not None and day >= timezone.localdate() else None


# --- From many sales ------------------------------------------------------------------------------
def order_demand(wanted: Sequence[BuyInput]) -> list[PurchaseOrder]:
    """Draft purchases for lines of any sales, put together as the Automations page says.

    A draft that collects the same day or week already is added to. Raises Conflict when all of it
    is on order by now, InvalidInput naming `lines.3.quantity`.
    """
    orders = lock_sales(one.sales_order for one in wanted)
    found = _check(list(orders.values()), wanted)
    usual = default_location().id
    demand = [demand_line(one.short, one.supplier, one.quantity, location=usual) for one in found]
    made = draft_purchases(demand)
    numbers = ", ".join(purchase.number for purchase in made)
    for order_id in {one.short.order.id for one in found}:
        record(orders[order_id], "bought_for", f"Goods for it are on {numbers}")
    return made


def _check(orders: Sequence[SalesOrder], wanted: Sequence[BuyInput] | None) -> list[Wanted]:
    """What is asked for against what is short now; raises Conflict, InvalidInput."""
    lines = lines_short([order.id for order in orders]).order_by("order_id", "position")
    shorts = {(one.order.id, one.line.line_id): one for one in with_suppliers(list(lines))}
    if not shorts:
        raise Conflict(
            "Everything here is shipped, promised from stock or on order already. "
            "Reload the page to see it.",
            code="nothing_short",
        )
    if wanted is None:
        wanted = [BuyInput(*key) for key in shorts]
    suppliers = _suppliers(wanted)
    errors = LineErrors()
    found: list[Wanted] = []
    for index, one in enumerate(wanted[:MOST_DEMAND]):
        short = shorts.pop((one.sales_order, one.line_id), None)
        checked = _checked(f"lines.{index}", one, short, suppliers, errors)
        if checked is not None:
            found.append(checked)
    if len(wanted) > MOST_DEMAND:
        errors.add("lines", f"Order at most {MOST_DEMAND} lines at once.")
    if not found and not errors.fields:
        errors.add("lines", "Choose at least one line.")
    errors.check()
    return found


def _suppliers(wanted: Sequence[BuyInput]) -> Mapping[UUID, Contact]:
    return Contact.objects.in_bulk({one.supplier for one in wanted if one.supplier is not None})


def _checked(
    path: str,
    one: BuyInput,
    short: Short | None,
    suppliers: Mapping[UUID, Contact],
    errors: LineErrors,
) -> Wanted | None:
    if short is None:
        errors.add(f"{path}.line", "This is not short any more, or named twice.")
        return None
    contact = suppliers.get(one.supplier) if one.supplier is not None else short.supplier
    if contact is None:
        errors.add(f"{path}.supplier", f"Choose a supplier for {short.line.sku}.")
        return None
    if not contact.is_supplier or not contact.is_active:
        errors.add(f"{path}.supplier", f"{contact.name} is no active supplier.")
        return None
    quantity = short.quantity
    if one.quantity not in (None, ""):
        quantity = errors.number(parse_quantity, one.quantity, f"{path}.quantity")
    if quantity > short.quantity:
        errors.add(
            f"{path}.quantity",
            f"{plain(short.quantity)} of {short.line.sku} are short. Order more for stock on a "
            "purchase order of its own.",
        )
    return Wanted(short, contact.id, quantity)


def draft_purchases(demand: Iterable[DemandLine]) -> list[PurchaseOrder]:
    """Draft the purchase orders that serve the demand, one per group; whose sales are locked.

    Prices come from the suppliers and products. Raises NotFound or InvalidInput for a supplier or
    product that is not ours; then nothing is drafted.
    """
    return [_draft(proposal) for proposal in propose_purchases(demand, demand_settings())]


def _draft(proposal: PurchaseProposal) -> PurchaseOrder:
    inputs = [
        LineInput(product=line.product_id, quantity=line.quantity, expected_on=line.needed_on)
        for line in proposal.lines
    ]
    purchase = _collecting(proposal)
    if purchase is not None:
        rows = _append(purchase, inputs)
        verb = "demand_added"
    else:
        purchase = _new(proposal, inputs)
        rows = list(purchase.lines.order_by("position"))
        verb = "from_demand"
    _link(
        [
            (row, source.order_id, source.line_id, source.quantity)
            for row, line in zip(rows, proposal.lines, strict=True)
            for source in line.sources
            if source.line_id is not None
        ]
    )
    count = len(proposal.source_order_ids)
    did = "Added" if verb == "demand_added" else "Made"
    record(purchase, verb, f"{did} from {count} sales order{'' if count == 1 else 's'}")
    return purchase


def _new(proposal: PurchaseProposal, inputs: Sequence[LineInput]) -> PurchaseOrder:
    sources = proposal.source_order_ids
    single = SalesOrder.objects.filter(id=sources[0]).first() if len(sources) == 1 else None
    header = {
        "reference": single.number if single is not None else "",
        "required_on": _required(proposal.expected_on),
        "location": proposal.location_id,
    }
    purchase = create_purchase_order(proposal.supplier_id, header, inputs)
    for_sale = single.id if single is not None and proposal.group.startswith("order ") else None
    PurchaseOrder.objects.filter(id=purchase.id).update(
        demand_group=proposal.group[:80], for_sale=for_sale
    )
    purchase.demand_group, purchase.for_sale = proposal.group[:80], for_sale
    return purchase


def _collecting(proposal: PurchaseProposal) -> PurchaseOrder | None:
    """A draft that collects the same group; one that somebody works on is left alone."""
    return (
        PurchaseOrder.objects.filter(
            contact_id=proposal.supplier_id,
            status=PurchaseOrderStatus.DRAFT,
            demand_group=proposal.group[:80],
            version=0,
            is_drop_ship=False,
            location=proposal.location_id,
        )
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("contact")
        .order_by("-id")
        .first()
    )


def _append(purchase: PurchaseOrder, inputs: Sequence[LineInput]) -> list[PurchaseOrderLine]:
    """More lines on a draft, at today's prices."""
    scratch = PurchaseOrder(
        contact=purchase.contact,
        currency=purchase.currency,
        prices_include_tax=purchase.prices_include_tax,
    )
    me = current_organisation()
    last = purchase.lines.order_by("-position").values_list("position", flat=True).first()
    first = 0 if last is None else last + 1
    if first + len(inputs) > MOST_LINES:
        raise Conflict(f"{purchase.number} is full. Authorise it, then order again.")
    rows = build_lines(
        PurchaseOrderLine, scratch, "order", inputs, side="purchase", rounding=me.tax_rounding
    )
    for position, row in enumerate(rows, start=first):
        row.order, row.position = purchase, position
    PurchaseOrderLine.objects.bulk_create(rows)
    recalculate(purchase, me.tax_rounding)
    purchase.save(update_fields=["net", "tax", "total"])
    return list(rows)


def _link(parts: Sequence[tuple[PurchaseOrderLine, UUID, UUID | None, Decimal]]) -> None:
    """Note for whom the purchase lines are; the sales' lines count it as on its way."""
    wanted = [(row, order, line, quantity) for row, order, line, quantity in parts if line]
    links = [
        BoughtFor(
            purchase_order_id=row.order_id,
            purchase_line=row.line_id,
            sales_order_id=order,
            sale_line=line,
            quantity=quantity,
        )
        for row, order, line, quantity in wanted
    ]
    BoughtFor.objects.bulk_create(links)
    lines = {
        (row.order_id, row.line_id): row
        for row in SalesOrderLine.with_parts.filter(
            order_id__in=[link.sales_order_id for link in links],
            line_id__in=[link.sale_line for link in links],
        )
    }
    for link in links:
        lines[link.sales_order_id, link.sale_line].bought += link.quantity
    SalesOrderLine.with_parts.bulk_update(lines.values(), ["bought"])


# --- By itself ------------------------------------------------------------------------------------
def draft_by_itself(order: SalesOrder, waiting: Sequence[SalesOrderLine]) -> None:
    """Draft what an e-commerce order lacks, where the Automations page says so.

    The sale is locked and was just authorised. What nobody is known to sell stays on the Demand
    page.
    """
    if not waiting or not is_ecommerce(order) or not settings_row().draft_ecommerce_purchases:
        return
    shorts = with_suppliers(list(lines_short([order.id]).order_by("position")))
    known = [one for one in shorts if one.supplier is not None and one.supplier.is_supplier]
    if not known:
        return
    usual = default_location().id
    made = draft_purchases(
        demand_line(one, one.supplier.id, one.quantity, location=usual)
        for one in known
        if one.supplier is not None
    )
    numbers = ", ".join(purchase.number for purchase in made)
    record(order, "bought_for", f"Goods for it are on {numbers}, made by the automation")
