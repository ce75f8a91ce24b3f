"""Purchase orders made from demand (K3): grouped by the company's settings, drafted per supplier.

Demand comes from sales of a channel. What raises it hands lines in; a purchase order is drafted
for each group, once per set of sources.
"""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from network.services.automations import settings_row
from orders.domain.demand import (
    Consolidation,
    DemandLine,
    DemandSettings,
    PurchaseProposal,
    propose_purchases,
)
from orders.models import PurchaseOrder
from orders.services.documents import record
from orders.services.lines import LineInput
from orders.services.purchases import create_purchase_order
from tenants.services.organisations import current_organisation


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


def draft_purchases(demand: Sequence[DemandLine]) -> list[PurchaseOrder]:
    """Draft the purchase orders that serve the demand, one per group.

    Prices come from the products. Raises NotFound or InvalidInput for a supplier or product that
    is not ours; then nothing is drafted.
    """
    return [_draft(proposal) for proposal in propose_purchases(demand, demand_settings())]


def _draft(proposal: PurchaseProposal) -> PurchaseOrder:
    order = create_purchase_order(
        proposal.supplier_id,
        {"reference": proposal.group[:80], "required_on": proposal.expected_on},
        [
            LineInput(product=line.product_id, quantity=line.quantity, expected_on=line.needed_on)
            for line in proposal.lines
        ],
    )
    count = len(proposal.source_order_ids)
    record(order, "from_demand", f"Made from {count} sales order{'' if count == 1 else 's'}")
    return order
