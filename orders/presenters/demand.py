"""What sales lack, put together as it would be ordered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inventory.services.locations import default_location
from orders.domain.demand import PurchaseProposal, propose_purchases
from orders.forms.buying import BuyForm, BuyRow
from orders.presenters.manner import Manner
from orders.services.demand import demand_line, demand_settings
from orders.shortage import Short, is_ecommerce

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class DemandGroup:
    """What one supplier sells: for each purchase order to be what it collects, and its lines."""

    title: str
    parts: Sequence[tuple[str, Sequence[BuyRow]]]


def demand_groups(form: BuyForm, shorts: Sequence[Short], manner: Manner) -> list[DemandGroup]:
    """The lines by the purchase order that each would be on; those without a supplier last."""
    usual = default_location().id
    by_key = {(one.order.id, one.line.line_id): one for one in shorts}
    names = {one.supplier.id: one.supplier.name for one in shorts if one.supplier is not None}
    proposals = propose_purchases(
        [
            demand_line(one, one.supplier.id, one.quantity, location=usual)
            for one in shorts
            if one.supplier is not None
        ],
        demand_settings(),
    )
    parts: dict[UUID, list[tuple[str, Sequence[BuyRow]]]] = {}
    for proposal in proposals:
        found = _of(proposal, by_key)
        note = _collects(proposal, found, manner)
        parts.setdefault(proposal.supplier_id, []).append((note, form.rows(found)))
    groups = [
        DemandGroup(name, parts[key])
        for key, name in sorted(names.items(), key=lambda item: item[1].casefold())
    ]
    rest = [one for one in shorts if one.supplier is None]
    if rest:
        note = "Nobody is known to sell these: choose who"
        groups.append(DemandGroup("No supplier yet", [(note, form.rows(rest))]))
    return groups


def _of(proposal: PurchaseProposal, by_key: Mapping[tuple[UUID, UUID], Short]) -> list[Short]:
    keys = [
        (source.order_id, source.line_id)
        for line in proposal.lines
        for source in line.sources
        if source.line_id is not None
    ]
    return [by_key[key] for key in keys]


def _collects(proposal: PurchaseProposal, found: Sequence[Short], manner: Manner) -> str:
    """What the purchase order collects, in words."""
    what, _space, text = proposal.group.partition(" ")
    order = found[0].order
    if what == "day":
        return f"Sales of {manner.day(date.fromisoformat(text))}"
    if what == "week":
        year, _dash, week = text.partition("-W")
        return f"Sales of week {int(week)}, {year}"
    channel = f", {order.channel}" if is_ecommerce(order) else ""
    return f"For {order.number} of {order.contact.name}{channel}"
