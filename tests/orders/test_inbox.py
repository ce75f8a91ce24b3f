"""The inbox: what waits, the chosen row with its buttons, the next one, bulk approval."""

from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Bill, Invoice, PurchaseOrder, SalesOrder
from orders.services.invoices import (
    authorise_invoice,
    change_invoice,
    invoice_sales_order,
    undo_invoice,
)
from orders.services.lines import LineInput
from orders.services.pre_sales import ChangeInput, approve_pre_sale
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.sending import Sending, send_document
from tests.cast import Pair, make_company
from tests.orders.pages import HOSTILE, billed, fresh, sale_of, sent_order, stocked_pair, text_of


def invoiced_with(pair: Pair, **changed: str) -> Bill:
    """A bill whose first line differs from the order."""
    order = sent_order(pair)
    sale = sale_of(pair, order)
    with pair.supplier.inside():
        approve_pre_sale(sale.id)
    pair.drain()
    with pair.supplier.inside():
        invoice = invoice_sales_order(sale.id)
        lines = []
        for line in invoice.lines.order_by("position"):
            values: dict[str, Any] = {"quantity": line.quantity, "unit_price": line.unit_price}
            if line.sku == "BEANS-1":
                values |= changed
            lines.append(LineInput(sku=line.sku, line_id=line.line_id, **values))
        change_invoice(invoice.id, {}, lines)
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()
    with pair.buyer.inside():
        return Bill.objects.get(purchase_order=order)


def test_an_empty_inbox_says_so() -> None:
    """UI: nothing waits."""
    shown = text_of(make_company().browser(), "/inbox/")

    assert "Nothing waits for you" in shown


def test_what_arrives_waits_in_the_inbox_and_the_badge_counts_it() -> None:
    """N10: from whom, what, how much; the newest is open with its buttons."""
    pair = stocked_pair()
    first = sale_of(pair, sent_order(pair))
    second = sale_of(pair, sent_order(pair, note=HOSTILE))

    shown = text_of(pair.supplier.browser(), "/inbox/")

    assert f'href="/inbox/?item=sale-{first.id}"' in shown
    assert f'href="/inbox/?item=sale-{second.id}" aria-current="true"' in shown
    assert f'action="/sales/{second.id}/approve/?next=' in shown
    assert f'hx-post="/sales/{second.id}/open/"' in shown
    assert "164.40" in shown
    assert HOSTILE not in shown
    assert 'aria-label="Inbox, 2 waiting"' in shown or ">2<" in shown
    assert str(second.id) not in text_of(pair.buyer.browser(), "/inbox/")


def test_after_an_action_the_next_one_is_open() -> None:
    """UI: approve, and the next row is there."""
    pair = stocked_pair()
    first = sale_of(pair, sent_order(pair))
    second = sale_of(pair, sent_order(pair))
    browser = pair.supplier.browser()

    answer = browser.post(
        f"/sales/{second.id}/approve/?next=/inbox/%3Fitem%3Dsale-{first.id}", follow=True
    )

    assert answer.redirect_chain == [(f"/inbox/?item=sale-{first.id}", 302)]
    shown = answer.content.decode()
    assert f"{second.number} approved." in shown
    assert f'sale-{first.id}" aria-current="true"' in shown
    assert f"sale-{second.id}" not in shown


def test_changes_of_a_supplier_and_bills_wait_at_the_buyer() -> None:
    """N11, N16: all that needs this side's answer is in one list."""
    pair = stocked_pair()
    changed = sent_order(pair)
    sale = sale_of(pair, changed)
    with pair.supplier.inside():
        beans = sale.lines.get(sku="BEANS-1").line_id
        approve_pre_sale(sale.id, [ChangeInput(beans, quantity="8")])
    pair.drain()
    _order, bill = billed(pair)
    browser = pair.buyer.browser()

    shown = text_of(browser, f"/inbox/?item=purchase-{changed.id}")
    assert "Changes to your order" in shown
    assert f'href="/inbox/?item=bill-{bill.id}"' in shown
    assert "was 10" in shown
    accept = f"/purchases/{changed.id}/accept-changes/"
    assert f'action="{accept}?next=' in shown
    browser.post(accept)

    assert f"purchase-{changed.id}" not in text_of(browser, "/inbox/")


def test_plain_rows_are_approved_together() -> None:
    """UI: bulk approval only of rows without differences and without unmatched lines."""
    pair = stocked_pair()
    _order, plain = billed(pair)
    dearer = invoiced_with(pair, unit_price="13")
    browser = pair.buyer.browser()

    shown = text_of(browser, "/inbox/")
    assert f'value="bill-{plain.id}" aria-label' in shown
    assert f'value="bill-{dearer.id}" disabled' in shown
    answer = browser.post(
        "/inbox/approve/", {"selected": [f"bill-{plain.id}", f"bill-{dearer.id}"]}, follow=True
    )

    shown = answer.content.decode()
    assert f"Approved: {plain.number}." in shown
    assert f"{dearer.number} has something to look at first." in shown
    assert fresh(pair.buyer, plain).status == "approved"
    assert fresh(pair.buyer, dearer).status == "awaiting_approval"


def test_an_order_with_unmatched_lines_is_not_approved_in_bulk() -> None:
    """N15: it has to be opened and matched."""
    pair = stocked_pair()
    pair.buyer.product("ONLY-HERS", "Something the supplier does not know")
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id, {}, [LineInput(sku="ONLY-HERS", quantity="1")]
        )
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    pair.drain()
    sale = sale_of(pair, order)
    browser = pair.supplier.browser()

    assert "Not matched" in text_of(browser, "/inbox/")
    browser.post("/inbox/approve/", {"selected": f"sale-{sale.id}"})

    assert fresh(pair.supplier, sale).status == "awaiting_approval"


def test_a_changed_invoice_is_flagged_and_compared_with_the_version_before() -> None:
    """K5: back to awaiting approval with a warning on top and a comparison."""
    pair = stocked_pair()
    _order, bill = billed(pair)
    pair.buyer.browser().post(f"/bills/{bill.id}/approve/")
    pair.drain()
    with pair.supplier.inside():
        invoice = Invoice.objects.get()
        undo_invoice(invoice.id)
        lines = [
            LineInput(
                sku=line.sku,
                line_id=line.line_id,
                quantity=line.quantity,
                unit_price=Decimal("13.25") if line.sku == "BEANS-1" else line.unit_price,
            )
            for line in invoice.lines.order_by("position")
        ]
        change_invoice(invoice.id, {}, lines)
        authorise_invoice(invoice.id)
    seller, email = pair.supplier.browser(), f"/invoices/{invoice.id}/email/"
    primary = f'<a class="btn btn-primary" href="{email}"'
    assert primary in text_of(seller, f"/invoices/{invoice.id}/")
    with pair.supplier.inside():
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    assert primary not in text_of(seller, f"/invoices/{invoice.id}/")
    pair.drain()
    with pair.buyer.inside():
        newer = Bill.objects.get(supersedes=bill)
    browser = pair.buyer.browser()

    assert "Revision" in text_of(browser, "/inbox/")
    shown = text_of(browser, f"/bills/{newer.id}/")
    assert "The supplier changed this invoice after delivery." in shown
    assert "Changed since the version before" in shown
    assert "Compared with your purchase order" in shown
    assert "was 12.50" in shown
    assert shown.index("Look before you approve") < shown.index("Compared with")
    old = text_of(browser, f"/bills/{bill.id}/")
    assert "Superseded" in old
    assert "A newer version took the place of this one" in old
    assert old.count(f'<a href="/bills/{newer.id}/">{newer.number}</a>') == 2  # on top and beside


def test_a_bill_that_differs_is_shown_beside_its_order() -> None:
    """N11: price and quantity by line, before approval; then approve, decline or ask."""
    pair = stocked_pair()
    bill = invoiced_with(pair, quantity="9", unit_price="13")
    browser = pair.buyer.browser()
    page = f"/bills/{bill.id}/"

    shown = text_of(browser, page)
    assert "Compared with your purchase order" in shown
    assert "was 10" in shown
    assert "was 12.50" in shown
    assert "1 difference" in shown
    assert "Approve bill" in shown
    browser.post(f"{page}ask/", {"text": "Why 13?"})
    browser.post(f"{page}decline/", {"reason": "PRI", "text": "We agreed on 12.50"})
    pair.drain()

    assert fresh(pair.buyer, bill).status == "declined"
    with pair.supplier.inside():
        invoice = Invoice.objects.get()
        assert invoice.network_status == "declined"
    assert "We agreed on 12.50" in text_of(pair.supplier.browser(), f"/invoices/{invoice.id}/")


def test_the_inbox_shows_what_the_person_may_work_on() -> None:
    """A3: sales people see orders, accountants bills; who only looks sees nothing waiting."""
    pair = stocked_pair()
    sale = sale_of(pair, sent_order(pair))
    supplier = pair.supplier

    assert f"sale-{sale.id}" in text_of(supplier.browser(supplier.member("sales")), "/inbox/")
    for role in ("accountant", "read_only"):
        shown = text_of(supplier.browser(supplier.member(role)), "/inbox/")
        assert "Nothing waits for you" in shown
    answer = supplier.browser(supplier.teammate).post(
        "/inbox/approve/", {"selected": f"sale-{sale.id}"}
    )
    assert answer.status_code == 302
    assert fresh(supplier, sale).status == "awaiting_approval"
    purchasing = pair.buyer.browser(pair.buyer.member("purchasing"))
    _order, bill = billed(pair)
    answer = purchasing.post("/inbox/approve/", {"selected": f"bill-{bill.id}"})
    assert answer.status_code == 403


def test_the_inbox_takes_the_same_statements_for_any_number_of_rows() -> None:
    """Speed: one statement per type, and the chosen row's page."""
    pair = stocked_pair()
    sent_order(pair)
    browser = pair.supplier.browser()
    browser.get("/inbox/")

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            browser.get("/inbox/")
        return len(caught)

    few = statements()
    for _ in range(4):
        sent_order(pair)
    with pair.supplier.inside():
        assert SalesOrder.objects.count() == 5

    assert statements() == few


def test_the_menus_lead_everywhere() -> None:
    """UI: Inbox, Sales, Purchases in the navigation; four documents under + New; home is here."""
    company = make_company()
    browser = company.browser()

    shown = text_of(browser, "/inbox/")

    for address in ("/inbox/", "/sales/", "/purchases/"):
        assert f'href="{address}"' in shown
    for address in ("/purchases/new/", "/sales/new/", "/invoices/new/", "/bills/new/"):
        assert f'href="{address}"' in shown
    assert browser.get("/").headers["Location"] == "/inbox/"


def test_the_badge_counts_only_what_this_person_may_answer() -> None:
    """N10: whoever only looks finds an empty inbox, and no number promises otherwise."""
    pair = stocked_pair()
    sent_order(pair)
    reader = pair.supplier.browser(pair.supplier.member("read_only"))

    assert "Inbox, 1 awaiting approval" in text_of(pair.supplier.browser(), "/inbox/")
    shown = text_of(reader, "/inbox/")
    assert "Nothing waits for you" in shown
    assert "Inbox, 1 awaiting approval" not in shown
