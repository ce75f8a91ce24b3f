"""Deciding about a partner's order in the browser: match, approve, offer changes, consent."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from inventory.models import PartnerSku, Product
from orders.models import PurchaseOrder, SalesOrder
from orders.services.lines import LineInput
from orders.services.pre_sales import approve_pre_sale
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sales import (
    authorise_sales_order,
    change_sales_order,
    create_sales_order,
    undo_sales_order,
)
from orders.services.sending import Sending, send_document
from tests.cast import Pair, make_pair
from tests.orders.pages import fresh, sale_of, sent_order, stocked_pair, text_of


def pair_with_other_codes() -> tuple[Pair, SalesOrder]:
    """A pre-sale with one line that the supplier does not know and one that it does."""
    pair = make_pair()
    pair.buyer.product("K-77", "House blend one kilo")
    pair.buyer.product("FILTER", "Paper filters")
    pair.supplier.product("BEANS-1", "House blend 1 kg")
    pair.supplier.product("FILTER", "Paper filters")
    pair.supplier.product("GRINDER", "Grinder")
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id,
            {},
            [LineInput(sku="FILTER", quantity="3"), LineInput(sku="K-77", quantity="10")],
        )
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    pair.drain()
    return pair, sale_of(pair, order)


def changes(sale: SalesOrder, pair: Pair, **cells: str) -> dict[str, Any]:
    """The counter-proposal as posted; `cells` such as quantity_0="8" differ from the order."""
    with pair.supplier.inside():
        lines = list(sale.lines.filter(kind="item").order_by("position"))
    values: dict[str, Any] = {
        "changes-TOTAL_FORMS": str(len(lines)),
        "changes-INITIAL_FORMS": str(len(lines)),
        "text": "",
    }
    for number, line in enumerate(lines):
        values |= {
            f"changes-{number}-line_id": str(line.line_id),
            f"changes-{number}-quantity": f"{line.quantity.normalize():f}",
            f"changes-{number}-unit_price": f"{line.unit_price.normalize():f}",
            f"changes-{number}-expected_on": "",
        }
    for name, value in cells.items():
        field, _bar, place = name.rpartition("_")
        values[f"changes-{place}-{field}" if place.isdecimal() else name] = value
    return values


def test_unmatched_lines_are_matched_and_remembered() -> None:
    """N15: suggestions with their reason; one click; approval is refused until then."""
    pair, sale = pair_with_other_codes()
    browser = pair.supplier.browser()
    page = f"/sales/{sale.id}/"
    with pair.supplier.inside():
        line = sale.lines.get(product=None)
        beans = Product.objects.get(sku="BEANS-1")

    shown = text_of(browser, page)
    assert "Match the products" in shown
    assert f'value="{line.line_id}:{beans.id}"' in shown
    assert "1 line is not matched to a product yet." in (
        browser.post(f"{page}approve/", follow=True).content.decode()
    )
    answer = browser.post(f"{page}map/", {"choose": f"{line.line_id}:{beans.id}"}, follow=True)
    assert "1 line matched." in answer.content.decode()
    assert "Not matched yet" not in text_of(browser, page)
    browser.post(f"{page}approve/")

    assert fresh(pair.supplier, sale).status == "authorised"
    with pair.supplier.inside():
        assert PartnerSku.objects.get(code_key="k-77").product_id == beans.id


def test_a_product_can_be_typed_and_a_wrong_one_is_said_at_its_field() -> None:
    """N15: by SKU; also one that was matched can be changed."""
    pair, sale = pair_with_other_codes()
    browser = pair.supplier.browser()
    page = f"/sales/{sale.id}/"
    with pair.supplier.inside():
        known, unknown = sale.lines.order_by("position")

    answer = browser.post(f"{page}map/", {f"sku-{unknown.line_id}": "NOPE"})
    assert answer.status_code == 422
    assert "No product has the SKU “NOPE”." in answer.content.decode()
    answer = browser.post(f"{page}map/", {})
    assert "Choose a product for at least one line." in answer.content.decode()
    answer = browser.post(f"{page}map/", {"choose": "nonsense:nonsense"})
    assert answer.status_code == 422
    answer = browser.post(
        f"{page}map/", {f"sku-{unknown.line_id}": "beans-1", f"sku-{known.line_id}": "GRINDER"}
    )

    assert answer.status_code == 302
    with pair.supplier.inside():
        skus = list(sale.lines.order_by("position").values_list("sku", flat=True))
        assert skus == ["GRINDER", "BEANS-1"]


def test_changes_are_offered_and_the_buyer_accepts_them_side_by_side() -> None:
    """N10, N16: quantity and price; both sides see what was and what would be."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)
    supplier, buyer = pair.supplier.browser(), pair.buyer.browser()
    posted = changes(sale, pair, quantity_0="8", unit_price_1="4.50", text="Short this week")

    answer = supplier.post(f"/sales/{sale.id}/approve-with-changes/", posted)
    assert answer.headers["Location"] == f"/sales/{sale.id}/"
    assert "Your changes, waiting for the buyer" in text_of(supplier, f"/sales/{sale.id}/")
    pair.drain()

    page = f"/purchases/{order.id}/"
    shown = text_of(buyer, page)
    assert f"{order.contact.name} offers changes" in shown
    assert "was 10" in shown
    assert "was 4.00" in shown
    assert "Short this week" in shown
    assert "Accept changes" in shown
    buyer.post(f"{page}accept-changes/")
    pair.drain()

    bought = fresh(pair.buyer, order)
    assert (bought.network_status, bought.net) == ("approved", Decimal("113.5"))
    assert fresh(pair.supplier, sale).status == "authorised"
    assert "offers changes" not in text_of(buyer, page)


def test_a_date_that_is_offered_where_none_was_asked_for_is_marked() -> None:
    """N16: nobody accepts a date without having seen it."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)
    posted = changes(sale, pair, expected_on_0="2026-12-24")
    pair.supplier.browser().post(f"/sales/{sale.id}/approve-with-changes/", posted)
    pair.drain()

    shown = text_of(pair.buyer.browser(), f"/purchases/{order.id}/")

    assert "1 difference" in shown
    assert '24 Dec 2026<span class="w-diff__was">was empty</span>' in shown


def test_the_buyer_declines_the_changes() -> None:
    """N16: the supplier decides again about the order as it was sent."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)
    posted = changes(sale, pair, quantity_0="8")
    pair.supplier.browser().post(f"/sales/{sale.id}/approve-with-changes/", posted)
    pair.drain()

    pair.buyer.browser().post(
        f"/purchases/{order.id}/decline-changes/", {"text": "All ten, please"}
    )
    pair.drain()

    assert fresh(pair.supplier, sale).status == "awaiting_approval"
    assert "All ten, please" in text_of(pair.supplier.browser(), f"/sales/{sale.id}/")


def test_changes_that_cannot_be_are_said_at_their_cell() -> None:
    """Input: a negative quantity, a bad date, nothing changed, every line 0."""
    pair = stocked_pair()
    sale = sale_of(pair, sent_order(pair))
    browser = pair.supplier.browser()
    page = f"/sales/{sale.id}/approve-with-changes/"

    answer = browser.post(page, changes(sale, pair, quantity_1="-2", text="Sorry"))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'href="#id_changes-1-quantity">Line 2, Quantity:' in shown
    assert "Sorry" in shown
    answer = browser.post(page, changes(sale, pair, expected_on_0="soon"))
    assert 'href="#id_changes-0-expected_on">Line 1, Expected:' in answer.content.decode()
    answer = browser.post(page, changes(sale, pair))
    assert "or approve the order as it is." in answer.content.decode()
    answer = browser.post(page, changes(sale, pair, quantity_0="0", quantity_1="0"))
    assert "Decline the order with a reason instead." in answer.content.decode()
    assert fresh(pair.supplier, sale).status == "awaiting_approval"


def test_an_answer_can_be_recalled() -> None:
    """N10: approval goes out at once; its undo is a recall that both see."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
    pair.drain()
    browser = pair.supplier.browser()

    assert "Recall the answer…" in text_of(browser, f"/sales/{sale.id}/")
    assert "sees that the answer was taken back" in text_of(browser, f"/sales/{sale.id}/recall/")
    browser.post(f"/sales/{sale.id}/recall/")
    pair.drain()

    assert fresh(pair.supplier, sale).status == "awaiting_approval"
    assert fresh(pair.buyer, order).network_status != "approved"


def test_a_waiting_order_is_given_to_a_colleague() -> None:
    """N10: assign; nobody else's people can be named."""
    pair = stocked_pair()
    sale = sale_of(pair, sent_order(pair))
    colleague = pair.supplier.member("sales", "Maya Lind")
    browser = pair.supplier.browser()
    page = f"/sales/{sale.id}/assign/"

    browser.post(page, {"colleague": str(colleague.pk)})
    assert fresh(pair.supplier, sale).assigned_to == colleague.pk
    assert "given to Maya Lind" in text_of(browser, f"/sales/{sale.id}/")
    browser.post(page, {"colleague": str(pair.buyer.owner.pk)})
    assert fresh(pair.supplier, sale).assigned_to == colleague.pk
    browser.post(page, {"colleague": ""})
    assert fresh(pair.supplier, sale).assigned_to is None


def test_a_suppliers_sales_order_is_matched_and_approved_by_the_customer() -> None:
    """N17: it arrives as a purchase order awaiting approval; the choice is remembered."""
    pair = make_pair()
    pair.supplier.product("BEANS-1", "House blend 1 kg")
    pair.buyer.product("K-77", "House blend one kilo")
    with pair.supplier.inside():
        sale = create_sales_order(
            pair.buyer_contact.id, {}, [LineInput(sku="BEANS-1", quantity="2")]
        )
        authorise_sales_order(sale.id)
        send_document(SalesOrder, sale.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        order = PurchaseOrder.objects.get()
        line = order.lines.get()
    browser = pair.buyer.browser()
    page = f"/purchases/{order.id}/"

    assert "Match the products" in text_of(browser, page)
    browser.post(f"{page}map/", {f"sku-{line.line_id}": "K-77"})
    browser.post(f"{page}approve/")
    pair.drain()

    assert fresh(pair.buyer, order).status == "authorised"
    assert fresh(pair.supplier, sale).network_status == "approved"
    with pair.buyer.inside():
        assert PartnerSku.objects.get().code == "BEANS-1"


def sent_again(pair: Pair, sale: SalesOrder, **changes: Any) -> None:
    """The supplier takes its sales order back to draft, changes the first line and sends it."""
    with pair.supplier.inside():
        undo_sales_order(sale.id)
        line = sale.lines.get(position=0)
        same = LineInput(
            sku=line.sku,
            quantity=line.quantity,
            unit_price=line.unit_price,
            line_id=line.line_id,
        )
        change_sales_order(sale.id, {}, [replace(same, **changes)])
        authorise_sales_order(sale.id)
        send_document(SalesOrder, sale.id, Sending(via=["network"]))
    pair.drain()


def test_a_revised_sales_order_shows_the_customer_what_changed() -> None:
    """N17: the version before beside this one, on the page and by the API, while it waits."""
    pair = stocked_pair()
    with pair.supplier.inside():
        sale = create_sales_order(
            pair.buyer_contact.id, {}, [LineInput(sku="FILTER", quantity="2", unit_price="4")]
        )
        authorise_sales_order(sale.id)
        send_document(SalesOrder, sale.id, Sending(via=["network"]))
    pair.drain()
    browser, api = pair.buyer.browser(), pair.buyer.api()
    with pair.buyer.inside():
        order = PurchaseOrder.objects.get()
    page, resource = f"/purchases/{order.id}/", f"/api/v1/purchase-orders/{order.id}"
    heading = f"Changed by {pair.supplier_contact.name} since the version before"
    assert heading not in text_of(browser, page)
    assert api.get(resource).json()["revision"] is None

    sent_again(pair, sale, quantity="5")
    sent_again(pair, sale, unit_price="4.50")

    shown = text_of(browser, page)
    assert heading in shown
    assert "was 4.00" in shown
    assert "was 2<" not in shown  # that was the version before the last
    revision = api.get(resource).json()["revision"]
    assert (revision["ours"]["title"], revision["theirs"]["title"]) == ("Version 2", "Version 3")
    (line,) = revision["lines"]
    assert [(change["field"], change["ours"], change["theirs"]) for change in line["changes"]] == [
        ("unit_price", "4", "4.5"),
        ("net", "20", "22.5"),
        ("tax_amount", "4", "4.5"),
    ]

    browser.post(f"{page}approve/")
    assert heading not in text_of(browser, page)
    assert api.get(resource).json()["revision"] is None


def test_the_invoice_is_drafted_from_the_order() -> None:
    """N11: one button; a second time says which invoice there is."""
    pair = stocked_pair()
    sale = sale_of(pair, sent_order(pair))
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
    browser = pair.supplier.browser()
    page = f"/sales/{sale.id}/"

    assert "Create invoice" in text_of(browser, page)
    answer = browser.post(f"{page}invoice/", follow=True)
    assert f"drafted from {sale.number}." in answer.content.decode()
    assert "Authorise invoice" in answer.content.decode()
    assert "Create invoice" not in text_of(browser, page)
    again = browser.post(f"{page}invoice/", follow=True)
    assert "is invoiced by" in again.content.decode()


def test_only_who_may_decides() -> None:
    """A3: a teammate who only looks sees no form; a stranger finds nothing."""
    pair = stocked_pair()
    sale = sale_of(pair, sent_order(pair))
    looker = pair.supplier.browser(pair.supplier.teammate)
    page = f"/sales/{sale.id}/"

    shown = text_of(looker, page)
    assert "Approve order" not in shown
    assert "approve-with-changes" not in shown
    for verb in ("approve/", "approve-with-changes/", "map/", "assign/", "decline/", "invoice/"):
        assert looker.post(f"{page}{verb}").status_code == 403, verb
        assert pair.buyer.browser().post(f"{page}{verb}").status_code == 404, verb
    assert fresh(pair.supplier, sale).status == "awaiting_approval"
