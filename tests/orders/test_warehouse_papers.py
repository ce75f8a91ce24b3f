"""Pick lists and delivery notes: what stands on them, and who may print them."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from hub.errors import Conflict, InvalidInput
from hub.ids import new_id
from inventory.models import Product
from inventory.services.adjustments import authorise_adjustment, draft_adjustment
from inventory.services.locations import save_location
from inventory.services.stock_tasks import TaskHeader, TaskLine
from orders.models import SalesOrder, Shipment
from orders.services.lines import LineInput
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.shipping import ShipmentHeader, draft_shipment, ship, void_shipment
from orders.services.warehouse_papers import (
    delivery_note,
    pick_list_of_sale,
    pick_list_of_shipments,
)
from tests.cast import make_company
from tests.orders.business import Business
from tests.orders.pages import text_of

HOSTILE = '#read("/etc/passwd") <script>alert(1)</script>'


def text(pdf: bytes) -> str:
    """All words of a PDF on one line, without the invisible places to break."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


@pytest.fixture
def shop() -> Business:
    """Beans and filters on the shelf, with a barcode."""
    here = Business()
    with here.company.inside():
        Product.objects.filter(id=here.beans.id).update(barcode="5061024110017")
        lines = [TaskLine(row.id, "20", "2") for row in (here.filters, here.beans)]
        authorise_adjustment(draft_adjustment(TaskHeader(), lines).id)
    return here


def sale(shop: Business, **values: Any) -> SalesOrder:
    """3 filters and 5 beans, in this order, authorised."""
    with shop.company.inside():
        order = create_sales_order(
            shop.customer.id,
            {"delivery_address": "1 Quay\nPort", "reference": "REF-9", **values},
            [
                LineInput(product=shop.filters.id, quantity="3", unit_price="7.77"),
                LineInput(product=shop.beans.id, quantity="5", unit_price="8.88"),
            ],
        )
        return authorise_sales_order(order.id)


def test_a_pick_list_goes_by_sku_with_barcodes_and_without_prices(shop: Business) -> None:
    """O4: of a sale what is promised, of a shipment what is on it."""
    order = sale(shop, note=HOSTILE)
    with shop.company.inside():
        shipment = draft_shipment(order.id)
        papers = [text(pick_list_of_sale(order.id)), text(pick_list_of_shipments([shipment.id]))]
    for paper, number in zip(papers, (order.number, shipment.number), strict=True):
        assert "Pick list" in paper and number in paper
        assert "1 Quay Port" in paper and "5061024110017" in paper
        assert HOSTILE.replace(" ", "") in paper.replace(" ", "")
        assert paper.index("BEANS") < paper.index("FILTERS")
        assert "5 each" in paper and "3 each" in paper
        assert "7.77" not in paper and "8.88" not in paper


def test_ticked_shipments_are_one_list_by_location(shop: Business) -> None:
    """O4: each product once at each place, with how many are for which shipment."""
    orders = [sale(shop), sale(shop)]
    with shop.company.inside():
        annexe = save_location(None, {"name": "Annexe", "code": "ANX"})
        shipments = [
            draft_shipment(orders[0].id),
            draft_shipment(orders[1].id),
        ]
        elsewhere = Shipment.objects.get(id=shipments[1].id)
        third = sale_and_shipment(shop, annexe.id)
        paper = text(pick_list_of_shipments([one.id for one in (*shipments, third)]))
    assert paper.index("From Annexe") < paper.index("From Main")
    assert f"{shipments[0].number}: 5 · {elsewhere.number}: 5" in paper
    assert "10 each" in paper


def sale_and_shipment(shop: Business, location: Any) -> Shipment:
    order = create_sales_order(
        shop.customer.id, {}, [LineInput(product=shop.beans.id, quantity="1")]
    )
    authorise_sales_order(order.id)
    return draft_shipment(order.id, None, ShipmentHeader(location=location))


def test_a_delivery_note_says_what_is_in_the_parcels(shop: Business) -> None:
    """O4: ordered and delivered, carrier and tracking number; no price on it."""
    order = sale(shop)
    with shop.company.inside():
        shipment = ship(draft_shipment(order.id).id, carrier="Van", tracking="T-7")
        paper = text(delivery_note(shipment.id))
        with pytest.raises(Conflict):
            pick_list_of_shipments([shipment.id])
        with pytest.raises(InvalidInput):
            pick_list_of_shipments([])
    for words in ("Delivery note", shipment.number, order.number, "REF-9", "Van", "T-7", "1 Quay"):
        assert words in paper
    assert all(word in paper for word in ("Ordered", "Delivered", "RECEIVED BY"))
    assert "7.77" not in paper and "Total" not in paper


def test_nothing_promised_is_no_pick_list_and_void_is_no_delivery(shop: Business) -> None:
    """O4: said instead of an empty paper."""
    other = shop.sale("1", product=shop.company.product("NONE"))
    order = sale(shop)
    with shop.company.inside():
        with pytest.raises(Conflict) as refused:
            pick_list_of_sale(other.id)
        assert refused.value.code == "nothing_to_pick"
        shipment = void_shipment(draft_shipment(order.id).id)
        with pytest.raises(Conflict):
            delivery_note(shipment.id)


def test_the_papers_are_buttons_and_the_warehouse_prints_them(shop: Business) -> None:
    """O4, O8: on the sale, on the shipment, and for the ticked ones of the list."""
    order = sale(shop)
    with shop.company.inside():
        shipment = draft_shipment(order.id)
    browser = shop.company.browser(shop.company.member("warehouse"))
    page = f"/shipments/{shipment.id}/"
    shown = text_of(browser, page)
    assert f'href="{page}pick-list/"' in shown and f'href="{page}delivery-note/"' in shown
    assert f'href="/sales/{order.id}/pick-list/"' in text_of(
        shop.company.browser(), f"/sales/{order.id}/"
    )
    assert 'formaction="/shipments/pick-list/"' in text_of(browser, "/shipments/?tab=all")
    for address in (f"{page}pick-list/", f"{page}delivery-note/"):
        answer = browser.get(address)
        assert answer["Content-Type"] == "application/pdf", answer.content
        assert shipment.number in answer["Content-Disposition"]
    ticked = browser.post("/shipments/pick-list/", {"selected": [str(shipment.id), "x"]})
    assert ticked["Content-Type"] == "application/pdf"
    none = browser.post("/shipments/pick-list/", {}, follow=True)
    assert "Tick between 1 and 100 shipments." in none.content.decode()
    stranger = make_company("Stranger").browser()
    assert stranger.get(f"{page}delivery-note/").status_code == 404
    assert stranger.get(f"/sales/{order.id}/pick-list/").status_code == 404
    mute = shop.company.browser(shop.company.member("setup"))
    assert mute.get(f"{page}pick-list/").status_code == 403


def test_a_program_prints_them(shop: Business) -> None:
    """O8: …/pick-list and …/delivery-note, and one list for several shipments."""
    order = sale(shop)
    with shop.company.inside():
        shipment = draft_shipment(order.id)
    api = shop.company.api()
    for path in (
        f"sales-orders/{order.id}/pick-list",
        f"shipments/{shipment.id}/pick-list",
        f"shipments/{shipment.id}/delivery-note",
        f"shipments/pick-list?shipment={shipment.id}",
    ):
        answer = api.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/pdf"
        assert text(answer.content)
    assert api.get("/api/v1/shipments/pick-list?shipment=x").status_code == 400
    assert api.get(f"/api/v1/shipments/{new_id()}/delivery-note").status_code == 404
    stranger = make_company("Stranger").api()
    assert stranger.get(f"/api/v1/shipments/{shipment.id}/pick-list").status_code == 404
