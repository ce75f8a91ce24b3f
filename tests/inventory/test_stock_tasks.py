"""Adjustments, transfers, stocktakes: stock, cost, age and journals, and each taken back."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from hub.errors import Conflict, InvalidInput
from inventory.models import (
    Location,
    StockLayer,
    StockMovement,
)
from inventory.selectors import cost_of_sources
from inventory.services.adjustments import (
    authorise_adjustment,
    authorise_stocktake,
    change_adjustment,
    draft_adjustment,
    undo_adjustment,
    undo_stocktake,
    void_adjustment,
    write_counts,
)
from inventory.services.locations import save_location
from inventory.services.stock_tasks import TaskHeader, TaskLine
from inventory.services.transfers import (
    change_transfer,
    draft_transfer,
    receive_transfer,
    send_transfer,
    undo_transfer,
)
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from ledger.services.books import change_book
from tests.inventory.warehouses import LATER, Warehouses, stocked
from tests.orders.business import DAY
from tests.test_concurrency import at_once, codes, inside

D = Decimal


@pytest.fixture
def here() -> Warehouses:
    return Warehouses()


# --- Adjustments ------------------------------------------------------------------------------
def test_an_adjustment_up_comes_in_at_its_cost_and_down_takes_the_oldest(
    here: Warehouses,
) -> None:
    """O5: more against the discrepancy account at the cost given; fewer at what they cost."""
    stocked(here, ("10", "2", DAY))
    up = here.adjust(TaskLine(here.filters.id, "4", "3.25", "found behind the shelf"))
    down = here.adjust(TaskLine(here.beans.id, "-3"))
    assert (up.number, down.number) == ("ADJ-00001", "ADJ-00002")
    assert here.balances() == {"inventory": D(27), "grni": D(-20), "discrepancy": D(-7)}
    assert here.level(here.filters) == (D(4), D(0), D(0))
    assert here.level() == (D(7), D(0), D(0))
    here.check()


def test_without_a_cost_more_comes_in_at_the_average_of_what_is_there(here: Warehouses) -> None:
    """O5: 2 more of (10 at 2, 10 at 3) come in at 2.50; of nothing at the purchase price."""
    stocked(here, ("10", "2", DAY), ("10", "3", DAY))
    here.adjust(TaskLine(here.beans.id, "2"), TaskLine(here.filters.id, "1"))
    assert here.balances()["inventory"] == D(65)
    assert here.at(here.location)[:2] == (D(22), D(55))
    here.check()


def test_another_account_bears_the_difference_but_none_that_follows_documents(
    here: Warehouses,
) -> None:
    """O5: opening stock against equity; never against receivables."""
    with here.company.inside():
        receivable = Account.objects.get(role=AccountRole.RECEIVABLE).id
        own = Account.objects.get(role=AccountRole.COGS).id
    line = TaskLine(here.beans.id, "4", "5")
    here.adjust(line, account=own)
    assert here.balances() == {"inventory": D(20), "cogs": D(-20)}
    with pytest.raises(InvalidInput) as refused:
        here.adjust(line, account=receivable)
    assert refused.value.fields == {
        "account": ["Accounts receivable follows documents. Choose an account of costs or income."]
    }
    here.check(cost_by_hand=D(-20))


def test_an_undone_adjustment_leaves_nothing_behind(here: Warehouses) -> None:
    """O5: stock, layers and accounts are as before; it is a draft that can be changed."""
    stocked(here, ("10", "2", DAY))
    before = (here.balances(), here.at(here.location))
    task = here.adjust(TaskLine(here.filters.id, "4", "3"), TaskLine(here.beans.id, "-3"))
    with here.company.inside():
        assert undo_adjustment(task.id).status == "draft"
    assert (here.balances(), here.at(here.location)) == before
    here.check()
    with here.company.inside():
        change_adjustment(task.id, TaskHeader(), [TaskLine(here.beans.id, "-1")])
        authorise_adjustment(task.id)
    assert here.level() == (D(9), D(0), D(0))
    here.check()
    with here.company.inside():
        undo_adjustment(task.id)
        void_adjustment(task.id)
    assert here.balances() == before[0]
    with pytest.raises(Conflict) as refused, here.company.inside():
        change_adjustment(task.id, TaskHeader(), [TaskLine(here.beans.id, "-1")])
    assert refused.value.code == "not_a_draft"


def test_an_adjustment_whose_goods_were_used_is_not_undone(here: Warehouses) -> None:
    """O5: the refusal names the document that used them; nothing changes."""
    task = here.adjust(TaskLine(here.beans.id, "5", "2"))
    shipment = here.ship(here.sale("3"))
    before = here.balances()
    with pytest.raises(Conflict) as refused, here.company.inside():
        undo_adjustment(task.id)
    assert shipment.number in refused.value.message
    assert here.balances() == before
    here.check()


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ([], {"lines": ["Enter at least one line."]}),
        ([("beans", "0")], {"lines.0.quantity": ["Must not be 0."]}),
        ([("beans", "")], {"lines.0.quantity": ["Enter a quantity."]}),
        (
            [("beans", "1"), ("beans", "2")],
            {"lines.1.product": ["BEANS is on two lines; put them together."]},
        ),
        (
            [("freight", "1")],
            {"lines.0.product": ["Choose a product of which stock is kept."]},
        ),
    ],
)
def test_what_cannot_be_adjusted_is_said_at_its_field(
    here: Warehouses, lines: Sequence[tuple[str, str]], fields: dict[str, list[str]]
) -> None:
    """O5: every bad line by its place."""
    with pytest.raises(InvalidInput) as refused:
        here.adjust(*(TaskLine(getattr(here, name).id, q) for name, q in lines))
    assert refused.value.fields == fields


def test_less_than_is_promised_to_sales_is_not_left(here: Warehouses) -> None:
    """O5: an adjustment may not take what sales were promised."""
    stocked(here, ("10", "2", DAY))
    here.sale("8")
    with pytest.raises(Conflict) as refused:
        here.adjust(TaskLine(here.beans.id, "-3"))
    assert refused.value.code == "promised"
    here.check()


# --- Transfers --------------------------------------------------------------------------------
@pytest.mark.parametrize("costing", ["fifo", "average"])
def test_a_transfer_is_in_transit_until_it_arrives(costing: str) -> None:
    """O5: Inventory to In-transit and back, at cost; never profit or loss."""
    here = Warehouses(costing=costing)
    stocked(here, ("10", "2", DAY))
    task = here.send("4")
    assert here.balances() == {"inventory": D(12), "in_transit": D(8), "grni": D(-20)}
    assert here.at(here.location) == (D(6), D(12), D(0))
    assert here.at(here.shop) == (D(0), D(0), D(4))
    here.check()
    assert here.arrive(task, LATER).received_on == LATER
    assert here.balances() == {"inventory": D(20), "grni": D(-20)}
    assert here.at(here.shop) == (D(4), D(8), D(0))
    here.check()


def test_goods_keep_their_age_and_cost_on_the_way(here: Warehouses) -> None:
    """O5: the shop sells the older ones of what it was sent first, at what they cost."""
    stocked(here, ("2", "3", DAY), ("5", "4", DAY + timedelta(days=1)))
    here.arrive(here.send("4", DAY + timedelta(days=2)), LATER)
    with here.company.inside():
        layers = StockLayer.objects.filter(location_id=here.shop).order_by("received_on")
        assert [(one.received_on, one.remaining, one.remaining_value) for one in layers] == [
            (DAY, D(2), D(6)),
            (DAY + timedelta(days=1), D(2), D(8)),
        ]
    here.check()


@pytest.mark.parametrize("when", ["before", "on the way", "there", "sold"])
def test_a_late_bill_follows_the_goods_to_the_other_location(when: str) -> None:
    """O6: 4 of 10 went to the shop; the bill says 3 instead of 2; 1 of them may be sold."""
    here = Warehouses()
    order = here.order("10", "2")
    here.receive(order)
    if when == "before":
        here.bill(order, "3")
    task = here.send("4")
    if when == "on the way":
        here.bill(order, "3")
        assert here.balances()["in_transit"] == D(12)
        here.check()
    here.arrive(task)
    sold = None
    if when == "sold":
        with here.company.inside():
            issue = draft_adjustment(
                TaskHeader(location=here.shop, happened_on=DAY), [TaskLine(here.beans.id, "-1")]
            )
            sold = authorise_adjustment(issue.id).id
    if when in ("there", "sold"):
        here.bill(order, "3")
    here.check()
    assert here.at(here.location) == (D(6), D(18), D(0))
    left = D(3) if when == "sold" else D(4)
    assert here.at(here.shop) == (left, left * 3, D(0))
    if sold is not None:
        with here.company.inside():
            assert cost_of_sources([sold]) == {sold: D(3)}
        assert here.balances()["discrepancy"] == D(3)


@pytest.mark.parametrize("arrived", [False, True])
@pytest.mark.parametrize("costing", ["fifo", "average"])
@pytest.mark.parametrize("corrected", [False, True])
def test_an_undone_transfer_is_back_where_it_was(
    arrived: bool, costing: str, corrected: bool
) -> None:
    """O5: also when its cost was corrected on the way or at the other place."""
    here = Warehouses(costing=costing)
    order = here.order("10", "2")
    here.receive(order)
    task = here.send("4")
    if arrived:
        here.arrive(task, LATER)
    if corrected:
        here.bill(order, "2.50")
    with here.company.inside():
        undo_transfer(task.id)
    here.check()
    assert here.balances().get("in_transit") is None
    assert here.at(here.location)[0] == D(10)
    assert here.at(here.shop) == (D(0), D(0), D(0))
    if costing == "fifo":
        assert here.at(here.location)[1] == (D(25) if corrected else D(20))
    with here.company.inside():
        lines = [TaskLine(here.beans.id, "10")]
        change_transfer(task.id, TaskHeader(happened_on=DAY), here.shop, lines)
        send_transfer(task.id)
        receive_transfer(task.id, received_on=DAY)
    assert here.at(here.shop)[0] == D(10)
    here.check()


def test_an_undo_is_dated_as_what_it_undoes(here: Warehouses) -> None:
    """O6: so that the stock of any day is worth what the account held on that day."""
    stocked(here, ("10", "2", DAY))
    task = here.arrive(here.send("4"), LATER)
    with here.company.inside():
        undo_transfer(task.id)
        moves = StockMovement.objects.filter(source_id=task.id).order_by("id")
        assert sorted((m.moved_on, m.quantity) for m in moves) == [
            (DAY, D(-4)),
            (DAY, D(4)),
            (LATER, D(-4)),
            (LATER, D(4)),
        ]


def test_a_transfer_whose_goods_were_used_there_is_not_undone(here: Warehouses) -> None:
    """O5: it says which document used them."""
    stocked(here, ("10", "2", DAY))
    task = here.arrive(here.send("4"))
    with here.company.inside():
        issue = draft_adjustment(TaskHeader(location=here.shop), [TaskLine(here.beans.id, "-1")])
        authorise_adjustment(issue.id)
    with pytest.raises(Conflict) as refused, here.company.inside():
        undo_transfer(task.id)
    assert issue.number in refused.value.message
    here.check()


def test_goods_do_not_arrive_before_they_left_nor_go_where_they_are(here: Warehouses) -> None:
    """O5: at the field."""
    stocked(here, ("10", "2", DAY))
    task = here.send("4", LATER)
    with pytest.raises(InvalidInput) as early:
        here.arrive(task, DAY)
    assert early.value.fields == {"received_on": ["This is before the goods left."]}
    with pytest.raises(InvalidInput) as same, here.company.inside():
        draft_transfer(TaskHeader(), here.location, [TaskLine(here.beans.id, "1")])
    assert same.value.fields == {"destination": ["Choose two different locations."]}
    with pytest.raises(InvalidInput) as gone, here.company.inside():
        save_location(here.shop, {"is_active": False})
    assert gone.value.fields == {
        "is_active": ["Goods are on their way here. Receive that transfer first."]
    }


# --- Stocktakes -------------------------------------------------------------------------------
def test_a_count_corrects_stock_and_keeps_what_moved_meanwhile(here: Warehouses) -> None:
    """O5: 10 expected, 8 counted, 3 shipped while counting: 5 are left."""
    stocked(here, ("10", "2", DAY))
    here.adjust(TaskLine(here.filters.id, "4", "1"))
    task = here.count((here.beans.id, "8"), (here.filters.id, "5"))
    here.ship(here.sale("3"))
    with here.company.inside():
        authorise_stocktake(task.id)
    assert here.level() == (D(5), D(0), D(0))
    assert here.level(here.filters) == (D(5), D(0), D(0))
    assert here.balances() == {
        "inventory": D(15),
        "grni": D(-20),
        "cogs": D(6),
        "discrepancy": D(-1),
    }
    here.check()
    with here.company.inside():
        undo_stocktake(task.id)
    assert here.level() == (D(7), D(0), D(0))
    assert here.balances()["discrepancy"] == D(-4)
    here.check()


def test_what_nobody_counted_stays_and_an_empty_count_is_refused(here: Warehouses) -> None:
    """O5: empty is not zero."""
    stocked(here, ("10", "2", DAY))
    here.adjust(TaskLine(here.filters.id, "4", "1"))
    task = here.count((here.beans.id, ""))
    with pytest.raises(Conflict) as refused, here.company.inside():
        authorise_stocktake(task.id)
    assert refused.value.code == "nothing_counted"
    with here.company.inside():
        write_counts(task.id, [TaskLine(here.beans.id, "0")])
        authorise_stocktake(task.id)
    assert here.level() == (D(0), D(0), D(0))
    assert here.level(here.filters) == (D(4), D(0), D(0))
    here.check()


def test_a_product_found_by_surprise_joins_the_count(here: Warehouses) -> None:
    """O5: it was not expected there, so that all of it is more."""
    stocked(here, ("10", "2", DAY))
    task = here.count((here.filters.id, "2"))
    with here.company.inside():
        assert [
            (line.product_id, line.expected, line.counted)
            for line in task.lines.order_by("position")
        ] == [(here.beans.id, D(10), None), (here.filters.id, D(0), D(2))]
        authorise_stocktake(task.id)
    assert here.level(here.filters) == (D(2), D(0), D(0))
    here.check()


def test_nothing_moves_in_a_locked_period(here: Warehouses) -> None:
    """O6: neither the verb nor its undo; the books stay as they are."""
    stocked(here, ("10", "2", DAY))
    done = here.adjust(TaskLine(here.beans.id, "-1"))
    draft = here.adjust(TaskLine(here.beans.id, "-1"), authorise=False)
    moved = here.arrive(here.send("2"))
    task = here.send("2")
    count = here.count((here.beans.id, "1"))
    with here.company.inside():
        change_book({"locked_until": DAY})
    before = here.balances()
    verbs: list[tuple[Any, UUID]] = [
        (undo_adjustment, done.id),
        (authorise_adjustment, draft.id),
        (undo_transfer, moved.id),
        (undo_transfer, task.id),
        (authorise_stocktake, count.id),
    ]
    for verb, task_id in verbs:
        with pytest.raises(InvalidInput) as refused, here.company.inside():
            verb(task_id)
        assert refused.value.code == "period_locked"
        assert set(refused.value.fields) == {"happened_on"}
    with pytest.raises(InvalidInput) as late:
        here.arrive(task, DAY)
    assert set(late.value.fields) == {"received_on"}
    assert here.balances() == before
    here.arrive(task, LATER)
    here.check()


# --- At once ----------------------------------------------------------------------------------
def test_two_hands_do_a_verb_once(here: Warehouses) -> None:
    """O5: the second is told; stock moves once."""
    stocked(here, ("10", "2", DAY))
    draft = here.adjust(TaskLine(here.beans.id, "-1"), authorise=False)
    acts = [inside(here.company, lambda: authorise_adjustment(draft.id)) for _ in range(4)]
    assert codes(at_once(*acts)) == {"done": 1, "move_not_allowed": 3}
    task = here.send("4")
    acts = [
        inside(here.company, lambda: receive_transfer(task.id, received_on=DAY)) for _ in range(4)
    ]
    assert codes(at_once(*acts)) == {"done": 1, "move_not_allowed": 3}
    assert here.at(here.location)[0] == D(5)
    assert here.at(here.shop)[0] == D(4)
    here.check()


def test_transfers_both_ways_at_once_never_deadlock(here: Warehouses) -> None:
    """O5: levels are locked in one order, whichever way the goods go."""
    stocked(here, ("20", "2", DAY))
    here.arrive(here.send("10"))
    tasks = []
    for n in range(8):
        ends = [here.location, here.shop][:: 1 if n % 2 else -1]
        with here.company.inside():
            header = TaskHeader(location=ends[0], happened_on=DAY)
            tasks.append(draft_transfer(header, ends[1], [TaskLine(here.beans.id, "1")]).id)

    def go(task: UUID) -> Any:
        send_transfer(task)
        return receive_transfer(task, received_on=DAY)

    acts = [inside(here.company, partial(go, task)) for task in tasks]
    assert codes(at_once(*acts)) == {"done": 8}
    assert here.at(here.location)[0] + here.at(here.shop)[0] == D(20)
    here.check()


# --- Locations --------------------------------------------------------------------------------
def test_one_location_is_always_the_default_and_one_with_stock_stays(here: Warehouses) -> None:
    """O5: making another the default takes it from the first; refusals stand at their field."""
    stocked(here, ("10", "2", DAY))
    with here.company.inside():
        save_location(here.shop, {"is_default": True})
        assert Location.objects.get(is_default=True).id == here.shop
    for values, fields in (
        ({"is_active": False}, {"is_active": ["There is stock here. Transfer it to another"]}),
        ({"code": "SHOP"}, {"code": ["Another location has the code SHOP."]}),
        ({"name": " "}, {"name": ["Give the location a name."]}),
    ):
        with pytest.raises(InvalidInput) as refused, here.company.inside():
            save_location(here.location, values)
        for name, (start,) in fields.items():
            assert refused.value.fields[name][0].startswith(start)
    with pytest.raises(InvalidInput) as only, here.company.inside():
        save_location(here.shop, {"is_default": False})
    assert set(only.value.fields) == {"is_default"}
