"""Kits: sold as one line, moved and costed as their components."""

from decimal import Decimal
from typing import Any

import pytest

from hub.errors import Conflict, InvalidInput
from inventory.models import Product, StockLevel
from inventory.services.components import ComponentInput, available_kits, components_of
from inventory.services.components import set_components as put
from inventory.services.prices import SupplierPriceInput, add_supplier_price
from inventory.services.products import change_product
from ledger.domain.accounts import AccountRole
from network.models import Contact
from orders.models import BoughtFor, LineKind, PurchaseOrder, Receipt, SalesOrder, SalesOrderLine
from orders.services.changes import accept_change, request_change
from orders.services.credit_notes import (
    CreditInput,
    authorise_credit_note,
    credit_invoice,
    undo_credit_note,
)
from orders.services.demand import buy_for_sale
from orders.services.kits import ordered_quantities
from orders.services.lines import LineInput
from orders.services.pre_sales import ChangeInput, approve_pre_sale
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sales import authorise_sales_order, undo_sales_order, void_sales_order
from orders.services.shipping import ship, ship_order, undo_shipment, void_shipment
from orders.shortage import lines_short, with_suppliers
from tests.orders.business import DAY, Business
from tests.orders.test_network_goods import stock_up
from tests.trade import delivered_order, sale_of, stocked_pair

D = Decimal


def n(*values: int) -> tuple[Decimal, ...]:
    """Exact numbers."""
    return tuple(D(value) for value in values)


def stocked(beans: str = "10", filters: str = "4") -> tuple[Business, Product]:
    here = Business()
    here.receive(here.order(beans, "2"))
    here.receive(here.order(filters, "3", product=here.filters))
    return here, here.kit(beans="2", filters="1")


def parts(here: Business, sale: SalesOrder) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """Quantity, allocated, shipped by SKU."""
    with here.company.inside():
        rows = SalesOrderLine.with_parts.filter(order=sale, kind=LineKind.PART)
        return {row.sku: (row.quantity, row.allocated, row.shipped) for row in rows}


def test_a_kit_is_one_line_for_the_customer_and_its_components_for_the_warehouse() -> None:
    """O2, O4: price and revenue of the kit; components are promised, shipped and costed."""
    here, kit = stocked()
    sale = here.sale("3", "40", product=kit)
    assert parts(here, sale) == {"BEANS": n(6, 6, 0), "FILTERS": n(3, 3, 0)}
    with here.company.inside():
        assert sale.lines.get().sku == "SET" and sale.total == D(144)
    here.ship(sale, "2")
    assert here.balance(AccountRole.COGS) == D(2 * 2 * 2 + 2 * 3)
    assert here.level() == n(6, 2, 0)
    invoice = here.invoice(sale)
    assert here.balance(AccountRole.SALES) == -D(120)
    here.check()
    with here.company.inside():
        line = SalesOrder.objects.get(id=sale.id).lines.get()
        assert (line.shipped, line.invoiced) == n(2, 3)
        assert invoice.lines.get().sku == "SET"
    here.ship(sale)
    with here.company.inside():
        assert SalesOrder.objects.get(id=sale.id).status == "completed"
    here.check()


@pytest.mark.parametrize("quantity", ["1.5", "0.5"])
def test_kits_ship_whole(quantity: str) -> None:
    """O4: half a kit is refused at its field, on the order and on the shipment."""
    here, kit = stocked()
    sale = here.sale("3", product=kit)
    with pytest.raises(InvalidInput) as refused:
        here.ship(sale, quantity)
    assert set(refused.value.fields) == {"lines.0.quantity"}
    with pytest.raises(InvalidInput) as ordered:
        here.sale(quantity, product=kit)
    assert ordered.value.fields["lines.0.quantity"] == [
        "Kits are sold whole: enter a whole number."
    ]


def test_a_kit_waits_for_its_scarcest_component_and_ships_what_is_whole() -> None:
    """O4: 4 filters make 4 kits of 6; the rest is promised when filters come in."""
    here, kit = stocked("20", "4")
    sale = here.sale("6", product=kit)
    assert parts(here, sale) == {"BEANS": n(12, 12, 0), "FILTERS": n(6, 4, 0)}
    shipment = here.ship(sale)
    with here.company.inside():
        assert ordered_quantities(shipment) == {sale.lines.get().line_id: D(4)}
    with pytest.raises(Conflict, match="Nothing is in stock"):
        here.ship(sale)
    here.receive(here.order("5", "3", product=here.filters))
    assert parts(here, sale)["FILTERS"] == n(6, 2, 4)
    here.check()


def test_undone_goods_of_a_kit_return_and_its_parts_go_with_the_authorisation() -> None:
    """O4: undo of the shipment, then of the sale; a draft has no parts."""
    here, kit = stocked()
    sale = here.sale("2", product=kit)
    shipment = here.ship(sale)
    with here.company.inside():
        undo_shipment(shipment.id)
    assert parts(here, sale) == {"BEANS": n(4, 4, 0), "FILTERS": n(2, 2, 0)}
    here.check()
    with here.company.inside():
        ship(shipment.id)
        undo_shipment(shipment.id)
        shipment.refresh_from_db()
    with here.company.inside():
        void_shipment(shipment.id)
        undo_sales_order(sale.id)
    assert parts(here, sale) == {}
    assert here.level() == n(10, 0, 0)
    with here.company.inside():
        void_sales_order(sale.id)
    here.check()


def test_a_sale_keeps_the_kit_as_it_was_authorised() -> None:
    """O2: components changed later count for later sales."""
    here, kit = stocked()
    sale = here.sale("1", product=kit)
    with here.company.inside():
        put(kit.id, [ComponentInput(here.filters.id, "", "1")])
    later = here.sale("1", product=kit)
    assert set(parts(here, sale)) == {"BEANS", "FILTERS"}
    assert set(parts(here, later)) == {"FILTERS"}
    here.ship(sale)
    here.ship(later)
    here.check()


def test_a_credited_kit_brings_its_components_back() -> None:
    """O4: at the cost they left with; a shipment whose goods came back cannot be undone."""
    here, kit = stocked()
    sale = here.sale("3", "40", product=kit)
    shipment = here.ship(sale)
    invoice = here.invoice(sale)
    line = sale.lines
    with here.company.inside():
        line_id = line.get().line_id
        wanted = [CreditInput(line_id, "2", "2")]
        note = authorise_credit_note(
            credit_invoice(invoice.id, wanted, values={"issued_on": DAY}).id
        )
    assert here.balance(AccountRole.COGS) == D(7)
    assert here.level()[0] == D(8)
    here.check()
    with pytest.raises(Conflict, match="came back"), here.company.inside():
        undo_shipment(shipment.id)
    with here.company.inside():
        undo_credit_note(note.id)
    assert here.balance(AccountRole.COGS) == D(21)
    here.check()
    with pytest.raises(InvalidInput) as half, here.company.inside():
        credit_invoice(invoice.id, [CreditInput(line_id, "1", "0.5")])
    assert set(half.value.fields) == {"lines.0.returned"}


def test_a_kit_is_not_bought() -> None:
    """O3: refused at its line; its components are bought."""
    here, kit = stocked()
    with pytest.raises(InvalidInput) as refused, here.company.inside():
        create_purchase_order(here.supplier.id, {}, [LineInput(product=kit.id, quantity="1")])
    assert refused.value.fields == {
        "lines.0.product": ["SET is a kit: buy its components instead."]
    }


def test_a_kit_without_components_is_not_sold() -> None:
    """O2: said when the sale is authorised, at its line."""
    here = Business()
    kit = here.company.product("EMPTY", kind="kit")
    with pytest.raises(InvalidInput, match="kit without components"):
        here.sale("1", product=kit)


def test_what_a_kit_cannot_hold() -> None:
    """O2: no kit, no service, nothing twice, no part of nothing; the kind stays."""
    here, kit = stocked()
    other = here.company.product("OTHER", kind="kit")
    with here.company.inside():
        for wanted, field in (
            ([ComponentInput(other.id)], "components.0.product"),
            ([ComponentInput(kit.id)], "components.0.product"),
            ([ComponentInput(here.freight.id)], "components.0.product"),
            (
                [ComponentInput(here.beans.id), ComponentInput(here.beans.id)],
                "components.1.product",
            ),
            ([ComponentInput(here.beans.id, "", "0")], "components.0.quantity"),
            ([ComponentInput(sku="NOSUCH")], "components.0.product"),
        ):
            with pytest.raises(InvalidInput) as refused:
                put(kit.id, wanted)
            assert set(refused.value.fields) == {field}
        for product, kind in ((kit, "stock"), (here.beans, "kit")):
            with pytest.raises(InvalidInput) as kept:
                change_product(product.id, {"kind": kind})
            assert set(kept.value.fields) == {"kind"}


def test_available_kits_are_what_the_scarcest_component_allows() -> None:
    """O2: whole kits, less what is promised."""
    here, kit = stocked("10", "4")
    here.sale("3", product=here.filters)
    with here.company.inside():
        assert available_kits(components_of([kit.id])) == {kit.id: D(1)}
        assert StockLevel.objects.count() == 2


def test_kits_by_browser_and_api() -> None:
    """O2, A4: made, filled, shown, refused at its row; the same by the API."""
    here = Business()
    client = here.company.browser()
    form = {"sku": "SET", "name": "Coffee set", "kind": "kit", "unit": "set"}
    page = client.post("/products/new/", form).headers["Location"]
    assert "This kit holds nothing yet" in client.get(page).content.decode()
    rows: dict[str, Any] = {
        "components-TOTAL_FORMS": "3",
        "components-INITIAL_FORMS": "0",
        "components-0-sku": "BEANS",
        "components-0-quantity": "2",
        "components-1-sku": "",
        "components-1-quantity": "1",
        "components-2-sku": "NOSUCH",
        "components-2-quantity": "1",
    }
    refused = client.post(f"{page}components/", rows)
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "You have no product with the SKU “NOSUCH”." in said and 'value="NOSUCH"' in said
    rows["components-2-sku"] = "filters"
    assert client.post(f"{page}components/", rows).status_code == 302
    shown = client.get(page).content.decode()
    assert "Whole kits available" in shown and "FILTERS" in shown
    api = here.company.api()
    path = f"/api/v1{page.rstrip('/')}/components"
    found = api.get(path).json()
    assert [(row["sku"], row["quantity"]) for row in found["components"]] == [
        ("BEANS", "2.00000"),
        ("FILTERS", "1.00000"),
    ]
    here.receive(here.order("9", "2"))
    here.receive(here.order("9", "2", product=here.filters))
    body = {"components": [{"sku": "beans", "quantity": "3"}]}
    assert api.post(path, body, format="json").json()["available"] == "3.00000"
    bad = api.post(path, {"components": [{"sku": "SET"}]}, format="json")
    assert set(bad.json()["fields"]) == {"components.0.product"}


def test_a_kit_travels_as_its_own_line() -> None:
    """O2, N16: the buyer's line is a kit here; the notice says whole kits, the receipt counts."""
    pair = stocked_pair()
    with pair.supplier.inside():
        Product.objects.filter(sku="FILTER").update(kind="kit")
        kit = Product.objects.get(sku="FILTER")
    paper = pair.supplier.product("PAPER")
    with pair.supplier.inside():
        put(kit.id, [ComponentInput(paper.id, "", "4")])
        stock_up("PAPER", "20", "1")
    order_id = delivered_order(pair)
    sale = sale_of(pair, order_id)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
        shipment = ship_order(sale.id)
        assert shipment.lines.get().quantity == D(12)
    pair.drain()
    with pair.buyer.inside():
        receipt = Receipt.objects.get()
        line = PurchaseOrder.objects.get(id=order_id).lines.get()
        assert receipt.lines.get().quantity == D(3)
        assert receipt.lines.get().line_id == line.line_id
    with pair.supplier.inside():
        undo_shipment(shipment.id)
        assert StockLevel.objects.get(product=paper).allocated == D(12)


def test_a_change_that_both_sides_agree_on_moves_the_parts_too() -> None:
    """O2, N16: 3 kits become 2: 8 papers are promised instead of 12."""
    pair = stocked_pair()
    with pair.supplier.inside():
        Product.objects.filter(sku="FILTER").update(kind="kit")
        kit = Product.objects.get(sku="FILTER")
    paper = pair.supplier.product("PAPER")
    with pair.supplier.inside():
        put(kit.id, [ComponentInput(paper.id, "", "4")])
        stock_up("PAPER", "20", "1")
    order_id = delivered_order(pair)
    sale = sale_of(pair, order_id)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
    pair.drain()
    with pair.buyer.inside():
        line = PurchaseOrder.objects.get(id=order_id).lines.get()
        request_change(PurchaseOrder, order_id, [ChangeInput(line.line_id, quantity="2")])
    pair.drain()
    with pair.supplier.inside():
        accept_change(SalesOrder, sale.id)
        part = SalesOrderLine.with_parts.get(order=sale.id, kind=LineKind.PART)
        assert (part.quantity, part.allocated) == (D(8), D(8))
        assert StockLevel.objects.get(product=paper).allocated == D(8)


def test_the_parts_of_a_kit_are_bought_received_for_it_and_shipped() -> None:
    """O2, O4, K3: a kit's components are short like any goods; what comes is promised to them."""
    here, kit = stocked(beans="4", filters="3")
    sale = here.sale("3", "40", product=kit)
    with here.company.inside():
        add_supplier_price(here.beans.id, SupplierPriceInput(here.supplier.id, "3"))
        [short] = with_suppliers(list(lines_short([sale.id])))
        assert (short.line.sku, short.quantity) == ("BEANS", D(2))
        Contact.objects.filter(id=here.customer.id).update(billing_address="2 Hill")
        with pytest.raises(InvalidInput, match="leave from here as a set"):
            buy_for_sale(sale.id, drop_ship=True)
        [purchase] = buy_for_sale(sale.id)
        authorise_purchase_order(purchase.id)
    here.check()
    here.receive(purchase)
    assert parts(here, sale) == {"BEANS": n(6, 6, 0), "FILTERS": n(3, 3, 0)}
    here.ship(sale)
    here.check()
    with here.company.inside():
        assert SalesOrder.objects.get(id=sale.id).lines.get().shipped == 3


def test_an_undone_kit_gives_back_what_was_bought_for_its_parts() -> None:
    """O4: authorised again its parts are new ones; nothing is bought twice for them."""
    here, kit = stocked(beans="4", filters="3")
    sale = here.sale("3", "40", product=kit)
    with here.company.inside():
        add_supplier_price(here.beans.id, SupplierPriceInput(here.supplier.id, "3"))
        [purchase] = buy_for_sale(sale.id)
        undo_sales_order(sale.id)
        assert not BoughtFor.objects.filter(sales_order=sale, quantity__gt=0).exists()
        authorise_sales_order(sale.id)
        assert [row.quantity for row in with_suppliers(list(lines_short([sale.id])))] == [D(2)]
        authorise_purchase_order(purchase.id)
    here.receive(purchase)
    assert parts(here, sale)["BEANS"] == n(6, 6, 0)
    here.check()
