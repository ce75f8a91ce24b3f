"""Purchase demand grouped into purchase orders (K3).

Demand is raised by sales orders (back-to-back, drop-ship). Each supplier's demand is collected
by order, by day or by week; demand of an e-commerce order may stand apart whatever the
collection says. Days and ISO weeks are those of the organisation's time zone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.choices import LabelChoices


class Consolidation(LabelChoices):
    """What one purchase order collects."""

    ORDER = "order", "One order"
    DAY = "day", "One day"
    WEEK = "week", "One week"


@dataclass(frozen=True, slots=True)
class DemandLine:
    """A quantity of a product that one sales order needs from one supplier.

    `raised_at` (with its time zone) is when the sales order asked for it.
    """

    supplier_id: UUID
    product_id: UUID
    quantity: Decimal
    raised_at: datetime
    source_order_id: UUID
    needed_on: date | None = None
    sales_channel_id: UUID | None = None
    is_ecommerce: bool = False
    source_line_id: UUID | None = None
    location_id: UUID | None = None  # where the goods are needed

    def __post_init__(self) -> None:
        if not self.quantity > 0:
            raise ValueError("Demand is greater than 0")
        if self.raised_at.utcoffset() is None:
            raise ValueError("Demand is raised at a time with a time zone")


@dataclass(frozen=True, slots=True)
class DemandSettings:
    """The company's choice, and the suppliers that differ from it."""

    time_zone: ZoneInfo
    consolidation: Consolidation = Consolidation.ORDER
    separate_per_ecommerce_order: bool = False
    consolidation_by_supplier: Mapping[UUID, Consolidation] = field(default_factory=dict)
    separate_by_supplier: Mapping[UUID, bool] = field(default_factory=dict)

    def collects_by(self, supplier_id: UUID) -> Consolidation:
        return self.consolidation_by_supplier.get(supplier_id, self.consolidation)

    def separates(self, supplier_id: UUID) -> bool:
        return self.separate_by_supplier.get(supplier_id, self.separate_per_ecommerce_order)


@dataclass(frozen=True, slots=True)
class DemandSource:
    """How much of a proposed line is for which sales order."""

    order_id: UUID
    quantity: Decimal
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """One product needed on one day; the quantity is the sum of its sources'."""

    product_id: UUID
    needed_on: date | None
    quantity: Decimal
    sources: tuple[DemandSource, ...]


@dataclass(frozen=True, slots=True)
class PurchaseProposal:
    """A purchase order to be made. `group` says what it collects: an order, a day, a week."""

    supplier_id: UUID
    group: str
    is_ecommerce: bool
    lines: tuple[ProposedLine, ...]
    location_id: UUID | None = None

    @property
    def source_order_ids(self) -> tuple[UUID, ...]:
        """The sales orders that it serves, each once, in their order."""
        return tuple(sorted({source.order_id for line in self.lines for source in line.sources}))

    @property
    def expected_on(self) -> date | None:
        """The earliest day on which anything is needed."""
        return min((line.needed_on for line in self.lines if line.needed_on), default=None)


def propose_purchases(
    demand: Iterable[DemandLine], settings: DemandSettings
) -> list[PurchaseProposal]:
    """The purchase orders that serve the demand: nothing is lost, nothing is added.

    The result depends on the demand only, not on its order.
    """
    groups: dict[tuple[UUID, str, bool, str], list[DemandLine]] = {}
    for line in demand:
        apart = line.is_ecommerce and settings.separates(line.supplier_id)
        group = _order(line) if apart else _group(line, settings)
        key = (line.supplier_id, group, apart, str(line.location_id or ""))
        groups.setdefault(key, []).append(line)
    return [
        PurchaseProposal(supplier_id, group, apart, _merged(lines), lines[0].location_id)
        for (supplier_id, group, apart, _place), lines in sorted(
            groups.items(), key=lambda item: item[0]
        )
    ]


def _order(line: DemandLine) -> str:
    return f"order {line.source_order_id}"


def _group(line: DemandLine, settings: DemandSettings) -> str:
    day = line.raised_at.astimezone(settings.time_zone).date()
    match settings.collects_by(line.supplier_id):
        case Consolidation.ORDER:
            return _order(line)
        case Consolidation.DAY:
            return f"day {day.isoformat()}"
        case Consolidation.WEEK:
            week = day.isocalendar()
            return f"week {week.year}-W{week.week:02}"


def _merged(lines: list[DemandLine]) -> tuple[ProposedLine, ...]:
    needs: dict[tuple[UUID, date | None], dict[tuple[UUID, str], Decimal]] = {}
    for line in lines:
        sources = needs.setdefault((line.product_id, line.needed_on), {})
        source = (line.source_order_id, str(line.source_line_id or ""))
        sources[source] = sources.get(source, Decimal(0)) + line.quantity
    ordered = sorted(needs.items(), key=lambda item: (item[0][0], item[0][1] or date.max))
    return tuple(
        ProposedLine(
            product_id,
            needed_on,
            sum(sources.values(), Decimal(0)),
            tuple(
                DemandSource(
                    order_id, sources[order_id, line_id], UUID(line_id) if line_id else None
                )
                for order_id, line_id in sorted(sources)
            ),
        )
        for (product_id, needed_on), sources in ordered
    )
