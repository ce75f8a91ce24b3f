"""Demand becomes purchase orders as the settings say, and none of it is lost."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.domain.demand import (
    Consolidation,
    DemandLine,
    DemandSettings,
    DemandSource,
    propose_purchases,
)

AUCKLAND = ZoneInfo("Pacific/Auckland")
ROASTER, PAPER = UUID(int=1), UUID(int=2)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
BEANS, CUPS = UUID(int=11), UUID(int=12)


def need(
    order: int,
    quantity: str = "1",
    *,
    supplier: UUID = ROASTER,
    product: UUID = BEANS,
    raised: datetime = datetime(2026, 11, 22, 1, tzinfo=UTC),
    ecommerce: bool = False,
    needed: date | None = None,
) -> DemandLine:
    return DemandLine(
        supplier,
        product,
        Decimal(quantity),
        raised,
        UUID(int=100 + order),
        needed,
        is_ecommerce=ecommerce,
    )


def groups(demand: list[DemandLine], settings: DemandSettings) -> list[tuple[int, str]]:
    return [
        (proposal.supplier_id.int, proposal.group)
        for proposal in propose_purchases(demand, settings)
    ]


def test_by_order_makes_one_purchase_order_per_supplier_and_sales_order() -> None:
    """K3: two suppliers of one sale are two purchase orders."""
    demand = [need(1), need(1, product=CUPS, supplier=PAPER), need(2), need(1, product=CUPS)]
    proposals = propose_purchases(demand, DemandSettings(AUCKLAND))
    assert [(item.supplier_id, len(item.lines)) for item in proposals] == [
        (ROASTER, 2),
        (ROASTER, 1),
        (PAPER, 1),
    ]
    assert proposals[0].source_order_ids == (UUID(int=101),)


def test_by_day_and_week_use_the_organisations_time_zone() -> None:
    """K3: Sunday 12:00 in UTC is already Monday, of the next ISO week, in Auckland."""
    sunday = need(1, raised=datetime(2026, 11, 22, 10, 59, tzinfo=UTC))
    monday = need(2, raised=datetime(2026, 11, 22, 11, 0, tzinfo=UTC))
    by_day = DemandSettings(AUCKLAND, Consolidation.DAY)
    by_week = DemandSettings(AUCKLAND, Consolidation.WEEK)
    assert groups([sunday, monday], by_day) == [(1, "day 2026-11-22"), (1, "day 2026-11-23")]
    assert groups([sunday, monday], by_week) == [(1, "week 2026-W47"), (1, "week 2026-W48")]
    london = DemandSettings(ZoneInfo("Europe/London"), Consolidation.WEEK)
    assert groups([sunday, monday], london) == [(1, "week 2026-W47")]


def test_a_week_belongs_to_its_iso_year() -> None:
    """K3: the first of January 2027 is in week 53 of 2026."""
    demand = [need(1, raised=datetime(2027, 1, 1, tzinfo=UTC))]
    by_week = DemandSettings(ZoneInfo("UTC"), Consolidation.WEEK)
    assert groups(demand, by_week) == [(1, "week 2026-W53")]


def test_a_supplier_may_differ_from_the_company() -> None:
    """K3: the setting of the supplier wins."""
    settings = DemandSettings(
        AUCKLAND,
        Consolidation.WEEK,
        consolidation_by_supplier={PAPER: Consolidation.ORDER},
    )
    demand = [need(1), need(2), need(1, supplier=PAPER), need(2, supplier=PAPER)]
    assert [supplier for supplier, _ in groups(demand, settings)] == [1, 2, 2]


def test_each_ecommerce_order_stands_apart_whatever_the_consolidation() -> None:
    """K3: the automation overrides collecting by week, for e-commerce only."""
    settings = DemandSettings(AUCKLAND, Consolidation.WEEK, separate_per_ecommerce_order=True)
    demand = [need(1), need(2, ecommerce=True), need(3, ecommerce=True), need(4)]

    proposals = propose_purchases(demand, settings)

    apart = [item.source_order_ids for item in proposals if item.is_ecommerce]
    together = [item.source_order_ids for item in proposals if not item.is_ecommerce]
    assert apart == [(UUID(int=102),), (UUID(int=103),)]
    assert together == [(UUID(int=101), UUID(int=104))]


def test_the_automation_can_be_set_per_connection() -> None:
    """K4: off for one supplier although the company has it on."""
    settings = DemandSettings(
        AUCKLAND,
        Consolidation.DAY,
        separate_per_ecommerce_order=True,
        separate_by_supplier={PAPER: False},
    )
    demand = [need(order, supplier=PAPER, ecommerce=True) for order in (1, 2)]
    assert groups(demand, settings) == [(2, "day 2026-11-22")]


def test_one_product_for_one_day_is_one_line_that_knows_its_sources() -> None:
    """K3: two sales share a line; another day is another line."""
    soon, later = date(2026, 12, 1), date(2026, 12, 24)
    demand = [need(1, "2", needed=later), need(2, "3", needed=soon), need(1, "1.5", needed=soon)]
    [proposal] = propose_purchases(demand, DemandSettings(AUCKLAND, Consolidation.DAY))
    assert [(line.needed_on, line.quantity) for line in proposal.lines] == [
        (soon, Decimal("4.5")),
        (later, Decimal(2)),
    ]
    assert proposal.lines[0].sources == (
        DemandSource(UUID(int=101), Decimal("1.5")),
        DemandSource(UUID(int=102), Decimal(3)),
    )
    assert proposal.expected_on == soon


def test_demand_of_nothing_or_of_no_time_zone_is_a_mistake() -> None:
    """K3: bad input."""
    with pytest.raises(ValueError, match="greater than 0"):
        need(1, "0")
    with pytest.raises(ValueError, match="time zone"):
        need(1, raised=datetime(2026, 11, 22, tzinfo=UTC).replace(tzinfo=None))
    assert propose_purchases([], DemandSettings(AUCKLAND)) == []


DEMAND = st.lists(
    st.builds(
        DemandLine,
        st.sampled_from([ROASTER, PAPER]),
        st.sampled_from([BEANS, CUPS]),
        st.decimals("0.00001", 1000, places=5),
        st.integers(0, 400 * 24).map(lambda hours: NEW_YEAR + timedelta(hours=hours)),
        st.integers(0, 5).map(lambda number: UUID(int=number)),
        st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 5)),
        is_ecommerce=st.booleans(),
    ),
    max_size=30,
)
SETTINGS = st.builds(
    DemandSettings,
    st.sampled_from([AUCKLAND, ZoneInfo("UTC")]),
    st.sampled_from(Consolidation),
    st.booleans(),
    st.dictionaries(st.just(PAPER), st.sampled_from(Consolidation)),
    st.dictionaries(st.just(PAPER), st.booleans()),
)


@given(DEMAND, SETTINGS)
def test_the_total_quantity_is_conserved(
    demand: list[DemandLine], settings: DemandSettings
) -> None:
    """K3: per supplier, product, day and sales order; and the order of the demand is nothing."""
    proposals = propose_purchases(demand, settings)

    wanted: dict[object, Decimal] = defaultdict(Decimal)
    for line in demand:
        key = (line.supplier_id, line.product_id, line.needed_on, line.source_order_id)
        wanted[key] += line.quantity
    proposed: dict[object, Decimal] = defaultdict(Decimal)
    for proposal in proposals:
        assert proposal.lines
        for item in proposal.lines:
            assert item.quantity == sum(source.quantity for source in item.sources)
            for source in item.sources:
                key = (proposal.supplier_id, item.product_id, item.needed_on, source.order_id)
                proposed[key] += source.quantity
    assert proposed == wanted
    assert propose_purchases(demand[::-1], settings) == proposals
