"""The pages of single documents: what they show, their verbs, who may."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from network.domain.states import DeliveryState
from network.models import Envelope
from network.services.courier import give_up
from orders.models import PurchaseOrder
from orders.services.lines import LineInput
from orders.services.purchases import (
    authorise_purchase_order,
    change_purchase_order,
    create_purchase_order,
    undo_purchase_order,
)
from orders.services.sending import Sending, send_document
from tenants.links import object_url
from tenants.models import Job, JobState
from tests.cast import make_company, make_pair
from tests.orders.pages import (
    HOSTILE,
    billed,
    draft,
    fresh,
    sale_of,
    sent_order,
    stocked_pair,
    text_of,
)


def test_a_draft_offers_to_authorise_it_and_then_to_send_it() -> None:
    """N9: one primary action by state; authorise has an undo."""
    pair = stocked_pair()
    order = draft(pair, reference="Week 12")
    page = f"/purchases/{order.id}/"
    browser = pair.buyer.browser()

    shown = text_of(browser, page)
    assert f'action="{page}authorise/"' in shown
    assert "Authorise order" in shown
    assert "E-mail order" not in shown
    assert "Week 12" in shown
    answer = browser.post(f"{page}authorise/", follow=True)

    assert answer.redirect_chain == [(page, 302)]
    shown = answer.content.decode()
    assert f"{order.number} authorised." in shown
    assert f'action="{page}undo/"' in shown
    assert "E-mail order" in shown
    assert fresh(pair.buyer, order).status == "authorised"
    browser.post(f"{page}undo/")
    assert fresh(pair.buyer, order).status == "draft"


def test_looking_at_a_page_changes_nothing() -> None:
    """N14: "opened" is told by the page's POST, once, and never by a GET."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)
    browser = pair.supplier.browser()
    page = f"/sales/{sale.id}/"

    shown = text_of(browser, page)
    assert f'hx-post="{page}open/"' in shown
    pair.drain()
    assert fresh(pair.buyer, order).network_status == "delivered"
    assert browser.get(f"{page}open/").status_code == 405
    assert browser.post(f"{page}open/").status_code == 204
    assert browser.post(f"{page}open/").status_code == 204
    pair.drain()

    assert fresh(pair.buyer, order).network_status == "opened"
    assert f'hx-post="{page}open/"' not in text_of(browser, page)
    with pair.supplier.inside():
        assert Envelope.objects.filter(kind="opened").count() == 1
    assert f"{order.number} opened" in text_of(pair.buyer.browser(), f"/purchases/{order.id}/")


def test_the_timeline_is_on_both_sides() -> None:
    """N14: sent, delivered, approved, invoiced, each with its own line; related documents link."""
    pair = stocked_pair()
    order, bill = billed(pair)

    shown = text_of(pair.buyer.browser(), f"/purchases/{order.id}/")
    for words in ("sent over the network", "delivered to", "Approved.", f"as {bill.number}"):
        assert words in shown, words
    assert f'<a href="/bills/{bill.id}/">{bill.number}</a>' in shown
    sale = sale_of(pair, order)
    shown = text_of(pair.supplier.browser(), f"/sales/{sale.id}/")
    assert "received from" in shown
    assert f"{sale.number} approved" in shown
    assert "/invoices/" in shown


def test_a_void_asks_first_and_says_the_consequence() -> None:
    """N14: the page without JavaScript; the supplier is told."""
    pair = stocked_pair()
    order = sent_order(pair)
    page = f"/purchases/{order.id}/"
    browser = pair.buyer.browser()

    asked = text_of(browser, f"{page}void/")
    assert "Voiding cannot be undone." in asked
    assert f"{order.contact.name} is told over the network." in asked
    assert fresh(pair.buyer, order).status == "authorised"
    browser.post(f"{page}void/")
    pair.drain()

    assert fresh(pair.buyer, order).status == "void"
    assert sale_of(pair, order).status == "void"


def test_what_a_partner_wrote_is_shown_as_text() -> None:
    """Input: names, notes and line texts of the partner are escaped."""
    pair = stocked_pair()
    order = sent_order(pair, note=HOSTILE, reference=HOSTILE)
    sale = sale_of(pair, order)

    shown = text_of(pair.supplier.browser(), f"/sales/{sale.id}/")

    assert HOSTILE not in shown
    assert "&lt;script&gt;" in shown


def test_a_verb_that_is_not_allowed_any_more_says_so() -> None:
    """N10: two people at once; the second is told and nothing happens twice."""
    pair = stocked_pair()
    order = draft(pair)
    browser = pair.buyer.browser()
    with pair.buyer.inside():
        authorise_purchase_order(order.id)

    answer = browser.post(f"/purchases/{order.id}/authorise/", follow=True)

    assert "This purchase order is authorised and cannot be authorised." in answer.content.decode()


def test_a_decline_without_a_reason_keeps_what_was_typed() -> None:
    """N10: the reason is a field; words stay."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)
    page = f"/sales/{sale.id}/decline/"
    browser = pair.supplier.browser()

    answer = browser.post(page, {"reason": "", "text": "No beans left"})
    assert answer.status_code == 422
    assert "No beans left" in answer.content.decode()
    answer = browser.post(page, {"reason": "OTH", "text": ""})
    assert answer.status_code == 422
    assert "Say the reason in words." in answer.content.decode()
    answer = browser.post(page, {"reason": "ITM", "text": "No beans left"})
    pair.drain()

    assert answer.headers["Location"] == f"/sales/{sale.id}/"
    assert fresh(pair.supplier, sale).status == "declined"
    bought = text_of(pair.buyer.browser(), f"/purchases/{order.id}/")
    assert "No beans left" in bought
    assert "Declined by partner" in bought


def test_asking_travels_and_waits() -> None:
    """N10: Ask; the question is on the buyer's page."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)

    pair.supplier.browser().post(f"/sales/{sale.id}/ask/", {"text": "Ground or whole?"})
    pair.drain()

    assert fresh(pair.supplier, sale).status == "awaiting_approval"
    assert "Ground or whole?" in text_of(pair.buyer.browser(), f"/purchases/{order.id}/")


def test_only_who_may_open_the_network_page_is_led_to_envelopes() -> None:
    """N1: off hides the page only; the panel itself stays."""
    pair = stocked_pair()
    page = f"/purchases/{sent_order(pair).id}/"

    assert "Last envelope" in text_of(pair.buyer.browser(), page)
    shown = text_of(pair.buyer.browser(pair.buyer.member("purchasing")), page)
    assert "Last envelope" not in shown
    assert "It arrived. The partner has to open and answer it." in shown


def test_a_page_takes_the_same_statements_for_any_number_of_lines() -> None:
    """Speed: no statement per line, on the order and on the bill compared with it."""
    pair = stocked_pair()
    browser = pair.buyer.browser()
    counts = []
    for lines in (2, 40):
        with pair.buyer.inside():
            order = create_purchase_order(
                pair.supplier_contact.id, {}, [LineInput(sku="FILTER")] * lines
            )
        browser.get(f"/purchases/{order.id}/")
        with CaptureQueriesContext(connection) as caught:
            text_of(browser, f"/purchases/{order.id}/")
        counts.append(len(caught))

    assert counts[0] == counts[1]
    assert counts[1] <= 23  # one of them asks whether an accounting system is connected


def test_a_failed_delivery_offers_to_send_again() -> None:
    """N14: shown with its reason; the same message is delivered once."""
    pair = stocked_pair()
    order = draft(pair)
    with pair.buyer.inside():
        authorise_purchase_order(order.id)
        sent = send_document(PurchaseOrder, order.id, Sending(via=["network"]))
        assert sent.envelope is not None
        give_up(sent.envelope, DeliveryState.FAILED, "unreachable", "The partner is read-only.")
        Job.objects.filter(id__in=[sent.envelope.job_id]).update(state=JobState.FAILED)
    browser = pair.buyer.browser()
    page = f"/purchases/{order.id}/"

    shown = text_of(browser, page)
    assert f"{order.number} could not be delivered to {order.contact.name}." in shown
    assert "The partner is read-only." in shown
    assert f'action="{page}send-again/"' in shown
    browser.post(f"{page}send-again/")
    pair.drain()

    assert fresh(pair.buyer, order).network_status == "delivered"
    assert sale_of(pair, order).status == "awaiting_approval"
    assert "send-again" not in text_of(browser, page)


def test_an_order_that_the_buyer_changed_is_compared_with_the_version_before() -> None:
    """N16: a new version shows what it changes."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)
    with pair.buyer.inside():
        undo_purchase_order(order.id)
        lines = [
            LineInput(sku=line.sku, line_id=line.line_id, quantity="11", unit_price="12.5")
            for line in order.lines.filter(sku="BEANS-1")
        ]
        change_purchase_order(order.id, {}, lines)
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    pair.drain()

    shown = text_of(pair.supplier.browser(), f"/sales/{sale.id}/")

    assert "Changed by the buyer since the version before" in shown
    assert "was 10" in shown
    assert "Removed" in shown


def test_next_leads_only_to_pages_of_this_site() -> None:
    """Input: an address elsewhere is ignored."""
    pair = stocked_pair()
    order = draft(pair)
    page = f"/purchases/{order.id}/"
    browser = pair.buyer.browser()

    answer = browser.post(f"{page}authorise/?next=//evil.example/")
    assert answer.headers["Location"] == page
    answer = browser.post(f"{page}undo/?next=/purchases/")
    assert answer.headers["Location"] == "/purchases/"


def test_the_pdf_opens_in_the_browser() -> None:
    """N9: also of a draft."""
    pair = stocked_pair()
    order = draft(pair)

    answer = pair.buyer.browser().get(f"/purchases/{order.id}/pdf/")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == f'inline; filename="{order.number}.pdf"'


@pytest.mark.parametrize("page", ["", "pdf/"])
def test_strangers_find_nothing(page: str) -> None:
    """A2: another organisation's document is as absent as none."""
    pair = make_pair()
    pair.buyer.product("BEANS-1")
    pair.buyer.product("FILTER")
    order = draft(pair)
    stranger = make_company("Stranger").browser()

    for who in (stranger, pair.supplier.browser()):
        assert who.get(f"/purchases/{order.id}/{page}").status_code == 404
        assert who.post(f"/purchases/{order.id}/authorise/").status_code == 404
    assert fresh(pair.buyer, order).status == "draft"
    assert Client().get(f"/purchases/{order.id}/{page}").status_code == 302


def test_a_teammate_may_look_and_not_act() -> None:
    """A3: the button is not there, and the address says which right is missing."""
    pair = stocked_pair()
    order = draft(pair)
    browser = pair.buyer.browser(pair.buyer.teammate)
    page = f"/purchases/{order.id}/"

    shown = text_of(browser, page)
    assert "Authorise order" not in shown
    assert "Edit" not in shown
    answer = browser.post(f"{page}authorise/")

    assert answer.status_code == 403
    assert "You need “Approve” on “Purchase orders”" in answer.content.decode()
    assert fresh(pair.buyer, order).status == "draft"
    with pair.buyer.inside():
        assert PurchaseOrder.objects.get(id=order.id).status == "draft"


def test_a_colleague_of_the_right_role_acts() -> None:
    """A3: purchasing authorises orders but does not approve bills."""
    pair = stocked_pair()
    order, bill = billed(pair)
    other = draft(pair)
    browser = pair.buyer.browser(pair.buyer.member("purchasing"))

    assert browser.post(f"/purchases/{other.id}/authorise/").status_code == 302
    assert fresh(pair.buyer, other).status == "authorised"
    assert browser.post(f"/bills/{bill.id}/approve/").status_code == 403
    assert fresh(pair.buyer, bill).status == "awaiting_approval"
    assert fresh(pair.buyer, order).network_status == "invoiced"


def test_the_network_panel_refreshes_itself_until_the_document_has_arrived() -> None:
    """N14: "Sending" becomes "Delivered" without reloading, and then nothing asks any more."""
    pair = stocked_pair()
    order = draft(pair)
    with pair.buyer.inside():
        authorise_purchase_order(order.id)
        send_document(PurchaseOrder, order.id, Sending(via=["network"]))
    page = f"/purchases/{order.id}/"
    browser = pair.buyer.browser()

    shown = text_of(browser, page)
    assert f'id="network-panel" hx-get="{page}" hx-trigger="every 2s"' in shown
    assert "On its way." in shown
    pair.drain()

    shown = text_of(browser, page)
    assert 'id="network-panel"' in shown
    assert "every 2s" not in shown
    assert "It arrived." in shown


def test_audit_report_and_messages_link_to_the_documents_they_are_about() -> None:
    """N14, A3: by the model's name in the audit report, by the envelope's kind in the history."""
    pair = stocked_pair()
    order = sent_order(pair)
    sale = sale_of(pair, order)
    with pair.supplier.inside():
        received = Envelope.objects.get(object_id=sale.id, direction="in")

    assert f'href="/purchases/{order.id}/"' in text_of(pair.buyer.browser(), "/settings/activity/")
    supplier = pair.supplier.browser()
    assert f'href="/sales/{sale.id}/"' in text_of(supplier, f"/network/envelopes/{received.id}/")
    assert object_url("invoice", sale.id) == f"/invoices/{sale.id}/"
    assert object_url("bill", sale.id) == f"/bills/{sale.id}/"
