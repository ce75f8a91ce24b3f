"""Purchases made for sales: what is short, who it is for, goods handed over, drop-shipping."""

from decimal import Decimal
from functools import partial

import pytest

from hub.errors import Conflict, InvalidInput
from inventory.selectors import cost_of_sources
from inventory.services.prices import SupplierPriceInput, add_supplier_price
from ledger.domain.accounts import AccountRole
from network.models import Contact
from network.services.automations import save_settings
from orders.domain.payloads import OrderPayload
from orders.models import BoughtFor, PurchaseOrder, Receipt, SalesOrder, SalesOrderLine, Shipment
from orders.services.consequences import consequences_of
from orders.services.demand import BuyInput, buy_for_sale, order_demand
from orders.services.drop_shipping import supplier_shipped, undo_goods_in, undo_goods_out
from orders.services.freezing import build_payload
from orders.services.lines import LineInput
from orders.services.purchases import (
    authorise_purchase_order,
    change_purchase_order,
    undo_purchase_order,
    void_purchase_order,
)
from orders.services.receiving import ReceiptInput, receive_order, undo_receipt
from orders.services.sales import (
    authorise_sales_order,
    change_sales_order,
    create_sales_order,
    undo_sales_order,
    void_sales_order,
)
from orders.services.shipping import ShipmentInput, ship_order
from orders.shortage import lines_short, with_suppliers
from tenants.services.organisations import current_organisation
from tests.orders.business import DAY, Business
from tests.test_concurrency import at_once, codes, inside

D = Decimal


@pytest.fixture
def shop() -> Business:
    """A company whose supplier sells beans at 3."""
    here = Business()
    with here.company.inside():
        add_supplier_price(here.beans.id, SupplierPriceInput(here.supplier.id, "3"))
        Contact.objects.filter(id=here.customer.id).update(billing_address="2 Hill\nTown")
    return here


def line(order: SalesOrder) -> SalesOrderLine:
    """The only line, as it stands."""
    return SalesOrderLine.objects.get(order=order)


def units(*numbers: int) -> tuple[Decimal, ...]:
    """Quantities."""
    return tuple(D(number) for number in numbers)


def bought(shop: Business, order: SalesOrder, *, drop_ship: bool = False) -> PurchaseOrder:
    """All that the sale lacks, on an authorised purchase."""
    with shop.company.inside():
        [purchase] = buy_for_sale(order.id, drop_ship=drop_ship)
        return authorise_purchase_order(purchase.id)


# --- What is short, and for whom a purchase is ------------------------------------------------
def test_what_is_neither_shipped_nor_promised_nor_on_its_way_is_short(shop: Business) -> None:
    """O4: 5 of 12 promised, so 7 are short; bought they are on their way, and none is short."""
    shop.receive(shop.order("5", "2"))
    order = shop.sale("12")
    with shop.company.inside():
        [short] = with_suppliers(list(lines_short()))
        assert (short.quantity, short.supplier) == (D(7), shop.supplier)

        [purchase] = buy_for_sale(order.id)

        assert purchase.lines.get().quantity == 7
        assert purchase.lines.get().unit_price == 3
        assert (purchase.reference, purchase.for_sale) == (order.number, order.id)
        assert (line(order).allocated, line(order).bought) == units(5, 7)
        assert not lines_short().exists()
        with pytest.raises(Conflict) as refused:
            buy_for_sale(order.id)
        assert refused.value.code == "nothing_short"


def test_more_than_is_short_is_refused_at_its_field(shop: Business) -> None:
    """K3: a purchase for a sale is never for more than the sale lacks."""
    order = shop.sale("4")
    with shop.company.inside():
        wish = BuyInput(order.id, line(order).line_id, "5")
        with pytest.raises(InvalidInput) as refused:
            buy_for_sale(order.id, [wish])
        assert list(refused.value.fields) == ["lines.0.quantity"]
        with pytest.raises(InvalidInput) as refused:
            buy_for_sale(order.id, [BuyInput(order.id, order.id)])
        assert list(refused.value.fields) == ["lines.0.line"]
        with pytest.raises(InvalidInput) as refused:
            buy_for_sale(order.id, [BuyInput(order.id, wish.line_id, "1", shop.customer.id)])
        assert list(refused.value.fields) == ["lines.0.supplier"]


def test_the_cheapest_supplier_at_the_quantity_is_preferred(shop: Business) -> None:
    """O2, K3: 2.50 from ten on is not for an order of four; without a price, who sold it last."""
    other = shop.company.contact("Bulk")
    with shop.company.inside():
        add_supplier_price(shop.beans.id, SupplierPriceInput(other.id, "2.5", "10"))
    shop.order("1", "1", product=shop.filters)
    few, many, filters = shop.sale("4"), shop.sale("10"), shop.sale("1", product=shop.filters)
    with shop.company.inside():
        found = {one.order.id: one.supplier for one in with_suppliers(list(lines_short()))}
    assert found == {few.id: shop.supplier, many.id: other, filters.id: shop.supplier}


def test_a_void_purchase_gives_its_demand_back(shop: Business) -> None:
    """K3: voided, changed to less or without the line: the sale lacks it again."""
    order = shop.sale("6")
    with shop.company.inside():
        [purchase] = buy_for_sale(order.id)
        row = purchase.lines.get()
        less = LineInput(product=shop.beans.id, quantity="4", line_id=row.line_id)
        change_purchase_order(purchase.id, {}, [less])
        assert line(order).bought == 4
        authorise_purchase_order(purchase.id)
        undo_purchase_order(purchase.id)
        assert line(order).bought == 4
        void_purchase_order(purchase.id)
        assert line(order).bought == 0
        assert lines_short().get().order == order
        assert buy_for_sale(order.id)[0].lines.get().quantity == 6


def test_a_sale_that_ends_or_shrinks_frees_what_was_bought(shop: Business) -> None:
    """K3: the purchase stays, for stock; a drop-ship has to be void first."""
    order = shop.sale("6")
    purchase = bought(shop, order)
    with shop.company.inside():
        undo_sales_order(order.id)
        assert line(order).bought == 6
        kept = LineInput(product=shop.beans.id, quantity="2", line_id=line(order).line_id)
        change_sales_order(order.id, {}, [kept])
        assert (line(order).bought, BoughtFor.objects.get().quantity) == units(2, 2)
        void_sales_order(order.id)
        assert (line(order).bought, BoughtFor.objects.get().quantity) == units(0, 0)
        assert PurchaseOrder.objects.get(id=purchase.id).status == "authorised"
    other = shop.sale("3")
    dropped = bought(shop, other, drop_ship=True)
    with shop.company.inside():
        with pytest.raises(Conflict, match=dropped.number):
            void_sales_order(other.id)
        void_purchase_order(dropped.id)
        void_sales_order(other.id)


def test_a_line_that_became_another_product_is_not_on_its_way(shop: Business) -> None:
    """K3: beans on order do not serve a line of filters."""
    order = shop.sale("6")
    bought(shop, order)
    with shop.company.inside():
        undo_sales_order(order.id)
        other = LineInput(product=shop.filters.id, quantity="6", line_id=line(order).line_id)
        change_sales_order(order.id, {}, [other])
        assert line(order).bought == 0


def test_two_people_who_buy_at_once_order_it_once(shop: Business) -> None:
    """K3: the same demand is never ordered twice."""
    order = shop.sale("6")
    with shop.company.inside():
        wish = BuyInput(order.id, line(order).line_id)
    hands = [partial(order_demand, [wish]), partial(buy_for_sale, order.id)] * 3

    outcomes = at_once(*(inside(shop.company, hand) for hand in hands))

    assert codes(outcomes) == {"done": 1, "nothing_short": 5}
    with shop.company.inside():
        assert line(order).bought == 6
        assert BoughtFor.objects.get().quantity == 6


# --- Consolidation ----------------------------------------------------------------------------
def sale_of_channel(shop: Business, quantity: str, channel: str) -> SalesOrder:
    """An authorised sale of a channel."""
    with shop.company.inside():
        order = create_sales_order(
            shop.customer.id,
            {"channel": channel},
            [LineInput(product=shop.beans.id, quantity=quantity)],
        )
        return authorise_sales_order(order.id)


def test_one_purchase_serves_several_sales_but_ecommerce_orders_stand_apart(
    shop: Business,
) -> None:
    """K3: by day; each order of a channel other than Wharf has a purchase of its own."""
    with shop.company.inside():
        save_settings({"consolidate_by": "day", "separate_ecommerce_orders": True})
    ours = [sale_of_channel(shop, "2", ""), sale_of_channel(shop, "3", "wharf")]
    web = [sale_of_channel(shop, "4", "Neto"), sale_of_channel(shop, "5", "Neto")]
    with shop.company.inside():
        wishes = [BuyInput(order.id, line(order).line_id) for order in (*ours, *web)]
        made = order_demand(wishes)

        assert sorted(int(one.lines.get().quantity) for one in made) == [4, 5, 5]
        together = next(one for one in made if one.bought_for.count() == 2)
        assert {link.sales_order_id for link in together.bought_for.all()} == {
            order.id for order in ours
        }
        assert together.for_sale is None
        assert {one.for_sale for one in made if one != together} == {order.id for order in web}
        assert {one.reference for one in made} == {"", *(order.number for order in web)}


def test_later_demand_of_the_same_day_joins_the_draft(shop: Business) -> None:
    """K3: one purchase order per supplier and day; once it is authorised a new one begins."""
    with shop.company.inside():
        save_settings({"consolidate_by": "day"})
    numbers = []
    for quantity in ("2", "3", "4"):
        order = shop.sale(quantity)
        with shop.company.inside():
            [purchase] = order_demand([BuyInput(order.id, line(order).line_id)])
            numbers.append(purchase.number)
            if quantity == "3":
                purchase.refresh_from_db()
                assert (purchase.net, purchase.lines.count()) == (D(15), 2)
                authorise_purchase_order(purchase.id)
    assert numbers[0] == numbers[1] != numbers[2]


def test_ecommerce_orders_draft_their_purchases_where_switched_on(shop: Business) -> None:
    """K3: an order of a channel drafts what it lacks when it is authorised; our own do not."""
    sale_of_channel(shop, "2", "Neto")
    with shop.company.inside():
        assert not PurchaseOrder.objects.exists()
        save_settings({"draft_ecommerce_purchases": True})
    order = sale_of_channel(shop, "3", "Neto")
    sale_of_channel(shop, "4", "")
    with shop.company.inside():
        purchase = PurchaseOrder.objects.get()
        assert (purchase.status, purchase.for_sale) == ("draft", order.id)
        assert line(order).bought == 3


# --- Back-to-back -----------------------------------------------------------------------------
def test_goods_go_first_to_the_sales_that_they_were_bought_for(shop: Business) -> None:
    """K3, O4: an older sale that waits too does not take them; what is over goes to it."""
    older, newer = shop.sale("4"), shop.sale("6")
    with shop.company.inside():
        [purchase] = buy_for_sale(newer.id)
        row = purchase.lines.get()
        more = LineInput(product=shop.beans.id, quantity="7", line_id=row.line_id)
        change_purchase_order(purchase.id, {}, [more])
        authorise_purchase_order(purchase.id)
        receipt = receive_order(purchase.id)
        assert (line(newer).allocated, line(newer).bought) == units(6, 0)
        assert line(older).allocated == 1
    shop.check()
    with shop.company.inside():
        undo_receipt(receipt.id)
        assert (line(newer).allocated, line(newer).bought) == units(0, 6)
        assert line(older).allocated == 0
    shop.check()
    shop.receive(purchase, "2")
    with shop.company.inside():
        assert (line(newer).allocated, line(newer).bought) == units(2, 4)
    shop.check()


def test_other_goods_are_left_to_those_who_have_nothing_on_its_way(shop: Business) -> None:
    """K3: stock that comes in goes to the sale that nothing was bought for."""
    first, second = shop.sale("4"), shop.sale("4")
    bought(shop, first)
    shop.receive(shop.order("4", "2"))
    with shop.company.inside():
        assert (line(first).allocated, line(second).allocated) == units(0, 4)


def test_shipping_other_goods_frees_what_is_on_its_way(shop: Business) -> None:
    """K3: shipped from free stock by hand, the sale does not wait for its purchase."""
    order = shop.sale("4")
    bought(shop, order)
    shop.receive(shop.order("10", "2"))
    with shop.company.inside():
        ship_order(order.id, [ShipmentInput(line(order).line_id, "3")])
        assert (line(order).shipped, line(order).bought) == units(3, 1)
    shop.check()


# --- Drop-ship --------------------------------------------------------------------------------
def test_a_drop_ship_passes_through_stock_at_its_own_cost(shop: Business) -> None:
    """O4, O6: older goods at 1 stay; the customer's cost 3; a late bill at 4 corrects the sale."""
    shop.receive(shop.order("5", "1"))
    own = shop.sale("5")
    order = shop.sale("6")
    purchase = bought(shop, order, drop_ship=True)
    with shop.company.inside():
        assert purchase.is_drop_ship
        made = supplier_shipped(purchase.id)
        assert (line(order).shipped, line(order).bought, line(own).allocated) == units(6, 0, 5)
        assert (made.receipt.status, made.shipment.status) == ("received", "shipped")
        assert cost_of_sources([made.shipment.id])[made.shipment.id] == 18
    assert shop.balances() == {"inventory": D(5), "grni": D(-23), "cogs": D(18)}
    shop.check()
    shop.bill(purchase, "4")
    assert shop.balance(AccountRole.COGS) == 24
    assert shop.balance(AccountRole.INVENTORY) == 5
    shop.check()


def test_a_drop_ship_is_undone_as_a_whole_and_says_so_before(shop: Business) -> None:
    """O4: from either half, both are void; the preview shows both and changes nothing."""
    order = shop.sale("6")
    purchase = bought(shop, order, drop_ship=True)
    for undo in (undo_goods_in, undo_goods_out):
        with shop.company.inside():
            made = supplier_shipped(purchase.id)
            half = made.receipt if undo is undo_goods_in else made.shipment
            before = shop.level_now()
            told = consequences_of(half, "undo")
            assert told.possible
            assert {(one.number, one.after) for one in told.statuses} == {
                (made.receipt.number, "Void"),
                (made.shipment.number, "Void"),
            }
            assert {one.event for one in told.journals} >= {"Goods received", "Shipment"}
            assert sorted(moved.quantity for moved in told.movements) == [-6, 6]
            assert {(one.counted, one.after) for one in told.counts} == {
                ("shipped", D(0)),
                ("bought", D(6)),
                ("received", D(0)),
            }
            assert shop.level_now() == before
            undo(half.id)
            assert Receipt.objects.get(id=made.receipt.id).status == "void"
            assert Shipment.objects.get(id=made.shipment.id).status == "void"
            assert (line(order).shipped, line(order).allocated, line(order).bought) == units(
                0, 0, 6
            )
        assert shop.balances() == {}
        shop.check()


def test_one_half_of_a_drop_ship_cannot_be_undone_alone(shop: Business) -> None:
    """O4: the verbs of receipts and shipments refuse it."""
    order = shop.sale("2")
    purchase = bought(shop, order, drop_ship=True)
    with shop.company.inside():
        made = supplier_shipped(purchase.id)
        with pytest.raises(Conflict) as refused:
            undo_receipt(made.receipt.id)
        assert refused.value.code == "drop_shipped"


def test_a_drop_ship_in_parts_and_never_more_than_the_sale_wants(shop: Business) -> None:
    """O4: two of six, then three; five where four are left is refused at its line."""
    order = shop.sale("6")
    purchase = bought(shop, order, drop_ship=True)
    with shop.company.inside():
        row = purchase.lines.get()
        supplier_shipped(purchase.id, [ReceiptInput("2", line_id=row.line_id)])
        with pytest.raises(InvalidInput) as refused:
            supplier_shipped(purchase.id, [ReceiptInput("5", line_id=row.line_id)])
        assert list(refused.value.fields) == ["lines.0.quantity"]
    with shop.company.inside():
        supplier_shipped(purchase.id, [ReceiptInput("3", line_id=row.line_id)])
        assert (line(order).shipped, line(order).bought) == units(5, 1)
    shop.check()


def test_a_drop_ship_goes_to_the_customers_address(shop: Business) -> None:
    """O4: the supplier reads where to send it."""
    with shop.company.inside():
        order = create_sales_order(
            shop.customer.id,
            {"issued_on": DAY, "delivery_address": "1 Quay\nPort"},
            [LineInput(product=shop.beans.id, quantity="1")],
        )
        authorise_sales_order(order.id)
        [purchase] = buy_for_sale(order.id, drop_ship=True)
        assert purchase.delivery_address == "1 Quay\nPort"
        payload = build_payload(purchase, current_organisation(), 1)
        assert isinstance(payload, OrderPayload) and payload.deliver_to is not None
        assert payload.deliver_to.name == shop.customer.name
        Contact.objects.update(billing_address="")
        with pytest.raises(InvalidInput) as refused:
            buy_for_sale(shop_sale_inside(shop).id, drop_ship=True)
        assert list(refused.value.fields) == ["drop_ship"]
        [back_to_back] = buy_for_sale(shop_sale_inside(shop).id)
        assert back_to_back.delivery_address == ""


def shop_sale_inside(shop: Business) -> SalesOrder:
    """Another sale, inside the transaction."""
    order = create_sales_order(
        shop.customer.id, {}, [LineInput(product=shop.beans.id, quantity="1")]
    )
    return authorise_sales_order(order.id)
